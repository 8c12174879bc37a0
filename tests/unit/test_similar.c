/* The order that people expect of `pmsearch like`, stated over small corpora. */
#include <math.h>

#include "tests/unit/stories.h"

/* Incidents that no draft below is about. */
static const struct story others[] = {
    {"o-dns", EN, "Apps cannot resolve internal names", "2022-03-04", NULL,
     "For half an hour, services could not find each other.", "Two of three regions saw errors.",
     "A zone file with a syntax error was published, and the name servers dropped the zone.",
     "We restored the previous zone.", "Validate zone files before they are published.", NULL},
    {"o-power", EN, "Hall B without power", "2021-11-20", NULL,
     "A hall of the data centre went dark for forty minutes.", "A third of the hosts went down.",
     "Utility power failed, and the transfer switch did not start the generator.",
     "Staff closed the switch by hand.", "Test the transfer switch every month.", NULL},
    {"o-regex", EN, "Proxies at full CPU", "2023-05-02", NULL,
     "The edge answered slowly everywhere.", "Pages took twenty seconds.",
     "A new firewall rule held a regular expression that backtracks without end.",
     "The rule was disabled.", "Rules are measured against sample traffic first.", NULL},
    {"o-backup", JA, "バックアップから復元できない", "2022-08-10", NULL,
     "誤って消した表を戻せなかった。", "三日分の受注が失われた。",
     "夜間バックアップのジョブが半年前から失敗していたが、通知が誰にも届いていなかった。",
     "紙の伝票から入力し直した。", "月に一度、復元の訓練をする。", NULL},
    {"o-clock", JA, "うるう秒でバッチが止まる", "2017-01-01", NULL,
     "年始の締め処理が動かなかった。", "請求書の発送が一日遅れた。",
     "うるう秒の挿入で時刻が戻り、スケジューラーが同じ時刻を二度処理して停止した。",
     "スケジューラーを再起動した。", "時刻を少しずつ合わせる設定に変えた。", NULL},
    {.name = NULL}};

/* -- causes ------------------------------------------------------------------------- */

static void prefers_same_cause_over_same_symptom(void **state)
{
    (void)state;
    static const struct story stories[] = {
        {"login-pool", EN, "Members cannot sign in", "2023-02-11", NULL,
         "Sign-in failed for most members in the evening.", "About 4,000 members were locked out.",
         "An error path in the session service never gave its database connection back. After"
         " some hours the connection pool was exhausted and every request waited in vain.",
         "We restarted the session service.", "Close connections in a finally block.", NULL},
        {"checkout-disk", EN, "Checkout answers with 504 for an hour", "2023-06-01", NULL,
         "Checkout was slow and then answered with 504 gateway timeouts.",
         "Customers could not pay; carts were abandoned.",
         "The disk of the order database was full of old binary logs, so that writes stalled.",
         "We deleted old logs.", "Alert at 80 % of the disk.", NULL},
        {.name = NULL}};
    static const struct story draft = {
        NULL,
        EN,
        "Checkout slow, 504 gateway timeouts",
        NULL,
        NULL,
        "Checkout answers with 504 gateway timeouts; customers cannot pay.",
        "Carts are abandoned.",
        "All database connections of the pool are taken: a code path leaks them and they are"
        " never returned to the pool.",
        NULL,
        NULL,
        NULL};
    struct shelf shelf;
    struct pm_similar s;
    open_shelf(&shelf, others, stories);
    like_story(&shelf, PM_BY_CAUSE, &draft, &s);
    assert_first(&shelf, &s, "login-pool");
    assert_true(strength(&shelf, &s, 0) >= 0.5);
    close_shelf(&shelf);
}

static void prefers_cause_section_over_mention(void **state)
{
    (void)state;
    static const struct story stories[] = {
        {"expired", EN, "API refuses all clients", "2023-01-15", NULL,
         "Clients could not connect to the API.", "All partners were affected.",
         "The TLS certificate of the gateway had expired on Sunday.",
         "A new certificate was installed.", "Name an owner for the gateway.", NULL},
        {"mention", EN, "Search index out of date", "2023-03-22", NULL,
         "Search results were two days old.", "Shoppers saw sold-out goods.",
         "The indexing job was disabled during a test and not enabled again.",
         "The job was started by hand.",
         "Also found while looking: check when the TLS certificate of the gateway expires, and"
         " write down who renews an expired certificate.",
         NULL},
        {.name = NULL}};
    struct shelf shelf;
    struct pm_similar s;
    open_shelf(&shelf, others, stories);
    like_text(&shelf, PM_BY_CAUSE,
              "# Partners cannot connect\nopenssl says that the certificate of the gateway has"
              " expired, nobody renewed the TLS certificate.\n",
              &s);
    assert_first(&shelf, &s, "expired");
    assert_prefers(&shelf, &s, "expired", "mention");
    close_shelf(&shelf);
}

