/* What the files of the writer share. */
#ifndef PM_WRITER_INTERNAL_H
#define PM_WRITER_INTERNAL_H

#include "indexer/writer.h"
#include "indexer/writer_terms.h"
#include "lib/buf.h"
#include "lib/vector.h"

enum pm_writer_statement {
    W_DOCUMENT_INSERT,
    W_DOCUMENT_UPDATE,
    W_DOCUMENT_MOVE,
    W_DOCUMENT_NAME,
    W_DOCUMENT_DELETE,
    W_DOCUMENT_KIND,
    W_SECTION,
    W_ACTION,
    W_EVENT,
    W_COMPONENT,
    W_TAG,
    W_AUTHOR,
    W_LINK,
    W_WARNING,
    W_STREAM,
    W_VECTOR,
    W_VECTOR_READ,
    W_TAUGHT,
    W_FTS_ADD,
    W_FTS_DELETE,
    W_META_SET,
    W_META_DELETE,
    W_COUNT
};

/* Sums over all documents, for ranking. */
struct pm_totals {
    int64_t documents, incidents;
    int64_t length[PM_SEC_COUNT];   /* tokens */
    int64_t nonempty[PM_SEC_COUNT]; /* documents that have some */
};

struct pm_writer {
    sqlite3 *db;
    sqlite3_stmt *stmts[W_COUNT]; /* prepared when first needed */
    struct pm_terms *terms;
    struct pm_totals totals;
    int64_t written; /* documents indexed or taken out in this run */
    uint32_t *ids;   /* the present document's terms: number of each */
    size_t ids_cap;
    struct pm_buf stream, vector;
    struct pm_vector_maker maker;
    struct pm_buf feed[PM_SEC_COUNT];
};

/* The statement, reset; NULL with err set when SQLite refuses it. */
sqlite3_stmt *pm_writer_statement(struct pm_writer *w, enum pm_writer_statement which,
                                  struct pm_error *err);

/* Run a bound statement that gives no rows. */
enum pm_status pm_writer_step(struct pm_writer *w, sqlite3_stmt *stmt, struct pm_error *err);

/* Bind NUL-terminated text; NULL binds NULL. */
void pm_writer_bind(sqlite3_stmt *stmt, int index, const char *text);

/* The rows that belong to a document: sections, actions, events, lists, warnings. */
enum pm_status pm_writer_rows(struct pm_writer *w, int64_t id, const struct pm_analysis *an,
                              struct pm_error *err);
enum pm_status pm_writer_drop_rows(struct pm_writer *w, int64_t id, struct pm_error *err);

/* Stream, vector, FTS5 and counts of a document in, and out again. */
enum pm_status pm_writer_tokens(struct pm_writer *w, int64_t id, const struct pm_analysis *an,
                                struct pm_error *err);
enum pm_status pm_writer_drop_tokens(struct pm_writer *w, int64_t id, struct pm_error *err);

/* Read the totals from meta, and write them there. */
enum pm_status pm_writer_load_totals(struct pm_writer *w, struct pm_error *err);
enum pm_status pm_writer_store_totals(struct pm_writer *w, struct pm_error *err);

#endif
