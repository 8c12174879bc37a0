/* The older Japanese encodings: which one is it, and what does it say? */
#ifndef PM_SOURCE_JA_H
#define PM_SOURCE_JA_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/buf.h"
#include "lib/status.h"

/* Decode bytes that are not UTF-8 as Shift_JIS (CP932), EUC-JP or ISO-2022-JP,
 * whichever makes the better Japanese. Returns PM_OK and the name (static), with the
 * text appended to out and *replaced the damaged bytes in it; *name is NULL, and out
 * as it was, when it looks like none of them. PM_ENOMEM is the only failure. */
enum pm_status pm_source_japanese(const char *bytes, size_t len, struct pm_buf *out,
                                  const char **name, size_t *replaced);

#endif
