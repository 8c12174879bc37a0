#include "indexer/roots.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum pm_status db_error(sqlite3 *db, struct pm_error *err)
{
    return pm_fail(err, PM_EDB, "unable to use the index: %s", sqlite3_errmsg(db));
}

bool pm_path_inside(const char *folder, const char *path, const char **rest)
{
    size_t len = strlen(folder);
    if (strncmp(folder, path, len) != 0)
        return false;
    if (path[len] != '\0' && path[len] != '/' && !(len > 0 && folder[len - 1] == '/'))
        return false;
    const char *p = path + len;
    while (*p == '/')
        p++;
    if (rest != NULL)
        *rest = p;
    return true;
}

static const char *blob(sqlite3_stmt *stmt, int col, struct pm_arena *a)
{
    const void *p = sqlite3_column_blob(stmt, col);
    return pm_arena_strndup(a, p == NULL ? "" : p, (size_t)sqlite3_column_bytes(stmt, col));
}

static struct pm_root *append(struct pm_arena *a, struct pm_roots *r, struct pm_root root)
{
    struct pm_root *grown =
        pm_arena_grow(a, r->items, r->count, r->count + 1, sizeof *grown, &r->cap);
    if (grown == NULL || root.real == NULL || root.given == NULL)
        return NULL;
    r->items = grown;
    size_t at = r->count++;
    for (; at > 0 && strcmp(grown[at - 1].real, root.real) > 0; at--)
        grown[at] = grown[at - 1];
    grown[at] = root;
    return &grown[at];
}

enum pm_status pm_roots_known(sqlite3 *db, struct pm_arena *a, struct pm_roots *out,
                              struct pm_error *err)
{
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(db, "SELECT id, real, given FROM root", -1, &stmt, NULL) != SQLITE_OK)
        return db_error(db, err);
    enum pm_status st = PM_OK;
    while (st == PM_OK && sqlite3_step(stmt) == SQLITE_ROW) {
        struct stat info;
        struct pm_root root = {.id = sqlite3_column_int64(stmt, 0),
                               .real = blob(stmt, 1, a),
                               .given = blob(stmt, 2, a)};
        root.there = root.real != NULL && stat(root.real, &info) == 0;
        if (append(a, out, root) == NULL)
            st = pm_fail(err, PM_ENOMEM, "out of memory");
    }
    (void)sqlite3_finalize(stmt);
    return st;
}

/* Run sql with a number, two blobs and another number bound, as far as it has them. */
static enum pm_status change(sqlite3 *db, const char *sql, int64_t id, const char *first,
                             const char *second, int64_t other, struct pm_error *err)
{
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
        return db_error(db, err);
    (void)sqlite3_bind_int64(stmt, 1, id);
    if (first != NULL)
        (void)sqlite3_bind_blob64(stmt, 2, first, strlen(first), SQLITE_STATIC);
    if (second != NULL)
        (void)sqlite3_bind_blob64(stmt, 3, second, strlen(second), SQLITE_STATIC);
    if (other != 0)
        (void)sqlite3_bind_int64(stmt, 4, other);
    int rc = sqlite3_step(stmt);
    (void)sqlite3_finalize(stmt);
    return rc == SQLITE_DONE ? PM_OK : db_error(db, err);
}

/* Paths shown follow the way in which the root was given last. */
static enum pm_status respell(sqlite3 *db, struct pm_root *root, const char *given,
                              struct pm_error *err)
{
    struct stat info;
    enum pm_status st =
        change(db, "UPDATE root SET given = ?2 WHERE id = ?1", root->id, given, NULL, 0, err);
    const char *sql = stat(root->real, &info) == 0 && S_ISDIR(info.st_mode)
                          ? "UPDATE document SET path = CAST(?2 || '/' || rel AS BLOB)"
                            " WHERE root_id = ?1"
                          : "UPDATE document SET path = ?2 WHERE root_id = ?1";
    root->given = given;
    return st == PM_OK ? change(db, sql, root->id, given, NULL, 0, err) : st;
}

/* A known root inside a new one becomes a part of it. */
static enum pm_status take_over(sqlite3 *db, const struct pm_root *outer,
                                const struct pm_root *inner, struct pm_arena *a,
                                struct pm_error *err)
{
    struct stat info;
    const char *rest = "";
    (void)pm_path_inside(outer->real, inner->real, &rest);
    bool folder = stat(inner->real, &info) != 0 || S_ISDIR(info.st_mode);
    const char *rel = pm_arena_printf(a, "%s%s", rest, folder ? "/" : "");
    const char *path = rel == NULL ? NULL : pm_arena_printf(a, "%s/%s", outer->given, rel);
    if (path == NULL)
        return pm_fail(err, PM_ENOMEM, "out of memory");
    const char *sql = folder ? "UPDATE document SET root_id = ?1, rel = CAST(?2 || rel AS BLOB),"
                               " path = CAST(?3 || rel AS BLOB) WHERE root_id = ?4"
                             : "UPDATE document SET root_id = ?1, rel = ?2, path = ?3"
                               " WHERE root_id = ?4";
    enum pm_status st = change(db, sql, outer->id, rel, path, inner->id, err);
    return st == PM_OK ? change(db, "DELETE FROM root WHERE id = ?1", inner->id, NULL, NULL, 0, err)
                       : st;
}