static void does_not_prefer_a_long_document_that_mentions_all(void **state)
{
    (void)state;
    static const struct story stories[] = {
        {"short", EN, "Queue consumers stop", "2023-04-01", NULL, "Consumers stopped.",
         "Mails were late.",
         "One malformed message made the consumer crash; the broker delivered it again and again.",
         "The message was moved away.", "A dead letter queue.", NULL},
        {"long", EN, "Review of a bad quarter", "2023-07-01", NULL,
         "Twelve things went wrong. Messages were late, a consumer was slow, the broker was"
         " upgraded, a queue was renamed, mails were sent twice, a crash was not reported, and"
         " the letter templates were lost.",
         "Customers received mails late, or twice. Some messages were malformed on screens.",
         "There was no single cause. The broker was upgraded without a rehearsal, the queue was"
         " renamed while consumers were reading, and a crash of the mail relay was not noticed.",
         "Each thing was repaired. Consumers were restarted, queues were drained, and letters"
         " were printed again.",
         "Rehearse upgrades of the broker. Report every crash. Keep templates of letters in"
         " version control. Watch the age of messages in each queue.",
         NULL},
        {.name = NULL}};
    struct shelf shelf;
    struct pm_similar s;
    open_shelf(&shelf, others, stories);
    like_text(&shelf, PM_BY_CAUSE,
              "# Mails are not sent\nThe consumer crashes on the same malformed message, which the"
              " broker redelivers each time; the queue grows behind it.\n",
              &s);
    assert_first(&shelf, &s, "short");
    close_shelf(&shelf);
}

/* -- what does not count ------------------------------------------------------------ */

static const char form[] =
    "Describe in plain words what happened, without blame. Delete these instructions when the"
    " section is complete. If a section does not apply, write N/A. If the answer is not known"
    " yet, write TBD and name an owner who will find out within five working days.";

static const char form_ja[] =
    "この欄には起きたことを平易な言葉で、個人を責めずに書いてください。記入後は本説明文を"
    "削除してください。該当しない場合は「該当なし」、未定の場合は「未定」と記入し、五営業日"
    "以内に確認する担当者を決めてください。";

static const struct story filled_in[] = {
    {"f-dns", EN, "Names do not resolve", "2022-01-04", NULL, "Lookups failed.", "N/A",
     "The resolver ran out of file descriptors.", "TBD", "TBD", form},
    {"f-deploy", EN, "Blank page after release", "2022-02-08", NULL, "The shop was blank.", "N/A",
     "The release lacked its style sheets, as the build had cached an empty folder.", "TBD", "TBD",
     form},
    {"f-quota", EN, "Uploads rejected", "2022-03-09", NULL, "Uploads were rejected.", "N/A",
     "The storage account had reached its quota.", "TBD", "TBD", form},
    {"f-shift", EN, "No answer at night", "2022-04-14", NULL, "A page went unanswered.", "N/A",
     "The rota named a person who had left.", "TBD", "TBD", form},
    {"f-cable", EN, "Office offline", "2022-05-19", NULL, "The office was offline.", "N/A",
     "An excavator cut the fibre.", "TBD", "TBD", form},
    {"f-flag", JA, "新画面が全員に出た", "2022-06-21", NULL, "公開前の画面が表示された。",
     "該当なし", "機能フラグの既定値が有効になっていた。", "未定", "未定", form_ja},
    {"f-tax", JA, "税額の計算誤り", "2022-07-25", NULL, "税額が一円ずれた。", "該当なし",
     "端数処理の設定を切り上げに変えたまま公開した。", "未定", "未定", form_ja},
    {"f-seat", JA, "座席が二重に予約された", "2022-08-30", NULL, "同じ席が二人に売れた。",
     "該当なし", "予約の確定時に行を排他していなかった。", "未定", "未定", form_ja},
    {.name = NULL}};

