/* The classes of causes that a document shows (dict/classes.tsv): what kind of failure it was,
 * where its labels say which mechanisms. A logistic model, the same for every class save for
 * the prior:
 *
 *   p(class) = 1 / (1 + exp(-x))
 *   x = class.bias + class.prior.NAME
 *     + class.told   * ln(1 + told)   concepts of the class (dict/class-concepts.tsv) that the
 *                                     document names, at most class.most times each in a
 *                                     section, by the weights of the section and the concept
 *     + class.share  * told / (class.few + the sum of told over all classes)
 *     + class.card   * z of the class's nearest card
 *     + class.cards  * its share in the sum of (z - class.least_z)^2 over all cards
 *
 * with the numbers of dict/weights.tsv. The likeliest class of those that the document names is
 * given from class.least on, another one where it is nearly as likely. */
#ifndef PM_CLASSES_H
#define PM_CLASSES_H

#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>

#include "indexer/cards.h"
#include "lib/dict.h"

enum { PM_CLASSES_MAX = 2 };

struct pm_document_class {
    uint32_t number;   /* index in pm_cards.classes */
    double confidence; /* 0 to 1 */
};

struct pm_classifier;

/* db has its concepts; cards and dict must outlive it. A class or a concept that there is not
 * is PM_EDICT with the line. */
enum pm_status pm_classifier_open(sqlite3 *db, const struct pm_cards *cards, struct pm_dict *dict,
                                  struct pm_classifier **out, struct pm_error *err);
void pm_classifier_close(struct pm_classifier *c);

/* The classes of a document, likeliest first, from its concept vector (lib/vector.h) and its z
 * of every card. Returns how many. */
size_t pm_classes_find(struct pm_classifier *c, const void *concepts, size_t len, const float *z,
                       struct pm_document_class out[PM_CLASSES_MAX]);

/* z of the cards that can be labels of a document with these classes, else 0: a card of
 * another class of causes resembles it, but is not what happened. out has room for all. */
void pm_classes_fit(const struct pm_classifier *c, const struct pm_document_class *classes,
                    size_t n, const float *z, float *out);

#endif
