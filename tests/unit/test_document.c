/* Whole files through the facade. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "indexer/document.h"

static struct pm_reader *reader;

static int set_up(void **state)
{
    (void)state;
    struct pm_dict *dict = NULL;
    struct pm_error err = {0};
    assert_int_equal(pm_dict_open(&dict, &err), PM_OK);
    assert_int_equal(pm_reader_open(dict, &reader, &err), PM_OK);
    pm_dict_close(dict);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    pm_reader_close(reader);
    return 0;
}

static struct pm_incident *parse(const char *path, const char *text)
{
    struct pm_incident *inc = NULL;
    struct pm_error err = {0};
    assert_int_equal(pm_document_parse(reader, path, text, strlen(text), &inc, &err), PM_OK);
    assert_non_null(inc);
    assert_true(inc->n_sections > 0);
    assert_int_equal(inc->sections[0].section, PM_SEC_TITLE);
    return inc;
}

static const struct pm_section_text *section(const struct pm_incident *inc, enum pm_section s)
{
    for (size_t i = 0; i < inc->n_sections; i++)
        if (inc->sections[i].section == s)
            return &inc->sections[i];
    return NULL;
}

static const char ENGLISH[] = "# Orders were lost\n"
                              "\n"
                              "- **Date:** 2024-03-05 10:00 UTC\n"
                              "- **Severity:** SEV2 (partial)\n"
                              "- **Services:** orders, billing\n"
                              "- **Duration:** 1h 20m\n"
                              "\n"
                              "## Summary\n"
                              "\n"
                              "Orders were lost for a while.\n"
                              "\n"
                              "## Timeline (all times UTC)\n"
                              "\n"
                              "| Time | Event |\n"
                              "|------|-------|\n"
                              "| 10:00 | queue full |\n"
                              "| 11:20 | queue drained |\n"
                              "\n"
                              "## Root cause\n"
                              "\n"
                              "The consumer had no timeout.\n"
                              "\n"
                              "```\n"
                              "# not a heading\n"
                              "```\n"
                              "\n"
                              "## Action items\n"
                              "\n"
                              "| Action | Owner | Due | Status |\n"
                              "|---|---|---|---|\n"
                              "| Alert on the queue's length | Ann | 2024-04-01 | done |\n"
                              "\n"
                              "See <https://example.org/ticket/1>.\n";

static void should_read_an_english_report(void **state)
{
    (void)state;
    struct pm_incident *inc = parse("reports/orders.md", ENGLISH);
    assert_string_equal(inc->title, "Orders were lost");
    assert_string_equal(inc->date, "2024-03-05");
    assert_string_equal(inc->start, "2024-03-05T10:00:00Z");
    assert_string_equal(inc->severity, "SEV2");
    assert_int_equal(inc->duration_min, 80);
    assert_int_equal(inc->n_services, 2);
    assert_string_equal(inc->lang, "en");
    assert_true(inc->is_incident);
    assert_int_equal(inc->n_events, 2);
    assert_string_equal(inc->events[1].time, "11:20");
    assert_int_equal(inc->n_actions, 1);
    assert_string_equal(inc->actions[0].owner, "Ann");
    assert_string_equal(inc->actions[0].state, "done");
    assert_string_equal(inc->actions[0].kind, "detect");
    assert_int_equal(inc->n_links, 1);
    const struct pm_section_text *cause = section(inc, PM_SEC_CAUSE);
    assert_non_null(cause);
    assert_string_equal(cause->heading, "Root cause");
    assert_non_null(strstr(cause->text, "had no timeout"));
    assert_non_null(strstr(cause->text, "# not a heading"));
    assert_int_equal(cause->line, 21);
    pm_incident_free(inc);
}

static void should_read_a_japanese_report(void **state)
{
    (void)state;
    struct pm_incident *inc = parse("a/x.md", "---\n"
                                              "title: 検索が止まった\n"
                                              "date: 2025-07-01\n"
                                              "company: 見本社\n"
                                              "tags: [search, memory]\n"
                                              "---\n"
                                              "\n"
                                              "## ■ 概要\n"
                                              "\n"
                                              "検索が止まった。\n"
                                              "\n"
                                              "## 1. 原因\n"
                                              "\n"
                                              "メモリの上限が小さかった。\n"
                                              "\n"
                                              "## ２．再発防止策\n"
                                              "\n"
                                              "- [ ] 監視を追加する（担当: 田中）\n");
    assert_string_equal(inc->title, "検索が止まった");
    assert_string_equal(inc->date, "2025-07-01");
    assert_string_equal(inc->lang, "ja");
    assert_int_equal(inc->n_tags, 2);
    assert_string_equal(inc->sections[1].heading, "meta");
    assert_string_equal(inc->sections[1].text, "company: 見本社; tags: search, memory");
    assert_string_equal(section(inc, PM_SEC_CAUSE)->text, "メモリの上限が小さかった。");
    assert_int_equal(inc->n_actions, 1);
    assert_string_equal(inc->actions[0].state, "open");
    assert_string_equal(inc->actions[0].owner, "田中");
    pm_incident_free(inc);
}

static void should_read_plain_text(void **state)
{
    (void)state;
    struct pm_incident *inc =
        parse("20190417-Queue.txt", "Jobs failed for an hour.\n"
                                    "\n"
                                    "The root cause was a change of the encoding.\n"
                                    "\n"
                                    "* 19:14 deployed\n"
                                    "* 19:58 reverted\n");
    assert_string_equal(inc->date, "2019-04-17");
    assert_string_equal(inc->title, "20190417 Queue");
    assert_non_null(section(inc, PM_SEC_CAUSE));
    assert_int_equal(inc->n_events, 2);
    assert_true(inc->is_incident);
    pm_incident_free(inc);
}

static void should_tell_what_is_no_incident(void **state)
{
    (void)state;
    struct pm_incident *inc = parse("README.md", "# Postmortems\n\nHow to use this folder.\n");
    assert_false(inc->is_incident);
    pm_incident_free(inc);
    inc = parse("LICENSE", "Permission is hereby granted, free of charge.\n");
    assert_false(inc->is_incident);
    pm_incident_free(inc);
    inc = parse("postmortem-template.md", "# Incident title\n\n## Summary\n\n## Root cause\n\n-\n"
                                          "\n## Action items\n\n- <what is to be done>\n");
    assert_false(inc->is_incident);
    pm_incident_free(inc);
    inc =
        parse("form.md", "# Title\n\n## Impact\n\nTBD\n\n## Root cause\n\n[describe the cause]\n");
    assert_false(inc->is_incident);
    pm_incident_free(inc);
}

static void should_bear_anything(void **state)
{
    (void)state;
    static const char *const inputs[] = {
        "",
        "\n",
        "#",
        "# ",
        "---\n",
        "---\n---\n",
        "|||\n|-|\n",
        "- \n- \n",
        "**",
        "■",
        "【】",
        "［１２：３４］",
        "10:00",
        "10:00\n10:01\n",
        "# \n## \n### \n",
        "()",
        "：",
        "\xff\xfe",
        "# 原因\n",
        "| Time | Event |\n|---|---|\n",
        "(((((((((((((((((((((((((((((((((((",
    };
    for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++)
        pm_incident_free(parse("x.md", inputs[i]));
    for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++)
        pm_incident_free(parse(".txt", inputs[i]));
}

static void fingerprint_should_stay(void **state)
{
    (void)state;
    assert_true(strlen(pm_reader_fingerprint(reader)) > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(should_read_an_english_report),
        cmocka_unit_test(should_read_a_japanese_report),
        cmocka_unit_test(should_read_plain_text),
        cmocka_unit_test(should_tell_what_is_no_incident),
        cmocka_unit_test(should_bear_anything),
        cmocka_unit_test(fingerprint_should_stay),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
