#include "query/needle.h"

#include <string.h>
#include <utf8proc.h>

#include "lib/norm_parts.h"
#include "lib/utf8.h"
#include "query/fold_text.h"

enum { ITERATION = 0x3005, KANA_ITERATION = 0x30FD, VOICED_ITERATION = 0x30FE };

static bool is_kana(uint32_t cp)
{
    return cp >= 0x30A1 && cp <= 0x30FA;
}

static bool is_mark(uint32_t cp)
{
    return cp == ITERATION || cp == KANA_ITERATION || cp == VOICED_ITERATION;
}

/* What the iteration mark means behind prev; the mark itself where it means nothing. */
static uint32_t repeated(uint32_t prev, uint32_t mark)
{
    if (mark == ITERATION)
        return pm_is_han(prev) && prev < 0x10000 ? prev : mark;
    return is_kana(prev) ? pm_norm_plain(pm_norm_voiced(prev, mark == VOICED_ITERATION)) : mark;
}

/* A letter of バ, ガ or ザ's rows as two: ブ and ア. 0: none of them, or ブ グ ズ itself. */
static uint32_t first_of_pair(uint32_t cp, uint32_t *vowel)
{
    static const uint32_t rows[3][5] = {{U'バ', U'ビ', U'ブ', U'ベ', U'ボ'},
                                        {U'ガ', U'ギ', U'グ', U'ゲ', U'ゴ'},
                                        {U'ザ', U'ジ', U'ズ', U'ゼ', U'ゾ'}};
    static const uint32_t vowels[5] = {U'ア', U'イ', U'ウ', U'エ', U'オ'};
    for (int r = 0; r < 3; r++) {
        for (int v = 0; v < 5; v++) {
            *vowel = vowels[v];
            if (rows[r][v] == cp)
                return v == 2 ? 0 : rows[r][2];
        }
    }
    return 0;
}

/* The one letter for ブ and ア; 0: no such pair. */
static uint32_t joined_pair(uint32_t cp, uint32_t vowel)
{
    static const uint32_t all[] = {U'バ', U'ビ', U'ベ', U'ボ', U'ガ', U'ギ',
                                   U'ゲ', U'ゴ', U'ザ', U'ジ', U'ゼ', U'ゾ'};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        uint32_t second;
        if (first_of_pair(all[i], &second) == cp && second == vowel)
            return all[i];
    }
    return 0;
}

/* -- compiling ----------------------------------------------------------------- */

static bool is_half_width(uint32_t raw)
{
    return raw >= 0xFF66 && raw <= 0xFF9D;
}

static bool is_long_mark(uint32_t raw)
{
    return raw == 0x30FC || raw == 0xFF70;
}

static bool is_look_alike(uint32_t raw)
{
    return (raw >= 0x2010 && raw <= 0x2015) || raw == 0x2212 || raw == 0x2500 || raw == 0x2501;
}

/* The query's own spelling, which folding has made even: what katakana run is on. */
struct spelling {
    const struct pm_fold_text *ft;
    struct pm_needle *nd;
    size_t run;    /* katakana and long marks since the start of the run */
    bool open;     /* the run may have begun before the query does */
    bool was_long; /* the last character is a long mark */
    bool loose;    /* a run has ended here */
};

static uint32_t raw_at(const struct spelling *sp, size_t at)
{
    size_t from = at < sp->ft->text.len ? sp->ft->map[at].from : sp->nd->raw_len;
    return pm_utf8_next(sp->nd->raw, sp->nd->raw_len, &from);
}

/* The small letters for Ainu stand outside of runs, as they do in folding. */
static bool is_katakana(uint32_t raw)
{
    bool ainu = raw >= 0x31F0 && raw <= 0x31FF;
    return (pm_is_katakana(raw) && !ainu) || is_half_width(raw);
}

