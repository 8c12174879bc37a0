/* Folding: any bytes; idempotent, FULL of WIDTH is FULL, a sound map. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/norm.h"
#include "lib/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fold(enum pm_fold strength, const char *s, size_t len, struct pm_folded *out)
{
    if (pm_fold(strength, s, len, out) != PM_OK)
        abort();
    if (out->map[out->len] != len || !pm_utf8_valid(out->text, out->len, NULL))
        abort();
    for (size_t i = 0; i < out->len; i++)
        if (out->map[i] > out->map[i + 1])
            abort();
}

static void must_be_same(const struct pm_folded *a, const struct pm_folded *b)
{
    if (a->len != b->len || memcmp(a->text, b->text, a->len) != 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pm_folded width = {0}, full = {0}, again = {0};
    fold(PM_FOLD_WIDTH, (const char *)data, size, &width);
    fold(PM_FOLD_WIDTH, width.text, width.len, &again);
    must_be_same(&width, &again);
    fold(PM_FOLD_FULL, (const char *)data, size, &full);
    fold(PM_FOLD_FULL, full.text, full.len, &again);
    must_be_same(&full, &again);
    fold(PM_FOLD_FULL, width.text, width.len, &again);
    must_be_same(&full, &again);
    pm_folded_free(&width);
    pm_folded_free(&full);
    pm_folded_free(&again);
    return 0;
}
