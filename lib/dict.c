#include "lib/dict.h"

#include <limits.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/arena.h"
#include "lib/buf.h"
#include "lib/dburi.h"

struct named { /* a table's hash or a weight's value */
    const char *name;
    const char *hash;
    double value;
};

struct list {
    struct named *items;
    size_t count, cap;
    bool loaded;
};

struct pm_dict {
    sqlite3 *db;
    struct pm_arena arena;
    const char *dir;
    struct list hashes;
    struct list weights; /* sorted by name */
};

/* The folder of the running program's folder, then "share/pmsearch" in it. */
static const char *beside_program(struct pm_arena *a)
{
    char exe[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
    if (n <= 0)
        return NULL;
    exe[n] = '\0';
    for (int up = 0; up < 2; up++) {
        char *slash = strrchr(exe, '/');
        if (slash == NULL)
            return NULL;
        *slash = '\0';
    }
    return pm_arena_printf(a, "%s/share/pmsearch", exe);
}

static bool holds_dict(const char *dir)
{
    char path[PATH_MAX];
    int n = snprintf(path, sizeof path, "%s/pmsearch.dict", dir);
    return n > 0 && (size_t)n < sizeof path && access(path, R_OK) == 0;
}

enum pm_status pm_dict_open(struct pm_dict **out, struct pm_error *err)
{
    *out = NULL;
    const char *dir = getenv("PMSEARCH_DATA");
    if (dir != NULL && *dir != '\0')
        return pm_dict_open_dir(dir, out, err);
    struct pm_arena arena = {0};
    dir = beside_program(&arena);
    if (dir == NULL || !holds_dict(dir))
        dir = PM_PREFIX "/share/pmsearch";
    enum pm_status st = pm_dict_open_dir(dir, out, err);
    pm_arena_free(&arena);
    return st;
}

static enum pm_status connect(const char *path, sqlite3 **db, struct pm_error *err)
{
    char *uri = pm_db_uri(path, "mode=ro&immutable=1");
    if (uri == NULL)
        return pm_fail(err, PM_ENOMEM, "out of memory");
    int rc = sqlite3_open_v2(uri, db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX,
                             NULL);
    free(uri);
    if (rc != SQLITE_OK)
        return pm_fail(err, PM_EDICT, "unable to open the dictionary '%s': %s", path,
                       *db != NULL ? sqlite3_errmsg(*db) : "out of memory");
    return PM_OK;
}

enum pm_status pm_dict_open_dir(const char *dir, struct pm_dict **out, struct pm_error *err)
{
    *out = NULL;
    struct pm_dict *d = calloc(1, sizeof *d);
    if (d == NULL)
        return pm_fail(err, PM_ENOMEM, "out of memory");
    const char *path = pm_arena_printf(&d->arena, "%s/pmsearch.dict", dir);
    d->dir = pm_arena_strdup(&d->arena, dir);
    enum pm_status st =
        path == NULL || d->dir == NULL ? pm_fail(err, PM_ENOMEM, "out of memory")
        : access(path, R_OK) != 0
            ? pm_fail(err, PM_EDICT, "no dictionary at '%s': set PMSEARCH_DATA to its folder", path)
            : connect(path, &d->db, err);
    if (st != PM_OK) {
        pm_dict_close(d);
        return st;
    }
    *out = d;
    return PM_OK;
}

void pm_dict_close(struct pm_dict *d)
{
    if (d == NULL)
        return;
    (void)sqlite3_close(d->db);
    pm_arena_free(&d->arena);
    free(d);
}

const char *pm_dict_dir(const struct pm_dict *d)
{
    return d->dir;
}

static bool list_add(struct pm_dict *d, struct list *l, struct named item)
{
    struct named *grown =
        pm_arena_grow(&d->arena, l->items, l->count, l->count + 1, sizeof *grown, &l->cap);
    if (grown == NULL)
        return false;
    l->items = grown;
    grown[l->count++] = item;
    return true;
}

static void load_hashes(struct pm_dict *d)
{
    sqlite3_stmt *stmt = NULL;
    d->hashes.loaded = true;
    if (sqlite3_prepare_v2(d->db, "SELECT name, hash FROM dict", -1, &stmt, NULL) == SQLITE_OK)
        while (sqlite3_step(stmt) == SQLITE_ROW) {
            struct named item = {
                .name = pm_arena_strdup(&d->arena, (const char *)sqlite3_column_text(stmt, 0)),
                .hash = pm_arena_strdup(&d->arena, (const char *)sqlite3_column_text(stmt, 1)),
            };
            if (item.name == NULL || item.hash == NULL || !list_add(d, &d->hashes, item))
                break;
        }
    (void)sqlite3_finalize(stmt);
}

const char *pm_dict_hash(struct pm_dict *d, const char *table)
{
    if (!d->hashes.loaded)
        load_hashes(d);
    for (size_t i = 0; i < d->hashes.count; i++)
        if (strcmp(d->hashes.items[i].name, table) == 0)
            return d->hashes.items[i].hash;
    return "";
}

enum { MAX_COLUMNS = 64 };

/* The columns of one packed row (see dict_build.c) at *pos; false when the bytes
 * make no sense. */
static bool read_row(const unsigned char *data, size_t len, size_t *pos, uint64_t *line,
                     const char **cols, int *n)
{
    uint64_t count;
    if (!pm_varint_read(data, len, pos, line) || !pm_varint_read(data, len, pos, &count) ||
        count > MAX_COLUMNS)
        return false;
    for (*n = 0; (uint64_t)*n < count; (*n)++) {
        const unsigned char *end = memchr(data + *pos, '\0', len - *pos);
        if (end == NULL)
            return false;
        cols[*n] = (const char *)data + *pos;
        *pos = (size_t)(end - data) + 1;
    }
    return true;
}

static enum pm_status each_row(const unsigned char *data, size_t len, const char *table,
                               pm_dict_row_fn fn, void *ctx, struct pm_error *err)
{
    enum pm_status st = PM_OK;
    for (size_t pos = 0; st == PM_OK && pos < len;) {
        const char *cols[MAX_COLUMNS];
        uint64_t line;
        int n;
        if (!read_row(data, len, &pos, &line, cols, &n))
            return pm_fail(err, PM_EDICT, "table '%s' of the dictionary is damaged", table);
        st = fn(ctx, (int)line, cols, n, err);
    }
    return st;
}

enum pm_status pm_dict_each(struct pm_dict *d, const char *table, pm_dict_row_fn fn, void *ctx,
                            struct pm_error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum pm_status st;
    int rc = sqlite3_prepare_v2(d->db, "SELECT data FROM dict WHERE name = ?1", -1, &stmt, NULL);
    if (rc == SQLITE_OK) {
        (void)sqlite3_bind_text(stmt, 1, table, -1, SQLITE_STATIC);
        rc = sqlite3_step(stmt);
    }
    if (rc == SQLITE_ROW) {
        const unsigned char *data = sqlite3_column_blob(stmt, 0);
        st = each_row(data, (size_t)sqlite3_column_bytes(stmt, 0), table, fn, ctx, err);
    } else if (rc == SQLITE_DONE) {
        st = pm_fail(err, PM_EDICT, "no table '%s' in the dictionary of '%s'", table, d->dir);
    } else {
        st = pm_fail(err, PM_EDICT, "unable to read the dictionary of '%s': %s", d->dir,
                     sqlite3_errmsg(d->db));
    }
    (void)sqlite3_finalize(stmt);
    return st;
}

static enum pm_status add_weight(void *ctx, int line, const char *const *cols, int n,
                                 struct pm_error *err)
{
    struct pm_dict *d = ctx;
    char *end = NULL;
    double value = n > 1 ? strtod(cols[1], &end) : 0;
    if (n < 2 || end == cols[1] || *end != '\0')
        return pm_fail(err, PM_EDICT, "weights.tsv:%d: a number wanted in column 2", line);
    struct named item = {.name = pm_arena_strdup(&d->arena, cols[0]), .value = value};
    if (item.name == NULL || !list_add(d, &d->weights, item))
        return pm_fail(err, PM_ENOMEM, "out of memory");
    return PM_OK;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct named *)a)->name, ((const struct named *)b)->name);
}

double pm_dict_weight(struct pm_dict *d, const char *name, double fallback)
{
    if (!d->weights.loaded) {
        d->weights.loaded = true;
        (void)pm_dict_each(d, "weights", add_weight, d, NULL);
        if (d->weights.count > 0)
            qsort(d->weights.items, d->weights.count, sizeof *d->weights.items, by_name);
    }
    if (d->weights.count == 0)
        return fallback;
    struct named want = {.name = name};
    const struct named *w =
        bsearch(&want, d->weights.items, d->weights.count, sizeof want, by_name);
    return w == NULL ? fallback : w->value;
}
