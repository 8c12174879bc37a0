#include "lib/fold_text.h"

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

static uint32_t fold_char(uint32_t cp)
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

static bool is_ascii_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
}

/* How much of s stays as it is: visible ASCII, and single spaces between its words. */
static size_t plain_len(const char *s, size_t len)
{
    size_t n = 0;
    for (; n < len; n++) {
        bool counts = s[n] == ' ' && n > 0 && n + 1 < len && is_ascii_word(s[n - 1]) &&
                      is_ascii_word(s[n + 1]);
        if (!counts && (s[n] <= ' ' || s[n] >= 0x7F))
            break;
    }
    return n;
}

/* Take over what does not change, from pos on. Only where no map is wanted. */
static enum pm_status put_ascii(struct pm_fold_text *ft, const struct pm_folded *w, size_t *pos)
{
    const char *start = w->text + *pos;
    size_t n = plain_len(start, w->len - *pos);
    if (n == 0)
        return PM_OK;
    if (ft->space && pm_fold_is_word(ft->last) && is_ascii_word(*start))
        pm_buf_addc(&ft->text, ' ');
    pm_buf_add(&ft->text, start, n);
    ft->space = false;
    ft->last = (unsigned char)start[n - 1];
    *pos += n;
    return ft->text.failed ? PM_ENOMEM : PM_OK;
}

enum pm_status pm_fold_text_add(struct pm_fold_text *ft, const char *s, size_t len)
{
    struct pm_folded *w = &ft->width;
    enum pm_status st = pm_fold(PM_FOLD_WIDTH, s, len, w);
    ft->space = true;
    uint32_t gap = 0; /* where pending white space starts */
    for (size_t pos = 0; st == PM_OK && pos < w->len;) {
        if (!ft->mapped)
            st = put_ascii(ft, w, &pos);
        if (st != PM_OK || pos == w->len)
            break;
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
        cp = fold_char(cp);
        if (ft->space && pm_fold_is_word(ft->last) && pm_fold_is_word(cp))
            st = put(ft, ' ', (struct pm_fold_span){gap, span.from > gap ? span.from : span.to});
        ft->space = false;
        if (st == PM_OK)
            st = put(ft, cp, span);
        ft->last = cp;
    }
    return st;
}

bool pm_fold_row_heads(const struct pm_fold_row *rows, size_t i)
{
    const char *heading = rows[i].heading;
    if (heading == NULL || *heading == '\0')
        return false;
    return i == 0 || rows[i - 1].heading == NULL || strcmp(heading, rows[i - 1].heading) != 0;
}

enum pm_status pm_fold_document(const struct pm_fold_row *rows, size_t n, struct pm_fold_text *ft,
                                struct pm_buf *starts)
{
    enum pm_status st = PM_OK;
    size_t last = 0;
    pm_fold_text_begin(ft, false);
    pm_buf_clear(starts);
    for (size_t i = 0; st == PM_OK && i < n; i++) {
        pm_buf_varint(starts, rows[i].section);
        pm_buf_varint(starts, ft->text.len - last);
        last = ft->text.len;
        if (pm_fold_row_heads(rows, i))
            st = pm_fold_text_add(ft, rows[i].heading, strlen(rows[i].heading));
        if (st == PM_OK)
            st = pm_fold_text_add(ft, rows[i].text, rows[i].len);
    }
    return st == PM_OK && starts->failed ? PM_ENOMEM : st;
}
