#include "indexer/derive_match.h"

#include <stdlib.h>
#include <string.h>

#include "indexer/watch.h"
#include "lib/arena.h"
#include "lib/concept.h"
#include "lib/stream.h"
#include "lib/vector.h"

enum { AHEAD = 4 }; /* tokens whose forms are on their way into the cache */

struct form {
    uint32_t concept;
    uint32_t marks[PM_FORM_TERMS]; /* of its terms */
    uint32_t reach[PM_FORM_TERMS]; /* how far behind the one before it a term may stand */
    uint32_t n;
};

/* What is asked of a form first; in the order of the forms. */
struct gate {
    uint64_t second; /* the bit of its second term; 0: it has but one */
    uint32_t concept;
};

struct token {
    uint32_t mark, position;
};

struct pm_matcher {
    struct pm_arena arena;
    struct pm_watch *watch;
    struct form *forms; /* in order of the mark of the first term */
    size_t n_forms, forms_cap;
    struct gate *gates;
    uint32_t *first;      /* by mark: where its forms start */
    uint32_t reach;       /* how far behind a first term any second one may stand */
    struct token *tokens; /* of the present sentence that are in some form, wholes left out */
    size_t count, cap;
    struct pm_vector_maker maker; /* of the concepts' vector */
    uint32_t *hits;               /* concepts of the present sentence with their positions */
    size_t n_hits, hits_cap;
};

static enum pm_status out_of_memory(struct pm_error *err)
{
    return pm_fail(err, PM_ENOMEM, "out of memory");
}

/* A bit that stands for a mark, so that one look at a few tokens tells which forms
 * cannot go on with them. */
static uint64_t bit_of(uint32_t mark)
{
    return (uint64_t)1 << (mark & 63);
}

static enum pm_status add_form(struct pm_matcher *m, sqlite3_stmt *row, struct pm_arena *scratch,
                               struct pm_error *err)
{
    const char *terms = (const char *)sqlite3_column_text(row, 1);
    const char *offsets = (const char *)sqlite3_column_text(row, 2);
    struct pm_form shape;
    struct form *grown = pm_arena_grow(&m->arena, m->forms, m->n_forms, m->n_forms + 1,
                                       sizeof *grown, &m->forms_cap);
    if (grown == NULL || terms == NULL || offsets == NULL)
        return out_of_memory(err);
    m->forms = grown;
    struct form *f = &grown[m->n_forms];
    *f = (struct form){.concept = (uint32_t)sqlite3_column_int64(row, 0)};
    if (!pm_form_read(terms, offsets, scratch, &shape))
        return PM_OK;
    enum pm_status st = PM_OK;
    f->n = shape.n;
    for (uint32_t i = 0; st == PM_OK && i < shape.n; i++) {
        st = pm_watch_mark(m->watch, shape.terms[i], strlen(shape.terms[i]), &f->marks[i], err);
        f->reach[i] = i > 0 ? pm_form_reach(&shape, i) : 0;
    }
    if (f->n > 1 && f->reach[1] > m->reach)
        m->reach = f->reach[1];
    m->n_forms++;
    return st;
}

static int by_first(const void *a, const void *b)
{
    const struct form *x = a, *y = b;
    return (x->marks[0] > y->marks[0]) - (x->marks[0] < y->marks[0]);
}

static enum pm_status load(struct pm_matcher *m, sqlite3 *db, struct pm_error *err)
{
    sqlite3_stmt *rows = NULL;
    struct pm_arena scratch = {0};
    if (sqlite3_prepare_v2(db, "SELECT concept_id, terms, offsets FROM concept_form", -1, &rows,
                           NULL) != SQLITE_OK)
        return pm_fail(err, PM_EDB, "unable to read concepts: %s", sqlite3_errmsg(db));
    enum pm_status st = PM_OK;
    while (st == PM_OK && sqlite3_step(rows) == SQLITE_ROW)
        st = add_form(m, rows, &scratch, err);
    pm_arena_free(&scratch);
    (void)sqlite3_finalize(rows);
    size_t marks = pm_watch_count(m->watch);
    m->first = pm_arena_calloc(&m->arena, marks + 2, sizeof *m->first);
    m->gates = pm_arena_calloc(&m->arena, m->n_forms + 1, sizeof *m->gates);
    if (m->first == NULL || m->gates == NULL)
        return out_of_memory(err);
    if (m->n_forms > 0)
        qsort(m->forms, m->n_forms, sizeof *m->forms, by_first);
    for (size_t i = 0; i < m->n_forms; i++)
        m->gates[i] = (struct gate){m->forms[i].n > 1 ? bit_of(m->forms[i].marks[1]) : 0,
                                    m->forms[i].concept};
    for (size_t mark = 0, i = 0; mark <= marks + 1; mark++) {
        while (i < m->n_forms && m->forms[i].marks[0] < mark)
            i++;
        m->first[mark] = (uint32_t)i;
    }
    return st;
}

