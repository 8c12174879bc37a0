/* Any bytes are a query. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "query/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pm_arena arena = {0};
    struct pm_query q;
    char *text = malloc(size + 1);
    if (text == NULL)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    const char *const args[] = {text};
    if (pm_query_parse(args, 1, &arena, &q, NULL) == PM_OK)
        for (size_t i = 0; i < q.count; i++)
            if (q.clauses[i].len == 0 || strlen(q.clauses[i].text) != q.clauses[i].len)
                abort();
    pm_arena_free(&arena);
    free(text);
    return 0;
}
