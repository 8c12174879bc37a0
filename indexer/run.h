/* One run of pmindex: compare, analyse, write, commit. */
#ifndef PM_RUN_H
#define PM_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "indexer/document.h"
#include "indexer/walk.h"
#include "lib/arena.h"
#include "lib/status.h"
#include "lib/tokenizer.h"

enum pm_event { PM_EVENT_ADDED, PM_EVENT_CHANGED, PM_EVENT_RENAMED, PM_EVENT_REMOVED };

/* What the caller wants to hear; each may be NULL. */
struct pm_hooks {
    void *ctx;
    void (*locked)(void *ctx); /* the write lock is held: from here on, stop() is asked */
    bool (*stop)(void *ctx);   /* true: finish early, keep what is done */
    void (*progress)(void *ctx, size_t done, size_t all);
    void (*event)(void *ctx, enum pm_event event, const char *path);
    void (*warning)(void *ctx, const char *path, int line, const char *text);
};

struct pm_run_options {
    const char *index;
    const char *const *paths;
    size_t n_paths; /* none: the known roots */
    const char *const *forget;
    size_t n_forget; /* roots to remove first */
    bool rebuild;
    unsigned threads;
    uint64_t max_bytes;
};

/* Strings live in the arena given to pm_run(). */
struct pm_report {
    size_t added, changed, renamed, removed, unchanged;
    struct pm_skip *skips;
    size_t n_skips, skips_cap;
    const char **troubles;
    size_t n_troubles, troubles_cap; /* messages; the run went on */
    int64_t documents;               /* in the index now */
    bool nothing;                    /* nothing had changed, nothing was written */
    bool interrupted;
    bool rederived; /* concepts were derived anew from what is stored */
    bool refreshed; /* everything was read again: the analysis has changed */
};

/* Do it. The index is as before unless PM_OK comes back. */
enum pm_status pm_run(const struct pm_run_options *opt, struct pm_dict *dict,
                      const struct pm_hooks *hooks, struct pm_arena *a, struct pm_report *report,
                      struct pm_error *err);

#endif
