#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/tsv.h"

static void open_text(struct pm_tsv *t, const char *text)
{
    pm_tsv_open(t, text, strlen(text));
}

static void rows_are_split_at_tabs_and_numbered_by_line(void **state)
{
    (void)state;
    struct pm_tsv t;
    open_text(&t, "# comment\n\na\tb\t\n  \nc\n");
    assert_true(pm_tsv_next(&t));
    assert_int_equal(t.line, 3);
    assert_int_equal(t.n, 3);
    assert_string_equal(t.cols[0], "a");
    assert_string_equal(t.cols[1], "b");
    assert_string_equal(t.cols[2], "");
    assert_true(pm_tsv_next(&t));
    assert_int_equal(t.line, 5);
    assert_int_equal(t.n, 1);
    assert_false(pm_tsv_next(&t));
    pm_tsv_close(&t);
}

static void bom_carriage_returns_and_a_missing_last_newline_do_no_harm(void **state)
{
    (void)state;
    struct pm_tsv t;
    open_text(&t, "\xef\xbb\xbf"
                  "a\tb\r\nc\td");
    assert_true(pm_tsv_next(&t));
    assert_string_equal(t.cols[0], "a");
    assert_string_equal(t.cols[1], "b");
    assert_true(pm_tsv_next(&t));
    assert_string_equal(t.cols[1], "d");
    assert_false(pm_tsv_next(&t));
    pm_tsv_close(&t);
}

static void a_faulty_row_is_told_and_reading_goes_on(void **state)
{
    (void)state;
    struct pm_tsv t;
    static const char text[] = "bad\xff\n\t\t\nx\0y\nfine\n";
    pm_tsv_open(&t, text, sizeof text - 1);
    static const char *const faults[] = {"not UTF-8", "no columns", "a NUL byte"};
    for (int i = 0; i < 3; i++) {
        assert_true(pm_tsv_next(&t));
        assert_int_equal(t.line, i + 1);
        assert_int_equal(t.n, 0);
        assert_string_equal(t.fault, faults[i]);
    }
    assert_true(pm_tsv_next(&t));
    assert_null(t.fault);
    assert_string_equal(t.cols[0], "fine");
    assert_false(pm_tsv_next(&t));
    pm_tsv_close(&t);
}

static void many_columns_are_all_kept(void **state)
{
    (void)state;
    struct pm_tsv t;
    open_text(&t, "1\t2\t3\t4\t5\t6\t7\t8\t9\t10\t11");
    assert_true(pm_tsv_next(&t));
    assert_int_equal(t.n, 11);
    assert_string_equal(t.cols[10], "11");
    pm_tsv_close(&t);
}

static void an_empty_text_has_no_rows(void **state)
{
    (void)state;
    struct pm_tsv t;
    open_text(&t, "");
    assert_false(pm_tsv_next(&t));
    pm_tsv_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_split_at_tabs_and_numbered_by_line),
        cmocka_unit_test(bom_carriage_returns_and_a_missing_last_newline_do_no_harm),
        cmocka_unit_test(a_faulty_row_is_told_and_reading_goes_on),
        cmocka_unit_test(many_columns_are_all_kept),
        cmocka_unit_test(an_empty_text_has_no_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
