#include "lib/user_terms.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/arena.h"
#include "lib/norm.h"
#include "lib/tokenizer_parts.h"
#include "lib/tsv.h"
#include "lib/utf8.h"

enum { SURFACE_MAX = 96, BUCKETS = 1024, FREE_KATAKANA = 4 };

struct node {
    struct pm_user_term term;
    struct node *next; /* of the bucket; longer ones first */
};

struct pm_user_terms {
    struct pm_arena arena;
    struct node *buckets[BUCKETS]; /* by the first character */
};

static const char *fault_of(const struct pm_tsv *row, const char *surface, size_t len,
                            const char *base)
{
    size_t letters = 0;
    if (row->fault != NULL)
        return row->fault;
    if (row->n > 2 || surface == NULL)
        return "a word and, as a choice, its form are wanted";
    if (len == 0 || *base == '\0')
        return "an empty column";
    if (len > SURFACE_MAX)
        return "a word of more than 96 bytes";
    for (size_t pos = 0; pos < len; letters++) {
        uint32_t cp = pm_utf8_next(surface, len, &pos);
        bool inside = pos < len && letters > 0;
        if (pm_is_japanese(cp) || pm_latin_is_letter(cp) ||
            (inside &&
             (cp == ' ' || cp == '-' || cp == '_' || cp == '.' || cp == '/' || cp == 0x30FB)))
            continue;
        return "a word is made of letters and digits";
    }
    return letters < 2 ? "a word of one letter" : NULL;
}

enum pm_status pm_user_terms_read(const char *path, const char *text, size_t len,
                                  struct pm_buf *lines, struct pm_error *err)
{
    struct pm_tsv row;
    struct pm_folded surface = {0}, base = {0};
    enum pm_status st = PM_OK;
    pm_tsv_open(&row, text, len);
    while (st == PM_OK && pm_tsv_next(&row)) {
        const char *cols[2] = {row.n > 0 ? row.cols[0] : "", row.n > 1 ? row.cols[1] : NULL};
        cols[1] = cols[1] == NULL ? cols[0] : cols[1];
        st = pm_fold(PM_FOLD_WIDTH, cols[0], strlen(cols[0]), &surface);
        if (st == PM_OK)
            st = pm_fold(PM_FOLD_FULL, cols[1], strlen(cols[1]), &base);
        if (st != PM_OK) {
            st = pm_fail(err, st, "out of memory");
            break;
        }
        const char *fault = fault_of(&row, surface.text, surface.len, cols[1]);
        if (fault != NULL)
            st = pm_fail(err, PM_EDICT, "%s:%d: %s", path, row.line, fault);
        else
            pm_buf_addf(lines, "%s\t%s\n", surface.text, base.text);
    }
    pm_tsv_close(&row);
    pm_folded_free(&surface);
    pm_folded_free(&base);
    return st == PM_OK && lines->failed ? pm_fail(err, PM_ENOMEM, "out of memory") : st;
}

static size_t bucket_of(const char *s, size_t len)
{
    size_t pos = 0;
    return pm_utf8_next(s, len, &pos) % BUCKETS;
}

static bool add(struct pm_user_terms *t, const char *surface, size_t len, const char *base,
                size_t base_len)
{
    struct node **at = &t->buckets[bucket_of(surface, len)];
    while (*at != NULL && (*at)->term.len > len)
        at = &(*at)->next;
    for (struct node *same = *at; same != NULL && same->term.len == len; same = same->next)
        if (memcmp(same->term.surface, surface, len) == 0) {
            same->term.base = pm_arena_strndup(&t->arena, base, base_len);
            return same->term.base != NULL;
        }
    struct node *n = pm_arena_alloc(&t->arena, sizeof *n);
    if (n == NULL)
        return false;
    n->term.surface = pm_arena_strndup(&t->arena, surface, len);
    n->term.len = len;
    n->term.single = true;
    for (size_t pos = 0; pos < len;) {
        uint32_t cp = pm_utf8_next(surface, len, &pos);
        n->term.single = n->term.single && (pm_is_hiragana(cp) || cp == 0x30FC);
    }
    n->term.base = pm_arena_strndup(&t->arena, base, base_len);
    n->next = *at;
    *at = n;
    return n->term.surface != NULL && n->term.base != NULL;
}

enum pm_status pm_user_terms_open(const char *lines, struct pm_user_terms **out,
                                  struct pm_error *err)
{
    struct pm_user_terms *t = calloc(1, sizeof *t);
    bool ok = t != NULL;
    for (const char *p = lines; ok && *p != '\0';) {
        size_t surface = strcspn(p, "\t\n");
        const char *base = p[surface] == '\t' ? p + surface + 1 : p;
        size_t base_len = strcspn(base, "\n");
        if (surface > 0 && base_len > 0)
            ok = add(t, p, surface, base, base_len);
        p = base + base_len;
        p += *p == '\n';
    }
    *out = t;
    return ok ? PM_OK : pm_fail(err, PM_ENOMEM, "out of memory");
}

void pm_user_terms_close(struct pm_user_terms *t)
{
    if (t == NULL)
        return;
    pm_arena_free(&t->arena);
    free(t);
}

/* The character before pos; 0 at the start. */
static uint32_t before(const char *s, size_t pos)
{
    size_t at = pos;
    while (at > 0 && ((unsigned char)s[--at] & 0xC0) == 0x80)
        continue;
    return pos == 0 ? 0 : pm_utf8_next(s, pos, &at);
}

/* Would the edge between these characters cut a word? */
static bool cuts(uint32_t inside, uint32_t outside, size_t letters)
{
    if (outside == 0)
        return false;
    if (pm_is_katakana(inside) && pm_is_katakana(outside))
        return letters < FREE_KATAKANA;
    if (pm_is_han(inside) || pm_is_hiragana(inside) || pm_is_katakana(inside))
        return letters < 3 && (pm_is_han(outside) || pm_is_katakana(outside));
    return pm_latin_is_letter(inside) && pm_latin_is_letter(outside);
}

static size_t count_letters(const char *s, size_t len)
{
    size_t n = 0;
    for (size_t i = 0; i < len; i++)
        n += ((unsigned char)s[i] & 0xC0) != 0x80;
    return n;
}

static bool stands(const struct pm_user_term *term, const char *s, size_t len, size_t pos)
{
    if (term->len > len - pos || memcmp(s + pos, term->surface, term->len) != 0)
        return false;
    size_t end = pos + term->len, first = pos, next = end;
    size_t letters = count_letters(term->surface, term->len);
    uint32_t outside = end < len ? pm_utf8_next(s, len, &next) : 0;
    if (pm_is_katakana(before(s, end)) && outside == 0x30FC)
        return false; /* a long vowel belongs to what it lengthens */
    return !cuts(pm_utf8_next(s, len, &first), before(s, pos), letters) &&
           !cuts(before(s, end), outside, letters);
}

const struct pm_user_term *pm_user_terms_find(const struct pm_user_terms *t, const char *s,
                                              size_t len, size_t pos)
{
    for (const struct node *n = t->buckets[bucket_of(s + pos, len - pos)]; n != NULL; n = n->next)
        if (stands(&n->term, s, len, pos))
            return &n->term;
    return NULL;
}
