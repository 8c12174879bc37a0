/* What a card's text gives to the catalogue: index terms and concepts, counted. */
#ifndef PM_CARD_FEATURES_H
#define PM_CARD_FEATURES_H

#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>

#include "indexer/card.h"
#include "lib/tokenizer.h"

/* A feature with its weighted count. */
struct pm_cell {
    uint32_t feature; /* index in the names of the counter */
    float count;
};

struct pm_cells {
    struct pm_cell *items; /* ascending */
    size_t n;
};

/* A card in one language: the whole, and the story alone as a document would tell it. */
struct pm_card_counts {
    struct pm_cells card, told;
    double told_length; /* indexed tokens of the story, wholes of compounds left out */
};

struct pm_feature_counter;

/* Load the names of the index's concepts (concept_form). tokenizer and db must outlive it. */
enum pm_status pm_feature_counter_open(sqlite3 *db, struct pm_tokenizer *tokenizer,
                                       struct pm_feature_counter **out, struct pm_error *err);
void pm_feature_counter_close(struct pm_feature_counter *f);

/* Count a card in both languages; memory in a. */
enum pm_status pm_feature_count(struct pm_feature_counter *f, const struct pm_card *card,
                                struct pm_arena *a, struct pm_card_counts out[PM_LANG_COUNT],
                                struct pm_error *err);

/* The features met so far: n of them, and the text of one (a term, or
 * PM_MECHANISM_CONCEPT and the concept's name). */
size_t pm_feature_names(const struct pm_feature_counter *f);
const char *pm_feature_name(const struct pm_feature_counter *f, uint32_t feature);

#endif
