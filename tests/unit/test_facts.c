/* Dates, durations and the time in front of a line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "indexer/facts.h"
#include "lib/norm.h"

static const char *day(struct pm_arena *a, const char *text)
{
    struct pm_folded f = {0};
    struct pm_when w;
    assert_int_equal(pm_fold(PM_FOLD_WIDTH, text, strlen(text), &f), PM_OK);
    const char *out = pm_when_find(f.text, f.len, &w) ? pm_when_day(a, &w) : "none";
    pm_folded_free(&f);
    return out;
}

static const char *moment(struct pm_arena *a, const char *text)
{
    struct pm_folded f = {0};
    struct pm_when w;
    assert_int_equal(pm_fold(PM_FOLD_WIDTH, text, strlen(text), &f), PM_OK);
    const char *out = pm_when_find(f.text, f.len, &w) ? pm_when_iso(a, &w) : "none";
    pm_folded_free(&f);
    return out;
}

static long minutes(const char *text)
{
    struct pm_folded f = {0};
    assert_int_equal(pm_fold(PM_FOLD_WIDTH, text, strlen(text), &f), PM_OK);
    long n = pm_duration(f.text, f.len);
    pm_folded_free(&f);
    return n;
}

static void should_read_dates_as_people_write_them(void **state)
{
    (void)state;
    struct pm_arena a = {0};
    assert_string_equal(day(&a, "on 2024-03-05"), "2024-03-05");
    assert_string_equal(day(&a, "2024/3/5 に"), "2024-03-05");
    assert_string_equal(day(&a, "２０２４年３月５日（火）"), "2024-03-05");
    assert_string_equal(day(&a, "令和6年3月5日"), "2024-03-05");
    assert_string_equal(day(&a, "平成元年12月1日"), "1989-12-01");
    assert_string_equal(day(&a, "On March 5th, 2024 we"), "2024-03-05");
    assert_string_equal(day(&a, "Sept. 9 2020"), "2020-09-09");
    assert_string_equal(day(&a, "5th of March 2024"), "2024-03-05");
    assert_string_equal(day(&a, "20-Sept-2023_v9.1"), "2023-09-20");
    assert_string_equal(day(&a, "20240305-outage"), "2024-03-05");
    assert_string_equal(day(&a, "25-12-2023"), "2023-12-25");
    assert_string_equal(day(&a, "02/03/2010"), "2010-02-03");
    pm_arena_free(&a);
}

static void should_not_invent_dates(void **state)
{
    (void)state;
    struct pm_arena a = {0};
    assert_string_equal(day(&a, "2024-13-45"), "none");
    assert_string_equal(day(&a, "version 1.2.3"), "none");
    assert_string_equal(day(&a, "12345678 rows"), "none");
    assert_string_equal(day(&a, "may 2024"), "none");
    assert_string_equal(day(&a, "3月5日"), "none");
    assert_string_equal(day(&a, ""), "none");
    pm_arena_free(&a);
}

static void should_turn_known_zones_to_utc(void **state)
{
    (void)state;
    struct pm_arena a = {0};
    assert_string_equal(moment(&a, "2024-03-05T10:23:01Z"), "2024-03-05T10:23:01Z");
    assert_string_equal(moment(&a, "2024-03-05 08:00 (JST)"), "2024-03-04T23:00:00Z");
    assert_string_equal(moment(&a, "2024-03-05 10:23"), "2024-03-05T10:23:00");
    assert_string_equal(moment(&a, "2024年3月5日 10時05分"), "2024-03-05T10:05:00");
    assert_string_equal(moment(&a, "2024-12-31T23:30:00-01:00"), "2025-01-01T00:30:00Z");
    assert_string_equal(moment(&a, "March 5, 2024 at 9:37AM PST"), "2024-03-05T17:37:00Z");
    pm_arena_free(&a);
}

static void should_read_durations(void **state)
{
    (void)state;
    assert_int_equal(minutes("Time to recovery: 25 minutes"), 25);
    assert_int_equal(minutes("1h 30m"), 90);
    assert_int_equal(minutes("~19 hours and 33 minutes"), 19 * 60 + 33);
    assert_int_equal(minutes("約 15 分間"), 15);
    assert_int_equal(minutes("2時間30分"), 150);
    assert_int_equal(minutes("2.5 hours"), 150);
    assert_int_equal(minutes("September 11-20, 2025 (9 days)"), 9 * 1440);
    assert_int_equal(minutes("90 seconds"), 2);
    assert_int_equal(minutes("N/A"), -1);
    assert_int_equal(minutes("19:25 〜 21:27"), -1);
    assert_int_equal(minutes("634 ms"), -1);
}

static void should_read_ranges(void **state)
{
    (void)state;
    const char *s = "2026-03-23 19:25 jst 〜 21:27 jst (約 2 時間)";
    struct pm_when from;
    struct pm_when to;
    assert_true(pm_when_range(s, strlen(s), &from, &to));
    assert_int_equal(pm_when_between(&from, &to), 122);
    s = "2024-03-05 23:50 - 2024-03-06 00:20 utc";
    assert_true(pm_when_range(s, strlen(s), &from, &to));
    assert_int_equal(pm_when_between(&from, &to), 30);
}

static void check_prefix(const char *line, const char *time, const char *what)
{
    size_t at = 0;
    size_t width = 0;
    struct pm_when w;
    size_t behind = pm_time_prefix(line, strlen(line), &at, &width, &w);
    assert_true(behind > 0);
    assert_int_equal(width, strlen(time));
    assert_memory_equal(line + at, time, width);
    assert_string_equal(line + behind, what);
}

static void should_read_times_in_front_of_lines(void **state)
{
    (void)state;
    size_t at = 0;
    size_t width = 0;
    struct pm_when w;
    check_prefix("[17:12] switch is down", "17:12", "switch is down");
    check_prefix("10:23 utc - rollback", "10:23 utc", "rollback");
    check_prefix("09:15 gmt – detected", "09:15 gmt", "detected");
    check_prefix("05:48:07: out of memory", "05:48:07", "out of memory");
    check_prefix("august 31, 2025: last run", "august 31, 2025", "last run");
    check_prefix("10:00 - 10:40 slow", "10:00 - 10:40", "slow");
    check_prefix("14時05分 復旧", "14時05分", "復旧");
    assert_int_equal(pm_time_prefix("20 users", 8, &at, &width, &w), 0);
    assert_int_equal(pm_time_prefix("no time", 7, &at, &width, &w), 0);
}

static void should_note_facts_once(void **state)
{
    (void)state;
    struct pm_incident *inc = pm_incident_new();
    struct pm_moments m = {0};
    assert_non_null(inc);
    assert_int_equal(pm_meta_note(inc, &m, PM_FACT_SEVERITY, " High（全断） ", 18), PM_OK);
    assert_int_equal(pm_meta_note(inc, &m, PM_FACT_SEVERITY, "Low", 3), PM_OK);
    assert_string_equal(inc->severity, "High");
    assert_int_equal(pm_meta_note(inc, &m, PM_FACT_SERVICES, "api, web (a, b), api", 20), PM_OK);
    assert_int_equal(inc->n_services, 2);
    assert_string_equal(inc->services[1], "web (a, b)");
    assert_int_equal(pm_meta_note(inc, &m, PM_FACT_STATUS, "true", 4), PM_OK);
    assert_string_equal(inc->status, "resolved");
    assert_int_equal(pm_meta_note(inc, &m, PM_FACT_COMPANY, "-", 1), PM_OK);
    assert_null(inc->company);
    pm_incident_free(inc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(should_read_dates_as_people_write_them),
        cmocka_unit_test(should_not_invent_dates),
        cmocka_unit_test(should_turn_known_zones_to_utc),
        cmocka_unit_test(should_read_durations),
        cmocka_unit_test(should_read_ranges),
        cmocka_unit_test(should_read_times_in_front_of_lines),
        cmocka_unit_test(should_note_facts_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
