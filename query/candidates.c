#include "query/candidates.h"

#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/fts_tokenizer.h"

enum {
    ROW_BUDGET = 16000, /* postings read before common words are passed over */
};

/* Sections in which a word tells most about what a document is about. */
static const char strong[] = "{title summary trigger cause} : ";

struct gather {
    sqlite3_stmt *stmt;
    const struct pm_docset *allowed;
    float *score;  /* by document id: idf of the words seen so far */
    int64_t limit; /* ids below it */
    int64_t *seen; /* ids with a score, in order of arrival */
    size_t n_seen, seen_cap;
    size_t budget;
    struct pm_arena *arena;
};

static void add_term(struct pm_buf *match, const char *text)
{
    pm_buf_addc(match, '"');
    pm_buf_addc(match, PM_FTS_FEED);
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '"')
            pm_buf_addc(match, '"');
        pm_buf_addc(match, *p);
    }
    pm_buf_addc(match, '"');
}

/* What stands before the next alternative. */
static void open_match(const struct pm_plan_group *g, const char *prefix, struct pm_buf *match)
{
    if (match->len > 0) {
        pm_buf_adds(match, " OR ");
        return;
    }
    if (g->section != PM_SEC_COUNT)
        pm_buf_addf(match, "{%s} : ", pm_section_name(g->section));
    else
        pm_buf_adds(match, prefix);
    pm_buf_addc(match, '(');
}

/* The MATCH text of a group: its terms and expressions, ORed, in its section. "" when no
 * document holds any of them. */
static void group_match(const struct pm_plan *p, const struct pm_plan_group *g, const char *prefix,
                        struct pm_buf *match)
{
    pm_buf_clear(match);
    for (size_t i = 0; i < g->n_terms; i++) {
        const struct pm_plan_term *t = &p->terms[g->terms[i]];
        if (t->id == 0)
            continue;
        open_match(g, prefix, match);
        add_term(match, t->text);
    }
    for (size_t i = 0; i < p->n_forms; i++) {
        const struct pm_plan_form *form = &p->forms[i];
        if (&p->groups[form->group] != g || form->weight <= 0)
            continue;
        open_match(g, prefix, match);
        for (uint32_t k = 0; k < form->shape.n; k++) {
            pm_buf_adds(match, k == 0 ? "(" : " AND ");
            add_term(match, p->terms[form->terms[k]].text);
        }
        pm_buf_addc(match, ')');
    }
    if (match->len > 0)
        pm_buf_addc(match, ')');
}

static enum pm_status take(struct gather *g, int64_t id, float weight)
{
    if (id < 0 || id >= g->limit || !pm_docset_has(g->allowed, id))
        return PM_OK;
    if (g->score[id] == 0) {
        int64_t *grown =
            pm_arena_grow(g->arena, g->seen, g->n_seen, g->n_seen + 1, sizeof *grown, &g->seen_cap);
        if (grown == NULL)
            return PM_ENOMEM;
        g->seen = grown;
        grown[g->n_seen++] = id;
    }
    g->score[id] += weight;
    return PM_OK;
}

static enum pm_status read_rows(struct gather *g, sqlite3 *db, const struct pm_buf *match,
                                float weight, struct pm_error *err)
{
    if (match->failed)
        return pm_fail(err, PM_ENOMEM, "out of memory");
    (void)sqlite3_reset(g->stmt);
    (void)sqlite3_bind_text(g->stmt, 1, pm_buf_text(match), (int)match->len, SQLITE_STATIC);
    int rc;
    while ((rc = sqlite3_step(g->stmt)) == SQLITE_ROW) {
        if (take(g, sqlite3_column_int64(g->stmt, 0), weight) != PM_OK)
            return pm_fail(err, PM_ENOMEM, "out of memory");
        if (g->budget > 0)
            g->budget--;
    }
    if (rc != SQLITE_DONE)
        return pm_fail(err, PM_EDB, "unable to search the index: %s", sqlite3_errmsg(db));
    return PM_OK;
}

