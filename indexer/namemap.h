/* Names in many spellings to what they stand for: headings, metadata keys, table
 * columns, state words. Keys are compared folded, white space collapsed. Built
 * once, read-only afterwards. */
#ifndef PM_NAMEMAP_H
#define PM_NAMEMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/arena.h"
#include "lib/norm.h"
#include "lib/status.h"

struct pm_name {
    const char *text; /* folded */
    size_t len;       /* bytes of text */
    uint32_t hash;
    int group;       /* the caller's: names of different groups never meet */
    int value;       /* the caller's */
    unsigned flags;  /* the caller's */
    uint32_t before; /* index + 1 of the name added before it, of the same group or of one that
                        shares its list; 0 none */
};

enum { PM_NAME_LISTS = 16 };

struct pm_name_slot {
    uint32_t hash;
    uint32_t item; /* index + 1, 0 empty */
};

struct pm_namemap {
    struct pm_arena arena;
    struct pm_name *items;
    size_t count;
    size_t cap;
    struct pm_name_slot *slots;   /* open addressing */
    size_t n_slots;               /* a power of two */
    uint32_t last[PM_NAME_LISTS]; /* by group: the name added last, index + 1 */
};

/* Zero-initialised ({0}) is a valid empty map. */

/* Add a name as people write it; of two that fold alike the later one counts, so
 * that a user's table overrides ours. */
enum pm_status pm_namemap_add(struct pm_namemap *m, int group, const char *name, int value,
                              unsigned flags, struct pm_error *err);

/* The entry for text that is already folded (pm_name_fold), or NULL. */
const struct pm_name *pm_namemap_find(const struct pm_namemap *m, int group, const char *text,
                                      size_t len);

/* The longest entry of the group that the folded text contains, at word edges
 * where its ends are Latin; the first of equal length in the text. NULL: none. */
const struct pm_name *pm_namemap_scan(const struct pm_namemap *m, int group, const char *text,
                                      size_t len);

/* Free what the map owns and make it empty. */
void pm_namemap_free(struct pm_namemap *m);

/* Fold s (FULL), collapse its white space and trim it, into out. */
enum pm_status pm_name_fold(const char *s, size_t len, struct pm_folded *out);

/* Is text[at .. at + n) bounded by word edges where its own ends are ASCII letters
 * or digits? */
bool pm_name_bounded(const char *text, size_t len, size_t at, size_t n);

#endif
