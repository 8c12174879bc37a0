/* Pairs that a text teaches: 「コネクションプール（connection pool）」, "circuit breaker
 * (サーキットブレーカー)", 「SLO（Service Level Objective）」. */
#ifndef PM_TAUGHT_H
#define PM_TAUGHT_H

#include <stddef.h>

#include "lib/arena.h"
#include "lib/concept.h"

struct pm_taught {
    const char *name, *other; /* as they are written, before and inside the brackets */
    struct pm_form name_form, other_form;
};

struct pm_taught_list {
    struct pm_taught *items;
    size_t count, cap;
};

/* Append the pairs of a sentence, tokenized before; memory in a (not the tokens' arena).
 * Only what looks like two names of one thing is taken: no dates, numbers, addresses, no
 * remarks. PM_ENOMEM. */
enum pm_status pm_taught_find(const char *text, size_t len, const struct pm_tokens *tokens,
                              struct pm_arena *a, struct pm_taught_list *out);

#endif
