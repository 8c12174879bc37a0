#include "query/plan.h"

#include <string.h>

#include "query/corpus.h"

enum { MAX_GROUPS = 64 }; /* a pasted page is a draft for `like`, not a query */

struct builder {
    sqlite3_stmt *find;
    struct pm_arena *arena;
    struct pm_plan *plan;
    const struct pm_rank_weights *weights;
    struct pm_error *err;
};

static enum pm_status out_of_memory(struct builder *b)
{
    return pm_fail(b->err, PM_ENOMEM, "out of memory");
}

/* The index of the term in the plan, added if new. */
static enum pm_status intern(struct builder *b, const char *text, uint32_t len, uint32_t *index)
{
    struct pm_plan *p = b->plan;
    for (*index = 0; *index < p->n_terms; (*index)++)
        if (strlen(p->terms[*index].text) == len && memcmp(p->terms[*index].text, text, len) == 0)
            return PM_OK;
    struct pm_plan_term *grown =
        pm_arena_grow(b->arena, p->terms, p->n_terms, p->n_terms + 1, sizeof *grown, &p->terms_cap);
    if (grown == NULL)
        return out_of_memory(b);
    p->terms = grown;
    struct pm_plan_term *t = &grown[p->n_terms];
    *t = (struct pm_plan_term){.text = pm_arena_strndup(b->arena, text, len)};
    if (t->text == NULL)
        return out_of_memory(b);
    (void)sqlite3_reset(b->find);
    (void)sqlite3_bind_text(b->find, 1, t->text, (int)len, SQLITE_STATIC);
    if (sqlite3_step(b->find) == SQLITE_ROW) {
        t->id = (uint32_t)sqlite3_column_int64(b->find, 0);
        t->df = (uint32_t)sqlite3_column_int64(b->find, 1);
    }
    p->n_terms++;
    return PM_OK;
}

/* The same word twice in a query is one group. */
static bool has_group(const struct pm_plan *p, uint32_t term, enum pm_section section)
{
    for (size_t i = 0; i < p->n_groups; i++)
        if (p->groups[i].terms[0] == term && p->groups[i].section == section)
            return true;
    return false;
}

static enum pm_status add_group(struct builder *b, const struct pm_clause *clause,
                                const struct pm_token *tok)
{
    struct pm_plan *p = b->plan;
    uint32_t term = 0;
    enum pm_status st = intern(b, tok->text, tok->len, &term);
    if (st != PM_OK || p->n_groups >= MAX_GROUPS || has_group(p, term, clause->section))
        return st;
    struct pm_plan_group *grown = pm_arena_grow(b->arena, p->groups, p->n_groups, p->n_groups + 1,
                                                sizeof *grown, &p->groups_cap);
    uint32_t *terms = pm_arena_calloc(b->arena, 1, sizeof *terms);
    char *label = pm_arena_strndup(b->arena, clause->text + tok->start, tok->end - tok->start);
    if (grown == NULL || terms == NULL || label == NULL)
        return out_of_memory(b);
    terms[0] = term;
    p->groups = grown;
    struct pm_plan_group *g = &grown[p->n_groups++];
    *g = (struct pm_plan_group){.label = label,
                                .terms = terms,
                                .n_terms = 1,
                                .section = clause->section,
                                .position = tok->position,
                                .whole = (tok->flags & PM_TOKEN_WHOLE) != 0};
    g->weight = g->whole                       ? b->weights->whole
                : (tok->flags & PM_TOKEN_PART) ? b->weights->part
                                               : 1.0;
    g->idf = g->weight * pm_rank_idf(p->corpus.documents, p->terms[term].df);
    if (!g->whole)
        p->total += g->idf;
    return PM_OK;
}

/* The tokens that make up a phrase: wholes are left to their parts. */
static enum pm_status add_phrase(struct builder *b, const struct pm_clause *clause,
                                 const struct pm_token *tok, size_t n)
{
    struct pm_plan *p = b->plan;
    struct pm_plan_phrase *grown = pm_arena_grow(b->arena, p->phrases, p->n_phrases,
                                                 p->n_phrases + 1, sizeof *grown, &p->phrases_cap);
    uint32_t *terms = pm_arena_calloc(b->arena, n + 1, sizeof *terms);
    uint32_t *offsets = pm_arena_calloc(b->arena, n + 1, sizeof *offsets);
    if (grown == NULL || terms == NULL || offsets == NULL)
        return out_of_memory(b);
    p->phrases = grown;
    size_t kept = 0;
    uint32_t first = 0;
    for (size_t i = 0; i < n; i++) {
        if (tok[i].flags & (PM_TOKEN_STOP | PM_TOKEN_WHOLE))
            continue;
        enum pm_status st = intern(b, tok[i].text, tok[i].len, &terms[kept]);
        if (st != PM_OK)
            return st;
        if (kept == 0)
            first = tok[i].position;
        offsets[kept++] = tok[i].position - first;
    }
    if (kept > 0)
        grown[p->n_phrases++] = (struct pm_plan_phrase){.terms = terms,
                                                        .offsets = offsets,
                                                        .n_terms = kept,
                                                        .section = clause->section,
                                                        .negated = clause->negated};
    return PM_OK;
}

static enum pm_status add_clause(struct builder *b, struct pm_tokenizer *t,
                                 const struct pm_clause *clause, struct pm_tokens *tokens)
{
    size_t from = tokens->count;
    enum pm_status st = pm_tokenize(t, clause->text, clause->len, b->arena, tokens, b->err);
    if (st == PM_OK && (clause->negated || clause->phrase))
        st = add_phrase(b, clause, tokens->items + from, tokens->count - from);
    for (size_t i = from; st == PM_OK && !clause->negated && i < tokens->count; i++)
        if ((tokens->items[i].flags & PM_TOKEN_STOP) == 0)
            st = add_group(b, clause, &tokens->items[i]);
    return st;
}

/* Vectors are read in the order of term ids. */
static enum pm_status order_terms(struct builder *b)
{
    struct pm_plan *p = b->plan;
    p->by_id = pm_arena_calloc(b->arena, p->n_terms + 1, sizeof *p->by_id);
    if (p->by_id == NULL)
        return out_of_memory(b);
    for (uint32_t i = 0; i < p->n_terms; i++) {
        if (p->terms[i].id == 0)
            continue;
        size_t at = p->n_by_id++;
        for (; at > 0 && p->terms[p->by_id[at - 1]].id > p->terms[i].id; at--)
            p->by_id[at] = p->by_id[at - 1];
        p->by_id[at] = i;
    }
    return PM_OK;
}

enum pm_status pm_plan_make(sqlite3 *db, struct pm_tokenizer *t, const struct pm_query *q,
                            const struct pm_rank_weights *w, struct pm_arena *a,
                            struct pm_plan *out, struct pm_error *err)
{
    *out = (struct pm_plan){0};
    struct builder b = {.arena = a, .plan = out, .weights = w, .err = err};
    enum pm_status st = pm_corpus_read(db, w, &out->corpus, err);
    if (st == PM_OK && sqlite3_prepare_v2(db, "SELECT id, df FROM term WHERE text = ?1", -1,
                                          &b.find, NULL) != SQLITE_OK)
        st = pm_fail(err, PM_EDB, "unable to read the index: %s", sqlite3_errmsg(db));
    struct pm_tokens tokens = {0};
    for (size_t i = 0; st == PM_OK && i < q->count; i++)
        st = add_clause(&b, t, &q->clauses[i], &tokens);
    (void)sqlite3_finalize(b.find);
    return st == PM_OK ? order_terms(&b) : st;
}
