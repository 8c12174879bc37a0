#include "query/similar.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "query/corpus.h"
#include "query/plan_parts.h"
#include "query/stock.h"
#include "query/twins.h"

enum {
    LARGE = 1000,     /* documents of a large collection */
    CANDIDATES = 250, /* scored exactly: a draft's many features find the nearest early */
};

static const char *const by_names[PM_BY_COUNT] = {"cause", "trigger", "fix", "impact", "all"};

static const double saturation = 1.5; /* of a feature's count in the draft */

/* A feature with what it is worth for telling incidents apart. */
struct telling {
    double weight;
    uint32_t feature;
    uint32_t term;    /* index in the plan; concepts: 0 */
    uint32_t concept; /* number in the index; words: 0 */
    uint32_t df;
};

struct maker {
    struct pm_plan_builder b;
    const struct pm_draft *draft;
    struct pm_similar *out;
    sqlite3_stmt *concept, *postings;
    double section[PM_SEC_COUNT]; /* weights of the draft's sections */
    double word, concept_weight;
};

const char *pm_by_name(enum pm_by by)
{
    return by_names[by];
}

enum pm_by pm_by_from_name(const char *name)
{
    int i = 0;
    while (i < PM_BY_COUNT && strcmp(by_names[i], name) != 0)
        i++;
    return (enum pm_by)i;
}

/* What likeness looks at: like.draft.SECTION in the draft, and like.BY.SECTION as a factor
 * on both sides. */
static void read_weights(struct pm_dict *dict, const struct pm_rank_weights *base, enum pm_by by,
                         struct maker *m)
{
    struct pm_rank_weights *w = &m->out->weights;
    char key[64];
    *w = *base;
    for (int s = 0; s < PM_SEC_COUNT; s++) {
        const char *name = pm_section_name((enum pm_section)s);
        (void)snprintf(key, sizeof key, "like.%s.%s", by_names[by], name);
        double factor = pm_dict_weight(dict, key, 1);
        (void)snprintf(key, sizeof key, "like.draft.%s", name);
        m->section[s] = factor * pm_dict_weight(dict, key, 1);
        w->section[s] *= factor;
    }
    w->coverage = w->proximity = w->phrase = w->ngram = 0;
    (void)snprintf(key, sizeof key, "like.%s.mechanism", by_names[by]);
    w->mechanism = pm_dict_weight(dict, key, 1) * pm_dict_weight(dict, "like.mechanism", 1.2);
    m->word = pm_dict_weight(dict, "like.word", 0.6);
    m->concept_weight = pm_dict_weight(dict, "like.concept", 1);
}

static bool states_cause(const struct pm_draft *d)
{
    enum { LEAST_WORDS = 8 };
    return d->length[PM_SEC_CAUSE] + d->length[PM_SEC_TRIGGER] >= LEAST_WORDS;
}

/* Where the cause is stated, its words say which mechanism it was, and those of the symptoms
 * less. */
static void weaken_symptoms(struct pm_dict *dict, double section[PM_SEC_COUNT])
{
    double factor = pm_dict_weight(dict, "like.symptoms", 0.5);
    for (int s = 0; s < PM_SEC_COUNT; s++)
        if (s != PM_SEC_CAUSE && s != PM_SEC_TRIGGER)
            section[s] *= factor;
}

static bool same_word(const char *names, const char *word)
{
    return names != NULL && strlen(word) > 1 && strcasestr(names, word) != NULL;
}

static bool is_concept(const struct pm_draft_feature *f)
{
    return f->text[0] == PM_MECHANISM_CONCEPT[0];
}