enum pm_status pm_matcher_open(sqlite3 *db, struct pm_terms *terms, struct pm_matcher **out,
                               struct pm_error *err)
{
    struct pm_matcher *m = calloc(1, sizeof *m);
    *out = m;
    if (m == NULL)
        return out_of_memory(err);
    enum pm_status st = pm_watch_open(terms, &m->watch, err);
    return st == PM_OK ? load(m, db, err) : st;
}

void pm_matcher_close(struct pm_matcher *m)
{
    if (m == NULL)
        return;
    pm_watch_close(m->watch);
    pm_arena_free(&m->arena);
    pm_vector_maker_free(&m->maker);
    free(m->tokens);
    free(m->hits);
    free(m);
}

static bool push(void **items, size_t *cap, size_t count, size_t size)
{
    if (count < *cap)
        return true;
    size_t want = *cap == 0 ? 256 : *cap * 2;
    void *grown = realloc(*items, want * size);
    if (grown == NULL)
        return false;
    *items = grown;
    *cap = want;
    return true;
}

static bool stands_at(const struct pm_matcher *m, const struct form *f, size_t i)
{
    size_t at = i;
    for (uint32_t k = 1; k < f->n; k++) {
        size_t next = at + 1;
        for (; next < m->count; next++) {
            uint32_t step = m->tokens[next].position - m->tokens[at].position;
            if (step > f->reach[k])
                return false;
            if (step > 0 && m->tokens[next].mark == f->marks[k])
                break;
        }
        if (next >= m->count)
            return false;
        at = next;
    }
    return true;
}

/* The bits of the terms that a form which starts at token i may go on with. */
static uint64_t bits_behind(const struct pm_matcher *m, size_t i)
{
    uint64_t bits = 0;
    for (size_t k = i + 1; k < m->count; k++) {
        if (m->tokens[k].position - m->tokens[i].position > m->reach)
            break;
        bits |= bit_of(m->tokens[k].mark);
    }
    return bits;
}

/* Each concept that starts at token i, once. */
static bool hits_at(struct pm_matcher *m, size_t i)
{
    size_t from = m->n_hits;
    uint32_t mark = m->tokens[i].mark;
    if (m->first[mark] == m->first[mark + 1])
        return true;
    uint64_t bits = bits_behind(m, i);
    for (size_t k = m->first[mark]; k < m->first[mark + 1]; k++) {
        const struct gate g = m->gates[k];
        if ((g.second & ~bits) != 0 || (g.second != 0 && !stands_at(m, &m->forms[k], i)))
            continue;
        size_t h = from;
        while (h < m->n_hits && m->hits[h] != g.concept)
            h++;
        if (h < m->n_hits)
            continue;
        if (!push((void **)&m->hits, &m->hits_cap, m->n_hits, sizeof *m->hits))
            return false;
        m->hits[m->n_hits++] = g.concept;
    }
    return true;
}

static enum pm_status read_sentence(struct pm_matcher *m, struct pm_stream_reader *r,
                                    struct pm_error *err)
{
    uint32_t term, position, mark;
    bool whole;
    m->count = m->n_hits = 0;
    while (pm_stream_token(r, &term, &position, &whole)) {
        enum pm_status st = whole ? PM_OK : pm_watch_term(m->watch, term, &mark, err);
        if (st != PM_OK)
            return st;
        if (whole || mark == 0)
            continue;
        if (!push((void **)&m->tokens, &m->cap, m->count, sizeof *m->tokens))
            return out_of_memory(err);
        m->tokens[m->count++] = (struct token){mark, position};
        __builtin_prefetch(&m->first[mark]);
    }
    for (size_t i = 0; i < m->count; i++) {
        if (i + AHEAD < m->count)
            __builtin_prefetch(&m->gates[m->first[m->tokens[i + AHEAD].mark]]);
        if (!hits_at(m, i))
            return out_of_memory(err);
    }
    return PM_OK;
}

enum pm_status pm_matcher_vector(struct pm_matcher *m, const void *stream, size_t len,
                                 struct pm_buf *out, struct pm_error *err)
{
    struct pm_stream_reader r;
    struct pm_stream_sentence s;
    pm_vector_begin(&m->maker);
    pm_buf_clear(out);
    pm_stream_open(&r, stream, len);
    while (pm_stream_sentence(&r, &s)) {
        enum pm_status st = read_sentence(m, &r, err);
        if (st != PM_OK)
            return st;
        for (size_t i = 0; i < m->n_hits; i++)
            pm_vector_add(&m->maker, m->hits[i], s.section, false);
    }
    return pm_vector_end(&m->maker, out) == PM_OK ? PM_OK : out_of_memory(err);
}
