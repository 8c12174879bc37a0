#include "indexer/mechanism_derive.h"

#include <stdlib.h>
#include <string.h>

#include "indexer/cards.h"
#include "indexer/classes.h"
#include "indexer/compiled.h"
#include "indexer/document_vector.h"
#include "indexer/labels.h"
#include "indexer/mechanism_model.h"
#include "lib/store.h"

/* Raise it with every change of the mechanism and label code that gives other vectors. */
#define MECHANISMS_VERSION "2"

struct pm_mechanisms {
    sqlite3 *db;
    struct pm_dict *dict;
    struct pm_lexer *lexer;
    struct pm_arena arena;
    struct pm_cards cards;
    const char *fingerprint;
    bool stale;
    struct pm_terms *terms;
    /* What documents are derived with; NULL until the first. */
    struct pm_catalogue *catalogue;
    struct pm_feature_table *table;
    struct pm_labeller *labeller;
    struct pm_classifier *classifier;
    float *fitting; /* z of the cards that the document at hand can be labelled with */
    sqlite3_stmt *put_vector, *put_label, *put_class;
    struct pm_buf vector;
};

static enum pm_status db_error(const struct pm_mechanisms *m, struct pm_error *err)
{
    return pm_fail(err, PM_EDB, "unable to write the mechanisms: %s", sqlite3_errmsg(m->db));
}

enum pm_status pm_mechanisms_open(sqlite3 *db, const char *index, struct pm_dict *dict,
                                  struct pm_lexer *lexer, struct pm_terms *terms,
                                  const char *concepts, struct pm_mechanisms **out,
                                  struct pm_error *err)
{
    struct pm_mechanisms *m = calloc(1, sizeof *m);
    *out = m;
    if (m == NULL)
        return pm_fail(err, PM_ENOMEM, "out of memory");
    m->db = db;
    m->dict = dict;
    m->lexer = lexer;
    m->terms = terms;
    enum pm_status st = pm_cards_load(dict, index, &m->arena, &m->cards, err);
    if (st != PM_OK)
        return st;
    m->fingerprint = pm_arena_printf(
        &m->arena, "%s cards %016llx classes %s %s weights %s negations %s concepts %s",
        MECHANISMS_VERSION, (unsigned long long)m->cards.hash, pm_dict_hash(dict, "classes"),
        pm_dict_hash(dict, "class-concepts"), pm_dict_hash(dict, "weights"),
        pm_dict_hash(dict, "negations"), concepts);
    const char *stored = pm_store_meta(db, &m->arena, "mechanisms");
    m->stale = stored == NULL || m->fingerprint == NULL || strcmp(stored, m->fingerprint) != 0;
    return m->fingerprint == NULL ? pm_fail(err, PM_ENOMEM, "out of memory") : PM_OK;
}

void pm_mechanisms_close(struct pm_mechanisms *m)
{
    if (m == NULL)
        return;
    (void)sqlite3_finalize(m->put_vector);
    (void)sqlite3_finalize(m->put_label);
    (void)sqlite3_finalize(m->put_class);
    pm_classifier_close(m->classifier);
    pm_labeller_close(m->labeller);
    pm_feature_table_close(m->table);
    pm_catalogue_close(m->catalogue);
    pm_buf_free(&m->vector);
    pm_arena_free(&m->arena);
    free(m);
}

bool pm_mechanisms_stale(const struct pm_mechanisms *m)
{
    return m->stale;
}

/* The catalogue anew: as the build has compiled it, if from the same. */
static enum pm_status start_over(struct pm_mechanisms *m, struct pm_error *err)
{
    static const char clear[] = "DELETE FROM mechanism_vector; DELETE FROM document_mechanism;"
                                "DELETE FROM document_class;"
                                "DELETE FROM mechanism_class; DELETE FROM mechanism;"
                                "DELETE FROM mechanism_part; DELETE FROM mechanism_feature";
    static const char *const tables[] = {"mechanism_class", "mechanism", "mechanism_part",
                                         "mechanism_feature", NULL};
    bool copied = false;
    if (sqlite3_exec(m->db, clear, NULL, NULL, NULL) != SQLITE_OK)
        return db_error(m, err);
    enum pm_status st =
        pm_compiled_copy(m->db, m->dict, "mechanisms", m->fingerprint, tables, &copied, err);
    return st == PM_OK && !copied ? pm_mechanism_model(m->db, m->lexer, m->dict, &m->cards, err)
                                  : st;
}

