/* The compiled catalogue gives a new index the very tables that it would derive. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "indexer/compiled.h"
#include "indexer/run.h"
#include "lib/arena.h"
#include "lib/dict.h"
#include "lib/store.h"

static const char *const tables[] = {"concept",   "concept_form",   "mechanism_class",
                                     "mechanism", "mechanism_part", "mechanism_feature",
                                     NULL};

static struct {
    char folder[64], index[96], data[96], compiled[128];
    struct pm_dict *dict, *bare; /* bare: without a compiled catalogue, until one is made */
    sqlite3 *db;                 /* an index that derived its tables itself */
    struct pm_arena arena;
    struct pm_error err;
} t;

static void shell(const char *format, const char *a, const char *b)
{
    char command[512];
    (void)snprintf(command, sizeof command, format, a, b);
    assert_int_equal(system(command), 0);
}

static int setup(void **state)
{
    (void)state;
    (void)strcpy(t.folder, "/tmp/pm-compiled-XXXXXX");
    if (mkdtemp(t.folder) == NULL || pm_dict_open(&t.dict, &t.err) != PM_OK)
        return -1;
    (void)snprintf(t.index, sizeof t.index, "%s/i.db", t.folder);
    (void)snprintf(t.data, sizeof t.data, "%s/data", t.folder);
    (void)snprintf(t.compiled, sizeof t.compiled, "%s/catalogue.db", t.data);
    shell("mkdir '%s' && printf '# Outage\\nThe disk was full.\\n' >'%s/a.md'", t.data, t.folder);
    shell("cp '%s/pmsearch.dict' '%s'", pm_dict_dir(t.dict), t.data);
    shell("cp '%s/user.dic' '%s'", pm_dict_dir(t.dict), t.data);
    const char *paths[] = {t.folder};
    struct pm_report report;
    struct pm_run_options o = {
        .index = t.index, .paths = paths, .n_paths = 1, .threads = 1, .max_bytes = 1 << 20};
    struct pm_hooks hooks = {0};
    if (pm_dict_open_dir(t.data, &t.bare, &t.err) != PM_OK ||
        pm_run(&o, t.bare, &hooks, &t.arena, &report, &t.err) != PM_OK ||
        sqlite3_open_v2(t.index, &t.db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK)
        return -1;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    (void)sqlite3_close(t.db);
    pm_dict_close(t.dict);
    pm_dict_close(t.bare);
    pm_arena_free(&t.arena);
    shell("rm -rf '%s'%s", t.folder, "");
    return 0;
}

/* An empty database with the tables of an index. */
static sqlite3 *empty(void)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *schema = NULL;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    for (size_t i = 0; tables[i] != NULL; i++) {
        assert_int_equal(sqlite3_prepare_v2(t.db,
                                            "SELECT sql FROM sqlite_master WHERE name = ?1 AND"
                                            " type = 'table'",
                                            -1, &schema, NULL),
                         SQLITE_OK);
        (void)sqlite3_bind_text(schema, 1, tables[i], -1, SQLITE_STATIC);
        assert_int_equal(sqlite3_step(schema), SQLITE_ROW);
        assert_int_equal(
            sqlite3_exec(db, (const char *)sqlite3_column_text(schema, 0), NULL, NULL, NULL),
            SQLITE_OK);
        (void)sqlite3_finalize(schema);
    }
    return db;
}

static bool same_value(sqlite3_stmt *a, sqlite3_stmt *b, int i)
{
    int n = sqlite3_column_bytes(a, i);
    const void *x = sqlite3_column_blob(a, i), *y = sqlite3_column_blob(b, i);
    return sqlite3_column_bytes(b, i) == n && (n == 0 || memcmp(x, y, (size_t)n) == 0);
}

/* The number of rows, which must be the same ones; what documents add is left out. */
static size_t compare(sqlite3 *got, const char *table)
{
    char sql[128];
    sqlite3_stmt *a = NULL, *b = NULL;
    size_t rows = 0;
    (void)snprintf(sql, sizeof sql, "SELECT * FROM %s ORDER BY 1, 2, 3", table);
    assert_int_equal(sqlite3_prepare_v2(t.db, sql, -1, &a, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(got, sql, -1, &b, NULL), SQLITE_OK);
    while (sqlite3_step(a) == SQLITE_ROW) {
        assert_int_equal(sqlite3_step(b), SQLITE_ROW);
        for (int i = 0; i < sqlite3_column_count(a); i++) {
            const char *column = sqlite3_column_name(a, i);
            if (strcmp(column, "df") != 0 && !same_value(a, b, i))
                fail_msg("%s, row %zu: column %s differs", table, rows, column);
        }
        rows++;
    }
    assert_int_equal(sqlite3_step(b), SQLITE_DONE);
    (void)sqlite3_finalize(a);
    (void)sqlite3_finalize(b);
    return rows;
}

static bool copy_all(const char *key, const char *fingerprint, sqlite3 *to)
{
    bool copied = true;
    assert_int_equal(pm_compiled_copy(to, t.bare, key, fingerprint, tables, &copied, &t.err),
                     PM_OK);
    return copied;
}

static void without_one_nothing_is_copied(void **state)
{
    (void)state;
    sqlite3 *db = empty();
    assert_false(copy_all("mechanisms", pm_store_meta(t.db, &t.arena, "mechanisms"), db));
    (void)sqlite3_close(db);
}

static void its_tables_are_those_that_an_index_derives(void **state)
{
    (void)state;
    sqlite3 *db = empty();
    assert_int_equal(pm_compiled_build(t.bare, t.compiled, &t.err), PM_OK);
    assert_true(copy_all("mechanisms", pm_store_meta(t.db, &t.arena, "mechanisms"), db));
    for (size_t i = 0; tables[i] != NULL; i++)
        assert_true(compare(db, tables[i]) > 20);
    (void)sqlite3_close(db);
}

static void one_made_from_something_else_is_left_alone(void **state)
{
    (void)state;
    sqlite3 *db = empty();
    assert_false(copy_all("mechanisms", "another", db));
    assert_false(copy_all("concepts", "another", db));
    (void)sqlite3_close(db);
}

static void rows_that_no_index_could_have_are_not_taken(void **state)
{
    (void)state;
    sqlite3 *db = empty(), *compiled = NULL;
    assert_int_equal(sqlite3_open(t.compiled, &compiled), SQLITE_OK);
    assert_int_equal(sqlite3_exec(compiled,
                                  "DROP TABLE concept; CREATE TABLE concept(id, name, en, ja, df,"
                                  " user); INSERT INTO concept VALUES(1, NULL, 'a', 'b', 0, 0)",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    (void)sqlite3_close(compiled);
    assert_false(copy_all("mechanisms", pm_store_meta(t.db, &t.arena, "mechanisms"), db));
    (void)sqlite3_close(db);
}

static void a_damaged_one_is_none(void **state)
{
    (void)state;
    sqlite3 *db = empty();
    shell("printf 'no database' >'%s'%s", t.compiled, "");
    assert_false(copy_all("mechanisms", pm_store_meta(t.db, &t.arena, "mechanisms"), db));
    (void)sqlite3_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_one_nothing_is_copied),
        cmocka_unit_test(its_tables_are_those_that_an_index_derives),
        cmocka_unit_test(one_made_from_something_else_is_left_alone),
        cmocka_unit_test(rows_that_no_index_could_have_are_not_taken),
        cmocka_unit_test(a_damaged_one_is_none),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