static enum pm_status add_new(sqlite3 *db, struct pm_root *root, const struct pm_roots *known,
                              struct pm_arena *a, struct pm_roots *out, struct pm_error *err)
{
    sqlite3_stmt *stmt = NULL;
    if (root->real == NULL || root->given == NULL)
        return pm_fail(err, PM_ENOMEM, "out of memory");
    if (sqlite3_prepare_v2(db, "INSERT INTO root(real, given) VALUES(?1, ?2)", -1, &stmt, NULL) !=
        SQLITE_OK)
        return db_error(db, err);
    (void)sqlite3_bind_blob64(stmt, 1, root->real, strlen(root->real), SQLITE_STATIC);
    (void)sqlite3_bind_blob64(stmt, 2, root->given, strlen(root->given), SQLITE_STATIC);
    int rc = sqlite3_step(stmt);
    (void)sqlite3_finalize(stmt);
    if (rc != SQLITE_DONE)
        return db_error(db, err);
    root->id = sqlite3_last_insert_rowid(db);
    enum pm_status st = PM_OK;
    for (size_t i = 0; st == PM_OK && i < known->count; i++) {
        if (!pm_path_inside(root->real, known->items[i].real, NULL))
            continue;
        st = take_over(db, root, &known->items[i], a, err);
        for (size_t k = 0; k < out->count; k++) /* looked at with the new one */
            if (out->items[k].id == known->items[i].id)
                memmove(&out->items[k], &out->items[k + 1],
                        (--out->count - k) * sizeof *out->items);
    }
    if (st == PM_OK && append(a, out, *root) == NULL)
        st = pm_fail(err, PM_ENOMEM, "out of memory");
    out->changed = true;
    return st;
}

/* Look at (a part of) a root of the index; parts of what is looked at add nothing. */
static enum pm_status add_known(sqlite3 *db, struct pm_root root, const char *given,
                                const char *scope, struct pm_arena *a, struct pm_roots *out,
                                struct pm_error *err)
{
    enum pm_status st = PM_OK;
    root.there = root.prune = true;
    root.scope = *scope == '\0' ? NULL : pm_arena_strdup(a, scope);
    if (root.scope == NULL && strcmp(root.given, given) != 0) {
        st = respell(db, &root, given, err);
        out->changed = true;
    }
    for (size_t i = 0; i < out->count;) {
        struct pm_root *r = &out->items[i];
        if (r->id == root.id && (r->scope == NULL || (root.scope != NULL &&
                                                      pm_path_inside(r->scope, root.scope, NULL))))
            return st;
        if (r->id == root.id && (root.scope == NULL || pm_path_inside(root.scope, r->scope, NULL)))
            memmove(r, r + 1, (--out->count - i) * sizeof *r);
        else
            i++;
    }
    if (st == PM_OK && append(a, out, root) == NULL)
        st = pm_fail(err, PM_ENOMEM, "out of memory");
    return st;
}

static const char *trim_slashes(const char *path, struct pm_arena *a)
{
    size_t len = strlen(path);
    while (len > 1 && path[len - 1] == '/')
        len--;
    return pm_arena_strndup(a, path, len);
}

enum pm_status pm_roots_add(sqlite3 *db, const char *path, struct pm_arena *a, struct pm_roots *out,
                            struct pm_error *err)
{
    char *real = realpath(path, NULL);
    if (real == NULL)
        return pm_fail(err, PM_ENOTFOUND, "unable to open '%s': %s", path, strerror(errno));
    struct pm_root root = {.real = pm_arena_strdup(a, real),
                           .given = trim_slashes(path, a),
                           .there = true,
                           .prune = true};
    free(real);
    struct pm_roots known = {0};
    enum pm_status st = root.real == NULL || root.given == NULL
                            ? pm_fail(err, PM_ENOMEM, "out of memory")
                            : pm_roots_known(db, a, &known, err);
    for (size_t i = 0; st == PM_OK && i < known.count; i++) {
        const char *scope;
        if (pm_path_inside(known.items[i].real, root.real, &scope))
            return add_known(db, known.items[i], root.given, scope, a, out, err);
    }
    return st == PM_OK ? add_new(db, &root, &known, a, out, err) : st;
}

enum pm_status pm_roots_find(sqlite3 *db, const char *path, struct pm_arena *a, int64_t *id,
                             struct pm_error *err)
{
    struct pm_roots known = {0};
    enum pm_status st = pm_roots_known(db, a, &known, err);
    const char *trimmed = trim_slashes(path, a);
    char *real = realpath(path, NULL);
    char *cwd = path[0] == '/' ? NULL : getcwd(NULL, 0);
    const char *joined = pm_arena_printf(a, "%s/%s", cwd == NULL ? "" : cwd,
                                         strncmp(path, "./", 2) == 0 ? trimmed + 2 : trimmed);
    *id = 0;
    for (size_t i = 0; st == PM_OK && i < known.count && *id == 0; i++) {
        const struct pm_root *r = &known.items[i];
        if ((real != NULL && strcmp(r->real, real) == 0) ||
            (real == NULL && joined != NULL && strcmp(r->real, joined) == 0) ||
            (real == NULL && trimmed != NULL &&
             (strcmp(r->real, trimmed) == 0 || strcmp(r->given, trimmed) == 0)))
            *id = r->id;
    }
    free(real);
    free(cwd);
    if (st == PM_OK && *id == 0)
        st = pm_fail(err, PM_ENOTFOUND, "'%s' is no root of this index", path);
    return st;
}
