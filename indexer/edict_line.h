/* One line of an EDICT file: a headword and the glosses of its senses. */
#ifndef PM_EDICT_LINE_H
#define PM_EDICT_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/arena.h"

enum { PM_EDICT_GLOSSES = 24 }; /* of a line; what follows is left out */

struct pm_edict_gloss {
    const char *text; /* "make a mistake": without "to", articles and what stands in brackets */
    int sense;        /* from 1 */
    int of_sense;     /* glosses that the sense has */
    bool computing;
};

struct pm_edict_line {
    const char *headword;
    struct pm_edict_gloss glosses[PM_EDICT_GLOSSES];
    size_t count;
    int senses;
    bool common; /* marked as a frequent word */
};

/* Read a line in UTF-8; texts in a. False for a line without a headword or a usable
 * gloss: particles, counters, interjections and what nobody writes any more are not. */
bool pm_edict_line_read(const char *line, size_t len, struct pm_arena *a,
                        struct pm_edict_line *out);

#endif
