#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "indexer/dict_build.h"
#include "lib/dict.h"

static char folder[] = "/tmp/pm-test-dict-XXXXXX";

static const char *path(const char *name)
{
    static char out[4][256];
    static int turn;
    turn = (turn + 1) % 4;
    (void)snprintf(out[turn], sizeof out[turn], "%s/%s", folder, name);
    return out[turn];
}

static void write_file(const char *name, const char *text)
{
    FILE *f = fopen(path(name), "w");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) == NULL;
}

static int remove_folder(void **state)
{
    (void)state;
    static const char *const names[] = {"colours.tsv", "weights.tsv", "notes.txt", "pmsearch.dict"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        (void)unlink(path(names[i]));
    return rmdir(folder);
}

static enum pm_status build(struct pm_buf *faults)
{
    return pm_dict_build(folder, path("pmsearch.dict"), faults, NULL);
}

struct seen {
    char text[256];
    int last_line;
};

static enum pm_status collect(void *ctx, int line, const char *const *cols, int n,
                              struct pm_error *err)
{
    struct seen *s = ctx;
    (void)err;
    for (int i = 0; i < n; i++)
        (void)snprintf(s->text + strlen(s->text), sizeof s->text - strlen(s->text), "%s%s",
                       i > 0 ? "|" : "", cols[i]);
    (void)strcat(s->text, ";");
    s->last_line = line;
    return PM_OK;
}

static void compiled_tables_give_their_rows_in_order(void **state)
{
    (void)state;
    struct pm_buf faults = {0};
    struct pm_dict *d;
    struct seen seen = {"", 0};
    write_file("colours.tsv", "# name, what\nred\t赤\nblue\t青\tx\n");
    write_file("weights.tsv", "b\t2.5\na\t-1\n");
    write_file("notes.txt", "not a table\n");
    assert_int_equal(build(&faults), PM_OK);
    assert_int_equal(pm_dict_open_dir(folder, &d, NULL), PM_OK);
    assert_int_equal(pm_dict_each(d, "colours", collect, &seen, NULL), PM_OK);
    assert_string_equal(seen.text, "red|赤;blue|青|x;");
    assert_int_equal(seen.last_line, 3);
    assert_int_equal(pm_dict_each(d, "notes", collect, &seen, NULL), PM_EDICT);
    assert_string_equal(pm_dict_dir(d), folder);
    pm_dict_close(d);
    pm_buf_free(&faults);
}

static void weights_are_found_by_name(void **state)
{
    (void)state;
    struct pm_dict *d;
    assert_int_equal(pm_dict_open_dir(folder, &d, NULL), PM_OK);
    assert_true(pm_dict_weight(d, "a", 9) == -1);
    assert_true(pm_dict_weight(d, "b", 9) == 2.5);
    assert_true(pm_dict_weight(d, "c", 9) == 9);
    pm_dict_close(d);
}

static void hash_follows_the_rows_and_not_the_comments(void **state)
{
    (void)state;
    struct pm_buf faults = {0};
    struct pm_dict *d;
    char before[32], same[32];
    assert_int_equal(pm_dict_open_dir(folder, &d, NULL), PM_OK);
    (void)snprintf(before, sizeof before, "%s", pm_dict_hash(d, "colours"));
    assert_int_equal(strlen(before), 16);
    assert_string_equal(pm_dict_hash(d, "nowhere"), "");
    pm_dict_close(d);
    write_file("colours.tsv", "# other comment\n\nred\t赤\nblue\t青\tx\n");
    assert_int_equal(build(&faults), PM_OK);
    assert_int_equal(pm_dict_open_dir(folder, &d, NULL), PM_OK);
    (void)snprintf(same, sizeof same, "%s", pm_dict_hash(d, "colours"));
    assert_string_equal(before, same);
    pm_dict_close(d);
    write_file("colours.tsv", "red\t赤\nblue\t青\n");
    assert_int_equal(build(&faults), PM_OK);
    assert_int_equal(pm_dict_open_dir(folder, &d, NULL), PM_OK);
    assert_string_not_equal(before, pm_dict_hash(d, "colours"));
    pm_dict_close(d);
}

static void faulty_rows_are_all_named_and_the_old_file_stays(void **state)
{
    (void)state;
    struct pm_buf faults = {0};
    struct pm_dict *d;
    write_file("colours.tsv", "fine\n\xff\n\t\n");
    assert_int_equal(build(&faults), PM_EFORMAT);
    assert_non_null(strstr(pm_buf_text(&faults), "colours.tsv:2: not UTF-8\n"));
    assert_non_null(strstr(pm_buf_text(&faults), "colours.tsv:3: no columns\n"));
    assert_int_equal(pm_dict_open_dir(folder, &d, NULL), PM_OK);
    pm_dict_close(d);
    pm_buf_free(&faults);
}

static void a_missing_dictionary_is_told(void **state)
{
    (void)state;
    struct pm_dict *d;
    struct pm_error err = {""};
    assert_int_equal(pm_dict_open_dir("/nonexistent", &d, &err), PM_EDICT);
    assert_null(d);
    assert_non_null(strstr(err.text, "'/nonexistent/pmsearch.dict'"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compiled_tables_give_their_rows_in_order),
        cmocka_unit_test(weights_are_found_by_name),
        cmocka_unit_test(hash_follows_the_rows_and_not_the_comments),
        cmocka_unit_test(faulty_rows_are_all_named_and_the_old_file_stays),
        cmocka_unit_test(a_missing_dictionary_is_told),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
