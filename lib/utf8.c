#include "lib/utf8.h"

#include <string.h>
#include <utf8proc.h>

enum { REPLACEMENT = 0xFFFD };

/* How a lead byte continues: the length, and the range of the second byte, which
 * alone rules out overlong forms, surrogates and code points beyond U+10FFFF. */
struct lead {
    unsigned char len;
    unsigned char low;
    unsigned char high;
};

static struct lead lead_of(unsigned char c)
{
    if (c >= 0xC2 && c <= 0xDF)
        return (struct lead){2, 0x80, 0xBF};
    if (c >= 0xE0 && c <= 0xEF)
        return (struct lead){3, c == 0xE0 ? 0xA0 : 0x80, c == 0xED ? 0x9F : 0xBF};
    if (c >= 0xF0 && c <= 0xF4)
        return (struct lead){4, c == 0xF0 ? 0x90 : 0x80, c == 0xF4 ? 0x8F : 0xBF};
    return (struct lead){0, 0, 0};
}

/* The length of the well-formed character at p, or 0; *cp is set only if not 0. */
static size_t decode(const unsigned char *p, size_t left, uint32_t *cp)
{
    if (p[0] < 0x80) {
        *cp = p[0];
        return 1;
    }
    struct lead l = lead_of(p[0]);
    if (l.len == 0 || l.len > left || p[1] < l.low || p[1] > l.high)
        return 0;
    uint32_t v = p[0] & (0x7Fu >> l.len);
    for (size_t i = 1; i < l.len; i++) {
        if ((p[i] & 0xC0) != 0x80)
            return 0;
        v = v << 6 | (p[i] & 0x3Fu);
    }
    *cp = v;
    return l.len;
}

uint32_t pm_utf8_wide_next(const char *s, size_t len, size_t *pos)
{
    const unsigned char *p = (const unsigned char *)s + *pos;
    uint32_t cp = REPLACEMENT;
    size_t n = decode(p, len - *pos, &cp);
    *pos += n == 0 ? 1 : n;
    return cp;
}

size_t pm_utf8_put(uint32_t cp, char out[4])
{
    if (cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF))
        cp = REPLACEMENT;
    if (cp < 0x80) {
        out[0] = (char)cp;
        return 1;
    }
    if (cp < 0x800) {
        out[0] = (char)(0xC0 | cp >> 6);
        out[1] = (char)(0x80 | (cp & 0x3F));
        return 2;
    }
    if (cp < 0x10000) {
        out[0] = (char)(0xE0 | cp >> 12);
        out[1] = (char)(0x80 | (cp >> 6 & 0x3F));
        out[2] = (char)(0x80 | (cp & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | cp >> 18);
    out[1] = (char)(0x80 | (cp >> 12 & 0x3F));
    out[2] = (char)(0x80 | (cp >> 6 & 0x3F));
    out[3] = (char)(0x80 | (cp & 0x3F));
    return 4;
}

size_t pm_ascii_end(const char *s, size_t len, size_t pos)
{
    for (uint64_t eight; len - pos >= sizeof eight; pos += sizeof eight) {
        memcpy(&eight, s + pos, sizeof eight);
        if ((eight & UINT64_C(0x8080808080808080)) != 0)
            break;
    }
    while (pos < len && (unsigned char)s[pos] < 0x80)
        pos++;
    return pos;
}

bool pm_utf8_valid(const char *s, size_t len, size_t *bad)
{
    uint32_t cp;
    for (size_t i = 0, n; i < len; i += n) {
        i = pm_ascii_end(s, len, i);
        if (i == len)
            break;
        n = decode((const unsigned char *)s + i, len - i, &cp);
        if (n == 0) {
            if (bad != NULL)
                *bad = i;
            return false;
        }
    }
    return true;
}

size_t pm_utf8_repair(const char *s, size_t len, struct pm_buf *out)
{
    size_t replaced = 0;
    size_t kept = 0; /* the start of what is good and not yet written */
    uint32_t cp;
    for (size_t i = 0, n; i < len; i += n) {
        n = decode((const unsigned char *)s + i, len - i, &cp);
        if (n != 0 && s[i] != '\0')
            continue;
        pm_buf_add(out, s + kept, i - kept);
        if (n == 0) {
            pm_buf_add(out, "\xEF\xBF\xBD", 3);
            replaced++;
            n = 1;
        }
        kept = i + 1;
    }
    pm_buf_add(out, s + kept, len - kept);
    return replaced;
}

size_t pm_utf8_clip(const char *s, size_t len, size_t max)
{
    if (max >= len)
        return len;
    /* Back over at most three continuation bytes: more are not one character. */
    for (size_t n = max; n + 4 > max; n--) {
        if (((unsigned char)s[n] & 0xC0) != 0x80) {
            uint32_t cp;
            size_t whole = decode((const unsigned char *)s + n, len - n, &cp);
            return whole > max - n ? n : max;
        }
        if (n == 0)
            break;
    }
    return max;
}

static size_t columns(uint32_t cp)
{
    if (cp < 0x20 || (cp >= 0x7F && cp < 0xA0))
        return 0;
    if (cp < 0x300)
        return 1;
    int w = utf8proc_charwidth((utf8proc_int32_t)cp);
    return w > 0 ? (size_t)w : 0;
}

size_t pm_utf8_width(const char *s, size_t len)
{
    size_t cols = 0;
    for (size_t pos = 0; pos < len;)
        cols += columns(pm_utf8_next(s, len, &pos));
    return cols;
}

size_t pm_utf8_fit(const char *s, size_t len, size_t cols)
{
    size_t pos = 0;
    for (size_t next = 0, used = 0; pos < len; pos = next) {
        used += columns(pm_utf8_next(s, len, &next));
        if (used > cols)
            break;
    }
    return pos;
}

/* Characters that a terminal or a bidirectional display would obey. */
static bool is_unsafe(uint32_t cp)
{
    return cp < 0x20 || (cp >= 0x7F && cp < 0xA0) || cp == 0x061C || cp == 0x200E || cp == 0x200F ||
           (cp >= 0x2028 && cp <= 0x202E) || (cp >= 0x2066 && cp <= 0x2069);
}

void pm_utf8_safe(const char *s, size_t len, struct pm_buf *out)
{
    size_t kept = 0;
    for (size_t pos = 0, start; pos < len;) {
        start = pos;
        uint32_t cp = pm_utf8_next(s, len, &pos);
        bool malformed = cp == REPLACEMENT && pos - start == 1;
        if (!malformed && !is_unsafe(cp))
            continue;
        pm_buf_add(out, s + kept, start - kept);
        if (cp == '\t' || cp == '\n')
            pm_buf_addc(out, ' ');
        else
            pm_buf_add(out, "\xEF\xBF\xBD", 3);
        kept = pos;
    }
    pm_buf_add(out, s + kept, len - kept);
}
