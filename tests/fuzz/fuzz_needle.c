/* Substrings: any part of any text, cut between characters, is found in it. The first two
 * bytes say where to cut. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "query/fold_text.h"
#include "query/needle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look(const struct pm_needle *nd, const struct pm_fold_text *ft)
{
    size_t from = 0, start, end, n = 0;
    if (nd->literal)
        return;
    while (pm_needle_find(nd, pm_buf_text(&ft->text), ft->text.len, from, &start, &end)) {
        if (start < from || end < start || end > ft->text.len)
            abort();
        from = end > start ? end : start + 1;
        n++;
    }
    if (n == 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pm_folded width = {0};
    struct pm_fold_text ft = {0};
    struct pm_arena a = {0};
    struct pm_needle nd;
    struct pm_error err;
    if (size < 2)
        return 0;
    const char *text = (const char *)data + 2;
    size_t len = size - 2;
    pm_fold_text_begin(&ft, false);
    if (pm_fold(PM_FOLD_WIDTH, text, len, &width) != PM_OK ||
        pm_fold_text_add(&ft, text, len) != PM_OK)
        abort();
    size_t x = width.map[data[0] % (width.len + 1)], y = width.map[data[1] % (width.len + 1)];
    size_t from = x < y ? x : y, to = x < y ? y : x;
    if (pm_needle_make(text + from, to - from, PM_SEC_COUNT, &a, &nd, &err) != PM_OK)
        abort();
    look(&nd, &ft);
    pm_folded_free(&width);
    pm_fold_text_free(&ft);
    pm_arena_free(&a);
    return 0;
}
