/* What helped in like incidents, gathered over the hits: fixes, actions against
 * recurrence, first checks, and what went wrong in the response. The same thing said in
 * two incidents, also in two languages, is one entry with two sources. */
#ifndef PM_HELPED_H
#define PM_HELPED_H

#include <sqlite3.h>

#include "lib/arena.h"
#include "lib/tokenizer.h"
#include "query/remedies.h"

enum pm_helped_kind { PM_HELPED_FIX, PM_HELPED_ACTION, PM_HELPED_CHECK, PM_HELPED_WRONG };

struct pm_helped_entry {
    enum pm_helped_kind kind;
    const char *text;
    const char *state;    /* of an action: "open", "done", "dropped", or NULL */
    const char **sources; /* IDs of incidents, or of the mechanism whose card says it */
    size_t n_sources, cap;
    size_t order;         /* the first one is of the nearest incident */
    uint64_t concepts[8]; /* a signature of what it is about, over hashed concepts */
    size_t n_concepts;
};

struct pm_helped {
    struct pm_helped_entry *items; /* by kind, the most often said first */
    size_t count, cap;
};

/* Add one entry, or its source to the entry that says the same. Memory in a. */
enum pm_status pm_helped_add(sqlite3 *db, struct pm_tokenizer *t, struct pm_helped *h,
                             enum pm_helped_kind kind, const char *text, const char *state,
                             const char *source, struct pm_arena *a, struct pm_error *err);

/* Add the bullets of a card's part ("checks") in that language as entries. */
enum pm_status pm_helped_add_card(sqlite3 *db, struct pm_tokenizer *t, struct pm_helped *h,
                                  const char *mechanism, const char *lang, struct pm_arena *a,
                                  struct pm_error *err);

/* Sort for showing: by kind, what more incidents say first, then in the order of coming. */
void pm_helped_sort(struct pm_helped *h);

/* "fix", "action", "check", "wrong"; static. */
const char *pm_helped_name(enum pm_helped_kind kind);

#endif
