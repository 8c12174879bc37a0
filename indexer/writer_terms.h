/* The term table while an index is written: terms to numbers and back, and how many
 * documents hold each. Only the terms that a run touches are in memory; the table
 * itself is written at the end. */
#ifndef PM_WRITER_TERMS_H
#define PM_WRITER_TERMS_H

#include <sqlite3.h>
#include <stdint.h>

#include "lib/status.h"

struct pm_terms;

/* Start on db, inside its write transaction. */
enum pm_status pm_terms_open(sqlite3 *db, struct pm_terms **out, struct pm_error *err);

/* The number of the term of len bytes, with its XXH3 hash; a new one is numbered next. */
enum pm_status pm_terms_intern(struct pm_terms *t, const char *text, uint32_t len, uint64_t hash,
                               uint32_t *id, struct pm_error *err);

/* The text of a number, owned by t. A number that the table lacks is PM_EFORMAT. */
enum pm_status pm_terms_text(struct pm_terms *t, uint32_t id, const char **text, uint32_t *len,
                             struct pm_error *err);

/* A way to write the term, as it may be read aloud (lib/sound.h). */
enum pm_status pm_terms_word(struct pm_terms *t, uint32_t id, const char *word,
                             struct pm_error *err);

/* One document more (1) or less (-1) holds the term, which was interned or asked
 * for before. */
void pm_terms_count(struct pm_terms *t, uint32_t id, int delta);

/* Write what changed; terms that no document holds any more are deleted. */
enum pm_status pm_terms_flush(struct pm_terms *t, struct pm_error *err);

/* Free it; NULL is allowed. */
void pm_terms_close(struct pm_terms *t);

#endif