/* At the first document: the tables as they must be, and what reads them. */
static enum pm_status get_ready(struct pm_mechanisms *m, struct pm_error *err)
{
    if (m->put_label != NULL)
        return PM_OK;
    enum pm_status st = m->stale ? start_over(m, err) : PM_OK;
    if (st == PM_OK)
        st = pm_catalogue_open(m->db, &m->catalogue, err);
    if (st == PM_OK)
        st = pm_feature_table_open(m->db, m->terms, m->catalogue, m->dict, &m->table, err);
    if (st == PM_OK)
        st = pm_labeller_open(m->table, m->cards.count, m->dict, &m->labeller, err);
    if (st == PM_OK)
        st = pm_classifier_open(m->db, &m->cards, m->dict, &m->classifier, err);
    if (st == PM_OK &&
        (m->fitting = pm_arena_calloc(&m->arena, m->cards.count + 1, sizeof *m->fitting)) == NULL)
        st = pm_fail(err, PM_ENOMEM, "out of memory");
    if (st == PM_OK &&
        (sqlite3_prepare_v2(m->db, "INSERT INTO mechanism_vector VALUES(?1, ?2)", -1,
                            &m->put_vector, NULL) != SQLITE_OK ||
         sqlite3_prepare_v2(m->db, "INSERT INTO document_class VALUES(?1, ?2, ?3)", -1,
                            &m->put_class, NULL) != SQLITE_OK ||
         sqlite3_prepare_v2(m->db,
                            "INSERT INTO document_mechanism VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)", -1,
                            &m->put_label, NULL) != SQLITE_OK))
        st = db_error(m, err);
    return st;
}

static enum pm_status store_vector(struct pm_mechanisms *m, int64_t document, const float *z,
                                   struct pm_error *err)
{
    pm_buf_clear(&m->vector);
    if (z != NULL)
        pm_mechanism_vector(z, m->cards.count, &m->vector);
    if (m->vector.failed)
        return pm_fail(err, PM_ENOMEM, "out of memory");
    (void)sqlite3_reset(m->put_vector);
    (void)sqlite3_bind_int64(m->put_vector, 1, document);
    (void)sqlite3_bind_blob64(m->put_vector, 2, pm_buf_text(&m->vector), m->vector.len,
                              SQLITE_STATIC);
    return sqlite3_step(m->put_vector) == SQLITE_DONE ? PM_OK : db_error(m, err);
}

static enum pm_status store_label(struct pm_mechanisms *m, int64_t document,
                                  const struct pm_label *l, struct pm_error *err)
{
    sqlite3_stmt *s = m->put_label;
    (void)sqlite3_reset(s);
    (void)sqlite3_bind_int64(s, 1, document);
    (void)sqlite3_bind_text(s, 2, m->cards.items[l->card].id, -1, SQLITE_STATIC);
    (void)sqlite3_bind_double(s, 3, l->confidence);
    (void)sqlite3_bind_double(s, 4, l->z);
    (void)sqlite3_bind_int64(s, 5, l->sentence.seq);
    (void)sqlite3_bind_int64(s, 6, l->sentence.start);
    (void)sqlite3_bind_int64(s, 7, l->sentence.length);
    return sqlite3_step(s) == SQLITE_DONE ? PM_OK : db_error(m, err);
}

static enum pm_status store_classes(struct pm_mechanisms *m, int64_t document,
                                    const struct pm_document_class *classes, size_t n,
                                    struct pm_error *err)
{
    for (size_t i = 0; i < n; i++) {
        (void)sqlite3_reset(m->put_class);
        (void)sqlite3_bind_int64(m->put_class, 1, document);
        (void)sqlite3_bind_text(m->put_class, 2, m->cards.classes[classes[i].number].id, -1,
                                SQLITE_STATIC);
        (void)sqlite3_bind_double(m->put_class, 3, classes[i].confidence);
        if (sqlite3_step(m->put_class) != SQLITE_DONE)
            return db_error(m, err);
    }
    return PM_OK;
}

/* What kind of failure it was, and of that kind the mechanisms that it plainly shows. */
static enum pm_status describe(struct pm_mechanisms *m, const struct pm_told *t, const float *z,
                               struct pm_error *err)
{
    struct pm_document_class classes[PM_CLASSES_MAX];
    struct pm_label labels[PM_LABELS_MAX];
    size_t n_classes = pm_classes_find(m->classifier, t->concepts, t->concepts_len, z, classes);
    size_t n = 0;
    enum pm_status st = store_classes(m, t->document, classes, n_classes, err);
    pm_classes_fit(m->classifier, classes, n_classes, z, m->fitting);
    if (st == PM_OK)
        st = pm_labels_find(m->labeller, &t->source, t->lang, m->fitting, t->stream, t->stream_len,
                            labels, &n, err);
    for (size_t i = 0; st == PM_OK && i < n; i++)
        st = store_label(m, t->document, &labels[i], err);
    return st;
}

