/* Concepts: one thing under its many names, in two languages.
 *
 * dict/concepts.tsv lists each concept's names. A name becomes a form: a short
 * sequence of index terms (stems, base forms) at relative positions. Where a
 * document holds the sequence it holds the concept, whichever name it uses: a
 * concept has postings, counts and a document frequency of its own (Pirkola's
 * structured query: Pirkola, Puolamäki, Järvelin, "Applying query structuring in
 * cross-language retrieval", IPM 39(3), 2003).
 */
#ifndef PM_CONCEPT_H
#define PM_CONCEPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/arena.h"
#include "lib/buf.h"
#include "lib/tokenizer.h"

enum {
    PM_FORM_TERMS = 6, /* longer names are not matched */
    /* Words that may stand between two terms, beyond the form's own gaps: as a rule, and
     * where the form holds a stop word that is tight or loose (lib/stop.h). */
    PM_FORM_SLOP = 1,
    PM_FORM_TIGHT = 0,
    PM_FORM_LOOSE = 3,
};

struct pm_form {
    const char *terms[PM_FORM_TERMS];
    uint32_t offsets[PM_FORM_TERMS]; /* words from the first */
    uint32_t n;                      /* 0: nothing to match (stop words only, or too long) */
    uint32_t slop;                   /* words that may stand between two terms */
};

/* Make the form of a name; memory in a. Of compounds the parts count, not the whole. */
enum pm_status pm_form_make(struct pm_tokenizer *t, const char *name, size_t len,
                            struct pm_arena *a, struct pm_form *out, struct pm_error *err);

/* The form as two texts for the index: terms separated by U+001F, offsets by commas,
 * and "~" with the slop where it is not PM_FORM_SLOP;
 * and back (memory in a). pm_form_read returns false for texts that make no sense. */
void pm_form_write(const struct pm_form *f, struct pm_buf *terms, struct pm_buf *offsets);
bool pm_form_read(const char *terms, const char *offsets, struct pm_arena *a, struct pm_form *out);

/* How many words behind term k - 1 of the form term k may stand at most. */
uint32_t pm_form_reach(const struct pm_form *f, uint32_t k);

/* May it stand `step` words behind? */
bool pm_form_reaches(const struct pm_form *f, uint32_t k, uint32_t step);

/* Does the form stand at tokens->items[i]? *last (may be NULL) is the index of its last
 * token. Wholes of compounds and stop words that are not held are passed over. */
bool pm_form_matches(const struct pm_form *f, const struct pm_tokens *tokens, size_t i,
                     size_t *last);

#endif
