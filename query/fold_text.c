#include "query/fold_text.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "lib/norm_parts.h"
#include "lib/utf8.h"

enum { LONG_MARK = 0x30FC, MIDDLE_DOT = 0x30FB };

void pm_fold_text_begin(struct pm_fold_text *ft, bool mapped)
{
    pm_buf_clear(&ft->text);
    ft->mapped = mapped;
    ft->last = 0;
    ft->space = false;
}

void pm_fold_text_free(struct pm_fold_text *ft)
{
    pm_buf_free(&ft->text);
    pm_folded_free(&ft->width);
    free(ft->map);
    *ft = (struct pm_fold_text){0};
}

static bool is_space(uint32_t cp)
{
    return cp == ' ' || (cp >= '\t' && cp <= '\r') || cp == 0x85 || cp == 0x2028 || cp == 0x2029;
}

static bool is_dropped(uint32_t cp)
{
    return cp < 0x20 || (cp >= 0x7F && cp < 0xA0) || cp == 0xB7 || cp == MIDDLE_DOT ||
           (cp >= 0x300 && cp < 0x370) || (cp >= 0x3099 && cp <= 0x309C);
}

/* A letter without its accents. */
static uint32_t base_letter(uint32_t cp)
{
    utf8proc_int32_t d[8];
    int bound = 0;
    utf8proc_ssize_t n =
        utf8proc_decompose_char((utf8proc_int32_t)cp, d, 8, UTF8PROC_DECOMPOSE, &bound);
    return n > 1 && n <= 8 && d[1] >= 0x300 && d[1] < 0x370 ? (uint32_t)d[0] : cp;
}

uint32_t pm_fold_text_char(uint32_t cp)
{
    if (cp < 0x80)
        return cp;
    if ((cp >= 0xC0 && cp < 0x250) || (cp >= 0x1E00 && cp < 0x1F00))
        return base_letter(cp);
    if (cp == LONG_MARK)
        return '-';
    if ((cp >= 0x3041 && cp <= 0x3096) || cp == 0x309D || cp == 0x309E)
        cp += 0x60;
    return pm_norm_plain(cp);
}

bool pm_fold_is_word(uint32_t cp)
{
    if (cp < 0x80)
        return (cp >= '0' && cp <= '9') || (cp >= 'a' && cp <= 'z') || (cp >= 'A' && cp <= 'Z');
    return (cp >= 0xAA && cp < 0x2000) || (cp >= 0xAC00 && cp <= 0xD7A3);
}

static enum pm_status put(struct pm_fold_text *ft, uint32_t cp, struct pm_fold_span span)
{
    char bytes[4];
    size_t n = pm_utf8_put(cp, bytes), at = ft->text.len;
    pm_buf_add(&ft->text, bytes, n);
    if (ft->text.failed)
        return PM_ENOMEM;
    if (!ft->mapped)
        return PM_OK;
    if (ft->text.len > ft->map_cap) {
        size_t cap = ft->text.len * 2 + 64;
        struct pm_fold_span *grown = realloc(ft->map, cap * sizeof *grown);
        if (grown == NULL)
            return PM_ENOMEM;
        ft->map = grown;
        ft->map_cap = cap;
    }
    for (size_t i = 0; i < n; i++)
        ft->map[at + i] = span;
    return PM_OK;
}

/* Where the source of folded byte i of the width-folded text ends. */
static uint32_t source_end(const struct pm_folded *w, size_t i)
{
    size_t k = i + 1;
    while (k < w->len && w->map[k] == w->map[i])
        k++;
    return w->map[k];
}

/* -- the quick roads, where no map is wanted ------------------------------------- */

enum { LANES = 16 }; /* a loop of a known length is one that compilers make vectors of */

static bool is_ascii(char c)
{
    return ((unsigned char)c & 0x80) == 0;
}

static inline unsigned is_ascii_word(unsigned char c)
{
    return ((unsigned char)((c | 0x20) - 'a') < 26) | ((unsigned char)(c - '0') < 10);
}

/* A space counts between two words. Neighbours of s are read. */
static inline unsigned is_plain_ascii(const unsigned char *s)
{
    return ((*s > ' ') & (*s < 0x7F)) | ((*s == ' ') & is_ascii_word(s[-1]) & is_ascii_word(s[1]));
}

/* How much of s only changes its case: visible ASCII, and single spaces between words. */
static size_t plain_len(const char *text, size_t len)
{
    const unsigned char *s = (const unsigned char *)text;
    size_t n = 1;
    if (len == 0 || *s <= ' ' || *s >= 0x7F)
        return 0;
    for (unsigned plain = 1; n + LANES < len; n += LANES) {
        for (size_t k = 0; k < LANES; k++)
            plain &= is_plain_ascii(s + n + k);
        if (plain == 0)
            break;
    }
    while (n + 1 < len && is_plain_ascii(s + n))
        n++;
    return n + 1 == len && s[n] > ' ' && s[n] < 0x7F ? len : n;
}

