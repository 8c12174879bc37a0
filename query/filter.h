/* Which documents may appear: the options and date: spans that restrict a search. */
#ifndef PM_FILTER_H
#define PM_FILTER_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/arena.h"
#include "lib/status.h"

struct pm_filter {
    const char *lang;  /* "ja" or "en", or NULL */
    const char *since; /* YYYY-MM-DD inclusive, or NULL */
    const char *until;
    const char *company;   /* case-insensitive part of the name, or NULL */
    const char *mechanism; /* ID of a label, or NULL */
    const char *service;   /* case-insensitive part of a service or component, or NULL */
};

/* A set of document ids. all: every document is in it. */
struct pm_docset {
    bool all;
    unsigned char *bits;
    int64_t limit; /* ids below it have a bit */
};

/* The documents that pass f; memory in a. Documents without a date do not pass
 * since or until. */
enum pm_status pm_filter_read(sqlite3 *db, const struct pm_filter *f, struct pm_arena *a,
                              struct pm_docset *out, struct pm_error *err);

bool pm_docset_has(const struct pm_docset *set, int64_t id);

#endif
