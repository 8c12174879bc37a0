/* The lexicons beside the concepts: EDICT compiled, pairs that a text teaches, the users'
 * own words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "indexer/edict_build.h"
#include "indexer/edict_line.h"
#include "indexer/taught.h"
#include "lib/edict.h"
#include "lib/user_terms.h"

static struct pm_dict *dict;
static struct pm_lexer *lexer;
static struct pm_tokenizer *tokenizer;
static struct pm_arena arena;
static char folder[] = "/tmp/pm-lexicon-XXXXXX";

static int open_all(void **state)
{
    struct pm_error err = {""};
    (void)state;
    if (mkdtemp(folder) == NULL || pm_dict_open(&dict, &err) != PM_OK ||
        pm_lexer_open(dict, &lexer, &err) != PM_OK ||
        pm_tokenizer_new(lexer, &tokenizer, &err) != PM_OK) {
        print_message("# %s\n", err.text);
        return -1;
    }
    return unsetenv("PMSEARCH_EDICT");
}

static int close_all(void **state)
{
    (void)state;
    pm_tokenizer_free(tokenizer);
    pm_lexer_close(lexer);
    pm_dict_close(dict);
    pm_arena_free(&arena);
    return rmdir(folder);
}

static const char *path_of(const char *name)
{
    return pm_arena_printf(&arena, "%s/%s", folder, name);
}

static void write_file(const char *name, const char *text)
{
    FILE *f = fopen(path_of(name), "wb");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

/* -- a line of EDICT ----------------------------------------------------------- */

static bool read_line(const char *text, struct pm_edict_line *l)
{
    return pm_edict_line_read(text, strlen(text), &arena, l);
}

static void a_line_is_read_by_sense(void **state)
{
    (void)state;
    struct pm_edict_line l;
    assert_true(read_line("切替 [きりかえ] /(n,vs) (1) change (of a shift)/switching/(2) (comp) to "
                          "switch over/(P)/EntL123/",
                          &l));
    assert_string_equal(l.headword, "切替");
    assert_true(l.common);
    assert_int_equal(l.senses, 2);
    assert_string_equal(l.glosses[0].text, "change");
    assert_int_equal(l.glosses[0].of_sense, 2);
    assert_false(l.glosses[0].computing);
    assert_string_equal(l.glosses[2].text, "switch over");
    assert_int_equal(l.glosses[2].sense, 2);
    assert_true(l.glosses[2].computing);
}

static void what_nobody_writes_is_left_out(void **state)
{
    (void)state;
    struct pm_edict_line l;
    assert_false(read_line("候 [そうろう] /(arch) to serve/", &l));
    assert_false(read_line("個 [こ] /(ctr) counter for articles/", &l));
    assert_true(read_line("語 [ご] /(n) (1) word/(arch) (2) tale/", &l));
    assert_int_equal(l.count, 1);
    assert_false(read_line("no slash", &l));
    assert_false(read_line("/gloss alone/", &l));
    assert_false(read_line("", &l));
    assert_false(read_line("語 /(n/", &l) && l.count > 1);
}

/* -- compiled ------------------------------------------------------------------ */

static const struct pm_gloss *find(struct pm_edict *e, const char *key, const char *text)
{
    static struct pm_glosses g;
    struct pm_error err;
    g = (struct pm_glosses){0};
    assert_int_equal(pm_edict_find(e, key, strlen(key), &arena, &g, &err), PM_OK);
    for (size_t i = 0; i < g.count; i++)
        if (strcmp(g.items[i].text, text) == 0)
            return &g.items[i];
    return NULL;
}

static void edict_is_compiled_both_ways(void **state)
{
    (void)state;
    struct pm_error err = {""};
    struct pm_edict *e = NULL;
    write_file("edict",
               "停電 [ていでん] /(n,vs) power outage/blackout/(P)/\n"
               "証明書 [しょうめいしょ] /(n) certificate/credentials/(P)/\n"
               "誤る [あやまる] /(v5r) (1) to make a mistake/(2) to be wrong/to mislead/(P)/\n"
               "長話 [ながばなし] /(n) talking for a very long time on the telephone/\n");
    write_file("compdic", "復旧 [ふっきゅう] /(n) restoration/\n");
    const struct pm_edict_sources s = {path_of("edict"), path_of("compdic"), pm_dict_dir(dict)};
    assert_int_equal(pm_edict_build(&s, path_of("edict.db"), &err), PM_OK);
    assert_int_equal(pm_edict_open(folder, &e, &err), PM_OK);
    assert_non_null(e);
    const struct pm_gloss *g = find(e, "停電", "blackout");
    assert_non_null(g);
    assert_int_equal(g->form.n, 1);
    assert_non_null(find(e, "停電", "power outage"));
    assert_non_null(find(e, "blackout", "停電"));
    assert_non_null(find(e, "power\x1foutag", "停電"));
    assert_non_null(find(e, "証明書", "certificate"));
    assert_non_null(find(e, "誤る", "mislead"));
    assert_null(find(e, "長話", "talking for a very long time on the telephone"));
    double computing = find(e, "復旧", "restoration")->weight;
    assert_true(computing > find(e, "停電", "blackout")->weight);
    assert_true(find(e, "誤る", "mislead")->weight < find(e, "証明書", "certificate")->weight);
    pm_edict_close(e);
}