/* A mark upon a letter, for which raw_at() gives the letter; voicing marks belong to kana. */
static bool is_mark_upon(uint32_t cp)
{
    return cp >= 0x300 && cp != 0x3099 && cp != 0x309A &&
           utf8proc_get_property((utf8proc_int32_t)cp)->combining_class != 0;
}

/* Does white space that was folded away stand before the folded byte at? */
static bool after_space(const struct spelling *sp, size_t at)
{
    size_t from = at > 0 ? sp->ft->map[at - 1].to : 0;
    size_t to = at < sp->ft->text.len ? sp->ft->map[at].from : from;
    while (from < to) {
        uint32_t cp = pm_utf8_next(sp->nd->raw, to, &from);
        if (cp <= ' ' || cp == 0x3000 || cp == 0xA0)
            return true;
    }
    return false;
}

/* A run ends: the long marks at its end count for nothing, nor do a document's. */
static void end_run(struct spelling *sp)
{
    sp->loose = sp->run >= 2 || (sp->run == 1 && sp->open);
    while (sp->run >= 3 && sp->was_long && sp->nd->chars[sp->nd->n - 1].cp == '-') {
        sp->nd->n--;
        sp->run--;
    }
    sp->run = 0;
    sp->open = false;
}

static bool list_chars(const struct pm_fold_text *ft, struct pm_needle *nd, struct pm_arena *a)
{
    struct spelling sp = {.ft = ft, .nd = nd, .open = true};
    nd->chars = pm_arena_calloc(a, ft->text.len + 1, sizeof *nd->chars);
    if (nd->chars == NULL)
        return false;
    for (size_t pos = 0; pos < ft->text.len;) {
        size_t at = pos;
        uint32_t raw = raw_at(&sp, at), cp = pm_utf8_next(ft->text.data, ft->text.len, &pos);
        bool look_alike = is_look_alike(raw) && is_katakana(raw_at(&sp, pos));
        bool inside = look_alike || raw == KANA_ITERATION || raw == VOICED_ITERATION;
        bool katakana = (is_katakana(raw) && !is_mark_upon(cp)) || (inside && sp.run > 0);
        bool starts = !katakana || (sp.run == 0 && is_long_mark(raw));
        if (sp.run > 0 && (starts || after_space(&sp, at)))
            end_run(&sp);
        sp.run += !starts;
        sp.was_long = is_long_mark(raw);
        nd->chars[nd->n++] = (struct pm_needle_char){
            .cp = cp,
            .katakana = katakana,
            .loose = sp.loose,
            .voiceable = pos == ft->text.len && is_half_width(raw),
        };
        sp.loose = false;
        sp.open = sp.open && sp.run > 0;
    }
    end_run(&sp);
    return true;
}

static void find_aliases(struct pm_needle *nd)
{
    static const uint32_t marks[] = {ITERATION, KANA_ITERATION, VOICED_ITERATION};
    for (size_t i = 1; i < nd->n; i++) {
        struct pm_needle_char *c = &nd->chars[i];
        uint32_t prev = c[-1].alias != 0 && is_mark(c[-1].cp) ? c[-1].alias : c[-1].cp;
        if (is_mark(c->cp)) {
            c->alias = repeated(prev, c->cp);
            continue;
        }
        for (size_t k = 0; k < 3; k++)
            if (repeated(prev, marks[k]) == c->cp)
                c->alias = marks[k];
    }
}

static bool is_hard(const struct pm_needle *nd, size_t i)
{
    const struct pm_needle_char *c = &nd->chars[i];
    uint32_t vowel;
    if (c->alias != 0 || c->loose || c->voiceable)
        return false;
    return !c->katakana || (first_of_pair(c->cp, &vowel) == 0 &&
                            (i + 1 == nd->n || joined_pair(c->cp, c[1].cp) == 0));
}

/* Nothing is left, or nothing but dashes of which one is a hyphen: whoever types that
 * does not mean every long vowel mark. */