/* Number and document frequency of a feature in the index; false: no document has it. */
static enum pm_status look_up(struct maker *m, struct telling *t, bool *known)
{
    const struct pm_draft_feature *f = &m->draft->features[t->feature];
    *known = false;
    if (!is_concept(f)) {
        /* The company's own name makes no two of its incidents alike. */
        if (same_word(m->draft->company, f->label) || same_word(m->draft->product, f->label))
            return PM_OK;
        enum pm_status st = pm_plan_intern(&m->b, f->text, strlen(f->text), &t->term);
        t->df = st == PM_OK ? m->out->plan.terms[t->term].df : 0;
        *known = t->df > 0;
        return st;
    }
    (void)sqlite3_reset(m->concept);
    (void)sqlite3_bind_text(m->concept, 1, f->text + 1, -1, SQLITE_STATIC);
    if (sqlite3_step(m->concept) == SQLITE_ROW) {
        t->concept = (uint32_t)sqlite3_column_int64(m->concept, 0);
        t->df = (uint32_t)sqlite3_column_int64(m->concept, 1);
        *known = t->df > 0;
    }
    return PM_OK;
}

/* A feature that only the draft's own document has tells nothing about others. */
static bool is_alone(const struct maker *m, const struct telling *t)
{
    return m->draft->document != 0 && t->df <= 1;
}

static double weight_of(const struct maker *m, const struct telling *t)
{
    const struct pm_draft_feature *f = &m->draft->features[t->feature];
    double tf = 0;
    for (int s = 0; s < PM_SEC_COUNT; s++)
        tf += m->section[s] * f->counts[s];
    double idf = pm_rank_idf(m->out->plan.corpus.documents, t->df);
    return (is_concept(f) ? m->concept_weight : m->word) * idf * tf / (tf + saturation);
}

/* The features that tell most, best first. */
static enum pm_status choose(struct maker *m, struct telling list[PM_TELLING], size_t *n)
{
    *n = 0;
    for (uint32_t i = 0; i < m->draft->n_features; i++) {
        struct telling t = {.feature = i};
        bool known = false;
        enum pm_status st = look_up(m, &t, &known);
        if (st != PM_OK)
            return st;
        if (!known || is_alone(m, &t))
            continue;
        t.weight = weight_of(m, &t);
        if (t.weight <= 0 || (*n == PM_TELLING && t.weight <= list[*n - 1].weight))
            continue;
        size_t at = *n < PM_TELLING ? (*n)++ : *n - 1;
        for (; at > 0 && list[at - 1].weight < t.weight; at--)
            list[at] = list[at - 1];
        list[at] = t;
    }
    return PM_OK;
}

static enum pm_status fill_concept(struct maker *m, const struct telling *t,
                                   struct pm_plan_group *g)
{
    const char *feature = m->draft->features[t->feature].text;
    (void)sqlite3_reset(m->concept);
    (void)sqlite3_bind_text(m->concept, 1, feature + 1, -1, SQLITE_STATIC);
    if (sqlite3_step(m->concept) != SQLITE_ROW)
        return pm_fail(m->b.err, PM_EDB, "unable to read concepts: %s", sqlite3_errmsg(m->b.db));
    (void)sqlite3_reset(m->postings);
    (void)sqlite3_bind_int64(m->postings, 1, t->concept);
    bool there = sqlite3_step(m->postings) == SQLITE_ROW;
    const void *blob = there ? sqlite3_column_blob(m->postings, 0) : NULL;
    size_t len = blob == NULL ? 0 : (size_t)sqlite3_column_bytes(m->postings, 0);
    g->kind = PM_GROUP_CONCEPT;
    g->concept = t->concept;
    g->name = feature + 1;
    g->postings = pm_arena_strndup(m->b.arena, blob == NULL ? "" : blob, len);
    g->postings_len = len;
    g->en = pm_arena_strdup(m->b.arena, (const char *)sqlite3_column_text(m->concept, 2));
    g->ja = pm_arena_strdup(m->b.arena, (const char *)sqlite3_column_text(m->concept, 3));
    return g->postings == NULL || g->en == NULL || g->ja == NULL ? pm_plan_out_of_memory(&m->b)
                                                                 : PM_OK;
}

