#include <math.h>
#include <string.h>

#include "query/plan_parts.h"

/* The translations of one query word (or expression) are one group: one document frequency,
 * their counts added up by weight (Pirkola's structured query, with the weights of Darwish
 * and Oard, "Probabilistic structured query methods", SIGIR 2003). */

/* "outage, blackout": what is shown of the group. */
static const char *list_names(struct pm_arena *a, const struct pm_translations *t)
{
    struct pm_buf b = {0};
    for (size_t i = 0; i < t->count; i++)
        pm_buf_addf(&b, "%s%s", i > 0 ? ", " : "", t->items[i].text);
    const char *names = b.failed ? NULL : pm_arena_strdup(a, pm_buf_text(&b));
    pm_buf_free(&b);
    return names;
}

/* "taught, edict": each lexicon once, in their order. */
static const char *list_sources(struct pm_arena *a, const struct pm_translations *t)
{
    struct pm_buf b = {0};
    for (int s = 0; s < PM_LEXICON_SOURCES; s++)
        for (size_t i = 0; i < t->count; i++)
            if ((int)t->items[i].source == s) {
                pm_buf_addf(&b, "%s%s", b.len > 0 ? ", " : "",
                            pm_lexicon_name((enum pm_lexicon_source)s));
                break;
            }
    const char *names = b.failed ? NULL : pm_arena_strdup(a, pm_buf_text(&b));
    pm_buf_free(&b);
    return names;
}

/* Documents that hold any of them or (own of them) the words themselves, as if they stood
 * in them independently: no translation is rarer than what it stands for. */
static uint32_t union_df(const struct pm_translations *t, uint32_t own, double documents)
{
    double none = documents > own ? 1 - own / documents : 0;
    uint32_t most = own;
    for (size_t i = 0; i < t->count; i++) {
        double share = documents > 0 ? t->items[i].df / documents : 0;
        none *= 1 - (share < 1 ? share : 1);
        most = t->items[i].df > most ? t->items[i].df : most;
    }
    uint32_t df = (uint32_t)lround(documents * (1 - none));
    return df > most ? df : most;
}

static enum pm_status add_form(struct pm_plan_builder *b, uint32_t group,
                               const struct pm_translation *t, double weight)
{
    struct pm_plan *p = b->plan;
    struct pm_plan_form form = {.group = group, .shape = t->form, .weight = weight};
    uint32_t *indices = pm_arena_calloc(b->arena, PM_FORM_TERMS, sizeof *indices);
    struct pm_plan_form *grown =
        pm_arena_grow(b->arena, p->forms, p->n_forms, p->n_forms + 1, sizeof *grown, &p->forms_cap);
    if (indices == NULL || grown == NULL)
        return pm_plan_out_of_memory(b);
    p->forms = grown;
    form.terms = indices;
    enum pm_status st = PM_OK;
    for (uint32_t i = 0; st == PM_OK && i < t->form.n; i++)
        st = pm_plan_intern(b, t->form.terms[i], strlen(t->form.terms[i]), &indices[i]);
    if (st == PM_OK)
        grown[p->n_forms++] = form;
    return st;
}

/* Single words are terms of the group, expressions forms. */
static enum pm_status add_terms(struct pm_plan_builder *b, struct pm_plan_group *g, uint32_t index,
                                const struct pm_translations *t)
{
    uint32_t *terms = pm_arena_calloc(b->arena, t->count + 1, sizeof *terms);
    double *weights = pm_arena_calloc(b->arena, t->count + 1, sizeof *weights);
    enum pm_status st = PM_OK;
    if (terms == NULL || weights == NULL)
        return pm_plan_out_of_memory(b);
    for (size_t i = 0; st == PM_OK && i < t->count; i++) {
        double weight = t->items[i].weight / g->weight;
        if (t->items[i].form.n > 1) {
            st = add_form(b, index, &t->items[i], weight);
            continue;
        }
        const char *term = t->items[i].form.terms[0];
        st = pm_plan_intern(b, term, strlen(term), &terms[g->n_terms]);
        weights[g->n_terms++] = weight;
    }
    g->terms = terms;
    g->weights = weights;
    return st;
}

/* Documents that hold the expression itself, at most. */
static uint32_t own_df(struct pm_plan_builder *b, const struct pm_tokens *tokens, size_t from,
                       size_t to)
{
    uint32_t least = UINT32_MAX;
    for (size_t i = from; i <= to; i++) {
        uint32_t term;
        const struct pm_token *tok = &tokens->items[i];
        if ((tok->flags & PM_TOKEN_STOP) == 0 &&
            pm_plan_intern(b, tok->text, tok->len, &term) == PM_OK &&
            b->plan->terms[term].df < least)
            least = b->plan->terms[term].df;
    }
    return least == UINT32_MAX ? 0 : least;
}

static enum pm_status add_group(struct pm_plan_builder *b, const struct pm_clause *clause,
                                const struct pm_tokens *tokens, size_t from, size_t to,
                                const uint32_t *slots, const struct pm_translations *t)
{
    const struct pm_token *first = &tokens->items[from], *last = &tokens->items[to];
    uint32_t end = last->end > first->end ? last->end : first->end;
    struct pm_plan_group g = {
        .kind = PM_GROUP_LEXICON,
        .label = pm_arena_strndup(b->arena, clause->text + first->start, end - first->start),
        .name = list_names(b->arena, t),
        .source = list_sources(b->arena, t),
        .df = union_df(t, own_df(b, tokens, from, to), b->plan->corpus.documents),
        .section = clause->section,
        .position = first->position,
        .slot = slots[from],
        .slot_end = slots[to] + 1,
        .weight = t->items[0].weight};
    if (g.label == NULL || g.name == NULL || g.source == NULL)
        return pm_plan_out_of_memory(b);
    if (b->plan->n_groups >= PM_MAX_GROUPS || g.weight <= 0)
        return PM_OK;
    g.idf = g.weight * pm_rank_idf(b->plan->corpus.documents, g.df);
    enum pm_status st = add_terms(b, &g, (uint32_t)b->plan->n_groups, t);
    if (st == PM_OK && pm_plan_add_group(b, g) == NULL)
        st = pm_plan_out_of_memory(b);
    return st;
}

/* A compound is taken where any of it is. */
static bool is_taken(const struct pm_tokens *tokens, size_t i, const bool *taken)
{
    const struct pm_token *whole = &tokens->items[i];
    if ((whole->flags & PM_TOKEN_WHOLE) == 0)
        return taken[i];
    for (size_t k = i + 1; k < tokens->count && tokens->items[k].end <= whole->end; k++)
        if (taken[k])
            return true;
    return false;
}

enum pm_status pm_plan_lexicon(struct pm_plan_builder *b, const struct pm_clause *clause,
                               const struct pm_tokens *tokens, size_t from, const uint32_t *slots,
                               const bool *taken)
{
    enum pm_status st = PM_OK;
    for (size_t i = from, last; st == PM_OK && i < tokens->count; i = last + 1) {
        struct pm_translations t = {0};
        last = i;
        if (is_taken(tokens, i, taken) || (tokens->items[i].flags & PM_TOKEN_STOP))
            continue;
        st = pm_lexicon_find(b->lexicon, clause->text, tokens, i, taken, b->arena, &t, &last,
                             b->err);
        if (st == PM_OK && t.count > 0)
            st = add_group(b, clause, tokens, i, last, slots, &t);
    }
    return st;
}
