/* Failure mechanisms: the catalogue as the index holds it, and the vectors of texts
 * over it.
 *
 * A mechanism's card (dict/mechanisms/) gives features: index terms of its text in one
 * language, and the concepts that it names in either. A text is described by the cards
 * whose features it holds (explicit semantic analysis: Gabrilovich and Markovitch,
 * "Computing semantic relatedness using Wikipedia-based explicit semantic analysis",
 * IJCAI 2007), so that texts meet whatever their words or language (Potthast, Stein,
 * Anderka, "A Wikipedia-based multilingual retrieval model", ECIR 2008).
 *
 *   w(card, feature) = idf * tf * (k1 + 1) / (k1 + tf), divided by |card| ^ 0.4
 *   raw(text, card)  = sum over features of their saturated count * w(card, feature)
 *   z(text, card)    = raw, divided by the text's mean over that of the catalogue, less
 *                      the card's mean, over its deviation; then centred and of unit
 *                      variance over the cards of the text
 *
 * idf, mean and deviation are of the catalogue itself, each card's text taken as a
 * document: a text's vector therefore depends on nothing but itself and the catalogue.
 */
#ifndef PM_MECHANISM_H
#define PM_MECHANISM_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/dict.h"
#include "lib/section.h"
#include "lib/status.h"

enum pm_lang { PM_LANG_EN, PM_LANG_JA, PM_LANG_COUNT };

/* PM_LANG_JA for "ja", else PM_LANG_EN. */
enum pm_lang pm_lang_of(const char *name);

/* A concept as a feature is its name behind this byte, which no term holds. */
#define PM_MECHANISM_CONCEPT "\x01"

enum { PM_MECHANISM_STEPS = 16 }; /* steps of a stored z per unit */

/* -- lists of (number, value), as blobs of varints -- */

/* Append a pair; numbers ascend. *last starts at 0. */
void pm_pairs_put(struct pm_buf *out, uint64_t *last, uint64_t number, uint64_t value);

struct pm_pairs {
    const unsigned char *data;
    size_t len, pos;
    uint64_t number, value; /* of the pair read last */
};

void pm_pairs_open(struct pm_pairs *p, const void *data, size_t len);

/* Go to the next pair; false at the end or where the bytes make no sense. */
bool pm_pairs_next(struct pm_pairs *p);

/* -- the catalogue of an index -- */

struct pm_catalogue;

/* Open on an index with the tables of schema.c. An index without a mechanism gives a
 * catalogue of size 0. db must outlive it; the caller closes. */
enum pm_status pm_catalogue_open(sqlite3 *db, struct pm_catalogue **out, struct pm_error *err);
void pm_catalogue_close(struct pm_catalogue *c);

/* How many mechanisms: their numbers in the index are 1 to this. */
size_t pm_catalogue_size(const struct pm_catalogue *c);

/* The cards of a feature as pairs of (number, weight * 1000); none: p is empty. The
 * bytes live until the next call. */
enum pm_status pm_catalogue_feature(struct pm_catalogue *c, enum pm_lang lang, const char *feature,
                                    size_t len, struct pm_pairs *p, struct pm_error *err);

/* Add count times the weights of p's cards to raw[number - 1] of n. */
void pm_mechanism_add(struct pm_pairs *p, double count, float *raw, size_t n);

/* A feature's count in a text of that weighted length, saturated. */
double pm_mechanism_count(double weighted_count, double weighted_length);

/* The weight of a section for mechanisms, from dict/weights.tsv
 * (mechanism.section.NAME). */
void pm_mechanism_weights(struct pm_dict *dict, double section[PM_SEC_COUNT]);

/* raw to z, in place, for a text in that language. All 0 where the text shows nothing. */
enum pm_status pm_catalogue_standardise(struct pm_catalogue *c, enum pm_lang lang, float *raw,
                                        struct pm_error *err);

/* The z of 1 and more as pairs of (number, z * PM_MECHANISM_STEPS). */
void pm_mechanism_vector(const float *z, size_t n, struct pm_buf *out);

#endif
