/* The filter before folding never says no to a text that holds the needle, and says no to
 * what plainly does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "query/prefilter.h"

static bool may_hold(const char *needle, const char *text)
{
    struct pm_arena arena = {0};
    struct pm_error err = {0};
    struct pm_needle nd;
    struct pm_prefilter filter;
    struct pm_buf lower = {0};
    assert_int_equal(pm_needle_make(needle, strlen(needle), PM_SEC_COUNT, &arena, &nd, &err),
                     PM_OK);
    assert_int_equal(pm_prefilter_make(&nd, &arena, &filter), PM_OK);
    bool may = pm_prefilter_may_hold(&filter, text, strlen(text), &lower);
    pm_buf_free(&lower);
    pm_arena_free(&arena);
    return may;
}

static void texts_without_a_word_of_the_needle_are_passed_over(void **state)
{
    (void)state;
    assert_true(may_hold("connection pool", "The Connection\nPool was exhausted"));
    assert_false(may_hold("connection pool", "The disk was full \u2014 twice"));
    assert_false(may_hold("connection", "ディスク・フルです。 → 「一杯」"));
    assert_false(may_hold("証明書", "A certificate, \u201Cexpired\u201D; 期限切れ"));
    assert_true(may_hold("証明書", "ＴＬＳ証明書の期限"));
}

static void other_spellings_are_let_through(void **state)
{
    (void)state;
    assert_true(may_hold("国", "國"));
    assert_true(may_hold("サーバ", "さーば"));
    assert_true(may_hold("ツ", "ッ"));
    assert_true(may_hold("ガ", "ｶﾞ"));
    assert_true(may_hold("pool", "ｐｏｏｌ"));
    assert_true(may_hold("pool", "po\u00ADol"));
    assert_true(may_hold("pool", "po\001ol"));
    assert_true(may_hold("pool", "po\u30FBol"));
    assert_true(may_hold("cafe", "caf\u00E9"));
    assert_true(may_hold("pool", "po\xFFol"));
}

/* Nothing certain is known of it: it has no run and no letter that means only itself. */
static void needles_without_a_clue_let_everything_through(void **state)
{
    (void)state;
    assert_true(may_hold("->>", "nothing of it"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_without_a_word_of_the_needle_are_passed_over),
        cmocka_unit_test(other_spellings_are_let_through),
        cmocka_unit_test(needles_without_a_clue_let_everything_through),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
