/* The outline of a document: which section each stretch of it belongs to, and the
 * sections written out. */
#ifndef PM_OUTLINE_H
#define PM_OUTLINE_H

#include <stdbool.h>
#include <stddef.h>

#include "indexer/block.h"
#include "indexer/frontmatter.h"
#include "indexer/reader.h"
#include "lib/incident.h"

/* A block, or a labelled part of one ("**Impact:** ..."), and where it belongs. */
struct pm_unit {
    struct pm_block b;   /* its own slice of the block; line is its own */
    size_t label;        /* bytes in front of b.text's value: "Impact: "; else 0 */
    const char *heading; /* the nearest heading as written, or NULL */
    enum pm_section section;
    bool is_heading; /* b is a heading and no text */
    bool plain_name; /* and nothing but a section's name */
    bool labelled;   /* the label named the section */
    bool loose;      /* no heading says what it is: cues may */
    bool lead;       /* loose, and before the first heading behind the title */
    bool meta;       /* metadata: no text of the incident */
    bool timed;      /* starts with a time of day, in a run of such units */
    int kind;        /* enum pm_action_kind that headings above it say, or 0 */
};

struct pm_outline {
    struct pm_unit *units;
    size_t count;
    size_t cap;
    const char *title; /* the heading that names the document, or NULL */
    int headed;        /* how many canonical sections have a heading or a label */
    bool headed_cause; /* one of them is the cause, and it says something */
};

/* Cut the blocks into units (memory in a) and give each its section by headings,
 * labels and times. r is only read. */
enum pm_status pm_outline_build(const struct pm_reader *r, struct pm_arena *a,
                                const struct pm_blocks *blocks, struct pm_outline *out,
                                struct pm_error *err);

/* Put text told in the front matter (summary, or under the name of a section) before
 * the body's units. Labels are the keys as written. */
enum pm_status pm_outline_front(const struct pm_reader *r, struct pm_arena *a,
                                const struct pm_metas *metas, struct pm_outline *out,
                                struct pm_error *err);

/* Append block b, or what it falls into at lines that carry a label, a known
 * heading or a mark (■ 【】). */
enum pm_status pm_outline_split(const struct pm_reader *r, struct pm_arena *a,
                                const struct pm_block *b, struct pm_outline *out);

/* Write the sections of the outline into inc, in document order: text under
 * headings whole, the rest sentence by sentence as the cues say. */
enum pm_status pm_outline_write(const struct pm_reader *r, const struct pm_outline *o,
                                struct pm_incident *inc, struct pm_error *err);

/* Append a section text to inc; strings are copied. */
enum pm_status pm_outline_section(struct pm_incident *inc, enum pm_section section,
                                  const char *heading, const char *text, size_t len, int line);

/* The text of a unit as a reader sees it, in arena a: soft line breaks become a
 * space, or nothing between Japanese characters; code and metadata keep theirs.
 * A label that names the section is left out. *starts (may be NULL) receives the
 * offset at which each of the *n_starts source lines begins. NULL: out of memory. */
const char *pm_unit_text(struct pm_arena *a, const struct pm_unit *u, size_t *len, size_t **starts,
                         size_t *n_starts);

/* Bytes of the label in front of the line s ("Impact: ", "**Date** : "), with the
 * blanks behind its colon; 0 when it has none. *name is the label's own length. */
size_t pm_label_at(const char *s, size_t len, size_t *name);

#endif
