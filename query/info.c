#include "query/info.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/norm.h"

static const char sql[] =
    "SELECT d.name, d.path, r.real, d.rel, d.title, d.date, d.start, d.\"end\", d.published,"
    " d.lang, d.kind, d.company, d.product, d.severity, d.status, d.url,"
    " (SELECT min(component) FROM document_component c WHERE c.document_id = d.id),"
    " d.size, d.mtime_ns, coalesce(d.duration_min, -1)"
    " FROM document d JOIN root r ON r.id = d.root_id WHERE d.id = ?1";

static enum pm_status db_error(sqlite3 *db, struct pm_error *err)
{
    return pm_fail(err, PM_EDB, "unable to read the index: %s", sqlite3_errmsg(db));
}

static const char *text(sqlite3_stmt *stmt, int column, struct pm_arena *a)
{
    const void *p = sqlite3_column_blob(stmt, column);
    if (p == NULL)
        return sqlite3_column_type(stmt, column) == SQLITE_NULL ? NULL : pm_arena_strdup(a, "");
    return pm_arena_strndup(a, p, (size_t)sqlite3_column_bytes(stmt, column));
}

/* A path given in another folder leads nowhere, or to another file, from here. */
static bool leads_there(const char *path, const char *real)
{
    struct stat given, there;
    return *path == '/' || stat(real, &there) != 0 ||
           (stat(path, &given) == 0 && given.st_ino == there.st_ino &&
            given.st_dev == there.st_dev);
}

static void fill(sqlite3_stmt *stmt, struct pm_arena *a, struct pm_info *out)
{
    const char **const fields[] = {&out->title,     &out->date,     &out->start,  &out->end,
                                   &out->published, &out->lang,     &out->kind,   &out->company,
                                   &out->product,   &out->severity, &out->status, &out->url,
                                   &out->service};
    out->name = text(stmt, 0, a);
    out->path = text(stmt, 1, a);
    out->path_len = (size_t)sqlite3_column_bytes(stmt, 1);
    const char *root = text(stmt, 2, a), *rel = text(stmt, 3, a);
    for (int i = 0; i < (int)(sizeof fields / sizeof *fields); i++)
        *fields[i] = text(stmt, 4 + i, a);
    out->size = sqlite3_column_int64(stmt, 17);
    out->mtime_ns = sqlite3_column_int64(stmt, 18);
    out->duration_min = sqlite3_column_int64(stmt, 19);
    struct stat st;
    bool folder = root != NULL && stat(root, &st) == 0 && S_ISDIR(st.st_mode);
    out->real = folder && rel != NULL ? pm_arena_printf(a, "%s/%s", root, rel) : root;
    if (out->path != NULL && out->real != NULL && !leads_there(out->path, out->real)) {
        out->path = out->real;
        out->path_len = strlen(out->real);
    }
}

enum pm_status pm_info_read(sqlite3 *db, int64_t document, struct pm_arena *a, struct pm_info *out,
                            struct pm_error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum pm_status st = pm_info_read_next(&stmt, db, document, a, out, err);
    (void)sqlite3_finalize(stmt);
    return st;
}

enum pm_status pm_info_read_next(sqlite3_stmt **kept, sqlite3 *db, int64_t document,
                                 struct pm_arena *a, struct pm_info *out, struct pm_error *err)
{
    *out = (struct pm_info){0};
    if (*kept == NULL && sqlite3_prepare_v2(db, sql, -1, kept, NULL) != SQLITE_OK)
        return db_error(db, err);
    (void)sqlite3_reset(*kept);
    (void)sqlite3_bind_int64(*kept, 1, document);
    enum pm_status st = PM_OK;
    if (sqlite3_step(*kept) == SQLITE_ROW)
        fill(*kept, a, out);
    else
        st = pm_fail(err, PM_ENOTFOUND, "document %lld is not in the index", (long long)document);
    if (st == PM_OK && (out->name == NULL || out->path == NULL || out->title == NULL ||
                        out->real == NULL || out->kind == NULL || out->lang == NULL))
        st = pm_fail(err, PM_ENOMEM, "out of memory");
    return st;
}

enum pm_file_state pm_path_state(const char *path)
{
    if (access(path, R_OK) == 0)
        return PM_FILE_FRESH;
    return errno == ENOENT || errno == ENOTDIR ? PM_FILE_GONE : PM_FILE_UNREADABLE;
}

enum pm_file_state pm_file_state(const char *path, int64_t size, int64_t mtime_ns)
{
    struct stat st;
    enum pm_file_state state = pm_path_state(path);
    if (state != PM_FILE_FRESH || stat(path, &st) != 0)
        return state;
    int64_t mtime = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
    return st.st_size == size && mtime == mtime_ns ? PM_FILE_FRESH : PM_FILE_CHANGED;
}

enum pm_file_state pm_info_state(const struct pm_info *info)
{
    return pm_file_state(info->real, info->size, info->mtime_ns);
}

