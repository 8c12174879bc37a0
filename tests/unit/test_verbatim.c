/* Phrases with stop words stand in the text as words, whatever is between these. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "query/verbatim.h"

static bool stands(const char *phrase, const char *text)
{
    struct pm_verbatim v = {0};
    enum pm_status st = pm_verbatim_find(&v, phrase, strlen(phrase), text, strlen(text));
    pm_verbatim_free(&v);
    assert_true(st == PM_OK || st == PM_ENOTFOUND);
    return st == PM_OK;
}

static void case_width_and_punctuation_do_not_matter(void **state)
{
    (void)state;
    assert_true(stands("out of memory", "The worker ran Out-of\nMemory."));
    assert_true(stands("ＯＵＴ　of memory", "out of memory"));
    assert_true(stands("out of memory", "(out, of: memory)"));
    assert_true(stands("サービスが停止", "本日、サービスが\n停止した。"));
    assert_true(stands("DB が停止", "主系DBが停止"));
}

static void words_must_be_whole_and_side_by_side(void **state)
{
    (void)state;
    assert_false(stands("out of memory", "without of memory"));
    assert_false(stands("out of memory", "out of memorycard"));
    assert_false(stands("out of memory", "out of the memory"));
    assert_false(stands("out of memory", "memory of out"));
    assert_false(stands("サービスが停止", "サービスを停止"));
    assert_false(stands("out of memory", ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(case_width_and_punctuation_do_not_matter),
        cmocka_unit_test(words_must_be_whole_and_side_by_side),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