/* Take over what only changes its case. */
static void put_plain(struct pm_fold_text *ft, const char *s, size_t n)
{
    if (n == 0)
        return;
    if (ft->space && pm_fold_is_word(ft->last) && is_ascii_word((unsigned char)*s))
        pm_buf_addc(&ft->text, ' ');
    if (!pm_buf_reserve(&ft->text, n))
        return;
    pm_norm_copy_lower(ft->text.data + ft->text.len, s, n);
    ft->text.len += n;
    ft->space = false;
    ft->last = (unsigned char)ft->text.data[ft->text.len - 1];
}

/* Kana and kanji that WIDTH folding leaves alone; n is a multiple of three. */
static void put_japanese(struct pm_fold_text *ft, const char *s, size_t n)
{
    if (n == 0 || !pm_buf_reserve(&ft->text, n))
        return;
    char *out = ft->text.data + ft->text.len;
    for (size_t i = 0; i < n; i += 3) {
        const unsigned char *p = (const unsigned char *)s + i;
        uint32_t cp = (uint32_t)(p[0] & 0x0F) << 12 | (uint32_t)(p[1] & 0x3F) << 6 | (p[2] & 0x3F);
        if (cp == MIDDLE_DOT)
            continue;
        ft->last = cp < 0x3100 ? ft->kana[cp & 0xFF] : 0;
        if (ft->last == 0) {
            ft->last = pm_fold_text_char(cp);
            if (cp < 0x3100)
                ft->kana[cp & 0xFF] = (uint16_t)ft->last;
        }
        out += pm_utf8_put(ft->last, out);
        ft->space = false;
    }
    ft->text.len = (size_t)(out - ft->text.data);
}

/* Is s at a character that combines with nothing before it and folds by itself? */
static bool is_japanese(const char *s, size_t len)
{
    return pm_norm_plain_len(s, len < 3 ? len : 3) > 0;
}

/* How many bytes from the first of s on go the long way: those beyond ASCII, and the one
 * before them, which they may combine with. */
static size_t foreign_len(const char *s, size_t len)
{
    size_t n = 1;
    while (n < len && !is_ascii(s[n]) && !is_japanese(s + n, len - n))
        n++;
    return n;
}

/* -- any text -------------------------------------------------------------------- */

static enum pm_status add_foreign(struct pm_fold_text *ft, const char *s, size_t len)
{
    struct pm_folded *w = &ft->width;
    enum pm_status st = pm_fold(PM_FOLD_WIDTH, s, len, w);
    uint32_t gap = 0; /* where pending white space starts */
    for (size_t pos = 0; st == PM_OK && pos < w->len;) {
        size_t at = pos;
        uint32_t cp = pm_utf8_next(w->text, w->len, &pos);
        if (is_space(cp)) {
            gap = ft->space ? gap : w->map[at];
            ft->space = true;
            continue;
        }
        if (is_dropped(cp))
            continue;
        struct pm_fold_span span = {w->map[at], ft->mapped ? source_end(w, at) : 0};
        cp = pm_fold_text_char(cp);
        if (ft->space && pm_fold_is_word(ft->last) && pm_fold_is_word(cp))
            st = put(ft, ' ', (struct pm_fold_span){gap, span.from > gap ? span.from : span.to});
        ft->space = false;
        if (st == PM_OK)
            st = put(ft, cp, span);
        ft->last = cp;
    }
    return st;
}

/* Whatever nothing behind it can combine with is taken by the quick roads. */
static size_t add_quickly(struct pm_fold_text *ft, const char *s, size_t len)
{
    size_t n = is_ascii(*s) ? 0 : pm_norm_plain_len(s, len);
    if (n > 0) {
        put_japanese(ft, s, n);
        return n;
    }
    if ((unsigned char)*s <= ' ' || *s == 0x7F) {
        ft->space |= is_space((unsigned char)*s);
        return 1;
    }
    n = plain_len(s, len);
    if (n > 0 && n < len && !is_ascii(s[n]) && !is_japanese(s + n, len - n))
        do
            n--;
        while (n > 0 && s[n - 1] == ' ');
    put_plain(ft, s, n);
    return n;
}

enum pm_status pm_fold_text_add(struct pm_fold_text *ft, const char *s, size_t len)
{
    ft->space = true;
    if (ft->mapped)
        return add_foreign(ft, s, len);
    enum pm_status st = PM_OK;
    for (size_t pos = 0; st == PM_OK && pos < len;) {
        size_t n = add_quickly(ft, s + pos, len - pos);
        pos += n;
        if (n > 0)
            continue;
        n = foreign_len(s + pos, len - pos);
        st = add_foreign(ft, s + pos, n);
        pos += n;
    }
    return st == PM_OK && ft->text.failed ? PM_ENOMEM : st;
}

bool pm_fold_row_heads(const char *heading, const char *before)
{
    if (heading == NULL || *heading == '\0')
        return false;
    return before == NULL || strcmp(heading, before) != 0;
}
