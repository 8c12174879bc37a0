/* Tab-separated tables: UTF-8, one row a line, '#' at the start of a line is a
 * comment, blank lines are nothing. A column holds any text without a tab. */
#ifndef PM_TSV_H
#define PM_TSV_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/buf.h"

struct pm_tsv {
    const char *text; /* the file's bytes; the caller's, must outlive the reading */
    size_t len;
    size_t pos;
    int line;          /* 1-based number of the row read last */
    const char **cols; /* columns of the row read last, NUL-terminated */
    int n;             /* how many */
    const char *fault; /* NULL, or what is wrong with the row; static storage */
    struct pm_buf row; /* private: the row with NULs for tabs */
    size_t cap;        /* private: room in cols */
};

/* Start reading len bytes at text; a BOM is passed over. */
void pm_tsv_open(struct pm_tsv *t, const char *text, size_t len);

/* The next row, with cols, n and line set until the call after. A faulty row (not
 * UTF-8, a NUL byte, every column empty, memory out) has fault set and n = 0, and
 * reading can go on. False at the end. */
bool pm_tsv_next(struct pm_tsv *t);

/* Free what the reading took; the text is the caller's. */
void pm_tsv_close(struct pm_tsv *t);

#endif
