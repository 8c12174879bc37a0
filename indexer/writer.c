#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "indexer/writer_internal.h"

enum { MERGE_PAGES = 200, MERGE_STEPS = 16 };

enum pm_status pm_writer_open(sqlite3 *db, struct pm_writer **out, struct pm_error *err)
{
    *out = NULL;
    struct pm_writer *w = calloc(1, sizeof *w);
    if (w == NULL)
        return pm_fail(err, PM_ENOMEM, "out of memory");
    w->db = db;
    enum pm_status st = pm_terms_open(db, &w->terms, err);
    if (st == PM_OK)
        st = pm_writer_load_totals(w, err);
    if (st != PM_OK) {
        pm_writer_close(w);
        return st;
    }
    *out = w;
    return PM_OK;
}

void pm_writer_close(struct pm_writer *w)
{
    if (w == NULL)
        return;
    for (int i = 0; i < W_COUNT; i++)
        (void)sqlite3_finalize(w->stmts[i]);
    for (int s = 0; s < PM_SEC_COUNT; s++)
        pm_buf_free(&w->feed[s]);
    pm_buf_free(&w->stream);
    pm_buf_free(&w->vector);
    pm_vector_maker_free(&w->maker);
    pm_terms_close(w->terms);
    free(w->ids);
    free(w);
}

int64_t pm_writer_documents(const struct pm_writer *w)
{
    return w->totals.documents;
}

struct pm_terms *pm_writer_terms(struct pm_writer *w)
{
    return w->terms;
}

const struct pm_buf *pm_writer_stream(const struct pm_writer *w)
{
    return &w->stream;
}

const struct pm_buf *pm_writer_vector(const struct pm_writer *w)
{
    return &w->vector;
}

/* Parameters 2 to 8 of the document statements. */
static void bind_place(sqlite3_stmt *stmt, const struct pm_place *p)
{
    (void)sqlite3_bind_int64(stmt, 2, p->root_id);
    (void)sqlite3_bind_blob64(stmt, 3, p->rel, strlen(p->rel), SQLITE_STATIC);
    (void)sqlite3_bind_blob64(stmt, 4, p->path, strlen(p->path), SQLITE_STATIC);
    (void)sqlite3_bind_int64(stmt, 5, p->size);
    (void)sqlite3_bind_int64(stmt, 6, p->mtime_ns);
    (void)sqlite3_bind_int64(stmt, 7, (int64_t)p->inode);
    (void)sqlite3_bind_blob(stmt, 8, p->hash, sizeof p->hash, SQLITE_STATIC);
}

/* Parameters 9 to 22. */
static void bind_facts(sqlite3_stmt *stmt, const struct pm_analysis *an)
{
    const struct pm_incident *inc = an->incident;
    int64_t tokens = 0;
    for (int s = 0; s < PM_SEC_COUNT; s++)
        tokens += an->length[s];
    pm_writer_bind(stmt, 9, inc->is_incident ? "incident" : "other");
    pm_writer_bind(stmt, 10, inc->lang == NULL ? "en" : inc->lang);
    pm_writer_bind(stmt, 11, inc->title == NULL ? "" : inc->title);
    pm_writer_bind(stmt, 12, inc->date);
    pm_writer_bind(stmt, 13, inc->start);
    pm_writer_bind(stmt, 14, inc->end);
    pm_writer_bind(stmt, 15, inc->published);
    if (inc->duration_min < 0)
        (void)sqlite3_bind_null(stmt, 16);
    else
        (void)sqlite3_bind_int64(stmt, 16, inc->duration_min);
    pm_writer_bind(stmt, 17, inc->severity);
    pm_writer_bind(stmt, 18, inc->status);
    pm_writer_bind(stmt, 19, inc->company);
    pm_writer_bind(stmt, 20, inc->product);
    pm_writer_bind(stmt, 21, inc->url);
    (void)sqlite3_bind_int64(stmt, 22, tokens);
}

static enum pm_status put_content(struct pm_writer *w, int64_t id, const struct pm_analysis *an,
                                  struct pm_error *err)
{
    enum pm_status st = pm_writer_rows(w, id, an, err);
    if (st == PM_OK)
        st = pm_writer_tokens(w, id, an, err);
    w->totals.documents++;
    w->totals.incidents += an->incident->is_incident;
    w->written++;
    return st;
}

enum pm_status pm_writer_add(struct pm_writer *w, const struct pm_place *place,
                             const struct pm_analysis *an, int64_t *id, struct pm_error *err)
{
    sqlite3_stmt *stmt = pm_writer_statement(w, W_DOCUMENT_INSERT, err);
    if (stmt == NULL)
        return PM_EDB;
    char name[48]; /* no ID holds a control character, so that this one is free */
    (void)snprintf(name, sizeof name, "\x1f%lld:%lld", (long long)place->root_id,
                   (long long)w->written);
    pm_writer_bind(stmt, 1, name);
    bind_place(stmt, place);
    bind_facts(stmt, an);
    enum pm_status st = pm_writer_step(w, stmt, err);
    if (st != PM_OK)
        return st;
    *id = sqlite3_last_insert_rowid(w->db);
    return put_content(w, *id, an, err);
}