static bool is_literal(const struct pm_needle *nd)
{
    bool hyphen = false;
    for (size_t i = 0; i < nd->n; i++)
        if (nd->chars[i].cp != '-')
            return false;
    for (size_t pos = 0; pos < nd->raw_len;) {
        uint32_t cp = pm_utf8_next(nd->raw, nd->raw_len, &pos);
        hyphen |= cp == '-' || cp == 0xFF0D || cp == 0xFE63;
    }
    return nd->n == 0 || hyphen;
}

enum pm_status pm_needle_make(const char *raw, size_t len, enum pm_section section,
                              struct pm_arena *a, struct pm_needle *out, struct pm_error *err)
{
    struct pm_fold_text ft = {0};
    *out = (struct pm_needle){.raw_len = len, .section = section};
    out->raw = pm_arena_strndup(a, raw, len);
    pm_fold_text_begin(&ft, true);
    enum pm_status st = out->raw == NULL ? PM_ENOMEM : pm_fold_text_add(&ft, raw, len);
    if (st == PM_OK && !list_chars(&ft, out, a))
        st = PM_ENOMEM;
    if (st == PM_OK) {
        find_aliases(out);
        out->literal = is_literal(out);
        out->head = pm_arena_calloc(a, out->n + 1, 4);
        if (out->head == NULL)
            st = PM_ENOMEM;
        for (; st == PM_OK && out->n_head < out->n && is_hard(out, out->n_head); out->n_head++)
            out->head_len += pm_utf8_put(out->chars[out->n_head].cp, out->head + out->head_len);
    }
    pm_fold_text_free(&ft);
    return st == PM_OK ? PM_OK : pm_fail(err, st, "out of memory");
}

/* -- matching ------------------------------------------------------------------ */

struct hay {
    const char *s;
    size_t len;
};

static uint32_t char_at(const struct hay *h, size_t pos, size_t *next)
{
    *next = pos;
    return pos < h->len ? pm_utf8_next(h->s, h->len, next) : 0;
}

static uint32_t char_before(const struct hay *h, size_t pos, size_t *start)
{
    size_t at = pos;
    while (at > 0 && ((unsigned char)h->s[--at] & 0xC0) == 0x80)
        ;
    *start = at;
    return at < pos ? char_at(h, at, &pos) : 0;
}

static bool in_run(uint32_t cp)
{
    return is_kana(cp) || cp == '-' || cp == KANA_ITERATION || cp == VOICED_ITERATION;
}

/* Do two characters of a kana run end at pos? Then the long marks there may be final ones. */
static bool may_end_word(const struct hay *h, size_t pos)
{
    size_t at;
    uint32_t last = char_before(h, pos, &at);
    return in_run(last) && in_run(char_before(h, at, &at));
}

static size_t skip_long(const struct hay *h, size_t pos)
{
    if (pos < h->len && h->s[pos] == '-' && may_end_word(h, pos))
        while (pos < h->len && h->s[pos] == '-')
            pos++;
    return pos;
}

/* Match character i of the needle at *pos in another form; 0: no. Else how many of the
 * needle's characters it takes. */
static size_t other_form(const struct pm_needle *nd, size_t i, const struct hay *h, size_t *pos)
{
    const struct pm_needle_char *c = &nd->chars[i];
    size_t next, second, prev;
    uint32_t vowel, cp = char_at(h, *pos, &next);
    if (c->alias != 0 &&
        (is_mark(c->cp) ? cp == c->alias
                        : is_mark(cp) && repeated(char_before(h, *pos, &prev), cp) == c->cp)) {
        *pos = next;
        return 1;
    }
    if (c->voiceable && is_kana(cp) &&
        (pm_norm_voiced(c->cp, true) == cp || pm_norm_voiced(cp, false) == c->cp)) {
        *pos = next;
        return 1;
    }
    if (!c->katakana)
        return 0;
    if (first_of_pair(c->cp, &vowel) == cp && cp != 0) {
        uint32_t follower = char_at(h, next, &second);
        bool yu = c->cp == U'ビ' && follower == U'ユ';
        if (follower == vowel || yu) {
            *pos = yu ? next : second;
            return 1;
        }
    }
    if (i + 1 < nd->n && cp != 0 && joined_pair(c->cp, c[1].cp) == cp) {
        *pos = next;
        return 2;
    }
    if (i + 1 < nd->n && c->cp == U'ブ' && c[1].cp == U'ユ' && cp == U'ビ') {
        *pos = next;
        return 1;
    }
    return 0;
}

