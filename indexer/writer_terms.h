/* The term table while an index is written: terms to numbers and back, and how many
 * documents hold each. Only the terms that a run touches are in memory; the table
 * itself is written at the end. */
#ifndef PM_WRITER_TERMS_H
#define PM_WRITER_TERMS_H

#include <sqlite3.h>
#include <stdint.h>

#include "indexer/analysis.h"
#include "lib/status.h"

struct pm_terms;

/* Start on db, inside its write transaction. */
enum pm_status pm_terms_open(sqlite3 *db, struct pm_terms **out, struct pm_error *err);

/* One document more holds the term. *id is its number; a new one is numbered next. */
enum pm_status pm_terms_add(struct pm_terms *t, const struct pm_analysis_term *term, uint32_t *id,
                            struct pm_error *err);

/* Where pm_terms_add will look for a term, one behind the other. */
enum pm_terms_way { PM_TERMS_SLOT, PM_TERMS_ENTRY, PM_TERMS_TEXT };

/* Fetch that into the cache for the term of this hash. */
void pm_terms_expect(const struct pm_terms *t, uint64_t hash, enum pm_terms_way way);

/* The text of a number, owned by t. A number that the table lacks is PM_EFORMAT. */
enum pm_status pm_terms_text(struct pm_terms *t, uint32_t id, const char **text, uint32_t *len,
                             struct pm_error *err);

/* One document less holds the term, whose text was asked for before. */
void pm_terms_drop(struct pm_terms *t, uint32_t id);

/* Write what changed; terms that no document holds any more are deleted. */
enum pm_status pm_terms_flush(struct pm_terms *t, struct pm_error *err);

/* Free it; NULL is allowed. */
void pm_terms_close(struct pm_terms *t);

#endif