static enum pm_status drop_content(struct pm_writer *w, int64_t id, struct pm_error *err)
{
    sqlite3_stmt *stmt = pm_writer_statement(w, W_DOCUMENT_KIND, err);
    if (stmt == NULL)
        return PM_EDB;
    (void)sqlite3_bind_int64(stmt, 1, id);
    if (sqlite3_step(stmt) == SQLITE_ROW) {
        const char *kind = (const char *)sqlite3_column_text(stmt, 0);
        w->totals.documents--;
        w->totals.incidents -= kind != NULL && strcmp(kind, "incident") == 0;
    }
    (void)sqlite3_reset(stmt);
    w->written++;
    enum pm_status st = pm_writer_drop_tokens(w, id, err);
    return st == PM_OK ? pm_writer_drop_rows(w, id, err) : st;
}

enum pm_status pm_writer_replace(struct pm_writer *w, int64_t id, const struct pm_place *place,
                                 const struct pm_analysis *an, struct pm_error *err)
{
    enum pm_status st = drop_content(w, id, err);
    sqlite3_stmt *stmt = pm_writer_statement(w, W_DOCUMENT_UPDATE, st == PM_OK ? err : NULL);
    if (st != PM_OK || stmt == NULL)
        return st == PM_OK ? PM_EDB : st;
    (void)sqlite3_bind_int64(stmt, 1, id);
    bind_place(stmt, place);
    bind_facts(stmt, an);
    st = pm_writer_step(w, stmt, err);
    return st == PM_OK ? put_content(w, id, an, err) : st;
}

enum pm_status pm_writer_move(struct pm_writer *w, int64_t id, const struct pm_place *place,
                              struct pm_error *err)
{
    sqlite3_stmt *stmt = pm_writer_statement(w, W_DOCUMENT_MOVE, err);
    if (stmt == NULL)
        return PM_EDB;
    (void)sqlite3_bind_int64(stmt, 1, id);
    bind_place(stmt, place);
    return pm_writer_step(w, stmt, err);
}

enum pm_status pm_writer_delete(struct pm_writer *w, int64_t id, struct pm_error *err)
{
    enum pm_status st = drop_content(w, id, err);
    sqlite3_stmt *stmt = pm_writer_statement(w, W_DOCUMENT_DELETE, st == PM_OK ? err : NULL);
    if (st != PM_OK || stmt == NULL)
        return st == PM_OK ? PM_EDB : st;
    (void)sqlite3_bind_int64(stmt, 1, id);
    return pm_writer_step(w, stmt, err);
}

enum pm_status pm_writer_name(struct pm_writer *w, int64_t id, const char *name,
                              struct pm_error *err)
{
    sqlite3_stmt *stmt = pm_writer_statement(w, W_DOCUMENT_NAME, err);
    if (stmt == NULL)
        return PM_EDB;
    (void)sqlite3_bind_int64(stmt, 1, id);
    pm_writer_bind(stmt, 2, name);
    return pm_writer_step(w, stmt, err);
}

enum pm_status pm_writer_meta(struct pm_writer *w, const char *key, const char *value,
                              struct pm_error *err)
{
    sqlite3_stmt *stmt = pm_writer_statement(w, value == NULL ? W_META_DELETE : W_META_SET, err);
    if (stmt == NULL)
        return PM_EDB;
    pm_writer_bind(stmt, 1, key);
    if (value != NULL)
        pm_writer_bind(stmt, 2, value);
    return pm_writer_step(w, stmt, err);
}

/* Few segments make fast queries. A merge that changes less than two rows has
 * found nothing more to do. */
static enum pm_status tidy(struct pm_writer *w, struct pm_error *err)
{
    int rc = SQLITE_OK;
    if (w->written * 4 >= w->totals.documents) {
        rc = sqlite3_exec(w->db, "INSERT INTO fts(fts) VALUES('optimize')", NULL, NULL, NULL);
    } else {
        char sql[80];
        (void)snprintf(sql, sizeof sql, "INSERT INTO fts(fts, rank) VALUES('merge', %d)",
                       MERGE_PAGES);
        for (int i = 0; rc == SQLITE_OK && i < MERGE_STEPS; i++) {
            int before = sqlite3_total_changes(w->db);
            rc = sqlite3_exec(w->db, sql, NULL, NULL, NULL);
            if (sqlite3_total_changes(w->db) - before < 2)
                break;
        }
    }
    if (rc != SQLITE_OK)
        return pm_fail(err, PM_EDB, "unable to write the index: %s", sqlite3_errmsg(w->db));
    return PM_OK;
}

enum pm_status pm_writer_finish(struct pm_writer *w, struct pm_error *err)
{
    enum pm_status st = PM_OK;
    if (w->written > 0) {
        st = pm_terms_flush(w->terms, err);
        if (st == PM_OK)
            st = tidy(w, err);
    }
    return st == PM_OK ? pm_writer_store_totals(w, err) : st;
}
