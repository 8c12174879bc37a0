#include "query/search.h"

#include <stdlib.h>
#include <string.h>

#include "query/candidates.h"
#include "query/feedback.h"
#include "query/fusion.h"
#include "query/verbatim.h"

enum {
    CANDIDATES = 400, /* scored exactly */
    GRAMMED = 30,     /* of these, compared by character bigrams */
    REFINED = 50,     /* of these, checked for nearness and kind */
};

struct run {
    sqlite3 *db;
    const struct pm_plan *plan;
    const struct pm_rank_weights *weights;
    const struct pm_ngrams *grams;
    struct pm_affinity affinity;
    sqlite3_stmt *vector, *concepts, *stream, *text;
    struct pm_verbatim verbatim;
    bool whole;             /* all that match are looked at */
    bool *conceptual;       /* by document id: it holds a concept of the plan */
    int64_t limit;          /* ids below it */
    struct pm_arena *arena; /* of the results */
    struct pm_error *err;
};

static enum pm_status db_error(struct run *r)
{
    return pm_fail(r->err, PM_EDB, "unable to read the index: %s", sqlite3_errmsg(r->db));
}

static int best_first(const void *a, const void *b)
{
    const struct pm_hit *x = a, *y = b;
    if (x->score != y->score)
        return x->score < y->score ? 1 : -1;
    return (x->document > y->document) - (x->document < y->document);
}

/* Which of the candidates hold a concept of the plan: the postings tell, so that the
 * concepts of all others need not be read. */
static enum pm_status mark_conceptual(struct run *r, const struct pm_candidates *c)
{
    r->limit = c->count == 0 ? 0 : c->ids[c->count - 1] + 1;
    r->conceptual = pm_arena_calloc(r->arena, (size_t)r->limit + 1, sizeof *r->conceptual);
    if (r->conceptual == NULL)
        return pm_fail(r->err, PM_ENOMEM, "out of memory");
    for (size_t g = 0; g < r->plan->n_groups; g++) {
        const struct pm_plan_group *group = &r->plan->groups[g];
        int64_t id = 0;
        uint64_t step;
        for (size_t pos = 0; pm_varint_read(group->postings, group->postings_len, &pos, &step);) {
            id += (int64_t)step;
            if (id >= 0 && id < r->limit)
                r->conceptual[id] = true;
        }
    }
    return PM_OK;
}

static void read_concepts(struct run *r, int64_t document, struct pm_score_input *in)
{
    if (!r->conceptual[document])
        return;
    (void)sqlite3_reset(r->concepts);
    (void)sqlite3_bind_int64(r->concepts, 1, document);
    if (sqlite3_step(r->concepts) != SQLITE_ROW)
        return;
    in->concepts = sqlite3_column_blob(r->concepts, 0);
    in->concepts_len = (size_t)sqlite3_column_bytes(r->concepts, 0);
}

static enum pm_status score_words(struct run *r, const struct pm_candidates *c, struct pm_hits *out)
{
    enum pm_status st = mark_conceptual(r, c);
    if (st != PM_OK)
        return st;
    for (size_t i = 0; out->items != NULL && i < c->count; i++) {
        (void)sqlite3_reset(r->vector);
        (void)sqlite3_bind_int64(r->vector, 1, c->ids[i]);
        if (sqlite3_step(r->vector) != SQLITE_ROW)
            continue;
        double factor;
        struct pm_score_input in = {
            .vector = sqlite3_column_blob(r->vector, 0),
            .vector_len = (size_t)sqlite3_column_bytes(r->vector, 0),
        };
        read_concepts(r, c->ids[i], &in);
        double score = pm_score_vector(r->plan, r->weights, &in, r->arena, NULL, &factor);
        if (score > 0 || pm_affinity_score(&r->affinity, c->ids[i]) > 0)
            out->items[out->count++] = (struct pm_hit){.document = c->ids[i], .score = score};
    }
    return PM_OK;
}

