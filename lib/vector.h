/* A document's term vector: the counts that ranking needs, sorted by term.
 *
 * Bytes (unsigned varints):
 *   vector := length[PM_SEC_COUNT]  n_terms  entry*
 *   entry  := term_id delta  (section mask << 1 | all counts are 1)  count*
 * length is the section's number of indexed tokens, wholes of compounds left out;
 * the counts, one a set bit of the mask from the lowest, are there unless all are 1.
 */
#ifndef PM_VECTOR_H
#define PM_VECTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/section.h"
#include "lib/status.h"

struct pm_vector_entry {
    uint32_t term;
    uint16_t mask;                /* bit s: the term stands in section s */
    uint32_t count[PM_SEC_COUNT]; /* occurrences, 0 where the bit is not set */
};

/* Make the vector of a token stream (see stream.h). PM_ENOMEM, PM_EFORMAT. */
enum pm_status pm_vector_from_stream(const void *stream, size_t len, struct pm_buf *out);

struct pm_vector_reader {
    const unsigned char *data;
    size_t len, pos;
    uint32_t length[PM_SEC_COUNT]; /* tokens a section */
    uint32_t left;
    uint32_t term;
    uint32_t ahead; /* head of an entry read by a seek but not taken: mask << 1 | ones */
    bool has_ahead;
};

/* Read the head. False when the bytes make no sense. */
bool pm_vector_open(struct pm_vector_reader *r, const void *data, size_t len);

/* The next entry in ascending order of term; false at the end. */
bool pm_vector_next(struct pm_vector_reader *r, struct pm_vector_entry *out);

/* Pass over the entries before term and read its own. False when the document does
 * not hold it; the entries up to it are passed over then. Terms must be asked for in
 * ascending order, each once. */
bool pm_vector_seek(struct pm_vector_reader *r, uint32_t term, struct pm_vector_entry *out);

#endif
