/* The sentence of a document that holds most of a query. */
#ifndef PM_PASSAGE_H
#define PM_PASSAGE_H

#include <stdbool.h>

#include "lib/arena.h"
#include "lib/stream.h"
#include "query/plan.h"
#include "query/rank.h"

/* Choose among the sentences of a token stream by the words and concepts that they
 * hold (each counted once, by its idf) and by the weight of their section; the
 * shorter one wins ties, and the title is shown anyway. meta is the section of the
 * metadata, the last to be chosen; 0: there is none. *score is -1 for a stream without
 * sentences. */
enum pm_status pm_passage_best(const struct pm_plan *plan, const struct pm_rank_weights *w,
                               const void *stream, size_t len, uint32_t meta, struct pm_arena *a,
                               struct pm_stream_sentence *out, double *score, struct pm_error *err);

#endif
