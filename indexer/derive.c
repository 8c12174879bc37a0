#include "indexer/derive.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "indexer/compiled.h"
#include "indexer/derive_match.h"
#include "indexer/user_files.h"
#include "lib/concept.h"
#include "lib/store.h"
#include "lib/tsv.h"
#include "lib/vector.h"

/* Raise it with every change of this file or concept.c that gives other concepts. */
#define DERIVE_VERSION "2"

struct concept {
    const char *name;
    const char *names[2]; /* English, Japanese; separated by | */
    bool user;            /* from a team's own file */
    unsigned file;        /* of the team's own; 0: of ours */
};

struct pm_derive {
    sqlite3 *db;
    struct pm_dict *dict;
    struct pm_lexer *lexer;
    struct pm_terms *terms;
    struct pm_matcher *matcher; /* NULL until the first document */
    sqlite3_stmt *insert;       /* likewise */
    struct pm_arena arena;
    struct concept *concepts;
    size_t count, cap;
    XXH64_hash_t hash;
    const char *fingerprint;
    bool stale;
    bool user;     /* what is read now is a team's own file, */
    unsigned file; /* and the how manyth */
};

static enum pm_status out_of_memory(struct pm_error *err)
{
    return pm_fail(err, PM_ENOMEM, "out of memory");
}

static enum pm_status db_error(const struct pm_derive *d, struct pm_error *err)
{
    return pm_fail(err, PM_EDB, "unable to write concepts: %s", sqlite3_errmsg(d->db));
}

static enum pm_status exec(const struct pm_derive *d, const char *sql, struct pm_error *err)
{
    return sqlite3_exec(d->db, sql, NULL, NULL, NULL) == SQLITE_OK ? PM_OK : db_error(d, err);
}

static size_t find_concept(const struct pm_derive *d, const char *name)
{
    size_t at = 0;
    while (at < d->count && strcmp(d->concepts[at].name, name) != 0)
        at++;
    return at;
}

/* A user's concept of the same id takes the place of ours. */
static enum pm_status add_concept(void *ctx, int line, const char *const *cols, int n,
                                  struct pm_error *err)
{
    struct pm_derive *d = ctx;
    if (n < 3)
        return pm_fail(err, PM_EDICT, "concepts.tsv:%d: an id, English and Japanese names wanted",
                       line);
    size_t at = find_concept(d, cols[0]);
    struct concept *grown =
        pm_arena_grow(&d->arena, d->concepts, d->count, d->count + 1, sizeof *grown, &d->cap);
    if (grown == NULL)
        return out_of_memory(err);
    d->concepts = grown;
    struct concept *c = &grown[at];
    for (int i = 0; i < 3; i++)
        d->hash = XXH64(cols[i], strlen(cols[i]) + 1, d->hash);
    c->name = pm_arena_strdup(&d->arena, cols[0]);
    c->names[0] = pm_arena_strdup(&d->arena, cols[1]);
    c->names[1] = pm_arena_strdup(&d->arena, cols[2]);
    c->user = d->user;
    c->file = d->file;
    d->count += at == d->count;
    return c->name == NULL || c->names[0] == NULL || c->names[1] == NULL ? out_of_memory(err)
                                                                         : PM_OK;
}

/* What is wrong with a line of a team's own file; NULL: nothing. */
static const char *fault_of(const struct pm_derive *d, const struct pm_tsv *row)
{
    if (row->fault != NULL)
        return row->fault;
    if (row->n < 3)
        return "an id, English and Japanese names wanted";
    if (row->n > 3)
        return "more than an id, English and Japanese names";
    if (row->cols[0][0] == '\0' || strpbrk(row->cols[0], " |") != NULL)
        return "an id without spaces wanted";
    if (row->cols[1][strspn(row->cols[1], "| ")] == '\0' &&
        row->cols[2][strspn(row->cols[2], "| ")] == '\0')
        return "no name";
    size_t at = find_concept(d, row->cols[0]);
    if (at < d->count && d->concepts[at].file == d->file)
        return "the id stands in this file twice";
    return NULL;
}

/* A team's own file: a faulty line is named, never passed over without a word. */
static enum pm_status add_file(void *ctx, const char *path, const char *text, size_t len,
                               struct pm_error *err)
{
    struct pm_derive *d = ctx;
    struct pm_tsv tsv;
    enum pm_status st = PM_OK;
    pm_tsv_open(&tsv, text, len);
    d->user = true;
    d->file++;
    while (st == PM_OK && pm_tsv_next(&tsv)) {
        const char *fault = fault_of(d, &tsv);
        st = fault != NULL ? pm_fail(err, PM_EDICT, "%s:%d: %s", path, tsv.line, fault)
                           : add_concept(d, tsv.line, tsv.cols, tsv.n, err);
    }
    pm_tsv_close(&tsv);
    return st;
}

