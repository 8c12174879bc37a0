/* Options, nearness, and the JSON and message writers that every command uses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/dict.h"
#include "lib/json.h"
#include "lib/ui.h"
#include "query/options.h"
#include "query/proximity.h"

static struct pm_arena arena;

static int teardown(void **state)
{
    (void)state;
    pm_arena_free(&arena);
    return 0;
}

static enum pm_status parse(struct pm_options *o, struct pm_error *err, int argc, ...)
{
    static char *argv[16];
    va_list args;
    va_start(args, argc);
    argv[0] = "pmsearch";
    for (int i = 0; i < argc; i++)
        argv[i + 1] = va_arg(args, char *);
    va_end(args);
    return pm_options_parse(argc + 1, argv, &arena, o, err);
}

static void options_stand_before_and_behind_operands(void **state)
{
    (void)state;
    struct pm_options o;
    struct pm_error err = {""};
    assert_int_equal(parse(&o, &err, 6, "-n", "3", "dns", "--json", "-i", "x.db"), PM_OK);
    assert_int_equal(o.n, 3);
    assert_true(o.json);
    assert_string_equal(o.index, "x.db");
    assert_int_equal(o.n_operands, 1);
}

static void an_excluded_word_is_no_option(void **state)
{
    (void)state;
    struct pm_options o;
    struct pm_error err = {""};
    assert_int_equal(parse(&o, &err, 4, "dns", "-latency", "-network", "-i-o"), PM_OK);
    assert_int_equal(o.n_operands, 4);
    assert_int_equal(o.n, 10);
    assert_int_equal(parse(&o, &err, 2, "-l0", "-n5"), PM_OK);
    assert_true(o.list_paths && o.zero);
    assert_int_equal(o.n, 5);
}

static void two_dashes_end_the_options(void **state)
{
    (void)state;
    struct pm_options o;
    struct pm_error err = {""};
    assert_int_equal(parse(&o, &err, 3, "x", "--", "--json"), PM_OK);
    assert_false(o.json);
    assert_int_equal(o.n_operands, 2);
    assert_int_equal(o.fixed, 1);
}

static void bad_values_are_named(void **state)
{
    (void)state;
    struct pm_options o;
    struct pm_error err = {""};
    assert_int_equal(parse(&o, &err, 2, "-n", "many"), PM_EUSAGE);
    assert_non_null(strstr(err.text, "'many'"));
    assert_int_equal(parse(&o, &err, 1, "--since=tomorrow"), PM_EUSAGE);
    assert_int_equal(parse(&o, &err, 1, "--json=yes"), PM_EUSAGE);
    assert_int_equal(parse(&o, &err, 1, "-n"), PM_EUSAGE);
    assert_int_equal(parse(&o, &err, 2, "--color", "pink"), PM_EUSAGE);
}

static struct pm_plan_group group(uint32_t *term, uint32_t position)
{
    return (struct pm_plan_group){.terms = term, .n_terms = 1, .position = position, .idf = 1};
}

/* A document in which term 0 stands at first and term 1 at second. */
static uint32_t apart(uint32_t first, uint32_t second, bool *ordered)
{
    uint32_t t0 = 0, t1 = 1;
    struct pm_position p0[] = {{first, PM_SEC_CAUSE}}, p1[] = {{second, PM_SEC_CAUSE}};
    struct pm_position *lists[] = {p0, p1};
    size_t counts[] = {1, 1};
    struct pm_positions pos = {lists, counts};
    struct pm_plan_group a = group(&t0, 0), b = group(&t1, 1);
    enum pm_section where;
    return pm_nearest(&a, &b, &pos, 1, ordered, &where);
}

static void nearness_knows_distance_and_order(void **state)
{
    (void)state;
    bool ordered;
    assert_int_equal(apart(10, 11, &ordered), 1);
    assert_true(ordered);
    assert_int_equal(apart(12, 10, &ordered), 2);
    assert_false(ordered);
    assert_int_equal(apart(10, 200, &ordered), 0);
}

