/* The users' own words (terms.tsv): laid over what MeCab makes of a text, the longest
 * first, with no dictionary to compile. pmindex reads the files and keeps the words in the
 * index, so that every reader of it cuts texts in the same way.
 *
 * A row is a surface and, as a choice, the form that it is indexed as. A word of two
 * letters counts only where no kanji or katakana touches it, one that starts or ends with
 * a Latin letter only at the edge of a Latin word, a shorter katakana word (three) only at
 * the edge of a katakana one.
 */
#ifndef PM_USER_TERMS_H
#define PM_USER_TERMS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/buf.h"
#include "lib/status.h"

struct pm_user_term {
    const char *surface; /* WIDTH-folded */
    size_t len;
    const char *base; /* FULL-folded: the term, before stemming of Latin ones */
    bool single;      /* hiragana alone: what MeCab cuts it into says nothing */
};

struct pm_user_terms;

/* Check the rows of a file and append them to lines, as pm_user_terms_open takes them. A
 * faulty row is PM_EDICT with the path and its line. */
enum pm_status pm_user_terms_read(const char *path, const char *text, size_t len,
                                  struct pm_buf *lines, struct pm_error *err);

/* Make the words out of lines (NUL-terminated). Of rows with one surface the last counts. */
enum pm_status pm_user_terms_open(const char *lines, struct pm_user_terms **out,
                                  struct pm_error *err);
void pm_user_terms_close(struct pm_user_terms *t);

/* The longest word that stands at s[pos] of a WIDTH-folded text, or NULL. */
const struct pm_user_term *pm_user_terms_find(const struct pm_user_terms *t, const char *s,
                                              size_t len, size_t pos);

#endif
