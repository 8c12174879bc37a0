/* The index file: its identity and its tables. pmsearch-index(5) is the manual of
 * the tables that people may rely on. */
#ifndef PM_SCHEMA_H
#define PM_SCHEMA_H

#include <sqlite3.h>
#include <stdbool.h>

#include "lib/status.h"

enum {
    PM_SCHEMA_VERSION = 6,          /* PRAGMA user_version */
    PM_APPLICATION_ID = 0x706d7331, /* "pms1", PRAGMA application_id */
};

/* Create every table in an empty database (inside the caller's transaction, except
 * for the pragmas that SQLite takes only outside one, which are set first). */
enum pm_status pm_schema_create(sqlite3 *db, struct pm_error *err);

/* Is this file an index of this version? PM_EFORMAT, with a message that tells
 * what to do, for anything else. */
enum pm_status pm_schema_check(sqlite3 *db, struct pm_error *err);

/* Does the file carry our application_id, of whatever version? */
bool pm_schema_is_ours(sqlite3 *db);

/* Drop every table of an index of any version, inside the caller's transaction. */
enum pm_status pm_schema_drop(sqlite3 *db, struct pm_error *err);

#endif
