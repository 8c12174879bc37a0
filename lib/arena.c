#include "lib/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_SIZE = 64 * 1024, ALIGNMENT = 16 };

struct pm_arena_block {
    struct pm_arena_block *next;
    size_t size;
    size_t used;
    size_t pad; /* keeps data aligned to ALIGNMENT */
    unsigned char data[];
};

static struct pm_arena_block *block_new(size_t size)
{
    if (size > SIZE_MAX - sizeof(struct pm_arena_block))
        return NULL;
    struct pm_arena_block *b = malloc(sizeof *b + size);
    if (b != NULL) {
        b->next = NULL;
        b->size = size;
        b->used = 0;
    }
    return b;
}

/* Room whose bytes are whatever they were. */
static void *take(struct pm_arena *a, size_t size)
{
    if (size > SIZE_MAX / 2)
        return NULL;
    size_t need = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    if (a->head == NULL || a->head->size - a->head->used < need) {
        struct pm_arena_block *b = block_new(need > BLOCK_SIZE ? need : BLOCK_SIZE);
        if (b == NULL)
            return NULL;
        b->next = a->head;
        a->head = b;
    }
    void *p = a->head->data + a->head->used;
    a->head->used += need;
    a->total += need;
    return p;
}

void *pm_arena_alloc(struct pm_arena *a, size_t size)
{
    void *p = take(a, size);
    return p == NULL ? NULL : memset(p, 0, size);
}

void *pm_arena_calloc(struct pm_arena *a, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size)
        return NULL;
    return pm_arena_alloc(a, count * size);
}

char *pm_arena_strndup(struct pm_arena *a, const char *s, size_t len)
{
    if (len == SIZE_MAX)
        return NULL;
    char *copy = take(a, len + 1);
    if (copy == NULL)
        return NULL;
    if (len > 0)
        memcpy(copy, s, len);
    copy[len] = '\0';
    return copy;
}

char *pm_arena_strdup(struct pm_arena *a, const char *s)
{
    return pm_arena_strndup(a, s, strlen(s));
}

char *pm_arena_printf(struct pm_arena *a, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    char *out = len < 0 ? NULL : pm_arena_alloc(a, (size_t)len + 1);
    if (out != NULL)
        (void)vsnprintf(out, (size_t)len + 1, fmt, again);
    va_end(again);
    return out;
}

void *pm_arena_grow(struct pm_arena *a, void *old, size_t count, size_t need, size_t size,
                    size_t *cap)
{
    if (old != NULL && need <= *cap)
        return old;
    size_t want = *cap < 8 ? 8 : *cap;
    while (want < need) {
        if (want > SIZE_MAX / 2)
            return NULL;
        want *= 2;
    }
    if (size != 0 && want > SIZE_MAX / size)
        return NULL;
    char *grown = take(a, want * size);
    if (grown == NULL)
        return NULL;
    size_t kept = old == NULL ? 0 : count * size;
    if (kept > 0)
        memcpy(grown, old, kept);
    memset(grown + kept, 0, want * size - kept);
    *cap = want;
    return grown;
}

void pm_arena_reset(struct pm_arena *a)
{
    struct pm_arena_block *keep = NULL;
    for (struct pm_arena_block *b = a->head, *next; b != NULL; b = next) {
        next = b->next;
        if (keep == NULL && b->size == BLOCK_SIZE)
            keep = b;
        else
            free(b);
    }
    if (keep != NULL) {
        keep->next = NULL;
        keep->used = 0;
    }
    a->head = keep;
    a->total = 0;
}

void pm_arena_free(struct pm_arena *a)
{
    for (struct pm_arena_block *b = a->head, *next; b != NULL; b = next) {
        next = b->next;
        free(b);
    }
    a->head = NULL;
    a->total = 0;
}
