#include <string.h>

#include "query/corpus.h"
#include "query/plan_parts.h"

enum pm_status pm_plan_out_of_memory(struct pm_plan_builder *b)
{
    return pm_fail(b->err, PM_ENOMEM, "out of memory");
}

enum pm_status pm_plan_intern(struct pm_plan_builder *b, const char *text, size_t len,
                              uint32_t *index)
{
    struct pm_plan *p = b->plan;
    for (*index = 0; *index < p->n_terms; (*index)++)
        if (strlen(p->terms[*index].text) == len && memcmp(p->terms[*index].text, text, len) == 0)
            return PM_OK;
    struct pm_plan_term *grown =
        pm_arena_grow(b->arena, p->terms, p->n_terms, p->n_terms + 1, sizeof *grown, &p->terms_cap);
    if (grown == NULL)
        return pm_plan_out_of_memory(b);
    p->terms = grown;
    struct pm_plan_term *t = &grown[p->n_terms];
    *t = (struct pm_plan_term){.text = pm_arena_strndup(b->arena, text, len)};
    if (t->text == NULL)
        return pm_plan_out_of_memory(b);
    (void)sqlite3_reset(b->find_term);
    (void)sqlite3_bind_text(b->find_term, 1, t->text, (int)len, SQLITE_STATIC);
    if (sqlite3_step(b->find_term) == SQLITE_ROW) {
        t->id = (uint32_t)sqlite3_column_int64(b->find_term, 0);
        t->df = (uint32_t)sqlite3_column_int64(b->find_term, 1);
    }
    p->n_terms++;
    return PM_OK;
}

struct pm_plan_group *pm_plan_add_group(struct pm_plan_builder *b, struct pm_plan_group group)
{
    struct pm_plan *p = b->plan;
    struct pm_plan_group *grown = pm_arena_grow(b->arena, p->groups, p->n_groups, p->n_groups + 1,
                                                sizeof *grown, &p->groups_cap);
    if (grown == NULL)
        return NULL;
    p->groups = grown;
    grown[p->n_groups] = group;
    return &grown[p->n_groups++];
}

enum pm_status pm_plan_add_feature(struct pm_plan_builder *b, const char *prefix, const char *text)
{
    struct pm_plan *p = b->plan;
    const char *name = pm_arena_printf(b->arena, "%s%s", prefix, text);
    struct pm_feature *grown = pm_arena_grow(b->arena, p->features, p->n_features,
                                             p->n_features + 1, sizeof *grown, &p->features_cap);
    if (name == NULL || grown == NULL)
        return pm_plan_out_of_memory(b);
    p->features = grown;
    for (size_t i = 0; i < p->n_features; i++)
        if (strcmp(p->features[i].text, name) == 0)
            return PM_OK;
    grown[p->n_features++] = (struct pm_feature){name, 1};
    return PM_OK;
}

/* The same word twice in a query is one group: its slot, or -1. */
static int64_t slot_of(const struct pm_plan *p, uint32_t term, enum pm_section section)
{
    for (size_t i = 0; i < p->n_groups; i++)
        if (p->groups[i].kind == PM_GROUP_WORD && p->groups[i].terms[0] == term &&
            p->groups[i].section == section)
            return p->groups[i].slot;
    return -1;
}

/* The whole of a compound and its first part share a slot. */
static enum pm_status add_word(struct pm_plan_builder *b, const struct pm_clause *clause,
                               const struct pm_token *tok, uint32_t *slot)
{
    struct pm_plan *p = b->plan;
    uint32_t term = 0;
    enum pm_status st = pm_plan_intern(b, tok->text, tok->len, &term);
    int64_t old = slot_of(p, term, clause->section);
    if (old >= 0)
        *slot = (uint32_t)old;
    if (st != PM_OK || old >= 0 || p->n_groups >= PM_MAX_GROUPS)
        return st;
    uint32_t *terms = pm_arena_calloc(b->arena, 1, sizeof *terms);
    char *label = pm_arena_strndup(b->arena, clause->text + tok->start, tok->end - tok->start);
    if (terms == NULL || label == NULL)
        return pm_plan_out_of_memory(b);
    terms[0] = term;
    bool whole = (tok->flags & PM_TOKEN_WHOLE) != 0;
    double weight = whole                          ? b->weights->whole
                    : (tok->flags & PM_TOKEN_PART) ? b->weights->part
                                                   : 1.0;
    *slot = (uint32_t)p->n_slots;
    p->n_slots += !whole;
    struct pm_plan_group g = {.kind = PM_GROUP_WORD,
                              .label = label,
                              .terms = terms,
                              .n_terms = 1,
                              .df = p->terms[term].df,
                              .section = clause->section,
                              .position = tok->position,
                              .slot = *slot,
                              .slot_end = *slot + 1,
                              .weight = weight,
                              .idf = weight * pm_rank_idf(p->corpus.documents, p->terms[term].df),
                              .whole = whole};
    return pm_plan_add_group(b, g) == NULL ? pm_plan_out_of_memory(b) : PM_OK;
}

