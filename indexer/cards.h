/* The whole catalogue of mechanism cards: ours, compiled into the dictionary, and the
 * team's own files.
 *
 * Sources, in order, a card of a later one taking the place of an earlier one with the
 * same id: dict/mechanisms/, $XDG_CONFIG_HOME/pmsearch/dict/mechanisms/ (else ~/.config),
 * and mechanisms/ beside the index.
 */
#ifndef PM_CARDS_H
#define PM_CARDS_H

#include <stddef.h>
#include <stdint.h>

#include "indexer/card.h"
#include "lib/dict.h"

struct pm_card_class {
    const char *id, *axis;
    const char *names[PM_LANG_COUNT];
};

struct pm_cards {
    struct pm_card *items; /* by id */
    size_t count, cap;
    struct pm_card_class *classes; /* in the order of dict/classes.tsv */
    size_t n_classes, classes_cap;
    uint64_t hash; /* of all texts */
};

/* Read every source; memory in a. index is the path of the index file. A faulty card is
 * PM_EDICT with file and line. */
enum pm_status pm_cards_load(struct pm_dict *dict, const char *index, struct pm_arena *a,
                             struct pm_cards *out, struct pm_error *err);

/* Check what needs the whole: classes of the card's axis, related ids that exist. */
enum pm_status pm_cards_check(const struct pm_cards *cards, struct pm_error *err);

#endif
