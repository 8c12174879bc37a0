/* How near documents are to a query by the mechanisms that both resemble
 * (lib/mechanism.h), whatever their words or language. */
#ifndef PM_AFFINITY_H
#define PM_AFFINITY_H

#include <sqlite3.h>
#include <stdint.h>

#include "lib/arena.h"
#include "lib/mechanism.h"
#include "lib/status.h"

enum { PM_AFFINITY_CARDS = 40, PM_AFFINITY_QUERY_CARDS = 20 };

/* A feature of a query or draft: a term, or PM_MECHANISM_CONCEPT and a concept's name. */
struct pm_feature {
    const char *text;
    double count; /* saturated */
};

/* A mechanism that the query resembles. */
struct pm_affinity_card {
    uint32_t number; /* in the index */
    double weight;   /* its part of the query; they add up to 1 */
    const char *name, *en, *ja;
};

struct pm_affinity {
    struct pm_affinity_card cards[PM_AFFINITY_CARDS]; /* heaviest first */
    size_t n_cards;
    float *score;  /* by document id: the sum over cards of weight * z */
    int64_t limit; /* ids below it have a score */
    double best;   /* the highest score; 0: no document shows any of the cards */
    double cover;  /* 0 to 1: how much of the text the nearest card accounts for */
};

/* The cards that the features are nearest to, and every document's score by them. An
 * index without a catalogue, or features that no card has, give an affinity without
 * cards. Memory in a. */
enum pm_status pm_affinity_find(sqlite3 *db, enum pm_lang lang, const struct pm_feature *features,
                                size_t n, struct pm_arena *a, struct pm_affinity *out,
                                struct pm_error *err);

/* The same for a text whose nearness to each of the size cards is known (0 and less: not
 * at all), as of pm_draft_mechanisms(). */
enum pm_status pm_affinity_of_cards(sqlite3 *db, const float *nearness, size_t size,
                                    struct pm_arena *a, struct pm_affinity *out,
                                    struct pm_error *err);

/* A document's score; 0 for one that shows none of the cards. */
double pm_affinity_score(const struct pm_affinity *f, int64_t document);

/* The documents of the highest scores, best first; at most n. */
size_t pm_affinity_top(const struct pm_affinity *f, size_t n, int64_t *out);

/* The score of a document by card: parts[i] belongs to cards[i]; they add up to it. */
enum pm_status pm_affinity_parts(sqlite3 *db, const struct pm_affinity *f, int64_t document,
                                 double parts[PM_AFFINITY_CARDS], struct pm_error *err);

#endif