static const struct story oom[] = {
    {"oom", EN, "Report workers die", "2021-09-09", NULL, "Reports were missing.",
     "Managers had no figures.",
     "The workers kept every row in memory; the kernel's OOM killer ended them.",
     "We doubled the memory.", "Stream the rows.", NULL},
    {.name = NULL}};

static void ignores_template_boilerplate(void **state)
{
    (void)state;
    static const struct story draft = {
        NULL,
        EN,
        "Nightly export keeps dying",
        NULL,
        NULL,
        "The export has not finished.",
        "N/A",
        "The process is killed by the OOM killer as it holds all rows in memory.",
        "TBD",
        "TBD",
        form};
    static const struct story draft_ja = {
        NULL,
        JA,
        "夜間の出力が終わらない",
        NULL,
        NULL,
        "出力が完了しない。",
        "該当なし",
        "全行をメモリに載せるため、メモリ不足で OOM Killer に強制終了されている。",
        "未定",
        "未定",
        form_ja};
    struct shelf shelf;
    struct pm_similar s;
    open_shelf(&shelf, filled_in, oom);
    like_story(&shelf, PM_BY_CAUSE, &draft, &s);
    assert_first(&shelf, &s, "oom");
    for (size_t i = 1; i < s.hits.count; i++)
        assert_true(strength(&shelf, &s, i) < 0.5);
    like_story(&shelf, PM_BY_CAUSE, &draft_ja, &s);
    assert_first(&shelf, &s, "oom");
    for (size_t i = 1; i < s.hits.count; i++)
        assert_true(strength(&shelf, &s, i) < 0.5);
    close_shelf(&shelf);
}

static void an_empty_template_is_like_nothing(void **state)
{
    (void)state;
    static const struct story empty[] = {
        {NULL, EN, "Incident report", NULL, NULL, "TBD", "N/A", "TBD", "N/A", "TBD", form},
        {NULL, JA, "障害報告書", NULL, NULL, "未定", "該当なし", "未定", "該当なし", "未定",
         form_ja}};
    struct shelf shelf;
    struct pm_similar s;
    open_shelf(&shelf, filled_in, others);
    for (size_t k = 0; k < 2; k++) {
        like_story(&shelf, PM_BY_CAUSE, &empty[k], &s);
        for (size_t i = 0; i < s.hits.count; i++)
            assert_true(strength(&shelf, &s, i) < 0.5);
    }
    close_shelf(&shelf);
}

static void ignores_company_names_dates_and_ids(void **state)
{
    (void)state;
    static const struct story stories[] = {
        {"elsewhere", EN, "Votes counted twice", "2019-10-30", "Juniper Polls",
         "Some votes were counted twice.", "Results were wrong for an hour.",
         "The client retried after a timeout, and the endpoint was not idempotent.",
         "Duplicates were removed.", "Send an idempotency key.", NULL},
        {"our-own", EN, "Acorn Pay: Acorn Pay dashboard empty", "2024-03-01", "Acorn Pay",
         "On 2024-03-01 at 09:14 the Acorn Pay dashboard on host acorn-web-7f9c6d was empty,"
         " request 5f2d1c90-55aa-4c11-9a3e-0a1b2c3d4e5f.",
         "Acorn Pay staff saw no figures from 09:14 to 10:02.",
         "A migration at Acorn Pay had dropped a column that the dashboard reads.",
         "Acorn Pay put the column back.", "Acorn Pay reviews migrations, ticket ACORN-4412.",
         NULL},
        {.name = NULL}};
    static const struct story draft = {
        NULL,
        EN,
        "Acorn Pay: some customers charged twice",
        "2024-03-01",
        "Acorn Pay",
        "On 2024-03-01 at 09:14 Acorn Pay charged cards twice, host acorn-web-7f9c6d, request"
        " 5f2d1c90-55aa-4c11-9a3e-0a1b2c3d4e5f, ticket ACORN-4412.",
        NULL,
        "The app of Acorn Pay retries a payment that timed out, and the endpoint does not know"
        " the retry from a new payment.",
        NULL,
        NULL,
        NULL};
    struct shelf shelf;
    struct pm_similar s;
    open_shelf(&shelf, others, stories);
    like_story(&shelf, PM_BY_CAUSE, &draft, &s);
    assert_first(&shelf, &s, "elsewhere");
    close_shelf(&shelf);
}

