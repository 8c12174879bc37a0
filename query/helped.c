#include "query/helped.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "lib/concept.h"

enum { BITS = 512, LEAST = 3 }; /* fewer features than LEAST are compared word by word */

static const double same = 0.6; /* of the features of the shorter of two entries */

static enum pm_status out_of_memory(struct pm_error *err)
{
    return pm_fail(err, PM_ENOMEM, "out of memory");
}

static void set_bit(struct pm_helped_entry *e, const char *feature)
{
    size_t bit = XXH3_64bits(feature, strlen(feature)) % BITS;
    uint64_t mask = (uint64_t)1 << (bit % 64);
    e->n_concepts += (e->concepts[bit / 64] & mask) == 0;
    e->concepts[bit / 64] |= mask;
}

/* The concepts that the tokens name; words that name none stand for themselves. */
static enum pm_status sign(sqlite3 *db, const struct pm_tokens *tokens, struct pm_arena *scratch,
                           struct pm_helped_entry *e, struct pm_error *err)
{
    sqlite3_stmt *forms = NULL;
    if (sqlite3_prepare_v2(db,
                           "SELECT concept_id, terms, offsets FROM concept_form WHERE first = ?1",
                           -1, &forms, NULL) != SQLITE_OK)
        return pm_fail(err, PM_EDB, "unable to read concepts: %s", sqlite3_errmsg(db));
    for (size_t i = 0; i < tokens->count; i++) {
        const struct pm_token *t = &tokens->items[i];
        bool named = false;
        if (!pm_token_in_name(t))
            continue;
        (void)sqlite3_reset(forms);
        (void)sqlite3_bind_text(forms, 1, t->text, (int)t->len, SQLITE_STATIC);
        while (sqlite3_step(forms) == SQLITE_ROW) {
            struct pm_form f;
            const char *key;
            if (!pm_form_read((const char *)sqlite3_column_text(forms, 1),
                              (const char *)sqlite3_column_text(forms, 2), scratch, &f) ||
                !pm_form_matches(&f, tokens, i, NULL))
                continue;
            key = pm_arena_printf(scratch, "\x01%lld", (long long)sqlite3_column_int64(forms, 0));
            if (key != NULL)
                set_bit(e, key);
            named = true;
        }
        if (!named && (t->flags & PM_TOKEN_STOP) == 0)
            set_bit(e, t->text);
    }
    (void)sqlite3_finalize(forms);
    return PM_OK;
}

static bool says_the_same(const struct pm_helped_entry *x, const struct pm_helped_entry *y)
{
    if (x->kind != y->kind)
        return false;
    size_t shared = 0, less = x->n_concepts < y->n_concepts ? x->n_concepts : y->n_concepts;
    size_t more = x->n_concepts + y->n_concepts - less;
    for (int i = 0; i < BITS / 64; i++)
        shared += (size_t)__builtin_popcountll(x->concepts[i] & y->concepts[i]);
    return less >= LEAST && (double)shared >= same * (double)less &&
           (double)shared >= 0.4 * (double)more;
}

static enum pm_status add_source(struct pm_helped_entry *e, const char *source, struct pm_arena *a,
                                 struct pm_error *err)
{
    for (size_t i = 0; i < e->n_sources; i++)
        if (strcmp(e->sources[i], source) == 0)
            return PM_OK;
    const char **grown =
        pm_arena_grow(a, e->sources, e->n_sources, e->n_sources + 1, sizeof *grown, &e->cap);
    if (grown == NULL)
        return out_of_memory(err);
    e->sources = grown;
    grown[e->n_sources++] = source;
    return PM_OK;
}

enum pm_status pm_helped_add(sqlite3 *db, struct pm_tokenizer *t, struct pm_helped *h,
                             enum pm_helped_kind kind, const char *text, const char *state,
                             const char *source, struct pm_arena *a, struct pm_error *err)
{
    struct pm_helped_entry e = {.kind = kind, .text = text, .state = state, .order = h->count};
    struct pm_arena scratch = {0};
    struct pm_tokens tokens = {0};
    for (size_t i = 0; i < h->count; i++)
        if (h->items[i].kind == kind && strcmp(h->items[i].text, text) == 0)
            return add_source(&h->items[i], source, a, err);
    enum pm_status st = pm_tokenize(t, text, strlen(text), &scratch, &tokens, err);
    if (st == PM_OK)
        st = sign(db, &tokens, &scratch, &e, err);
    pm_arena_free(&scratch);
    if (st != PM_OK)
        return st;
    for (size_t i = 0; i < h->count; i++)
        if (says_the_same(&h->items[i], &e))
            return add_source(&h->items[i], source, a, err);
    struct pm_helped_entry *grown =
        pm_arena_grow(a, h->items, h->count, h->count + 1, sizeof *grown, &h->cap);
    if (grown == NULL)
        return out_of_memory(err);
    h->items = grown;
    grown[h->count] = e;
    return add_source(&grown[h->count++], source, a, err);
}

enum pm_status pm_helped_add_card(sqlite3 *db, struct pm_tokenizer *t, struct pm_helped *h,
                                  const char *mechanism, const char *lang, struct pm_arena *a,
                                  struct pm_error *err)
{
    sqlite3_stmt *row = NULL;
    if (sqlite3_prepare_v2(db,
                           "SELECT p.text FROM mechanism_part p JOIN mechanism m"
                           " ON m.id = p.mechanism_id WHERE m.name = ?1 AND p.part = 'checks'"
                           " ORDER BY p.lang = ?2 DESC LIMIT 1",
                           -1, &row, NULL) != SQLITE_OK)
        return pm_fail(err, PM_EDB, "unable to read the mechanisms: %s", sqlite3_errmsg(db));
    (void)sqlite3_bind_text(row, 1, mechanism, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(row, 2, lang, -1, SQLITE_STATIC);
    enum pm_status st = PM_OK;
    const char *text =
        sqlite3_step(row) == SQLITE_ROW ? (const char *)sqlite3_column_text(row, 0) : NULL;
    while (st == PM_OK && text != NULL && *text != '\0') {
        size_t n = strcspn(text, "\n");
        if (n > 2 && memcmp(text, "- ", 2) == 0) {
            const char *line = pm_arena_strndup(a, text + 2, n - 2);
            st = line == NULL
                     ? out_of_memory(err)
                     : pm_helped_add(db, t, h, PM_HELPED_CHECK, line, NULL, mechanism, a, err);
        }
        text += n + (text[n] == '\n');
    }
    (void)sqlite3_finalize(row);
    return st;
}

static int for_showing(const void *a, const void *b)
{
    const struct pm_helped_entry *x = a, *y = b;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    if (x->n_sources != y->n_sources)
        return x->n_sources > y->n_sources ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

void pm_helped_sort(struct pm_helped *h)
{
    if (h->count > 0)
        qsort(h->items, h->count, sizeof *h->items, for_showing);
}

const char *pm_helped_name(enum pm_helped_kind kind)
{
    static const char *const names[] = {"fix", "action", "check", "wrong"};
    return names[kind];
}