static void no_edict_is_no_failure(void **state)
{
    (void)state;
    struct pm_error err = {""};
    struct pm_edict *e = NULL;
    assert_int_equal(setenv("PMSEARCH_EDICT", "no", 1), 0);
    assert_int_equal(pm_edict_open(folder, &e, &err), PM_OK);
    assert_null(e);
    assert_int_equal(unsetenv("PMSEARCH_EDICT"), 0);
    assert_int_equal(unlink(path_of("edict.db")), 0);
    assert_int_equal(pm_edict_open(folder, &e, &err), PM_OK);
    assert_null(e);
    write_file("edict.db", "this is no database at all, it only has the name of one");
    assert_int_equal(pm_edict_open(folder, &e, &err), PM_EDICT);
    assert_non_null(strstr(err.text, "edict.db"));
    assert_int_equal(unlink(path_of("edict.db")), 0);
    assert_int_equal(unlink(path_of("edict")), 0);
    assert_int_equal(unlink(path_of("compdic")), 0);
}

/* -- taught -------------------------------------------------------------------- */

/* "name=other" of the only pair, "" for none. */
static const char *taught(const char *text)
{
    struct pm_tokens tokens = {0};
    struct pm_taught_list list = {0};
    struct pm_error err = {""};
    assert_int_equal(pm_tokenize(tokenizer, text, strlen(text), &arena, &tokens, &err), PM_OK);
    assert_int_equal(pm_taught_find(text, strlen(text), &tokens, &arena, &list), PM_OK);
    assert_true(list.count <= 1);
    return list.count == 0
               ? ""
               : pm_arena_printf(&arena, "%s=%s", list.items[0].name, list.items[0].other);
}

