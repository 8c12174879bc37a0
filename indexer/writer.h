/* Writing documents into the index: rows, token stream, term vector, FTS5, counts.
 * Works inside the caller's write transaction and never commits. */
#ifndef PM_WRITER_H
#define PM_WRITER_H

#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>

#include "indexer/analysis.h"
#include "indexer/writer_terms.h"
#include "lib/buf.h"
#include "lib/status.h"

/* Where a document's file is and how it looked when it was read. */
struct pm_place {
    int64_t root_id;
    const char *rel;  /* relative to the root */
    const char *path; /* as given */
    int64_t size, mtime_ns;
    uint64_t inode;
    unsigned char hash[16];
};

struct pm_writer;

/* Start on db, whose transaction is open. */
enum pm_status pm_writer_open(sqlite3 *db, struct pm_writer **out, struct pm_error *err);

/* Add a document, under a name that stands in until pm_writer_name(). */
enum pm_status pm_writer_add(struct pm_writer *w, const struct pm_place *place,
                             const struct pm_analysis *an, int64_t *id, struct pm_error *err);

/* Write a stored document anew; it keeps its id and its name. */
enum pm_status pm_writer_replace(struct pm_writer *w, int64_t id, const struct pm_place *place,
                                 const struct pm_analysis *an, struct pm_error *err);

/* Note where a stored document is now; its content is as it was. */
enum pm_status pm_writer_move(struct pm_writer *w, int64_t id, const struct pm_place *place,
                              struct pm_error *err);

/* Remove a document and all that comes from it. */
enum pm_status pm_writer_delete(struct pm_writer *w, int64_t id, struct pm_error *err);

/* Give a document its public ID. */
enum pm_status pm_writer_name(struct pm_writer *w, int64_t id, const char *name,
                              struct pm_error *err);

/* Set a row of meta; a NULL value deletes it. */
enum pm_status pm_writer_meta(struct pm_writer *w, const char *key, const char *value,
                              struct pm_error *err);

/* Write the terms and the counts, and tidy the full-text index: wholly where much
 * was written, else in a few steps. To be called before the commit. */
enum pm_status pm_writer_finish(struct pm_writer *w, struct pm_error *err);

/* The terms, and the token stream and term vector of the document written last, until
 * the next; owned by w. */
struct pm_terms *pm_writer_terms(struct pm_writer *w);
const struct pm_buf *pm_writer_stream(const struct pm_writer *w);
const struct pm_buf *pm_writer_vector(const struct pm_writer *w);

/* Documents in the index now. */
int64_t pm_writer_documents(const struct pm_writer *w);

/* Free it; NULL is allowed. */
void pm_writer_close(struct pm_writer *w);

#endif
