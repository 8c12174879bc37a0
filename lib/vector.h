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

enum { PM_VECTOR_SECTION_BITS = 4 };

/* Makes vectors, one after the other. {0} before the first. */
struct pm_vector_maker {
    uint32_t *keys; /* term << PM_VECTOR_SECTION_BITS | section; twice the room, for sorting */
    size_t count, cap;
    uint32_t highest;
    uint32_t length[PM_SEC_COUNT];
    bool failed;
};

void pm_vector_begin(struct pm_vector_maker *m);
void pm_vector_maker_free(struct pm_vector_maker *m);

/* Room for one key more; false when memory is out, which pm_vector_end tells. */
bool pm_vector_room(struct pm_vector_maker *m);

/* Count a token; whole: a compound whose parts are counted as well. */
static inline void pm_vector_add(struct pm_vector_maker *m, uint32_t term, enum pm_section section,
                                 bool whole)
{
    uint32_t key = term << PM_VECTOR_SECTION_BITS | (uint32_t)section;
    if (term > UINT32_MAX >> PM_VECTOR_SECTION_BITS)
        m->failed = true;
    else if (m->count < m->cap || pm_vector_room(m))
        m->keys[m->count++] = key;
    m->highest = key > m->highest ? key : m->highest;
    m->length[section] += !whole;
}

/* Append the vector of what was added to out. PM_ENOMEM. */
enum pm_status pm_vector_end(struct pm_vector_maker *m, struct pm_buf *out);

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
