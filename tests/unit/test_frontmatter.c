/* Front matter: YAML, what YAML rejects, TOML. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "indexer/frontmatter.h"
#include "lib/buf.h"

static struct pm_incident *inc;
static struct pm_metas metas;
static size_t body;
static int body_line;

static int forget(void **state)
{
    (void)state;
    pm_incident_free(inc);
    inc = NULL;
    return 0;
}

static void read_fm_bytes(const char *text, size_t len)
{
    (void)forget(NULL);
    inc = pm_incident_new();
    assert_non_null(inc);
    metas = (struct pm_metas){0};
    struct pm_error err = {{0}};
    assert_int_equal(pm_frontmatter_read(text, len, inc, &metas, &body, &body_line, &err), PM_OK);
}

static void read_fm(const char *text)
{
    read_fm_bytes(text, strlen(text));
}

/* The values of the i-th key, joined by " / ". */
static void assert_meta(size_t i, int line, const char *key, const char *values)
{
    char joined[400] = "";
    assert_true(i < metas.count);
    for (size_t k = 0; k < metas.items[i].n_values; k++) {
        strcat(joined, k == 0 ? "" : " / ");
        strcat(joined, metas.items[i].values[k]);
    }
    assert_string_equal(metas.items[i].key, key);
    assert_string_equal(joined, values);
    assert_int_equal(metas.items[i].line, line);
}

static void keys_are_lower_cased_and_values_kept(void **state)
{
    (void)state;
    const char *text =
        "---\nTitle: \"Outage: DB\"\n日付: 2024-01-02 # day\n\nempty:\nnone: ~\n---\nbody\n";
    read_fm(text);
    assert_int_equal(metas.count, 2);
    assert_meta(0, 2, "title", "Outage: DB");
    assert_meta(1, 3, "日付", "2024-01-02");
    assert_string_equal(text + body, "body\n");
    assert_int_equal(body_line, 8);
    assert_int_equal(inc->n_warnings, 0);
}

static void lists_and_maps_are_flattened(void **state)
{
    (void)state;
    read_fm("---\ntags: [db, \"a, b\"]\nmeta:\n  Owner: alice\n  steps:\n    - one\n    - two\n"
            "actions:\n  - what: x\n    who: y\n  - what: z\n---\n");
    assert_meta(0, 2, "tags", "db / a, b");
    assert_meta(1, 4, "meta.owner", "alice");
    assert_meta(2, 6, "meta.steps", "one / two");
    assert_meta(3, 9, "actions.what", "x");
    assert_meta(4, 10, "actions.who", "y");
    assert_meta(5, 11, "actions.what", "z");
    assert_int_equal(metas.count, 6);
}

static void scalars_over_lines_are_joined(void **state)
{
    (void)state;
    read_fm("---\nsummary: |\n  first\n  second\nplain: a\n  b\n...\nbody");
    assert_meta(0, 2, "summary", "first second");
    assert_meta(1, 5, "plain", "a b");
    assert_int_equal(body_line, 8);
}

static void aliases_are_not_expanded(void **state)
{
    (void)state;
    read_fm("---\na: &x [1, 2]\nb: [*x, *x, 3]\nc: *x\n---\n");
    assert_meta(0, 2, "a", "1 / 2");
    assert_meta(1, 3, "b", "3");
    assert_int_equal(metas.count, 2);
}

static void what_yaml_rejects_is_read_by_lines(void **state)
{
    (void)state;
    read_fm("---\ndate: 2024-01-02\ntitle: Outage: DB down\nowner: @sre\ncause: [SEV1] DB\n"
            "tags: [a, 'b, c']\nservices:\n- api\n- \"web\"\nmeta:\n  team: x\nnote: >\n  goes\n  "
            "on\n---\n");
    assert_meta(0, 2, "date", "2024-01-02");
    assert_meta(1, 3, "title", "Outage: DB down");
    assert_meta(2, 4, "owner", "@sre");
    assert_meta(3, 5, "cause", "[SEV1] DB");
    assert_meta(4, 6, "tags", "a / b, c");
    assert_meta(5, 7, "services", "api / web");
    assert_meta(6, 11, "meta.team", "x");
    assert_meta(7, 12, "note", "goes on");
    assert_int_equal(metas.count, 8);
    assert_int_equal(inc->n_warnings, 1);
    assert_int_equal(inc->warnings[0].line, 3);
    assert_int_equal(body_line, 16);
}

