#include "indexer/large_pages.h"

#include <malloc.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PAGE = 2 * 1024 * 1024, HEAP = 128 * 1024 * 1024, THREAD_HEAP = 64 * 1024 * 1024 };

/* What is not mapped in between is passed over. */
static void advise(uintptr_t start, uintptr_t end)
{
    start = (start + PAGE - 1) & ~(uintptr_t)(PAGE - 1);
    if (start < end && end - start <= 2 * (uintptr_t)HEAP) /* else malloc is another one */
        (void)madvise((void *)start, end - start, MADV_HUGEPAGE);
}

void pm_large_pages_main(void)
{
    (void)mallopt(M_TOP_PAD, HEAP);
    void *first = malloc(PAGE); /* the heap grows by HEAP at once */
    advise((uintptr_t)first, (uintptr_t)sbrk(0));
    free(first);
}

void pm_large_pages_thread(void)
{
    void *first = malloc(PAGE);
    advise((uintptr_t)first, (uintptr_t)first + THREAD_HEAP);
    free(first);
}