enum pm_status pm_derive_open(sqlite3 *db, const char *index, struct pm_dict *dict,
                              struct pm_lexer *lexer, struct pm_terms *terms,
                              struct pm_derive **out, struct pm_error *err)
{
    struct pm_derive *d = calloc(1, sizeof *d);
    *out = d;
    if (d == NULL)
        return out_of_memory(err);
    d->db = db;
    d->dict = dict;
    d->lexer = lexer;
    d->terms = terms;
    enum pm_status st = pm_dict_each(dict, "concepts", add_concept, d, err);
    if (st == PM_OK)
        st = pm_user_file(index, "concepts.tsv", add_file, d, err);
    if (st != PM_OK)
        return st;
    const char *tokens = pm_lexer_fingerprint(lexer);
    if (tokens == NULL)
        return out_of_memory(err);
    d->fingerprint = pm_arena_printf(&d->arena, "%s %016llx %s", DERIVE_VERSION,
                                     (unsigned long long)d->hash, tokens);
    const char *stored = pm_store_meta(db, &d->arena, "concepts");
    d->stale = stored == NULL || d->fingerprint == NULL || strcmp(stored, d->fingerprint) != 0;
    return d->fingerprint == NULL ? out_of_memory(err) : PM_OK;
}

void pm_derive_close(struct pm_derive *d)
{
    if (d == NULL)
        return;
    (void)sqlite3_finalize(d->insert);
    pm_matcher_close(d->matcher);
    pm_arena_free(&d->arena);
    free(d);
}

bool pm_derive_stale(const struct pm_derive *d)
{
    return d->stale;
}

const char *pm_derive_fingerprint(const struct pm_derive *d)
{
    return d->fingerprint;
}

struct form_writer {
    struct pm_derive *d;
    struct pm_tokenizer *tokenizer;
    sqlite3_stmt *insert;
    int64_t forms; /* written so far */
    struct pm_arena scratch;
    struct pm_buf terms, offsets;
};

