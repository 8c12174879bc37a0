/* The user dictionary: sound rows, terms that come out whole, ordinary Japanese that is
 * cut as before, and parts of compounds that are still found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/morph.h"
#include "lib/norm.h"
#include "lib/tokenizer.h"

#define CSV "dict/mecab-user.csv"

enum { COLUMNS = 13, ROWS_MIN = 1500, ROWS_MAX = 8192, CONTEXTS = 1316, LINE = 512 };
enum column { SURFACE, LEFT, RIGHT, COST, POS, BASE = 10, READING = 11, PRONUNCIATION = 12 };

static const char *const ordinary[] = {
    "昨日の夜は家族と一緒に鍋を食べた。",
    "駅前の本屋で新しい小説を買いました。",
    "祖母は毎朝六時に起きて庭の花に水をやる。",
    "来週の土曜日に友人の結婚式がある。",
    "雨が降りそうなので傘を持って出かけた。",
    "その映画は思ったよりずっと面白かった。",
    "子どもたちは公園で元気に遊んでいる。",
    "電車が混んでいて座れなかった。",
    "彼女はピアノを弾きながら歌うのが好きだ。",
    "この町には古い寺がたくさん残っている。",
    "冬になると山は雪で真っ白になる。",
    "父は若いころ船に乗って外国を回った。",
    "図書館は月曜日が休みです。",
    "夕飯の支度をしているうちに暗くなった。",
    "弟は野球の試合で三本もヒットを打った。",
    "コーヒーと紅茶のどちらがいいですか。",
    "新幹線に乗れば二時間で京都に着く。",
    "病院で薬をもらって帰った。",
    "猫が窓のそばで眠っている。",
    "市長は記者会見で来年度の予算について説明した。",
    "選挙の結果は翌朝の新聞に載った。",
    "この川は昔から何度も氾濫してきた。",
    "農家の人たちは収穫の時期を迎えて忙しい。",
    "海岸に沿って細い道が続いている。",
    "彼は約束の時間に三十分も遅れてきた。",
    "テレビのニュースで台風の進路を見た。",
    "スーパーで野菜と果物を買った。",
    "デパートの屋上から花火が見えた。",
    "アメリカとヨーロッパでは習慣がかなり違う。",
    "パリの美術館で有名な絵を見た。",
    "母の作るカレーライスが一番おいしい。",
    "自転車で坂を下るのは気持ちがいい。",
    "会社を辞めて田舎で暮らすことにした。",
    "医者に酒を控えるように言われた。",
    "裁判所は被告の訴えを退けた。",
    "春には桜が咲き、秋には紅葉が美しい。",
    "祭りの日には町じゅうが人であふれる。",
    "兄は証明写真を撮りに行った。",
    "二人は手をつないで歩いていた。",
    "バスの停留所まで歩いて五分かかる。",
    "ガラスのコップを落として割ってしまった。",
    "この問題は簡単そうで意外に難しい。",
    "冷蔵庫の中に牛乳が残っていない。",
    "政府は新しい法律の案を国会に出した。",
    "作家は十年かけて長い物語を書き上げた。",
    "オーケストラの演奏に会場から大きな拍手が起きた。",
    "サッカーの日本代表は延長の末に敗れた。",
    "トマトときゅうりのサラダを作った。",
    "クリスマスには教会で歌を聞く。",
    "日本海側では大雪のおそれがあります。",
    "朝顔の種をまいて水をたっぷりやった。",
    "銀行の窓口でお金を引き出した。",
    "ホテルの予約を取り消してほしい。",
    "友だちに手紙を書いたが返事が来ない。",
    "郵便局は角を曲がったところにあります。",
    "タクシーの運転手に行き先を伝えた。",
    "天気予報によると明日は晴れるらしい。",
    "祖父は将棋が強くて誰にも負けない。",
    "姉はデザインの専門学校に通っている。",
    "幼いころによく川で魚を取ったものだ。",
    "ラジオから懐かしい音楽が流れてきた。",
};

static const struct {
    const char *text;
    const char *words; /* each is a token of the text */
} technical[] = {
    {"コネクションプールが枯渇してタイムアウトした。", "コネクション プール 枯渇 タイムアウト"},
    {"ロードバランサーのヘルスチェックに失敗した。", "ロードバランサー ヘルス チェック 失敗"},
    {"プライマリがダウンしフェイルオーバーが走った。", "プライマリ フェイルオーバー"},
    {"レプリケーションの遅延が閾値を超えた。", "レプリケーション 遅延 しきい値"},
    {"しきい値の設定を見直した。", "しきい値 設定"},
    {"サーバ証明書の有効期限切れで接続できなかった。", "サーバ 証明書 有効 期限切れ 接続"},
    {"デプロイの直後にレイテンシが悪化した。", "デプロイ レイテンシ 悪化"},
    {"前の版への切り戻しを行った。", "切り戻し"},
    {"十分後に切り戻した。", "切り戻す"},
    {"設定を切戻して復旧した。", "切り戻す 復旧"},
    {"待機系に切替えてから再起動した。", "切り替える 起動"},
    {"系の切替を実施した。", "切り替え 実施"},
    {"主系と従系が同時に停止した。", "主系 従系 停止"},
    {"処理が冪等でないため二重に課金された。", "冪等 二重 課金"},
    {"べき等な処理に直した。", "冪等"},
    {"輻湊によりパケットが落ちた。", "輻輳 パケット 落ちる"},
    {"回線の瞬断が三回起きた。", "回線 瞬断"},
    {"死活監視が失報した。", "死活 監視 失報"},
    {"アラートは発報しなかった。", "アラート 発報"},
    {"オンコールの担当にエスカレーションした。", "オンコール エスカレーション"},
    {"ポストモーテムに再発防止策を書いた。", "ポストモーテム 再発 防止 書く"},
    {"時系列で経緯をまとめた。", "時系列 経緯"},
    {"ロールバックに二十分かかった。", "ロールバック"},
    {"オートスケーリングが追いつかなかった。", "オートスケーリング"},
    {"クラスターのノードを増設した。", "クラスタ ノード 増設"},
    {"クラウドの東京リージョンで障害が起きた。", "クラウド リージョン 障害"},
    {"コンテナのイメージをビルドし直した。", "コンテナ イメージ ビルド"},
    {"トークンの失効に気づかなかった。", "トークン 失効"},
    {"プロキシがエンドポイントを返さない。", "プロキシ エンドポイント"},
    {"バックエンドのスループットが半減した。", "バックエンド スループット"},
    {"ジョブのキューが詰まった。", "ジョブ キュー 詰まる"},
    {"クエリーの実行計画が変わった。", "クエリ 実行 計画"},
    {"インデックスの再構築をスケジューラーに登録した。", "インデックス 構築 スケジューラ 登録"},
    {"ワーカープロセスがクラッシュした。", "ワーカー プロセス クラッシュ"},
    {"サーキットブレーカーが開いたままだった。", "サーキットブレーカー 開く"},
    {"トラフィックの急増でキャパシティが足りない。", "トラフィック キャパシティ 急増"},
    {"マイグレーションの途中でロックが競合した。", "マイグレーション ロック 競合"},
    {"帯域を割当てた。", "帯域 割り当てる"},
    {"メモリの割当が足りない。", "メモリ 割り当て"},
    {"監視とチケットを紐付ける。", "監視 チケット 紐づける"},
    {"古い版がバグっていた。", "バグる"},
    {"原因をググって調べた。", "原因 ググる 調べる"},
    {"新しい版でデグレった。", "デグレる"},
    {"文字化けした文字列が残った。", "文字化け 文字列 残る"},
    {"拡張子で判定していた。", "拡張子 判定"},
    {"待ち行列が伸び続けた。", "待ち行列 伸びる"},
    {"戻り値を確かめていなかった。", "戻り値 確かめる"},
    {"うるう秒の挿入で時計が戻った。", "うるう秒 挿入 時計 戻る"},
    {"誤検知が続いて見落した。", "誤 検知 見落とす"},
    {"誤判定が増えた。", "誤 判定 増える"},
    {"ランサムウェアに感染した。", "ランサムウェア 感染"},
    {"ヴァージョンを上げた。", "バージョン"},
    {"サードパーティのサービスに依存していた。", "サードパーティ サービス 依存"},
    {"コンストラクタで例外が出た。", "コンストラクタ 例外"},
    {"コントロールプレーンが応答しない。", "コントロール プレーン 応答"},
    {"ネームスペースを消した。", "ネームスペース 消す"},
    {"リトライが殺到しスロットリングされた。", "リトライ 殺到 スロットリング"},
    {"カナリアリリースで気づいた。", "カナリア リリース 気づく"},
    {"個人情報が漏えいした。", "個人 情報 漏洩"},
    {"採番の処理が止まった。", "採番 処理 止まる"},
};

