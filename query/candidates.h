/* The first stage of a search: few documents out of FTS5 through the query's most
 * selective words, so that the second stage can score them exactly. */
#ifndef PM_CANDIDATES_H
#define PM_CANDIDATES_H

#include <sqlite3.h>
#include <stdint.h>

#include "lib/arena.h"
#include "query/filter.h"
#include "query/plan.h"

struct pm_candidates {
    int64_t *ids; /* ascending */
    size_t count;
    size_t matching; /* documents seen that hold a word of the query (a lower bound
                        when common words were not read to the end) */
};

/* At most limit documents that pass the filter. Words are read from the rarest on;
 * a word that is in a great part of the collection is read only while the budget of
 * rows lasts. Small collections are therefore scored whole. */
enum pm_status pm_candidates_find(sqlite3 *db, const struct pm_plan *plan,
                                  const struct pm_docset *allowed, size_t limit, struct pm_arena *a,
                                  struct pm_candidates *out, struct pm_error *err);

#endif