static enum pm_status add_group(struct maker *m, const struct telling *t)
{
    const struct pm_draft_feature *f = &m->draft->features[t->feature];
    uint32_t *terms = pm_arena_calloc(m->b.arena, 1, sizeof *terms);
    if (terms == NULL)
        return pm_plan_out_of_memory(&m->b);
    terms[0] = t->term;
    struct pm_plan_group g = {.kind = PM_GROUP_WORD,
                              .label = f->label,
                              .terms = terms,
                              .n_terms = 1,
                              .df = t->df,
                              .section = PM_SEC_COUNT,
                              .weight = 1,
                              .idf = t->weight};
    if (is_concept(f)) {
        g.n_terms = 0;
        enum pm_status st = fill_concept(m, t, &g);
        if (st != PM_OK)
            return st;
    }
    m->out->telling[m->out->plan.n_groups] = t->feature;
    if (pm_plan_add_group(&m->b, g) == NULL)
        return pm_plan_out_of_memory(&m->b);
    return is_concept(f) ? pm_plan_add_forms(&m->b, (uint32_t)m->out->plan.n_groups - 1, t->concept)
                         : PM_OK;
}

static enum pm_status make_plan(struct maker *m)
{
    struct telling list[PM_TELLING];
    size_t n = 0;
    sqlite3 *db = m->b.db;
    enum pm_status st = pm_corpus_read(db, &m->out->weights, &m->out->plan.corpus, m->b.err);
    if (st == PM_OK &&
        (sqlite3_prepare_v2(db, "SELECT id, df FROM term WHERE text = ?1", -1, &m->b.find_term,
                            NULL) != SQLITE_OK ||
         sqlite3_prepare_v2(db, "SELECT id, df, en, ja FROM concept WHERE name = ?1", -1,
                            &m->concept, NULL) != SQLITE_OK ||
         sqlite3_prepare_v2(db, "SELECT data FROM concept_postings WHERE concept_id = ?1", -1,
                            &m->postings, NULL) != SQLITE_OK))
        st = pm_fail(m->b.err, PM_EDB, "unable to read the index: %s", sqlite3_errmsg(db));
    if (st == PM_OK)
        st = choose(m, list, &n);
    for (size_t i = 0; st == PM_OK && i < n; i++)
        st = add_group(m, &list[i]);
    if (st == PM_OK)
        st = pm_plan_finish(&m->b);
    (void)sqlite3_finalize(m->b.find_term);
    (void)sqlite3_finalize(m->concept);
    (void)sqlite3_finalize(m->postings);
    return st;
}

/* What a comparison is made of. */
struct question {
    sqlite3 *db;
    struct pm_dict *dict;
    const struct pm_rank_weights *base;
    struct pm_draft *draft;
    enum pm_by by;
    const struct pm_filter *filter;
    struct pm_arena *arena;
    struct pm_error *err;
};

static size_t count_features(const struct pm_draft *d)
{
    size_t n = 0;
    for (size_t i = 0; i < d->n_features; i++) {
        double sum = 0;
        for (int s = 0; s < PM_SEC_COUNT; s++)
            sum += d->features[i].counts[s];
        n += sum > 0;
    }
    return n;
}

static enum pm_status rank(const struct question *q, size_t n, struct pm_similar *out)
{
    *out = (struct pm_similar){.asked = count_features(q->draft)};
    struct maker m = {.b = {.db = q->db,
                            .arena = q->arena,
                            .plan = &out->plan,
                            .weights = q->base,
                            .err = q->err},
                      .draft = q->draft,
                      .out = out};
    double section[PM_SEC_COUNT];
    float *z = NULL;
    size_t n_cards = 0;
    read_weights(q->dict, q->base, q->by, &m);
    pm_mechanism_weights(q->dict, section);
    /* A whole postmortem tells of its cause in every section. */
    if (q->by == PM_BY_CAUSE && q->draft->document == 0 && states_cause(q->draft))
        weaken_symptoms(q->dict, section);
    enum pm_status st = make_plan(&m);
    if (st == PM_OK)
        st = pm_draft_mechanisms(q->db, q->draft, section, q->arena, &z, &n_cards, q->err);
    if (st == PM_OK)
        st = pm_affinity_of_cards(q->db, z, n_cards, q->arena, &out->affinity, q->err);
    if (st != PM_OK || out->plan.n_groups == 0)
        return st;
    const struct pm_request request = {.plan = &out->plan,
                                       .weights = &out->weights,
                                       .filter = q->filter,
                                       .affinity = &out->affinity,
                                       .without = q->draft->document,
                                       .n = n,
                                       .candidates = CANDIDATES};
    return pm_search(q->db, &request, q->arena, &out->hits, q->err);
}

