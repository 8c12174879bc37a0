/* Ranking as a pure function of counts and weights: no SQLite, no text.
 *
 * BM25F after Robertson, Zaragoza and Taylor, "Simple BM25 extension to multiple
 * weighted fields" (CIKM 2004): a term's counts are weighted by section and added
 * up before saturation, so that a word in the title and in the cause is not
 * counted as two words:
 *
 *   tf = sum over s of weight[s] * count[s] / norm[s]
 *   norm[s] = 1 - b + b * (weighted length of the document / its mean)
 *   score = idf * tf * (k1 + 1) / (k1 + tf)
 *
 * idf = log(1 + (N - n + 0.5) / (n + 0.5)) is never negative, also where a word is
 * in more than half of the documents.
 */
#ifndef PM_RANK_H
#define PM_RANK_H

#include <stddef.h>
#include <stdint.h>

#include "lib/dict.h"
#include "lib/section.h"

struct pm_rank_weights {
    double section[PM_SEC_COUNT];
    double k1, b;
    double whole, part;     /* compounds and their parts */
    double concept;         /* a word met under any name of its concept */
    double concept_phrase;  /* the same for a name of several words */
    double concept_both;    /* factor of a concept where the word itself stands too */
    double lexicon[3];      /* a word met by a translation: taught, edict, sound */
    double lexicon_common;  /* share of documents from which on a translation says nothing */
    double ngram;           /* Japanese character bigrams */
    double ngram_alone;     /* how much more they count where mechanisms say nothing */
    double coverage;        /* exponent of the matched share of the query */
    double proximity;       /* per pair of neighbouring query words */
    double phrase;          /* per pair side by side in order */
    double not_incident;    /* factor */
    double mechanism;       /* the best document by mechanisms, to the best by words */
    double mechanism_cover; /* of the query by a card, from which on they count fully */
    double feedback;        /* the hit nearest to the first ones by mechanisms, to the best hit */
    double feedback_documents; /* how many are the first ones */
    double mechanism_least;    /* affinity from which on a document needs no word */
    double mechanism_alone;    /* cover that a query needs of which no word is found */
};

struct pm_rank_corpus {
    double documents;   /* N */
    double mean_length; /* of pm_rank_length() over the collection */
};

/* One query word in one document. */
struct pm_rank_match {
    double idf; /* times the word's own weight in the query */
    double count[PM_SEC_COUNT];
};

/* All weights, from dict/weights.tsv. */
void pm_rank_weights_read(struct pm_dict *dict, struct pm_rank_weights *out);

double pm_rank_idf(double documents, double df);

/* A document's weighted length in tokens. */
double pm_rank_length(const struct pm_rank_weights *w, const uint32_t length[PM_SEC_COUNT]);

/* The score of one word in a document of that weighted length; share[] receives the
 * parts by section, which add up to it. */
double pm_rank_bm25f(const struct pm_rank_weights *w, const struct pm_rank_corpus *c, double length,
                     const struct pm_rank_match *m, double share[PM_SEC_COUNT]);

/* The factor for holding `matched` of the query's `total` weight: 1 when all of it
 * is there, falling to 0 with the exponent w->coverage. */
double pm_rank_coverage(const struct pm_rank_weights *w, double matched, double total);

/* The bonus for two neighbouring query words whose nearest occurrences stand
 * distance words apart (0: never in reach) and, when ordered, in the query's order;
 * gap is their distance in the query. idf is the smaller of the two. */
double pm_rank_pair(const struct pm_rank_weights *w, double idf, uint32_t distance, int ordered,
                    uint32_t gap);

#endif