/* A query and a text that it must find: its tokens are among the text's. */
static const struct {
    const char *query;
    const char *text;
} parts[] = {
    {"プール", "コネクションプール"},
    {"期限切れ", "証明書の有効期限切れ"},
    {"有効期限", "証明書の有効期限を延ばした"},
    {"証明書", "サーバ証明書の更新漏れ"},
    {"空港", "国際空港"},
    {"冗長", "冗長化"},
    {"監視", "死活監視"},
    {"手順", "作業手順書"},
    {"防止策", "再発防止策"},
    {"起動", "再起動した"},
    {"検知", "誤検知"},
    {"バランサー", "ロードバランサー・プール"},
    {"チェック", "ヘルスチェック"},
    {"サーバ", "ネームサーバー"},
    {"サーバー", "プロキシサーバ"},
    {"リージョン", "マルチリージョン構成"},
    {"ログ", "アクセスログ"},
    {"切り戻し", "切戻しを判断"},
    {"切戻した", "十分後に切り戻した"},
    {"割当て", "メモリの割り当て"},
    {"読み込む", "設定を読込んだ"},
    {"閾値", "しきい値を超えた"},
    {"クラスター", "クラスタの切替"},
};

struct fixture {
    struct pm_dict *dict;
    struct pm_lexer *lexer;
    struct pm_tokenizer *tokenizer;
    struct pm_arena arena;
    struct pm_morph *bare; /* without the user dictionary */
    struct pm_morph *full;
    struct pm_morph_worker *bare_worker;
    struct pm_morph_worker *full_worker;
};

