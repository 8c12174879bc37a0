/* Why a past incident is like the draft: the pair of sentences that share most. */
#ifndef PM_EVIDENCE_H
#define PM_EVIDENCE_H

#include <sqlite3.h>

#include "query/draft.h"
#include "query/labels.h"
#include "query/similar.h"

struct pm_evidence {
    const char *draft; /* the draft's sentence; NULL: none shares a thing */
    enum pm_section draft_section;
    const char *past; /* the past incident's; NULL: none */
    enum pm_section past_section;
    int line; /* of the past incident's file, where the sentence's section starts */
};

/* Find the best pair for a hit: by the words and concepts that both sentences hold, by
 * weight and section; where none share any, the sentence that shows the past incident's
 * mechanism stands against the draft's own telling of it. Memory in a. */
enum pm_status pm_evidence_find(sqlite3 *db, const struct pm_draft *draft,
                                const struct pm_similar *s, const struct pm_hit *hit,
                                const struct pm_shown_labels *labels, struct pm_arena *a,
                                struct pm_evidence *out, struct pm_error *err);

#endif
