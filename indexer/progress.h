/* A progress bar on a terminal, for runs that take longer than a second. */
#ifndef PM_PROGRESS_H
#define PM_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <time.h>

struct pm_progress {
    FILE *out;             /* NULL: no bar at all */
    struct timespec start; /* of the run */
    struct timespec drawn; /* when the bar was drawn last */
    bool shown;            /* the bar stands on the terminal's line */
};

/* Start the clock; there is a bar only if out is a terminal. */
void pm_progress_start(struct pm_progress *p, FILE *out);

/* done of all are done: draw, at most ten times a second. */
void pm_progress_draw(struct pm_progress *p, size_t done, size_t all);

/* Wipe the bar off, before other text is printed and at the end. */
void pm_progress_clear(struct pm_progress *p);

/* Seconds since the start. */
double pm_progress_seconds(const struct pm_progress *p);

#endif