static int open_all(void **state)
{
    static struct fixture f;
    struct pm_error err = {{0}};
    char path[4096];
    if (pm_dict_open(&f.dict, &err) == PM_OK && pm_lexer_open(f.dict, &f.lexer, &err) == PM_OK) {
        (void)snprintf(path, sizeof path, "%s/user.dic", pm_dict_dir(f.dict));
        if (pm_tokenizer_new(f.lexer, &f.tokenizer, &err) == PM_OK &&
            pm_morph_open(NULL, &f.bare, &err) == PM_OK &&
            pm_morph_open(path, &f.full, &err) == PM_OK &&
            pm_morph_worker_new(f.bare, &f.bare_worker, &err) == PM_OK &&
            pm_morph_worker_new(f.full, &f.full_worker, &err) == PM_OK) {
            *state = &f;
            return 0;
        }
    }
    print_message("# %s\n", err.text);
    return -1;
}

static int close_all(void **state)
{
    struct fixture *f = *state;
    pm_morph_worker_free(f->full_worker);
    pm_morph_worker_free(f->bare_worker);
    pm_morph_close(f->full);
    pm_morph_close(f->bare);
    pm_tokenizer_free(f->tokenizer);
    pm_lexer_close(f->lexer);
    pm_dict_close(f->dict);
    pm_arena_free(&f->arena);
    return 0;
}

static const struct pm_morpheme *parse(struct pm_morph_worker *w, const char *text, size_t *n)
{
    const struct pm_morpheme *m = NULL;
    struct pm_error err = {{0}};
    assert_int_equal(pm_morph_parse(w, text, strlen(text), &m, n, &err), PM_OK);
    return m;
}

static struct pm_tokens tokenize(struct fixture *f, const char *text)
{
    struct pm_tokens out = {0};
    struct pm_error err = {{0}};
    if (pm_tokenize(f->tokenizer, text, strlen(text), &f->arena, &out, &err) != PM_OK)
        fail_msg("%s", err.text);
    return out;
}

static bool has_token(const struct pm_tokens *t, const char *term)
{
    for (size_t i = 0; i < t->count; i++)
        if ((t->items[i].flags & PM_TOKEN_STOP) == 0 && strcmp(t->items[i].text, term) == 0)
            return true;
    return false;
}

/* Cut a line into its columns, in place; how many there are. */
static int cut_row(char *line, char *cols[COLUMNS])
{
    int n = 0;
    line[strcspn(line, "\n")] = '\0';
    for (char *at = line; at != NULL; n++) {
        if (n < COLUMNS)
            cols[n] = at;
        at = strchr(at, ',');
        if (at != NULL)
            *at++ = '\0';
    }
    return n;
}

/* Call each with the columns of every row; how many rows there are. */
static int each_row(void (*each)(struct fixture *, char **, int), struct fixture *f)
{
    char line[LINE];
    char *cols[COLUMNS];
    int row = 0;
    FILE *csv = fopen(CSV, "r");
    assert_non_null(csv);
    while (fgets(line, sizeof line, csv) != NULL) {
        row++;
        if (strchr(line, '\n') == NULL || cut_row(line, cols) != COLUMNS)
            fail_msg(CSV ":%d: not a row of %d columns", row, COLUMNS);
        each(f, cols, row);
    }
    (void)fclose(csv);
    return row;
}