/* Only incidents show mechanisms: a template names many and tells of none. */
enum pm_status pm_mechanisms_document(struct pm_mechanisms *m, const struct pm_told *t,
                                      struct pm_error *err)
{
    enum pm_status st = get_ready(m, err);
    if (st != PM_OK || !t->is_incident)
        return st == PM_OK ? store_vector(m, t->document, NULL, err) : st;
    const float *z;
    st = pm_document_z(m->table, t->lang, t->vector, t->vector_len, t->concepts, t->concepts_len,
                       &z, err);
    if (st == PM_OK)
        st = store_vector(m, t->document, z, err);
    return st == PM_OK ? describe(m, t, z, err) : st;
}

/* A stored document's sections. */
struct stored {
    sqlite3_stmt *text;
    int64_t document;
};

static bool stored_text(void *ctx, uint32_t seq, const char **text, size_t *len)
{
    const struct stored *s = ctx;
    (void)sqlite3_reset(s->text);
    (void)sqlite3_bind_int64(s->text, 1, s->document);
    (void)sqlite3_bind_int64(s->text, 2, seq);
    if (sqlite3_step(s->text) != SQLITE_ROW)
        return false;
    *text = (const char *)sqlite3_column_text(s->text, 0);
    *len = (size_t)sqlite3_column_bytes(s->text, 0);
    return *text != NULL;
}

static enum pm_status derive_row(struct pm_mechanisms *m, sqlite3_stmt *row, struct stored *s,
                                 struct pm_error *err)
{
    const char *kind = (const char *)sqlite3_column_text(row, 1);
    s->document = sqlite3_column_int64(row, 0);
    struct pm_told t = {
        .document = s->document,
        .is_incident = kind != NULL && strcmp(kind, "incident") == 0,
        .lang = pm_lang_of((const char *)sqlite3_column_text(row, 2)),
        .vector = sqlite3_column_blob(row, 3),
        .vector_len = (size_t)sqlite3_column_bytes(row, 3),
        .concepts = sqlite3_column_blob(row, 4),
        .concepts_len = (size_t)sqlite3_column_bytes(row, 4),
        .stream = sqlite3_column_blob(row, 5),
        .stream_len = (size_t)sqlite3_column_bytes(row, 5),
        .source = {.ctx = s, .text = stored_text},
    };
    return pm_mechanisms_document(m, &t, err);
}

static enum pm_status derive_stored(struct pm_mechanisms *m, struct pm_error *err)
{
    static const char documents[] = "SELECT d.id, d.kind, d.lang, v.data, c.data, s.data"
                                    " FROM document d"
                                    " JOIN term_vector v ON v.document_id = d.id"
                                    " JOIN token_stream s ON s.document_id = d.id"
                                    " LEFT JOIN document_concept c ON c.document_id = d.id"
                                    " LEFT JOIN mechanism_vector x ON x.document_id = d.id"
                                    " WHERE x.document_id IS NULL ORDER BY d.id";
    static const char text[] = "SELECT text FROM section WHERE document_id = ?1 AND seq = ?2";
    sqlite3_stmt *read = NULL;
    struct stored s = {0};
    enum pm_status st = PM_OK;
    int rc = SQLITE_DONE;
    if (!pm_store_lacks(m->db, "mechanism_vector"))
        return PM_OK;
    if (sqlite3_prepare_v2(m->db, documents, -1, &read, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(m->db, text, -1, &s.text, NULL) != SQLITE_OK)
        st = db_error(m, err);
    while (st == PM_OK && (rc = sqlite3_step(read)) == SQLITE_ROW)
        st = derive_row(m, read, &s, err);
    if (st == PM_OK && rc != SQLITE_DONE)
        st = db_error(m, err);
    (void)sqlite3_finalize(read);
    (void)sqlite3_finalize(s.text);
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
    if (sqlite3_exec(m->db, "DELETE FROM mechanism_postings", NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(m->db, "INSERT INTO mechanism_postings VALUES(?1, ?2)", -1, &stmt,
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
    enum pm_status st = m->stale ? get_ready(m, err) : PM_OK;
    if (st == PM_OK)
        st = derive_stored(m, err);
    if (st == PM_OK)
        st = write_postings(m, err);
    if (st == PM_OK && m->stale)
        st = store_fingerprint(m, err);
    m->stale = m->stale && st != PM_OK;
    return st;
}
