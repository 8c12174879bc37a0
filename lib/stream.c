#include "lib/stream.h"

void pm_stream_put_sentence(struct pm_buf *out, const struct pm_stream_sentence *s)
{
    pm_buf_varint(out, (uint64_t)s->section);
    pm_buf_varint(out, s->seq);
    pm_buf_varint(out, s->start);
    pm_buf_varint(out, s->length);
    pm_buf_varint(out, s->first_position);
    pm_buf_varint(out, s->n_tokens);
}

void pm_stream_put_token(struct pm_buf *out, uint32_t *last, uint32_t term, uint32_t position,
                         bool whole)
{
    pm_buf_varint(out, term);
    pm_buf_varint(out, (uint64_t)(position - *last) << 1 | (whole ? 1 : 0));
    *last = position;
}

void pm_stream_open(struct pm_stream_reader *r, const void *data, size_t len)
{
    *r = (struct pm_stream_reader){.data = data, .len = len};
}

static inline bool read32(struct pm_stream_reader *r, uint32_t *out)
{
    return pm_varint32_read(r->data, r->len, &r->pos, out);
}

bool pm_stream_sentence(struct pm_stream_reader *r, struct pm_stream_sentence *out)
{
    uint32_t term, position, section;
    while (r->left > 0)
        if (!pm_stream_token(r, &term, &position, NULL))
            return false;
    if (!read32(r, &section) || section >= PM_SEC_COUNT || !read32(r, &out->seq) ||
        !read32(r, &out->start) || !read32(r, &out->length) || !read32(r, &out->first_position) ||
        !read32(r, &out->n_tokens))
        return false;
    out->section = (enum pm_section)section;
    r->last = out->first_position;
    r->left = out->n_tokens;
    return true;
}

bool pm_stream_token(struct pm_stream_reader *r, uint32_t *term, uint32_t *position, bool *whole)
{
    uint64_t step;
    if (r->left == 0)
        return false;
    if (!read32(r, term) || !pm_varint_read(r->data, r->len, &r->pos, &step) ||
        step >> 1 > UINT32_MAX - r->last) {
        /* nothing behind broken bytes can be trusted */
        r->pos = r->len;
        r->left = 0;
        return false;
    }
    r->left--;
    r->last += (uint32_t)(step >> 1);
    *position = r->last;
    if (whole != NULL)
        *whole = (step & 1) != 0;
    return true;
}