static void pairs_are_learnt(void **state)
{
    (void)state;
    static const struct {
        const char *text, *pair;
    } cases[] = {
        {"弊社のコネクションプール（connection pool）が枯れた。",
         "コネクションプール=connection pool"},
        {"The circuit breaker (サーキットブレーカー) opened.",
         "circuit breaker=サーキットブレーカー"},
        {"SLO（Service Level Objective）を破った。", "SLO=Service Level Objective"},
        {"We lost the Content Delivery Network (CDN) at noon.", "Content Delivery Network=CDN"},
        {"「背圧」(backpressure) が効かない", "背圧=backpressure"},
        {"本番データベース接続プール（connection pool）", "接続プール=connection pool"},
        {"サーバー証明書（certificate）の期限", "サーバー証明書=certificate"},
        {"可用性ゾーン（AZ）が落ちた", "可用性ゾーン=AZ"},
        {"all had a Graceful Shutdown (グレースフルシャットダウン) then",
         "Graceful Shutdown=グレースフルシャットダウン"},
        {"then every timeout (タイムアウト) fired", "timeout=タイムアウト"},
        {"We use exponential backoff (指数バックオフ) now", "exponential backoff=指数バックオフ"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(taught(cases[i].text), cases[i].pair);
}

static void remarks_are_no_pairs(void **state)
{
    (void)state;
    static const char *const none[] = {
        "障害発生（2023-01-02）",
        "午前9時（UTC）",
        "詳細（https://example.com/x）",
        "対応（#1234）",
        "合計（3 GB）",
        "停止した（stopped）",
        "値（key=value）",
        "(only brackets)",
        "（接続）",
        "障害（",
        "障害）（",
        "it failed (again and again and once more for all)",
        "設定（maxConnections）",
        "the pool (see above)",
        "コマンド（up --build）",
        "we moved (東京へ行った)",
        "",
    };
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        if (*taught(none[i]) != '\0')
            print_message("# %s\n", taught(none[i]));
        assert_string_equal(taught(none[i]), "");
    }
}

/* -- the users' own words ------------------------------------------------------- */

/* The terms that text gives with these words, "a b c"; wholes in brackets. */
static const char *cut(const char *rows, const char *text)
{
    struct pm_error err = {""};
    struct pm_buf lines = {0}, out = {0};
    struct pm_lexer *lx = NULL;
    struct pm_tokenizer *t = NULL;
    struct pm_tokens tokens = {0};
    assert_int_equal(pm_user_terms_read("terms.tsv", rows, strlen(rows), &lines, &err), PM_OK);
    assert_int_equal(pm_lexer_open(dict, &lx, &err), PM_OK);
    assert_int_equal(pm_lexer_set_terms(lx, pm_buf_text(&lines), &err), PM_OK);
    assert_int_equal(pm_tokenizer_new(lx, &t, &err), PM_OK);
    assert_int_equal(pm_tokenize(t, text, strlen(text), &arena, &tokens, &err), PM_OK);
    for (size_t i = 0; i < tokens.count; i++)
        if ((tokens.items[i].flags & PM_TOKEN_STOP) == 0)
            pm_buf_addf(&out, tokens.items[i].flags & PM_TOKEN_WHOLE ? "%s[%s]" : "%s%s",
                        out.len > 0 ? " " : "", tokens.items[i].text);
    const char *terms = pm_arena_strdup(&arena, pm_buf_text(&out));
    pm_buf_free(&lines);
    pm_buf_free(&out);
    pm_tokenizer_free(t);
    pm_lexer_close(lx);
    return terms;
}

static void own_words_lie_over_the_others(void **state)
{
    (void)state;
    assert_string_equal(cut("", "与信枠照会が停止"), "与信 枠 照会 停止");
    assert_string_equal(cut("与信枠照会\n", "与信枠照会が停止"), "[与信枠照会] 与信 枠 照会 停止");
    assert_string_equal(cut("与信枠\n与信枠照会\n", "与信枠照会と与信枠"),
                        "[与信枠照会] 与信 枠 照会 [与信枠] 与信 枠");
    assert_string_equal(cut("ネコバス基盤\t配送基盤\n", "旧ネコバス基盤を"),
                        "旧 [配送基盤] [ネコバス] ネコ バス 基盤");
    assert_string_equal(cut("Web受付\n", "ＷＥＢ受付の障害"), "[web受付] web 受付 障害");
    assert_string_equal(cut("ぽちぽち\n", "そのぽちぽちが"), "ぽちぽち");
    assert_string_equal(cut("k8s\tkubernetes\n", "the k8s node"), "[kubernet] k8s node");
}

static void short_words_keep_their_distance(void **state)
{
    (void)state;
    assert_string_equal(cut("京都\tkyo\n", "東京都の"), cut("", "東京都の"));
    assert_string_equal(cut("パス\tpath\n", "スーパスの"), cut("", "スーパスの"));
    assert_string_equal(cut("db\tdatabase\n", "adb dbx"), cut("", "adb dbx"));
}

static void faulty_rows_are_named(void **state)
{
    (void)state;
    static const char *const faults[] = {"良い語\na\tb\tc\n", "# ok\n、。\n",  "良い語\n\tx\n",
                                         "良い語\n字\n",      "x\n\xFF\xFF\n", "良い\n語\t\n"};
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        struct pm_error err = {""};
        struct pm_buf lines = {0};
        assert_int_equal(
            pm_user_terms_read("my/terms.tsv", faults[i], strlen(faults[i]), &lines, &err),
            PM_EDICT);
        assert_non_null(strstr(err.text, i == 4 ? "my/terms.tsv:1: " : "my/terms.tsv:2: "));
        pm_buf_free(&lines);
    }
}

static void own_words_change_the_fingerprint(void **state)
{
    (void)state;
    struct pm_error err = {""};
    struct pm_lexer *lx = NULL;
    assert_int_equal(pm_lexer_open(dict, &lx, &err), PM_OK);
    assert_string_equal(pm_lexer_fingerprint(lx), pm_lexer_fingerprint(lexer));
    assert_int_equal(pm_lexer_set_terms(lx, "", &err), PM_OK);
    assert_string_equal(pm_lexer_fingerprint(lx), pm_lexer_fingerprint(lexer));
    assert_int_equal(pm_lexer_set_terms(lx, "与信枠\t与信枠\n", &err), PM_OK);
    assert_string_not_equal(pm_lexer_fingerprint(lx), pm_lexer_fingerprint(lexer));
    pm_lexer_close(lx);
}

/* -- spelling ------------------------------------------------------------------ */

static void british_is_american(void **state)
{
    (void)state;
    static const char *const words[][2] = {
        {"behaviours", "behavior"},
        {"centre", "center"},
        {"organisation", "organization"},
        {"initialising", "initialize"},
        {"catalogue", "catalog"},
        {"licence", "license"},
        {"cancelled", "canceled"},
        {"prioritised", "prioritize"},
        {"Colours", "color"},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        assert_string_equal(cut("", words[i][0]), cut("", words[i][1]));
    assert_string_not_equal(cut("", "special"), cut("", "specialty"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_is_read_by_sense),
        cmocka_unit_test(what_nobody_writes_is_left_out),
        cmocka_unit_test(edict_is_compiled_both_ways),
        cmocka_unit_test(no_edict_is_no_failure),
        cmocka_unit_test(pairs_are_learnt),
        cmocka_unit_test(remarks_are_no_pairs),
        cmocka_unit_test(own_words_lie_over_the_others),
        cmocka_unit_test(short_words_keep_their_distance),
        cmocka_unit_test(faulty_rows_are_named),
        cmocka_unit_test(own_words_change_the_fingerprint),
        cmocka_unit_test(british_is_american),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
