/* Inside of the folding: what norm.c asks of its neighbours. */
#ifndef PM_NORM_PARTS_H
#define PM_NORM_PARTS_H

#include <stdint.h>

#include "lib/norm.h"

/* Turn a WIDTH-folded text into a FULL-folded one, in place: it never grows. */
void pm_norm_full(struct pm_folded *f);

/* The common form of a variant or old kanji; cp itself for everything else. */
uint32_t pm_norm_han(uint32_t cp);

#endif
