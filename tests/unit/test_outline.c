/* Sections out of hand-made blocks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "indexer/document.h"
#include "indexer/facts.h"
#include "indexer/outline.h"

static struct pm_reader *reader;

struct doc {
    struct pm_incident *inc;
    struct pm_blocks blocks;
    struct pm_outline outline;
};

static int open_reader(void **state)
{
    (void)state;
    struct pm_dict *dict = NULL;
    struct pm_error err = {0};
    assert_int_equal(pm_dict_open(&dict, &err), PM_OK);
    assert_int_equal(pm_reader_open(dict, &reader, &err), PM_OK);
    pm_dict_close(dict);
    return 0;
}

static int close_reader(void **state)
{
    (void)state;
    pm_reader_close(reader);
    return 0;
}

static int set_up(void **state)
{
    struct doc *d = calloc(1, sizeof *d);
    d->inc = pm_incident_new();
    *state = d;
    return 0;
}

static int tear_down(void **state)
{
    struct doc *d = *state;
    pm_incident_free(d->inc);
    free(d);
    return 0;
}

static struct pm_block *add(struct doc *d, enum pm_block_kind kind, int level, const char *text)
{
    int line = 1;
    if (d->blocks.count > 0) {
        const struct pm_block *last = &d->blocks.items[d->blocks.count - 1];
        line = last->line + 2;
    }
    struct pm_block *b = pm_blocks_add(&d->inc->arena, &d->blocks, kind, line);
    assert_non_null(b);
    b->level = level;
    b->text = text;
    b->len = strlen(text);
    return b;
}

static void heading(struct doc *d, int level, const char *text)
{
    add(d, PM_BLOCK_HEADING, level, text);
}

static void para(struct doc *d, const char *text)
{
    add(d, PM_BLOCK_PARAGRAPH, 0, text);
}

static void item(struct doc *d, const char *text)
{
    add(d, PM_BLOCK_ITEM, 1, text);
}

static void row(struct doc *d, int table, bool header, const char *a, const char *b)
{
    const char **cells = pm_arena_calloc(&d->inc->arena, 2, sizeof *cells);
    cells[0] = a;
    cells[1] = b;
    struct pm_block *blk =
        add(d, PM_BLOCK_ROW, 0, pm_arena_printf(&d->inc->arena, "%s | %s", a, b));
    blk->cells = cells;
    blk->n_cells = 2;
    blk->table = table;
    blk->header = header;
}

static void read(struct doc *d)
{
    struct pm_error err = {0};
    assert_int_equal(pm_outline_build(reader, &d->inc->arena, &d->blocks, &d->outline, &err),
                     PM_OK);
    assert_int_equal(pm_outline_write(reader, &d->outline, d->inc, &err), PM_OK);
}

/* The texts of a section, joined by " // ". */
static const char *text_of(struct doc *d, enum pm_section s)
{
    const char *out = "";
    for (size_t i = 0; i < d->inc->n_sections; i++)
        if (d->inc->sections[i].section == s)
            out = *out == '\0'
                      ? d->inc->sections[i].text
                      : pm_arena_printf(&d->inc->arena, "%s // %s", out, d->inc->sections[i].text);
    return out;
}

static void should_follow_headings(void **state)
{
    struct doc *d = *state;
    heading(d, 1, "Search was down");
    heading(d, 2, "Summary");
    para(d, "It broke because of rain.");
    heading(d, 2, "Root cause");
    para(d, "Rain fell\ninto the server.");
    heading(d, 3, "Where the roof leaked");
    para(d, "In the north.");
    heading(d, 2, "Action items");
    heading(d, 3, "Detection");
    item(d, "Rain sensor");
    read(d);
    assert_string_equal(d->outline.title, "Search was down");
    assert_string_equal(text_of(d, PM_SEC_SUMMARY), "It broke because of rain.");
    assert_string_equal(text_of(d, PM_SEC_CAUSE), "Rain fell into the server. // In the north.");
    assert_string_equal(text_of(d, PM_SEC_PREVENTION), "Rain sensor");
    assert_string_equal(text_of(d, PM_SEC_DETECTION), "");
}

static void should_join_lines_by_script(void **state)
{
    struct doc *d = *state;
    heading(d, 2, "原因");
    para(d, "設定の読み込み順が\n誤っていた。\nOOM Killer が\nworker を止めた。");
    read(d);
    assert_string_equal(text_of(d, PM_SEC_CAUSE),
                        "設定の読み込み順が誤っていた。 OOM Killer が worker を止めた。");
}

static void should_take_marks_and_bold_lines_as_headings(void **state)
{
    struct doc *d = *state;
    para(d, "■ 影響\n全利用者がログインできなかった。");
    para(d, "【原因】証明書の更新漏れ。");
    add(d, PM_BLOCK_PARAGRAPH, 0, "再発防止策")->bold_only = true;
    item(d, "期限の監視");
    read(d);
    assert_string_equal(text_of(d, PM_SEC_IMPACT), "全利用者がログインできなかった。");
    assert_string_equal(text_of(d, PM_SEC_CAUSE), "証明書の更新漏れ。");
    assert_string_equal(text_of(d, PM_SEC_PREVENTION), "期限の監視");
}

