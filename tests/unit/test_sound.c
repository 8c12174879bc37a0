/* Katakana and English words that sound alike, and those that do not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/sound.h"

struct pair {
    const char *kana, *latin;
};

/* Words of operations, each pair one word. */
static const struct pair pairs[] = {
    {"サーキット", "circuit"},
    {"ブレーカー", "breaker"},
    {"グレースフル", "graceful"},
    {"シャットダウン", "shutdown"},
    {"ロールバック", "rollback"},
    {"ロールアウト", "rollout"},
    {"レイテンシー", "latency"},
    {"スループット", "throughput"},
    {"クラスタ", "cluster"},
    {"レプリケーション", "replication"},
    {"レプリカ", "replica"},
    {"スケジューラー", "scheduler"},
    {"キャッシュ", "cache"},
    {"コネクション", "connection"},
    {"エクスポネンシャル", "exponential"},
    {"バックオフ", "backoff"},
    {"ハートビート", "heartbeat"},
    {"メッセージ", "message"},
    {"プランニング", "planning"},
    {"アーキテクチャ", "architecture"},
    {"モジュール", "module"},
    {"タイムアウト", "timeout"},
    {"ポストモーテム", "postmortem"},
    {"クォータ", "quota"},
    {"スロットリング", "throttling"},
    {"ウェブフック", "webhook"},
    {"ヘルス", "health"},
    {"ルーター", "router"},
    {"プロセス", "process"},
    {"コンテナ", "container"},
    {"デプロイ", "deploy"},
    {"デプロイメント", "deployment"},
    {"フェイルオーバー", "failover"},
    {"フェイルバック", "failback"},
    {"リージョン", "region"},
    {"ゲートウェイ", "gateway"},
    {"プロキシ", "proxy"},
    {"プロキシー", "proxy"},
    {"ミドルウェア", "middleware"},
    {"フレームワーク", "framework"},
    {"スレッド", "thread"},
    {"デッドロック", "deadlock"},
    {"パーティション", "partition"},
    {"シャーディング", "sharding"},
    {"トランザクション", "transaction"},
    {"スナップショット", "snapshot"},
    {"バックアップ", "backup"},
    {"リストア", "restore"},
    {"マイグレーション", "migration"},
    {"スキーマ", "schema"},
    {"インデックス", "index"},
    {"クエリ", "query"},
    {"バッファ", "buffer"},
    {"オーバーフロー", "overflow"},
    {"メモリ", "memory"},
    {"リーク", "leak"},
    {"ガベージ", "garbage"},
    {"コレクション", "collection"},
    {"ヒープ", "heap"},
    {"スタック", "stack"},
    {"パケット", "packet"},
    {"ファイアウォール", "firewall"},
    {"トラフィック", "traffic"},
    {"バンド", "band"},
    {"ネットワーク", "network"},
    {"トポロジー", "topology"},
    {"ドメイン", "domain"},
    {"リゾルバ", "resolver"},
    {"レコード", "record"},
    {"サブネット", "subnet"},
    {"ルーティング", "routing"},
    {"ピアリング", "peering"},
    {"ハンドシェイク", "handshake"},
    {"セッション", "session"},
    {"クッキー", "cookie"},
    {"トークン", "token"},
    {"シークレット", "secret"},
    {"ローテーション", "rotation"},
    {"エンドポイント", "endpoint"},
    {"ペイロード", "payload"},
    {"リクエスト", "request"},
    {"レスポンス", "response"},
    {"ステータス", "status"},
    {"リダイレクト", "redirect"},
    {"パイプライン", "pipeline"},
    {"ワークフロー", "workflow"},
    {"ビルド", "build"},
    {"アーティファクト", "artifact"},
    {"リポジトリ", "repository"},
    {"コミット", "commit"},
    {"ブランチ", "branch"},
    {"マージ", "merge"},
    {"ホットフィックス", "hotfix"},
    {"カナリア", "canary"},
    {"アラート", "alert"},
    {"ダッシュボード", "dashboard"},
    {"メトリクス", "metrics"},
    {"トレーシング", "tracing"},
    {"オブザーバビリティ", "observability"},
    {"モニタリング", "monitoring"},
    {"インシデント", "incident"},
    {"エスカレーション", "escalation"},
    {"ランブック", "runbook"},
    {"プレイブック", "playbook"},
    {"シミュレーション", "simulation"},
    {"テンプレート", "template"},
    {"プロビジョニング", "provisioning"},
    {"オートメーション", "automation"},
    {"オーケストレーション", "orchestration"},
    {"ハイパーバイザ", "hypervisor"},
    {"カーネル", "kernel"},
    {"ドライバ", "driver"},
    {"ファームウェア", "firmware"},
    {"ストレージ", "storage"},
    {"ボリューム", "volume"},
    {"マウント", "mount"},
    {"パーミッション", "permission"},
    {"コンフィグ", "config"},
    {"パラメータ", "parameter"},
    {"フラグ", "flag"},
    {"トリガー", "trigger"},
    {"バリデーション", "validation"},
    {"サニタイズ", "sanitize"},
    {"シリアライズ", "serialize"},
    {"エンコード", "encode"},
    {"デコード", "decode"},
    {"コンパイル", "compile"},
    {"ランタイム", "runtime"},
    {"ライブラリ", "library"},
    {"パッケージ", "package"},
    {"バージョン", "version"},
    {"アップグレード", "upgrade"},
    {"ダウングレード", "downgrade"},
    {"パッチ", "patch"},
    {"リスタート", "restart"},
    {"クラッシュ", "crash"},
    {"パニック", "panic"},
    {"ループ", "loop"},
    {"リトライ", "retry"},
    {"ジッター", "jitter"},
    {"キューイング", "queueing"},
    {"コンシューマ", "consumer"},
    {"プロデューサ", "producer"},
    {"ブローカー", "broker"},
    {"トピック", "topic"},
    {"オフセット", "offset"},
    {"コンフリクト", "conflict"},
    {"セマフォ", "semaphore"},
    {"ミューテックス", "mutex"},
    {"アトミック", "atomic"},
    {"ジャーナル", "journal"},
    {"チェックポイント", "checkpoint"},
    {"チェックサム", "checksum"},
    {"クォーラム", "quorum"},
    {"コンセンサス", "consensus"},
    {"ボトルネック", "bottleneck"},
    {"ベンチマーク", "benchmark"},
    {"プロファイル", "profile"},
    {"フィードバック", "feedback"},
};

