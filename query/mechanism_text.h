/* pmsearch mechanisms TEXT: which cards a text resembles, and why. */
#ifndef PM_MECHANISM_TEXT_H
#define PM_MECHANISM_TEXT_H

#include "query/context.h"

/* Write the cards nearest to the words, at most -n, each with the words and concepts that
 * bring it near. *found: there was one. */
enum pm_status pm_mechanism_text(struct pm_context *c, const char *const *words, size_t n,
                                 bool *found);

#endif
