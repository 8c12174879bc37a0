#include "indexer/mechanism_derive.h"

#include <stdlib.h>
#include <string.h>

#include "indexer/cards.h"
#include "indexer/document_vector.h"
#include "indexer/labels.h"
#include "indexer/mechanism_model.h"
#include "lib/store.h"

/* Raise it with every change of the mechanism and label code that gives other vectors. */
#define MECHANISMS_VERSION "1"

struct pm_mechanisms {
    sqlite3 *db;
    struct pm_dict *dict;
    struct pm_lexer *lexer;
    struct pm_arena arena;
    struct pm_cards cards;
    const char *fingerprint;
    bool stale;
};

/* What a run of documents works with. */
struct work {
    struct pm_mechanisms *m;
    struct pm_catalogue *catalogue;
    struct pm_feature_table *table;
    struct pm_labeller *labeller;
    sqlite3_stmt *read, *put_vector, *put_label;
    struct pm_buf vector;
    struct pm_error *err;
};

static enum pm_status db_error(const struct pm_mechanisms *m, struct pm_error *err)
{
    return pm_fail(err, PM_EDB, "unable to write the mechanisms: %s", sqlite3_errmsg(m->db));
}

enum pm_status pm_mechanisms_open(sqlite3 *db, const char *index, struct pm_dict *dict,
                                  struct pm_lexer *lexer, const char *concepts,
                                  struct pm_mechanisms **out, struct pm_error *err)
{
    struct pm_mechanisms *m = calloc(1, sizeof *m);
    *out = m;
    if (m == NULL)
        return pm_fail(err, PM_ENOMEM, "out of memory");
    m->db = db;
    m->dict = dict;
    m->lexer = lexer;
    enum pm_status st = pm_cards_load(dict, index, &m->arena, &m->cards, err);
    if (st != PM_OK)
        return st;
    m->fingerprint = pm_arena_printf(
        &m->arena, "%s cards %016llx classes %s weights %s negations %s concepts %s",
        MECHANISMS_VERSION, (unsigned long long)m->cards.hash, pm_dict_hash(dict, "classes"),
        pm_dict_hash(dict, "weights"), pm_dict_hash(dict, "negations"), concepts);
    const char *stored = pm_store_meta(db, &m->arena, "mechanisms");
    m->stale = stored == NULL || m->fingerprint == NULL || strcmp(stored, m->fingerprint) != 0;
    return m->fingerprint == NULL ? pm_fail(err, PM_ENOMEM, "out of memory") : PM_OK;
}

void pm_mechanisms_close(struct pm_mechanisms *m)
{
    if (m == NULL)
        return;
    pm_arena_free(&m->arena);
    free(m);
}

bool pm_mechanisms_stale(const struct pm_mechanisms *m)
{
    return m->stale;
}

static enum pm_status store_vector(struct work *w, int64_t document, const float *z)
{
    pm_buf_clear(&w->vector);
    if (z != NULL)
        pm_mechanism_vector(z, w->m->cards.count, &w->vector);
    if (w->vector.failed)
        return pm_fail(w->err, PM_ENOMEM, "out of memory");
    (void)sqlite3_reset(w->put_vector);
    (void)sqlite3_bind_int64(w->put_vector, 1, document);
    (void)sqlite3_bind_blob64(w->put_vector, 2, pm_buf_text(&w->vector), w->vector.len,
                              SQLITE_STATIC);
    return sqlite3_step(w->put_vector) == SQLITE_DONE ? PM_OK : db_error(w->m, w->err);
}

static enum pm_status store_label(struct work *w, int64_t document, const struct pm_label *l)
{
    sqlite3_stmt *s = w->put_label;
    (void)sqlite3_reset(s);
    (void)sqlite3_bind_int64(s, 1, document);
    (void)sqlite3_bind_text(s, 2, w->m->cards.items[l->card].id, -1, SQLITE_STATIC);
    (void)sqlite3_bind_double(s, 3, l->confidence);
    (void)sqlite3_bind_double(s, 4, l->z);
    (void)sqlite3_bind_int64(s, 5, l->sentence.seq);
    (void)sqlite3_bind_int64(s, 6, l->sentence.start);
    (void)sqlite3_bind_int64(s, 7, l->sentence.length);
    return sqlite3_step(s) == SQLITE_DONE ? PM_OK : db_error(w->m, w->err);
}

