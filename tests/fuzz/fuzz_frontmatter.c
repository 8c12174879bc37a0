/* Any bytes may stand where front matter does. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "indexer/frontmatter.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pm_incident *inc = pm_incident_new();
    char *text = malloc(size == 0 ? 1 : size);
    if (inc == NULL || text == NULL)
        abort();
    if (size > 0)
        memcpy(text, data, size);
    struct pm_metas metas = {0};
    size_t body = 0;
    int line = 0;
    if (pm_frontmatter_read(text, size, inc, &metas, &body, &line, NULL) == PM_OK) {
        if (body > size || line < 1 || (body == 0) != (line == 1))
            abort();
        for (size_t i = 0; i < metas.count; i++) {
            if (metas.items[i].n_values == 0 || metas.items[i].line < 2 ||
                metas.items[i].line >= line)
                abort();
            for (size_t k = 0; k < metas.items[i].n_values; k++)
                if (metas.items[i].values[k][0] == '\0')
                    abort();
        }
    }
    free(text);
    pm_incident_free(inc);
    return 0;
}
