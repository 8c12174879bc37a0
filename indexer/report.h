/* What a run did, for people and for programs. */
#ifndef PM_REPORT_H
#define PM_REPORT_H

#include <stddef.h>

#include "indexer/run.h"
#include "lib/buf.h"
#include "lib/ui.h"

struct pm_report_warning {
    const char *path;
    int line; /* 0: the whole file */
    const char *text;
};

struct pm_report_warnings {
    struct pm_report_warning *items;
    size_t count, cap;
};

/* Append the summary line, with the skipped files counted by reason. */
void pm_report_text(const struct pm_ui *ui, const struct pm_report *r, struct pm_buf *out);

/* Append the report as one JSON object and a newline. */
void pm_report_json(const struct pm_report *r, const struct pm_report_warnings *w, double seconds,
                    struct pm_buf *out);

/* Append "path:line: text" and a newline, harmless on a terminal. */
void pm_report_line(const char *path, int line, const char *text, struct pm_buf *out);

#endif
