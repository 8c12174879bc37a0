/* Inside of the front matter reader: frontmatter.c (YAML) and fm_lines.c (what YAML
 * rejects, and TOML) share this. */
#ifndef PM_FM_PARTS_H
#define PM_FM_PARTS_H

#include <stdbool.h>
#include <stddef.h>

#include "indexer/frontmatter.h"
#include "indexer/lines.h"

/* Where keys and values go. */
struct pm_fm {
    struct pm_arena *arena;
    struct pm_metas *out;
    bool failed; /* memory ran out */
};

/* Start a key without values; it is lower-cased (ASCII). Returns its number in out. */
size_t pm_fm_key(struct pm_fm *fm, const char *key, size_t len, int line);

/* Add a value to key number k, its lines joined by blanks; an empty one is dropped. */
void pm_fm_value(struct pm_fm *fm, size_t k, const char *s, size_t len);

/* Lengthen the last value of key number k: a scalar that goes on in the next line. */
void pm_fm_continue(struct pm_fm *fm, size_t k, const char *s, size_t len);

/* Remove the keys without values from number first on. */
void pm_fm_prune(struct pm_fm *fm, size_t first);

/* Is it a "key: value" line? *key_len receives the key's bytes, *value the offset of
 * what follows. A colon must be followed by a blank or end the line, as in YAML. */
bool pm_fm_key_line(const char *line, size_t len, size_t *key_len, size_t *value);

/* Read lines from..to (not included) as "key: rest of line", "- item" and the lines
 * that continue them. Returns how many lines made no sense. */
size_t pm_fm_read_lines(struct pm_fm *fm, const struct pm_lines *l, size_t from, size_t to);

/* Read lines from..to as simple TOML: [tables], key = value, lists. As above. */
size_t pm_fm_read_toml(struct pm_fm *fm, const struct pm_lines *l, size_t from, size_t to);

#endif
