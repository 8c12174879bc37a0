/* Finding concepts in token streams, term by term. */
#ifndef PM_DERIVE_MATCH_H
#define PM_DERIVE_MATCH_H

#include <sqlite3.h>
#include <stddef.h>

#include "indexer/writer_terms.h"
#include "lib/buf.h"
#include "lib/status.h"

struct pm_matcher;

/* Load the forms of concept_form. terms must outlive it. */
enum pm_status pm_matcher_open(sqlite3 *db, struct pm_terms *terms, struct pm_matcher **out,
                               struct pm_error *err);
void pm_matcher_close(struct pm_matcher *m);

/* The concepts of a stream as a vector (lib/vector.h) of concept ids in place of
 * terms; out is emptied first. */
enum pm_status pm_matcher_vector(struct pm_matcher *m, const void *stream, size_t len,
                                 struct pm_buf *out, struct pm_error *err);

#endif
