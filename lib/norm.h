/* Folding: one text for the many ways to write the same word, with a map back.
 *
 * Two strengths. WIDTH is what MeCab reads: it changes nothing that segmentation
 * needs. FULL is what terms and substrings are compared by. FULL(x) equals
 * FULL(WIDTH(x)), and both are idempotent. Identical at index and query time.
 */
#ifndef PM_NORM_H
#define PM_NORM_H

#include <stddef.h>
#include <stdint.h>

#include "lib/status.h"

enum pm_fold {
    /* NFKC, lower case (Unicode case folding), half-width kana with their voicing
     * marks composed (also U+309B/U+309C behind a kana), invisible characters (soft
     * hyphens, zero-width ones, variation selectors) dropped; U+301C/U+FF5E kept. */
    PM_FOLD_WIDTH,
    /* WIDTH and: prolonged sound mark at the end of a katakana run of three or
     * more dropped (サーバー to サーバ); dashes and long-vowel look-alikes unified
     * by context (ー between katakana, else '-'); wave dashes to '~', curly quotes to
     * straight ones; ヴァ..ヴ and ブァ to バ..ブ, グァ to ガ, ズァ to ザ; ヂヅヰヱ to ジズイエ;
     * small ァィゥェォッャュョヮ to large ones (ファイル and フアイル meet), ヵヶ to カ; middle
     * dots inside katakana dropped; iteration marks (々ゝゞヽヾ) spelled out; old and variant kanji
     * forms (髙 to 高, 齋/齊/斎 to 斉 ...) to the common one.
     *
     * Not closed under substrings: FULL("バー") is not inside of FULL("サーバー"), while
     * WIDTH of a part (cut between characters, not before a combining mark) always is
     * inside of WIDTH of the text. Compare substrings by both. */
    PM_FOLD_FULL,
};

struct pm_folded {
    char *text;    /* UTF-8, NUL-terminated */
    size_t len;    /* bytes */
    uint32_t *map; /* len + 1 entries: byte offset in the source of the character that
                      folded byte i came from; map[len] is the source length. Never
                      decreasing. A character made of several source characters maps
                      to the first; the end of its source is map[] of the next character. */
    size_t cap;
};

/* Fold len bytes of s (any bytes; malformed ones become U+FFFD; len below 2^32)
 * into out, reusing out's memory. out starts zero-initialised; on failure
 * (PM_ENOMEM, PM_ELIMIT) it is empty and still to be freed. */
enum pm_status pm_fold(enum pm_fold strength, const char *s, size_t len, struct pm_folded *out);

/* Free what out owns and make it empty. */
void pm_folded_free(struct pm_folded *out);

#endif
