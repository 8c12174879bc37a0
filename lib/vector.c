#include "lib/vector.h"

#include <stdlib.h>
#include <string.h>

enum {
    RADIX_BITS = 11,
    FEW_BITS = 8, /* of a digit where counting the digits would cost more than one pass more */
    FEW = 2000,
    SMALL = 64, /* below it a simple sort is faster than counting */
};

bool pm_vector_room(struct pm_vector_maker *m)
{
    size_t cap = m->cap < 512 ? 512 : m->cap * 2;
    uint32_t *grown = realloc(m->keys, cap * 2 * sizeof *grown);
    if (grown == NULL) {
        m->failed = true;
        return false;
    }
    m->keys = grown;
    m->cap = cap;
    return true;
}

void pm_vector_begin(struct pm_vector_maker *m)
{
    m->count = 0;
    m->highest = 0;
    m->failed = false;
    memset(m->length, 0, sizeof m->length);
}

void pm_vector_maker_free(struct pm_vector_maker *m)
{
    free(m->keys);
    *m = (struct pm_vector_maker){0};
}

static void insertion_sort(uint32_t *a, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        uint32_t v = a[i];
        size_t at = i;
        for (; at > 0 && a[at - 1] > v; at--)
            a[at] = a[at - 1];
        a[at] = v;
    }
}

/* Sort by digits from the lowest; the sorted keys may end in either half. */
static uint32_t *sort_keys(struct pm_vector_maker *k)
{
    uint32_t *from = k->keys, *to = k->keys + k->cap;
    if (k->count < SMALL) {
        insertion_sort(from, k->count);
        return from;
    }
    unsigned bits = k->count < FEW ? FEW_BITS : RADIX_BITS;
    uint32_t at[1 << RADIX_BITS], last = (1U << bits) - 1;
    for (unsigned shift = 0; shift < 32 && k->highest >> shift != 0; shift += bits) {
        memset(at, 0, (last + 1) * sizeof *at);
        for (size_t i = 0; i < k->count; i++)
            at[from[i] >> shift & last]++;
        uint32_t sum = 0;
        for (size_t d = 0; d <= last; d++) {
            uint32_t n = at[d];
            at[d] = sum;
            sum += n;
        }
        for (size_t i = 0; i < k->count; i++)
            to[at[from[i] >> shift & last]++] = from[i];
        uint32_t *other = from;
        from = to;
        to = other;
    }
    return from;
}

/* One entry out of n equal-term keys; returns how many keys it took. */
static size_t put_entry(const uint32_t *keys, size_t n, uint32_t *last, struct pm_buf *out)
{
    uint32_t term = keys[0] >> PM_VECTOR_SECTION_BITS;
    uint32_t counts[PM_SEC_COUNT] = {0};
    uint32_t mask = 0;
    bool ones = true;
    size_t taken = 0;
    for (; taken < n && keys[taken] >> PM_VECTOR_SECTION_BITS == term; taken++) {
        uint32_t s = keys[taken] & ((1U << PM_VECTOR_SECTION_BITS) - 1);
        mask |= 1U << s;
        ones = ++counts[s] == 1 && ones;
    }
    pm_buf_varint(out, term - *last);
    pm_buf_varint(out, (uint64_t)mask << 1 | ones);
    for (int s = 0; !ones && s < PM_SEC_COUNT; s++)
        if (counts[s] > 0)
            pm_buf_varint(out, counts[s]);
    *last = term;
    return taken;
}

enum pm_status pm_vector_end(struct pm_vector_maker *m, struct pm_buf *out)
{
    if (m->failed)
        return PM_ENOMEM;
    const uint32_t *sorted = m->count > 0 ? sort_keys(m) : NULL;
    uint32_t terms = 0, last = 0;
    for (size_t i = 0; i < m->count; i++)
        terms += i == 0 ||
                 sorted[i] >> PM_VECTOR_SECTION_BITS != sorted[i - 1] >> PM_VECTOR_SECTION_BITS;
    for (int s = 0; s < PM_SEC_COUNT; s++)
        pm_buf_varint(out, m->length[s]);
    pm_buf_varint(out, terms);
    for (size_t i = 0; i < m->count;)
        i += put_entry(sorted + i, m->count - i, &last, out);
    return out->failed ? PM_ENOMEM : PM_OK;
}

static inline bool read32(struct pm_vector_reader *r, uint32_t *out)
{
    return pm_varint32_read(r->data, r->len, &r->pos, out);
}

bool pm_vector_open(struct pm_vector_reader *r, const void *data, size_t len)
{
    *r = (struct pm_vector_reader){.data = data, .len = len};
    for (int s = 0; s < PM_SEC_COUNT; s++)
        if (!read32(r, &r->length[s]))
            return false;
    return read32(r, &r->left);
}

/* Read an entry's head: its term goes to r->term. */
static inline bool read_head(struct pm_vector_reader *r, uint32_t *mask)
{
    uint32_t delta;
    if (r->has_ahead) {
        r->has_ahead = false;
        *mask = r->ahead;
        return true;
    }
    if (r->left == 0 || !read32(r, &delta) || !read32(r, mask) || *mask >> 1 >= 1U << PM_SEC_COUNT)
        return false;
    r->left--;
    r->term += delta;
    return true;
}

static bool read_counts(struct pm_vector_reader *r, uint32_t mask, struct pm_vector_entry *out)
{
    *out = (struct pm_vector_entry){.term = r->term, .mask = (uint16_t)(mask >> 1)};
    for (uint32_t bits = mask >> 1; bits != 0; bits &= bits - 1) {
        int s = __builtin_ctz(bits);
        out->count[s] = 1;
        if ((mask & 1) == 0 && !read32(r, &out->count[s]))
            return false;
    }
    return true;
}

static inline bool skip_counts(struct pm_vector_reader *r, uint32_t mask)
{
    uint32_t left = (mask & 1) != 0 ? 0 : mask >> 1; /* a number for each bit */
    for (; left != 0 && r->pos < r->len; r->pos++)
        if (r->data[r->pos] < 0x80) /* its last byte */
            left &= left - 1;
    return left == 0;
}

bool pm_vector_next(struct pm_vector_reader *r, struct pm_vector_entry *out)
{
    uint32_t mask;
    return read_head(r, &mask) && read_counts(r, mask, out);
}

bool pm_vector_seek(struct pm_vector_reader *r, uint32_t term, struct pm_vector_entry *out)
{
    uint32_t mask;
    while (read_head(r, &mask)) {
        if (r->term == term)
            return read_counts(r, mask, out);
        if (r->term > term) {
            r->ahead = mask;
            r->has_ahead = true;
            return false;
        }
        if (!skip_counts(r, mask))
            return false;
    }
    return false;
}
