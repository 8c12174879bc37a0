/* Markdown to blocks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "indexer/markdown.h"

static struct pm_arena arena;
static struct pm_blocks got;

static void read_at(const char *text, int first_line)
{
    pm_arena_free(&arena);
    got = (struct pm_blocks){0};
    struct pm_error err = {{0}};
    assert_int_equal(pm_markdown_read(text, strlen(text), first_line, &arena, &got, &err), PM_OK);
}

static void read_md(const char *text)
{
    read_at(text, 1);
}

static int forget(void **state)
{
    (void)state;
    pm_arena_free(&arena);
    return 0;
}

static void assert_block(size_t i, enum pm_block_kind kind, int line, const char *text)
{
    assert_true(i < got.count);
    assert_string_equal(got.items[i].text, text);
    assert_int_equal(got.items[i].len, strlen(text));
    assert_int_equal(got.items[i].kind, kind);
    assert_int_equal(got.items[i].line, line);
}

static void assert_key(size_t i, const char *key)
{
    assert_true(i < got.count);
    assert_non_null(got.items[i].key);
    assert_string_equal(got.items[i].key, key);
}

static void assert_cells(size_t i, size_t n, const char *const *cells)
{
    assert_true(i < got.count);
    assert_int_equal(got.items[i].kind, PM_BLOCK_ROW);
    assert_int_equal(got.items[i].n_cells, n);
    for (size_t k = 0; k < n; k++)
        assert_string_equal(got.items[i].cells[k], cells[k]);
}

#define CELLS(i, ...)                                                                              \
    do {                                                                                           \
        static const char *const want[] = {__VA_ARGS__};                                           \
        assert_cells(i, sizeof want / sizeof *want, want);                                         \
    } while (0)

static void headings_have_levels_and_lines(void **state)
{
    (void)state;
    read_md("# Title\n\n## Root *cause* ##\n\nImpact\n======\n\nFix\n---\n\n#\n");
    assert_int_equal(got.count, 4);
    assert_block(0, PM_BLOCK_HEADING, 1, "Title");
    assert_block(1, PM_BLOCK_HEADING, 3, "Root cause");
    assert_block(2, PM_BLOCK_HEADING, 5, "Impact");
    assert_block(3, PM_BLOCK_HEADING, 8, "Fix");
    assert_int_equal(got.items[1].level, 2);
    assert_int_equal(got.items[2].level, 1);
    assert_int_equal(got.items[3].level, 2);
}

static void line_numbers_start_behind_the_front_matter(void **state)
{
    (void)state;
    read_at("\ntext\n\n- item\n", 10);
    assert_block(0, PM_BLOCK_PARAGRAPH, 11, "text");
    assert_block(1, PM_BLOCK_ITEM, 13, "item");
}

static void headings_of_other_dialects_are_headings(void **state)
{
    (void)state;
    read_md("##概要\n本文\n\n#　原因\n\n## Impact {#impact}\n\n#incident-42 is a channel\n");
    assert_block(0, PM_BLOCK_HEADING, 1, "概要");
    assert_int_equal(got.items[0].level, 2);
    assert_block(1, PM_BLOCK_PARAGRAPH, 2, "本文");
    assert_block(2, PM_BLOCK_HEADING, 4, "原因");
    assert_block(3, PM_BLOCK_HEADING, 6, "Impact");
    assert_block(4, PM_BLOCK_PARAGRAPH, 8, "#incident-42 is a channel");
}

static void text_above_a_break_is_no_heading(void **state)
{
    (void)state;
    read_md("first line\nsecond line\n---\n\n**Status:** done\n---\n\n復旧した。\n---\n\n"
            "| a | b |\n|---|---|\n| 1 | 2 |\n---\n");
    assert_block(0, PM_BLOCK_PARAGRAPH, 1, "first line\nsecond line");
    assert_block(1, PM_BLOCK_PARAGRAPH, 5, "Status: done");
    assert_block(2, PM_BLOCK_PARAGRAPH, 8, "復旧した。");
    assert_block(3, PM_BLOCK_ROW, 11, "a | b");
    assert_block(4, PM_BLOCK_ROW, 13, "1 | 2");
    assert_int_equal(got.count, 5);
}

static void markup_goes_and_line_breaks_stay(void **state)
{
    (void)state;
    read_md("The *pool* was `full`  \nand ~~slow~~ [docs](http://a.example/x)\n"
            "![a graph](http://a.example/g.png) &amp; &lt;b&gt;\n");
    assert_int_equal(got.count, 1);
    assert_block(0, PM_BLOCK_PARAGRAPH, 1, "The pool was full\nand slow docs\na graph & <b>");
}

static void a_code_span_over_two_lines_keeps_the_count(void **state)
{
    (void)state;
    read_md("a `b\nc` d\ne\n**Key:** f\n");
    assert_block(1, PM_BLOCK_PARAGRAPH, 4, "Key: f");
}

static void items_have_depth_and_boxes(void **state)
{
    (void)state;
    read_md("- one\n  - [x] two\n  - [ ] three\n    more\n\n    another paragraph\n\n1. four\n");
    assert_block(0, PM_BLOCK_ITEM, 1, "one");
    assert_block(1, PM_BLOCK_ITEM, 2, "two");
    assert_block(2, PM_BLOCK_ITEM, 3, "three\nmore");
    assert_block(3, PM_BLOCK_PARAGRAPH, 6, "another paragraph");
    assert_block(4, PM_BLOCK_ITEM, 8, "four");
    assert_int_equal(got.items[0].level, 1);
    assert_int_equal(got.items[0].checked, -1);
    assert_int_equal(got.items[1].level, 2);
    assert_int_equal(got.items[1].checked, 1);
    assert_int_equal(got.items[2].checked, 0);
    assert_int_equal(got.items[4].level, 1);
}

static void code_keeps_its_lines(void **state)
{
    (void)state;
    read_md("```log\nERROR **x**\n  at y\n\n```\n\n    indented\n      more\n\n- z\n\n  ~~~\n  "
            "in\n  ~~~\n");
    assert_block(0, PM_BLOCK_CODE, 2, "ERROR **x**\n  at y");
    assert_block(1, PM_BLOCK_CODE, 7, "indented\n  more");
    assert_block(3, PM_BLOCK_CODE, 13, "in");
}

static void quotes_are_quotes(void **state)
{
    (void)state;
    read_md("> we saw *errors*\n> twice\n>\n> ## not a section\n");
    assert_block(0, PM_BLOCK_QUOTE, 1, "we saw errors\ntwice");
    assert_block(1, PM_BLOCK_QUOTE, 4, "not a section");
}

static void a_table_becomes_rows(void **state)
{
    (void)state;
    read_md("| Time | Event |\n|:-----|:----:|\n| 10:00 | **alert** [x](http://t.example) |\n"
            "| 10:05 |\n\nafter\n");
    assert_int_equal(got.count, 4);
    assert_block(0, PM_BLOCK_ROW, 1, "Time | Event");
    assert_block(1, PM_BLOCK_ROW, 3, "10:00 | alert x");
    assert_block(2, PM_BLOCK_ROW, 4, "10:05");
    assert_block(3, PM_BLOCK_PARAGRAPH, 6, "after");
    assert_true(got.items[0].header);
    assert_false(got.items[1].header);
    assert_int_equal(got.items[1].table, 1);
    CELLS(2, "10:05", "");
    assert_string_equal(got.links[0], "http://t.example");
}

static void tables_without_outer_pipes_count(void **state)
{
    (void)state;
    read_md("a | b\n--|--\n1 | 2\n\nnot | a table\n\nx\n---\n");
    CELLS(0, "a", "b");
    CELLS(1, "1", "2");
    assert_block(2, PM_BLOCK_PARAGRAPH, 5, "not | a table");
    assert_block(3, PM_BLOCK_HEADING, 7, "x");
}

static void pipes_in_cells_do_not_split(void **state)
{
    (void)state;
    read_md("| a | b |\n|---|---|\n| x \\| y | `p | q` |\n| use ` here | and ` there |\n"
            "| `c \\| d` | * |\n");
    CELLS(1, "x | y", "p | q");
    CELLS(2, "use ` here", "and ` there");
    CELLS(3, "c | d", "*");
}

static void cells_start_no_blocks(void **state)
{
    (void)state;
    read_md("| a | b | c | d |\n|---|---|---|---|\n| - x | # y | 1. z | > w<br>v |\n");
    CELLS(1, "- x", "# y", "1. z", "> w v");
}

static void a_table_right_under_text_is_found(void **state)
{
    (void)state;
    read_md("The *timeline*:\nall in UTC\n| t | e |\n|---|---|\n| 1 | 2 |\nand `text` after\n");
    assert_block(0, PM_BLOCK_PARAGRAPH, 1, "The timeline:\nall in UTC");
    assert_block(1, PM_BLOCK_ROW, 3, "t | e");
    assert_block(2, PM_BLOCK_ROW, 5, "1 | 2");
    assert_block(3, PM_BLOCK_PARAGRAPH, 6, "and text after");
}

static void tables_in_items_and_quotes_are_found(void **state)
{
    (void)state;
    read_md(
        "- see\n\n  | a | b |\n  |---|---|\n  | 1 | 2 |\n- | c | d |\n  |---|---|\n  | 3 | 4 |\n\n"
        "> | e | f |\n> |---|---|\n> | 5 | 6 |\n\n- under\n  | g | h |\n  |---|---|\n");
    assert_block(0, PM_BLOCK_ITEM, 1, "see");
    assert_block(1, PM_BLOCK_ROW, 3, "a | b");
    assert_block(2, PM_BLOCK_ROW, 5, "1 | 2");
    assert_block(3, PM_BLOCK_ROW, 6, "c | d");
    assert_block(4, PM_BLOCK_ROW, 8, "3 | 4");
    assert_block(5, PM_BLOCK_ROW, 10, "e | f");
    assert_block(6, PM_BLOCK_ROW, 12, "5 | 6");
    assert_block(7, PM_BLOCK_ITEM, 14, "under");
    assert_block(8, PM_BLOCK_ROW, 15, "g | h");
    assert_int_equal(got.items[8].table, 4);
}

static void empty_rows_leave_nothing(void **state)
{
    (void)state;
    read_md("| | |\n|---|---|\n| 発生日時 | 2024-01-02 |\n| | |\n");
    assert_int_equal(got.count, 1);
    CELLS(0, "発生日時", "2024-01-02");
    assert_false(got.items[0].header);
}

static void bold_keys_are_read(void **state)
{
    (void)state;
    read_md("**Severity:** SEV1\n\n**Owner**: alice\n\n- __Impact:__ none\n\n*Date:* today\n\n"
            "**Just** bold\n\n*just* italic\n");
    assert_key(0, "Severity");
    assert_key(1, "Owner");
    assert_key(2, "Impact");
    assert_block(2, PM_BLOCK_ITEM, 5, "Impact: none");
    assert_key(3, "Date");
    assert_key(4, "Just");
    assert_null(got.items[5].key);
}

static void japanese_bold_that_commonmark_misses_is_read(void **state)
{
    (void)state;
    read_md(
        "**原因：**接続プールの枯渇\n\n**概要（UTC）**に示す\n\n- **対応：**再起動の**実施**\n\n"
        "影響は**概要（UTC）**に示す\n");
    assert_key(0, "原因");
    assert_block(0, PM_BLOCK_PARAGRAPH, 1, "原因：接続プールの枯渇");
    assert_key(1, "概要（UTC）");
    assert_block(1, PM_BLOCK_PARAGRAPH, 3, "概要（UTC）に示す");
    assert_key(2, "対応");
    assert_block(2, PM_BLOCK_ITEM, 5, "対応：再起動の実施");
    assert_block(3, PM_BLOCK_PARAGRAPH, 7, "影響は概要（UTC）に示す");
}

static void stars_in_formulas_stay(void **state)
{
    (void)state;
    read_md("2**10 requests, `a**b`, x ** y\n");
    assert_block(0, PM_BLOCK_PARAGRAPH, 1, "2**10 requests, a**b, x ** y");
}

static void each_bold_key_starts_a_block(void **state)
{
    (void)state;
    read_md("**Date:** 2024-01-02\n**Severity**: high\nstill severity\n**Impact**\ntext\n");
    assert_int_equal(got.count, 4);
    assert_block(0, PM_BLOCK_PARAGRAPH, 1, "Date: 2024-01-02");
    assert_block(1, PM_BLOCK_PARAGRAPH, 2, "Severity: high\nstill severity");
    assert_block(2, PM_BLOCK_PARAGRAPH, 4, "Impact");
    assert_true(got.items[2].bold_only);
    assert_block(3, PM_BLOCK_PARAGRAPH, 5, "text");
}

static void a_bold_line_is_a_heading_in_disguise(void **state)
{
    (void)state;
    read_md("**根本原因**\n\ntext **bold** text\n\n**wrapped\nbold**\n\n*Impact*\n\nThe tree was\n"
            "**entirely rebuilt.**\nThen it stood.\n");
    assert_true(got.items[0].bold_only);
    assert_key(0, "根本原因");
    assert_false(got.items[1].bold_only);
    assert_false(got.items[2].bold_only);
    assert_null(got.items[2].key);
    assert_true(got.items[3].bold_only);
    assert_block(4, PM_BLOCK_PARAGRAPH, 10, "The tree was\nentirely rebuilt.\nThen it stood.");
}

static void wiki_links_keep_their_text(void **state)
{
    (void)state;
    read_md("See [[000601]] and [[wiki links]], not `[[ -f x ]]` or [[open.\n");
    assert_block(0, PM_BLOCK_PARAGRAPH, 1, "See 000601 and wiki links, not [[ -f x ]] or [[open.");
}

static void html_gives_its_text(void **state)
{
    (void)state;
    read_md("<details>\n<summary>Full log</summary>\n\nbody <b>x</b><br>y <!-- no "
            "-->z\n\n</details>\n\n"
            "<!-- a comment\nover lines -->\n\n<div>a &amp; b&nbsp;<i>c</i></div>\n\n"
            "<script>\nvar x = 1;\n\n</script>\n\n<h3>Impact</h3>\n");
    assert_block(0, PM_BLOCK_PARAGRAPH, 2, "Full log");
    assert_true(got.items[0].bold_only);
    assert_block(1, PM_BLOCK_PARAGRAPH, 4, "body x\ny z");
    assert_block(2, PM_BLOCK_PARAGRAPH, 11,
                 "a & b\xc2\xa0"
                 "c");
    assert_block(3, PM_BLOCK_HEADING, 18, "Impact");
    assert_int_equal(got.items[3].level, 3);
    assert_int_equal(got.count, 4);
}

static void html_tables_and_lists_are_read(void **state)
{
    (void)state;
    read_md("<table>\n<tr><th>項目</th><th>内容</th></tr>\n<tr><td>日時<td>1月\n</tr></table>\n"
            "<ul><li>one<li>two</ul>\n");
    CELLS(0, "項目", "内容");
    assert_true(got.items[0].header);
    CELLS(1, "日時", "1月");
    assert_false(got.items[1].header);
    assert_block(2, PM_BLOCK_ITEM, 5, "one");
    assert_block(3, PM_BLOCK_ITEM, 5, "two");
}

static void inline_scripts_are_dropped(void **state)
{
    (void)state;
    read_md("before <script>alert(1)</script> after\n");
    assert_block(0, PM_BLOCK_PARAGRAPH, 1, "before  after");
}

static void links_are_collected_once(void **state)
{
    (void)state;
    read_md("[a](https://a.example/1) https://b.example/x_(y). <https://c.example>\n\n"
            "[a][r] (see http://d.example/z), https://e.example/見る\n\n"
            "<a href='https://f.example/'>f</a> `https://code.example` mailto:x@y.example\n\n"
            "[r]: https://r.example \"t\"\n[unused]: <https://u.example>\n\nhttps://a.example/1\n");
    static const char *const want[] = {"https://a.example/1", "https://b.example/x_(y)",
                                       "https://c.example",   "https://r.example",
                                       "http://d.example/z",  "https://e.example/",
                                       "https://f.example/",  "https://u.example"};
    assert_int_equal(got.n_links, sizeof want / sizeof *want);
    for (size_t i = 0; i < got.n_links; i++)
        assert_string_equal(got.links[i], want[i]);
}

static void text_behind_definitions_has_its_own_line(void **state)
{
    (void)state;
    read_md("[a]: http://a.example\n[b]:\n  http://b.example\n**Key:** text\n");
    assert_block(0, PM_BLOCK_PARAGRAPH, 4, "Key: text");
    assert_key(0, "Key");
    assert_int_equal(got.n_links, 2);
    assert_string_equal(got.links[1], "http://b.example");
}

static void notes_that_look_like_definitions_keep_their_text(void **state)
{
    (void)state;
    read_md("本文[^1]\n\n[^1]: これは注釈です。\n[対応]: 再起動した\n");
    assert_block(1, PM_BLOCK_PARAGRAPH, 3, "これは注釈です。");
    assert_block(2, PM_BLOCK_PARAGRAPH, 4, "対応: 再起動した");
}

static void container_marks_are_dropped(void **state)
{
    (void)state;
    read_md(":::message alert\n本番で発生\n:::\n\n:::details 詳細ログ\nx\n:::\n");
    assert_block(0, PM_BLOCK_PARAGRAPH, 2, "本番で発生");
    assert_block(1, PM_BLOCK_PARAGRAPH, 5, "詳細ログ");
    assert_int_equal(got.count, 3);
}

static void nothing_comes_of_nothing(void **state)
{
    (void)state;
    read_md("");
    assert_int_equal(got.count, 0);
    read_md("\n\n---\n- \n> \n<!-- x -->\n");
    assert_int_equal(got.count, 0);
}

/* Reads n times piece, then end; quadratic work would take minutes here. */
static void hostile(const char *piece, size_t n, const char *end)
{
    size_t size = strlen(piece);
    char *text = malloc(size * n + strlen(end) + 1);
    assert_non_null(text);
    for (size_t i = 0; i < n; i++)
        memcpy(text + i * size, piece, size);
    strcpy(text + n * size, end);
    clock_t start = clock();
    read_md(text);
    double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
    if (seconds > 20)
        fail_msg("%zu times '%.20s' took %.1f s", n, piece, seconds);
    free(text);
}

