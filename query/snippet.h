/* The best passage of a hit, with the matched words marked in the original text. */
#ifndef PM_SNIPPET_H
#define PM_SNIPPET_H

#include <sqlite3.h>

#include "lib/arena.h"
#include "lib/tokenizer.h"
#include "query/plan.h"
#include "query/rank.h"

struct pm_mark {
    uint32_t start, end; /* bytes of text */
};

struct pm_snippet {
    const char *text; /* UTF-8, one or a few sentences; never NULL */
    size_t len;
    struct pm_mark *marks; /* ascending, not overlapping */
    size_t n_marks;
    enum pm_section section;
    int line;                   /* of the file where the passage's section row starts */
    bool cut_before, cut_after; /* within a sentence or a line: the text goes on there */
};

/* Choose the sentence of the document that holds most of the query (weighted by
 * idf and section), and widen it to its neighbours while it is short. Memory in a. */
enum pm_status pm_snippet_make(sqlite3 *db, struct pm_tokenizer *t, const struct pm_plan *plan,
                               const struct pm_rank_weights *w, int64_t document,
                               struct pm_arena *a, struct pm_snippet *out, struct pm_error *err);

#endif
