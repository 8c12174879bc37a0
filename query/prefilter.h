/* May a text hold the needle at all? Asked of the text as it stands, so that most documents
 * need not be folded (query/fold_text.h). A wrong yes costs time, a wrong no a hit: whatever
 * could fold to something else than it looks like is a yes. */
#ifndef PM_PREFILTER_H
#define PM_PREFILTER_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/buf.h"
#include "query/needle.h"

enum { PM_PREFILTER_FORMS = 8 };

/* One thing that a text with the needle has, if every character of it means itself. */
struct pm_prefilter {
    char form[PM_PREFILTER_FORMS][4]; /* a kana or kanji of the needle: one of these, UTF-8 */
    size_t n_forms;                   /* 0: it has none */
    const char *run; /* the longest run of ASCII letters and digits, in lower case */
    size_t len;      /* 0: it has none */
};

/* For a needle that is not literal; memory in a. */
enum pm_status pm_prefilter_make(const struct pm_needle *nd, struct pm_arena *a,
                                 struct pm_prefilter *out);

/* lower is scratch. */
bool pm_prefilter_may_hold(const struct pm_prefilter *pf, const char *text, size_t len,
                           struct pm_buf *lower);

#endif
