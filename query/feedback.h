/* Relevance feedback over mechanisms: the first hits tell which mechanisms the query is
 * about, and the hits that share those come forward (Rocchio, "Relevance feedback in
 * information retrieval", 1971, with the first hits taken as relevant).
 *
 *   centre = sum over the first hits of score * v / |v|, v a document's mechanism vector
 *   share  = weight * trust * (best score) * cos(centre, v) / (best cos)
 *
 * trust is that of the query's own mechanisms (query/fusion.h): a query about other
 * things than failures is left as it is.
 */
#ifndef PM_FEEDBACK_H
#define PM_FEEDBACK_H

#include "query/affinity.h"
#include "query/rank.h"
#include "query/search.h"

/* Add feedback to the head of the sorted hits, which may leave their order. Memory in a. */
enum pm_status pm_feedback_add(sqlite3 *db, const struct pm_affinity *f,
                               const struct pm_rank_weights *w, struct pm_hits *hits,
                               struct pm_arena *a, struct pm_error *err);

#endif
