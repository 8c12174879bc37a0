/* YAML front matter of a file, through libyaml. */
#ifndef PM_FRONTMATTER_H
#define PM_FRONTMATTER_H

#include <stddef.h>

#include "lib/incident.h"
#include "lib/status.h"

/* One key as found: nested maps are joined with '.', keys lower-cased. */
struct pm_meta {
    const char *key;
    const char **values; /* one for a scalar, each element of a list */
    size_t n_values;
    int line; /* 1-based line in the file */
};

struct pm_metas {
    struct pm_meta *items;
    size_t count;
    size_t cap;
};

/* Read the front matter at the start of text ("---" line to "---" or "..."), if
 * any, into out; strings live in inc->arena. *body is the offset of the first byte
 * behind it (0 without one) and *body_line its 1-based line number. What YAML
 * rejects is read again line by line as `key: rest of line` and reported as a
 * warning on inc with its line; an unclosed front matter is a warning, and the
 * body is then the whole text. Aliases are never expanded. */
enum pm_status pm_frontmatter_read(const char *text, size_t len, struct pm_incident *inc,
                                   struct pm_metas *out, size_t *body, int *body_line,
                                   struct pm_error *err);

#endif
