/* A document's place among the mechanisms: its vector of cards and the labels that it
 * plainly shows, from what is stored of it. */
#ifndef PM_DOCUMENT_VECTOR_H
#define PM_DOCUMENT_VECTOR_H

#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>

#include "indexer/writer_terms.h"
#include "lib/dict.h"
#include "lib/mechanism.h"

/* The features of the catalogue, found by the index's numbers of terms and concepts. */
struct pm_feature_table;

/* catalogue and terms must outlive it; terms may come later than the table. */
enum pm_status pm_feature_table_open(sqlite3 *db, struct pm_terms *terms,
                                     struct pm_catalogue *catalogue, struct pm_dict *dict,
                                     struct pm_feature_table **out, struct pm_error *err);
void pm_feature_table_close(struct pm_feature_table *t);

/* One card's weight for a feature. Small: a table of them is read all over, and fits the
 * processor's cache. */
struct pm_weighted_card {
    uint16_t card;   /* from 0 */
    uint16_t weight; /* in PM_WEIGHT_STEPS */
};

enum { PM_WEIGHT_STEPS = 1000, PM_WEIGHTED_CARDS = UINT16_MAX };

/* The same as the card sees it. Features have numbers from 1 on. */
struct pm_weighted_feature {
    uint32_t feature;
    uint16_t weight;
};

struct pm_weighted_features {
    const struct pm_weighted_feature *items;
    size_t n;
};

/* The feature that a term of the index is; 0 for one that the catalogue lacks. */
enum pm_status pm_feature_table_term(struct pm_feature_table *t, uint32_t term, uint32_t *feature,
                                     struct pm_error *err);

/* How many features there are. */
size_t pm_feature_table_size(const struct pm_feature_table *t);

/* The features of a card, in ascending order. */
struct pm_weighted_features pm_feature_table_card(const struct pm_feature_table *t,
                                                  enum pm_lang lang, uint32_t card);

/* The sum of the best five weights of a card: what a sentence that says it all is worth. */
double pm_feature_table_best(const struct pm_feature_table *t, enum pm_lang lang, uint32_t card);

/* z of every card (lib/mechanism.h) for a document, from its term vector and its concept
 * vector (lib/vector.h). The array is the table's, until the next call. */
enum pm_status pm_document_z(struct pm_feature_table *t, enum pm_lang lang, const void *vector,
                             size_t vector_len, const void *concepts, size_t concepts_len,
                             const float **z, struct pm_error *err);

#endif
