/* A document's labels: the mechanisms that it plainly shows, each with the sentence that
 * shows it. A sentence that takes the thing back ("this was not a DNS problem") or only
 * supposes it ("could have been") shows nothing (dict/negations.tsv). */
#ifndef PM_LABELS_H
#define PM_LABELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "indexer/document_vector.h"
#include "lib/dict.h"
#include "lib/stream.h"

enum { PM_LABELS_MAX = 6 }; /* looked at per document */

struct pm_label {
    uint32_t card;     /* from 0 */
    double confidence; /* 0 to 1 */
    double z;
    struct pm_stream_sentence sentence; /* where it stands */
};

/* Where the text of the document at hand comes from. */
struct pm_label_source {
    void *ctx;
    /* The text of a section, to live until the next call; false: there is none. */
    bool (*text)(void *ctx, uint32_t seq, const char **text, size_t *len);
};

struct pm_labeller;

/* table and dict must outlive it. */
enum pm_status pm_labeller_open(struct pm_feature_table *table, size_t n_cards,
                                struct pm_dict *dict, struct pm_labeller **out,
                                struct pm_error *err);
void pm_labeller_close(struct pm_labeller *l);

/* The labels of a document, most certain first: its text, its language, its z of every
 * card, its token stream. *n of out are filled. */
enum pm_status pm_labels_find(struct pm_labeller *l, const struct pm_label_source *source,
                              enum pm_lang lang, const float *z, const void *stream, size_t len,
                              struct pm_label out[PM_LABELS_MAX], size_t *n, struct pm_error *err);

#endif