static void a_phrase_needs_its_order_and_its_section(void **state)
{
    (void)state;
    struct pm_position p0[] = {{5, PM_SEC_CAUSE}, {40, PM_SEC_TITLE}}, p1[] = {{6, PM_SEC_CAUSE}};
    struct pm_position *lists[] = {p0, p1};
    size_t counts[] = {2, 1};
    struct pm_positions pos = {lists, counts};
    uint32_t terms[] = {0, 1}, swapped[] = {1, 0}, offsets[] = {0, 1};
    struct pm_plan_phrase ph = {
        .terms = terms, .offsets = offsets, .n_terms = 2, .section = PM_SEC_COUNT};
    assert_true(pm_phrase_found(&ph, &pos));
    ph.section = PM_SEC_TITLE;
    assert_false(pm_phrase_found(&ph, &pos));
    ph = (struct pm_plan_phrase){
        .terms = swapped, .offsets = offsets, .n_terms = 2, .section = PM_SEC_COUNT};
    assert_false(pm_phrase_found(&ph, &pos));
}

static void json_is_escaped_and_separated(void **state)
{
    (void)state;
    struct pm_buf out = {0};
    struct pm_json j;
    pm_json_begin(&j, &out);
    pm_json_object(&j, NULL);
    pm_json_string(&j, "a\"b", "x\n\t\x01\\\x7f");
    pm_json_string(&j, "none", NULL);
    pm_json_optional(&j, "left", NULL);
    pm_json_array(&j, "list");
    pm_json_int(&j, NULL, -3);
    pm_json_double(&j, NULL, 0.5);
    pm_json_bool(&j, NULL, true);
    pm_json_end_array(&j);
    pm_json_stringn(&j, "bad", "\xff", 1);
    pm_json_base64(&j, "b64", "ab", 2);
    pm_json_end_object(&j);
    assert_string_equal(pm_buf_text(&out),
                        "{\"a\\\"b\":\"x\\n\\t\\u0001\\\\\\u007f\",\"none\":null,"
                        "\"list\":[-3,0.5000,true],\"bad\":\"\xef\xbf\xbd\",\"b64\":\"YWI=\"}");
    pm_buf_free(&out);
}

static void messages_come_in_the_readers_language(void **state)
{
    (void)state;
    struct pm_dict *dict = NULL;
    struct pm_ui *en = NULL, *ja = NULL;
    struct pm_error err = {""};
    assert_int_equal(pm_dict_open(&dict, &err), PM_OK);
    assert_int_equal(pm_ui_open(dict, "en", &en, &err), PM_OK);
    assert_int_equal(pm_ui_open(dict, "ja", &ja, &err), PM_OK);
    assert_string_equal(pm_ui_section(en, PM_SEC_CAUSE), "Root cause");
    assert_string_equal(pm_ui_section(ja, PM_SEC_CAUSE), "根本原因");
    assert_string_equal(pm_ui_text(en, "no.such.key"), "no.such.key");
    assert_string_equal(pm_ui_text(NULL, "x"), "x");
    struct pm_buf out = {0};
    const char *args[] = {"{1}%s"};
    pm_ui_format(en, &out, "search.none", args, 1);
    assert_string_equal(pm_buf_text(&out), "no postmortem matches \"{1}%s\"");
    pm_buf_free(&out);
    for (int s = 0; s < PM_SEC_COUNT; s++)
        assert_null(strstr(pm_ui_section(ja, (enum pm_section)s), "section."));
    pm_ui_close(en);
    pm_ui_close(ja);
    pm_dict_close(dict);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_stand_before_and_behind_operands),
        cmocka_unit_test(an_excluded_word_is_no_option),
        cmocka_unit_test(two_dashes_end_the_options),
        cmocka_unit_test(bad_values_are_named),
        cmocka_unit_test(nearness_knows_distance_and_order),
        cmocka_unit_test(a_phrase_needs_its_order_and_its_section),
        cmocka_unit_test(json_is_escaped_and_separated),
        cmocka_unit_test(messages_come_in_the_readers_language),
    };
    return cmocka_run_group_tests(tests, NULL, teardown);
}
