#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/buf.h"
#include "lib/sentence.h"
#include "lib/utf8.h"

/* The sentences of text, with a bar behind each. */
static void cuts(const char *text, const char *expected)
{
    struct pm_buf b = {0};
    size_t pos = 0, start, n;
    while (pm_sentence_next(text, strlen(text), &pos, &start, &n)) {
        pm_buf_add(&b, text + start, n);
        pm_buf_addc(&b, '|');
    }
    assert_string_equal(pm_buf_text(&b), expected);
    pm_buf_free(&b);
}

static void japanese_stops_cut(void **state)
{
    (void)state;
    cuts("落ちた。再起動した！なぜ？　不明", "落ちた。|再起動した！|なぜ？|不明|");
    cuts("「落ちた。」次に（直した。）終わり", "「落ちた。」|次に（直した。）|終わり|");
    cuts("直った!次へ", "直った!|次へ|");
}

static void english_stops_need_a_new_sentence(void **state)
{
    (void)state;
    cuts("It failed. We fixed it! Why? (Unknown.) Done.",
         "It failed.|We fixed it!|Why?|(Unknown.)|Done.|");
    cuts("Upgrade to v1.2 took 3.5 hours", "Upgrade to v1.2 took 3.5 hours|");
    cuts("see file.txt and lower. case", "see file.txt and lower. case|");
    cuts("He said \"Stop.\" Then left.", "He said \"Stop.\"|Then left.|");
}

static void abbreviations_do_not_cut(void **state)
{
    (void)state;
    cuts("Tools, e.g. Redis, of Acme Inc. Tokyo at 9 a.m. UTC.",
         "Tools, e.g. Redis, of Acme Inc. Tokyo at 9 a.m. UTC.|");
    cuts("1. Restart it. 2. Wait. No. 5 failed. No. It works.",
         "1. Restart it.|2. Wait.|No. 5 failed.|No.|It works.|");
}

static void line_ends_cut_and_white_space_goes(void **state)
{
    (void)state;
    cuts("  one \r\n\n\t two　\n", "one|two|");
    cuts("", "");
    cuts(" \n　", "");
}

/* Cut out and given alone, a sentence must be the same one sentence. */
static void assert_pieces_are_stable(const char *text, size_t len, size_t max)
{
    size_t pos = 0, start, n, end = 0;
    while (pm_sentence_next(text, len, &pos, &start, &n)) {
        assert_true(n > 0 && n <= max && start >= end);
        end = start + n;
        size_t again = 0, s, m;
        assert_true(pm_sentence_next(text + start, n, &again, &s, &m));
        assert_int_equal(s, 0);
        assert_int_equal(m, n);
        assert_true(pos >= end);
    }
}

static void long_sentences_are_cut_at_commas(void **state)
{
    (void)state;
    char text[9000];
    size_t len = 0;
    while (len + 40 < sizeof text)
        len += (size_t)(stpcpy(text + len, "接続が切れ、") - (text + len));
    assert_pieces_are_stable(text, len, 2000);
    size_t pos = 0, start, n;
    assert_true(pm_sentence_next(text, len, &pos, &start, &n));
    assert_memory_equal(text + n - 3, "、", 3);
    assert_true(pm_utf8_valid(text, n, NULL));
}

static void a_sentence_alone_is_the_same_sentence(void **state)
{
    (void)state;
    static const char *const bits[] = {"a",  "A",    ". ", "。", "！",   " ",   "\n",
                                       "1",  "e.g.", "」", "(",  ") ",   "x, ", "障害",
                                       "、", "?",    "! ", "．", "\xFF", "　"};
    uint32_t seed = 7;
    for (int i = 0; i < 20000; i++) {
        char text[256];
        size_t len = 0;
        for (int k = 0; k < 24; k++) {
            seed = seed * 1664525u + 1013904223u;
            const char *bit = bits[(seed >> 8) % (sizeof bits / sizeof *bits)];
            len += (size_t)(stpcpy(text + len, bit) - (text + len));
        }
        assert_pieces_are_stable(text, len, sizeof text);
    }
}

static void a_line_of_ten_megabytes_is_linear(void **state)
{
    (void)state;
    size_t len = 10 << 20;
    char *text = malloc(len);
    assert_non_null(text);
    static const char *const fillers[] = {"x", ".", " ", "\"", "...x"};
    for (size_t f = 0; f < sizeof fillers / sizeof *fillers; f++) {
        size_t unit = strlen(fillers[f]);
        for (size_t i = 0; i < len; i++)
            text[i] = fillers[f][i % unit];
        size_t pos = 0, start, n;
        while (pm_sentence_next(text, len, &pos, &start, &n))
            assert_true(n <= 2000);
    }
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(japanese_stops_cut),
        cmocka_unit_test(english_stops_need_a_new_sentence),
        cmocka_unit_test(abbreviations_do_not_cut),
        cmocka_unit_test(line_ends_cut_and_white_space_goes),
        cmocka_unit_test(long_sentences_are_cut_at_commas),
        cmocka_unit_test(a_sentence_alone_is_the_same_sentence),
        cmocka_unit_test(a_line_of_ten_megabytes_is_linear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
