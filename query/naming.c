#include "query/naming.h"

#include <string.h>

static enum pm_status out_of_memory(struct pm_error *err)
{
    return pm_fail(err, PM_ENOMEM, "out of memory");
}

static bool same_concept(const struct pm_named *a, const struct pm_named *b)
{
    return a->concept == b->concept && (a->id == NULL || strcmp(a->id, b->id) == 0);
}

/* Of two names of one concept at one place the longer counts. */
static enum pm_status note(struct pm_names *n, struct pm_named name, struct pm_arena *a,
                           struct pm_error *err)
{
    for (size_t i = 0; i < n->count; i++) {
        struct pm_named *old = &n->items[i];
        if (!same_concept(old, &name) || old->first > name.last || name.first > old->last)
            continue;
        if (name.last - name.first > old->last - old->first)
            *old = name;
        return PM_OK;
    }
    struct pm_named *grown =
        pm_arena_grow(a, n->items, n->count, n->count + 1, sizeof *grown, &n->cap);
    if (grown == NULL)
        return out_of_memory(err);
    n->items = grown;
    grown[n->count++] = name;
    return PM_OK;
}

static bool can_start(const struct pm_token *t)
{
    return pm_token_in_name(t);
}

/* Every concept a name of which starts at token i. */
static enum pm_status names_at(sqlite3_stmt *forms, const struct pm_tokens *tokens, size_t i,
                               struct pm_arena *a, struct pm_names *out, struct pm_error *err)
{
    const struct pm_token *tok = &tokens->items[i];
    (void)sqlite3_reset(forms);
    (void)sqlite3_bind_text(forms, 1, tok->text, (int)tok->len, SQLITE_STATIC);
    enum pm_status st = PM_OK;
    while (st == PM_OK && sqlite3_step(forms) == SQLITE_ROW) {
        struct pm_form f;
        struct pm_named name = {.concept = (uint32_t)sqlite3_column_int64(forms, 0), .first = i};
        if (pm_form_read((const char *)sqlite3_column_text(forms, 1),
                         (const char *)sqlite3_column_text(forms, 2), a, &f) &&
            pm_form_matches(&f, tokens, i, &name.last))
            st = note(out, name, a, err);
    }
    return st;
}

enum pm_status pm_names_find(sqlite3 *db, const struct pm_tokens *tokens, size_t from,
                             struct pm_arena *a, struct pm_names *out, struct pm_error *err)
{
    sqlite3_stmt *forms = NULL;
    enum pm_status st = PM_OK;
    if (sqlite3_prepare_v2(db,
                           "SELECT concept_id, terms, offsets FROM concept_form WHERE first = ?1",
                           -1, &forms, NULL) != SQLITE_OK)
        return pm_fail(err, PM_EDB, "unable to read concepts: %s", sqlite3_errmsg(db));
    for (size_t i = from; st == PM_OK && i < tokens->count; i++)
        if (can_start(&tokens->items[i]))
            st = names_at(forms, tokens, i, a, out, err);
    (void)sqlite3_finalize(forms);
    return st;
}

struct reading {
    struct pm_tokenizer *tokenizer;
    const struct pm_tokens *tokens;
    struct pm_arena *arena; /* of the names found */
    struct pm_arena scratch;
    struct pm_names *out;
};

/* A concept of the dictionary: compare each of its names with the text. */
static enum pm_status read_concept(void *ctx, int line, const char *const *cols, int n,
                                   struct pm_error *err)
{
    struct reading *r = ctx;
    enum pm_status st = PM_OK;
    (void)line;
    for (int lang = 1; st == PM_OK && lang < 3 && lang < n; lang++)
        for (const char *p = cols[lang]; st == PM_OK && *p != '\0';) {
            struct pm_form f;
            size_t len = strcspn(p, "|");
            pm_arena_reset(&r->scratch);
            st = pm_form_make(r->tokenizer, p, len, &r->scratch, &f, err);
            for (size_t i = 0; st == PM_OK && f.n > 0 && i < r->tokens->count; i++) {
                struct pm_named name = {.first = i};
                if (!can_start(&r->tokens->items[i]) ||
                    !pm_form_matches(&f, r->tokens, i, &name.last))
                    continue;
                name.id = pm_arena_strdup(r->arena, cols[0]);
                name.en = pm_arena_strndup(r->arena, cols[1], strcspn(cols[1], "|"));
                name.ja = pm_arena_strndup(r->arena, cols[2], strcspn(cols[2], "|"));
                st = name.id == NULL || name.en == NULL || name.ja == NULL
                         ? out_of_memory(err)
                         : note(r->out, name, r->arena, err);
            }
            p += len + (p[len] == '|');
        }
    return st;
}

enum pm_status pm_names_find_dict(struct pm_dict *dict, struct pm_tokenizer *t,
                                  const struct pm_tokens *tokens, struct pm_arena *a,
                                  struct pm_names *out, struct pm_error *err)
{
    struct reading r = {.tokenizer = t, .tokens = tokens, .arena = a, .out = out};
    enum pm_status st = pm_dict_each(dict, "concepts", read_concept, &r, err);
    pm_arena_free(&r.scratch);
    return st;
}
