/* Plain text to blocks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "indexer/plaintext.h"

static struct pm_arena arena;
static struct pm_blocks got;

static void read_txt(const char *text)
{
    pm_arena_free(&arena);
    got = (struct pm_blocks){0};
    struct pm_error err = {{0}};
    assert_int_equal(pm_plaintext_read(text, strlen(text), 1, &arena, &got, &err), PM_OK);
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
    assert_int_equal(got.items[i].kind, kind);
    assert_int_equal(got.items[i].line, line);
}

static void paragraphs_end_at_blank_lines(void **state)
{
    (void)state;
    read_txt("One\ntwo.\n\n　全角で字下げ\n   \nthree\n");
    assert_block(0, PM_BLOCK_PARAGRAPH, 1, "One\ntwo.");
    assert_block(1, PM_BLOCK_PARAGRAPH, 4, "　全角で字下げ");
    assert_block(2, PM_BLOCK_PARAGRAPH, 6, "three");
    assert_int_equal(got.count, 3);
}

static void bullets_are_items(void **state)
{
    (void)state;
    read_txt("• 10:00 alert\n  goes on\n・検知\n- one\n  - [x] two\n1) three\n(2) four\n３）五\n① "
             "六\nend\n");
    assert_block(0, PM_BLOCK_ITEM, 1, "10:00 alert\ngoes on");
    assert_block(1, PM_BLOCK_ITEM, 3, "検知");
    assert_block(2, PM_BLOCK_ITEM, 4, "one");
    assert_block(3, PM_BLOCK_ITEM, 5, "two");
    assert_int_equal(got.items[3].level, 2);
    assert_int_equal(got.items[3].checked, 1);
    assert_block(4, PM_BLOCK_ITEM, 6, "three");
    assert_int_equal(got.items[4].level, 1);
    assert_block(5, PM_BLOCK_ITEM, 7, "four");
    assert_block(6, PM_BLOCK_ITEM, 8, "五");
    assert_block(7, PM_BLOCK_ITEM, 9, "六");
    assert_block(8, PM_BLOCK_PARAGRAPH, 10, "end");
}

static void a_number_alone_on_its_line_is_a_title(void **state)
{
    (void)state;
    read_txt("1. 概要\n\n決済が止まった。\n\n2. 原因\n接続プールの枯渇。\n\n1. first\n2. second\n");
    assert_block(0, PM_BLOCK_PARAGRAPH, 1, "1. 概要");
    assert_block(2, PM_BLOCK_PARAGRAPH, 5, "2. 原因");
    assert_block(3, PM_BLOCK_PARAGRAPH, 6, "接続プールの枯渇。");
    assert_block(4, PM_BLOCK_ITEM, 8, "first");
}

static void figures_are_no_numbering(void **state)
{
    (void)state;
    read_txt("10.0.0.1 was down\n3.5 seconds later\n2024) odd\n");
    assert_int_equal(got.count, 1);
}

static void underlined_titles_are_headings(void **state)
{
    (void)state;
    read_txt("===========\nPost Mortem\n===========\n\n原因\n----\ntext\n\nImpact\n------\n\n"
             "A long sentence of the body that stands above a break.\n---\n");
    assert_block(0, PM_BLOCK_HEADING, 2, "Post Mortem");
    assert_int_equal(got.items[0].level, 1);
    assert_block(1, PM_BLOCK_HEADING, 5, "原因");
    assert_int_equal(got.items[1].level, 2);
    assert_block(2, PM_BLOCK_PARAGRAPH, 7, "text");
    assert_block(3, PM_BLOCK_HEADING, 9, "Impact");
    assert_int_equal(got.items[3].level, 2);
    assert_int_equal(got.items[4].kind, PM_BLOCK_PARAGRAPH);
    assert_int_equal(got.count, 5);
}

static void wiki_headings_are_headings(void **state)
{
    (void)state;
    read_txt("= Title\n\n== Root cause ==\ntext\n===影響===\n=not one\n");
    assert_block(0, PM_BLOCK_HEADING, 1, "Title");
    assert_block(1, PM_BLOCK_HEADING, 3, "Root cause");
    assert_int_equal(got.items[1].level, 2);
    assert_block(3, PM_BLOCK_HEADING, 5, "影響");
    assert_block(4, PM_BLOCK_PARAGRAPH, 6, "=not one");
}

static void indented_and_fenced_text_is_code(void **state)
{
    (void)state;
    read_txt(
        "log:\n\n    ERROR 1\n\n      at x\n\nthen\n```\n  raw\n```\n- item\n\n    more of it\n");
    assert_block(1, PM_BLOCK_CODE, 3, "    ERROR 1\n\n      at x");
    assert_block(2, PM_BLOCK_PARAGRAPH, 7, "then");
    assert_block(3, PM_BLOCK_CODE, 9, "  raw");
    assert_block(5, PM_BLOCK_PARAGRAPH, 13, "more of it");
}

static void tables_of_markdown_and_org_are_rows(void **state)
{
    (void)state;
    read_txt("| t | e |\n|---|---|\n| 1 | https://a.example |\n\n| a | b |\n|---+---|\n| c |  "
             "|\n\nx | y\n");
    assert_block(0, PM_BLOCK_ROW, 1, "t | e");
    assert_true(got.items[0].header);
    assert_block(1, PM_BLOCK_ROW, 3, "1 | https://a.example");
    assert_block(2, PM_BLOCK_ROW, 5, "a | b");
    assert_int_equal(got.items[2].table, 2);
    assert_block(3, PM_BLOCK_ROW, 7, "c");
    assert_int_equal(got.items[3].n_cells, 2);
    assert_block(4, PM_BLOCK_PARAGRAPH, 9, "x | y");
    assert_int_equal(got.n_links, 1);
}

static void quotes_and_links_are_seen(void **state)
{
    (void)state;
    read_txt("> it is down\n> again\nsee (https://a.example/b)。\n");
    assert_block(0, PM_BLOCK_QUOTE, 1, "it is down\nagain");
    assert_string_equal(got.links[0], "https://a.example/b");
}

static void hostile(const char *piece, size_t n)
{
    size_t size = strlen(piece);
    char *text = malloc(size * n + 1);
    assert_non_null(text);
    for (size_t i = 0; i < n; i++)
        memcpy(text + i * size, piece, size);
    text[size * n] = '\0';
    clock_t start = clock();
    read_txt(text);
    assert_true(clock() - start < 20 * CLOCKS_PER_SEC);
    free(text);
}

static void hostile_input_takes_linear_time(void **state)
{
    (void)state;
    hostile("a b ", 2500000);
    hostile("- ", 500000);
    hostile(">", 1000000);
    hostile("```\n", 100001);
    hostile("|`", 500000);
    hostile("a\n", 500000);
    hostile("    a\n\n", 200000);
    hostile("===\n", 200000);
    hostile("| a |\n", 100000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paragraphs_end_at_blank_lines),
        cmocka_unit_test(bullets_are_items),
        cmocka_unit_test(a_number_alone_on_its_line_is_a_title),
        cmocka_unit_test(figures_are_no_numbering),
        cmocka_unit_test(underlined_titles_are_headings),
        cmocka_unit_test(wiki_headings_are_headings),
        cmocka_unit_test(indented_and_fenced_text_is_code),
        cmocka_unit_test(tables_of_markdown_and_org_are_rows),
        cmocka_unit_test(quotes_and_links_are_seen),
        cmocka_unit_test(hostile_input_takes_linear_time),
    };
    return cmocka_run_group_tests(tests, NULL, forget);
}
