/* Patterns of a .pmsearchignore file: the syntax of gitignore. */
#ifndef PM_IGNORE_H
#define PM_IGNORE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/arena.h"
#include "lib/status.h"

struct pm_ignore_pattern {
    const char *glob; /* without its leading '!' and '/' and its trailing '/' */
    bool negated;     /* "!": take back in what an earlier pattern left out */
    bool anchored;    /* holds a slash: matched against the whole path */
    bool only_dirs;   /* ended in a slash */
};

/* The patterns of one folder; those of the folders above it apply too. */
struct pm_ignore {
    const struct pm_ignore *up;
    size_t base; /* bytes of a path (relative to the root) that lead to this folder */
    struct pm_ignore_pattern *items;
    size_t count;
    size_t cap;
};

/* Parse the len bytes of a file into ig (zeroed but for up and base). */
enum pm_status pm_ignore_parse(struct pm_ignore *ig, const char *text, size_t len,
                               struct pm_arena *a);

/* Is rel (relative to the root, below the folder of ig) left out? The last pattern
 * that matches decides, and those of deeper folders come first. ig may be NULL. */
bool pm_ignore_match(const struct pm_ignore *ig, const char *rel, bool is_dir);

/* Match a path against a glob: *, ?, [a-z], [!a] within a name, ** over names,
 * backslash escapes. Both may be any bytes; the time is at most quadratic. */
bool pm_glob_match(const char *glob, const char *path);

#endif
