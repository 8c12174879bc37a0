#include "lib/schema.h"

#include <stddef.h>

#include "lib/buf.h"

/* One statement a line of thought. The FTS5 table is contentless and fed from
 * token streams; `detail=column` because positions live in the streams, see
 * lib/stream.h. */
static const char tables[] =
    "CREATE TABLE meta(key TEXT PRIMARY KEY, value) WITHOUT ROWID;"
    "CREATE TABLE root(id INTEGER PRIMARY KEY, real BLOB NOT NULL UNIQUE, given BLOB NOT NULL);"
    "CREATE TABLE document("
    "  id INTEGER PRIMARY KEY,"
    "  name TEXT NOT NULL UNIQUE," /* the public ID */
    "  root_id INTEGER NOT NULL REFERENCES root(id),"
    "  rel BLOB NOT NULL,"  /* relative to the root, bytes as the system has them */
    "  path BLOB NOT NULL," /* as given to pmindex */
    "  size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, inode INTEGER NOT NULL,"
    "  hash BLOB NOT NULL," /* XXH3-128 of the file's bytes */
    "  kind TEXT NOT NULL," /* 'incident' or 'other' */
    "  lang TEXT NOT NULL," /* 'ja' or 'en' */
    "  title TEXT NOT NULL, date TEXT, start TEXT, \"end\" TEXT, published TEXT,"
    "  duration_min INTEGER, severity TEXT, status TEXT, company TEXT, product TEXT, url TEXT,"
    "  tokens INTEGER NOT NULL," /* indexed tokens of the whole document */
    "  UNIQUE(root_id, rel));"
    "CREATE INDEX document_hash ON document(hash);"
    "CREATE INDEX document_date ON document(date);"
    "CREATE INDEX document_path ON document(path);"
    "CREATE TABLE section(document_id INTEGER NOT NULL, seq INTEGER NOT NULL, name TEXT NOT NULL,"
    "  heading TEXT, line INTEGER NOT NULL, text TEXT NOT NULL,"
    "  PRIMARY KEY(document_id, seq)) WITHOUT ROWID;"
    "CREATE TABLE action_item(document_id INTEGER NOT NULL, seq INTEGER NOT NULL,"
    "  what TEXT NOT NULL, owner TEXT, due TEXT, state TEXT, kind TEXT, line INTEGER NOT NULL,"
    "  PRIMARY KEY(document_id, seq)) WITHOUT ROWID;"
    "CREATE TABLE timeline_event(document_id INTEGER NOT NULL, seq INTEGER NOT NULL,"
    "  time TEXT NOT NULL, what TEXT NOT NULL, line INTEGER NOT NULL,"
    "  PRIMARY KEY(document_id, seq)) WITHOUT ROWID;"
    "CREATE TABLE document_component(document_id INTEGER NOT NULL, component TEXT NOT NULL,"
    "  PRIMARY KEY(document_id, component)) WITHOUT ROWID;"
    "CREATE TABLE document_tag(document_id INTEGER NOT NULL, tag TEXT NOT NULL,"
    "  PRIMARY KEY(document_id, tag)) WITHOUT ROWID;"
    "CREATE TABLE document_author(document_id INTEGER NOT NULL, author TEXT NOT NULL,"
    "  PRIMARY KEY(document_id, author)) WITHOUT ROWID;"
    "CREATE TABLE document_link(document_id INTEGER NOT NULL, url TEXT NOT NULL,"
    "  PRIMARY KEY(document_id, url)) WITHOUT ROWID;"
    "CREATE TABLE warning(document_id INTEGER NOT NULL, seq INTEGER NOT NULL,"
    "  line INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY(document_id, seq)) WITHOUT ROWID;"
    /* Words that a document itself puts beside each other: "circuit breaker
       (サーキットブレーカー)". */
    "CREATE TABLE taught_pair(document_id INTEGER NOT NULL, seq INTEGER NOT NULL,"
    "  name TEXT NOT NULL, other TEXT NOT NULL, name_terms TEXT NOT NULL,"
    "  name_offsets TEXT NOT NULL, other_terms TEXT NOT NULL, other_offsets TEXT NOT NULL,"
    "  PRIMARY KEY(document_id, seq)) WITHOUT ROWID;"
    "CREATE INDEX taught_pair_name ON taught_pair(name_terms);"
    "CREATE INDEX taught_pair_other ON taught_pair(other_terms);"
    "CREATE TABLE term(id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE, df INTEGER NOT NULL);"
    "CREATE TABLE token_stream(document_id INTEGER PRIMARY KEY, data BLOB NOT NULL);"
    "CREATE TABLE term_vector(document_id INTEGER PRIMARY KEY, data BLOB NOT NULL);"
    /* How the words of the terms sound, see lib/sound.h. */
    "CREATE TABLE term_sound(key TEXT NOT NULL, word TEXT NOT NULL, term_id INTEGER NOT NULL,"
    "  PRIMARY KEY(key, word, term_id)) WITHOUT ROWID;"
    /* Derived from the streams, without MeCab; see lib/concept.h. */
    "CREATE TABLE concept(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, en TEXT NOT NULL,"
    "  ja TEXT NOT NULL, df INTEGER NOT NULL, user INTEGER NOT NULL);"
    /* Postings stand apart: the rest is read for every name that is met. */
    "CREATE TABLE concept_postings(concept_id INTEGER PRIMARY KEY, data BLOB NOT NULL);"
    "CREATE TABLE concept_form(first TEXT NOT NULL, id INTEGER NOT NULL,"
    "  concept_id INTEGER NOT NULL, terms TEXT NOT NULL, offsets TEXT NOT NULL,"
    "  lang TEXT NOT NULL, PRIMARY KEY(first, id)) WITHOUT ROWID;"
    "CREATE INDEX concept_form_concept ON concept_form(concept_id);"
    "CREATE TABLE document_concept(document_id INTEGER PRIMARY KEY, data BLOB NOT NULL);"
    /* The catalogue of mechanisms, and what the documents show of it; lib/mechanism.h. */
    "CREATE TABLE mechanism_class(seq INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,"
    "  axis TEXT NOT NULL, en TEXT NOT NULL, ja TEXT NOT NULL);"
    "CREATE TABLE mechanism(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, en TEXT NOT NULL,"
    "  ja TEXT NOT NULL, axis TEXT NOT NULL, class TEXT NOT NULL, related TEXT NOT NULL,"
    "  components TEXT NOT NULL, not_en TEXT NOT NULL, not_ja TEXT NOT NULL,"
    "  mean_en REAL NOT NULL, deviation_en REAL NOT NULL, mean_ja REAL NOT NULL,"
    "  deviation_ja REAL NOT NULL);"
    "CREATE TABLE mechanism_postings(mechanism_id INTEGER PRIMARY KEY, data BLOB NOT NULL);"
    "CREATE TABLE mechanism_part(mechanism_id INTEGER NOT NULL, part TEXT NOT NULL,"
    "  lang TEXT NOT NULL, text TEXT NOT NULL, PRIMARY KEY(mechanism_id, part, lang))"
    "  WITHOUT ROWID;"
    "CREATE TABLE mechanism_feature(lang INTEGER NOT NULL, text TEXT NOT NULL,"
    "  data BLOB NOT NULL, PRIMARY KEY(lang, text)) WITHOUT ROWID;"
    "CREATE TABLE mechanism_vector(document_id INTEGER PRIMARY KEY, data BLOB NOT NULL);"
    "CREATE TABLE document_mechanism(document_id INTEGER NOT NULL, mechanism TEXT NOT NULL,"
    "  confidence REAL NOT NULL, z REAL NOT NULL, seq INTEGER NOT NULL, start INTEGER NOT NULL,"
    "  length INTEGER NOT NULL, PRIMARY KEY(document_id, mechanism)) WITHOUT ROWID;"
    "CREATE TABLE document_class(document_id INTEGER NOT NULL, class TEXT NOT NULL,"
    "  confidence REAL NOT NULL, PRIMARY KEY(document_id, class)) WITHOUT ROWID;"
    "CREATE TRIGGER stream_gone AFTER DELETE ON token_stream BEGIN"
    "  DELETE FROM document_concept WHERE document_id = old.document_id;"
    "  DELETE FROM mechanism_vector WHERE document_id = old.document_id;"
    "  DELETE FROM document_mechanism WHERE document_id = old.document_id;"
    "  DELETE FROM document_class WHERE document_id = old.document_id; END;"
    "CREATE VIRTUAL TABLE fts USING fts5("
    "  title, summary, impact, detection, \"trigger\", cause, response, timeline, prevention,"
    "  lessons, other, content='', columnsize=0, detail=column, tokenize='pm');"
    /* A run is one bulk: few large segments, merged at its end and not on the way. */
    "INSERT INTO fts(fts, rank) VALUES('hashsize', 16777216), ('automerge', 0),"
    " ('crisismerge', 64);";

