/* The second road: documents that hold the query's text although its words did not find
 * them. "Never a silent zero": any part of a document's title, headings or text, in any
 * width, case or kana form, finds that document.
 *
 * A document holds the query when it holds the query as typed, operators and all, or
 * when it passes the query's operators and holds the text that remains of it: each
 * phrase, and each run of words between operators, in its section. White space and what
 * else makes no difference is told in query/fold_text.h and query/needle.h. */
#ifndef PM_SUBSTRING_H
#define PM_SUBSTRING_H

#include <sqlite3.h>

#include "lib/arena.h"
#include "query/filter.h"
#include "query/needle.h"
#include "query/parse.h"
#include "query/plan.h"
#include "query/search.h"
#include "query/snippet.h"

/* Texts that must all be held by a document that passes the filter. */
struct pm_needle_set {
    struct pm_needle *needles;
    size_t n;
    const char *what; /* what they say, for people */
    struct pm_filter filter;
    bool negations; /* the plan's negated phrases count */
};

struct pm_substring {
    struct pm_needle_set sets[2]; /* as typed; what remains besides operators */
    size_t n_sets;                /* 0: no text at all */
};

/* What the command line said besides the query. */
struct pm_substring_limits {
    const struct pm_filter *options;  /* filters of the options */
    const struct pm_filter *combined; /* with those of the query */
    enum pm_section section;          /* --section, or PM_SEC_COUNT */
};

/* Compile the query of n arguments, parsed as q. Everything lives in a. */
enum pm_status pm_substring_make(const char *const *args, size_t n, const struct pm_query *q,
                                 const struct pm_substring_limits *limits, struct pm_arena *a,
                                 struct pm_substring *out, struct pm_error *err);

/* Find the documents that hold the query and are not among hits, and append the best of
 * them, at most room (0: all), to hits, with score 0 and one part: hits in the title
 * first, then in the cause, then others; among these by number of matches, then by id.
 * *total receives how many there are. Reads every document's folded text. */
enum pm_status pm_substring_find(sqlite3 *db, const struct pm_substring *sub,
                                 const struct pm_plan *plan, size_t room, struct pm_arena *a,
                                 struct pm_hits *hits, size_t *total, struct pm_error *err);

/* The line of the original text where a hit of this road stands, with it marked. */
enum pm_status pm_substring_snippet(sqlite3 *db, const struct pm_substring *sub,
                                    const struct pm_hit *hit, struct pm_arena *a,
                                    struct pm_snippet *out, struct pm_error *err);

/* The first place at which a literal needle stands in len bytes of s, from offset from
 * on: [*start, *end) of s. fold is scratch memory. PM_ENOTFOUND: nowhere. */
enum pm_status pm_substring_literal(const struct pm_needle *nd, const char *s, size_t len,
                                    size_t from, struct pm_folded *fold, size_t *start,
                                    size_t *end);

#endif
