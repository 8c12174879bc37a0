/* Folding for substrings: the text that "does it hold these characters?" is asked of.
 *
 * Unlike FULL folding it is closed under substrings: what becomes of a character never
 * depends on its neighbours, except for white space. So the fold of any part of a text,
 * cut between characters, stands inside of the fold of the text. From WIDTH folding on:
 *
 *   - hiragana becomes katakana, small kana large, ヴ ブ, ヂヅヰヱ ジズイエ; old kanji the
 *     common ones; accents of Latin letters are dropped
 *   - dashes of all kinds and the long vowel mark become '-'; wave dashes '~'; curly
 *     quotes straight ones; middle dots, voicing marks without their kana, combining
 *     marks and control characters are dropped
 *   - white space, line breaks too, counts only between two letters or digits that are
 *     not Japanese: one space there, nothing elsewhere. "データ\nベース" and "DB が"
 *     meet "データベース" and "DBが".
 *
 * What FULL folding decides by context (final long vowels, iteration marks, ヴァ and バ)
 * is left to the one who compares: query/needle.h. Nothing of this is stored: a text is
 * folded when it is searched.
 */
#ifndef PM_FOLD_TEXT_H
#define PM_FOLD_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/norm.h"
#include "lib/status.h"

/* The bytes of a piece that a folded character comes from: [from, to). */
struct pm_fold_span {
    uint32_t from, to;
};

struct pm_fold_text {
    struct pm_buf text;       /* UTF-8 */
    struct pm_fold_span *map; /* one for each byte of text; NULL unless mapped */
    size_t map_cap;
    bool mapped;
    uint32_t last;          /* the last character written, 0: none */
    bool space;             /* white space is pending */
    uint16_t kana[256];     /* what U+3000 to U+30FF become; 0: not asked yet */
    struct pm_folded width; /* scratch */
};

/* Begin a new text; ft starts zero-initialised. mapped: keep the map too. */
void pm_fold_text_begin(struct pm_fold_text *ft, bool mapped);

/* Append len bytes of s (any bytes), as if behind a line break. Offsets of the map count
 * from the start of s. PM_ENOMEM, PM_ELIMIT. */
enum pm_status pm_fold_text_add(struct pm_fold_text *ft, const char *s, size_t len);

/* Free what ft owns and make it empty. */
void pm_fold_text_free(struct pm_fold_text *ft);

/* What a character that WIDTH folding leaves alone becomes, wherever it stands. */
uint32_t pm_fold_text_char(uint32_t cp);

/* May white space before or behind this folded character count? */
bool pm_fold_is_word(uint32_t cp);

/* The folded form of a document is its title and then, section row by section row, the
 * heading, where it is not that of the row before, and the text. Does a row bring its heading
 * along? NULL or "": it has none. */
bool pm_fold_row_heads(const char *heading, const char *before);

#endif
