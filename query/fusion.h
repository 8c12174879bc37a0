/* Words and mechanisms in one rank. The best document by mechanisms is worth a fixed part
 * of the best one by words, so that the two scales meet whatever the query's length:
 *
 *   score = words + weight * (best by words) * affinity / (best affinity)
 */
#ifndef PM_FUSION_H
#define PM_FUSION_H

#include "query/affinity.h"
#include "query/candidates.h"
#include "query/search.h"

/* The affinity of a plan; without cards where the query asks for words in a certain
 * section or the weight is 0. */
enum pm_status pm_fusion_affinity(sqlite3 *db, const struct pm_plan *plan,
                                  const struct pm_rank_weights *w, struct pm_arena *a,
                                  struct pm_affinity *out, struct pm_error *err);

/* Forget the scores of documents that may not appear. */
void pm_fusion_restrict(struct pm_affinity *f, const struct pm_docset *allowed, int64_t without);

/* Add the documents that the mechanisms bring to those that the words brought. */
enum pm_status pm_fusion_candidates(const struct pm_affinity *f, const struct pm_rank_weights *w,
                                    struct pm_arena *a, struct pm_candidates *found,
                                    struct pm_error *err);

/* 0 to 1: how much the mechanisms may say. A query about other things than failures only
 * brushes the cards. */
double pm_fusion_trust(const struct pm_affinity *f, const struct pm_rank_weights *w);

/* Add the mechanisms' part to the score of every hit that is not excluded; with_parts
 * also to its parts. Memory in a. */
enum pm_status pm_fusion_add(sqlite3 *db, const struct pm_plan *plan, const struct pm_affinity *f,
                             const struct pm_rank_weights *w, struct pm_hits *hits, bool with_parts,
                             struct pm_arena *a, struct pm_error *err);

#endif
