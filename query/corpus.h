/* Collection statistics out of the index's meta table. */
#ifndef PM_CORPUS_H
#define PM_CORPUS_H

#include <sqlite3.h>

#include "query/rank.h"

/* Number of documents and the mean of their weighted lengths. */
enum pm_status pm_corpus_read(sqlite3 *db, const struct pm_rank_weights *w,
                              struct pm_rank_corpus *out, struct pm_error *err);

#endif
