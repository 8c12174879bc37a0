/* Memory that is freed all at once: a document, a query, a dictionary owns one.
 *
 * Nothing allocated here is freed by itself; pm_arena_free() frees it all. An
 * arena is used by one thread at a time.
 */
#ifndef PM_ARENA_H
#define PM_ARENA_H

#include <stddef.h>

struct pm_arena_block;

struct pm_arena {
    struct pm_arena_block *head; /* NULL: nothing allocated yet */
    size_t total;                /* bytes handed out, for limits and tests */
};

/* Zero-initialised ({0}) is a valid empty arena. */

/* size bytes, zeroed, aligned for any type; NULL when memory is out. */
void *pm_arena_alloc(struct pm_arena *a, size_t size);

/* count * size bytes as pm_arena_alloc; NULL on overflow too. */
void *pm_arena_calloc(struct pm_arena *a, size_t count, size_t size);

/* A NUL-terminated copy of the len bytes at s; NULL when memory is out. */
char *pm_arena_strndup(struct pm_arena *a, const char *s, size_t len);

/* A copy of the NUL-terminated s; NULL when memory is out. */
char *pm_arena_strdup(struct pm_arena *a, const char *s);

/* printf into the arena; NULL when memory is out. */
char *pm_arena_printf(struct pm_arena *a, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Grow an arena array: returns an array with room for at least need elements of
 * the given size, the first count copied from old (which may be NULL). *cap is
 * updated. NULL when memory is out; old stays valid then. */
void *pm_arena_grow(struct pm_arena *a, void *old, size_t count, size_t need, size_t size,
                    size_t *cap);

/* Forget everything but keep one block for reuse by the next document. */
void pm_arena_reset(struct pm_arena *a);

/* Free everything; the arena is empty and usable afterwards. */
void pm_arena_free(struct pm_arena *a);

#endif
