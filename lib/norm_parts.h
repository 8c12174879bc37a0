/* Inside of the folding: what norm.c asks of its neighbours. */
#ifndef PM_NORM_PARTS_H
#define PM_NORM_PARTS_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/norm.h"

/* How many bytes of s, kana and kanji of three bytes each, WIDTH folding leaves alone,
 * whatever stands behind them. */
size_t pm_norm_plain_len(const char *s, size_t len);

/* n bytes of ASCII in lower case. They must not overlap. */
void pm_norm_copy_lower(char *restrict to, const char *restrict from, size_t n);

/* Turn a WIDTH-folded text into a FULL-folded one, in place: it never grows. */
void pm_norm_full(struct pm_folded *f);

/* What a katakana letter, a kanji or a punctuation character is compared as wherever it
 * stands: small letters large, ヴ ブ, ヂ ジ, dashes '-', common kanji. The long vowel mark
 * and the iteration marks are left alone. */
uint32_t pm_norm_plain(uint32_t cp);

/* A kana with or without its voicing; itself where it has none. */
uint32_t pm_norm_voiced(uint32_t cp, bool voiced);

/* The common form of a variant or old kanji; cp itself for everything else. */
uint32_t pm_norm_han(uint32_t cp);

#endif
