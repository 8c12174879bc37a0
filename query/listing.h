/* A search without words: the incidents that the filters let through, the newest first. */
#ifndef PM_LISTING_H
#define PM_LISTING_H

#include <sqlite3.h>
#include <stdbool.h>

#include "lib/arena.h"
#include "lib/status.h"
#include "query/filter.h"
#include "query/search.h"
#include "query/snippet.h"

/* Does the filter leave anything out? */
bool pm_filter_is_set(const struct pm_filter *f);

/* At most n of them (0: all), those without a date last; memory in a. Their score is 0. */
enum pm_status pm_listing_find(sqlite3 *db, const struct pm_filter *f, size_t n, struct pm_arena *a,
                               struct pm_hits *out, struct pm_error *err);

/* What such a hit is shown by: the start of its cause, else of its summary, else of its text. */
enum pm_status pm_listing_snippet(sqlite3 *db, int64_t document, struct pm_arena *a,
                                  struct pm_snippet *out, struct pm_error *err);

#endif
