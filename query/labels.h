/* A document's labels: the classes of causes that it shows, and of those the mechanisms that
 * it plainly shows. Found by pmindex (document_class, document_mechanism); read here. */
#ifndef PM_QUERY_LABELS_H
#define PM_QUERY_LABELS_H

#include <sqlite3.h>
#include <stdint.h>

#include "lib/arena.h"
#include "lib/section.h"
#include "lib/status.h"

struct pm_shown_label {
    const char *name, *en, *ja;    /* of the mechanism */
    const char *axis, *class_name; /* "cause", "pool-exhaustion" */
    const char *class_en, *class_ja;
    double confidence; /* 0 to 1 */
    enum pm_section section;
    const char *sentence; /* that shows it; UTF-8, one line */
    int line;             /* of the file where it starts */
};

struct pm_shown_class { /* of causes: "data-loss" */
    const char *name, *en, *ja;
    double confidence; /* 0 to 1 */
};

struct pm_shown_labels {
    struct pm_shown_label *items; /* most certain first */
    size_t count;
    struct pm_shown_class *classes; /* the same */
    size_t n_classes;
};

/* What reads labels, for one hit after the other: its statements are prepared at the first
 * and kept. {0} before it. */
struct pm_label_reader {
    sqlite3_stmt *labels, *classes;
};

/* Read the document's labels; memory in a. r is always used with the same db. */
enum pm_status pm_labels_read(struct pm_label_reader *r, sqlite3 *db, int64_t document,
                              struct pm_arena *a, struct pm_shown_labels *out,
                              struct pm_error *err);

/* Before db is closed; r is {0} then. */
void pm_label_reader_close(struct pm_label_reader *r);

/* Lines that end within the first len bytes of text: a sentence's line behind its section's. */
int pm_lines_before(const char *text, size_t len);

/* Part of a section's text as one line: white space becomes single spaces. */
const char *pm_one_line(struct pm_arena *a, const char *text, size_t len);

#endif