static int by_id(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

struct scored {
    int64_t id;
    float score;
};

static int by_score(const void *a, const void *b)
{
    const struct scored *x = a, *y = b;
    if (x->score != y->score)
        return x->score < y->score ? 1 : -1;
    return (x->id > y->id) - (x->id < y->id);
}

static int worst_first(const void *a, const void *b)
{
    return by_score(b, a);
}

/* Let the entry at the root sink to its place; the worst of n is at the root. */
static void sink(struct scored *heap, size_t n)
{
    struct scored entry = heap[0];
    size_t at = 0;
    for (size_t child = 1; child < n; child = 2 * at + 1) {
        if (child + 1 < n && by_score(&heap[child + 1], &heap[child]) > 0)
            child++;
        if (by_score(&heap[child], &entry) <= 0)
            break;
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = entry;
}

/* Keep the best limit of the documents seen, in ascending order of id. */
static enum pm_status choose(struct gather *g, size_t limit, struct pm_candidates *out)
{
    out->matching = g->n_seen;
    out->count = g->n_seen < limit ? g->n_seen : limit;
    out->ids = g->seen;
    if (g->n_seen > limit) {
        struct scored *best = pm_arena_calloc(g->arena, limit, sizeof *best);
        if (best == NULL)
            return PM_ENOMEM;
        for (size_t i = 0; i < limit; i++)
            best[i] = (struct scored){g->seen[i], g->score[g->seen[i]]};
        qsort(best, limit, sizeof *best, worst_first); /* a heap, too */
        for (size_t i = limit; i < g->n_seen; i++) {
            struct scored s = {g->seen[i], g->score[g->seen[i]]};
            if (by_score(&s, &best[0]) >= 0)
                continue;
            best[0] = s;
            sink(best, limit);
        }
        for (size_t i = 0; i < limit; i++)
            out->ids[i] = best[i].id;
    }
    if (out->count > 0)
        qsort(out->ids, out->count, sizeof *out->ids, by_id);
    return PM_OK;
}

/* The documents of a concept are listed with it. */
static enum pm_status read_postings(struct gather *g, const struct pm_plan_group *group)
{
    int64_t id = 0;
    uint64_t step;
    size_t pos = 0;
    while (pm_varint_read(group->postings, group->postings_len, &pos, &step)) {
        id += (int64_t)step;
        if (take(g, id, (float)group->idf + 1e-6F) != PM_OK)
            return PM_ENOMEM;
    }
    return PM_OK;
}

/* Indices of the groups, rarest first. */
static size_t *rarest_first(const struct pm_plan *p, struct pm_arena *a)
{
    size_t *order = pm_arena_calloc(a, p->n_groups + 1, sizeof *order);
    for (size_t i = 0; order != NULL && i < p->n_groups; i++) {
        size_t at = i;
        while (at > 0 && p->groups[order[at - 1]].df > p->groups[i].df) {
            order[at] = order[at - 1];
            at--;
        }
        order[at] = i;
    }
    return order;
}

static enum pm_status read_group(struct gather *g, sqlite3 *db, const struct pm_plan *plan,
                                 const struct pm_plan_group *group, size_t limit,
                                 struct pm_buf *match, struct pm_error *err)
{
    uint32_t df = group->df;
    if (group->kind == PM_GROUP_CONCEPT)
        return read_postings(g, group) == PM_OK ? PM_OK : pm_fail(err, PM_ENOMEM, "out of memory");
    /* Once there is something to choose from, a word too common for the budget
     * cannot bring a document to the top by itself. */
    if (df > g->budget && g->n_seen > 0 && group->section == PM_SEC_COUNT)
        return PM_OK;
    float weight = (float)group->idf + 1e-6F;
    enum pm_status st = PM_OK;
    if (df > limit) { /* not all can be scored: prefer those that tell it where it counts */
        group_match(plan, group, strong, match);
        if (match->len > 0)
            st = read_rows(g, db, match, weight * 0.5F, err);
        if (st != PM_OK || (df > g->budget && g->n_seen >= limit))
            return st;
    }
    group_match(plan, group, "", match);
    return match->len == 0 ? PM_OK : read_rows(g, db, match, weight, err);
}

static int64_t id_limit(sqlite3 *db)
{
    sqlite3_stmt *stmt = NULL;
    int64_t id = 0;
    if (sqlite3_prepare_v2(db, "SELECT max(id) FROM document", -1, &stmt, NULL) == SQLITE_OK &&
        sqlite3_step(stmt) == SQLITE_ROW)
        id = sqlite3_column_int64(stmt, 0);
    (void)sqlite3_finalize(stmt);
    return id + 1;
}

enum pm_status pm_candidates_find(sqlite3 *db, const struct pm_plan *plan,
                                  const struct pm_docset *allowed, size_t limit, struct pm_arena *a,
                                  struct pm_candidates *out, struct pm_error *err)
{
    *out = (struct pm_candidates){0};
    struct gather g = {.allowed = allowed, .arena = a, .budget = ROW_BUDGET, .limit = id_limit(db)};
    g.score = pm_arena_calloc(a, (size_t)g.limit, sizeof *g.score);
    size_t *order = rarest_first(plan, a);
    if (g.score == NULL || order == NULL)
        return pm_fail(err, PM_ENOMEM, "out of memory");
    if (sqlite3_prepare_v2(db, "SELECT rowid FROM fts WHERE fts MATCH ?1", -1, &g.stmt, NULL) !=
        SQLITE_OK)
        return pm_fail(err, PM_EDB, "unable to search the index: %s", sqlite3_errmsg(db));
    struct pm_buf match = {0};
    enum pm_status st = PM_OK;
    for (size_t i = 0; st == PM_OK && i < plan->n_groups; i++)
        st = read_group(&g, db, plan, &plan->groups[order[i]], limit, &match, err);
    (void)sqlite3_finalize(g.stmt);
    pm_buf_free(&match);
    if (st == PM_OK && choose(&g, limit, out) != PM_OK)
        st = pm_fail(err, PM_ENOMEM, "out of memory");
    return st;
}