static enum pm_status write_form(struct form_writer *w, size_t concept, const char *name,
                                 size_t len, int lang, struct pm_error *err)
{
    struct pm_form f;
    pm_arena_reset(&w->scratch);
    enum pm_status st = pm_form_make(w->tokenizer, name, len, &w->scratch, &f, err);
    if (st != PM_OK || f.n == 0)
        return st;
    pm_buf_clear(&w->terms);
    pm_buf_clear(&w->offsets);
    pm_form_write(&f, &w->terms, &w->offsets);
    (void)sqlite3_reset(w->insert);
    (void)sqlite3_bind_int64(w->insert, 1, (sqlite3_int64) concept + 1);
    (void)sqlite3_bind_text(w->insert, 2, f.terms[0], -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(w->insert, 3, pm_buf_text(&w->terms), -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(w->insert, 4, pm_buf_text(&w->offsets), -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(w->insert, 5, lang == 0 ? "en" : "ja", -1, SQLITE_STATIC);
    (void)sqlite3_bind_int64(w->insert, 6, ++w->forms);
    if (w->terms.failed || w->offsets.failed)
        return out_of_memory(err);
    return sqlite3_step(w->insert) == SQLITE_DONE ? PM_OK : db_error(w->d, err);
}

static enum pm_status write_forms(struct form_writer *w, size_t concept, struct pm_error *err)
{
    enum pm_status st = PM_OK;
    for (int lang = 0; lang < 2; lang++) {
        const char *names = w->d->concepts[concept].names[lang];
        while (st == PM_OK && *names != '\0') {
            size_t n = strcspn(names, "|");
            if (n > 0)
                st = write_form(w, concept, names, n, lang, err);
            names += n + (names[n] == '|');
        }
    }
    return st;
}

/* The first name of each language stands for the concept when it is shown. */
static enum pm_status write_concept(const struct pm_derive *d, sqlite3_stmt *insert, size_t i,
                                    struct pm_error *err)
{
    const struct concept *c = &d->concepts[i];
    (void)sqlite3_reset(insert);
    (void)sqlite3_bind_int64(insert, 1, (sqlite3_int64)i + 1);
    (void)sqlite3_bind_text(insert, 2, c->name, -1, SQLITE_STATIC);
    for (int lang = 0; lang < 2; lang++)
        (void)sqlite3_bind_text(insert, 3 + lang, c->names[lang], (int)strcspn(c->names[lang], "|"),
                                SQLITE_STATIC);
    (void)sqlite3_bind_int(insert, 5, c->user);
    return sqlite3_step(insert) == SQLITE_DONE ? PM_OK : db_error(d, err);
}

/* Fill the concept tables, which are empty. */
static enum pm_status write_concepts(struct pm_derive *d, struct pm_error *err)
{
    struct form_writer w = {.d = d};
    sqlite3_stmt *concept = NULL;
    enum pm_status st = pm_tokenizer_new(d->lexer, &w.tokenizer, err);
    if (st == PM_OK &&
        (sqlite3_prepare_v2(d->db, "INSERT INTO concept VALUES(?1, ?2, ?3, ?4, 0, ?5)", -1,
                            &concept, NULL) != SQLITE_OK ||
         sqlite3_prepare_v2(d->db,
                            "INSERT INTO concept_form(concept_id, first, terms, offsets, lang, id)"
                            " VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
                            -1, &w.insert, NULL) != SQLITE_OK))
        st = db_error(d, err);
    for (size_t i = 0; st == PM_OK && i < d->count; i++) {
        st = write_concept(d, concept, i, err);
        if (st == PM_OK)
            st = write_forms(&w, i, err);
    }
    (void)sqlite3_finalize(concept);
    (void)sqlite3_finalize(w.insert);
    pm_tokenizer_free(w.tokenizer);
    pm_arena_free(&w.scratch);
    pm_buf_free(&w.terms);
    pm_buf_free(&w.offsets);
    return st;
}

/* The concept tables anew: as the build has compiled them, if from the same. */
static enum pm_status start_over(struct pm_derive *d, struct pm_error *err)
{
    static const char clear[] =
        "DELETE FROM concept; DELETE FROM concept_form; DELETE FROM document_concept";
    static const char *const tables[] = {"concept", "concept_form", NULL};
    bool copied = false;
    enum pm_status st = exec(d, clear, err);
    if (st == PM_OK)
        st = pm_compiled_copy(d->db, d->dict, "concepts", d->fingerprint, tables, &copied, err);
    if (st == PM_OK && !copied)
        st = exec(d, clear, err);
    return st == PM_OK && !copied ? write_concepts(d, err) : st;
}

/* At the first document: the tables as they must be, and what reads them. */
static enum pm_status get_ready(struct pm_derive *d, struct pm_error *err)
{
    if (d->insert != NULL)
        return PM_OK;
    enum pm_status st = d->stale ? start_over(d, err) : PM_OK;
    if (st == PM_OK)
        st = pm_matcher_open(d->db, d->terms, &d->matcher, err);
    if (st == PM_OK && sqlite3_prepare_v2(d->db, "INSERT INTO document_concept VALUES(?1, ?2)", -1,
                                          &d->insert, NULL) != SQLITE_OK)
        st = db_error(d, err);
    return st;
}

enum pm_status pm_derive_document(struct pm_derive *d, int64_t document, const void *stream,
                                  size_t len, struct pm_buf *vector, struct pm_error *err)
{
    enum pm_status st = get_ready(d, err);
    if (st == PM_OK)
        st = pm_matcher_vector(d->matcher, stream, len, vector, err);
    if (st != PM_OK)
        return st;
    (void)sqlite3_reset(d->insert);
    (void)sqlite3_bind_int64(d->insert, 1, document);
    (void)sqlite3_bind_blob64(d->insert, 2, pm_buf_text(vector), vector->len, SQLITE_STATIC);
    return sqlite3_step(d->insert) == SQLITE_DONE ? PM_OK : db_error(d, err);
}

/* Concepts of every stored document that has none noted. */
static enum pm_status derive_stored(struct pm_derive *d, struct pm_error *err)
{
    sqlite3_stmt *read = NULL;
    struct pm_buf vector = {0};
    enum pm_status st = PM_OK;
    if (!pm_store_lacks(d->db, "document_concept"))
        return PM_OK;
    if (sqlite3_prepare_v2(d->db,
                           "SELECT s.document_id, s.data FROM token_stream s LEFT JOIN"
                           " document_concept c ON c.document_id = s.document_id"
                           " WHERE c.document_id IS NULL",
                           -1, &read, NULL) != SQLITE_OK)
        st = db_error(d, err);
    while (st == PM_OK && sqlite3_step(read) == SQLITE_ROW)
        st = pm_derive_document(d, sqlite3_column_int64(read, 0), sqlite3_column_blob(read, 1),
                                (size_t)sqlite3_column_bytes(read, 1), &vector, err);
    (void)sqlite3_finalize(read);
    pm_buf_free(&vector);
    return st;
}

struct postings {
    struct pm_buf ids;
    int64_t last;
    int64_t df;
};

static bool collect(struct postings *p, size_t n, int64_t document, const void *data, size_t len)
{
    struct pm_vector_reader r;
    struct pm_vector_entry e;
    if (!pm_vector_open(&r, data, len))
        return false;
    while (pm_vector_next(&r, &e)) {
        if (e.term == 0 || e.term > n)
            return false;
        struct postings *q = &p[e.term - 1];
        pm_buf_varint(&q->ids, (uint64_t)(document - q->last));
        q->last = document;
        q->df++;
    }
    return true;
}

static enum pm_status store_postings(struct pm_derive *d, const struct postings *p, size_t n,
                                     struct pm_error *err)
{
    sqlite3_stmt *count = NULL, *insert = NULL;
    enum pm_status st = exec(d, "DELETE FROM concept_postings", err);
    if (st == PM_OK && (sqlite3_prepare_v2(d->db, "UPDATE concept SET df = ?2 WHERE id = ?1", -1,
                                           &count, NULL) != SQLITE_OK ||
                        sqlite3_prepare_v2(d->db, "INSERT INTO concept_postings VALUES(?1, ?2)", -1,
                                           &insert, NULL) != SQLITE_OK))
        st = db_error(d, err);
    for (size_t i = 0; st == PM_OK && i < n; i++) {
        (void)sqlite3_reset(count);
        (void)sqlite3_bind_int64(count, 1, (sqlite3_int64)i + 1);
        (void)sqlite3_bind_int64(count, 2, p[i].df);
        (void)sqlite3_reset(insert);
        (void)sqlite3_bind_int64(insert, 1, (sqlite3_int64)i + 1);
        (void)sqlite3_bind_blob64(insert, 2, pm_buf_text(&p[i].ids), p[i].ids.len, SQLITE_STATIC);
        if (p[i].ids.failed)
            st = out_of_memory(err);
        else if (sqlite3_step(count) != SQLITE_DONE || sqlite3_step(insert) != SQLITE_DONE)
            st = db_error(d, err);
    }
    (void)sqlite3_finalize(count);
    (void)sqlite3_finalize(insert);
    return st;
}

/* Documents come and go all over the lists: they are written whole, which takes
 * milliseconds for ten thousand documents. */
static enum pm_status write_postings(struct pm_derive *d, struct pm_error *err)
{
    struct postings *p = calloc(d->count + 1, sizeof *p);
    sqlite3_stmt *read = NULL;
    if (p == NULL)
        return out_of_memory(err);
    enum pm_status st = PM_OK;
    if (sqlite3_prepare_v2(d->db, "SELECT document_id, data FROM document_concept ORDER BY 1", -1,
                           &read, NULL) != SQLITE_OK)
        st = db_error(d, err);
    while (st == PM_OK && sqlite3_step(read) == SQLITE_ROW)
        if (!collect(p, d->count, sqlite3_column_int64(read, 0), sqlite3_column_blob(read, 1),
                     (size_t)sqlite3_column_bytes(read, 1)))
            st = pm_fail(err, PM_EFORMAT,
                         "the index is damaged (concepts): make it anew with pmindex --rebuild");
    (void)sqlite3_finalize(read);
    if (st == PM_OK)
        st = store_postings(d, p, d->count, err);
    for (size_t i = 0; i < d->count; i++)
        pm_buf_free(&p[i].ids);
    free(p);
    return st;
}

static enum pm_status store_fingerprint(struct pm_derive *d, struct pm_error *err)
{
    char *sql =
        sqlite3_mprintf("INSERT OR REPLACE INTO meta VALUES('concepts', %Q)", d->fingerprint);
    enum pm_status st = sql == NULL ? out_of_memory(err) : exec(d, sql, err);
    sqlite3_free(sql);
    return st;
}

enum pm_status pm_derive_run(struct pm_derive *d, struct pm_error *err)
{
    enum pm_status st = d->stale ? get_ready(d, err) : PM_OK;
    if (st == PM_OK)
        st = derive_stored(d, err);
    if (st == PM_OK)
        st = write_postings(d, err);
    if (st == PM_OK && d->stale)
        st = store_fingerprint(d, err);
    d->stale = d->stale && st != PM_OK;
    return st;
}