/* Does a phrase with stop words, of which the others stand as they should, stand in the text? */
static enum pm_status read_verbatim(struct run *r, const struct pm_plan_phrase *ph,
                                    int64_t document, bool *found)
{
    enum pm_status st = PM_ENOTFOUND;
    (void)sqlite3_reset(r->text);
    (void)sqlite3_bind_int64(r->text, 1, document);
    while (st == PM_ENOTFOUND && sqlite3_step(r->text) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(r->text, 0);
        if (ph->section != PM_SEC_COUNT &&
            (name == NULL || pm_section_from_name(name, strlen(name)) != ph->section))
            continue;
        for (int column = 1; st == PM_ENOTFOUND && column <= 2; column++) {
            const char *text = (const char *)sqlite3_column_text(r->text, column);
            if (text != NULL)
                st = pm_verbatim_find(&r->verbatim, ph->text, ph->len, text,
                                      (size_t)sqlite3_column_bytes(r->text, column));
        }
    }
    *found = st == PM_OK;
    return st == PM_ENOMEM ? pm_fail(r->err, st, "out of memory") : PM_OK;
}

static enum pm_status phrases_hold(struct run *r, const struct pm_positions *pos, int64_t document,
                                   bool *hold)
{
    enum pm_status st = PM_OK;
    *hold = true;
    for (size_t i = 0; st == PM_OK && *hold && i < r->plan->n_phrases; i++) {
        const struct pm_plan_phrase *ph = &r->plan->phrases[i];
        bool found = pm_phrase_found(ph, pos);
        if (found && ph->text != NULL)
            st = read_verbatim(r, ph, document, &found);
        *hold = found != ph->negated;
    }
    return st;
}

/* 0 to 1: how far the query is about failures. */
static double trust(const struct run *r)
{
    return r->affinity.n_cards > 0 ? pm_fusion_trust(&r->affinity, r->weights) : 1;
}

/* The factor of documents that are no incident. A query about other things than failures
 * may well want them. */
static double not_incident(const struct run *r)
{
    return 1 - trust(r) * (1 - r->weights->not_incident);
}

/* Score one document in full, with its parts. A document whose phrases do not hold
 * scores 0. */
static enum pm_status refine(struct run *r, struct pm_hit *hit, struct pm_arena *scratch)
{
    (void)sqlite3_reset(r->stream);
    (void)sqlite3_bind_int64(r->stream, 1, hit->document);
    if (sqlite3_step(r->stream) != SQLITE_ROW)
        return db_error(r);
    struct pm_positions pos;
    enum pm_status st =
        pm_positions_read(r->plan, sqlite3_column_blob(r->stream, 0),
                          (size_t)sqlite3_column_bytes(r->stream, 0), scratch, &pos, r->err);
    if (st != PM_OK)
        return st;
    bool hold;
    hit->score = 0;
    st = phrases_hold(r, &pos, hit->document, &hold);
    hit->excluded = !hold;
    if (st != PM_OK || hit->excluded)
        return st;
    const char *kind = (const char *)sqlite3_column_text(r->stream, 2);
    bool incident = kind != NULL && strcmp(kind, "incident") == 0;
    double factor = 0;
    struct pm_score_input in = {
        .vector = sqlite3_column_blob(r->stream, 1),
        .vector_len = (size_t)sqlite3_column_bytes(r->stream, 1),
        .concepts = sqlite3_column_blob(r->stream, 3),
        .concepts_len = (size_t)sqlite3_column_bytes(r->stream, 3),
    };
    (void)pm_score_vector(r->plan, r->weights, &in, r->arena, &hit->parts, &factor);
    (void)pm_score_nearness(r->plan, r->weights, &pos, r->arena, &hit->parts);
    if (!incident)
        factor *= not_incident(r);
    for (size_t i = 0; i < hit->parts.count; i++) {
        hit->parts.items[i].share *= factor;
        hit->score += hit->parts.items[i].share;
    }
    return PM_OK;
}

static enum pm_status refine_all(struct run *r, struct pm_hits *hits, size_t n)
{
    struct pm_arena scratch = {0};
    enum pm_status st = PM_OK;
    for (size_t i = 0; st == PM_OK && i < n; i++) {
        st = refine(r, &hits->items[i], &scratch);
        pm_arena_reset(&scratch);
    }
    pm_arena_free(&scratch);
    return st;
}

