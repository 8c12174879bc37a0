/* What the files that make a plan share. */
#ifndef PM_PLAN_PARTS_H
#define PM_PLAN_PARTS_H

#include "query/plan.h"

enum { PM_MAX_GROUPS = 160 }; /* a pasted page is a draft for `like`, not a query */

struct pm_plan_builder {
    sqlite3 *db;
    sqlite3_stmt *find_term;
    struct pm_arena *arena;
    struct pm_plan *plan;
    const struct pm_rank_weights *weights;
    struct pm_lexicon *lexicon; /* NULL: none */
    struct pm_error *err;
};

enum pm_status pm_plan_out_of_memory(struct pm_plan_builder *b);

/* The index of the term in the plan, added (and looked up in the index) if new. */
enum pm_status pm_plan_intern(struct pm_plan_builder *b, const char *text, size_t len,
                              uint32_t *index);

/* To be called when all groups are there: orders the terms, weighs the slots. */
enum pm_status pm_plan_finish(struct pm_plan_builder *b);

/* Append a group; NULL when memory is out. Its idf is worked out by the caller. */
struct pm_plan_group *pm_plan_add_group(struct pm_plan_builder *b, struct pm_plan_group group);

/* Note a term or (with PM_MECHANISM_CONCEPT) a concept that the query names, once. */
enum pm_status pm_plan_add_feature(struct pm_plan_builder *b, const char *prefix, const char *text);

/* Note the names of the group's concept, to find it in token streams. */
enum pm_status pm_plan_add_forms(struct pm_plan_builder *b, uint32_t group, uint32_t concept);

/* Add the groups of the concepts that the clause's tokens from..count name. Token i
 * fills slot slots[i]; taken[i] is set where a concept names it. */
enum pm_status pm_plan_concepts(struct pm_plan_builder *b, const struct pm_clause *clause,
                                const struct pm_tokens *tokens, size_t from, const uint32_t *slots,
                                bool *taken);

/* Add the groups of the translations of those that are not taken. */
enum pm_status pm_plan_lexicon(struct pm_plan_builder *b, const struct pm_clause *clause,
                               const struct pm_tokens *tokens, size_t from, const uint32_t *slots,
                               const bool *taken);

#endif
