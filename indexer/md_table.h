/* Pipe tables, from raw lines: CommonMark knows none. */
#ifndef PM_MD_TABLE_H
#define PM_MD_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/buf.h"

/* One cell in a raw line: bytes from..to, blanks around it left out. */
struct pm_md_cell {
    size_t from;
    size_t to;
};

/* Cells of one line; reused from line to line. */
struct pm_md_cells {
    struct pm_md_cell *items; /* malloc'ed */
    size_t count;
    size_t cap;
    bool failed; /* memory ran out */
};

void pm_md_cells_free(struct pm_md_cells *c);

/* The columns of a delimiter row ("|---|:-:|"), or 0 when the line is none. A row
 * without any '|' is none (it is a heading's underline). */
size_t pm_md_delimiter(const char *line, size_t len);

/* Does the line hold a '|' that no backslash escapes? */
bool pm_md_has_pipe(const char *line, size_t len);

/* Split a line at its pipes. Escaped pipes never split. Pipes in code spans split
 * only when the row would otherwise have fewer than columns cells and splitting
 * there gives exactly that many (columns 0: not known, code spans stay whole). */
void pm_md_split(const char *line, size_t len, size_t columns, struct pm_md_cells *out);

/* Append a cell's source with "\|" turned into "|". */
void pm_md_cell_source(const char *line, const struct pm_md_cell *cell, struct pm_buf *out);

/* Does a table start at header, followed by line next? Gives its columns, or 0. */
size_t pm_md_table_at(const char *header, size_t header_len, const char *next, size_t next_len,
                      struct pm_md_cells *scratch);

#endif
