#include "indexer/compiled.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "indexer/derived.h"
#include "indexer/writer.h"
#include "lib/arena.h"
#include "lib/buf.h"
#include "lib/dburi.h"
#include "lib/store.h"
#include "lib/tokenizer.h"

static enum pm_status out_of_memory(struct pm_error *err)
{
    return pm_fail(err, PM_ENOMEM, "out of memory");
}

/* An index that nobody has put a document into. */
static enum pm_status derive(struct pm_dict *dict, struct pm_lexer *lexer, const char *file,
                             struct pm_error *err)
{
    sqlite3 *db = NULL;
    struct pm_writer *writer = NULL;
    struct pm_derived *derived = NULL;
    bool created;
    enum pm_status st = pm_store_begin(file, lexer, false, &db, &created, err);
    if (st == PM_OK)
        st = pm_writer_open(db, &writer, err);
    if (st == PM_OK)
        st = pm_derived_open(db, NULL, dict, lexer, writer, &derived, err);
    if (st == PM_OK)
        st = pm_derived_finish(derived, err);
    pm_derived_close(derived);
    pm_writer_close(writer);
    /* Not WAL: it is read where nobody may write. */
    if (st == PM_OK &&
        sqlite3_exec(db, "COMMIT; PRAGMA journal_mode=DELETE", NULL, NULL, NULL) != SQLITE_OK)
        st = pm_fail(err, PM_EDB, "unable to write '%s': %s", file, sqlite3_errmsg(db));
    pm_store_close(db, false);
    return st;
}

enum pm_status pm_compiled_build(struct pm_dict *dict, const char *out, struct pm_error *err)
{
    struct pm_lexer *lexer = NULL;
    struct pm_buf temp = {0};
    pm_buf_addf(&temp, "%s.new", out);
    if (temp.failed)
        return out_of_memory(err);
    (void)unlink(temp.data);
    enum pm_status st = pm_lexer_open(dict, &lexer, err);
    if (st == PM_OK)
        st = derive(dict, lexer, temp.data, err);
    if (st == PM_OK && (chmod(temp.data, 0644) != 0 || rename(temp.data, out) != 0))
        st = pm_fail(err, PM_EIO, "unable to write '%s': %s", out, strerror(errno));
    if (st != PM_OK)
        (void)unlink(temp.data);
    pm_lexer_close(lexer);
    pm_buf_free(&temp);
    return st;
}

/* The compiled catalogue; NULL where there is none that can be read. */
static enum pm_status open_compiled(struct pm_dict *dict, sqlite3 **out, struct pm_error *err)
{
    struct pm_buf path = {0};
    *out = NULL;
    pm_buf_addf(&path, "%s/catalogue.db", pm_dict_dir(dict));
    char *uri = path.failed ? NULL : pm_db_uri(path.data, "mode=ro&immutable=1");
    pm_buf_free(&path);
    if (uri == NULL)
        return out_of_memory(err);
    if (sqlite3_open_v2(uri, out, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX,
                        NULL) != SQLITE_OK) {
        (void)sqlite3_close(*out);
        *out = NULL;
    }
    free(uri);
    return PM_OK;
}

static bool is_of(sqlite3 *compiled, const char *key, const char *fingerprint)
{
    struct pm_arena a = {0};
    const char *made_from = pm_store_meta(compiled, &a, key);
    bool same = made_from != NULL && strcmp(made_from, fingerprint) == 0;
    pm_arena_free(&a);
    return same;
}

/* INSERT INTO table VALUES(?,?,...), a parameter for each of the n columns. */
static sqlite3_stmt *insert_of(sqlite3 *db, const char *table, int n)
{
    struct pm_buf sql = {0};
    sqlite3_stmt *stmt = NULL;
    pm_buf_addf(&sql, "INSERT INTO %s VALUES(?", table);
    for (int i = 1; i < n; i++)
        pm_buf_adds(&sql, ",?");
    pm_buf_adds(&sql, ")");
    if (!sql.failed)
        (void)sqlite3_prepare_v2(db, sql.data, -1, &stmt, NULL);
    pm_buf_free(&sql);
    return stmt;
}

/* *copied is false when what was read is no such table. */
static enum pm_status copy_table(sqlite3 *from, sqlite3 *to, const char *table, bool *copied,
                                 struct pm_error *err)
{
    char sql[64];
    sqlite3_stmt *read = NULL;
    enum pm_status st = PM_OK;
    int rc = SQLITE_ERROR;
    (void)snprintf(sql, sizeof sql, "SELECT * FROM %s", table);
    *copied = sqlite3_prepare_v2(from, sql, -1, &read, NULL) == SQLITE_OK;
    int n = *copied ? sqlite3_column_count(read) : 0;
    sqlite3_stmt *insert = *copied ? insert_of(to, table, n) : NULL;
    while (insert != NULL && st == PM_OK && (rc = sqlite3_step(read)) == SQLITE_ROW) {
        (void)sqlite3_reset(insert);
        for (int i = 0; i < n; i++)
            (void)sqlite3_bind_value(insert, i + 1, sqlite3_column_value(read, i));
        int put = sqlite3_step(insert);
        if (put == SQLITE_CONSTRAINT || put == SQLITE_MISMATCH) /* no row of ours */
            break;
        if (put != SQLITE_DONE)
            st = pm_fail(err, PM_EDB, "unable to write the catalogue: %s", sqlite3_errmsg(to));
    }
    *copied = st == PM_OK && rc == SQLITE_DONE;
    (void)sqlite3_finalize(read);
    (void)sqlite3_finalize(insert);
    return st;
}

enum pm_status pm_compiled_copy(sqlite3 *db, struct pm_dict *dict, const char *key,
                                const char *fingerprint, const char *const *tables, bool *copied,
                                struct pm_error *err)
{
    sqlite3 *compiled = NULL;
    enum pm_status st = open_compiled(dict, &compiled, err);
    *copied = st == PM_OK && compiled != NULL && is_of(compiled, key, fingerprint);
    for (size_t i = 0; st == PM_OK && *copied && tables[i] != NULL; i++)
        st = copy_table(compiled, db, tables[i], copied, err);
    (void)sqlite3_close(compiled);
    return st;
}