/* Count the query's bigrams in one document's sections. */
static enum pm_status count_grams(struct run *r, sqlite3_stmt *text, int64_t document,
                                  struct pm_folded *fold, struct pm_ngram_counts *counts)
{
    enum pm_status st = PM_OK;
    (void)sqlite3_reset(text);
    (void)sqlite3_bind_int64(text, 1, document);
    while (st == PM_OK && sqlite3_step(text) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(text, 0);
        const char *body = (const char *)sqlite3_column_text(text, 1);
        if (name == NULL || body == NULL)
            continue;
        enum pm_section s = pm_section_from_name(name, strlen(name));
        st = pm_ngrams_count(r->grams, s == PM_SEC_COUNT ? PM_SEC_OTHER : s, body,
                             (size_t)sqlite3_column_bytes(text, 1), fold, counts);
    }
    return st;
}

/* A bigram score is one part, named by the section that most of it stands in. */
static enum pm_status add_gram_part(struct run *r, struct pm_hit *hit,
                                    const struct pm_ngram_counts *counts, double score)
{
    enum pm_section best = PM_SEC_OTHER;
    struct pm_parts *p = &hit->parts;
    if (score <= 0 || hit->score <= 0)
        return PM_OK;
    for (int s = 0; s < PM_SEC_COUNT; s++)
        if (counts->by_section[s] > counts->by_section[best])
            best = (enum pm_section)s;
    struct pm_part *grown =
        pm_arena_grow(r->arena, p->items, p->count, p->count + 1, sizeof *grown, &p->cap);
    if (grown == NULL)
        return pm_fail(r->err, PM_ENOMEM, "out of memory");
    p->items = grown;
    grown[p->count++] =
        (struct pm_part){.kind = PM_PART_NGRAM, .what = "", .section = best, .share = score};
    hit->score += score;
    return PM_OK;
}

/* Fuse bigrams into the scores of the first n hits. */
static enum pm_status fuse_grams(struct run *r, struct pm_hits *hits, size_t n)
{
    struct pm_ngram_counts *counts = calloc(n + 1, sizeof *counts);
    double *scores = calloc(n + 1, sizeof *scores);
    struct pm_folded fold = {0};
    double factor = 1 + r->weights->ngram_alone * (1 - trust(r));
    sqlite3_stmt *text = NULL;
    enum pm_status st =
        counts == NULL || scores == NULL ? pm_fail(r->err, PM_ENOMEM, "out of memory") : PM_OK;
    if (st == PM_OK &&
        sqlite3_prepare_v2(r->db, "SELECT name, text FROM section WHERE document_id = ?1", -1,
                           &text, NULL) != SQLITE_OK)
        st = db_error(r);
    for (size_t i = 0; st == PM_OK && i < n; i++)
        st = count_grams(r, text, hits->items[i].document, &fold, &counts[i]);
    if (st == PM_OK)
        pm_ngrams_score(r->grams, r->weights, counts, n, scores);
    for (size_t i = 0; st == PM_OK && scores != NULL && i < n; i++)
        st = add_gram_part(r, &hits->items[i], &counts[i], scores[i] * factor);
    (void)sqlite3_finalize(text);
    pm_folded_free(&fold);
    free(counts);
    free(scores);
    return st;
}

