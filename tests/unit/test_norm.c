#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/norm.h"
#include "lib/norm_parts.h"
#include "lib/utf8.h"

enum { CASES = 20000 };

static void check(enum pm_fold strength, const char *in, const char *expected)
{
    struct pm_folded f = {0};
    assert_int_equal(pm_fold(strength, in, strlen(in), &f), PM_OK);
    assert_string_equal(f.text, expected);
    pm_folded_free(&f);
}

static void width(const char *in, const char *expected)
{
    check(PM_FOLD_WIDTH, in, expected);
}

static void full(const char *in, const char *expected)
{
    check(PM_FOLD_FULL, in, expected);
}

static void full_width_latin_meets_half_width(void **state)
{
    (void)state;
    width("ＨＴＴＰ／２　Ｅｒｒｏｒ", "http/2 error");
    width("Straße ÉCOLE", "strasse école");
}

static void half_width_kana_are_composed_with_their_voicing(void **state)
{
    (void)state;
    width("ｻｰﾊﾞｰ ﾌﾟｰﾙ", "サーバー プール");
    width("カ゛ハ゜", "ガパ");
    width("か\xE3\x82\x99", "が");
    width("漢゛", "漢゛");
}

static void latin_and_hangul_marks_are_composed(void **state)
{
    (void)state;
    width("cafe\xCC\x81", "café");
    width("\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB", "한");
    width("q\xCC\x87\xCC\xA3", "q\xCC\xA3\xCC\x87");
}

static void invisible_characters_vanish(void **state)
{
    (void)state;
    width("\xEF\xBB\xBF"
          "da\xC2\xADta\xE2\x80\x8B"
          "base",
          "database");
    width("辻\xF3\xA0\x84\x80", "辻");
}

static void width_keeps_what_segmentation_needs(void **state)
{
    (void)state;
    width("ユーザー・エージェント", "ユーザー・エージェント");
    width("時々 髙 〜 ～", "時々 髙 〜 ～");
}

static void final_long_vowel_is_dropped(void **state)
{
    (void)state;
    full("サーバー", "サーバ");
    full("コンピューターとサーバー", "コンピユータとサーバ");
    full("キー", "キー");
    full("すごーーーい", "すごーーーい");
}

static void small_kana_become_large(void **state)
{
    (void)state;
    full("ファイル", "フアイル");
    full("ウィンドウ", "ウインドウ");
    full("1ヶ月 1ヵ月", "1カ月 1カ月");
}

static void sounds_written_in_two_ways_meet(void **state)
{
    (void)state;
    full("ヴァイオリン ヴェ ヴ ヴュー", "バイオリン ベ ブ ビユ");
    full("ブィ グァム ヂ ヅ", "ビ ガム ジ ズ");
}

static void dashes_follow_their_context(void **state)
{
    (void)state;
    full("サ―バ", "サーバ");
    full("10―20 a–b", "10-20 a-b");
    full("東京ー大阪", "東京-大阪");
    full("10～20 10〜20", "10~20 10~20");
    full("can’t “x”", "can't \"x\"");
}

static void middle_dots_inside_katakana_vanish(void **state)
{
    (void)state;
    full("ユーザー・エージェント", "ユーザーエージエント");
    full("東京・大阪 ア・東", "東京・大阪 ア・東");
}

static void iteration_marks_are_spelled_out(void **state)
{
    (void)state;
    full("時々 こゝろ いすゞ づゝ", "時時 こころ いすず づつ");
    full("バナヽ カヾ", "バナナ カガ");
    full("々 ヽ", "々 ヽ");
}

static void old_kanji_meet_the_common_ones(void **state)
{
    (void)state;
    full("髙橋 山﨑 德川 渡邉 齋藤 齊藤 斎藤", "高橋 山崎 徳川 渡辺 斉藤 斉藤 斉藤");
    full("國會 學校 舊體", "国会 学校 旧体");
}

static void every_common_kanji_is_final(void **state)
{
    (void)state;
    size_t changed = 0;
    for (uint32_t cp = 0x3400; cp < 0x30000; cp++) {
        uint32_t to = pm_norm_han(cp);
        assert_int_equal(pm_norm_han(to), to);
        changed += to != cp;
    }
    assert_true(changed > 100);
}

static void offsets_point_into_the_original(void **state)
{
    (void)state;
    const char *in = "ＤＢ㍿ﾊﾞx";
    struct pm_folded f = {0};
    assert_int_equal(pm_fold(PM_FOLD_WIDTH, in, strlen(in), &f), PM_OK);
    assert_string_equal(f.text, "db株式会社バx");
    static const uint32_t expected[] = {0, 3, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 9, 9, 9, 15, 16};
    assert_int_equal(f.len + 1, sizeof expected / sizeof *expected);
    assert_memory_equal(f.map, expected, sizeof expected);
    pm_folded_free(&f);
}

static void malformed_bytes_become_replacement_characters(void **state)
{
    (void)state;
    width("a\xFF"
          "b\xE3\x81",
          "a\xEF\xBF\xBD"
          "b\xEF\xBF\xBD\xEF\xBF\xBD");
    full("", "");
}

