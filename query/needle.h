/* A text to be found inside of folded documents (query/fold_text.h), as it stands or in
 * another spelling of what FULL folding takes for the same: a final long vowel more or
 * less, iteration marks, ヴァ for バ. */
#ifndef PM_NEEDLE_H
#define PM_NEEDLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/arena.h"
#include "lib/section.h"
#include "lib/status.h"

struct pm_needle_char {
    uint32_t cp;
    uint32_t alias; /* what an iteration mark stands for, or what is written as one; 0 */
    bool katakana;  /* was so in the query */
    bool loose;     /* a document may have long vowel marks before it */
    bool voiceable; /* half-width and last: its voicing mark may have been cut off */
};

struct pm_needle {
    const char *raw; /* as typed */
    size_t raw_len;
    enum pm_section section; /* PM_SEC_COUNT: anywhere */
    struct pm_needle_char *chars;
    size_t n;   /* 0: nothing is left of it by folding; then compare it literally */
    char *head; /* folded bytes of the first characters, which match only themselves */
    size_t head_len;
    size_t n_head; /* how many characters; 0: the first has other forms */
    bool literal;  /* compare by WIDTH folding, row by row, instead */
};

/* Compile len bytes of raw; memory in a (raw is copied). A text of nothing but hyphens,
 * middle dots or white space is literal. */
enum pm_status pm_needle_make(const char *raw, size_t len, enum pm_section section,
                              struct pm_arena *a, struct pm_needle *out, struct pm_error *err);

/* The first match in text[from, len): [*start, *end). False: none. Not for a literal
 * needle. */
bool pm_needle_find(const struct pm_needle *nd, const char *text, size_t len, size_t from,
                    size_t *start, size_t *end);

#endif
