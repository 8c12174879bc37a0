/* The lines of a text by number, and what stands in front of them. */
#ifndef PM_LINES_H
#define PM_LINES_H

#include <stdbool.h>
#include <stddef.h>

struct pm_lines {
    const char *text; /* borrowed */
    size_t len;
    size_t *start; /* offset of each line's first byte */
    size_t count;
};

/* Index the lines of text (LF, CRLF or CR end one, as in CommonMark). The text must
 * outlive l; false when memory is out. Free with pm_lines_free. */
bool pm_lines_init(struct pm_lines *l, const char *text, size_t len);
void pm_lines_free(struct pm_lines *l);

/* Line n, counted from 1, without its end; *len receives its bytes. A number outside
 * the text gives an empty line. */
const char *pm_line(const struct pm_lines *l, size_t n, size_t *len);

/* Skip blanks and up to quotes '>' marks in front of a line, shortening *len. */
const char *pm_line_unquote(const char *line, size_t *len, size_t quotes);

/* Narrow a string to what is between its blanks (space, tab, CR, LF, U+3000 not). */
const char *pm_trim(const char *s, size_t *len);

#endif