static void should_take_labels_as_headings(void **state)
{
    struct doc *d = *state;
    para(d, "Impact: logins failed.\nRoot cause: the disk was full.\nStatus: resolved");
    para(d, "See the wiki.");
    read(d);
    assert_string_equal(text_of(d, PM_SEC_IMPACT), "logins failed.");
    assert_string_equal(text_of(d, PM_SEC_CAUSE), "the disk was full.");
    assert_string_equal(text_of(d, PM_SEC_OTHER), "Status: resolved");
    assert_string_equal(text_of(d, PM_SEC_SUMMARY), "See the wiki.");
}

static void should_keep_a_plain_field_in_the_section_of_a_marked_heading(void **state)
{
    struct doc *d = *state;
    add(d, PM_BLOCK_PARAGRAPH, 0, "Detection")->bold_only = true;
    para(d, "Immediate: an alert fired at once.\nStatus page: late.");
    heading(d, 2, "Response");
    para(d, "Detection: by the pager.\nRoot cause: the disk was full.");
    read(d);
    assert_string_equal(text_of(d, PM_SEC_DETECTION),
                        "Immediate: an alert fired at once.\nStatus page: late.");
    assert_string_equal(text_of(d, PM_SEC_RESPONSE), "Detection: by the pager.");
    assert_string_equal(text_of(d, PM_SEC_CAUSE), "the disk was full.");
    assert_string_equal(text_of(d, PM_SEC_PREVENTION), "");
}

static void should_let_plain_labels_follow_plain_headings(void **state)
{
    struct doc *d = *state;
    para(d, "Impact:");
    para(d, "logins failed.");
    para(d, "Detection: the pager.");
    heading(d, 2, "Summary");
    para(d, "Short.\nResolution: restarted.");
    read(d);
    assert_string_equal(text_of(d, PM_SEC_IMPACT), "logins failed.");
    assert_string_equal(text_of(d, PM_SEC_DETECTION), "the pager.");
    assert_string_equal(text_of(d, PM_SEC_RESPONSE), "restarted.");
}

static void should_sort_prose_by_cues(void **state)
{
    struct doc *d = *state;
    para(d, "On Monday the shop was down. Users were unable to pay. The root cause was an expired "
            "certificate. Engineers rolled back the release.");
    para(d, "We will monitor expiry dates to prevent this in the future.");
    read(d);
    assert_string_equal(text_of(d, PM_SEC_CAUSE), "The root cause was an expired certificate.");
    assert_string_equal(text_of(d, PM_SEC_IMPACT), "Users were unable to pay.");
    assert_string_equal(text_of(d, PM_SEC_RESPONSE), "Engineers rolled back the release.");
    assert_string_equal(text_of(d, PM_SEC_PREVENTION),
                        "We will monitor expiry dates to prevent this in the future.");
}

static void should_keep_document_order(void **state)
{
    struct doc *d = *state;
    para(d, "The cause was rain. Users were unable to log in. It was caused by rain.");
    read(d);
    assert_int_equal(d->inc->n_sections, 3);
    assert_int_equal(d->inc->sections[0].section, PM_SEC_CAUSE);
    assert_int_equal(d->inc->sections[1].section, PM_SEC_IMPACT);
    assert_int_equal(d->inc->sections[2].section, PM_SEC_CAUSE);
}

static void should_split_the_only_cause_out_of_a_summary(void **state)
{
    struct doc *d = *state;
    heading(d, 2, "概要");
    para(d, "検索が停止しました。原因はメモリ不足でした。");
    heading(d, 2, "影響");
    para(d, "全利用者。");
    heading(d, 2, "再発防止策");
    item(d, "メモリの増設");
    read(d);
    assert_string_equal(text_of(d, PM_SEC_SUMMARY), "検索が停止しました。");
    assert_string_equal(text_of(d, PM_SEC_CAUSE), "原因はメモリ不足でした。");
    assert_string_equal(d->inc->sections[1].heading, "概要");
}

static void should_see_timelines_without_headings(void **state)
{
    struct doc *d = *state;
    para(d, "The site was slow.");
    item(d, "10:02 alarm");
    item(d, "[10:05] restart");
    item(d, "10:09 UTC - all well");
    read(d);
    assert_int_equal(pm_timeline_read(reader, &d->outline, d->inc), PM_OK);
    assert_string_equal(text_of(d, PM_SEC_TIMELINE),
                        "10:02 alarm\n\n[10:05] restart\n\n10:09 UTC - all well");
    assert_int_equal(d->inc->n_events, 3);
    assert_string_equal(d->inc->events[2].time, "10:09 UTC");
    assert_string_equal(d->inc->events[2].what, "all well");
    assert_int_equal(d->inc->events[1].line, 5);
}

