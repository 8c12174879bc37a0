/* The statements of the writer, prepared when first needed. */
#include "indexer/writer_internal.h"

#include <stddef.h>

#define DOCUMENT_COLUMNS                                                                           \
    "root_id, rel, path, size, mtime_ns, inode, hash, kind, lang, title, date, start, \"end\","    \
    " published, duration_min, severity, status, company, product, url, tokens"

#define FTS_COLUMNS                                                                                \
    "title, summary, impact, detection, \"trigger\", cause, response, timeline, prevention,"       \
    " lessons, other"

static const char *const sql[W_COUNT] = {
    [W_DOCUMENT_INSERT] =
        "INSERT INTO document(" DOCUMENT_COLUMNS ", name) VALUES(?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9,"
        " ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?1)",
    [W_DOCUMENT_UPDATE] =
        "UPDATE document SET(" DOCUMENT_COLUMNS ") = (?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11,"
        " ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22) WHERE id = ?1",
    [W_DOCUMENT_MOVE] = "UPDATE document SET(root_id, rel, path, size, mtime_ns, inode, hash) ="
                        " (?2, ?3, ?4, ?5, ?6, ?7, ?8) WHERE id = ?1",
    [W_DOCUMENT_NAME] = "UPDATE document SET name = ?2 WHERE id = ?1",
    [W_DOCUMENT_DELETE] = "DELETE FROM document WHERE id = ?1",
    [W_DOCUMENT_KIND] = "SELECT kind FROM document WHERE id = ?1",
    [W_SECTION] = "INSERT INTO section(document_id, seq, name, heading, line, text)"
                  " VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
    [W_ACTION] = "INSERT INTO action_item(document_id, seq, what, owner, due, state, kind, line)"
                 " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    [W_EVENT] = "INSERT INTO timeline_event(document_id, seq, time, what, line)"
                " VALUES(?1, ?2, ?3, ?4, ?5)",
    [W_COMPONENT] = "INSERT OR IGNORE INTO document_component VALUES(?1, ?2)",
    [W_TAG] = "INSERT OR IGNORE INTO document_tag VALUES(?1, ?2)",
    [W_AUTHOR] = "INSERT OR IGNORE INTO document_author VALUES(?1, ?2)",
    [W_LINK] = "INSERT OR IGNORE INTO document_link VALUES(?1, ?2)",
    [W_WARNING] = "INSERT INTO warning(document_id, seq, line, text) VALUES(?1, ?2, ?3, ?4)",
    [W_STREAM] = "INSERT INTO token_stream(document_id, data) VALUES(?1, ?2)",
    [W_VECTOR] = "INSERT INTO term_vector(document_id, data) VALUES(?1, ?2)",
    [W_VECTOR_READ] = "SELECT data FROM term_vector WHERE document_id = ?1",
    [W_TAUGHT] = "INSERT INTO taught_pair VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    [W_FTS_ADD] = "INSERT INTO fts(rowid, " FTS_COLUMNS ") VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7,"
                  " ?8, ?9, ?10, ?11, ?12)",
    [W_FTS_DELETE] = "INSERT INTO fts(fts, rowid, " FTS_COLUMNS ") VALUES('delete', ?1, ?2, ?3,"
                     " ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    [W_META_SET] = "INSERT INTO meta(key, value) VALUES(?1, ?2)"
                   " ON CONFLICT(key) DO UPDATE SET value = excluded.value",
    [W_META_DELETE] = "DELETE FROM meta WHERE key = ?1",
};

sqlite3_stmt *pm_writer_statement(struct pm_writer *w, enum pm_writer_statement which,
                                  struct pm_error *err)
{
    sqlite3_stmt **stmt = &w->stmts[which];
    if (*stmt == NULL && sqlite3_prepare_v3(w->db, sql[which], -1, SQLITE_PREPARE_PERSISTENT, stmt,
                                            NULL) != SQLITE_OK) {
        (void)pm_fail(err, PM_EDB, "unable to write the index: %s", sqlite3_errmsg(w->db));
        return NULL;
    }
    (void)sqlite3_reset(*stmt);
    return *stmt;
}

enum pm_status pm_writer_step(struct pm_writer *w, sqlite3_stmt *stmt, struct pm_error *err)
{
    int rc = sqlite3_step(stmt);
    if (rc == SQLITE_DONE)
        return PM_OK;
    if (rc == SQLITE_FULL || rc == SQLITE_IOERR)
        return pm_fail(err, PM_EIO, "unable to write '%s': %s", sqlite3_db_filename(w->db, "main"),
                       sqlite3_errmsg(w->db));
    return pm_fail(err, PM_EDB, "unable to write the index: %s", sqlite3_errmsg(w->db));
}

void pm_writer_bind(sqlite3_stmt *stmt, int index, const char *text)
{
    (void)sqlite3_bind_text(stmt, index, text, -1, SQLITE_STATIC);
}