static void hostile_input_takes_linear_time(void **state)
{
    (void)state;
    hostile("a b ", 2500000, "\n");
    hostile("> ", 30000, "a\n");
    hostile("- ", 5000, "a\n");
    hostile("# a\n", 5000, "");
    hostile("[", 1000000, "\n");
    hostile("[[", 300000, "]]\n");
    hostile("`", 1000000, "\n");
    hostile("|", 1000000, "\n|---|\n");
    hostile("|", 300000, "\n|--|--|\n");
    hostile("|-", 300000, "\n");
    hostile("|`", 300000, "|\n|--|--|\n");
    hostile("<a \"", 200000, "\n");
    hostile("<div>\n<", 100000, "\n");
    hostile("<!--", 200000, "\n");
    hostile("http://", 200000, "\n");
    hostile("http://a.example/x ", 50000, "\n");
    hostile("**", 500000, "\n");
    hostile("**a:**b\n", 100000, "");
    hostile("a | b\n-|-\n", 100000, "");
    hostile("[a]: b\n", 100000, "");
    hostile("a\n", 500000, "---\n");
    hostile("&amp;", 200000, "\n");
    hostile("<td>&amp;", 100000, "\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headings_have_levels_and_lines),
        cmocka_unit_test(line_numbers_start_behind_the_front_matter),
        cmocka_unit_test(headings_of_other_dialects_are_headings),
        cmocka_unit_test(text_above_a_break_is_no_heading),
        cmocka_unit_test(markup_goes_and_line_breaks_stay),
        cmocka_unit_test(a_code_span_over_two_lines_keeps_the_count),
        cmocka_unit_test(items_have_depth_and_boxes),
        cmocka_unit_test(code_keeps_its_lines),
        cmocka_unit_test(quotes_are_quotes),
        cmocka_unit_test(a_table_becomes_rows),
        cmocka_unit_test(tables_without_outer_pipes_count),
        cmocka_unit_test(pipes_in_cells_do_not_split),
        cmocka_unit_test(cells_start_no_blocks),
        cmocka_unit_test(a_table_right_under_text_is_found),
        cmocka_unit_test(tables_in_items_and_quotes_are_found),
        cmocka_unit_test(empty_rows_leave_nothing),
        cmocka_unit_test(bold_keys_are_read),
        cmocka_unit_test(japanese_bold_that_commonmark_misses_is_read),
        cmocka_unit_test(stars_in_formulas_stay),
        cmocka_unit_test(each_bold_key_starts_a_block),
        cmocka_unit_test(a_bold_line_is_a_heading_in_disguise),
        cmocka_unit_test(wiki_links_keep_their_text),
        cmocka_unit_test(html_gives_its_text),
        cmocka_unit_test(html_tables_and_lists_are_read),
        cmocka_unit_test(inline_scripts_are_dropped),
        cmocka_unit_test(links_are_collected_once),
        cmocka_unit_test(text_behind_definitions_has_its_own_line),
        cmocka_unit_test(notes_that_look_like_definitions_keep_their_text),
        cmocka_unit_test(container_marks_are_dropped),
        cmocka_unit_test(nothing_comes_of_nothing),
        cmocka_unit_test(hostile_input_takes_linear_time),
    };
    return cmocka_run_group_tests(tests, NULL, forget);
}