static void times_should_be_headings_of_a_timeline(void **state)
{
    struct doc *d = *state;
    heading(d, 1, "Hubs were down");
    heading(d, 2, "Timeline");
    heading(d, 2, "May 12");
    heading(d, 3, "20:15");
    para(d, "A ticket came in.");
    heading(d, 2, "Impact");
    para(d, "Nobody could work.");
    read(d);
    assert_int_equal(pm_timeline_read(reader, &d->outline, d->inc), PM_OK);
    assert_int_equal(d->inc->n_events, 1);
    assert_string_equal(d->inc->events[0].time, "20:15");
    assert_string_equal(d->inc->events[0].what, "A ticket came in.");
    assert_string_equal(text_of(d, PM_SEC_IMPACT), "Nobody could work.");
}

static void metadata_should_be_no_text(void **state)
{
    struct doc *d = *state;
    struct pm_moments m = {0};
    heading(d, 1, "検索の停止");
    row(d, 1, true, "項目", "内容");
    row(d, 1, false, "重大度", "SEV-3");
    row(d, 1, false, "影響期間", "2026-03-23 19:25 JST 〜 21:27 JST (約 2 時間)");
    heading(d, 2, "原因");
    para(d, "ディスクの枯渇が原因である。");
    read(d);
    assert_int_equal(pm_meta_body(reader, &d->outline, d->inc, &m), PM_OK);
    assert_string_equal(d->inc->severity, "SEV-3");
    assert_int_equal(d->inc->duration_min, 120);
    assert_int_equal(pm_facts_dates(&d->outline, "x.md", &m, d->inc), PM_OK);
    assert_string_equal(d->inc->date, "2026-03-23");
    assert_string_equal(d->inc->start, "2026-03-23T10:25:00Z");
    assert_string_equal(text_of(d, PM_SEC_IMPACT), "");
    assert_string_equal(text_of(d, PM_SEC_CAUSE), "ディスクの枯渇が原因である。");
}

static void should_read_actions(void **state)
{
    struct doc *d = *state;
    heading(d, 2, "アクションアイテム");
    heading(d, 3, "検知（Detect）");
    add(d, PM_BLOCK_ITEM, 1, "期限の監視を追加（担当: 佐藤、期限: 2026年4月1日）")->checked = 1;
    heading(d, 3, "予防");
    item(d, "~~Write a test~~ @kim");
    read(d);
    assert_int_equal(pm_actions_read(reader, &d->outline, d->inc), PM_OK);
    assert_int_equal(d->inc->n_actions, 2);
    assert_string_equal(d->inc->actions[0].kind, "detect");
    assert_string_equal(d->inc->actions[0].owner, "佐藤");
    assert_string_equal(d->inc->actions[0].due, "2026-04-01");
    assert_string_equal(d->inc->actions[0].state, "done");
    assert_string_equal(d->inc->actions[1].owner, "@kim");
    assert_string_equal(d->inc->actions[1].kind, "prevent");
    assert_string_equal(d->inc->actions[1].state, "done");
}

static void action_tables_should_map_their_columns(void **state)
{
    struct doc *d = *state;
    heading(d, 2, "Action items");
    row(d, 1, true, "Action item", "Status");
    row(d, 1, false, "Rotate the keys", "In progress");
    row(d, 1, false, "-", "");
    read(d);
    assert_int_equal(pm_actions_read(reader, &d->outline, d->inc), PM_OK);
    assert_int_equal(d->inc->n_actions, 1);
    assert_string_equal(d->inc->actions[0].what, "Rotate the keys");
    assert_string_equal(d->inc->actions[0].state, "open");
}

static void should_bear_empty_documents(void **state)
{
    struct doc *d = *state;
    read(d);
    assert_int_equal(d->inc->n_sections, 0);
    para(d, "");
    heading(d, 1, "");
    read(d);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(should_follow_headings),
        TEST(should_join_lines_by_script),
        TEST(should_take_marks_and_bold_lines_as_headings),
        TEST(should_take_labels_as_headings),
        TEST(should_keep_a_plain_field_in_the_section_of_a_marked_heading),
        TEST(should_let_plain_labels_follow_plain_headings),
        TEST(should_sort_prose_by_cues),
        TEST(should_keep_document_order),
        TEST(should_split_the_only_cause_out_of_a_summary),
        TEST(should_see_timelines_without_headings),
        TEST(times_should_be_headings_of_a_timeline),
        TEST(metadata_should_be_no_text),
        TEST(should_read_actions),
        TEST(action_tables_should_map_their_columns),
        TEST(should_bear_empty_documents),
    };
    return cmocka_run_group_tests(tests, open_reader, close_reader);
}
