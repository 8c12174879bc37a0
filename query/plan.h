/* A parsed query met with the index: terms with their document frequencies, and
 * the groups in which they are scored. */
#ifndef PM_PLAN_H
#define PM_PLAN_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "lib/arena.h"
#include "lib/tokenizer.h"
#include "query/parse.h"
#include "query/rank.h"

/* A distinct index term. */
struct pm_plan_term {
    const char *text;
    uint32_t id; /* 0: no document has it */
    uint32_t df; /* documents that hold it */
};

/* One scoring unit: a query word. Its terms are alternatives for one meaning. */
struct pm_plan_group {
    const char *label;     /* as the user wrote it */
    const uint32_t *terms; /* indices into pm_plan.terms */
    size_t n_terms;
    enum pm_section section; /* PM_SEC_COUNT: anywhere */
    uint32_t position;       /* word position in the query */
    double weight;           /* of this word in the query, before idf */
    double idf;              /* idf times weight */
    bool whole;              /* a compound whose parts are groups of their own */
};

/* Words that must (or, negated, must not) stand side by side. One word alone is a
 * phrase too: "-word" is a negated one. */
struct pm_plan_phrase {
    const uint32_t *terms;   /* indices into pm_plan.terms */
    const uint32_t *offsets; /* their positions relative to the first */
    size_t n_terms;
    enum pm_section section;
    bool negated;
};

struct pm_plan {
    struct pm_plan_term *terms;
    size_t n_terms, terms_cap;
    struct pm_plan_group *groups;
    size_t n_groups, groups_cap;
    struct pm_plan_phrase *phrases;
    size_t n_phrases, phrases_cap;
    uint32_t *by_id; /* indices of the terms that the index has, by id */
    size_t n_by_id;
    double total; /* sum of the groups' idf, wholes left out */
    struct pm_rank_corpus corpus;
};

/* Make the plan of q. Everything lives in a. A query without a usable word gives a
 * plan without groups. */
enum pm_status pm_plan_make(sqlite3 *db, struct pm_tokenizer *t, const struct pm_query *q,
                            const struct pm_rank_weights *w, struct pm_arena *a,
                            struct pm_plan *out, struct pm_error *err);

#endif
