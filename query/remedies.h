/* What helped in a past incident: the sentences that tell what put it right, and what was
 * promised against its return. */
#ifndef PM_REMEDIES_H
#define PM_REMEDIES_H

#include <sqlite3.h>
#include <stdint.h>

#include "lib/arena.h"
#include "lib/dict.h"
#include "lib/section.h"
#include "lib/status.h"

struct pm_remedy {
    const char *text; /* UTF-8, one line */
    enum pm_section section;
    const char *state; /* of an action item: "open", "done", "dropped", or NULL */
    const char *kind;  /* of an action item: "prevent", "detect"..., or NULL */
    int line;          /* of the file */
};

struct pm_remedies {
    struct pm_remedy *fixes; /* what put it right, in the document's order; never what was
                                tried in vain */
    size_t n_fixes;
    struct pm_remedy *actions; /* action items; where there are none, the sentences of
                                  the prevention sections */
    size_t n_actions;
    struct pm_remedy *wrongs; /* what went wrong in the response, where a heading says so */
    size_t n_wrongs;
};

/* The words by which responses are told, from dict/remedies.tsv. */
enum pm_remedy_kind { PM_REMEDY_DEED, PM_REMEDY_STATE, PM_REMEDY_FUTILE, PM_REMEDY_WRONG };

struct pm_remedy_cues {
    struct pm_remedy_cue {
        enum pm_remedy_kind kind;
        const char *text, *lang;
        unsigned start; /* a hash of the first bytes of text */
    } * items;
    size_t count, cap;
};

enum pm_status pm_remedy_cues_read(struct pm_dict *dict, struct pm_arena *a,
                                   struct pm_remedy_cues *out, struct pm_error *err);

/* How many of each to read at most. */
struct pm_remedy_limits {
    size_t fixes, actions, wrongs;
};

/* Read those of a document; memory in a. */
enum pm_status pm_remedies_read(sqlite3 *db, const struct pm_remedy_cues *cues, int64_t document,
                                const struct pm_remedy_limits *max, struct pm_arena *a,
                                struct pm_remedies *out, struct pm_error *err);

#endif
