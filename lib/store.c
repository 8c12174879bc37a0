#include "lib/store.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/buf.h"
#include "lib/dburi.h"
#include "lib/fts_tokenizer.h"
#include "lib/schema.h"

enum { BUSY_MS = 10000 };

static enum pm_status out_of_memory(struct pm_error *err)
{
    return pm_fail(err, PM_ENOMEM, "out of memory");
}

/* Register the tokenizer and shut what a hostile file could use. */
static enum pm_status prepare(sqlite3 *db, struct pm_lexer *lexer, struct pm_error *err)
{
    (void)sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    (void)sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    (void)sqlite3_busy_timeout(db, BUSY_MS);
    return pm_fts_register(db, lexer, err);
}

/* Is the folder of path closed to us, so that no lock file can be made? */
static bool folder_readonly(const char *path)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    if (slash == NULL)
        return access(".", W_OK) != 0;
    size_t len = slash == path ? 1 : (size_t)(slash - path);
    if (len >= sizeof folder)
        return false;
    memcpy(folder, path, len);
    folder[len] = '\0';
    return access(folder, W_OK) != 0;
}

/* Is there a file beside it without which the index cannot be read? */
static bool has_beside(const char *path, const char *end)
{
    struct stat st;
    struct pm_buf name = {0};
    pm_buf_addf(&name, "%s%s", path, end);
    bool has = stat(pm_buf_text(&name), &st) == 0 && st.st_size > 0;
    pm_buf_free(&name);
    return has;
}

static enum pm_status connect_read(const char *path, sqlite3 **db, struct pm_error *err)
{
    bool frozen =
        folder_readonly(path) && !has_beside(path, "-wal") && !has_beside(path, "-journal");
    char *uri = pm_db_uri(path, frozen ? "mode=ro&immutable=1" : "mode=rw");
    if (uri == NULL)
        return out_of_memory(err);
    int flags = frozen ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    int rc = sqlite3_open_v2(uri, db, flags | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, NULL);
    free(uri);
    if (rc != SQLITE_OK)
        return pm_fail(err, PM_EIO, "unable to open '%s': %s", path,
                       *db != NULL ? sqlite3_errmsg(*db) : "out of memory");
    return PM_OK;
}

/* The process that keeps a byte of the file locked against writers, or 0. */
static pid_t locker(const char *path, const char *end, off_t byte)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1};
    struct pm_buf name = {0};
    pid_t holder = 0;
    pm_buf_addf(&name, "%s%s", path, end);
    int fd = open(pm_buf_text(&name), O_RDWR | O_CLOEXEC);
    pm_buf_free(&name);
    if (fd < 0)
        return 0;
    if (fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK)
        holder = lock.l_pid;
    (void)close(fd);
    return holder;
}

pid_t pm_store_holder(const char *path)
{
    /* The lock bytes of the one writer: in the shared memory of SQLite's WAL, and its
     * RESERVED byte while an index is filled for the first time. */
    pid_t holder = locker(path, "-shm", 120);
    return holder > 0 ? holder : locker(path, "", 0x40000001);
}

static enum pm_status busy(const char *path, sqlite3 **db, struct pm_error *err)
{
    /* Closed first: closing another descriptor of the file drops SQLite's locks. */
    (void)sqlite3_close(*db);
    *db = NULL;
    pid_t holder = pm_store_holder(path);
    if (holder > 0)
        return pm_fail(err, PM_EDB, "index '%s' is being written by process %ld: try again later",
                       path, (long)holder);
    return pm_fail(err, PM_EDB, "index '%s' is being written by another process: try again later",
                   path);
}

static enum pm_status damaged(const char *path, struct pm_error *err)
{
    return pm_fail(err, PM_EFORMAT, "index '%s' is damaged: delete it and run pmindex again", path);
}

