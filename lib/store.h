/* Opening the index: where it is, how it is opened, who may read it. */
#ifndef PM_STORE_H
#define PM_STORE_H

#include <sqlite3.h>
#include <stdbool.h>

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
 * and no non-empty WAL exists. No file: PM_ENOTFOUND with the command to run. */
enum pm_status pm_store_open_read(const char *path, struct pm_lexer *lexer, sqlite3 **db,
                                  struct pm_error *err);

/* Open or create (folder 0700, file 0600, WAL) for writing. *created tells whether
 * the schema was made. A second writer waits up to ten seconds, then PM_EDB. */
enum pm_status pm_store_open_write(const char *path, struct pm_lexer *lexer, sqlite3 **db,
                                   bool *created, struct pm_error *err);

/* Close; for a writer, checkpoint(TRUNCATE) first. NULL is allowed. */
void pm_store_close(sqlite3 *db, bool writer);

/* A value of meta as text in arena, or NULL. */
const char *pm_store_meta(sqlite3 *db, struct pm_arena *a, const char *key);

#endif
