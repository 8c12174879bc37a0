#include "indexer/md_memory.h"

#include <cmark.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static _Thread_local struct pm_arena *in_use;

/* In front of each piece: how large it is, for realloc(). */
struct header {
    _Alignas(max_align_t) size_t size;
};

static void *take(size_t count, size_t size)
{
    struct header *h = NULL;
    if (size == 0 || count <= (SIZE_MAX - sizeof *h) / size)
        h = pm_arena_alloc(in_use, sizeof *h + count * size);
    if (h == NULL)
        return cmark_get_default_mem_allocator()->calloc(1, SIZE_MAX); /* which does not return */
    h->size = count * size;
    return h + 1;
}

static void *resize(void *old, size_t size)
{
    size_t had = old == NULL ? 0 : ((struct header *)old - 1)->size;
    if (size <= had)
        return old;
    void *p = take(1, size);
    if (had > 0)
        memcpy(p, old, had);
    return p;
}

static void keep(void *p)
{
    (void)p;
}

cmark_node *pm_md_parse(struct pm_arena *a, const char *guard, const char *text, size_t len,
                        struct pm_arena **before)
{
    static cmark_mem memory = {take, resize, keep};
    *before = in_use;
    in_use = a;
    cmark_parser *parser = cmark_parser_new_with_mem(CMARK_OPT_SOURCEPOS, &memory);
    if (guard != NULL)
        cmark_parser_feed(parser, guard, strlen(guard));
    cmark_parser_feed(parser, text, len);
    cmark_node *root = cmark_parser_finish(parser);
    cmark_parser_free(parser);
    return root;
}

void pm_md_memory_back(struct pm_arena *before)
{
    in_use = before;
}
