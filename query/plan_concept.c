#include <string.h>

#include "query/naming.h"
#include "query/plan_parts.h"

static enum pm_status db_error(const struct pm_plan_builder *b)
{
    return pm_fail(b->err, PM_EDB, "unable to read concepts: %s", sqlite3_errmsg(b->db));
}

static enum pm_status add_form(struct pm_plan_builder *b, uint32_t group, sqlite3_stmt *row)
{
    struct pm_plan *p = b->plan;
    struct pm_plan_form form = {.group = group};
    const char *terms = (const char *)sqlite3_column_text(row, 0);
    const char *offsets = (const char *)sqlite3_column_text(row, 1);
    uint32_t *indices = pm_arena_calloc(b->arena, PM_FORM_TERMS, sizeof *indices);
    struct pm_plan_form *grown =
        pm_arena_grow(b->arena, p->forms, p->n_forms, p->n_forms + 1, sizeof *grown, &p->forms_cap);
    if (terms == NULL || offsets == NULL || indices == NULL || grown == NULL)
        return pm_plan_out_of_memory(b);
    p->forms = grown;
    if (!pm_form_read(terms, offsets, b->arena, &form.shape))
        return PM_OK;
    form.terms = indices;
    for (uint32_t i = 0; i < form.shape.n; i++) {
        enum pm_status st =
            pm_plan_intern(b, form.shape.terms[i], strlen(form.shape.terms[i]), &indices[i]);
        if (st != PM_OK)
            return st;
        if (p->terms[indices[i]].id == 0)
            return PM_OK; /* no document holds it */
    }
    grown[p->n_forms++] = form;
    return PM_OK;
}

enum pm_status pm_plan_add_forms(struct pm_plan_builder *b, uint32_t group, uint32_t concept)
{
    sqlite3_stmt *rows = NULL;
    if (sqlite3_prepare_v2(b->db, "SELECT terms, offsets FROM concept_form WHERE concept_id = ?1",
                           -1, &rows, NULL) != SQLITE_OK)
        return db_error(b);
    (void)sqlite3_bind_int64(rows, 1, concept);
    enum pm_status st = PM_OK;
    while (st == PM_OK && sqlite3_step(rows) == SQLITE_ROW)
        st = add_form(b, group, rows);
    (void)sqlite3_finalize(rows);
    return st;
}

/* The slots of the words of a name; stop words have none, and a name of such alone a new
 * one. */
static void find_slots(struct pm_plan_builder *b, const struct pm_tokens *tokens,
                       const struct pm_named *n, const uint32_t *slots, uint32_t *first,
                       uint32_t *end)
{
    size_t from = n->first, to = n->last;
    while (from < to && (tokens->items[from].flags & PM_TOKEN_STOP))
        from++;
    while (to > from && (tokens->items[to].flags & PM_TOKEN_STOP))
        to--;
    bool stop = (tokens->items[from].flags & PM_TOKEN_STOP) != 0;
    *first = stop ? (uint32_t)b->plan->n_slots++ : slots[from];
    *end = stop ? *first + 1 : slots[to] + 1;
}

/* Where a name ends for the eye: 鳴らなかった, not 鳴らなかっ. */
static size_t end_of_name(const struct pm_tokens *tokens, size_t last)
{
    size_t end = tokens->items[last].end;
    for (size_t i = last + 1; (tokens->items[last].flags & PM_TOKEN_HELD) && i < tokens->count;
         i++) {
        const struct pm_token *next = &tokens->items[i];
        if (next->start != end || next->pos != PM_POS_AUXVERB)
            break;
        end = next->end;
    }
    return end;
}

/* The group of a concept named by tokens first..last. A name of several words meets
 * several slots at once. */
static enum pm_status add_group(struct pm_plan_builder *b, const struct pm_clause *clause,
                                const struct pm_tokens *tokens, const struct pm_named *n,
                                const uint32_t *slots, sqlite3_stmt *read)
{
    const struct pm_token *first = &tokens->items[n->first];
    (void)sqlite3_reset(read);
    (void)sqlite3_bind_int64(read, 1, n->concept);
    if (sqlite3_step(read) != SQLITE_ROW)
        return PM_OK;
    size_t end = end_of_name(tokens, n->last);
    size_t len = (size_t)sqlite3_column_bytes(read, 2);
    const void *blob = sqlite3_column_blob(read, 2);
    bool several = n->last != n->first;
    uint32_t slot, slot_end;
    find_slots(b, tokens, n, slots, &slot, &slot_end);
    struct pm_plan_group g = {
        .kind = PM_GROUP_CONCEPT,
        .label = pm_arena_strndup(b->arena, clause->text + first->start, end - first->start),
        .name = pm_arena_strdup(b->arena, (const char *)sqlite3_column_text(read, 0)),
        .en = pm_arena_strdup(b->arena, (const char *)sqlite3_column_text(read, 3)),
        .ja = pm_arena_strdup(b->arena, (const char *)sqlite3_column_text(read, 4)),
        .concept = n->concept,
        .df = (uint32_t)sqlite3_column_int64(read, 1),
        .postings = pm_arena_strndup(b->arena, blob == NULL ? "" : blob, len),
        .postings_len = len,
        .section = clause->section,
        .position = first->position,
        .slot = slot,
        .slot_end = slot_end,
        .weight = several ? b->weights->concept_phrase : b->weights->concept};
    if (g.label == NULL || g.name == NULL || g.en == NULL || g.ja == NULL || g.postings == NULL)
        return pm_plan_out_of_memory(b);
    enum pm_status st = pm_plan_add_feature(b, PM_MECHANISM_CONCEPT, g.name);
    if (st != PM_OK)
        return st;
    if (g.df == 0 || b->plan->n_groups >= PM_MAX_GROUPS)
        return PM_OK;
    g.idf = g.weight * pm_rank_idf(b->plan->corpus.documents, g.df);
    uint32_t index = (uint32_t)b->plan->n_groups;
    if (pm_plan_add_group(b, g) == NULL)
        return pm_plan_out_of_memory(b);
    return pm_plan_add_forms(b, index, n->concept);
}

enum pm_status pm_plan_concepts(struct pm_plan_builder *b, const struct pm_clause *clause,
                                const struct pm_tokens *tokens, size_t from, const uint32_t *slots,
                                bool *taken)
{
    struct pm_names n = {0};
    sqlite3_stmt *read = NULL;
    enum pm_status st = pm_names_find(b->db, tokens, from, b->arena, &n, b->err);
    if (st == PM_OK &&
        sqlite3_prepare_v2(b->db,
                           "SELECT c.name, c.df, p.data, c.en, c.ja FROM concept c LEFT JOIN"
                           " concept_postings p ON p.concept_id = c.id WHERE c.id = ?1",
                           -1, &read, NULL) != SQLITE_OK)
        st = db_error(b);
    for (size_t i = 0; i < n.count; i++)
        for (size_t k = n.items[i].first; k <= n.items[i].last; k++)
            taken[k] = true;
    for (size_t i = 0; st == PM_OK && i < n.count; i++)
        st = add_group(b, clause, tokens, &n.items[i], slots, read);
    (void)sqlite3_finalize(read);
    return st;
}