static long number(const char *text, int row)
{
    char *end;
    long n = strtol(text, &end, 10);
    if (end == text || *end != '\0')
        fail_msg(CSV ":%d: '%s' is no number", row, text);
    return n;
}

static void check_row(struct fixture *f, char **cols, int row)
{
    static const int filled[] = {SURFACE, POS, BASE, READING, PRONUNCIATION};
    struct pm_folded folded = {0};
    long id = number(cols[LEFT], row);
    long cost = number(cols[COST], row);
    (void)f;
    for (size_t i = 0; i < sizeof filled / sizeof *filled; i++)
        if (*cols[filled[i]] == '\0' || strcmp(cols[filled[i]], "*") == 0)
            fail_msg(CSV ":%d: column %d is empty", row, filled[i] + 1);
    if (id < 1 || id >= CONTEXTS || number(cols[RIGHT], row) != id)
        fail_msg(CSV ":%d: the ids are not those of a word", row);
    if (cost < 1000 || cost > 10000)
        fail_msg(CSV ":%d: a cost of %ld", row, cost);
    assert_int_equal(pm_fold(PM_FOLD_WIDTH, cols[SURFACE], strlen(cols[SURFACE]), &folded), PM_OK);
    if (strcmp(folded.text, cols[SURFACE]) != 0)
        fail_msg(CSV ":%d: '%s' is never read: texts are folded", row, cols[SURFACE]);
    pm_folded_free(&folded);
}

static void every_row_is_sound(void **state)
{
    assert_true(each_row(check_row, *state) >= ROWS_MIN);
}

static char *keys[ROWS_MAX];

static void keep_key(struct fixture *f, char **cols, int row)
{
    (void)f;
    assert_true(row <= ROWS_MAX);
    assert_true(asprintf(&keys[row - 1], "%s,%s", cols[SURFACE], cols[LEFT]) > 0);
}

static int compare_keys(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void no_row_is_there_twice(void **state)
{
    size_t n = (size_t)each_row(keep_key, *state);
    size_t words = 1;
    qsort(keys, n, sizeof *keys, compare_keys);
    for (size_t i = 1; i < n; i++) {
        if (strcmp(keys[i - 1], keys[i]) == 0)
            fail_msg(CSV ": '%s' is there twice", keys[i]);
        words += strcspn(keys[i - 1], ",") != strcspn(keys[i], ",") ||
                 strncmp(keys[i - 1], keys[i], strcspn(keys[i], ",")) != 0;
    }
    assert_true(words >= ROWS_MIN);
    for (size_t i = 0; i < n; i++)
        free(keys[i]);
}

static void check_whole(struct fixture *f, char **cols, int row)
{
    size_t n;
    if (strcmp(cols[POS], "名詞") != 0)
        return;
    const struct pm_morpheme *m = parse(f->full_worker, cols[SURFACE], &n);
    bool same = m->base_len == strlen(cols[BASE]) && memcmp(m->base, cols[BASE], m->base_len) == 0;
    /* Alone, some are taken for the verb that they come from. */
    if (n != 1 || m->unknown || !same)
        fail_msg(CSV ":%d: '%s' does not come out as '%s'", row, cols[SURFACE], cols[BASE]);
}

static void every_noun_comes_out_whole(void **state)
{
    (void)each_row(check_whole, *state);
}

static void ordinary_sentences_are_cut_as_before(void **state)
{
    struct fixture *f = *state;
    assert_true(sizeof ordinary / sizeof *ordinary >= 60);
    for (size_t i = 0; i < sizeof ordinary / sizeof *ordinary; i++) {
        size_t n, m;
        const struct pm_morpheme *a = parse(f->bare_worker, ordinary[i], &n);
        const struct pm_morpheme *b = parse(f->full_worker, ordinary[i], &m);
        for (size_t k = 0; k < n && k < m; k++)
            if (a[k].surface_len != b[k].surface_len || a[k].base_len != b[k].base_len ||
                a[k].pos != b[k].pos || memcmp(a[k].base, b[k].base, a[k].base_len) != 0)
                fail_msg("'%s': differs at '%.*s'", ordinary[i], (int)a[k].surface_len,
                         a[k].surface);
        assert_int_equal(n, m);
    }
}

static void terms_are_words(void **state)
{
    struct fixture *f = *state;
    assert_true(sizeof technical / sizeof *technical >= 60);
    for (size_t i = 0; i < sizeof technical / sizeof *technical; i++) {
        pm_arena_reset(&f->arena);
        struct pm_tokens t = tokenize(f, technical[i].text);
        struct pm_folded folded = {0};
        for (const char *w = technical[i].words; *w != '\0'; w += strspn(w, " ")) {
            size_t len = strcspn(w, " ");
            assert_int_equal(pm_fold(PM_FOLD_FULL, w, len, &folded), PM_OK);
            if (!has_token(&t, folded.text))
                fail_msg("'%s': no word '%s'", technical[i].text, folded.text);
            w += len;
        }
        pm_folded_free(&folded);
    }
}

static void parts_are_found(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        pm_arena_reset(&f->arena);
        struct pm_tokens query = tokenize(f, parts[i].query);
        struct pm_tokens text = tokenize(f, parts[i].text);
        assert_true(query.count > 0);
        for (size_t k = 0; k < query.count; k++)
            if ((query.items[k].flags & PM_TOKEN_STOP) == 0 &&
                !has_token(&text, query.items[k].text))
                fail_msg("'%s' does not find '%s'", parts[i].query, parts[i].text);
    }
}

