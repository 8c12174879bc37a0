/* A document's tokens: stream, vector, FTS5 columns and the counts over them. */
#include <stdlib.h>
#include <string.h>

#include "indexer/writer_internal.h"
#include "lib/fts_tokenizer.h"
#include "lib/stream.h"

/* How many terms before its turn a term is fetched into the cache, step by step. */
static const struct {
    size_t ahead;
    enum pm_terms_way way;
} ways[] = {{12, PM_TERMS_SLOT}, {8, PM_TERMS_ENTRY}, {4, PM_TERMS_TEXT}};

static enum pm_status number_terms(struct pm_writer *w, const struct pm_analysis *an,
                                   struct pm_error *err)
{
    if (an->n_terms > w->ids_cap) {
        uint32_t *grown = realloc(w->ids, an->n_terms * sizeof *grown);
        if (grown == NULL)
            return pm_fail(err, PM_ENOMEM, "out of memory");
        w->ids = grown;
        w->ids_cap = an->n_terms;
    }
    enum pm_status st = PM_OK;
    for (size_t i = 0; st == PM_OK && i < an->n_terms; i++) {
        for (size_t k = 0; k < sizeof ways / sizeof *ways; k++)
            if (i + ways[k].ahead < an->n_terms)
                pm_terms_expect(w->terms, an->terms[i + ways[k].ahead].hash, ways[k].way);
        st = pm_terms_add(w->terms, &an->terms[i], &w->ids[i], err);
    }
    return st;
}

/* The stream and, of the same tokens, the vector. */
static enum pm_status make_stream(struct pm_writer *w, const struct pm_analysis *an)
{
    const struct pm_analysis_token *t = an->tokens;
    pm_buf_clear(&w->stream);
    pm_buf_clear(&w->vector);
    pm_vector_begin(&w->maker);
    for (size_t i = 0; i < an->n_sentences; i++) {
        const struct pm_stream_sentence *s = &an->sentences[i];
        uint32_t last = s->first_position;
        pm_stream_put_sentence(&w->stream, s);
        for (uint32_t k = 0; k < s->n_tokens; k++, t++) {
            pm_stream_put_token(&w->stream, &last, w->ids[t->term], t->position, t->whole);
            pm_vector_add(&w->maker, w->ids[t->term], s->section, t->whole);
        }
    }
    return w->stream.failed ? PM_ENOMEM : pm_vector_end(&w->maker, &w->vector);
}

static void feed_begin(struct pm_writer *w)
{
    for (int s = 0; s < PM_SEC_COUNT; s++)
        pm_buf_clear(&w->feed[s]);
}

/* Put a term into the columns of its sections. A column needs it but once: with
 * detail=column nothing else is kept. */
static void feed_term(struct pm_writer *w, const char *text, uint32_t len, uint32_t mask)
{
    for (int s = 0; mask >> s != 0; s++) {
        if ((mask >> s & 1) == 0)
            continue;
        pm_buf_addc(&w->feed[s], w->feed[s].len == 0 ? PM_FTS_FEED : PM_FTS_SEPARATOR);
        pm_buf_add(&w->feed[s], text, len);
    }
}

static enum pm_status feed_end(struct pm_writer *w, enum pm_writer_statement which, int64_t id,
                               struct pm_error *err)
{
    sqlite3_stmt *stmt = pm_writer_statement(w, which, err);
    if (stmt == NULL)
        return PM_EDB;
    (void)sqlite3_bind_int64(stmt, 1, id);
    for (int s = 0; s < PM_SEC_COUNT; s++) {
        const struct pm_buf *b = &w->feed[s];
        if (b->failed)
            return pm_fail(err, PM_ENOMEM, "out of memory");
        if (b->len == 0)
            (void)sqlite3_bind_null(stmt, s + 2);
        else
            (void)sqlite3_bind_text64(stmt, s + 2, b->data, b->len, SQLITE_STATIC, SQLITE_UTF8);
    }
    return pm_writer_step(w, stmt, err);
}

