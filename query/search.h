/* A search from plan to ranked hits. */
#ifndef PM_SEARCH_H
#define PM_SEARCH_H

#include <sqlite3.h>

#include "lib/arena.h"
#include "query/filter.h"
#include "query/ngram.h"
#include "query/plan.h"
#include "query/score.h"

struct pm_hit {
    int64_t document; /* document.id */
    double score;
    bool excluded;         /* by a phrase that does not hold, or a word not wanted */
    struct pm_parts parts; /* filled for the hits that are kept */
    unsigned substring;    /* 0: found by words; else 1 + its set of query/substring.h */
};

struct pm_hits {
    struct pm_hit *items; /* best first */
    size_t count;
    size_t matching; /* documents that hold a word of the query */
};

/* What is searched for. */
struct pm_request {
    const struct pm_plan *plan;
    const struct pm_rank_weights *weights;
    const struct pm_ngrams *grams; /* NULL: words and mechanisms alone */
    const struct pm_filter *filter;
    struct pm_affinity *affinity; /* NULL: that of the plan's own features */
    int64_t without;              /* a document that is left out; 0: none */
    size_t n;                     /* 0: all */
    size_t candidates;            /* scored exactly, at least; 0: as many as a query needs */
};

/* Rank the documents that pass the filter and keep the best n. The same index and
 * request give the same list, ties in the order of documents. Memory in a. */
enum pm_status pm_search(sqlite3 *db, const struct pm_request *q, struct pm_arena *a,
                         struct pm_hits *out, struct pm_error *err);

#endif
