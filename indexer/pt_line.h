/* What single lines of plain text look like. */
#ifndef PM_PT_LINE_H
#define PM_PT_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "indexer/md_table.h"

struct pm_pt_bullet {
    size_t width; /* bytes of the mark and the blanks behind it */
    bool number;  /* "1." "(2)" "３）" "①" rather than a bullet */
};

/* Does the line (without its indent) start with a bullet or a number? */
bool pm_pt_bullet(const char *s, size_t len, struct pm_pt_bullet *out);

/* Columns of white space in front; a tab goes to the next multiple of 8, U+3000 is a
 * letter (Japanese paragraphs start with one). */
size_t pm_pt_indent(const char *s, size_t len);

/* A line of three or more of the same punctuation mark: that mark, else 0. */
char pm_pt_rule(const char *s, size_t len);

/* Is a line of that many bytes long enough to be the underline of the title? */
bool pm_pt_fits(const char *title, size_t title_len, size_t rule_len);

/* "== Impact ==" or "= Title": its level, with *at and *text_len its words; else 0. */
int pm_pt_marked_heading(const char *s, size_t len, size_t *at, size_t *text_len);

/* Does the line start and end with a pipe and hold another between? */
bool pm_pt_piped(const char *s, size_t len);

/* As pm_md_delimiter, and Org's "|---+---|" too. */
size_t pm_pt_delimiter(const char *s, size_t len);

/* "[x] text": 1 or 0, with s moved behind the box; -1 without one. */
int pm_pt_check_box(const char **s, size_t *len);

#endif