static void strangers_are_weak(void **state)
{
    (void)state;
    static const char *const strangers[] = {
        "# Kaffeemaschine\nThe espresso machine on the third floor brews too slowly and the beans"
        " taste of cardboard; the supplier has been called.\n",
        "# Wrong plants delivered\nThe gardener was sent eighty roses rather than eighteen, since"
        " the order had been dictated over a bad telephone line.\n",
        "# 会議室の椅子が足りない\n備品の配置換えのあと、四階の会議室に椅子が戻っていなかった。"
        "総務が倉庫から運んだ。\n"};
    struct shelf shelf;
    struct pm_similar s;
    open_shelf(&shelf, others, filled_in);
    for (size_t k = 0; k < sizeof strangers / sizeof *strangers; k++) {
        like_text(&shelf, PM_BY_CAUSE, strangers[k], &s);
        for (size_t i = 0; i < s.hits.count; i++)
            assert_true(strength(&shelf, &s, i) < 0.5);
    }
    close_shelf(&shelf);
}

/* -- languages ---------------------------------------------------------------------- */

static void finds_same_cause_across_languages(void **state)
{
    (void)state;
    static const struct story stories[] = {
        {"herd-ja", JA, "キャッシュ再起動後にDBが過負荷", "2022-12-24", NULL,
         "キャッシュサーバーの再起動後、サイト全体が応答しなくなった。", "一時間購入できなかった。",
         "キャッシュが空になり、全リクエストが一斉にデータベースへ流れて過負荷になった。",
         "流入を絞り、キャッシュを温めてから戻した。", "キャッシュを段階的に温める。", NULL},
        {"herd-en", EN, "Cart prices out of date", "2022-10-10", NULL, "Prices in carts were old.",
         "Some orders were sold too cheaply.",
         "Replication to the read replicas lagged by hours after a bulk update.",
         "Reads were sent to the primary.", "Watch the lag of replicas.", NULL},
        {"failover-ja", JA, "切り替えが働かない", "2023-09-09", NULL,
         "主系の故障時に待機系へ切り替わらなかった。", "二十分間停止した。",
         "待機系の設定が古く、フェイルオーバーの条件を満たさなかった。", "手動で切り替えた。",
         "切り替えの訓練をする。", NULL},
        {.name = NULL}};
    struct shelf shelf;
    struct pm_similar s;
    open_shelf(&shelf, others, stories);
    like_text(&shelf, PM_BY_CAUSE,
              "# Site down after memcached restart\nWe restarted the cache nodes. The cache is cold"
              " and all requests hit the database at once, which is overloaded.\n",
              &s);
    assert_first(&shelf, &s, "herd-ja");
    like_text(&shelf, PM_BY_CAUSE,
              "# カートの価格が古い\n一括更新のあとレプリカの遅延が大きく、読み取り専用レプリカが"
              "数時間前の値を返している。レプリケーションが追いつかない。\n",
              &s);
    assert_first(&shelf, &s, "herd-en");
    like_text(&shelf, PM_BY_CAUSE,
              "# Primary lost, standby does not take over\nAutomatic failover did not happen, since"
              " the standby runs with an outdated configuration.\n",
              &s);
    assert_first(&shelf, &s, "failover-ja");
    close_shelf(&shelf);
}

/* -- what is asked for -------------------------------------------------------------- */

static const struct story choices[] = {
    {"leak-limit", EN, "Image service restarts", "2023-08-01", NULL, "Thumbnails were missing.",
     "Product pages lacked pictures.",
     "A memory leak in the image library grew until the containers were killed.",
     "We raised the memory limit and restarted the pods every night.", "Replace the image library.",
     NULL},
    {"flag-rollback", EN, "Wrong language shown", "2023-09-12", NULL,
     "French visitors saw German pages.", "Complaints from customers; some were charged twice.",
     "A header was read with the wrong case after a refactoring.",
     "We rolled back the release to the previous version.",
     "Rollback by one command, and canary releases.", NULL},
    {.name = NULL}};

static const struct story chosen = {
    NULL,
    EN,
    "Video service restarts",
    NULL,
    NULL,
    "Clips do not play.",
    "Customers were charged twice for a clip, and complaints come in.",
    "A memory leak in the new version grows until the container is killed.",
    "We rolled back the release to the previous version.",
    "Canary releases.",
    NULL};

static void by_cause_prefers_same_cause(void **state)
{
    (void)state;
    struct shelf shelf;
    struct pm_similar s;
    open_shelf(&shelf, others, choices);
    like_story(&shelf, PM_BY_CAUSE, &chosen, &s);
    assert_prefers(&shelf, &s, "leak-limit", "flag-rollback");
    close_shelf(&shelf);
}

