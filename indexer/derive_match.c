#include "indexer/derive_match.h"

#include <stdlib.h>
#include <string.h>

#include "lib/arena.h"
#include "lib/concept.h"
#include "lib/stream.h"
#include "lib/vector.h"

struct form {
    uint32_t concept;
    uint32_t terms[PM_FORM_TERMS]; /* numbers of the index's terms */
    struct pm_form shape;          /* its offsets and length */
    struct form *next;             /* with the same first term */
};

struct token {
    uint32_t term, position;
};

struct pm_matcher {
    struct pm_arena arena;
    struct form **first;  /* by number of the first term */
    uint32_t limit;       /* numbers below it */
    struct token *tokens; /* of the present sentence, wholes left out */
    size_t count, cap;
    struct pm_buf stream; /* of concepts */
    uint32_t *hits;       /* concepts of the present sentence with their positions */
    size_t n_hits, hits_cap;
};

static enum pm_status out_of_memory(struct pm_error *err)
{
    return pm_fail(err, PM_ENOMEM, "out of memory");
}

/* Numbers of the form's terms; false when the index lacks one: it cannot match. */
static bool number_terms(sqlite3_stmt *find, const struct pm_form *shape, struct form *f)
{
    for (uint32_t i = 0; i < shape->n; i++) {
        (void)sqlite3_reset(find);
        (void)sqlite3_bind_text(find, 1, shape->terms[i], -1, SQLITE_STATIC);
        if (sqlite3_step(find) != SQLITE_ROW)
            return false;
        f->terms[i] = (uint32_t)sqlite3_column_int64(find, 0);
    }
    return true;
}

static enum pm_status add_form(struct pm_matcher *m, sqlite3_stmt *row, sqlite3_stmt *find,
                               struct pm_error *err)
{
    const char *terms = (const char *)sqlite3_column_text(row, 1);
    const char *offsets = (const char *)sqlite3_column_text(row, 2);
    struct form *f = pm_arena_alloc(&m->arena, sizeof *f);
    if (f == NULL || terms == NULL || offsets == NULL)
        return out_of_memory(err);
    f->concept = (uint32_t)sqlite3_column_int64(row, 0);
    if (!pm_form_read(terms, offsets, &m->arena, &f->shape) || !number_terms(find, &f->shape, f) ||
        f->terms[0] >= m->limit)
        return PM_OK;
    f->next = m->first[f->terms[0]];
    m->first[f->terms[0]] = f;
    return PM_OK;
}

static enum pm_status load(struct pm_matcher *m, sqlite3 *db, struct pm_error *err)
{
    sqlite3_stmt *rows = NULL, *find = NULL, *last = NULL;
    enum pm_status st = PM_OK;
    if (sqlite3_prepare_v2(db, "SELECT concept_id, terms, offsets FROM concept_form", -1, &rows,
                           NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(db, "SELECT id FROM term WHERE text = ?1", -1, &find, NULL) !=
            SQLITE_OK ||
        sqlite3_prepare_v2(db, "SELECT coalesce(max(id), 0) FROM term", -1, &last, NULL) !=
            SQLITE_OK ||
        sqlite3_step(last) != SQLITE_ROW)
        st = pm_fail(err, PM_EDB, "unable to read concepts: %s", sqlite3_errmsg(db));
    if (st == PM_OK) {
        m->limit = (uint32_t)sqlite3_column_int64(last, 0) + 1;
        m->first = calloc(m->limit, sizeof(struct form *));
        st = m->first == NULL ? out_of_memory(err) : PM_OK;
    }
    while (st == PM_OK && sqlite3_step(rows) == SQLITE_ROW)
        st = add_form(m, rows, find, err);
    (void)sqlite3_finalize(rows);
    (void)sqlite3_finalize(find);
    (void)sqlite3_finalize(last);
    return st;
}

enum pm_status pm_matcher_open(sqlite3 *db, struct pm_matcher **out, struct pm_error *err)
{
    struct pm_matcher *m = calloc(1, sizeof *m);
    *out = m;
    return m == NULL ? out_of_memory(err) : load(m, db, err);
}

void pm_matcher_close(struct pm_matcher *m)
{
    if (m == NULL)
        return;
    pm_arena_free(&m->arena);
    pm_buf_free(&m->stream);
    free(m->first);
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
    for (uint32_t k = 1; k < f->shape.n; k++) {
        size_t next = at + 1;
        for (; next < m->count; next++) {
            uint32_t step = m->tokens[next].position - m->tokens[at].position;
            if (step > 0 && !pm_form_reaches(&f->shape, k, step))
                return false;
            if (step > 0 && m->tokens[next].term == f->terms[k])
                break;
        }
        if (next >= m->count)
            return false;
        at = next;
    }
    return true;
}

/* Each concept that starts at token i, once. */
static bool hits_at(struct pm_matcher *m, size_t i)
{
    size_t from = m->n_hits;
    uint32_t term = m->tokens[i].term;
    for (const struct form *f = term < m->limit ? m->first[term] : NULL; f != NULL; f = f->next) {
        if (!stands_at(m, f, i))
            continue;
        size_t k = from;
        while (k < m->n_hits && m->hits[k] != f->concept)
            k++;
        if (k < m->n_hits)
            continue;
        if (!push((void **)&m->hits, &m->hits_cap, m->n_hits, sizeof *m->hits))
            return false;
        m->hits[m->n_hits++] = f->concept;
    }
    return true;
}

static bool read_sentence(struct pm_matcher *m, struct pm_stream_reader *r)
{
    uint32_t term, position;
    bool whole;
    m->count = m->n_hits = 0;
    while (pm_stream_token(r, &term, &position, &whole)) {
        if (whole)
            continue;
        if (!push((void **)&m->tokens, &m->cap, m->count, sizeof *m->tokens))
            return false;
        m->tokens[m->count++] = (struct token){term, position};
    }
    for (size_t i = 0; i < m->count; i++)
        if (!hits_at(m, i))
            return false;
    return true;
}

enum pm_status pm_matcher_vector(struct pm_matcher *m, const void *stream, size_t len,
                                 struct pm_buf *out, struct pm_error *err)
{
    struct pm_stream_reader r;
    struct pm_stream_sentence s;
    pm_buf_clear(&m->stream);
    pm_buf_clear(out);
    pm_stream_open(&r, stream, len);
    while (pm_stream_sentence(&r, &s)) {
        if (!read_sentence(m, &r))
            return out_of_memory(err);
        uint32_t last = 0;
        struct pm_stream_sentence head = {.section = s.section, .n_tokens = (uint32_t)m->n_hits};
        pm_stream_put_sentence(&m->stream, &head);
        for (size_t i = 0; i < m->n_hits; i++)
            pm_stream_put_token(&m->stream, &last, m->hits[i], 0, false);
    }
    if (m->stream.failed)
        return out_of_memory(err);
    enum pm_status st = pm_vector_from_stream(pm_buf_text(&m->stream), m->stream.len, out);
    return st == PM_OK ? PM_OK : pm_fail(err, st, "unable to count concepts");
}