static void an_unclosed_front_matter_is_body_with_a_warning(void **state)
{
    (void)state;
    read_fm("---\ntitle: x\n\ntext\n");
    assert_int_equal(body, 0);
    assert_int_equal(body_line, 1);
    assert_int_equal(metas.count, 0);
    assert_int_equal(inc->n_warnings, 1);
}

static void a_break_at_the_top_is_body(void **state)
{
    (void)state;
    read_fm("---\n\nJust text.\n\n---\nmore\n");
    assert_int_equal(body, 0);
    assert_int_equal(inc->n_warnings, 0);
    read_fm("---\nNote: see below\nThis goes on as prose.\nAnd on: [and\nso do we.\n\nHere "
            "too.\n---\n");
    assert_int_equal(body, 0);
    assert_int_equal(metas.count, 0);
    read_fm("no front matter\n---\na: b\n---\n");
    assert_int_equal(body, 0);
    read_fm("");
    assert_int_equal(body_line, 1);
    read_fm("---");
    assert_int_equal(body_line, 1);
}

static void toml_is_accepted(void **state)
{
    (void)state;
    const char *text = "+++\nTitle = \"Outage # 1\" # note\ntags = [\n  \"a\", # one\n  'b',\n]\n"
                       "[extra]\ndate = 2024-01-01\n+++\nbody";
    read_fm(text);
    assert_meta(0, 2, "title", "Outage # 1");
    assert_meta(1, 3, "tags", "a / b");
    assert_meta(2, 8, "extra.date", "2024-01-01");
    assert_string_equal(text + body, "body");
    assert_int_equal(body_line, 10);
}

static void crlf_is_accepted(void **state)
{
    (void)state;
    const char *text = "---\r\ntitle: x\r\n---\r\nbody";
    read_fm(text);
    assert_meta(0, 2, "title", "x");
    assert_string_equal(text + body, "body");
}

static void hostile(const char *piece, size_t n)
{
    struct pm_buf b = {0};
    pm_buf_adds(&b, "---\na: ");
    for (size_t i = 0; i < n; i++)
        pm_buf_adds(&b, piece);
    pm_buf_adds(&b, "\n---\n");
    clock_t start = clock();
    read_fm_bytes(b.data, b.len);
    assert_true(clock() - start < 20 * CLOCKS_PER_SEC);
    pm_buf_free(&b);
}

static void hostile_input_takes_linear_time(void **state)
{
    (void)state;
    hostile("[", 100000);
    hostile("[", 2000000);
    hostile("{a: ", 60000);
    hostile("\n  b", 60000);
    hostile("\n  b", 1000000);
    hostile("\n- b", 60000);
    hostile("\n- b", 500000);
    hostile("x, ", 1000000);
    hostile("&a ", 50000);
    hostile("\"", 200001);
    hostile("? ", 100000);
    hostile("\n: ", 50000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_lower_cased_and_values_kept),
        cmocka_unit_test(lists_and_maps_are_flattened),
        cmocka_unit_test(scalars_over_lines_are_joined),
        cmocka_unit_test(aliases_are_not_expanded),
        cmocka_unit_test(what_yaml_rejects_is_read_by_lines),
        cmocka_unit_test(an_unclosed_front_matter_is_body_with_a_warning),
        cmocka_unit_test(a_break_at_the_top_is_body),
        cmocka_unit_test(toml_is_accepted),
        cmocka_unit_test(crlf_is_accepted),
        cmocka_unit_test(hostile_input_takes_linear_time),
    };
    return cmocka_run_group_tests(tests, NULL, forget);
}