static void by_fix_prefers_same_remedy(void **state)
{
    (void)state;
    struct shelf shelf;
    struct pm_similar s;
    open_shelf(&shelf, others, choices);
    like_story(&shelf, PM_BY_FIX, &chosen, &s);
    assert_prefers(&shelf, &s, "flag-rollback", "leak-limit");
    close_shelf(&shelf);
}

static void by_impact_prefers_same_impact(void **state)
{
    (void)state;
    struct shelf shelf;
    struct pm_similar s;
    open_shelf(&shelf, others, choices);
    like_story(&shelf, PM_BY_IMPACT, &chosen, &s);
    assert_prefers(&shelf, &s, "flag-rollback", "leak-limit");
    close_shelf(&shelf);
}

static void raw_log_finds_the_incident_of_its_error(void **state)
{
    (void)state;
    static const struct story stories[] = {
        {"disk", EN, "Orders rejected", "2022-05-05", NULL, "Orders were rejected.",
         "Half of the orders of the morning.",
         "The database volume filled up with write-ahead logs of a dead replication slot; no"
         " space was left on the device.",
         "The slot was dropped.", "Alert on slots without a reader.", NULL},
        {"oom-ja", JA, "集計 Pod が再起動を繰り返す", "2023-10-02", NULL,
         "集計画面が表示されなかった。", "社内の利用者のみ。",
         "メモリ上限が小さく、集計時に OOMKilled となり再起動を繰り返した。",
         "メモリ上限を引き上げた。", "負荷試験で使用量を測る。", NULL},
        {.name = NULL}};
    struct shelf shelf;
    struct pm_similar s;
    open_shelf(&shelf, others, stories);
    like_text(&shelf, PM_BY_CAUSE,
              "2026-03-01T09:12:44.123Z db-2 postgres[811]: PANIC:  could not write to file"
              " \"pg_wal/xlogtemp.811\": No space left on device\n"
              "2026-03-01T09:12:44.130Z db-2 postgres[1]: LOG:  terminating any other active"
              " server processes\n",
              &s);
    assert_first(&shelf, &s, "disk");
    like_text(&shelf, PM_BY_CAUSE,
              "Name: report-6d5f7c9b8-x2x7q\nLast State: Terminated\n  Reason: OOMKilled\n"
              "  Exit Code: 137\nRestart Count: 14\n"
              "Warning  BackOff  kubelet  Back-off restarting failed container\n",
              &s);
    assert_first(&shelf, &s, "oom-ja");
    close_shelf(&shelf);
}

/* -- the figures -------------------------------------------------------------------- */

static void shares_add_up_to_the_score(void **state)
{
    (void)state;
    struct shelf shelf;
    struct pm_similar s;
    open_shelf(&shelf, choices, others);
    for (int by = 0; by < PM_BY_COUNT; by++) {
        like_story(&shelf, (enum pm_by)by, &chosen, &s);
        assert_true(s.hits.count > 0);
        for (size_t i = 0; i < s.hits.count; i++) {
            const struct pm_hit *hit = &s.hits.items[i];
            double sum = 0;
            for (size_t k = 0; k < hit->parts.count; k++)
                sum += hit->parts.items[k].share;
            assert_true(fabs(sum - hit->score) < 0.01);
            assert_true(i == 0 || hit->score <= s.hits.items[i - 1].score);
        }
    }
    close_shelf(&shelf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prefers_same_cause_over_same_symptom),
        cmocka_unit_test(prefers_cause_section_over_mention),
        cmocka_unit_test(does_not_prefer_a_long_document_that_mentions_all),
        cmocka_unit_test(ignores_template_boilerplate),
        cmocka_unit_test(an_empty_template_is_like_nothing),
        cmocka_unit_test(ignores_company_names_dates_and_ids),
        cmocka_unit_test(strangers_are_weak),
        cmocka_unit_test(finds_same_cause_across_languages),
        cmocka_unit_test(by_cause_prefers_same_cause),
        cmocka_unit_test(by_fix_prefers_same_remedy),
        cmocka_unit_test(by_impact_prefers_same_impact),
        cmocka_unit_test(raw_log_finds_the_incident_of_its_error),
        cmocka_unit_test(shares_add_up_to_the_score),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