/* The same event is more alike than any other can be: by all that the best hit has. */
static enum pm_status put_first(const struct question *q, struct pm_hits *hits, size_t at,
                                size_t to, double share)
{
    struct pm_hit hit = hits->items[at];
    struct pm_part part = {
        .kind = PM_PART_EVENT, .what = "", .section = PM_SEC_COUNT, .share = share};
    struct pm_part *grown = pm_arena_grow(q->arena, hit.parts.items, hit.parts.count,
                                          hit.parts.count + 1, sizeof *grown, &hit.parts.cap);
    if (grown == NULL)
        return pm_fail(q->err, PM_ENOMEM, "out of memory");
    grown[hit.parts.count++] = part;
    hit.parts.items = grown;
    hit.score += part.share;
    memmove(&hits->items[to + 1], &hits->items[to], (at - to) * sizeof hit);
    hits->items[to] = hit;
    return PM_OK;
}

/* Other tellings of an indexed draft's event stand before all else. */
static enum pm_status twins_first(const struct question *q, struct pm_hits *hits)
{
    int64_t ids[PM_STOCK_NEAREST + 1] = {q->draft->document}, twins[PM_STOCK_NEAREST + 1];
    size_t n = hits->count < PM_STOCK_NEAREST ? hits->count : PM_STOCK_NEAREST, first = 0;
    if (q->draft->document == 0 || n == 0)
        return PM_OK;
    double best = hits->items[0].score;
    for (size_t i = 0; i < n; i++)
        ids[i + 1] = hits->items[i].document;
    enum pm_status st = pm_twins_find(q->db, ids, n + 1, q->arena, twins, q->err);
    for (size_t i = 0; st == PM_OK && i < n; i++)
        if (twins[i + 1] == q->draft->document)
            st = put_first(q, hits, i, first++, best);
    return st;
}

enum pm_status pm_similar_find(sqlite3 *db, struct pm_dict *dict,
                               const struct pm_rank_weights *base, struct pm_draft *draft,
                               enum pm_by by, const struct pm_filter *filter, size_t n,
                               struct pm_arena *a, struct pm_similar *out, struct pm_error *err)
{
    const struct question q = {db, dict, base, draft, by, filter, a, err};
    size_t forgotten = 0, wanted = n == 0 || n > PM_STOCK_NEAREST ? n : PM_STOCK_NEAREST;
    enum pm_status st = rank(&q, wanted, out);
    if (st == PM_OK)
        st = pm_stock_forget(db, &out->hits, draft, &forgotten, err);
    if (st == PM_OK && forgotten > 0)
        st = rank(&q, wanted, out);
    if (st == PM_OK)
        st = twins_first(&q, &out->hits);
    if (n > 0 && out->hits.count > n)
        out->hits.count = n;
    return st;
}

double pm_similar_strength(struct pm_dict *dict, const struct pm_similar *s,
                           const struct pm_hit *hit)
{
    /* A score grows with the telling words that are asked with, and each word's worth
     * with the logarithm of the collection, until a word's share of it stays the same. */
    double words = s->asked < PM_TELLING ? (double)s->asked : PM_TELLING;
    double size = s->plan.corpus.documents < LARGE ? s->plan.corpus.documents : LARGE;
    double scale = sqrt(words / PM_TELLING) * log(1 + size);
    if (scale <= 0)
        return 0;
    /* A score is relative to the best hit; how much of the draft's mechanisms the incident shows
     * is not. */
    double shown = pm_affinity_score(&s->affinity, hit->document), score = hit->score;
    for (size_t i = 0; i < hit->parts.count; i++)
        score -= hit->parts.items[i].kind == PM_PART_EVENT ? hit->parts.items[i].share : 0;
    double most = pm_dict_weight(dict, "like.strong.most", 2);
    double x = pm_dict_weight(dict, "like.strong.bias", -13) +
               pm_dict_weight(dict, "like.strong.score", 1.5) * score / scale +
               pm_dict_weight(dict, "like.strong.mechanism", 3.5) * (shown < most ? shown : most);
    return 1 / (1 + exp(-x));
}