static enum pm_status put_blob(struct pm_writer *w, enum pm_writer_statement which, int64_t id,
                               const struct pm_buf *b, struct pm_error *err)
{
    sqlite3_stmt *stmt = pm_writer_statement(w, which, err);
    if (stmt == NULL)
        return PM_EDB;
    (void)sqlite3_bind_int64(stmt, 1, id);
    (void)sqlite3_bind_blob64(stmt, 2, pm_buf_text(b), b->len, SQLITE_STATIC);
    return pm_writer_step(w, stmt, err);
}

static void count_lengths(struct pm_writer *w, const uint32_t length[PM_SEC_COUNT], int sign)
{
    for (int s = 0; s < PM_SEC_COUNT; s++) {
        w->totals.length[s] += sign * (int64_t)length[s];
        w->totals.nonempty[s] += length[s] > 0 ? sign : 0;
    }
}

enum pm_status pm_writer_tokens(struct pm_writer *w, int64_t id, const struct pm_analysis *an,
                                struct pm_error *err)
{
    enum pm_status st = number_terms(w, an, err);
    if (st != PM_OK)
        return st;
    st = make_stream(w, an);
    if (st != PM_OK)
        return pm_fail(err, st, "out of memory");
    st = put_blob(w, W_STREAM, id, &w->stream, err);
    if (st == PM_OK)
        st = put_blob(w, W_VECTOR, id, &w->vector, err);
    feed_begin(w);
    for (size_t i = 0; st == PM_OK && i < an->n_terms; i++)
        feed_term(w, an->terms[i].text, an->terms[i].len, an->terms[i].mask);
    if (st == PM_OK)
        st = feed_end(w, W_FTS_ADD, id, err);
    count_lengths(w, an->length, 1);
    return st;
}

/* The stored vector names every term with its sections: all that FTS5 must be told
 * to forget, whatever today's dictionary would make of the text. */
static enum pm_status feed_stored(struct pm_writer *w, int64_t id, struct pm_error *err)
{
    sqlite3_stmt *stmt = pm_writer_statement(w, W_VECTOR_READ, err);
    if (stmt == NULL)
        return PM_EDB;
    (void)sqlite3_bind_int64(stmt, 1, id);
    struct pm_vector_reader r;
    if (sqlite3_step(stmt) != SQLITE_ROW ||
        !pm_vector_open(&r, sqlite3_column_blob(stmt, 0), (size_t)sqlite3_column_bytes(stmt, 0)))
        return pm_fail(err, PM_EFORMAT,
                       "the index is damaged (no terms of document %lld): make it anew with"
                       " pmindex --rebuild",
                       (long long)id);
    struct pm_vector_entry e;
    enum pm_status st = PM_OK;
    feed_begin(w);
    while (st == PM_OK && pm_vector_next(&r, &e)) {
        const char *text;
        uint32_t len;
        st = pm_terms_text(w->terms, e.term, &text, &len, err);
        if (st != PM_OK)
            break;
        feed_term(w, text, len, e.mask);
        pm_terms_drop(w->terms, e.term);
    }
    count_lengths(w, r.length, -1);
    (void)sqlite3_reset(stmt);
    return st;
}

enum pm_status pm_writer_drop_tokens(struct pm_writer *w, int64_t id, struct pm_error *err)
{
    enum pm_status st = feed_stored(w, id, err);
    if (st == PM_OK)
        st = feed_end(w, W_FTS_DELETE, id, err);
    if (st != PM_OK)
        return st;
    char *sql = sqlite3_mprintf("DELETE FROM token_stream WHERE document_id = %lld;"
                                "DELETE FROM term_vector WHERE document_id = %lld",
                                (long long)id, (long long)id);
    int rc = sql == NULL ? SQLITE_NOMEM : sqlite3_exec(w->db, sql, NULL, NULL, NULL);
    sqlite3_free(sql);
    if (rc != SQLITE_OK)
        return pm_fail(err, PM_EDB, "unable to write the index: %s", sqlite3_errmsg(w->db));
    return PM_OK;
}
