/* A mechanism card: one failure mechanism told in both languages, as a Markdown file
 * that reads well by itself. The format is in dict/README.md.
 */
#ifndef PM_CARD_H
#define PM_CARD_H

#include <stddef.h>

#include "lib/arena.h"
#include "lib/mechanism.h"
#include "lib/status.h"

enum pm_card_part {
    PM_CARD_TOLD,       /* how it is told */
    PM_CARD_SIGNATURES, /* log lines, error names, codes; under English alone */
    PM_CARD_CHECKS,     /* first checks */
    PM_CARD_FIXES,      /* what fixes it */
    PM_CARD_PREVENTION,
    PM_CARD_WATCH, /* the signal and the alert that would have told */
    PM_CARD_PARTS
};

/* The name of a part in the index ("told"); static. */
const char *pm_card_part_name(enum pm_card_part part);

/* Strings are UTF-8, NUL-terminated, in the arena of pm_card_read; never NULL. */
struct pm_card {
    const char *id;
    const char *names[PM_LANG_COUNT];
    const char *axis, *class;
    const char *related, *components; /* items separated by one space */
    const char *nots[PM_LANG_COUNT];  /* how it differs from its neighbours */
    const char *parts[PM_CARD_PARTS][PM_LANG_COUNT];
    int related_line, class_line; /* 1-based lines, for messages */
};

/* Read the card in text; file is its path or name for messages, and its stem must be the
 * card's id. A fault is PM_EDICT with "file:line: what is wrong". */
enum pm_status pm_card_read(const char *file, const char *text, size_t len, struct pm_arena *a,
                            struct pm_card *out, struct pm_error *err);

#endif
