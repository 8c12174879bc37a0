/* The roots of an index: the folders and files that it was made from. Each is known
 * by its real path, and shown as it was given last. No file belongs to two. */
#ifndef PM_ROOTS_H
#define PM_ROOTS_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/arena.h"
#include "lib/status.h"

struct pm_root {
    int64_t id;
    const char *real;  /* absolute, links resolved */
    const char *given; /* as given, without slashes at the end */
    const char *scope; /* NULL: the whole root; else the part of it to look at, relative */
    bool there;        /* the folder or file exists */
    bool prune;        /* it was asked for: documents whose files are gone are removed */
};

struct pm_roots {
    struct pm_root *items; /* in order of real path */
    size_t count, cap;
    bool changed; /* rows of the index were changed */
};

/* All roots that the index knows. Memory in a. */
enum pm_status pm_roots_known(sqlite3 *db, struct pm_arena *a, struct pm_roots *out,
                              struct pm_error *err);

/* Add the path that the user gave to the roots to look at. A root that is known is
 * that root however it is spelled; a path inside a known root is a part of it; a
 * path around known roots takes them over with their documents. PM_ENOTFOUND when
 * the path is not there. */
enum pm_status pm_roots_add(sqlite3 *db, const char *path, struct pm_arena *a, struct pm_roots *out,
                            struct pm_error *err);

/* The root that the user means (it need not exist any more), in *id; PM_ENOTFOUND. */
enum pm_status pm_roots_find(sqlite3 *db, const char *path, struct pm_arena *a, int64_t *id,
                             struct pm_error *err);

/* Is path the folder, or inside it? *rest (may be NULL) is then what follows. */
bool pm_path_inside(const char *folder, const char *path, const char **rest);

#endif
