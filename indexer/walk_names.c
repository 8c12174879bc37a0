#include "indexer/walk_names.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>
#include <xxhash.h>

/* A longer "extension" is part of a title. */
enum { MAX_EXTENSION = 12, MIN_SLOTS = 64 };

static bool one_of(const char *name, const char *const *list, bool fold)
{
    for (; *list != NULL; list++)
        if ((fold ? strcasecmp(name, *list) : strcmp(name, *list)) == 0)
            return true;
    return false;
}

/* The extension of a file name, or NULL: "v1.2 outage" and "障害.報告" have none. */
static const char *extension(const char *name)
{
    const char *dot = strrchr(name, '.');
    if (dot == NULL || dot == name || dot[1] == '\0' || strlen(dot + 1) > MAX_EXTENSION)
        return NULL;
    for (const char *p = dot + 1; *p != '\0'; p++)
        if (*p == ' ' || ((unsigned char)*p & 0x80))
            return NULL;
    return dot + 1;
}

bool pm_walk_candidate(const char *name)
{
    static const char *const known[] = {"md",  "markdown", "mdown", "txt", "text",
                                        "rst", "org",      "adoc",  NULL};
    const char *ext = extension(name);
    size_t len = strlen(name);
    if (ext == NULL)
        return len > 0 && name[len - 1] != '~' && name[0] != '#';
    return one_of(ext, known, true);
}

bool pm_walk_passed_over(const char *name)
{
    static const char *const never[] = {"node_modules", "CVS", "RCS", "SCCS", "_darcs", NULL};
    return name[0] == '.' || one_of(name, never, false);
}

const char *pm_walk_reason(struct pm_arena *a, int error)
{
    if (error == EACCES || error == EPERM)
        return "permission denied";
    if (error == ELOOP)
        return "too many links";
    if (error == ENAMETOOLONG)
        return "path too long";
    return pm_arena_strdup(a, strerror(error));
}

const char *pm_walk_too_large(struct pm_arena *a, uint64_t limit)
{
    const char *unit = limit != 0 && limit % (1 << 20) == 0   ? "MiB"
                       : limit != 0 && limit % (1 << 10) == 0 ? "KiB"
                                                              : "bytes";
    uint64_t n = unit[0] == 'M' ? limit >> 20 : unit[0] == 'K' ? limit >> 10 : limit;
    return pm_arena_printf(a, "larger than %llu %s", (unsigned long long)n, unit);
}

static bool add_name(struct pm_names *n, const char *name)
{
    if (n->count == n->cap) {
        size_t cap = n->cap == 0 ? 64 : n->cap * 2;
        char **grown = realloc(n->items, cap * sizeof *grown);
        if (grown == NULL)
            return false;
        n->items = grown;
        n->cap = cap;
    }
    char *copy = strdup(name);
    if (copy == NULL)
        return false;
    n->items[n->count++] = copy;
    return true;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The kinds that cannot be wanted, where the file system tells them for nothing. */
static bool unwanted(const struct dirent *entry)
{
    return entry->d_name[0] == '.' ||
           (entry->d_type == DT_REG && !pm_walk_candidate(entry->d_name));
}

int pm_names_read(struct pm_names *n, int fd)
{
    int own = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    DIR *dir = own < 0 ? NULL : fdopendir(own);
    if (dir == NULL) {
        int error = errno;
        if (own >= 0)
            (void)close(own);
        return error;
    }
    int error = 0;
    const struct dirent *entry;
    while (error == 0 && (errno = 0, entry = readdir(dir)) != NULL)
        if (!unwanted(entry) && !add_name(n, entry->d_name))
            error = ENOMEM;
    error = error != 0 ? error : errno;
    (void)closedir(dir);
    if (n->count > 1)
        qsort(n->items, n->count, sizeof *n->items, by_name);
    return error;
}

void pm_names_free(struct pm_names *n)
{
    for (size_t i = 0; i < n->count; i++)
        free(n->items[i]);
    free(n->items);
    *n = (struct pm_names){0};
}

static struct pm_inode *find_slot(const struct pm_inodes *set, dev_t dev, ino_t ino)
{
    const uint64_t key[2] = {dev, ino};
    size_t i = XXH3_64bits(key, sizeof key) & (set->n_slots - 1);
    while (set->slots[i].used && (set->slots[i].dev != dev || set->slots[i].ino != ino))
        i = (i + 1) & (set->n_slots - 1);
    return &set->slots[i];
}

static bool grow_set(struct pm_inodes *set)
{
    struct pm_inodes grown = {.n_slots = set->n_slots == 0 ? MIN_SLOTS : set->n_slots * 2};
    grown.slots = calloc(grown.n_slots, sizeof *grown.slots);
    if (grown.slots == NULL) {
        set->failed = true;
        return false;
    }
    for (size_t i = 0; i < set->n_slots; i++)
        if (set->slots[i].used)
            *find_slot(&grown, set->slots[i].dev, set->slots[i].ino) = set->slots[i];
    grown.count = set->count;
    free(set->slots);
    *set = grown;
    return true;
}

bool pm_inodes_add(struct pm_inodes *set, dev_t dev, ino_t ino)
{
    if (set->count * 2 >= set->n_slots && !grow_set(set))
        return false;
    struct pm_inode *slot = find_slot(set, dev, ino);
    if (slot->used)
        return false;
    *slot = (struct pm_inode){.dev = dev, .ino = ino, .used = true};
    set->count++;
    return true;
}

void pm_inodes_free(struct pm_inodes *set)
{
    free(set->slots);
    *set = (struct pm_inodes){0};
}
