#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/fts_tokenizer.h"

static sqlite3 *open_table(struct pm_lexer *lexer)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    assert_int_equal(pm_fts_register(db, lexer, NULL), PM_OK);
    assert_int_equal(sqlite3_exec(db,
                                  "CREATE VIRTUAL TABLE t USING fts5(a, b, content='',"
                                  " detail=column, columnsize=0, tokenize='pm')",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    return db;
}

static int run(sqlite3 *db, const char *sql, const char *text)
{
    sqlite3_stmt *stmt;
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
    (void)sqlite3_bind_text(stmt, 1, text, -1, SQLITE_STATIC);
    int rc = sqlite3_step(stmt);
    int id = rc == SQLITE_ROW ? sqlite3_column_int(stmt, 0) : 0;
    (void)sqlite3_finalize(stmt);
    return rc == SQLITE_ROW ? id : rc == SQLITE_DONE ? 0 : -rc;
}

static const char find[] = "SELECT rowid FROM t WHERE t MATCH ?1";

static void a_feed_is_taken_term_by_term_as_it_stands(void **state)
{
    (void)state;
    sqlite3 *db = open_table(NULL);
    assert_int_equal(
        run(db, "INSERT INTO t(rowid, a) VALUES(7, ?1)", "\x01コネクション\x1fHTTP/2\x1f max conn"),
        0);
    assert_int_equal(run(db, find, "\"\x01コネクション\""), 7);
    assert_int_equal(run(db, find, "\"\x01HTTP/2\""), 7);
    assert_int_equal(run(db, find, "\"\x01 max conn\""), 7);
    assert_int_equal(run(db, find, "\"\x01http/2\""), 0);
    assert_int_equal(run(db, find, "b : \"\x01HTTP/2\""), 0);
    assert_int_equal(run(db, find, "a : \"\x01HTTP/2\""), 7);
    (void)sqlite3_close(db);
}

static void a_delete_fed_with_the_same_terms_leaves_no_ghost(void **state)
{
    (void)state;
    sqlite3 *db = open_table(NULL);
    assert_int_equal(run(db, "INSERT INTO t(rowid, a) VALUES(1, ?1)", "\x01x\x1fy"), 0);
    assert_int_equal(run(db, "INSERT INTO t(rowid, a) VALUES(2, ?1)", "\x01x"), 0);
    assert_int_equal(run(db, "INSERT INTO t(t, rowid, a) VALUES('delete', 1, ?1)", "\x01y\x1fx"),
                     0);
    assert_int_equal(run(db, find, "\"\x01x\""), 2);
    assert_int_equal(run(db, find, "\"\x01y\""), 0);
    assert_int_equal(run(db, "INSERT INTO t(t) VALUES(?1)", "integrity-check"), 0);
    (void)sqlite3_close(db);
}

static void text_without_a_lexer_is_refused(void **state)
{
    (void)state;
    sqlite3 *db = open_table(NULL);
    assert_int_equal(run(db, "INSERT INTO t(rowid, a) VALUES(1, ?1)", "plain words"),
                     -SQLITE_MISUSE);
    (void)sqlite3_close(db);
}

static void text_is_analysed_with_the_lexer(void **state)
{
    (void)state;
    struct pm_dict *dict;
    struct pm_lexer *lexer;
    assert_int_equal(pm_dict_open(&dict, NULL), PM_OK);
    assert_int_equal(pm_lexer_open(dict, &lexer, NULL), PM_OK);
    sqlite3 *db = open_table(lexer);
    assert_int_equal(run(db, "INSERT INTO t(rowid, a, b) VALUES(3, ?1, '')",
                         "接続プールが枯渇した。Connections timed out."),
                     0);
    assert_int_equal(run(db, find, "connection"), 3);
    assert_int_equal(run(db, find, "枯渇"), 3);
    assert_int_equal(run(db, find,
                         "\"\x01"
                         "connect\""),
                     3);
    assert_int_equal(run(db, find, "certificate"), 0);
    (void)sqlite3_close(db);
    pm_lexer_close(lexer);
    pm_dict_close(dict);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_feed_is_taken_term_by_term_as_it_stands),
        cmocka_unit_test(a_delete_fed_with_the_same_terms_leaves_no_ghost),
        cmocka_unit_test(text_without_a_lexer_is_refused),
        cmocka_unit_test(text_is_analysed_with_the_lexer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