/* The tokens that make up a phrase: wholes are left to their parts. */
static enum pm_status add_phrase(struct pm_plan_builder *b, const struct pm_clause *clause,
                                 const struct pm_token *tok, size_t n)
{
    struct pm_plan *p = b->plan;
    struct pm_plan_phrase *grown = pm_arena_grow(b->arena, p->phrases, p->n_phrases,
                                                 p->n_phrases + 1, sizeof *grown, &p->phrases_cap);
    uint32_t *terms = pm_arena_calloc(b->arena, n + 1, sizeof *terms);
    uint32_t *offsets = pm_arena_calloc(b->arena, n + 1, sizeof *offsets);
    if (grown == NULL || terms == NULL || offsets == NULL)
        return pm_plan_out_of_memory(b);
    p->phrases = grown;
    size_t kept = 0;
    uint32_t first = 0;
    bool stops = false;
    for (size_t i = 0; i < n; i++) {
        stops |= (tok[i].flags & PM_TOKEN_STOP) != 0;
        if (tok[i].flags & (PM_TOKEN_STOP | PM_TOKEN_WHOLE))
            continue;
        enum pm_status st = pm_plan_intern(b, tok[i].text, tok[i].len, &terms[kept]);
        if (st != PM_OK)
            return st;
        if (kept == 0)
            first = tok[i].position;
        offsets[kept++] = tok[i].position - first;
    }
    if (kept > 0)
        grown[p->n_phrases++] =
            (struct pm_plan_phrase){.terms = terms,
                                    .offsets = offsets,
                                    .n_terms = kept,
                                    .section = clause->section,
                                    .negated = clause->negated,
                                    .text = stops && clause->phrase ? clause->text : NULL,
                                    .len = clause->len};
    return PM_OK;
}

enum { TOKENS_MAX = 1000 }; /* of a clause */

static enum pm_status add_clause(struct pm_plan_builder *b, struct pm_tokenizer *t,
                                 const struct pm_clause *clause, struct pm_tokens *tokens)
{
    size_t from = tokens->count;
    enum pm_status st = pm_tokenize(t, clause->text, clause->len, b->arena, tokens, b->err);
    if (tokens->count > from + TOKENS_MAX) /* a pasted text: its first words will do */
        tokens->count = from + TOKENS_MAX;
    if (st == PM_OK && (clause->negated || clause->phrase))
        st = add_phrase(b, clause, tokens->items + from, tokens->count - from);
    if (st != PM_OK || clause->negated)
        return st;
    uint32_t *slots = pm_arena_calloc(b->arena, tokens->count + 1, sizeof *slots);
    if (slots == NULL)
        return pm_plan_out_of_memory(b);
    for (size_t i = from; st == PM_OK && i < tokens->count; i++) {
        const struct pm_token *tok = &tokens->items[i];
        if (tok->flags & PM_TOKEN_STOP)
            continue;
        if ((tok->flags & PM_TOKEN_LATIN) == 0)
            b->plan->lang = PM_LANG_JA;
        st = add_word(b, clause, tok, &slots[i]);
        if (st == PM_OK)
            st = pm_plan_add_feature(b, "", tok->text);
    }
    bool *taken = pm_arena_calloc(b->arena, tokens->count + 1, sizeof *taken);
    if (st == PM_OK && taken == NULL)
        st = pm_plan_out_of_memory(b);
    if (st == PM_OK)
        st = pm_plan_concepts(b, clause, tokens, from, slots, taken);
    if (st == PM_OK && b->lexicon != NULL)
        st = pm_plan_lexicon(b, clause, tokens, from, slots, taken);
    return st;
}

static void insert_by_id(const struct pm_plan *p, uint32_t *list, size_t *n, uint32_t term)
{
    size_t at = (*n)++;
    for (; at > 0 && p->terms[list[at - 1]].id > p->terms[term].id; at--)
        list[at] = list[at - 1];
    list[at] = term;
}

static bool is_scored(const struct pm_plan *p, uint32_t term)
{
    for (size_t g = 0; g < p->n_groups; g++)
        for (size_t t = 0; t < p->groups[g].n_terms; t++)
            if (p->groups[g].terms[t] == term)
                return true;
    for (size_t i = 0; i < p->n_forms; i++)
        for (uint32_t k = 0; p->forms[i].weight > 0 && k < p->forms[i].shape.n; k++)
            if (p->forms[i].terms[k] == term)
                return true;
    return false;
}

/* Vectors are read in the order of term numbers. */
static enum pm_status order_terms(struct pm_plan_builder *b)
{
    struct pm_plan *p = b->plan;
    p->by_id = pm_arena_calloc(b->arena, p->n_terms + 1, sizeof *p->by_id);
    p->scored = pm_arena_calloc(b->arena, p->n_terms + 1, sizeof *p->scored);
    if (p->by_id == NULL || p->scored == NULL)
        return pm_plan_out_of_memory(b);
    for (uint32_t i = 0; i < p->n_terms; i++) {
        if (p->terms[i].id == 0)
            continue;
        insert_by_id(p, p->by_id, &p->n_by_id, i);
        uint32_t bit = p->terms[i].id % PM_ID_FILTER;
        p->id_filter[bit / 64] |= UINT64_C(1) << bit % 64;
        if (is_scored(p, i))
            insert_by_id(p, p->scored, &p->n_scored, i);
    }
    return PM_OK;
}

