/* Where the query's words stand in one document: phrases and nearness, checked on
 * its token stream. */
#ifndef PM_PROXIMITY_H
#define PM_PROXIMITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/arena.h"
#include "lib/stream.h"
#include "query/plan.h"

struct pm_position {
    uint32_t at;
    uint16_t section;
};

/* Ascending positions of each term of the plan, as far as the document has it. */
struct pm_positions {
    struct pm_position **list; /* by index into pm_plan.terms */
    size_t *count;
};

/* Collect the positions out of a stream; memory in a. */
enum pm_status pm_positions_read(const struct pm_plan *plan, const void *stream, size_t len,
                                 struct pm_arena *a, struct pm_positions *out,
                                 struct pm_error *err);

/* Does the phrase stand somewhere (in its section)? */
bool pm_phrase_found(const struct pm_plan_phrase *ph, const struct pm_positions *pos);

/* The nearest pair of the two groups' words: how many words apart (0: one is
 * missing or they are never within reach) and whether first stands before second. */
uint32_t pm_nearest(const struct pm_plan_group *first, const struct pm_plan_group *second,
                    const struct pm_positions *pos, uint32_t gap, bool *ordered,
                    enum pm_section *where);

#endif
