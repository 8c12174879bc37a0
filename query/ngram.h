/* Character bigrams of Japanese text: what words miss when query and document are cut
 * apart differently. They are fused into the rank of the documents that words and
 * concepts have found; bigrams alone find nothing. */
#ifndef PM_NGRAM_H
#define PM_NGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/arena.h"
#include "lib/norm.h"
#include "lib/section.h"
#include "query/parse.h"
#include "query/rank.h"

enum { PM_NGRAM_MAX = 256 };

enum { PM_NGRAM_FILTER = 2048 };

/* The distinct bigrams of a query: pairs of Japanese characters, FULL-folded. */
struct pm_ngrams {
    uint64_t grams[PM_NGRAM_MAX]; /* two code points each, sorted */
    size_t count;
    uint64_t filter[PM_NGRAM_FILTER / 64]; /* a bit for each: most others are told by it */
};

/* How often each bigram of the query stands in one document. */
struct pm_ngram_counts {
    uint16_t count[PM_NGRAM_MAX];
    uint32_t length;                   /* bigrams of the document */
    uint32_t by_section[PM_SEC_COUNT]; /* matches */
};

/* Collect the bigrams of the clauses that are not negated. None: count is 0. */
enum pm_status pm_ngrams_of(const struct pm_query *q, struct pm_ngrams *out, struct pm_error *err);

/* Add one section's text to counts. fold is scratch memory. */
enum pm_status pm_ngrams_count(const struct pm_ngrams *g, enum pm_section section, const char *text,
                               size_t len, struct pm_folded *fold, struct pm_ngram_counts *counts);

/* Score n documents: BM25 over bigrams, whose document frequencies are taken among
 * these documents, times w->ngram. scores receives n values. */
void pm_ngrams_score(const struct pm_ngrams *g, const struct pm_rank_weights *w,
                     const struct pm_ngram_counts *docs, size_t n, double *scores);

#endif