/* Match the needle from character i on at pos; skips: long marks may be passed over
 * before it where it is loose. */
static bool match_rest(const struct pm_needle *nd, size_t i, bool skips, const struct hay *h,
                       size_t pos, size_t *end)
{
    for (; i < nd->n; skips = true) {
        const struct pm_needle_char *c = &nd->chars[i];
        size_t next, skipped = skips && c->loose ? skip_long(h, pos) : pos;
        for (; skipped > pos; skipped--)
            if (match_rest(nd, i, false, h, skipped, end))
                return true;
        if (pos < h->len && char_at(h, pos, &next) == c->cp) {
            pos = next;
            i++;
            continue;
        }
        size_t used = other_form(nd, i, h, &pos);
        if (used == 0)
            return false;
        i += used;
    }
    *end = pos;
    return true;
}

static bool find_head(const struct pm_needle *nd, const struct hay *h, size_t from, size_t *start,
                      size_t *end)
{
    while (from < h->len) {
        const char *at = memmem(h->s + from, h->len - from, nd->head, nd->head_len);
        if (at == NULL)
            return false;
        *start = (size_t)(at - h->s);
        if (match_rest(nd, nd->n_head, true, h, *start + nd->head_len, end))
            return true;
        from = *start + 1;
    }
    return false;
}

/* The characters that a match may start with where the first has other forms. */
static size_t first_forms(const struct pm_needle *nd, uint32_t out[16])
{
    const struct pm_needle_char *c = &nd->chars[0];
    uint32_t vowel, pair = first_of_pair(c->cp, &vowel);
    size_t n = 0;
    out[n++] = c->cp;
    if (c->katakana && pair != 0)
        out[n++] = pair;
    if (c->katakana && nd->n > 1 && joined_pair(c->cp, c[1].cp) != 0)
        out[n++] = joined_pair(c->cp, c[1].cp);
    if (c->katakana && c->cp == U'ブ' && nd->n > 1 && c[1].cp == U'ユ')
        out[n++] = U'ビ';
    if (c->voiceable)
        for (uint32_t k = 0x30A1; k <= 0x30FA && n < 16; k++)
            if (k != c->cp && pm_norm_voiced(k, false) == c->cp)
                out[n++] = k;
    return n;
}

bool pm_needle_find(const struct pm_needle *nd, const char *text, size_t len, size_t from,
                    size_t *start, size_t *end)
{
    struct hay h = {text, len};
    if (nd->n_head > 0)
        return find_head(nd, &h, from, start, end);
    uint32_t forms[16];
    size_t n = nd->n == 0 ? 0 : first_forms(nd, forms);
    bool found = false;
    for (size_t k = 0; k < n; k++) {
        char bytes[4];
        size_t width = pm_utf8_put(forms[k], bytes);
        for (size_t at = from; at < (found ? *start : len);) {
            const char *p = memmem(text + at, (found ? *start : len) - at, bytes, width);
            size_t stop, here = p == NULL ? len : (size_t)(p - text);
            if (p == NULL)
                break;
            if (match_rest(nd, 0, true, &h, here, &stop)) {
                *start = here;
                *end = stop;
                found = true;
                break;
            }
            at = here + 1;
        }
    }
    return found;
}
