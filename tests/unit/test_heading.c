/* Headings in two languages against the dictionary as shipped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "indexer/heading.h"

static struct pm_headings headings;

static int set_up(void **state)
{
    (void)state;
    struct pm_dict *dict = NULL;
    struct pm_error err = {0};
    assert_int_equal(pm_dict_open(&dict, &err), PM_OK);
    assert_int_equal(pm_headings_load(&headings, dict, &err), PM_OK);
    pm_dict_close(dict);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    pm_headings_free(&headings);
    return 0;
}

static const char *section_of(const char *text)
{
    struct pm_heading_match m;
    assert_int_equal(pm_headings_match(&headings, text, strlen(text), &m), PM_OK);
    if (m.section == PM_SEC_COUNT)
        return "unknown";
    return m.meta ? "meta" : pm_section_name(m.section);
}

static void should_know_english_names(void **state)
{
    (void)state;
    assert_string_equal(section_of("Root Cause"), "cause");
    assert_string_equal(section_of("ROOT CAUSE(S):"), "cause");
    assert_string_equal(section_of("Action Items"), "prevention");
    assert_string_equal(section_of("What went well?"), "lessons");
    assert_string_equal(section_of("Stats"), "meta");
    assert_string_equal(section_of("Mitigation:"), "response");
}

static void should_know_japanese_names(void **state)
{
    (void)state;
    assert_string_equal(section_of("根本原因"), "cause");
    assert_string_equal(section_of("タイムライン"), "timeline");
    assert_string_equal(section_of("再発防止策"), "prevention");
    assert_string_equal(section_of("サマリー"), "summary");
    assert_string_equal(section_of("ｻﾏﾘｰ"), "summary");
    assert_string_equal(section_of("うまくいかなかったこと"), "lessons");
    assert_string_equal(section_of("メタデータ"), "meta");
}

static void should_look_through_numbering_and_marks(void **state)
{
    (void)state;
    assert_string_equal(section_of("1. 概要"), "summary");
    assert_string_equal(section_of("(2) 原因"), "cause");
    assert_string_equal(section_of("３．再発防止策"), "prevention");
    assert_string_equal(section_of("2.1 Root cause"), "cause");
    assert_string_equal(section_of("■ 影響"), "impact");
    assert_string_equal(section_of("● 検知"), "detection");
    assert_string_equal(section_of("【原因】"), "cause");
    assert_string_equal(section_of("▼タイムライン"), "timeline");
    assert_string_equal(section_of("原因："), "cause");
    assert_string_equal(section_of("Q1. なぜ起きたか？"), "cause");
    assert_string_equal(section_of("Phase 3: 再発防止"), "prevention");
    assert_string_equal(section_of("Prevention 🛡️"), "prevention");
}

static void should_look_through_glosses(void **state)
{
    (void)state;
    assert_string_equal(section_of("根本原因（root cause）"), "cause");
    assert_string_equal(section_of("Timeline (all times UTC)"), "timeline");
    assert_string_equal(section_of("寄与要因 (contributing factors)"), "cause");
    assert_string_equal(section_of("直接原因（障害 A）"), "cause");
}

static void should_read_longer_headings_by_their_ends(void **state)
{
    (void)state;
    assert_string_equal(section_of("Impact on customers"), "impact");
    assert_string_equal(section_of("Primary root cause"), "cause");
    assert_string_equal(section_of("Root Cause 2: stale address in a secret"), "cause");
    assert_string_equal(section_of("切り替え失敗の原因"), "cause");
    assert_string_equal(section_of("対応・今後の対策"), "response");
    assert_string_equal(section_of("Timeline of the outage"), "timeline");
}

static void should_not_guess(void **state)
{
    (void)state;
    assert_string_equal(section_of("Disabled targets"), "unknown");
    assert_string_equal(section_of("Postmortem: search index was lost"), "unknown");
    assert_string_equal(section_of("翌朝、別の壊れ方をした"), "unknown");
    assert_string_equal(section_of(""), "unknown");
    assert_string_equal(section_of("("), "unknown");
}

static enum pm_section under(const char *parent, const char *child)
{
    struct pm_heading_match p;
    struct pm_heading_match c;
    assert_int_equal(pm_headings_match(&headings, parent, strlen(parent), &p), PM_OK);
    assert_int_equal(pm_headings_match(&headings, child, strlen(child), &c), PM_OK);
    return pm_heading_under(&p, &c).section;
}

static void parent_should_decide_what_is_ambiguous(void **state)
{
    (void)state;
    assert_int_equal(under("アクションアイテム", "検知"), PM_SEC_PREVENTION);
    assert_int_equal(under("アクションアイテム", "検知（Detect）"), PM_SEC_PREVENTION);
    assert_int_equal(under("Action Items", "Mitigation"), PM_SEC_PREVENTION);
    assert_int_equal(under("Lessons Learned", "Detection"), PM_SEC_LESSONS);
    assert_int_equal(under("根本原因分析", "直接原因"), PM_SEC_CAUSE);
    assert_int_equal(under("根本原因", "設定の読み込み"), PM_SEC_CAUSE);
    assert_int_equal(under("Summary", "Impact"), PM_SEC_IMPACT);
    assert_int_equal(under("Timeline", "May 12"), PM_SEC_TIMELINE);
    assert_int_equal(under("対応の評価", "うまくいったこと"), PM_SEC_LESSONS);
}

static void should_refuse_faulty_rows(void **state)
{
    (void)state;
    struct pm_headings h = {0};
    struct pm_error err = {0};
    assert_int_equal(pm_headings_add(&h, "nowhere", "strong", "x", 7, &err), PM_EDICT);
    assert_non_null(strstr(err.text, "headings.tsv:7"));
    assert_int_equal(pm_headings_add(&h, "cause", "huge", "x", 8, &err), PM_EDICT);
    pm_headings_free(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(should_know_english_names),
        cmocka_unit_test(should_know_japanese_names),
        cmocka_unit_test(should_look_through_numbering_and_marks),
        cmocka_unit_test(should_look_through_glosses),
        cmocka_unit_test(should_read_longer_headings_by_their_ends),
        cmocka_unit_test(should_not_guess),
        cmocka_unit_test(parent_should_decide_what_is_ambiguous),
        cmocka_unit_test(should_refuse_faulty_rows),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
