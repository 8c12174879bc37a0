/* The exact score of one document, and the parts it is made of. */
#ifndef PM_SCORE_H
#define PM_SCORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/arena.h"
#include "query/plan.h"
#include "query/proximity.h"
#include "query/rank.h"

enum pm_part_kind {
    PM_PART_WORD,      /* a query word in a section */
    PM_PART_CONCEPT,   /* its concept, under whichever name */
    PM_PART_LEXICON,   /* its translation by the wider lexicon */
    PM_PART_NGRAM,     /* Japanese character bigrams that they share */
    PM_PART_NEAR,      /* two query words near each other */
    PM_PART_PHRASE,    /* two query words side by side in the query's order */
    PM_PART_MECHANISM, /* a failure mechanism that query and document both resemble */
    PM_PART_SUBSTRING, /* the query's text as it stands; gives no score */
    PM_PART_EVENT,     /* the draft's own event, told in another document */
};

/* One reason for a score. The shares of all parts add up to it. */
struct pm_part {
    enum pm_part_kind kind;
    const char *what;    /* the word(s) as the user wrote them */
    const char *name;    /* CONCEPT, MECHANISM: its id; LEXICON: translations; else NULL */
    const char *source;  /* LEXICON: which ones; else NULL */
    const char *en, *ja; /* CONCEPT, MECHANISM: names in both languages; else NULL */
    enum pm_section section;
    double share;
};

struct pm_parts {
    struct pm_part *items;
    size_t count, cap;
};

enum { PM_SCORE_GROUPS = 160 }; /* groups beyond are refused: plans do not have them */

/* What is stored of a document for scoring. */
struct pm_score_input {
    const void *vector; /* lib/vector.h */
    size_t vector_len;
    const void *concepts; /* the same with concepts for terms; NULL: none */
    size_t concepts_len;
};

/* Score a document: the sum of its words' and concepts' BM25F scores times the
 * coverage of the query. With parts (may be NULL; memory in a) also the shares
 * before coverage; *factor is the coverage to multiply them with. Bytes that make no
 * sense score 0. */
double pm_score_vector(const struct pm_plan *plan, const struct pm_rank_weights *w,
                       const struct pm_score_input *in, struct pm_arena *a, struct pm_parts *parts,
                       double *factor);

/* The bonus for neighbouring query words that stand near each other, before
 * coverage; parts as above. */
double pm_score_nearness(const struct pm_plan *plan, const struct pm_rank_weights *w,
                         const struct pm_positions *pos, struct pm_arena *a,
                         struct pm_parts *parts);

#endif
