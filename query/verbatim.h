/* Phrases that hold stop words, which the index does not: positions tell where their other
 * words stand, the text whether the phrase does. Words are compared as they are written, in
 * any case and width; what stands between them, in ASCII, is white space or punctuation. */
#ifndef PM_VERBATIM_H
#define PM_VERBATIM_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/buf.h"
#include "lib/status.h"
#include "query/fold_text.h"

/* For one phrase after the other; {0} before the first. */
struct pm_verbatim {
    struct pm_fold_text fold;
    struct pm_buf words, phrase;
};

/* Does the phrase stand in the text, both UTF-8? PM_OK, PM_ENOTFOUND or PM_ENOMEM. */
enum pm_status pm_verbatim_find(struct pm_verbatim *v, const char *phrase, size_t phrase_len,
                                const char *text, size_t len);

void pm_verbatim_free(struct pm_verbatim *v);

#endif