static enum pm_status prepare(struct run *r)
{
    static const char vector[] = "SELECT data FROM term_vector WHERE document_id = ?1";
    static const char concepts[] = "SELECT data FROM document_concept WHERE document_id = ?1";
    static const char stream[] =
        "SELECT s.data, v.data, d.kind, c.data FROM token_stream s JOIN term_vector v ON"
        " v.document_id = s.document_id JOIN document d ON d.id = s.document_id LEFT JOIN"
        " document_concept c ON c.document_id = s.document_id WHERE s.document_id = ?1";
    static const char text[] =
        "SELECT name, heading, text FROM section WHERE document_id = ?1 ORDER BY seq";
    if (sqlite3_prepare_v2(r->db, vector, -1, &r->vector, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(r->db, text, -1, &r->text, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(r->db, concepts, -1, &r->concepts, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(r->db, stream, -1, &r->stream, NULL) != SQLITE_OK)
        return db_error(r);
    return PM_OK;
}

/* Sort by the first score, refine the head of the list, sort that. */
static enum pm_status rank(struct run *r, size_t n, struct pm_hits *out)
{
    if (out->count == 0 || out->items == NULL)
        return PM_OK;
    enum pm_status st =
        pm_fusion_add(r->db, r->plan, &r->affinity, r->weights, out, false, r->arena, r->err);
    if (st != PM_OK)
        return st;
    qsort(out->items, out->count, sizeof *out->items, best_first);
    size_t head = n == 0 || r->plan->n_phrases > 0 ? out->count : n * 2 > REFINED ? n * 2 : REFINED;
    r->whole = r->whole && head >= out->count;
    if (head > out->count)
        head = out->count;
    st = refine_all(r, out, head);
    if (st != PM_OK)
        return st;
    out->count = head;
    if (r->grams->count > 0 && r->weights->ngram > 0) {
        qsort(out->items, out->count, sizeof *out->items, best_first);
        size_t most = n > GRAMMED ? n : GRAMMED;
        st = fuse_grams(r, out, n > 0 && out->count > most ? most : out->count);
        if (st != PM_OK)
            return st;
    }
    st = pm_fusion_add(r->db, r->plan, &r->affinity, r->weights, out, true, r->arena, r->err);
    if (st != PM_OK)
        return st;
    qsort(out->items, out->count, sizeof *out->items, best_first);
    st = pm_feedback_add(r->db, &r->affinity, r->weights, out, r->arena, r->err);
    if (st != PM_OK)
        return st;
    qsort(out->items, out->count, sizeof *out->items, best_first);
    while (out->count > 0 && out->items[out->count - 1].score <= 0)
        out->count--;
    if (r->whole)
        out->matching = out->count;
    if (n > 0 && out->count > n)
        out->count = n;
    return PM_OK;
}

/* The documents that words and mechanisms bring, without the one that is asked with. */
static enum pm_status find_candidates(struct run *r, const struct pm_request *q,
                                      struct pm_candidates *found)
{
    struct pm_docset allowed;
    size_t least = q->candidates > 0 ? q->candidates : CANDIDATES;
    size_t limit = q->n == 0 || q->plan->n_phrases > 0 ? SIZE_MAX / 2
                   : q->n * 4 > least                  ? q->n * 4
                                                       : least;
    enum pm_status st = pm_filter_read(r->db, q->filter, r->arena, &allowed, r->err);
    if (st == PM_OK)
        st = pm_candidates_find(r->db, q->plan, &allowed, limit, r->arena, found, r->err);
    if (st == PM_OK && q->affinity == NULL)
        st = pm_fusion_affinity(r->db, q->plan, q->weights, r->arena, &r->affinity, r->err);
    else if (st == PM_OK)
        r->affinity = *q->affinity;
    if (st == PM_OK)
        pm_fusion_restrict(&r->affinity, &allowed, q->without);
    if (st == PM_OK)
        st = pm_fusion_candidates(&r->affinity, q->weights, r->arena, found, r->err);
    size_t kept = 0;
    for (size_t i = 0; st == PM_OK && i < found->count; i++)
        if (found->ids[i] != q->without)
            found->ids[kept++] = found->ids[i];
    if (st == PM_OK)
        found->count = kept;
    return st;
}

enum pm_status pm_search(sqlite3 *db, const struct pm_request *q, struct pm_arena *a,
                         struct pm_hits *out, struct pm_error *err)
{
    static const struct pm_ngrams no_grams;
    *out = (struct pm_hits){0};
    struct run r = {.db = db,
                    .plan = q->plan,
                    .weights = q->weights,
                    .grams = q->grams == NULL ? &no_grams : q->grams,
                    .arena = a,
                    .err = err};
    struct pm_candidates found;
    enum pm_status st = find_candidates(&r, q, &found);
    if (st != PM_OK)
        return st;
    out->matching = found.matching;
    r.whole = found.count >= found.matching;
    out->items = pm_arena_calloc(a, found.count + 1, sizeof *out->items);
    st = out->items == NULL ? pm_fail(err, PM_ENOMEM, "out of memory") : prepare(&r);
    if (st == PM_OK)
        st = score_words(&r, &found, out);
    if (st == PM_OK)
        st = rank(&r, q->n, out);
    (void)sqlite3_finalize(r.vector);
    (void)sqlite3_finalize(r.concepts);
    (void)sqlite3_finalize(r.stream);
    (void)sqlite3_finalize(r.text);
    pm_verbatim_free(&r.verbatim);
    return st;
}
