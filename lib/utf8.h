/* UTF-8: decoding, repair, width on a terminal, and making foreign text harmless. */
#ifndef PM_UTF8_H
#define PM_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"

/* The long road of pm_utf8_next(), before the end. */
uint32_t pm_utf8_wide_next(const char *s, size_t len, size_t *pos);

/* Decode the character at s[*pos] of len bytes and move *pos behind it. Bytes
 * that are not UTF-8 give U+FFFD and advance by one; at the end returns 0 and
 * does not move. Surrogates and overlong forms are not UTF-8.
 * Inline: every text is read a character at a time, and most are ASCII or Japanese. */
static inline uint32_t pm_utf8_next(const char *s, size_t len, size_t *pos)
{
    if (*pos >= len)
        return 0;
    const unsigned char *p = (const unsigned char *)s + *pos;
    if (p[0] < 0x80)
        return (unsigned char)s[(*pos)++];
    if (len - *pos >= 3 && p[0] > 0xE0 && p[0] < 0xED && (p[1] & 0xC0) == 0x80 &&
        (p[2] & 0xC0) == 0x80) {
        *pos += 3;
        return (uint32_t)(p[0] & 0x0F) << 12 | (uint32_t)(p[1] & 0x3F) << 6 | (p[2] & 0x3F);
    }
    return pm_utf8_wide_next(s, len, pos);
}

/* Write cp as UTF-8 into out (4 bytes of room) and return its length, 1 to 4;
 * code points outside Unicode are written as U+FFFD. */
size_t pm_utf8_put(uint32_t cp, char out[4]);

/* The end of the run of ASCII that starts at pos <= len (pos, where none does). */
size_t pm_ascii_end(const char *s, size_t len, size_t pos);

/* Are these bytes well-formed UTF-8? On false *bad (may be NULL) is the offset
 * of the first byte that is not. */
bool pm_utf8_valid(const char *s, size_t len, size_t *bad);

/* Append s with every malformed byte replaced by U+FFFD and NUL dropped.
 * Returns how many bytes were replaced. */
size_t pm_utf8_repair(const char *s, size_t len, struct pm_buf *out);

/* The largest n <= max such that s[0..n) does not cut a character. */
size_t pm_utf8_clip(const char *s, size_t len, size_t max);

/* Columns that the text takes on a terminal: East Asian wide and full-width
 * characters take two, combining marks and controls none. */
size_t pm_utf8_width(const char *s, size_t len);

/* The largest prefix, in bytes, that takes at most cols columns. */
size_t pm_utf8_fit(const char *s, size_t len, size_t cols);

/* Append s so that a terminal shows it and obeys none of it: C0, DEL and C1
 * controls (also U+0085, U+009B...), bidirectional overrides and isolates, and
 * malformed bytes become U+FFFD; tab and newline become a space. */
void pm_utf8_safe(const char *s, size_t len, struct pm_buf *out);

/* Character classes used by the tokenizer and the readers. Katakana: the letters, the
 * prolonged mark and the small letters of Ainu. */
static inline bool pm_is_katakana(uint32_t cp)
{
    return (cp >= 0x30A1 && cp <= 0x30FA) || cp == 0x30FC || (cp >= 0x31F0 && cp <= 0x31FF);
}

static inline bool pm_is_hiragana(uint32_t cp)
{
    return (cp >= 0x3041 && cp <= 0x3096) || (cp >= 0x309D && cp <= 0x309F);
}

/* CJK ideographs, with U+3005 and U+3007. */
static inline bool pm_is_han(uint32_t cp)
{
    return (cp >= 0x4E00 && cp <= 0x9FFF) || (cp >= 0x3400 && cp <= 0x4DBF) || cp == 0x3005 ||
           cp == 0x3007 || (cp >= 0xF900 && cp <= 0xFAFF) || (cp >= 0x20000 && cp <= 0x323AF);
}

/* Any of the three. */
static inline bool pm_is_japanese(uint32_t cp)
{
    return cp >= 0x3005 && (pm_is_hiragana(cp) || pm_is_han(cp) || pm_is_katakana(cp));
}

#endif
