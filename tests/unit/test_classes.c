/* The class of a cause, as people would name it, from postmortems in either language. */
#include "query/labels.h"
#include "tests/unit/stories.h"

static const struct story told[] = {
    {"expiry-en", EN, "Partners could not connect", "2024-01-10", NULL,
     "For two hours every call of our partners failed.", NULL,
     "The TLS certificate of the gateway had expired at midnight. Nobody had renewed it.",
     "We issued a new certificate.", "Alert thirty days before a certificate expires.", NULL},
    {"expiry-ja", JA, "決済端末が使えない", "2024-02-11", NULL,
     "朝から全国の端末で支払いができなかった。", NULL,
     "中継サーバーの証明書の有効期限が切れていた。更新作業が漏れていた。", "証明書を更新した。",
     "期限の三十日前に通知する。", NULL},
    {"deletion-en", EN, "Two days of orders lost", "2023-05-05", NULL,
     "The order history of two days is gone.", NULL,
     "The table was dropped by accident, and the last backup that could be restored was two days"
     " old, as the backup job had been failing.",
     "We restored the old backup.", "Test the restore every month.", NULL},
    {"power-ja", JA, "データセンターの停電", "2022-07-02", NULL,
     "ホールBのサーバーが一斉に停止した。", NULL,
     "落雷による停電のあと、UPSのバッテリー故障で電源が切り替わらなかった。",
     "電源を手動で復旧した。", "バッテリーを定期的に交換する。", NULL},
    {"storm-en", EN, "A short hiccup became an outage", "2023-09-01", NULL,
     "The API was down for four hours after a blip of a minute.", NULL,
     "Clients retried at once and without backoff. The retry storm overloaded the API each time"
     " that it came back: a cascading failure.",
     "We shed load until the retries died down.", "Exponential backoff with jitter.", NULL},
    {"two-ja", JA, "テーブル変更でサービスが止まる", "2024-05-15", NULL,
     "リリース作業の直後から全ての画面がタイムアウトした。", NULL,
     "リリースのマイグレーションで実行したALTER TABLEがロックを取得し、ほかのクエリがロック待ちに"
     "なった。日中にデプロイしたため影響が広がった。",
     "マイグレーションを中止した。", "マイグレーションは段階的に行う。", NULL},
    {"mute", EN, "Minutes of our meeting", "2021-01-01", NULL, "We met and talked.", NULL, NULL,
     NULL, NULL, NULL},
    {.name = NULL}};

static struct shelf shelf;

static int setup(void **state)
{
    (void)state;
    open_shelf(&shelf, told, NULL);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    close_shelf(&shelf);
    return 0;
}

static struct pm_shown_labels labels_of(const char *name)
{
    struct pm_shown_labels labels;
    struct pm_label_reader reader = {0};
    int64_t document = 0;
    must(&shelf, pm_info_find(shelf.db, name, &document, &shelf.err));
    must(&shelf, pm_labels_read(&reader, shelf.db, document, &shelf.arena, &labels, &shelf.err));
    pm_label_reader_close(&reader);
    return labels;
}

static void assert_class(const char *name, const char *class)
{
    struct pm_shown_labels labels = labels_of(name);
    if (labels.n_classes == 0 || strcmp(labels.classes[0].name, class) != 0)
        fail_msg("%s is %s, not %s", name,
                 labels.n_classes == 0 ? "of no class" : labels.classes[0].name, class);
}

static void names_the_class_of_a_cause_in_either_language(void **state)
{
    (void)state;
    assert_class("expiry-en", "expiry");
    assert_class("expiry-ja", "expiry");
    assert_class("deletion-en", "data-loss");
    assert_class("power-ja", "hardware");
    assert_class("storm-en", "cascade");
}

static void gives_a_second_class_where_it_is_nearly_as_likely(void **state)
{
    (void)state;
    for (const struct story *s = told; s->name != NULL; s++) {
        struct pm_shown_labels labels = labels_of(s->name);
        assert_true(labels.n_classes <= 2);
        for (size_t i = 0; i < labels.n_classes; i++)
            assert_true(labels.classes[i].confidence > 0 && labels.classes[i].confidence < 1);
        if (labels.n_classes == 2)
            assert_true(labels.classes[0].confidence >= labels.classes[1].confidence);
    }
    struct pm_shown_labels both = labels_of("two-ja");
    assert_int_equal(both.n_classes, 2);
    assert_string_equal(both.classes[0].name, "bad-change");
    assert_string_equal(both.classes[1].name, "query-lock");
}

static void labels_no_mechanism_of_another_class_of_causes(void **state)
{
    (void)state;
    for (const struct story *s = told; s->name != NULL; s++) {
        struct pm_shown_labels labels = labels_of(s->name);
        for (size_t i = 0; i < labels.count; i++) {
            const struct pm_shown_label *l = &labels.items[i];
            bool fits = strcmp(l->axis, "cause") != 0;
            for (size_t k = 0; k < labels.n_classes; k++)
                fits = fits || strcmp(labels.classes[k].name, l->class_name) == 0;
            if (!fits)
                fail_msg("%s: %s is of the class %s", s->name, l->name, l->class_name);
        }
    }
}

static void a_text_that_tells_of_no_failure_has_no_class(void **state)
{
    (void)state;
    assert_int_equal(labels_of("mute").n_classes, 0);
}

/* -- the table ------------------------------------------------------------------------ */

struct named {
    const char *class;
    size_t rows;
};

static enum pm_status count_rows(void *ctx, int line, const char *const *cols, int n,
                                 struct pm_error *err)
{
    struct named *named = ctx;
    (void)line;
    (void)n;
    (void)err;
    named->rows += strcmp(cols[0], named->class) == 0;
    return PM_OK;
}

static enum pm_status each_class(void *ctx, int line, const char *const *cols, int n,
                                 struct pm_error *err)
{
    struct named named = {.class = cols[0]};
    (void)line;
    (void)n;
    if (strcmp(cols[1], "cause") != 0)
        return PM_OK;
    enum pm_status st = pm_dict_each(ctx, "class-concepts", count_rows, &named, err);
    if (st == PM_OK && named.rows != 2)
        fail_msg("class-concepts.tsv has %zu rows of %s; strong and weak are wanted", named.rows,
                 cols[0]);
    return st;
}

static void every_class_of_causes_has_its_concepts(void **state)
{
    (void)state;
    must(&shelf, pm_dict_each(shelf.dict, "classes", each_class, shelf.dict, &shelf.err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_the_class_of_a_cause_in_either_language),
        cmocka_unit_test(gives_a_second_class_where_it_is_nearly_as_likely),
        cmocka_unit_test(labels_no_mechanism_of_another_class_of_causes),
        cmocka_unit_test(a_text_that_tells_of_no_failure_has_no_class),
        cmocka_unit_test(every_class_of_causes_has_its_concepts),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
