#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/utf8.h"

static void a_run_of_ascii_ends_at_the_first_other_byte_whatever_its_place(void **state)
{
    (void)state;
    char text[40];
    for (size_t len = 0; len <= sizeof text; len++)
        for (size_t at = 0; at <= len; at++) {
            memset(text, 'a', sizeof text);
            if (at < len)
                text[at] = '\xE3';
            for (size_t pos = 0; pos <= at; pos++)
                assert_int_equal(pm_ascii_end(text, len, pos), at);
        }
}

static void every_character_survives_a_round_trip(void **state)
{
    (void)state;
    for (uint32_t cp = 1; cp <= 0x10FFFF; cp++) {
        if (cp >= 0xD800 && cp <= 0xDFFF)
            continue;
        char bytes[4];
        size_t n = pm_utf8_put(cp, bytes), pos = 0;
        assert_int_equal(pm_utf8_next(bytes, n, &pos), cp);
        assert_int_equal(pos, n);
    }
}

static void malformed_bytes_advance_by_one(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "\x80", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80",
        "\xF5", "\xE3\x81", "\xFF"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        size_t pos = 0, at = 9;
        assert_int_equal(pm_utf8_next(bad[i], strlen(bad[i]), &pos), 0xFFFD);
        assert_int_equal(pos, 1);
        assert_false(pm_utf8_valid(bad[i], strlen(bad[i]), &at));
        assert_int_equal(at, 0);
    }
}

static void the_end_gives_nothing_and_stays(void **state)
{
    (void)state;
    size_t pos = 2;
    assert_int_equal(pm_utf8_next("ab", 2, &pos), 0);
    assert_int_equal(pos, 2);
}

static void surrogates_are_written_as_replacement(void **state)
{
    (void)state;
    char bytes[4];
    assert_int_equal(pm_utf8_put(0xD800, bytes), 3);
    assert_memory_equal(bytes, "\xEF\xBF\xBD", 3);
}

static void repair_replaces_and_counts(void **state)
{
    (void)state;
    struct pm_buf b = {0};
    assert_int_equal(pm_utf8_repair("a\xFF"
                                    "\0障\xE5\xAE",
                                    8, &b),
                     3);
    assert_string_equal(pm_buf_text(&b), "a\xEF\xBF\xBD障\xEF\xBF\xBD\xEF\xBF\xBD");
    pm_buf_free(&b);
}

static void clip_never_cuts_a_character(void **state)
{
    (void)state;
    static const size_t expected[] = {0, 1, 1, 1, 4, 4, 4, 7};
    for (size_t max = 0; max < 8; max++)
        assert_int_equal(pm_utf8_clip("a障害", 7, max), expected[max]);
    assert_int_equal(pm_utf8_clip("\x80\x80\x80\x80\x80\x80", 6, 5), 5);
}

static void wide_characters_take_two_columns(void **state)
{
    (void)state;
    assert_int_equal(pm_utf8_width("ab", 2), 2);
    assert_int_equal(pm_utf8_width("障害ｱ", 9), 5);
    assert_int_equal(pm_utf8_width("e\xCC\x81\x1B", 4), 1);
    assert_int_equal(pm_utf8_fit("障害", 6, 3), 3);
    assert_int_equal(pm_utf8_fit("ab", 2, 9), 2);
}

static void safe_text_has_no_controls(void **state)
{
    (void)state;
    struct pm_buf b = {0};
    static const char in[] = "a\x1B[1m\t\n\xC2\x9B\xE2\x80\xAEz\xFF";
    pm_utf8_safe(in, sizeof in - 1, &b);
#define R "\xEF\xBF\xBD"
    assert_string_equal(pm_buf_text(&b), "a" R "[1m  " R R "z" R);
#undef R
    pm_buf_free(&b);
}

static void scripts_are_told_apart(void **state)
{
    (void)state;
    assert_true(pm_is_katakana(U'ァ') && pm_is_katakana(U'ー') && !pm_is_katakana(U'・'));
    assert_true(pm_is_hiragana(U'ん') && !pm_is_hiragana(U'ン'));
    assert_true(pm_is_han(U'々') && pm_is_han(U'〇') && pm_is_han(U'𠮷') && !pm_is_han(U'。'));
    assert_false(pm_is_japanese('a'));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_of_ascii_ends_at_the_first_other_byte_whatever_its_place),
        cmocka_unit_test(every_character_survives_a_round_trip),
        cmocka_unit_test(malformed_bytes_advance_by_one),
        cmocka_unit_test(the_end_gives_nothing_and_stays),
        cmocka_unit_test(surrogates_are_written_as_replacement),
        cmocka_unit_test(repair_replaces_and_counts),
        cmocka_unit_test(clip_never_cuts_a_character),
        cmocka_unit_test(wide_characters_take_two_columns),
        cmocka_unit_test(safe_text_has_no_controls),
        cmocka_unit_test(scripts_are_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