static enum pm_status order_concepts(struct pm_plan_builder *b)
{
    struct pm_plan *p = b->plan;
    p->by_concept = pm_arena_calloc(b->arena, p->n_groups + 1, sizeof *p->by_concept);
    if (p->by_concept == NULL)
        return pm_plan_out_of_memory(b);
    for (uint32_t g = 0; g < p->n_groups; g++) {
        if (p->groups[g].concept == 0)
            continue;
        size_t at = p->n_by_concept++;
        for (; at > 0 && p->groups[p->by_concept[at - 1]].concept > p->groups[g].concept; at--)
            p->by_concept[at] = p->by_concept[at - 1];
        p->by_concept[at] = g;
    }
    return PM_OK;
}

/* A slot is worth its best way to be met; a compound of several slots adds none. */
static enum pm_status weigh_slots(struct pm_plan_builder *b)
{
    struct pm_plan *p = b->plan;
    p->slots = pm_arena_calloc(b->arena, p->n_slots + 1, sizeof *p->slots);
    if (p->slots == NULL)
        return pm_plan_out_of_memory(b);
    for (size_t g = 0; g < p->n_groups; g++) {
        const struct pm_plan_group *group = &p->groups[g];
        if (!group->whole && group->slot_end == group->slot + 1 && group->slot < p->n_slots &&
            group->idf > p->slots[group->slot])
            p->slots[group->slot] = group->idf;
    }
    for (size_t i = 0; i < p->n_slots; i++)
        p->total += p->slots[i];
    return PM_OK;
}

enum pm_status pm_plan_finish(struct pm_plan_builder *b)
{
    enum pm_status st = order_terms(b);
    if (st == PM_OK)
        st = order_concepts(b);
    return st == PM_OK ? weigh_slots(b) : st;
}

size_t pm_plan_find(const struct pm_plan *p, uint32_t id)
{
    uint32_t bit = id % PM_ID_FILTER;
    if ((p->id_filter[bit / 64] >> bit % 64 & 1) == 0)
        return p->n_terms;
    size_t lo = 0, hi = p->n_by_id;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (p->terms[p->by_id[mid]].id < id)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < p->n_by_id && p->terms[p->by_id[lo]].id == id ? p->by_id[lo] : p->n_terms;
}

static bool is_plain(const struct pm_clause *c)
{
    return !c->phrase && !c->negated;
}

/* How many clauses from i on are words that stand side by side in the query: names of
 * concepts and expressions of several words are looked for over all of them. */
static size_t run_of_words(const struct pm_query *q, size_t i)
{
    size_t n = 1;
    while (is_plain(&q->clauses[i]) && i + n < q->count && is_plain(&q->clauses[i + n]) &&
           q->clauses[i + n].section == q->clauses[i].section)
        n++;
    return n;
}

static enum pm_status add_run(struct pm_plan_builder *b, struct pm_tokenizer *t,
                              const struct pm_clause *words, size_t n, struct pm_tokens *tokens)
{
    struct pm_clause joined = words[0];
    struct pm_buf text = {0};
    for (size_t i = 0; i < n; i++) {
        pm_buf_adds(&text, i == 0 ? "" : " ");
        pm_buf_add(&text, words[i].text, words[i].len);
    }
    joined.len = text.len;
    joined.text = text.failed ? NULL : pm_arena_strndup(b->arena, pm_buf_text(&text), text.len);
    pm_buf_free(&text);
    return joined.text == NULL ? pm_plan_out_of_memory(b) : add_clause(b, t, &joined, tokens);
}

enum pm_status pm_plan_make(sqlite3 *db, struct pm_tokenizer *t, const struct pm_query *q,
                            const struct pm_rank_weights *w, struct pm_lexicon *lexicon,
                            struct pm_arena *a, struct pm_plan *out, struct pm_error *err)
{
    *out = (struct pm_plan){0};
    struct pm_plan_builder b = {
        .db = db, .arena = a, .plan = out, .weights = w, .lexicon = lexicon, .err = err};
    enum pm_status st = pm_corpus_read(db, w, &out->corpus, err);
    if (st == PM_OK && sqlite3_prepare_v2(db, "SELECT id, df FROM term WHERE text = ?1", -1,
                                          &b.find_term, NULL) != SQLITE_OK)
        st = pm_fail(err, PM_EDB, "unable to read the index: %s", sqlite3_errmsg(db));
    struct pm_tokens tokens = {0};
    for (size_t i = 0, n; st == PM_OK && i < q->count; i += n) {
        n = run_of_words(q, i);
        st = add_run(&b, t, &q->clauses[i], n, &tokens);
    }
    if (st == PM_OK)
        st = pm_plan_finish(&b);
    (void)sqlite3_finalize(b.find_term);
    return st;
}
