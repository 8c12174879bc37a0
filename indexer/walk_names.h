/* What the walk over folders knows about names, and the folders it has been in. */
#ifndef PM_WALK_NAMES_H
#define PM_WALK_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/arena.h"

/* May a file of this name be a postmortem? By its extension, or for want of one. */
bool pm_walk_candidate(const char *name);

/* Is this the name of a folder that never holds any (hidden, of a VCS, packages)? */
bool pm_walk_passed_over(const char *name);

/* Why something was left out, for people: an errno, or the size limit (bytes). Static
 * or in a; NULL when memory is out. */
const char *pm_walk_reason(struct pm_arena *a, int error);
const char *pm_walk_too_large(struct pm_arena *a, uint64_t limit);

/* The names in a folder, sorted bytewise, hidden ones left out. */
struct pm_names {
    char **items; /* malloc'ed, each one too */
    size_t count;
    size_t cap;
};

/* Read the folder open at fd (which stays open); returns 0 or an errno. What was read
 * before an error is kept. */
int pm_names_read(struct pm_names *n, int fd);
void pm_names_free(struct pm_names *n);

struct pm_inode {
    dev_t dev;
    ino_t ino;
    bool used;
};

/* A set of folders by device and inode. */
struct pm_inodes {
    struct pm_inode *slots; /* malloc'ed; a power of two of them */
    size_t n_slots;
    size_t count;
    bool failed; /* memory ran out */
};

/* Add one; false when it is there already or memory is out. */
bool pm_inodes_add(struct pm_inodes *set, dev_t dev, ino_t ino);
void pm_inodes_free(struct pm_inodes *set);

#endif
