#include "indexer/update.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct stored {
    int64_t id;
    const char *rel;
    const char *path;
    int64_t size, mtime_ns;
    uint64_t inode;
    unsigned char hash[16];
};

struct compare {
    const struct pm_root *root;
    struct pm_arena *arena;
    struct pm_update *out;
    struct pm_error *err;
    bool single; /* the root is a file */
    bool force;
    struct stored *stored; /* the documents of the root, or of its part, by rel */
    size_t n_stored, cap;
};

static enum pm_status out_of_memory(struct pm_error *err)
{
    return pm_fail(err, PM_ENOMEM, "out of memory");
}

static bool is_folder(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static const char *blob(sqlite3_stmt *stmt, int col, struct pm_arena *a)
{
    const void *p = sqlite3_column_blob(stmt, col);
    return pm_arena_strndup(a, p == NULL ? "" : p, (size_t)sqlite3_column_bytes(stmt, col));
}

static enum pm_status add_stored(struct compare *c, sqlite3_stmt *stmt)
{
    struct stored s = {.id = sqlite3_column_int64(stmt, 0),
                       .rel = blob(stmt, 1, c->arena),
                       .size = sqlite3_column_int64(stmt, 2),
                       .mtime_ns = sqlite3_column_int64(stmt, 3),
                       .inode = (uint64_t)sqlite3_column_int64(stmt, 4),
                       .path = blob(stmt, 6, c->arena)};
    if (sqlite3_column_bytes(stmt, 5) == (int)sizeof s.hash)
        memcpy(s.hash, sqlite3_column_blob(stmt, 5), sizeof s.hash);
    struct stored *grown =
        pm_arena_grow(c->arena, c->stored, c->n_stored, c->n_stored + 1, sizeof *grown, &c->cap);
    if (grown == NULL || s.rel == NULL || s.path == NULL)
        return out_of_memory(c->err);
    c->stored = grown;
    if (c->root->scope == NULL || pm_path_inside(c->root->scope, s.rel, NULL))
        grown[c->n_stored++] = s;
    return PM_OK;
}

static enum pm_status load_stored(struct compare *c, sqlite3 *db)
{
    static const char sql[] = "SELECT id, rel, size, mtime_ns, inode, hash, path FROM document"
                              " WHERE root_id = ?1 ORDER BY rel";
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
        return pm_fail(c->err, PM_EDB, "unable to read the index: %s", sqlite3_errmsg(db));
    (void)sqlite3_bind_int64(stmt, 1, c->root->id);
    enum pm_status st = PM_OK;
    while (st == PM_OK && sqlite3_step(stmt) == SQLITE_ROW)
        st = add_stored(c, stmt);
    (void)sqlite3_finalize(stmt);
    return st;
}

static const char *join(struct pm_arena *a, const char *folder, const char *rel)
{
    size_t len = strlen(folder);
    const char *slash = len > 0 && folder[len - 1] == '/' ? "" : "/";
    return pm_arena_printf(a, "%s%s%s", folder, slash, rel);
}

/* The path for people of a file of this root. */
static const char *shown(const struct compare *c, const char *rel)
{
    return c->single ? c->root->given : join(c->arena, c->root->given, rel);
}

static enum pm_status add_task(struct compare *c, const struct pm_file *f, const char *rel,
                               const struct stored *s)
{
    struct pm_update *u = c->out;
    size_t jobs_cap = u->tasks_cap;
    struct pm_task *tasks =
        pm_arena_grow(c->arena, u->tasks, u->n_tasks, u->n_tasks + 1, sizeof *tasks, &u->tasks_cap);
    struct pm_job *jobs =
        pm_arena_grow(c->arena, u->jobs, u->n_tasks, u->n_tasks + 1, sizeof *jobs, &jobs_cap);
    const char *path = shown(c, rel);
    if (tasks == NULL || jobs == NULL || path == NULL)
        return out_of_memory(c->err);
    u->tasks = tasks;
    u->jobs = jobs;
    tasks[u->n_tasks] = (struct pm_task){.id = s == NULL ? 0 : s->id,
                                         .place = {.root_id = c->root->id,
                                                   .rel = rel,
                                                   .path = path,
                                                   .size = f->size,
                                                   .mtime_ns = f->mtime_ns,
                                                   .inode = f->inode}};
    jobs[u->n_tasks] = (struct pm_job){
        .real = f->real, .path = path, .size = f->size, .known = s != NULL && !c->force};
    if (s != NULL)
        memcpy(jobs[u->n_tasks].hash, s->hash, sizeof s->hash);
    u->n_tasks++;
    return PM_OK;
}

/* The file is not among those found: is it gone, or left out on purpose, or only
 * out of sight? */
static bool out_of_sight(const char *real)
{
    struct stat st;
    if (lstat(real, &st) != 0)
        return errno != ENOENT && errno != ENOTDIR;
    return access(real, R_OK) != 0 && errno == EACCES;
}

static enum pm_status add_gone(struct compare *c, const struct stored *s)
{
    const char *real = c->single ? c->root->real : join(c->arena, c->root->real, s->rel);
    if (real == NULL)
        return out_of_memory(c->err);
    if (out_of_sight(real)) {
        c->out->n_unchanged++;
        return PM_OK;
    }
    struct pm_update *u = c->out;
    struct pm_gone *grown =
        pm_arena_grow(c->arena, u->gone, u->n_gone, u->n_gone + 1, sizeof *grown, &u->gone_cap);
    if (grown == NULL)
        return out_of_memory(c->err);
    u->gone = grown;
    grown[u->n_gone++] = (struct pm_gone){.id = s->id, .path = s->path};
    return PM_OK;
}

static bool looks_same(const struct pm_file *f, const struct stored *s)
{
    return f->size == s->size && f->mtime_ns == s->mtime_ns && f->inode == s->inode;
}

/* The path relative to the root of a file found below the part looked at. */
static const char *root_relative(const struct compare *c, const struct pm_file *f)
{
    const char *scope = c->root->scope;
    const char *base = scope == NULL ? NULL : strrchr(scope, '/');
    if (scope == NULL)
        return f->rel;
    /* a part that is a file: its name comes as rel */
    if (strcmp(f->rel, base == NULL ? scope : base + 1) == 0 &&
        !is_folder(join(c->arena, c->root->real, scope)))
        return scope;
    return join(c->arena, scope, f->rel);
}

static enum pm_status merge(struct compare *c, const struct pm_walk *w)
{
    size_t i = 0, k = 0;
    enum pm_status st = PM_OK;
    while (st == PM_OK && (i < w->n_files || k < c->n_stored)) {
        const struct pm_file *f = i < w->n_files ? &w->files[i] : NULL;
        const struct stored *s = k < c->n_stored ? &c->stored[k] : NULL;
        const char *rel = f == NULL ? NULL : root_relative(c, f);
        if (f != NULL && rel == NULL)
            return out_of_memory(c->err);
        int order = f == NULL ? 1 : s == NULL ? -1 : strcmp(rel, s->rel);
        if (s != NULL && order > 0)
            st = add_gone(c, s);
        else if (f != NULL && (s == NULL || order < 0))
            st = add_task(c, f, rel, NULL);
        else if (f != NULL && s != NULL && (c->force || !looks_same(f, s)))
            st = add_task(c, f, rel, s);
        else
            c->out->n_unchanged++;
        i += order <= 0;
        k += order >= 0;
    }
    return st;
}

static enum pm_status copy_skips(struct compare *c, const struct pm_walk *w)
{
    struct pm_update *u = c->out;
    for (size_t i = 0; i < w->n_skips; i++) {
        const char *rest;
        const char *path = w->skips[i].path;
        if (pm_path_inside(c->root->real, path, &rest))
            path = *rest == '\0' ? c->root->given : join(c->arena, c->root->given, rest);
        struct pm_skip *grown = pm_arena_grow(c->arena, u->skips, u->n_skips, u->n_skips + 1,
                                              sizeof *grown, &u->skips_cap);
        if (grown == NULL || path == NULL)
            return out_of_memory(c->err);
        u->skips = grown;
        grown[u->n_skips++] = (struct pm_skip){.path = path, .reason = w->skips[i].reason};
    }
    return PM_OK;
}

enum pm_status pm_update_compare(sqlite3 *db, const struct pm_root *root,
                                 const struct pm_walk_options *opt, bool force, struct pm_arena *a,
                                 struct pm_update *out, struct pm_error *err)
{
    struct compare c = {.root = root, .arena = a, .out = out, .err = err, .force = force};
    struct pm_walk walk = {0};
    c.single = !is_folder(root->real);
    const char *start = root->scope == NULL ? root->real : join(a, root->real, root->scope);
    if (start == NULL)
        return out_of_memory(err);
    enum pm_status st = pm_walk_root(start, opt, a, &walk, err);
    if (st == PM_OK)
        st = load_stored(&c, db);
    if (st == PM_OK)
        st = merge(&c, &walk);
    return st == PM_OK ? copy_skips(&c, &walk) : st;
}

struct pair { /* a task with its job, for sorting */
    struct pm_task task;
    struct pm_job job;
    size_t order;
};

/* Ascending ids keep FTS5 from writing a segment for each document. */
static int by_turn(const void *a, const void *b)
{
    const struct pair *x = a, *y = b;
    if ((x->task.id == 0) != (y->task.id == 0))
        return x->task.id == 0 ? 1 : -1;
    if (x->task.id != y->task.id)
        return x->task.id < y->task.id ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

static int by_id(const void *a, const void *b)
{
    const struct pm_gone *x = a, *y = b;
    return (x->id > y->id) - (x->id < y->id);
}

enum pm_status pm_update_order(struct pm_update *u, struct pm_arena *a, struct pm_error *err)
{
    struct pair *pairs = pm_arena_calloc(a, u->n_tasks + 1, sizeof *pairs);
    if (pairs == NULL)
        return out_of_memory(err);
    for (size_t i = 0; i < u->n_tasks; i++)
        pairs[i] = (struct pair){u->tasks[i], u->jobs[i], i};
    qsort(pairs, u->n_tasks, sizeof *pairs, by_turn);
    for (size_t i = 0; i < u->n_tasks; i++) {
        u->tasks[i] = pairs[i].task;
        u->jobs[i] = pairs[i].job;
    }
    if (u->n_gone > 0)
        qsort(u->gone, u->n_gone, sizeof *u->gone, by_id);
    return PM_OK;
}

static const char *extension(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *dot = strrchr(slash == NULL ? path : slash, '.');
    return dot == NULL ? "" : dot;
}

enum pm_status pm_update_find_moved(sqlite3 *db, const unsigned char hash[16], const char *path,
                                    struct pm_arena *a, int64_t *id, const char **title,
                                    struct pm_error *err)
{
    static const char sql[] =
        "SELECT d.id, CAST(r.real || '/' || d.rel AS BLOB), d.rel, d.title, r.real FROM document d"
        " JOIN root r ON r.id = d.root_id WHERE d.hash = ?1 ORDER BY d.id";
    sqlite3_stmt *stmt = NULL;
    *id = 0;
    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
        return pm_fail(err, PM_EDB, "unable to read the index: %s", sqlite3_errmsg(db));
    (void)sqlite3_bind_blob(stmt, 1, hash, 16, SQLITE_STATIC);
    while (*id == 0 && sqlite3_step(stmt) == SQLITE_ROW) {
        struct stat st;
        const char *real = blob(stmt, 1, a), *rel = blob(stmt, 2, a), *root = blob(stmt, 4, a);
        if (real == NULL || rel == NULL || root == NULL)
            break;
        bool single = stat(root, &st) == 0 && !S_ISDIR(st.st_mode);
        bool gone = lstat(single ? root : real, &st) != 0 && (errno == ENOENT || errno == ENOTDIR);
        if (!gone || strcmp(extension(rel), extension(path)) != 0)
            continue;
        *id = sqlite3_column_int64(stmt, 0);
        *title = pm_arena_strdup(a, (const char *)sqlite3_column_text(stmt, 3));
    }
    (void)sqlite3_finalize(stmt);
    return PM_OK;
}
