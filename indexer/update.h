/* What has changed: the files that are there against the documents that are stored. */
#ifndef PM_UPDATE_H
#define PM_UPDATE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "indexer/pipeline.h"
#include "indexer/roots.h"
#include "indexer/walk.h"
#include "indexer/writer.h"

/* A file to read, and where its result goes. */
struct pm_task {
    int64_t id;            /* the stored document, or 0: a new one */
    struct pm_place place; /* its hash is set when the file was read */
};

struct pm_gone {
    int64_t id;
    const char *path; /* as given */
    bool moved;       /* a new file turned out to be this document */
};

struct pm_update {
    struct pm_task *tasks; /* stored documents in order of id, then new ones by path */
    struct pm_job *jobs;   /* the same files for the pipeline */
    size_t n_tasks, tasks_cap;
    struct pm_gone *gone; /* in order of id */
    size_t n_gone, gone_cap;
    struct pm_skip *skips; /* paths as given */
    size_t n_skips, skips_cap;
    size_t n_unchanged;
};

/* Compare one root, of which the folder or file is there, and add what is to be
 * done to out; memory in a. force reads files that look unchanged too. A stored
 * document whose file exists but cannot be seen now (permissions) is left alone. */
enum pm_status pm_update_compare(sqlite3 *db, const struct pm_root *root,
                                 const struct pm_walk_options *opt, bool force, struct pm_arena *a,
                                 struct pm_update *out, struct pm_error *err);

/* Put tasks and gone into their final order, once all roots were compared. */
enum pm_status pm_update_order(struct pm_update *u, struct pm_arena *a, struct pm_error *err);

/* The stored document that a new file with this content is the new place of: same
 * bytes, same extension, and no file where it was. *id is 0 when there is none;
 * *title is the stored title. */
enum pm_status pm_update_find_moved(sqlite3 *db, const unsigned char hash[16], const char *path,
                                    struct pm_arena *a, int64_t *id, const char **title,
                                    struct pm_error *err);

#endif
