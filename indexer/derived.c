#include "indexer/derived.h"

#include <stdlib.h>

#include "indexer/derive.h"
#include "indexer/mechanism_derive.h"

struct pm_derived {
    struct pm_writer *writer;
    struct pm_derive *concepts;
    struct pm_mechanisms *mechanisms;
    struct pm_buf vector; /* the document's concepts */
};

enum pm_status pm_derived_open(sqlite3 *db, const char *index, struct pm_dict *dict,
                               struct pm_lexer *lexer, struct pm_writer *writer,
                               struct pm_derived **out, struct pm_error *err)
{
    struct pm_derived *d = calloc(1, sizeof *d);
    *out = d;
    if (d == NULL)
        return pm_fail(err, PM_ENOMEM, "out of memory");
    d->writer = writer;
    struct pm_terms *terms = pm_writer_terms(writer);
    enum pm_status st = pm_derive_open(db, index, dict, lexer, terms, &d->concepts, err);
    if (st == PM_OK)
        st = pm_mechanisms_open(db, index, dict, lexer, terms, pm_derive_fingerprint(d->concepts),
                                &d->mechanisms, err);
    return st;
}

void pm_derived_close(struct pm_derived *d)
{
    if (d == NULL)
        return;
    pm_derive_close(d->concepts);
    pm_mechanisms_close(d->mechanisms);
    pm_buf_free(&d->vector);
    free(d);
}

bool pm_derived_stale(const struct pm_derived *d)
{
    return pm_derive_stale(d->concepts) || pm_mechanisms_stale(d->mechanisms);
}

static bool section_text(void *ctx, uint32_t seq, const char **text, size_t *len)
{
    const struct pm_analysis *an = ctx;
    if (seq >= an->n_sections)
        return false;
    *text = an->sections[seq].text;
    *len = an->sections[seq].len;
    return *text != NULL;
}

enum pm_status pm_derived_document(struct pm_derived *d, int64_t document,
                                   const struct pm_analysis *an, struct pm_error *err)
{
    const struct pm_buf *stream = pm_writer_stream(d->writer);
    const struct pm_buf *vector = pm_writer_vector(d->writer);
    enum pm_status st = pm_derive_document(d->concepts, document, pm_buf_text(stream), stream->len,
                                           &d->vector, err);
    if (st != PM_OK)
        return st;
    struct pm_told t = {
        .document = document,
        .is_incident = an->incident->is_incident,
        .lang = pm_lang_of(an->incident->lang),
        .stream = pm_buf_text(stream),
        .stream_len = stream->len,
        .vector = pm_buf_text(vector),
        .vector_len = vector->len,
        .concepts = pm_buf_text(&d->vector),
        .concepts_len = d->vector.len,
        .source = {.ctx = (void *)an, .text = section_text},
    };
    return pm_mechanisms_document(d->mechanisms, &t, err);
}

enum pm_status pm_derived_finish(struct pm_derived *d, struct pm_error *err)
{
    enum pm_status st = pm_derive_run(d->concepts, err);
    return st == PM_OK ? pm_mechanisms_run(d->mechanisms, err) : st;
}