/* Run the compiler over one good row and the given one; what it says, in out. */
static int compile_with(const char *row, char *out, size_t size)
{
    char folder[] = "/tmp/pm-userdic-XXXXXX";
    char csv[64], dic[64], command[512];
    assert_non_null(mkdtemp(folder));
    (void)snprintf(csv, sizeof csv, "%s/words.csv", folder);
    (void)snprintf(dic, sizeof dic, "%s/user.dic", folder);
    FILE *f = fopen(csv, "w");
    assert_non_null(f);
    (void)fprintf(f, "粒度,1285,1285,7000,名詞,一般,*,*,*,*,粒度,リュウド,リュード\n%s", row);
    assert_int_equal(fclose(f), 0);
    (void)snprintf(command, sizeof command, "indexer/mecab-user.sh %s %s 2>&1", csv, dic);
    FILE *said = popen(command, "r");
    assert_non_null(said);
    out[fread(out, 1, size - 1, said)] = '\0';
    int status = pclose(said);
    bool made = access(dic, F_OK) == 0;
    assert_true(made == (status == 0));
    (void)unlink(dic);
    assert_int_equal(unlink(csv), 0);
    assert_int_equal(rmdir(folder), 0);
    return WEXITSTATUS(status);
}

static void a_faulty_row_is_named(void **state)
{
    static const struct {
        const char *row;
        const char *said;
    } cases[] = {
        {"版数,1285,1285\n", "words.csv:2: 3 columns, not 13"},
        {"版数,9999,1285,7000,名詞,一般,*,*,*,*,版数,ハンスウ,ハンスー\n",
         "words.csv:2: no context '9999'"},
        {"版数,1285,-1,7000,名詞,一般,*,*,*,*,版数,ハンスウ,ハンスー\n",
         "words.csv:2: no context '-1'"},
        {"版数,1285,1285,low,名詞,一般,*,*,*,*,版数,ハンスウ,ハンスー\n",
         "words.csv:2: 'low' is no cost"},
        {",1285,1285,7000,名詞,一般,*,*,*,*,版数,ハンスウ,ハンスー\n",
         "words.csv:2: column 1 is empty"},
        {"版数,1285,1285,7000,名詞,一般,*,*,*,*,,ハンスウ,ハンスー\n",
         "words.csv:2: column 11 is empty"},
        {"版数,1285,1285,7000,名詞,一般,*,*,*,*,版数,ハンスウ,\n",
         "words.csv:2: column 13 is empty"},
        {"粒度,1285,1285,7000,名詞,一般,*,*,*,*,粒度,リュウド,リュード\n",
         "words.csv:2: '粒度' is in line 1, too"},
    };
    char out[4096];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(compile_with(cases[i].row, out, sizeof out), 1);
        if (strstr(out, cases[i].said) == NULL)
            fail_msg("'%s' instead of '%s'", out, cases[i].said);
    }
    assert_int_equal(compile_with("", out, sizeof out), 0);
    assert_string_equal(out, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_sound),
        cmocka_unit_test(no_row_is_there_twice),
        cmocka_unit_test(every_noun_comes_out_whole),
        cmocka_unit_test(ordinary_sentences_are_cut_as_before),
        cmocka_unit_test(terms_are_words),
        cmocka_unit_test(parts_are_found),
        cmocka_unit_test(a_faulty_row_is_named),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
