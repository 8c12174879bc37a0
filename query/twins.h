/* The same event told twice: in two documents, or in two languages. */
#ifndef PM_TWINS_H
#define PM_TWINS_H

#include <sqlite3.h>
#include <stdint.h>

#include "lib/arena.h"
#include "lib/status.h"

/* For each of n documents the one before it in the list that tells the same event, or 0:
 * twin[i] is a document's number. Two tell the same event when their dates are at most a day
 * apart and they share what few others have (some names across languages, a good part of the
 * rare words within one), or when they cite the same page.
 * Memory in a. */
enum pm_status pm_twins_find(sqlite3 *db, const int64_t *documents, size_t n, struct pm_arena *a,
                             int64_t *twin, struct pm_error *err);

#endif