static void many_combining_marks_stay_linear(void **state)
{
    (void)state;
    static char text[1 << 20];
    for (size_t i = 0; i + 1 < sizeof text; i += 2)
        memcpy(text + i, i % 4 == 0 ? "\xCC\x81" : "\xCC\xA3", 2);
    struct pm_folded f = {0};
    assert_int_equal(pm_fold(PM_FOLD_FULL, text, sizeof text, &f), PM_OK);
    assert_true(f.len < 1024);
    pm_folded_free(&f);
}

/* Characters that the folding has something to do with, and some of everything. */
static uint32_t random_character(uint32_t *seed)
{
    static const uint32_t ranges[][2] = {
        {0x20, 0x7E},     {0x3041, 0x30FF}, {0x3099, 0x309E}, {0x30A1, 0x30FF}, {0xFF61, 0xFF9F},
        {0x30FB, 0x30FE}, {0x2010, 0x2015}, {0x4E00, 0x9FFF}, {0x3005, 0x3005}, {0x300, 0x345},
        {0x80, 0x24F},    {0x1100, 0x11FF}, {0xAC00, 0xD7A3}, {0xFF00, 0xFFEF}, {0x370, 0x1FFF},
        {0x2000, 0x33FF}, {0x1, 0x2FFFF},   {0x30F0, 0x30FC}, {0x200B, 0x200F}, {0xD0, 0xD0},
    };
    *seed = *seed * 1664525u + 1013904223u;
    const uint32_t *r = ranges[(*seed >> 8) % (sizeof ranges / sizeof *ranges)];
    *seed = *seed * 1664525u + 1013904223u;
    return r[0] + (*seed >> 8) % (r[1] - r[0] + 1);
}

static size_t random_text(uint32_t *seed, char *out, size_t size)
{
    size_t len = 0;
    *seed = *seed * 1664525u + 1013904223u;
    for (size_t n = (*seed >> 8) % 16; n > 0 && len + 4 <= size; n--) {
        if (*seed % 61 == 0)
            out[len++] = (char)(*seed >> 16);
        else
            len += pm_utf8_put(random_character(seed), out + len);
    }
    return len;
}

static void assert_map_is_sound(const struct pm_folded *f, size_t source_len)
{
    for (size_t i = 0; i < f->len; i++)
        assert_true(f->map[i] <= f->map[i + 1]);
    assert_int_equal(f->map[f->len], source_len);
    assert_true(pm_utf8_valid(f->text, f->len, NULL));
}

static void assert_same(const struct pm_folded *a, const struct pm_folded *b, const char *what)
{
    if (a->len != b->len || memcmp(a->text, b->text, a->len) != 0)
        fail_msg("%s: '%s' against '%s'", what, a->text, b->text);
}

static void folding_twice_changes_nothing(void **state)
{
    (void)state;
    uint32_t seed = 20240607;
    struct pm_folded w = {0}, ww = {0}, f = {0}, ff = {0}, fw = {0};
    print_message("# seed %u\n", seed);
    for (int i = 0; i < CASES; i++) {
        char text[96];
        size_t len = random_text(&seed, text, sizeof text);
        assert_int_equal(pm_fold(PM_FOLD_WIDTH, text, len, &w), PM_OK);
        assert_map_is_sound(&w, len);
        assert_int_equal(pm_fold(PM_FOLD_WIDTH, w.text, w.len, &ww), PM_OK);
        assert_same(&w, &ww, "width of width");
        assert_int_equal(pm_fold(PM_FOLD_FULL, text, len, &f), PM_OK);
        assert_map_is_sound(&f, len);
        assert_int_equal(pm_fold(PM_FOLD_FULL, f.text, f.len, &ff), PM_OK);
        assert_same(&f, &ff, "full of full");
        assert_int_equal(pm_fold(PM_FOLD_FULL, w.text, w.len, &fw), PM_OK);
        assert_same(&f, &fw, "full of width");
    }
    pm_folded_free(&w);
    pm_folded_free(&ww);
    pm_folded_free(&f);
    pm_folded_free(&ff);
    pm_folded_free(&fw);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(full_width_latin_meets_half_width),
        cmocka_unit_test(half_width_kana_are_composed_with_their_voicing),
        cmocka_unit_test(latin_and_hangul_marks_are_composed),
        cmocka_unit_test(invisible_characters_vanish),
        cmocka_unit_test(width_keeps_what_segmentation_needs),
        cmocka_unit_test(final_long_vowel_is_dropped),
        cmocka_unit_test(small_kana_become_large),
        cmocka_unit_test(sounds_written_in_two_ways_meet),
        cmocka_unit_test(dashes_follow_their_context),
        cmocka_unit_test(middle_dots_inside_katakana_vanish),
        cmocka_unit_test(iteration_marks_are_spelled_out),
        cmocka_unit_test(old_kanji_meet_the_common_ones),
        cmocka_unit_test(every_common_kanji_is_final),
        cmocka_unit_test(offsets_point_into_the_original),
        cmocka_unit_test(malformed_bytes_become_replacement_characters),
        cmocka_unit_test(many_combining_marks_stay_linear),
        cmocka_unit_test(folding_twice_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
