#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/schema.h"
#include "lib/store.h"

static char folder[] = "/tmp/pm-test-store-XXXXXX";

static const char *path(const char *name)
{
    static char out[4][256];
    static int turn;
    turn = (turn + 1) % 4;
    (void)snprintf(out[turn], sizeof out[turn], "%s/%s", folder, name);
    return out[turn];
}

static void shell(const char *command)
{
    assert_int_equal(system(command), 0);
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) == NULL || chdir(folder) != 0;
}

static int remove_folder(void **state)
{
    (void)state;
    char command[128];
    (void)snprintf(command, sizeof command, "chmod -R u+w %s; rm -rf %s", folder, folder);
    return chdir("/") != 0 || system(command) != 0;
}

static int mode_of(const char *file)
{
    struct stat st;
    return stat(file, &st) == 0 ? (int)(st.st_mode & 0777) : -1;
}

static void a_new_index_is_private_and_in_wal_mode(void **state)
{
    (void)state;
    sqlite3 *db;
    bool created;
    assert_int_equal(pm_store_open_write(path("new/sub/index.db"), NULL, &db, &created, NULL),
                     PM_OK);
    assert_true(created);
    assert_int_equal(mode_of(path("new/sub/index.db")), 0600);
    assert_int_equal(mode_of(path("new/sub")), 0700);
    assert_int_equal(mode_of(path("new/sub/index.db-wal")), 0600);
    pm_store_close(db, true);
    assert_int_equal(mode_of(path("new/sub/index.db-wal")), -1);
    assert_int_equal(pm_store_open_write(path("new/sub/index.db"), NULL, &db, &created, NULL),
                     PM_OK);
    assert_false(created);
    pm_store_close(db, true);
}

static void meta_is_read_as_text(void **state)
{
    (void)state;
    sqlite3 *db;
    bool created;
    struct pm_arena a = {0};
    assert_int_equal(pm_store_open_write(path("meta.db"), NULL, &db, &created, NULL), PM_OK);
    assert_int_equal(sqlite3_exec(db, "INSERT INTO meta VALUES('n', 42)", NULL, NULL, NULL), 0);
    assert_string_equal(pm_store_meta(db, &a, "n"), "42");
    assert_null(pm_store_meta(db, &a, "other"));
    pm_store_close(db, true);
    pm_arena_free(&a);
}

static void readers_cannot_write(void **state)
{
    (void)state;
    sqlite3 *db;
    assert_int_equal(pm_store_open_read(path("meta.db"), NULL, &db, NULL), PM_OK);
    assert_int_not_equal(sqlite3_exec(db, "DELETE FROM meta", NULL, NULL, NULL), SQLITE_OK);
    pm_store_close(db, false);
}

static void a_missing_index_names_the_command_to_run(void **state)
{
    (void)state;
    sqlite3 *db;
    struct pm_error err;
    assert_int_equal(pm_store_open_read(path("none.db"), NULL, &db, &err), PM_ENOTFOUND);
    assert_null(db);
    assert_non_null(strstr(err.text, "pmindex"));
    assert_int_equal(mode_of(path("none.db")), -1);
}

static void other_files_are_refused_and_left_as_they_are(void **state)
{
    (void)state;
    sqlite3 *db;
    bool created;
    shell("echo 'not a database, but long enough to look like one maybe' > text.db");
    assert_int_equal(pm_store_open_read("text.db", NULL, &db, NULL), PM_EFORMAT);
    assert_int_equal(pm_store_open_write("text.db", NULL, &db, &created, NULL), PM_EFORMAT);
    assert_int_equal(sqlite3_open("other.db", &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "CREATE TABLE t(a)", NULL, NULL, NULL), SQLITE_OK);
    (void)sqlite3_close(db);
    assert_int_equal(pm_store_open_read("other.db", NULL, &db, NULL), PM_EFORMAT);
    assert_int_equal(pm_store_begin("other.db", NULL, true, &db, &created, NULL), PM_EFORMAT);
}