/* Run a query that yields ids and names; one row is an answer, several are named. */
static enum pm_status one_row(sqlite3 *db, const char *query, const char *value, const char *id,
                              int64_t *document, struct pm_error *err)
{
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(db, query, -1, &stmt, NULL) != SQLITE_OK)
        return db_error(db, err);
    (void)sqlite3_bind_blob(stmt, 1, value, (int)strlen(value), SQLITE_STATIC);
    enum pm_status st = PM_ENOTFOUND;
    char names[2][200] = {"", ""};
    for (int n = 0; sqlite3_step(stmt) == SQLITE_ROW; n++) {
        st = n == 0 ? PM_OK : PM_EUSAGE;
        if (n == 0)
            *document = sqlite3_column_int64(stmt, 0);
        if (n < 2)
            (void)sqlite3_snprintf(sizeof names[n], names[n], "%s", sqlite3_column_text(stmt, 1));
    }
    (void)sqlite3_finalize(stmt);
    if (st == PM_EUSAGE)
        return pm_fail(err, st, "'%s' may mean several postmortems: '%s', '%s'...", id, names[0],
                       names[1]);
    return st;
}

static const char by_name[] = "SELECT id, name FROM document WHERE name = CAST(?1 AS TEXT)";
static const char by_path[] = "SELECT id, name FROM document WHERE path = ?1";
/* CROSS JOIN: the few roots first, then the index on (root_id, rel). */
static const char by_real[] =
    "SELECT d.id, d.name FROM root r CROSS JOIN document d ON d.root_id = r.id"
    " WHERE CAST(r.real AS BLOB) = ?1"
    " UNION ALL SELECT d.id, d.name FROM root r CROSS JOIN document d ON d.root_id = r.id"
    " AND d.rel = substr(?1, length(CAST(r.real AS BLOB)) + 2)"
    " WHERE substr(?1, 1, length(CAST(r.real AS BLOB)) + 1) = CAST(r.real || '/' AS BLOB)";
static const char by_stem[] =
    "SELECT id, name FROM document WHERE substr('/' || CAST(rel AS TEXT), -length(CAST(?1 AS TEXT))"
    " - 4) = '/' || CAST(?1 AS TEXT) || '.md' OR substr('/' || CAST(rel AS TEXT),"
    " -length(CAST(?1 AS TEXT)) - 5) = '/' || CAST(?1 AS TEXT) || '.txt' LIMIT 3";
static const char by_prefix[] =
    "SELECT id, name FROM document WHERE substr(name, 1, length(CAST(?1 AS TEXT))) ="
    " CAST(?1 AS TEXT) LIMIT 3";

enum pm_status pm_info_of_file(sqlite3 *db, const char *path, int64_t *document,
                               struct pm_error *err)
{
    char *real = realpath(path, NULL);
    enum pm_status st =
        real == NULL ? PM_ENOTFOUND : one_row(db, by_real, real, path, document, err);
    free(real);
    return st;
}

/* The same ID in another width or case: "AB-24" for "ＡＢ－２４". */
static enum pm_status by_folded_name(sqlite3 *db, const char *id, int64_t *document,
                                     struct pm_error *err)
{
    struct pm_folded wanted = {0}, name = {0};
    sqlite3_stmt *stmt = NULL;
    size_t n = 0;
    if (sqlite3_prepare_v2(db, "SELECT id, name FROM document", -1, &stmt, NULL) != SQLITE_OK)
        return db_error(db, err);
    enum pm_status st = pm_fold(PM_FOLD_WIDTH, id, strlen(id), &wanted);
    while (st == PM_OK && sqlite3_step(stmt) == SQLITE_ROW) {
        const char *text = (const char *)sqlite3_column_text(stmt, 1);
        st = text == NULL
                 ? PM_ENOMEM
                 : pm_fold(PM_FOLD_WIDTH, text, (size_t)sqlite3_column_bytes(stmt, 1), &name);
        if (st != PM_OK || name.len != wanted.len || memcmp(name.text, wanted.text, name.len) != 0)
            continue;
        *document = sqlite3_column_int64(stmt, 0);
        n++;
    }
    (void)sqlite3_finalize(stmt);
    pm_folded_free(&wanted);
    pm_folded_free(&name);
    if (st != PM_OK)
        return pm_fail(err, st, "out of memory");
    return n == 1 ? PM_OK : PM_ENOTFOUND;
}

enum pm_status pm_info_find(sqlite3 *db, const char *id, int64_t *document, struct pm_error *err)
{
    enum pm_status st = one_row(db, by_name, id, id, document, err);
    if (st == PM_ENOTFOUND)
        st = one_row(db, by_path, id, id, document, err);
    if (st == PM_ENOTFOUND)
        st = pm_info_of_file(db, id, document, err);
    if (st == PM_ENOTFOUND && *id != '\0')
        st = by_folded_name(db, id, document, err);
    if (st == PM_ENOTFOUND && *id != '\0')
        st = one_row(db, by_stem, id, id, document, err);
    if (st == PM_ENOTFOUND && *id != '\0')
        st = one_row(db, by_prefix, id, id, document, err);
    if (st == PM_ENOTFOUND && strchr(id, '/') != NULL && access(id, F_OK) != 0)
        return pm_fail(err, st, "'%s' is not there, and no postmortem has that ID or path", id);
    if (st == PM_ENOTFOUND)
        return pm_fail(err, st, "no postmortem has the ID or path '%s'", id);
    return st;
}
