#include "lib/norm.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "lib/norm_parts.h"
#include "lib/utf8.h"

/* WIDTH folding works by segments: a character and what may combine with it. The
 * two quick roads, ASCII and kana or kanji that NFKC leaves alone, never call
 * utf8proc. */

enum {
    SEGMENT_MAX = 64, /* code points; combining marks beyond are dropped, for linear time */
    EXPANSION = 18,   /* the longest compatibility decomposition, in code points */
    OPTIONS =
        UTF8PROC_COMPAT | UTF8PROC_COMPOSE | UTF8PROC_STABLE | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE,
};

struct segment {
    utf8proc_int32_t cp[SEGMENT_MAX];
    size_t n;
};

struct folder {
    const char *s;
    size_t len;
    size_t pos;
    struct pm_folded *out;
};

static bool reserve(struct pm_folded *f, size_t more)
{
    if (f->len + more <= f->cap && f->text != NULL)
        return true;
    size_t cap = f->cap + f->cap / 2 + more + 64;
    char *text = realloc(f->text, cap + 1);
    if (text == NULL)
        return false;
    f->text = text;
    uint32_t *map = realloc(f->map, (cap + 1) * sizeof *map);
    if (map == NULL)
        return false;
    f->map = map;
    f->cap = cap;
    return true;
}

/* May a voicing mark follow this character? */
static bool takes_voicing(uint32_t cp)
{
    return (cp >= 0x3041 && cp <= 0x3096) || cp == 0x309D || (cp >= 0x30A1 && cp <= 0x30FA) ||
           cp == 0x30FC || cp == 0x30FD;
}

/* Vowel signs that compose with the character before them although they are
 * starters (combining class 0). */
static bool is_composing_starter(uint32_t cp)
{
    static const uint32_t list[] = {0x09BE,  0x09D7,  0x0B3E,  0x0B56,  0x0B57,  0x0BBE,
                                    0x0BD7,  0x0CC2,  0x0CD5,  0x0CD6,  0x0D3E,  0x0D57,
                                    0x0DCF,  0x0DDF,  0x102E,  0x1B35,  0x11127, 0x1133E,
                                    0x11357, 0x114B0, 0x114BA, 0x114BD, 0x115AF, 0x11930};
    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        if (list[i] == cp)
            return true;
    return false;
}

/* The code points that cp stands for; 0 of them for an ignorable one. */
static size_t decompose(uint32_t cp, bool after_kana, utf8proc_int32_t out[EXPANSION])
{
    if (cp == 0x309B || cp == 0x309C) { /* typed behind a kana they mean the combining ones */
        out[0] = after_kana ? (utf8proc_int32_t)cp - 2 : (utf8proc_int32_t)cp;
        return 1;
    }
    if (cp == 0xFF5E) { /* a wave dash by its looks and its use */
        out[0] = (utf8proc_int32_t)cp;
        return 1;
    }
    int bound = 0;
    utf8proc_ssize_t n = utf8proc_decompose_char((utf8proc_int32_t)cp, out, EXPANSION,
                                                 (utf8proc_option_t)OPTIONS, &bound);
    if (n >= 0 && n <= EXPANSION)
        return (size_t)n;
    out[0] = 0xFFFD;
    return 1;
}

/* Does a character whose decomposition starts with first belong to the segment? */
static bool joins(uint32_t last, uint32_t first)
{
    if (first >= 0x1161 && first <= 0x1175)
        return last >= 0x1100 && last <= 0x1112;
    if (first >= 0x11A8 && first <= 0x11C2)
        return last >= 0x1161 && last <= 0x1175;
    return utf8proc_get_property((utf8proc_int32_t)first)->combining_class != 0 ||
           is_composing_starter(first);
}

/* A cheap no for what usually follows; the long answer otherwise. */
static bool may_join(const unsigned char *p, size_t left)
{
    if (left < 2 || p[0] < 0x80 || (p[0] >= 0xE4 && p[0] <= 0xE9))
        return false;
    if (p[0] < 0xCC)
        return p[0] == 0xC2 && p[1] == 0xAD;
    if (p[0] == 0xE3 && left >= 3) {
        if (p[1] == 0x82)
            return p[2] >= 0x99 && p[2] <= 0x9C;
        if (p[1] == 0x81 || p[1] == 0x83)
            return false;
        return !(p[1] == 0x80 && p[2] < 0xAA);
    }
    if (p[0] == 0xE2 && left >= 3 && p[1] == 0x80)
        return !(p[2] >= 0x90 && p[2] <= 0xA7);
    return !(p[0] == 0xEF && p[1] == 0xBC);
}

/* Take one more character into the segment; false where a new one starts. */
static bool extend(struct folder *f, struct segment *g)
{
    if (!may_join((const unsigned char *)f->s + f->pos, f->len - f->pos))
        return false;
    size_t next = f->pos;
    uint32_t cp = pm_utf8_next(f->s, f->len, &next);
    utf8proc_int32_t d[EXPANSION];
    uint32_t last = g->n > 0 ? (uint32_t)g->cp[g->n - 1] : 0;
    size_t n = decompose(cp, takes_voicing(last), d);
    if (n > 0 && !joins(last, (uint32_t)d[0]))
        return false;
    f->pos = next;
    for (size_t i = 0; i < n && g->n + n - i <= SEGMENT_MAX; i++)
        g->cp[g->n++] = d[i];
    return true;
}

