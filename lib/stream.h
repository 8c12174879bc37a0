/* A document's token stream: what was indexed, sentence by sentence, so that
 * FTS5 deletes, phrases, proximity, snippets and derived tables never need MeCab.
 *
 * Bytes (all numbers unsigned varints, pm_buf_varint):
 *   stream   := sentence*
 *   sentence := section  seq  start  length  first_position  n_tokens  token*
 *   token    := term_id  (position delta << 1 | whole flag)
 * section is enum pm_section; seq the document's section row; start and length are
 * bytes of section.text; first_position counts words over the document, with a gap
 * of PM_STREAM_GAP between section rows so that no phrase crosses; position
 * deltas are from the token before (from first_position for the first). Stop words
 * leave gaps. Tokens marked "whole" are compounds whose parts follow.
 */
#ifndef PM_STREAM_H
#define PM_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/section.h"

enum { PM_STREAM_GAP = 100 };

struct pm_stream_sentence {
    enum pm_section section;
    uint32_t seq;           /* section.seq */
    uint32_t start, length; /* bytes of section.text */
    uint32_t first_position;
    uint32_t n_tokens;
};

/* Write one sentence's head; its n_tokens tokens must follow. */
void pm_stream_put_sentence(struct pm_buf *out, const struct pm_stream_sentence *s);

/* Write one token; *last is the running position (start it with first_position). */
void pm_stream_put_token(struct pm_buf *out, uint32_t *last, uint32_t term, uint32_t position,
                         bool whole);

struct pm_stream_reader {
    const unsigned char *data;
    size_t len, pos;
    uint32_t last; /* position of the last token read */
    uint32_t left; /* tokens of this sentence not read yet */
};

void pm_stream_open(struct pm_stream_reader *r, const void *data, size_t len);

/* Go to the next sentence, passing over tokens not read. False at the end or at
 * bytes that make no sense. */
bool pm_stream_sentence(struct pm_stream_reader *r, struct pm_stream_sentence *out);

/* The next token of this sentence; false behind its last. whole may be NULL. */
bool pm_stream_token(struct pm_stream_reader *r, uint32_t *term, uint32_t *position, bool *whole);

#endif
