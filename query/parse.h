/* The query language: what a user types to clauses. Any bytes are a query; nothing
 * is a syntax error.
 *
 *   words             ranked OR, documents that hold all of them come first
 *   "a phrase"        in this order, side by side (also full-width quotes); required
 *   -word -"phrase"   leaves out documents that hold it
 *   cause:word        only in that section; also cause:"a phrase", -cause:word
 *   date:2023..2024   incidents in that span; date:2023, date:2023-05.., date:..2024-01-31
 */
#ifndef PM_PARSE_H
#define PM_PARSE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/arena.h"
#include "lib/section.h"
#include "lib/status.h"

struct pm_clause {
    const char *text; /* UTF-8, repaired; NUL-terminated */
    size_t len;
    enum pm_section section; /* PM_SEC_COUNT: anywhere */
    bool phrase;
    bool negated;
};

struct pm_query {
    struct pm_clause *clauses;
    size_t count, cap;
    const char *since; /* "YYYY-MM-DD", inclusive; NULL: open */
    const char *until; /* "YYYY-MM-DD", inclusive; NULL: open */
};

/* Parse n arguments; they are joined by a space, so that quoting by the shell or
 * within one argument makes no difference. Memory in a. */
enum pm_status pm_query_parse(const char *const *args, size_t n, struct pm_arena *a,
                              struct pm_query *out, struct pm_error *err);

/* Read "2023", "2023-05", "2023/5/1" as the first (or, with last, the final) day of
 * that span, written to out as YYYY-MM-DD. False: not a date. */
bool pm_date_bound(const char *text, size_t len, bool last, char out[11]);

#endif
