/* Bold keys and headings in disguise, read from lines. */
#ifndef PM_MD_KEY_H
#define PM_MD_KEY_H

#include <stdbool.h>
#include <stddef.h>

struct pm_md_key {
    const char *name; /* without blanks and colons at its end */
    size_t len;
    bool colon; /* a colon (half or full width) ends it or follows it */
};

/* Make a key of a run of text, rest being what follows the run on its line. False
 * when nothing is left of it or it is far too long for a key. */
bool pm_md_key_make(const char *run, size_t len, const char *rest, size_t rest_len,
                    struct pm_md_key *out);

/* Read a key from a raw line that starts with "**" or "__" and closes it again:
 * `**原因：**接続` is bold to every reader, though not to CommonMark. name points
 * into the line and may hold inline markup. */
bool pm_md_key_raw(const char *line, size_t len, struct pm_md_key *out);

/* A heading that CommonMark does not take for one ("##概要", "# 原因" with a
 * full-width blank): its level, with *text the offset of its words; 0 otherwise. */
int pm_md_loose_heading(const char *line, size_t len, size_t *text);

#endif
