#include "indexer/derive_match.h"

#include <stdlib.h>
#include <string.h>

#include "indexer/watch.h"
#include "lib/arena.h"
#include "lib/concept.h"
#include "lib/stream.h"
#include "lib/vector.h"

struct form {
    uint32_t concept;
    uint32_t marks[PM_FORM_TERMS]; /* of its terms */
    struct pm_form shape;          /* its offsets and length */
    struct form *next;             /* with the same first term */
};

struct token {
    uint32_t mark, position;
};

struct pm_matcher {
    struct pm_arena arena;
    struct pm_watch *watch;
    struct form **first;  /* by mark of the first term */
    struct token *tokens; /* of the present sentence that are in some form, wholes left out */
    size_t count, cap;
    struct pm_buf stream; /* of concepts */
    uint32_t *hits;       /* concepts of the present sentence with their positions */
    size_t n_hits, hits_cap;
};

static enum pm_status out_of_memory(struct pm_error *err)
{
    return pm_fail(err, PM_ENOMEM, "out of memory");
}

/* Read a form into *list, which is in the reverse order of the table. */
static enum pm_status add_form(struct pm_matcher *m, sqlite3_stmt *row, struct form **list,
                               struct pm_error *err)
{
    const char *terms = (const char *)sqlite3_column_text(row, 1);
    const char *offsets = (const char *)sqlite3_column_text(row, 2);
    struct form *f = pm_arena_alloc(&m->arena, sizeof *f);
    if (f == NULL || terms == NULL || offsets == NULL)
        return out_of_memory(err);
    f->concept = (uint32_t)sqlite3_column_int64(row, 0);
    if (!pm_form_read(terms, offsets, &m->arena, &f->shape))
        return PM_OK;
    enum pm_status st = PM_OK;
    for (uint32_t i = 0; st == PM_OK && i < f->shape.n; i++)
        st = pm_watch_mark(m->watch, f->shape.terms[i], strlen(f->shape.terms[i]), &f->marks[i],
                           err);
    f->next = *list;
    *list = f;
    return st;
}

static enum pm_status load(struct pm_matcher *m, sqlite3 *db, struct pm_error *err)
{
    sqlite3_stmt *rows = NULL;
    struct form *list = NULL;
    if (sqlite3_prepare_v2(db, "SELECT concept_id, terms, offsets FROM concept_form", -1, &rows,
                           NULL) != SQLITE_OK)
        return pm_fail(err, PM_EDB, "unable to read concepts: %s", sqlite3_errmsg(db));
    enum pm_status st = PM_OK;
    while (st == PM_OK && sqlite3_step(rows) == SQLITE_ROW)
        st = add_form(m, rows, &list, err);
    (void)sqlite3_finalize(rows);
    m->first = calloc(pm_watch_count(m->watch) + 1, sizeof(struct form *));
    if (m->first == NULL)
        return out_of_memory(err);
    for (struct form *f = list, *next; f != NULL; f = next) {
        next = f->next;
        f->next = m->first[f->marks[0]];
        m->first[f->marks[0]] = f;
    }
    return st;
}

enum pm_status pm_matcher_open(sqlite3 *db, struct pm_terms *terms, struct pm_matcher **out,
                               struct pm_error *err)
{
    struct pm_matcher *m = calloc(1, sizeof *m);
    *out = m;
    enum pm_status st = m == NULL ? out_of_memory(err) : pm_watch_open(terms, &m->watch, err);
    return st == PM_OK ? load(m, db, err) : st;
}

void pm_matcher_close(struct pm_matcher *m)
{
    if (m == NULL)
        return;
    pm_watch_close(m->watch);
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
            if (step > 0 && m->tokens[next].mark == f->marks[k])
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
    for (const struct form *f = m->first[m->tokens[i].mark]; f != NULL; f = f->next) {
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
    }
    for (size_t i = 0; i < m->count; i++)
        if (!hits_at(m, i))
            return out_of_memory(err);
    return PM_OK;
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
        enum pm_status st = read_sentence(m, &r, err);
        if (st != PM_OK)
            return st;
        uint32_t last = 0;
        if (m->n_hits == 0)
            continue;
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
