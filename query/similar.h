/* Past incidents like a draft: its telling words and concepts, and its mechanisms, section
 * against section. */
#ifndef PM_SIMILAR_H
#define PM_SIMILAR_H

#include <sqlite3.h>

#include "query/draft.h"
#include "query/search.h"

/* What incidents are to have in common. */
enum pm_by { PM_BY_CAUSE, PM_BY_TRIGGER, PM_BY_FIX, PM_BY_IMPACT, PM_BY_ALL, PM_BY_COUNT };

/* "cause"; static. PM_BY_COUNT for a name that is none of them. */
const char *pm_by_name(enum pm_by by);
enum pm_by pm_by_from_name(const char *name);

enum { PM_TELLING = 40 }; /* words and concepts that a draft is compared by */

struct pm_similar {
    struct pm_plan plan;
    struct pm_rank_weights weights;
    struct pm_affinity affinity;
    uint32_t telling[PM_TELLING]; /* group i of the plan is this feature of the draft */
    size_t asked;                 /* features of the draft that count, known to the index or not */
    struct pm_hits hits;
};

/* A hit's likeness in [0, 1), calibrated on drafts with and without a past incident of the
 * same cause: from 0.5 on it is worth an engineer's time in mid-fire (dict/weights.tsv,
 * like.strong.*). */
double pm_similar_strength(struct pm_dict *dict, const struct pm_similar *s,
                           const struct pm_hit *hit);

/* Rank the past incidents by likeness to the draft. base gives the weights of a search.
 * Sentences of the draft that turn out to be a template's are forgotten (query/stock.h).
 * Memory in a. */
enum pm_status pm_similar_find(sqlite3 *db, struct pm_dict *dict,
                               const struct pm_rank_weights *base, struct pm_draft *draft,
                               enum pm_by by, const struct pm_filter *filter, size_t n,
                               struct pm_arena *a, struct pm_similar *out, struct pm_error *err);

#endif
