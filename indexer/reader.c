#include "indexer/reader.h"

#include <stdio.h>
#include <stdlib.h>

#include "indexer/document.h"

/* Part of the fingerprint: to be raised when the code reads the same bytes and the
 * same dictionary differently. */
enum { READER_VERSION = 7 };

static enum pm_status load(struct pm_reader *r, struct pm_dict *dict, struct pm_error *err)
{
    r->cues = pm_cues_new();
    if (r->cues == NULL)
        return pm_fail(err, PM_ENOMEM, "out of memory");
    enum pm_status st = pm_headings_load(&r->headings, dict, err);
    if (st == PM_OK)
        st = pm_words_load(&r->words, dict, err);
    if (st == PM_OK)
        st = pm_cues_load(r->cues, dict, err);
    return st;
}

enum pm_status pm_reader_open(struct pm_dict *dict, struct pm_reader **out, struct pm_error *err)
{
    *out = NULL;
    struct pm_reader *r = calloc(1, sizeof *r);
    if (r == NULL)
        return pm_fail(err, PM_ENOMEM, "out of memory");
    enum pm_status st = load(r, dict, err);
    if (st != PM_OK) {
        pm_reader_close(r);
        return st;
    }
    (void)snprintf(r->fingerprint, sizeof r->fingerprint, "reader%d-%.16s-%.16s-%.16s",
                   READER_VERSION, pm_dict_hash(dict, "headings"), pm_dict_hash(dict, "cues"),
                   pm_dict_hash(dict, "meta-keys"));
    *out = r;
    return PM_OK;
}

void pm_reader_close(struct pm_reader *r)
{
    if (r == NULL)
        return;
    pm_headings_free(&r->headings);
    pm_words_free(&r->words);
    pm_cues_free(r->cues);
    free(r);
}

const char *pm_reader_fingerprint(const struct pm_reader *r)
{
    return r->fingerprint;
}