/* Only incidents show mechanisms: a template names many and tells of none. */
static enum pm_status derive_document(struct work *w)
{
    int64_t document = sqlite3_column_int64(w->read, 0);
    const char *kind = (const char *)sqlite3_column_text(w->read, 1);
    enum pm_lang lang = pm_lang_of((const char *)sqlite3_column_text(w->read, 2));
    if (kind == NULL || strcmp(kind, "incident") != 0)
        return store_vector(w, document, NULL);
    const float *z;
    enum pm_status st = pm_document_z(
        w->table, lang, sqlite3_column_blob(w->read, 3), (size_t)sqlite3_column_bytes(w->read, 3),
        sqlite3_column_blob(w->read, 4), (size_t)sqlite3_column_bytes(w->read, 4), &z, w->err);
    if (st == PM_OK)
        st = store_vector(w, document, z);
    struct pm_label labels[PM_LABELS_MAX];
    size_t n = 0;
    if (st == PM_OK)
        st = pm_labels_find(w->labeller, document, lang, z, sqlite3_column_blob(w->read, 5),
                            (size_t)sqlite3_column_bytes(w->read, 5), labels, &n, w->err);
    for (size_t i = 0; st == PM_OK && i < n; i++)
        st = store_label(w, document, &labels[i]);
    return st;
}

static enum pm_status open_work(struct work *w)
{
    struct pm_mechanisms *m = w->m;
    enum pm_status st = pm_catalogue_open(m->db, &w->catalogue, w->err);
    if (st == PM_OK)
        st = pm_feature_table_open(m->db, w->catalogue, m->dict, &w->table, w->err);
    if (st == PM_OK)
        st = pm_labeller_open(m->db, w->table, m->cards.count, m->dict, &w->labeller, w->err);
    if (st == PM_OK &&
        (sqlite3_prepare_v2(m->db,
                            "SELECT d.id, d.kind, d.lang, v.data, c.data, s.data FROM document d"
                            " JOIN term_vector v ON v.document_id = d.id"
                            " JOIN token_stream s ON s.document_id = d.id"
                            " LEFT JOIN document_concept c ON c.document_id = d.id"
                            " LEFT JOIN mechanism_vector x ON x.document_id = d.id"
                            " WHERE x.document_id IS NULL ORDER BY d.id",
                            -1, &w->read, NULL) != SQLITE_OK ||
         sqlite3_prepare_v2(m->db, "INSERT INTO mechanism_vector VALUES(?1, ?2)", -1,
                            &w->put_vector, NULL) != SQLITE_OK ||
         sqlite3_prepare_v2(m->db,
                            "INSERT INTO document_mechanism VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)", -1,
                            &w->put_label, NULL) != SQLITE_OK))
        st = db_error(m, w->err);
    return st;
}

/* Is there a document without its vector? */
static bool any_missing(const struct pm_mechanisms *m)
{
    sqlite3_stmt *stmt = NULL;
    bool any = sqlite3_prepare_v2(m->db,
                                  "SELECT 1 FROM term_vector v WHERE NOT EXISTS (SELECT 1 FROM"
                                  " mechanism_vector x WHERE x.document_id = v.document_id)"
                                  " LIMIT 1",
                                  -1, &stmt, NULL) == SQLITE_OK &&
               sqlite3_step(stmt) == SQLITE_ROW;
    (void)sqlite3_finalize(stmt);
    return any;
}

static enum pm_status derive_documents(struct pm_mechanisms *m, struct pm_error *err)
{
    struct work w = {.m = m, .err = err};
    if (!any_missing(m))
        return PM_OK;
    enum pm_status st = open_work(&w);
    int rc = SQLITE_DONE;
    while (st == PM_OK && (rc = sqlite3_step(w.read)) == SQLITE_ROW)
        st = derive_document(&w);
    if (st == PM_OK && rc != SQLITE_DONE)
        st = db_error(m, err);
    (void)sqlite3_finalize(w.read);
    (void)sqlite3_finalize(w.put_vector);
    (void)sqlite3_finalize(w.put_label);
    pm_labeller_close(w.labeller);
    pm_feature_table_close(w.table);
    pm_catalogue_close(w.catalogue);
    pm_buf_free(&w.vector);
    return st;
}

