/* Headings in either language to canonical sections. */
#ifndef PM_HEADING_H
#define PM_HEADING_H

#include <stdbool.h>
#include <stddef.h>

#include "indexer/namemap.h"
#include "lib/dict.h"
#include "lib/section.h"

struct pm_headings {
    struct pm_namemap names;
};

/* What a heading's wording alone says. */
struct pm_heading_match {
    enum pm_section section; /* PM_SEC_COUNT: nothing known in it */
    bool meta;               /* the section is metadata (then section is PM_SEC_OTHER) */
    bool exact;              /* the whole heading is a known name, numbering and glosses aside */
    bool strong;             /* keeps its meaning below any parent */
};

/* Read the table "headings": section name or "meta", strength ("strong", "weak",
 * or "alone": weak, and never as a part of a longer heading), name. */
enum pm_status pm_headings_load(struct pm_headings *h, struct pm_dict *dict, struct pm_error *err);

/* Add one row of the table; line is for messages. */
enum pm_status pm_headings_add(struct pm_headings *h, const char *section, const char *strength,
                               const char *name, int line, struct pm_error *err);

/* Match a heading as written: numbering (1. (2) １．), decoration (■ ● 【】 ▼), glosses
 * in parentheses and trailing colons do not matter; then known names are looked for
 * at its end and its start. PM_ENOMEM is the only failure. */
enum pm_status pm_headings_match(const struct pm_headings *h, const char *text, size_t len,
                                 struct pm_heading_match *out);

/* Does the text start with one of the marks that stand for a heading in Japanese
 * plain text (■ ● ◆ ▼ □ ◇ 【)? */
bool pm_heading_decorated(const char *text, size_t len);

void pm_headings_free(struct pm_headings *h);

/* What section a child heading gives, below a parent that is already resolved
 * (parent may be NULL): the parent decides what an ambiguous one means. */
struct pm_heading_match pm_heading_under(const struct pm_heading_match *parent,
                                         const struct pm_heading_match *child);

#endif
