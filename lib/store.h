/* Opening the index: where it is, how it is opened, who may read it. */
#ifndef PM_STORE_H
#define PM_STORE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <sys/types.h>

#include "lib/arena.h"
#include "lib/status.h"
#include "lib/tokenizer.h"

/* The index to use: option (may be NULL), else $PMSEARCH_INDEX, else the nearest
 * .pmsearch/index.db in the current or a parent folder whose owner is the user
 * (file and folder), else $XDG_DATA_HOME/pmsearch/index.db
 * (~/.local/share/pmsearch/index.db). The file need not exist. Memory in a. */
enum pm_status pm_store_locate(const char *option, struct pm_arena *a, const char **path,
                               struct pm_error *err);

/* Open an existing index for reading: checked schema, our tokenizer registered,
 * trusted_schema off, defensive. immutable=1 only when the folder is not writable
 * and no non-empty WAL exists. A read transaction is begun: everything that is read
 * through db comes from one state of the index. No file: PM_ENOTFOUND with the command to run. */
enum pm_status pm_store_open_read(const char *path, struct pm_lexer *lexer, sqlite3 **db,
                                  struct pm_error *err);

/* Open or create (folder 0700, file 0600, WAL) for writing. *created tells whether
 * the schema was made. A second writer waits up to ten seconds, then PM_EDB. */
enum pm_status pm_store_open_write(const char *path, struct pm_lexer *lexer, sqlite3 **db,
                                   bool *created, struct pm_error *err);

/* As pm_store_open_write, and leave the write transaction open, so that schema and
 * documents come in one. any_version lets an index of another schema version pass
 * (it is about to be rebuilt); a file that is no index of ours is PM_EFORMAT all
 * the same. */
enum pm_status pm_store_begin(const char *path, struct pm_lexer *lexer, bool any_version,
                              sqlite3 **db, bool *created, struct pm_error *err);

/* The process that holds the write lock of the index, or 0. Not to be called while
 * this process has the index open: it would lose its own locks. */
pid_t pm_store_holder(const char *path);

/* Close; for a writer, checkpoint(TRUNCATE) first. NULL is allowed. */
void pm_store_close(sqlite3 *db, bool writer);

/* Has the table of derived rows, one for each document, fewer rows than there are
 * documents? True also when that cannot be told. */
bool pm_store_lacks(sqlite3 *db, const char *table);

/* A value of meta as text in arena, or NULL. */
const char *pm_store_meta(sqlite3 *db, struct pm_arena *a, const char *key);

#endif