struct postings {
    struct pm_buf pairs;
    uint64_t last;
};

static enum pm_status store_postings(const struct pm_mechanisms *m, const struct postings *p,
                                     struct pm_error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum pm_status st = PM_OK;
    if (sqlite3_prepare_v2(m->db, "UPDATE mechanism SET postings = ?2 WHERE id = ?1", -1, &stmt,
                           NULL) != SQLITE_OK)
        return db_error(m, err);
    for (size_t i = 0; st == PM_OK && i < m->cards.count; i++) {
        (void)sqlite3_reset(stmt);
        (void)sqlite3_bind_int64(stmt, 1, (sqlite3_int64)i + 1);
        (void)sqlite3_bind_blob64(stmt, 2, pm_buf_text(&p[i].pairs), p[i].pairs.len, SQLITE_STATIC);
        if (p[i].pairs.failed)
            st = pm_fail(err, PM_ENOMEM, "out of memory");
        else if (sqlite3_step(stmt) != SQLITE_DONE)
            st = db_error(m, err);
    }
    (void)sqlite3_finalize(stmt);
    return st;
}

/* The same by mechanism: which documents, how strongly. Written whole, like the
 * postings of concepts. */
static enum pm_status write_postings(const struct pm_mechanisms *m, struct pm_error *err)
{
    struct postings *p = calloc(m->cards.count + 1, sizeof *p);
    sqlite3_stmt *read = NULL;
    if (p == NULL)
        return pm_fail(err, PM_ENOMEM, "out of memory");
    enum pm_status st = PM_OK;
    if (sqlite3_prepare_v2(m->db, "SELECT document_id, data FROM mechanism_vector ORDER BY 1", -1,
                           &read, NULL) != SQLITE_OK)
        st = db_error(m, err);
    while (st == PM_OK && sqlite3_step(read) == SQLITE_ROW) {
        struct pm_pairs v;
        pm_pairs_open(&v, sqlite3_column_blob(read, 1), (size_t)sqlite3_column_bytes(read, 1));
        while (pm_pairs_next(&v))
            if (v.number >= 1 && v.number <= m->cards.count)
                pm_pairs_put(&p[v.number - 1].pairs, &p[v.number - 1].last,
                             (uint64_t)sqlite3_column_int64(read, 0), v.value);
    }
    (void)sqlite3_finalize(read);
    if (st == PM_OK)
        st = store_postings(m, p, err);
    for (size_t i = 0; i < m->cards.count; i++)
        pm_buf_free(&p[i].pairs);
    free(p);
    return st;
}

static enum pm_status start_over(struct pm_mechanisms *m, struct pm_error *err)
{
    if (sqlite3_exec(m->db, "DELETE FROM mechanism_vector; DELETE FROM document_mechanism", NULL,
                     NULL, NULL) != SQLITE_OK)
        return db_error(m, err);
    return pm_mechanism_model(m->db, m->lexer, m->dict, &m->cards, err);
}

static enum pm_status store_fingerprint(const struct pm_mechanisms *m, struct pm_error *err)
{
    char *sql =
        sqlite3_mprintf("INSERT OR REPLACE INTO meta VALUES('mechanisms', %Q)", m->fingerprint);
    bool ok = sql != NULL && sqlite3_exec(m->db, sql, NULL, NULL, NULL) == SQLITE_OK;
    sqlite3_free(sql);
    return ok ? PM_OK : db_error(m, err);
}

enum pm_status pm_mechanisms_run(struct pm_mechanisms *m, struct pm_error *err)
{
    enum pm_status st = m->stale ? start_over(m, err) : PM_OK;
    if (st == PM_OK)
        st = derive_documents(m, err);
    if (st == PM_OK)
        st = write_postings(m, err);
    if (st == PM_OK && m->stale)
        st = store_fingerprint(m, err);
    m->stale = m->stale && st != PM_OK;
    return st;
}
