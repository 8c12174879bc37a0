/* Cue phrases: the pattern language, and what the shipped ones say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "indexer/cues.h"
#include "indexer/namemap.h"

static struct pm_cues *shipped;

static int set_up(void **state)
{
    (void)state;
    struct pm_dict *dict = NULL;
    struct pm_error err = {0};
    shipped = pm_cues_new();
    assert_non_null(shipped);
    assert_int_equal(pm_dict_open(&dict, &err), PM_OK);
    assert_int_equal(pm_cues_load(shipped, dict, &err), PM_OK);
    pm_dict_close(dict);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    pm_cues_free(shipped);
    return 0;
}

static double score(const struct pm_cues *c, const char *sentence, enum pm_section s)
{
    struct pm_folded f = {0};
    double scores[PM_SEC_COUNT];
    assert_int_equal(pm_name_fold(sentence, strlen(sentence), &f), PM_OK);
    pm_cues_score(c, f.text, f.len, scores);
    pm_folded_free(&f);
    return scores[s];
}

static const char *section_of(const char *sentence)
{
    struct pm_folded f = {0};
    double scores[PM_SEC_COUNT];
    assert_int_equal(pm_name_fold(sentence, strlen(sentence), &f), PM_OK);
    pm_cues_score(shipped, f.text, f.len, scores);
    pm_folded_free(&f);
    enum pm_section s = pm_cues_best(shipped, scores);
    return s == PM_SEC_COUNT ? "none" : pm_section_name(s);
}

static struct pm_cues *with(const char *pattern)
{
    struct pm_cues *c = pm_cues_new();
    struct pm_error err = {0};
    assert_int_equal(pm_cues_add(c, "cause", "1", pattern, 1, &err), PM_OK);
    pm_cues_ready(c);
    return c;
}

static void check(const char *pattern, const char *sentence, double expected)
{
    struct pm_cues *c = with(pattern);
    assert_true(score(c, sentence, PM_SEC_CAUSE) == expected);
    pm_cues_free(c);
}

static void patterns_should_match_whole_words(void **state)
{
    (void)state;
    check("due to", "It was due to rain", 1);
    check("due to", "the residue tobacco left", 0);
    check("misconfigur*", "a misconfigured proxy", 1);
    check("misconfigur", "a misconfigured proxy", 0);
    check("due to", "ＤＵＥ ＴＯ rain", 1);
}

static void patterns_should_know_gaps_and_ends(void **state)
{
    (void)state;
    check("traced ... to", "was traced back slowly to a switch", 1);
    check("traced ... to", "to be traced", 0);
    check("^add", "Add a test", 1);
    check("^add", "We add a test", 0);
    check("ためです$", "設定が古かったためです。", 1);
    check("ためです$", "ためですが、続く", 0);
}

static void further_cues_should_count_half(void **state)
{
    (void)state;
    struct pm_cues *c = pm_cues_new();
    assert_int_equal(pm_cues_add(c, "cause", "1.0", "caused by", 1, NULL), PM_OK);
    assert_int_equal(pm_cues_add(c, "cause", "0.5", "a bug", 2, NULL), PM_OK);
    assert_int_equal(pm_cues_add(c, "cause", "-2", "we will", 3, NULL), PM_OK);
    pm_cues_ready(c);
    assert_true(score(c, "It was caused by a bug", PM_SEC_CAUSE) == 1.25);
    assert_true(score(c, "caused by a bug, caused by a bug", PM_SEC_CAUSE) == 1.25);
    assert_true(score(c, "We will say it was caused by rain", PM_SEC_CAUSE) == -1.0);
    pm_cues_free(c);
}

static void should_refuse_faulty_rows(void **state)
{
    (void)state;
    struct pm_cues *c = pm_cues_new();
    struct pm_error err = {0};
    assert_int_equal(pm_cues_add(c, "nowhere", "1", "abc", 4, &err), PM_EDICT);
    assert_int_equal(pm_cues_add(c, "cause", "heavy", "abc", 5, &err), PM_EDICT);
    assert_int_equal(pm_cues_add(c, "cause", "1", "ab", 6, &err), PM_EDICT);
    assert_non_null(strstr(err.text, "cues.tsv:6"));
    pm_cues_free(c);
}

static void english_sentences_should_find_their_section(void **state)
{
    (void)state;
    assert_string_equal(section_of("The root cause was a missing index on the orders table."),
                        "cause");
    assert_string_equal(section_of("This happened because the certificate had expired."), "cause");
    assert_string_equal(section_of("Users were unable to log in for 40 minutes."), "impact");
    assert_string_equal(section_of("We were alerted by our monitoring at 10:02."), "detection");
    assert_string_equal(section_of("The on-call engineer rolled back the release."), "response");
    assert_string_equal(section_of("We will add an alert to prevent this in the future."),
                        "prevention");
    assert_string_equal(section_of("In hindsight, we should have tested the failover."), "lessons");
    assert_string_equal(section_of("The sky is blue."), "none");
}

static void japanese_sentences_should_find_their_section(void **state)
{
    (void)state;
    assert_string_equal(section_of("原因は証明書の期限切れでした。"), "cause");
    assert_string_equal(section_of("接続プールの上限を誤って小さく設定していたためです。"),
                        "cause");
    assert_string_equal(section_of("約 40 分間、利用者がログインできない状態となりました。"),
                        "impact");
    assert_string_equal(section_of("外形監視のアラートにより異常を検知しました。"), "detection");
    assert_string_equal(section_of("直前のリリースを切り戻し、10:45 に復旧しました。"), "response");
    assert_string_equal(section_of("再発防止のため、期限の監視を追加する予定です。"), "prevention");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patterns_should_match_whole_words),
        cmocka_unit_test(patterns_should_know_gaps_and_ends),
        cmocka_unit_test(further_cues_should_count_half),
        cmocka_unit_test(should_refuse_faulty_rows),
        cmocka_unit_test(english_sentences_should_find_their_section),
        cmocka_unit_test(japanese_sentences_should_find_their_section),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