/* Canonical order: marks by combining class, stable, never across a starter. */
static void order(struct segment *g)
{
    for (size_t i = 1; i < g->n; i++) {
        utf8proc_int32_t cp = g->cp[i];
        int class = utf8proc_get_property(cp)->combining_class;
        size_t j = i;
        while (class != 0 && j > 0 &&
               utf8proc_get_property(g->cp[j - 1])->combining_class > class) {
            g->cp[j] = g->cp[j - 1];
            j--;
        }
        g->cp[j] = cp;
    }
}

static bool put(struct pm_folded *out, uint32_t cp, size_t source)
{
    if (!reserve(out, 4))
        return false;
    size_t n = pm_utf8_put(cp, out->text + out->len);
    for (size_t i = 0; i < n; i++)
        out->map[out->len + i] = (uint32_t)source;
    out->len += n;
    return true;
}

static bool slow_segment(struct folder *f)
{
    struct segment g;
    size_t start = f->pos;
    g.n = decompose(pm_utf8_next(f->s, f->len, &f->pos), false, g.cp);
    while (extend(f, &g))
        ;
    order(&g);
    utf8proc_ssize_t n =
        utf8proc_normalize_utf32(g.cp, (utf8proc_ssize_t)g.n, (utf8proc_option_t)OPTIONS);
    for (utf8proc_ssize_t i = 0; i < n; i++)
        if (!put(f->out, (uint32_t)g.cp[i], start))
            return false;
    return true;
}

enum { LANES = 16 }; /* a loop of a known length is one that compilers make vectors of */

void pm_norm_copy_lower(char *restrict to, const char *restrict from, size_t n)
{
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (size_t k = 0; k < LANES; k++)
            to[i + k] = (char)(from[i + k] + ((unsigned char)(from[i + k] - 'A') < 26 ? 32 : 0));
    for (; i < n; i++)
        to[i] = (char)(from[i] + ((unsigned char)(from[i] - 'A') < 26 ? 32 : 0));
}

static void count_from(uint32_t first, uint32_t *restrict to, size_t n)
{
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (size_t k = 0; k < LANES; k++)
            to[i + k] = first + (uint32_t)(i + k);
    for (; i < n; i++)
        to[i] = first + (uint32_t)i;
}

static bool ascii_run(struct folder *f)
{
    size_t end = pm_ascii_end(f->s, f->len, f->pos);
    bool last_combines = end < f->len && may_join((const unsigned char *)f->s + end, f->len - end);
    size_t n = end - f->pos - (last_combines ? 1 : 0);
    if (!reserve(f->out, n))
        return false;
    pm_norm_copy_lower(f->out->text + f->out->len, f->s + f->pos, n);
    count_from((uint32_t)f->pos, f->out->map + f->out->len, n);
    f->out->len += n;
    f->pos += n;
    return last_combines ? slow_segment(f) : true;
}

/* Is this a three-byte character that NFKC and case folding leave alone? */
static bool is_plain(const unsigned char *p, size_t left)
{
    if (left < 3 || p[0] < 0xE3 || p[0] > 0xE9 || (p[1] & 0xC0) != 0x80 || (p[2] & 0xC0) != 0x80)
        return false;
    if (p[0] > 0xE4)
        return true;
    uint32_t cp = (uint32_t)(p[0] & 0x0F) << 12 | (uint32_t)(p[1] & 0x3F) << 6 | (p[2] & 0x3F);
    return (cp >= 0x3041 && cp <= 0x3096) || (cp >= 0x30A1 && cp <= 0x30FE) ||
           (cp >= 0x3400 && cp <= 0x4DBF) || cp >= 0x4E00 || (cp >= 0x3001 && cp <= 0x3029);
}

size_t pm_norm_plain_len(const char *text, size_t len)
{
    const unsigned char *s = (const unsigned char *)text;
    size_t n = 0;
    while (is_plain(s + n, len - n))
        n += 3;
    return n > 0 && may_join(s + n, len - n) ? n - 3 : n;
}

/* Kana and kanji in full width; false when memory is out. */
static bool plain_run(struct folder *f)
{
    const char *s = f->s;
    size_t n = pm_norm_plain_len(s + f->pos, f->len - f->pos);
    if (n == 0)
        return slow_segment(f);
    if (!reserve(f->out, n))
        return false;
    memcpy(f->out->text + f->out->len, s + f->pos, n);
    uint32_t *map = f->out->map + f->out->len;
    for (size_t i = 0; i < n; i += 3)
        map[i] = map[i + 1] = map[i + 2] = (uint32_t)(f->pos + i);
    f->out->len += n;
    f->pos += n;
    return true;
}

static bool fold_width(struct folder *f)
{
    while (f->pos < f->len) {
        const unsigned char *p = (const unsigned char *)f->s + f->pos;
        bool done;
        if (*p < 0x80)
            done = ascii_run(f);
        else if (is_plain(p, f->len - f->pos))
            done = plain_run(f);
        else
            done = slow_segment(f);
        if (!done)
            return false;
    }
    return true;
}

enum pm_status pm_fold(enum pm_fold strength, const char *s, size_t len, struct pm_folded *out)
{
    struct folder f = {s, len, 0, out};
    out->len = 0;
    if (len >= UINT32_MAX) {
        if (out->text != NULL)
            out->text[0] = '\0';
        return PM_ELIMIT;
    }
    if (!reserve(out, len) || !fold_width(&f)) {
        pm_folded_free(out);
        return PM_ENOMEM;
    }
    out->map[out->len] = (uint32_t)len;
    if (strength == PM_FOLD_FULL && pm_ascii_end(out->text, out->len, 0) < out->len)
        pm_norm_full(out);
    out->text[out->len] = '\0';
    return PM_OK;
}

void pm_folded_free(struct pm_folded *out)
{
    free(out->text);
    free(out->map);
    *out = (struct pm_folded){0};
}