static enum pm_status run(sqlite3 *db, const char *sql, struct pm_error *err)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        return pm_fail(err, PM_EDB, "unable to create the index: %s", sqlite3_errmsg(db));
    return PM_OK;
}

enum pm_status pm_schema_create(sqlite3 *db, struct pm_error *err)
{
    char *sql = sqlite3_mprintf("PRAGMA application_id=%d;PRAGMA user_version=%d;",
                                PM_APPLICATION_ID, PM_SCHEMA_VERSION);
    if (sql == NULL)
        return pm_fail(err, PM_ENOMEM, "out of memory");
    enum pm_status st = run(db, sql, err);
    sqlite3_free(sql);
    return st == PM_OK ? run(db, tables, err) : st;
}

static int pragma_int(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    int v = -1;
    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK &&
        sqlite3_step(stmt) == SQLITE_ROW)
        v = sqlite3_column_int(stmt, 0);
    (void)sqlite3_finalize(stmt);
    return v;
}

enum pm_status pm_schema_check(sqlite3 *db, struct pm_error *err)
{
    const char *path = sqlite3_db_filename(db, "main");
    if (pragma_int(db, "PRAGMA application_id") != PM_APPLICATION_ID)
        return pm_fail(err, PM_EFORMAT, "'%s' is not a pmsearch index", path);
    int version = pragma_int(db, "PRAGMA user_version");
    if (version != PM_SCHEMA_VERSION)
        return pm_fail(err, PM_EFORMAT,
                       "index '%s' has schema version %d and this program reads %d: "
                       "run pmindex --rebuild",
                       path, version, PM_SCHEMA_VERSION);
    return PM_OK;
}