enum pm_status pm_store_open_read(const char *path, struct pm_lexer *lexer, sqlite3 **db,
                                  struct pm_error *err)
{
    struct stat info;
    *db = NULL;
    if (stat(path, &info) != 0 && errno == ENOENT)
        return pm_fail(err, PM_ENOTFOUND, "no index at '%s': make one with pmindex PATH", path);
    if (access(path, R_OK) != 0)
        return pm_fail(err, PM_EIO, "unable to open '%s': %s", path, strerror(errno));
    enum pm_status st = connect_read(path, db, err);
    if (st == PM_OK)
        st = prepare(*db, lexer, err);
    int rc = st == PM_OK ? sqlite3_exec(*db, "SELECT 1 FROM sqlite_master", NULL, NULL, NULL)
                         : SQLITE_OK;
    if (rc == SQLITE_BUSY)
        return busy(path, db, err); /* being filled for the first time */
    if (rc == SQLITE_CORRUPT)
        st = damaged(path, err);
    if (st == PM_OK)
        st = pm_schema_check(*db, err);
    /* Pages from all over the file are read once: reading them into a few buffers costs less
     * than mapping the file, which is as much work again when the process ends. */
    if (st == PM_OK)
        (void)sqlite3_exec(*db, "PRAGMA query_only=1; PRAGMA cache_size=-512; BEGIN", NULL, NULL,
                           NULL);
    if (st != PM_OK) {
        pm_store_close(*db, false);
        *db = NULL;
    }
    return st;
}

/* Make the folders above path, private to the user. */
static enum pm_status make_folders(const char *path, struct pm_error *err)
{
    char folder[PATH_MAX];
    if (strlen(path) >= sizeof folder)
        return pm_fail(err, PM_EIO, "unable to create '%s': %s", path, strerror(ENAMETOOLONG));
    memcpy(folder, path, strlen(path) + 1);
    for (char *p = strchr(folder + 1, '/'); p != NULL; p = strchr(p + 1, '/')) {
        *p = '\0';
        if (mkdir(folder, 0700) != 0 && errno != EEXIST)
            return pm_fail(err, PM_EIO, "unable to create '%s': %s", folder, strerror(errno));
        *p = '/';
    }
    return PM_OK;
}

static enum pm_status make_file(const char *path, struct pm_error *err)
{
    struct stat st;
    if (stat(path, &st) == 0)
        return S_ISREG(st.st_mode)
                   ? PM_OK
                   : pm_fail(err, PM_EIO, "unable to open '%s': not a regular file", path);
    enum pm_status made = make_folders(path, err);
    if (made != PM_OK)
        return made;
    int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (fd < 0 && errno != EEXIST)
        return pm_fail(err, PM_EIO, "unable to create '%s': %s", path, strerror(errno));
    if (fd >= 0)
        (void)close(fd);
    return PM_OK;
}

static bool is_empty(sqlite3 *db)
{
    sqlite3_stmt *stmt = NULL;
    bool empty =
        sqlite3_prepare_v2(db, "SELECT 1 FROM sqlite_master", -1, &stmt, NULL) == SQLITE_OK &&
        sqlite3_step(stmt) == SQLITE_DONE;
    (void)sqlite3_finalize(stmt);
    return empty;
}

/* Another program's file, of which not a byte may change. What is empty may become ours;
 * what cannot be read now (locked, damaged) is for others to tell. */
static bool is_foreign(sqlite3 *db)
{
    sqlite3_stmt *stmt = NULL;
    bool foreign = false;
    if (sqlite3_prepare_v2(db,
                           "SELECT (SELECT application_id FROM pragma_application_id), count(*)"
                           " FROM sqlite_master",
                           -1, &stmt, NULL) == SQLITE_OK &&
        sqlite3_step(stmt) == SQLITE_ROW)
        foreign =
            sqlite3_column_int(stmt, 0) != PM_APPLICATION_ID && sqlite3_column_int(stmt, 1) > 0;
    (void)sqlite3_finalize(stmt);
    return foreign;
}

/* Only one file of SQLite's is ours to rebuild: one with our mark. */
static enum pm_status check_or_create(sqlite3 *db, bool any_version, bool *created,
                                      struct pm_error *err)
{
    *created = is_empty(db);
    if (*created)
        return pm_schema_create(db, err);
    struct pm_error why = {0};
    enum pm_status st = pm_schema_check(db, &why);
    if (st == PM_OK || (any_version && pm_schema_is_ours(db)))
        return PM_OK;
    return pm_fail(err, st, "%s", why.text);
}

