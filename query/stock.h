/* A template's text in a draft: instructions, stock phrases, "N/A". It is no reason to be
 * alike. */
#ifndef PM_STOCK_H
#define PM_STOCK_H

#include <sqlite3.h>

#include "query/draft.h"
#include "query/search.h"

enum { PM_STOCK_NEAREST = 12 }; /* incidents that are looked at for it, at most */

/* Forget what the draft has word for word in common with several of the incidents nearest to
 * it (hits, best first). Some sentences must be shared at a time, since an error message
 * that two incidents share alone is the best of reasons to be alike; and a copy of the whole
 * draft proves nothing. Nor is anything forgotten unless it is a good part of the draft.
 * *forgotten: how many sentences. */
enum pm_status pm_stock_forget(sqlite3 *db, const struct pm_hits *hits, struct pm_draft *draft,
                               size_t *forgotten, struct pm_error *err);

#endif
