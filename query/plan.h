/* A parsed query met with the index: terms with their document frequencies, and
 * the groups in which they are scored. */
#ifndef PM_PLAN_H
#define PM_PLAN_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "lib/arena.h"
#include "lib/concept.h"
#include "lib/tokenizer.h"
#include "query/affinity.h"
#include "query/lexicon.h"
#include "query/parse.h"
#include "query/rank.h"

/* A distinct index term. */
struct pm_plan_term {
    const char *text;
    uint32_t id; /* 0: no document has it */
    uint32_t df; /* documents that hold it */
};

enum pm_group_kind {
    PM_GROUP_WORD,    /* a word as the user wrote it */
    PM_GROUP_CONCEPT, /* what it means, under whichever name (lib/concept.h) */
    PM_GROUP_LEXICON, /* its translations by the wider lexicon */
};

/* One scoring unit. A query word fills a slot; its groups are ways to meet it. */
struct pm_plan_group {
    enum pm_group_kind kind;
    const char *label;     /* as the user wrote it */
    const char *name;      /* CONCEPT: its id in the dictionary; LEXICON: the translations */
    const char *source;    /* LEXICON: which ones, "taught, edict"; else NULL */
    const char *en, *ja;   /* CONCEPT: its first names in both languages; else NULL */
    const uint32_t *terms; /* indices into pm_plan.terms; none for CONCEPT */
    const double *weights; /* of each term's counts; NULL: 1 each */
    size_t n_terms;
    uint32_t concept;     /* number in the index; 0: none */
    const void *postings; /* CONCEPT: documents (lib/concept.h, deltas), in the arena */
    size_t postings_len;
    uint32_t df;             /* documents that hold any of it */
    enum pm_section section; /* PM_SEC_COUNT: anywhere */
    uint32_t position;       /* word position in the query */
    uint32_t slot, slot_end; /* slots that it fills: [slot, slot_end) */
    double weight;           /* in the query, before idf */
    double idf;              /* idf times weight */
    bool whole;              /* a compound whose parts are groups of their own */
};

/* A name of one of the plan's concepts, or a translation of several words, to find it in a
 * token stream. */
struct pm_plan_form {
    uint32_t group;
    const uint32_t *terms; /* indices into pm_plan.terms */
    struct pm_form shape;
    double weight; /* of a translation's counts */
};

/* Words that must (or, negated, must not) stand side by side. One word alone is a
 * phrase too: "-word" is a negated one. */
struct pm_plan_phrase {
    const uint32_t *terms;   /* indices into pm_plan.terms */
    const uint32_t *offsets; /* their positions relative to the first */
    size_t n_terms;
    enum pm_section section;
    bool negated;
    const char *text; /* as typed, where it holds stop words; else NULL */
    size_t len;
};

enum { PM_ID_FILTER = 4096 };

struct pm_plan {
    struct pm_plan_term *terms;
    size_t n_terms, terms_cap;
    struct pm_plan_group *groups;
    size_t n_groups, groups_cap;
    struct pm_plan_phrase *phrases;
    size_t n_phrases, phrases_cap;
    struct pm_plan_form *forms;
    size_t n_forms, forms_cap;
    uint32_t *by_id; /* indices of the terms that the index has, by id */
    size_t n_by_id;
    uint64_t id_filter[PM_ID_FILTER / 64]; /* a bit for each of their ids */
    uint32_t *scored;                      /* those of them that groups count, by id */
    size_t n_scored;
    uint32_t *by_concept; /* indices of the groups that have a concept, by its number */
    size_t n_by_concept;
    double *slots; /* the worth of each slot: the idf of its best group */
    size_t n_slots;
    double total;                /* their sum */
    struct pm_feature *features; /* what the mechanisms are asked by: words and concepts */
    size_t n_features, features_cap;
    enum pm_lang lang; /* of the query, by its letters */
    struct pm_rank_corpus corpus;
};

/* The index in p->terms of the term with that number in the index, or p->n_terms. */
size_t pm_plan_find(const struct pm_plan *p, uint32_t id);

/* Make the plan of q, with translations by the lexicon (NULL: without). Everything lives in a. A
 * query without a usable word gives a plan without groups. */
enum pm_status pm_plan_make(sqlite3 *db, struct pm_tokenizer *t, const struct pm_query *q,
                            const struct pm_rank_weights *w, struct pm_lexicon *lexicon,
                            struct pm_arena *a, struct pm_plan *out, struct pm_error *err);

#endif