static void another_schema_version_is_told_and_may_be_rebuilt(void **state)
{
    (void)state;
    sqlite3 *db;
    bool created;
    struct pm_error err;
    assert_int_equal(pm_store_open_write("old.db", NULL, &db, &created, NULL), PM_OK);
    assert_int_equal(sqlite3_exec(db, "PRAGMA user_version=99", NULL, NULL, NULL), SQLITE_OK);
    pm_store_close(db, true);
    assert_int_equal(pm_store_open_write("old.db", NULL, &db, &created, &err), PM_EFORMAT);
    assert_non_null(strstr(err.text, "--rebuild"));
    assert_int_equal(pm_store_begin("old.db", NULL, true, &db, &created, NULL), PM_OK);
    assert_false(created);
    assert_int_equal(pm_schema_drop(db, NULL), PM_OK);
    assert_int_equal(pm_schema_create(db, NULL), PM_OK);
    assert_int_equal(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
    pm_store_close(db, true);
    assert_int_equal(pm_store_open_read("old.db", NULL, &db, NULL), PM_OK);
    pm_store_close(db, false);
}

static void the_holder_of_the_lock_is_known(void **state)
{
    (void)state;
    int ready[2], done[2];
    char byte = 0;
    assert_int_equal(pipe(ready), 0);
    assert_int_equal(pipe(done), 0);
    pid_t child = fork();
    if (child == 0) {
        sqlite3 *db;
        bool created;
        int ok = pm_store_begin("held.db", NULL, false, &db, &created, NULL) == PM_OK;
        ok = ok && write(ready[1], &byte, 1) == 1 && read(done[0], &byte, 1) == 1;
        _exit(ok ? 0 : 1);
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    assert_int_equal(pm_store_holder("held.db"), child);
    assert_int_equal(write(done[1], &byte, 1), 1);
    (void)waitpid(child, NULL, 0);
    assert_int_equal(pm_store_holder("held.db"), 0);
}

static void odd_characters_in_a_path_do_no_harm(void **state)
{
    (void)state;
    sqlite3 *db;
    bool created;
    static const char odd[] = "a b?c#d%41/障害.db";
    assert_int_equal(pm_store_open_write(odd, NULL, &db, &created, NULL), PM_OK);
    pm_store_close(db, true);
    assert_int_equal(mode_of(odd), 0600);
    assert_int_equal(pm_store_open_read(odd, NULL, &db, NULL), PM_OK);
    pm_store_close(db, false);
}

static void the_index_is_looked_for_in_order(void **state)
{
    (void)state;
    struct pm_arena a = {0};
    const char *found;
    (void)unsetenv("PMSEARCH_INDEX");
    (void)setenv("XDG_DATA_HOME", "/data", 1);
    assert_int_equal(pm_store_locate(NULL, &a, &found, NULL), PM_OK);
    assert_string_equal(found, "/data/pmsearch/index.db");
    shell("mkdir -p team/.pmsearch team/sub && touch team/.pmsearch/index.db");
    assert_int_equal(chdir("team/sub"), 0);
    shell("chmod 644 ../.pmsearch/index.db"); /* as a clone would bring it */
    assert_int_equal(pm_store_locate(NULL, &a, &found, NULL), PM_OK);
    assert_string_equal(found, "/data/pmsearch/index.db");
    shell("chmod 600 ../.pmsearch/index.db");
    assert_int_equal(pm_store_locate(NULL, &a, &found, NULL), PM_OK);
    assert_non_null(strstr(found, "/team/.pmsearch/index.db"));
    (void)setenv("PMSEARCH_INDEX", "env.db", 1);
    assert_int_equal(pm_store_locate(NULL, &a, &found, NULL), PM_OK);
    assert_string_equal(found, "env.db");
    assert_int_equal(pm_store_locate("option.db", &a, &found, NULL), PM_OK);
    assert_string_equal(found, "option.db");
    assert_int_equal(chdir(folder), 0);
    pm_arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_index_is_private_and_in_wal_mode),
        cmocka_unit_test(meta_is_read_as_text),
        cmocka_unit_test(readers_cannot_write),
        cmocka_unit_test(a_missing_index_names_the_command_to_run),
        cmocka_unit_test(other_files_are_refused_and_left_as_they_are),
        cmocka_unit_test(another_schema_version_is_told_and_may_be_rebuilt),
        cmocka_unit_test(the_holder_of_the_lock_is_known),
        cmocka_unit_test(odd_characters_in_a_path_do_no_harm),
        cmocka_unit_test(the_index_is_looked_for_in_order),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