enum pm_status pm_store_begin(const char *path, struct pm_lexer *lexer, bool any_version,
                              sqlite3 **db, bool *created, struct pm_error *err)
{
    *db = NULL;
    *created = false;
    enum pm_status st = make_file(path, err);
    if (st != PM_OK)
        return st;
    if (sqlite3_open_v2(path, db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
        st = pm_fail(err, PM_EIO, "unable to open '%s': %s", path,
                     *db != NULL ? sqlite3_errmsg(*db) : "out of memory");
    else
        st = prepare(*db, lexer, err);
    int rc = SQLITE_OK;
    if (st == PM_OK && is_foreign(*db))
        st = pm_fail(err, PM_EFORMAT, "'%s' is not a pmsearch index", path);
    if (st == PM_OK) {
        static const char setup[] = "PRAGMA page_size=16384; PRAGMA cache_size=-16384;"
                                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
                                    "PRAGMA temp_store=MEMORY; BEGIN IMMEDIATE";
        rc = sqlite3_exec(*db, setup, NULL, NULL, NULL);
        if (rc == SQLITE_BUSY)
            return busy(path, db, err);
        if (rc == SQLITE_CORRUPT)
            st = damaged(path, err);
        else if (rc != SQLITE_OK)
            st = pm_fail(err, rc == SQLITE_NOTADB ? PM_EFORMAT : PM_EDB, "unable to open '%s': %s",
                         path, sqlite3_errmsg(*db));
    }
    if (st == PM_OK)
        st = check_or_create(*db, any_version, created, err);
    if (st != PM_OK) {
        (void)sqlite3_close(*db);
        *db = NULL;
    }
    return st;
}

enum pm_status pm_store_open_write(const char *path, struct pm_lexer *lexer, sqlite3 **db,
                                   bool *created, struct pm_error *err)
{
    enum pm_status st = pm_store_begin(path, lexer, false, db, created, err);
    if (st != PM_OK)
        return st;
    if (sqlite3_exec(*db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK)
        return PM_OK;
    st = pm_fail(err, PM_EDB, "unable to create '%s': %s", path, sqlite3_errmsg(*db));
    (void)sqlite3_close(*db);
    *db = NULL;
    return st;
}

enum pm_status pm_store_fill(sqlite3 *db, struct pm_error *err)
{
    static const char sql[] = "COMMIT; PRAGMA journal_mode=DELETE; BEGIN IMMEDIATE";
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK)
        return PM_OK;
    return pm_fail(err, PM_EDB, "unable to create '%s': %s", sqlite3_db_filename(db, "main"),
                   sqlite3_errmsg(db));
}

void pm_store_close(sqlite3 *db, bool writer)
{
    if (db == NULL)
        return;
    if (writer)
        (void)sqlite3_exec(db, "PRAGMA journal_mode=WAL", NULL, NULL, NULL);
    if (writer)
        (void)sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    (void)sqlite3_close(db);
}

const char *pm_store_meta(sqlite3 *db, struct pm_arena *a, const char *key)
{
    sqlite3_stmt *stmt = NULL;
    const char *value = NULL;
    if (sqlite3_prepare_v2(db, "SELECT value FROM meta WHERE key = ?1", -1, &stmt, NULL) ==
        SQLITE_OK) {
        (void)sqlite3_bind_text(stmt, 1, key, -1, SQLITE_STATIC);
        if (sqlite3_step(stmt) == SQLITE_ROW && sqlite3_column_type(stmt, 0) != SQLITE_NULL)
            value = pm_arena_strdup(a, (const char *)sqlite3_column_text(stmt, 0));
    }
    (void)sqlite3_finalize(stmt);
    return value;
}

bool pm_store_lacks(sqlite3 *db, const char *table)
{
    sqlite3_stmt *stmt = NULL;
    char *sql = sqlite3_mprintf("SELECT (SELECT count(*) FROM document) > count(*) FROM %s", table);
    bool lacks = sql == NULL || sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK ||
                 sqlite3_step(stmt) != SQLITE_ROW || sqlite3_column_int(stmt, 0) != 0;
    (void)sqlite3_finalize(stmt);
    sqlite3_free(sql);
    return lacks;
}
