#include "indexer/progress.h"

#include <string.h>
#include <unistd.h>

enum { BAR_COLUMNS = 30 };

static double seconds_since(const struct timespec *then)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - then->tv_sec) + (double)(now.tv_nsec - then->tv_nsec) / 1e9;
}

void pm_progress_start(struct pm_progress *p, FILE *out)
{
    *p = (struct pm_progress){.out = isatty(fileno(out)) ? out : NULL};
    (void)clock_gettime(CLOCK_MONOTONIC, &p->start);
    p->drawn = p->start;
}

void pm_progress_draw(struct pm_progress *p, size_t done, size_t all)
{
    if (p->out == NULL || all == 0 || seconds_since(&p->start) < 1 ||
        (p->shown && seconds_since(&p->drawn) < 0.1))
        return;
    char bar[BAR_COLUMNS + 1];
    size_t full = done * BAR_COLUMNS / all;
    memset(bar, '.', BAR_COLUMNS);
    memset(bar, '#', full > BAR_COLUMNS ? BAR_COLUMNS : full);
    bar[BAR_COLUMNS] = '\0';
    (void)fprintf(p->out, "\r[%s] %zu/%zu", bar, done, all);
    (void)fflush(p->out);
    (void)clock_gettime(CLOCK_MONOTONIC, &p->drawn);
    p->shown = true;
}

void pm_progress_clear(struct pm_progress *p)
{
    if (!p->shown)
        return;
    (void)fprintf(p->out, "\r%*s\r", BAR_COLUMNS + 24, "");
    (void)fflush(p->out);
    p->shown = false;
}

double pm_progress_seconds(const struct pm_progress *p)
{
    return seconds_since(&p->start);
}
