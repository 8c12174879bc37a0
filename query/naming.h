/* Which concepts a text names, and with which of its words. */
#ifndef PM_NAMING_H
#define PM_NAMING_H

#include <sqlite3.h>

#include "lib/arena.h"
#include "lib/concept.h"

struct pm_named {
    uint32_t concept;         /* number in the index; 0 without one */
    size_t first, last;       /* tokens */
    const char *id, *en, *ja; /* without an index; else NULL: the index has them */
};

struct pm_names {
    struct pm_named *items;
    size_t count, cap;
};

/* Find the concepts of the index that tokens from..count name, each once at a place under
 * the longest of its names there. Memory in a. */
enum pm_status pm_names_find(sqlite3 *db, const struct pm_tokens *tokens, size_t from,
                             struct pm_arena *a, struct pm_names *out, struct pm_error *err);

/* The same by the dictionary alone, where there is no index: every name in it is
 * tokenized, which takes some hundredths of a second. */
enum pm_status pm_names_find_dict(struct pm_dict *dict, struct pm_tokenizer *t,
                                  const struct pm_tokens *tokens, struct pm_arena *a,
                                  struct pm_names *out, struct pm_error *err);

#endif
