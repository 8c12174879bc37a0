/* The query language: what a user types to clauses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "query/parse.h"

static struct pm_arena arena;

static int setup(void **state)
{
    (void)state;
    arena = (struct pm_arena){0};
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    pm_arena_free(&arena);
    return 0;
}

static struct pm_query parse(const char *text)
{
    struct pm_query q;
    struct pm_error err = {""};
    assert_int_equal(pm_query_parse(&text, 1, &arena, &q, &err), PM_OK);
    return q;
}

static void words_are_split_at_spaces_of_any_width(void **state)
{
    (void)state;
    struct pm_query q = parse("  connection　pool\texhaustion ");
    assert_int_equal(q.count, 3);
    assert_string_equal(q.clauses[0].text, "connection");
    assert_string_equal(q.clauses[1].text, "pool");
    assert_false(q.clauses[2].phrase);
}

static void quotes_make_a_phrase_also_when_left_open(void **state)
{
    (void)state;
    struct pm_query q = parse("\"out of memory\" kernel \"never closed");
    assert_int_equal(q.count, 3);
    assert_true(q.clauses[0].phrase);
    assert_string_equal(q.clauses[0].text, "out of memory");
    assert_true(q.clauses[2].phrase);
    assert_string_equal(q.clauses[2].text, "never closed");
}

static void japanese_brackets_are_text(void **state)
{
    (void)state;
    struct pm_query q = parse("「歴史書」は");
    assert_int_equal(q.count, 1);
    assert_false(q.clauses[0].phrase);
}

static void minus_negates_a_word_or_a_phrase(void **state)
{
    (void)state;
    struct pm_query q = parse("dns -bgp -\"route leak\" - x");
    assert_int_equal(q.count, 5);
    assert_true(q.clauses[1].negated);
    assert_string_equal(q.clauses[1].text, "bgp");
    assert_true(q.clauses[2].negated && q.clauses[2].phrase);
    assert_false(q.clauses[3].negated);
}

static void a_section_name_restricts_a_word(void **state)
{
    (void)state;
    struct pm_query q = parse("cause:dns -impact:\"all users\" cause: nosection:word");
    assert_int_equal(q.count, 4);
    assert_int_equal(q.clauses[0].section, PM_SEC_CAUSE);
    assert_string_equal(q.clauses[0].text, "dns");
    assert_int_equal(q.clauses[1].section, PM_SEC_IMPACT);
    assert_true(q.clauses[1].negated && q.clauses[1].phrase);
    assert_int_equal(q.clauses[2].section, PM_SEC_COUNT);
    assert_string_equal(q.clauses[3].text, "nosection:word");
}

static void date_spans_become_bounds(void **state)
{
    (void)state;
    struct pm_query q = parse("dns date:2023..2024-02");
    assert_int_equal(q.count, 1);
    assert_string_equal(q.since, "2023-01-01");
    assert_string_equal(q.until, "2024-02-29");
    q = parse("date:2023-04");
    assert_string_equal(q.since, "2023-04-01");
    assert_string_equal(q.until, "2023-04-30");
    q = parse("date:..2022");
    assert_null(q.since);
    assert_string_equal(q.until, "2022-12-31");
}

static void what_is_no_date_is_a_word(void **state)
{
    (void)state;
    struct pm_query q = parse("date:yesterday date:2023-13 date:..");
    assert_int_equal(q.count, 3);
    assert_null(q.since);
}

static void any_bytes_are_a_query(void **state)
{
    (void)state;
    static const char *const hostile[] = {
        "",         "\"",       "-",
        "--",       "-\"",      "cause:",
        "cause:\"", "\xff\xfe", "AND OR NOT NEAR(",
        "*^{}:()",  "\"\"\"\"", "date:",
        "\x01\x1f", "a\"b\"c",
    };
    for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++)
        (void)parse(hostile[i]);
}

static void arguments_are_joined_by_a_space(void **state)
{
    (void)state;
    const char *const args[] = {"\"out", "of", "memory\""};
    struct pm_query q;
    assert_int_equal(pm_query_parse(args, 3, &arena, &q, NULL), PM_OK);
    assert_int_equal(q.count, 1);
    assert_string_equal(q.clauses[0].text, "out of memory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(words_are_split_at_spaces_of_any_width, setup, teardown),
        cmocka_unit_test_setup_teardown(quotes_make_a_phrase_also_when_left_open, setup, teardown),
        cmocka_unit_test_setup_teardown(japanese_brackets_are_text, setup, teardown),
        cmocka_unit_test_setup_teardown(minus_negates_a_word_or_a_phrase, setup, teardown),
        cmocka_unit_test_setup_teardown(a_section_name_restricts_a_word, setup, teardown),
        cmocka_unit_test_setup_teardown(date_spans_become_bounds, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_no_date_is_a_word, setup, teardown),
        cmocka_unit_test_setup_teardown(any_bytes_are_a_query, setup, teardown),
        cmocka_unit_test_setup_teardown(arguments_are_joined_by_a_space, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
