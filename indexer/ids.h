/* Public IDs of new documents: short, readable, unique, and always the same for
 * the same files. */
#ifndef PM_IDS_H
#define PM_IDS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/arena.h"
#include "lib/status.h"

struct pm_id_request {
    const char *wanted; /* the front matter's id, or NULL */
    const char *path;   /* absolute path of the file; any bytes */
    const char *name;   /* out: the ID, in the arena */
};

/* Does a stored document have this ID already? */
typedef bool (*pm_id_taken_fn)(void *ctx, const char *name);

/* Name all n documents at once. An ID is the wanted one, else the file's stem;
 * where several documents ask for the same, or a stored one has it, each of them
 * is lengthened by its parent folders ("ja/foo") until it is unique, then by the
 * file's extension. Controls, invisible characters and bytes that are not UTF-8
 * become '_'. */
enum pm_status pm_ids_assign(struct pm_id_request *requests, size_t n, pm_id_taken_fn taken,
                             void *ctx, struct pm_arena *a, struct pm_error *err);

/* One ID made clean: as above, trimmed, at most 200 bytes; NULL when nothing of it
 * is left (or memory is out). */
const char *pm_id_clean(const char *s, size_t len, struct pm_arena *a);

#endif
