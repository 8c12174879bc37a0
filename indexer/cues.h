/* Cue phrases: which section a sentence speaks for when no heading says it. */
#ifndef PM_CUES_H
#define PM_CUES_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/dict.h"
#include "lib/norm.h"
#include "lib/section.h"

struct pm_cues;

/* Where a sentence stands, for the priors. */
struct pm_cue_place {
    bool first; /* the first sentence of the document */
    bool late;  /* in its last quarter */
    bool item;  /* a list item */
};

/* An empty set, or NULL when memory is out. */
struct pm_cues *pm_cues_new(void);

/* Read the table "cues": language, section, weight, pattern.
 *
 * A pattern is text, compared folded (FULL), that the sentence holds; " ... "
 * stands for at most 60 bytes of anything, a leading ^ for the sentence's start, a
 * trailing $ for its end (closing marks aside), a trailing * lets a Latin word go on.
 * Weights below zero speak against a section. Patterns with @ set numbers: @first,
 * @late and @item are priors, @threshold is the least score that counts. */
enum pm_status pm_cues_load(struct pm_cues *c, struct pm_dict *dict, struct pm_error *err);

/* Add one row of the table; line is for messages. */
enum pm_status pm_cues_add(struct pm_cues *c, const char *section, const char *weight,
                           const char *pattern, int line, struct pm_error *err);

/* Index what was added; before the first pm_cues_score. */
void pm_cues_ready(struct pm_cues *c);

/* Score a sentence that is already folded (FULL), without priors. The strongest cue
 * of a section counts whole, further ones half. */
void pm_cues_score(const struct pm_cues *c, const char *folded, size_t len,
                   double score[PM_SEC_COUNT]);

/* Add the priors of the place. */
void pm_cues_place(const struct pm_cues *c, const struct pm_cue_place *place,
                   double score[PM_SEC_COUNT]);

/* The section with the highest score at or above its threshold, or PM_SEC_COUNT. */
enum pm_section pm_cues_best(const struct pm_cues *c, const double score[PM_SEC_COUNT]);

void pm_cues_free(struct pm_cues *c);

#endif
