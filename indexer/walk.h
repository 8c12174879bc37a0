/* Finding the files under the roots given. */
#ifndef PM_WALK_H
#define PM_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/arena.h"
#include "lib/status.h"

struct pm_file {
    const char *path; /* as given: the root as the user wrote it, '/', relative path */
    const char *real; /* absolute, links of the root resolved */
    const char *rel;  /* relative to the root; for a root that is a file its name */
    int64_t size;     /* bytes */
    int64_t mtime_ns;
    uint64_t inode;
};

/* A file that was seen and left out. */
struct pm_skip {
    const char *path;
    const char *reason; /* for people: "larger than 16 MiB", "permission denied" ... */
};

struct pm_walk {
    struct pm_file *files;
    size_t n_files, files_cap; /* sorted by rel, bytewise */
    struct pm_skip *skips;
    size_t n_skips, skips_cap;
};

struct pm_walk_options {
    uint64_t max_bytes; /* larger files are skipped with a reason */
};

/* Collect the candidate files of one root (folder or file) into out, memory in a.
 * Candidates in folders: names ending in .md .markdown .mdown .txt .text .rst .org .adoc or
 * without an extension (decoded later: binary ones are skipped with a reason
 * then). A file given as root is taken whatever its name. Hidden names, VCS
 * folders, node_modules, and what a .pmsearchignore (gitignore syntax: comments,
 * !, trailing /, leading /, *, ?, [], **) names are passed over without a word; unreadable
 * ones, other types and dangling links are skips. Each folder is entered once
 * (device and inode), so that link loops end. A root that does not exist is
 * PM_ENOTFOUND. */
enum pm_status pm_walk_root(const char *root, const struct pm_walk_options *opt, struct pm_arena *a,
                            struct pm_walk *out, struct pm_error *err);

#endif
