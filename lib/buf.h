/* A growable byte buffer, always NUL-terminated, with a sticky out-of-memory
 * flag: append as often as needed and check once at the end. */
#ifndef PM_BUF_H
#define PM_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct pm_buf {
    char *data; /* NULL while nothing was appended */
    size_t len; /* bytes, without the final NUL */
    size_t cap;
    bool failed; /* memory ran out at some append */
};

/* Zero-initialised ({0}) is a valid empty buffer. */

/* Make room for more bytes behind the text, and the final NUL; false sets failed. */
bool pm_buf_reserve(struct pm_buf *b, size_t more);

/* Append len bytes. Inline, as the next two: most of what is written goes by bytes. */
static inline void pm_buf_add(struct pm_buf *b, const void *bytes, size_t len)
{
    if ((b->data == NULL || b->failed || len >= b->cap - b->len) &&
        (!pm_buf_reserve(b, len) || b->data == NULL))
        return;
    if (len > 0)
        memcpy(b->data + b->len, bytes, len);
    b->len += len;
    b->data[b->len] = '\0';
}

/* Append one byte. */
static inline void pm_buf_addc(struct pm_buf *b, char c)
{
    pm_buf_add(b, &c, 1);
}

/* Append a NUL-terminated string. */
void pm_buf_adds(struct pm_buf *b, const char *s);

/* Append by printf. */
void pm_buf_addf(struct pm_buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Append an unsigned LEB128 varint (1 to 10 bytes). */
static inline void pm_buf_varint(struct pm_buf *b, uint64_t v)
{
    enum { LONGEST = 10 };
    if ((b->data == NULL || b->failed || b->cap - b->len <= LONGEST) &&
        (!pm_buf_reserve(b, LONGEST) || b->data == NULL))
        return;
    char *to = b->data + b->len;
    for (; v >= 0x80; v >>= 7)
        *to++ = (char)(v | 0x80);
    *to++ = (char)v;
    *to = '\0';
    b->len = (size_t)(to - b->data);
}

/* Read a varint at *pos of the len bytes at data, and move *pos behind it.
 * Returns false, leaving *out 0, when the bytes end first. Inline: streams and
 * vectors are read a varint at a time. */
static inline bool pm_varint_read(const unsigned char *data, size_t len, size_t *pos, uint64_t *out)
{
    uint64_t v = 0;
    if (*pos < len && data[*pos] < 0x80) {
        *out = data[(*pos)++];
        return true;
    }
    *out = 0;
    for (unsigned shift = 0; shift < 64 && *pos < len; shift += 7) {
        unsigned char c = data[(*pos)++];
        v |= (uint64_t)(c & 0x7f) << shift;
        if ((c & 0x80) == 0) {
            *out = v;
            return true;
        }
    }
    return false;
}

/* The same for numbers below 2^32; false also for a larger one. */
static inline bool pm_varint32_read(const unsigned char *data, size_t len, size_t *pos,
                                    uint32_t *out)
{
    if (*pos < len && data[*pos] < 0x80) {
        *out = data[(*pos)++];
        return true;
    }
    if (len - *pos >= 2 && *pos < len && data[*pos + 1] < 0x80) {
        *out = (uint32_t)(data[*pos] & 0x7f) | (uint32_t)data[*pos + 1] << 7;
        *pos += 2;
        return true;
    }
    uint64_t v;
    bool ok = pm_varint_read(data, len, pos, &v) && v <= UINT32_MAX;
    *out = ok ? (uint32_t)v : 0;
    return ok;
}

/* The text so far, never NULL (an empty buffer gives ""). Owned by the buffer. */
const char *pm_buf_text(const struct pm_buf *b);

/* Empty the buffer, keeping its memory. */
void pm_buf_clear(struct pm_buf *b);

/* Free the memory; the buffer is empty and usable afterwards. */
void pm_buf_free(struct pm_buf *b);

#endif