enum { N_PAIRS = sizeof pairs / sizeof *pairs };

/* The katakana's key is one of the English word's, and the letters agree. */
static bool meet(const char *kana, const char *latin)
{
    struct pm_sound_keys a, b;
    double likeness;
    bool key = false;
    pm_sound_katakana(kana, strlen(kana), &a);
    pm_sound_latin(latin, strlen(latin), &b);
    for (size_t i = 0; a.count > 0 && i < b.count; i++)
        key = key || strcmp(a.keys[0], b.keys[i]) == 0;
    return key && pm_sound_same(kana, strlen(kana), latin, strlen(latin), &likeness);
}

static void most_pairs_meet(void **state)
{
    (void)state;
    int found = 0;
    for (size_t i = 0; i < N_PAIRS; i++) {
        bool same = meet(pairs[i].kana, pairs[i].latin);
        if (!same)
            print_message("# apart: %s %s\n", pairs[i].kana, pairs[i].latin);
        found += same;
    }
    print_message("# %d of %d pairs meet\n", found, (int)N_PAIRS);
    assert_true(N_PAIRS >= 150);
    assert_true(found * 100 >= (int)N_PAIRS * 93);
}

/* Every word against every other one: 25,000 chances to be wrong. */
static void strangers_stay_apart(void **state)
{
    (void)state;
    int wrong = 0;
    for (size_t i = 0; i < N_PAIRS; i++)
        for (size_t k = 0; k < N_PAIRS; k++) {
            bool other = strcmp(pairs[i].latin, pairs[k].latin) != 0;
            if (other && meet(pairs[i].kana, pairs[k].latin)) {
                print_message("# together: %s %s\n", pairs[i].kana, pairs[k].latin);
                wrong++;
            }
        }
    print_message("# %d strangers meet\n", wrong);
    assert_true(wrong <= 3);
}

static void near_words_are_told_apart(void **state)
{
    (void)state;
    static const struct pair strangers[] = {
        {"ルート", "rate"},    {"プロセス", "press"}, {"キャッシュ", "case"},
        {"サーバー", "super"}, {"クラス", "close"},   {"アップロード", "applied"},
        {"ポート", "pilot"},   {"リソース", "reuse"}, {"ログイン", "legacy"},
        {"パス", "base"},
    };
    for (size_t i = 0; i < sizeof strangers / sizeof *strangers; i++)
        assert_false(meet(strangers[i].kana, strangers[i].latin));
}

static void poor_words_have_no_key(void **state)
{
    (void)state;
    static const char *const poor[] = {"キュー", "コア", "ー", "", "ッ", "接続"};
    struct pm_sound_keys k;
    for (size_t i = 0; i < sizeof poor / sizeof *poor; i++) {
        pm_sound_katakana(poor[i], strlen(poor[i]), &k);
        assert_int_equal(k.count, 0);
    }
    pm_sound_latin("key", 3, &k);
    assert_int_equal(k.count, 0);
    pm_sound_latin("ab", 2, &k);
    assert_int_equal(k.count, 0);
}

static void plurals_sound_like_the_word(void **state)
{
    (void)state;
    assert_true(meet("コネクション", "connections"));
    assert_true(meet("コンテナ", "containers"));
}

static void long_words_fit(void **state)
{
    (void)state;
    char kana[3 * 60 + 1], latin[61];
    struct pm_sound_keys k;
    for (int i = 0; i < 60; i++) {
        memcpy(kana + (size_t)3 * i, "ガ", 4);
        latin[i] = "chgx"[i % 4];
    }
    latin[60] = '\0';
    for (size_t n = 0; n <= 60; n++) {
        pm_sound_katakana(kana, 3 * n, &k);
        pm_sound_latin(latin, n, &k);
        assert_true(k.count <= PM_SOUND_KEYS);
        (void)pm_sound_likeness(kana, 3 * n, latin, n);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(most_pairs_meet),
        cmocka_unit_test(strangers_stay_apart),
        cmocka_unit_test(near_words_are_told_apart),
        cmocka_unit_test(poor_words_have_no_key),
        cmocka_unit_test(plurals_sound_like_the_word),
        cmocka_unit_test(long_words_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