bool pm_schema_is_ours(sqlite3 *db)
{
    return pragma_int(db, "PRAGMA application_id") == PM_APPLICATION_ID;
}

/* Append "DROP ..." of everything that the query lists. */
static enum pm_status drop_listed(sqlite3 *db, const char *list, struct pm_error *err)
{
    sqlite3_stmt *stmt = NULL;
    struct pm_buf sql = {0};
    if (sqlite3_prepare_v2(db, list, -1, &stmt, NULL) == SQLITE_OK)
        while (sqlite3_step(stmt) == SQLITE_ROW)
            pm_buf_adds(&sql, (const char *)sqlite3_column_text(stmt, 0));
    (void)sqlite3_finalize(stmt);
    enum pm_status st =
        sql.failed ? pm_fail(err, PM_ENOMEM, "out of memory") : run(db, pm_buf_text(&sql), err);
    pm_buf_free(&sql);
    return st;
}

enum pm_status pm_schema_drop(sqlite3 *db, struct pm_error *err)
{
    /* Virtual tables first: they take their shadow tables along. */
    enum pm_status st = drop_listed(db,
                                    "SELECT 'DROP TABLE \"' || name || '\";' FROM sqlite_master"
                                    " WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL%'",
                                    err);
    if (st != PM_OK)
        return st;
    return drop_listed(db,
                       "SELECT 'DROP ' || type || ' \"' || name || '\";' FROM sqlite_master"
                       " WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite!_%' ESCAPE '!'",
                       err);
}
