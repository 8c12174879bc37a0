/* Never a silent zero: any part of any sample, in another width or kana form, finds its
 * document; and what the second road must not find. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "indexer/run.h"
#include "lib/buf.h"
#include "lib/dict.h"
#include "lib/store.h"
#include "lib/utf8.h"
#include "query/fold_text.h"
#include "query/substring.h"
#include "tests/unit/random.h"

enum { SEED = 20240607, CASES = 20000, MOST = 40, WHOLE_EVERY = 50 };

static char folder[] = "/tmp/pm-test-substring-XXXXXX";
static struct pm_arena arena;
static struct pm_dict *dict;
static struct pm_lexer *lexer;
static struct pm_tokenizer *tokenizer;
static sqlite3 *db;

/* A document as its reader sees it: headings and text, row behind row. */
struct sample {
    int64_t id;
    const char *text;
    size_t len;
};
static struct sample *samples;
static size_t n_samples;

static struct {
    uint32_t kana;
    char half[8];
} half_width[128];
static size_t n_half_width;

static void learn_half_width(void)
{
    struct pm_folded f = {0};
    for (uint32_t cp = 0xFF66; cp <= 0xFF9D; cp++) {
        for (uint32_t mark = 0xFF9D; mark <= 0xFF9F; mark++) {
            char half[8];
            size_t n = pm_utf8_put(cp, half), pos = 0;
            if (mark > 0xFF9D)
                n += pm_utf8_put(mark, half + n);
            assert_int_equal(pm_fold(PM_FOLD_WIDTH, half, n, &f), PM_OK);
            uint32_t kana = pm_utf8_next(f.text, f.len, &pos);
            if (pos != f.len)
                continue;
            half_width[n_half_width].kana = kana;
            memcpy(half_width[n_half_width].half, half, n);
            half_width[n_half_width++].half[n] = '\0';
        }
    }
    pm_folded_free(&f);
}

static void read_samples(void)
{
    sqlite3_stmt *stmt = NULL;
    struct pm_buf all = {0};
    static const char sql[] = "SELECT document_id, heading, text FROM section ORDER BY 1, seq";
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
    samples = pm_arena_calloc(&arena, 1000, sizeof *samples);
    assert_non_null(samples);
    const char *heading = "";
    while (sqlite3_step(stmt) == SQLITE_ROW && n_samples < 1000) {
        int64_t id = sqlite3_column_int64(stmt, 0);
        const char *next = (const char *)sqlite3_column_text(stmt, 1);
        bool first = n_samples == 0 || samples[n_samples - 1].id != id;
        if (first) {
            pm_buf_clear(&all);
            samples[n_samples++].id = id;
        }
        if (next != NULL && (first || strcmp(next, heading) != 0))
            pm_buf_addf(&all, "%s\n", next);
        heading = next == NULL ? "" : pm_arena_strdup(&arena, next);
        pm_buf_addf(&all, "%s\n", (const char *)sqlite3_column_text(stmt, 2));
        samples[n_samples - 1].text = pm_arena_strdup(&arena, pm_buf_text(&all));
        samples[n_samples - 1].len = all.len;
    }
    (void)sqlite3_finalize(stmt);
    pm_buf_free(&all);
    assert_true(n_samples > 40);
}

static int setup(void **state)
{
    (void)state;
    struct pm_error err = {""};
    struct pm_report report;
    const char *paths[] = {"corpus-samples"};
    if (mkdtemp(folder) == NULL || pm_dict_open(&dict, &err) != PM_OK)
        return 1;
    struct pm_run_options run = {.index = pm_arena_printf(&arena, "%s/index.db", folder),
                                 .paths = paths,
                                 .n_paths = 1,
                                 .threads = 1,
                                 .max_bytes = 1 << 24};
    struct pm_hooks hooks = {.ctx = NULL};
    if (pm_run(&run, dict, &hooks, &arena, &report, &err) != PM_OK ||
        pm_lexer_open(dict, &lexer, &err) != PM_OK ||
        pm_tokenizer_new(lexer, &tokenizer, &err) != PM_OK ||
        pm_store_open_read(run.index, lexer, &db, &err) != PM_OK) {
        print_error("%s\n", err.text);
        return 1;
    }
    read_samples();
    learn_half_width();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    char command[128];
    pm_store_close(db, false);
    pm_tokenizer_free(tokenizer);
    pm_lexer_close(lexer);
    pm_dict_close(dict);
    pm_arena_free(&arena);
    (void)snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

/* -- the query in another spelling ----------------------------------------------- */

static void put_char(struct pm_buf *out, uint32_t cp)
{
    char bytes[4];
    pm_buf_add(out, bytes, pm_utf8_put(cp, bytes));
}

enum style { AS_IT_IS, HALF_KANA, FULL_LATIN, UPPER, LOWER, KATAKANA, HIRAGANA, MIXED, STYLES };

static void rewrite_char(struct pm_buf *out, uint32_t cp, enum style style)
{
    if (style == HALF_KANA)
        for (size_t i = 0; i < n_half_width; i++)
            if (half_width[i].kana == cp) {
                pm_buf_adds(out, half_width[i].half);
                return;
            }
    if (style == FULL_LATIN && cp > 0x20 && cp < 0x7F)
        cp += 0xFEE0;
    else if (style == UPPER && cp >= 'a' && cp <= 'z')
        cp -= 32;
    else if (style == LOWER && cp >= 'A' && cp <= 'Z')
        cp += 32;
    else if (style == KATAKANA && cp >= 0x3041 && cp <= 0x3096)
        cp += 0x60;
    else if (style == HIRAGANA && cp >= 0x30A1 && cp <= 0x30F6)
        cp -= 0x60;
    put_char(out, cp);
}

static void rewrite(uint64_t *seed, const char *s, size_t len, struct pm_buf *out)
{
    enum style style = (enum style)pick(seed, STYLES);
    pm_buf_clear(out);
    for (size_t pos = 0; pos < len;)
        rewrite_char(out, pm_utf8_next(s, len, &pos),
                     style == MIXED ? (enum style)pick(seed, KATAKANA) : style);
}

/* Another spelling that FULL folding takes for the same, if the dice and the text give
 * one: a final long vowel more or less, a dash that looks like one, ヴァ, 々, old kanji. */
static void respell(uint64_t *seed, struct pm_buf *text)
{
    static const char *const pairs[][2] = {
        {"ー", ""},     {"ー", "―"},    {"ョン", "ヨン"}, {"バ", "ヴァ"}, {"ビ", "ヴィ"},
        {"ァ", "ア"},   {"ィ", "イ"},   {"ジ", "ヂ"},     {"々", "時"},   {"-", "‐"},
        {"国", "國"},   {"高", "髙"},   {"学", "學"},     {"~", "〜"},    {"'", "’"},
        {"ザ", "ズァ"}, {"ン", "ン・"}, {"タ", "ター"},   {"ク", "クー"}, {"\"", "”"}};
    const char *const *pair = pairs[pick(seed, sizeof pairs / sizeof *pairs)];
    const char *s = pm_buf_text(text), *at = strstr(s, pair[0]);
    if (at == NULL)
        return;
    struct pm_buf other = {0};
    pm_buf_add(&other, s, (size_t)(at - s));
    pm_buf_adds(&other, pair[1]);
    pm_buf_adds(&other, at + strlen(pair[0]));
    struct pm_folded x = {0}, y = {0};
    assert_int_equal(pm_fold(PM_FOLD_FULL, s, text->len, &x), PM_OK);
    assert_int_equal(pm_fold(PM_FOLD_FULL, pm_buf_text(&other), other.len, &y), PM_OK);
    if (x.len == y.len && memcmp(x.text, y.text, x.len) == 0) {
        pm_buf_clear(text);
        pm_buf_add(text, pm_buf_text(&other), other.len);
    }
    pm_folded_free(&x);
    pm_folded_free(&y);
    pm_buf_free(&other);
}

/* -- searching ------------------------------------------------------------------- */

static const struct pm_hit *listed(const struct pm_hits *hits, int64_t document)
{
    for (size_t i = 0; i < hits->count; i++)
        if (hits->items[i].document == document)
            return &hits->items[i];
    return NULL;
}

/* The full list of the query; whole: with the first road before the second. */
static void search(const char *query, bool whole, struct pm_arena *a, struct pm_substring *sub,
                   struct pm_hits *hits)
{
    struct pm_error err = {""};
    struct pm_query q;
    struct pm_plan plan = {.n_groups = 0};
    struct pm_filter none = {.lang = NULL};
    struct pm_substring_limits limits = {&none, &none, PM_SEC_COUNT};
    struct pm_rank_weights weights;
    struct pm_ngrams grams = {.count = 0};
    size_t total;
    *hits = (struct pm_hits){.items = NULL};
    pm_rank_weights_read(dict, &weights);
    assert_int_equal(pm_query_parse(&query, 1, a, &q, &err), PM_OK);
    limits.combined = &(struct pm_filter){.since = q.since, .until = q.until};
    if (whole)
        assert_int_equal(pm_plan_make(db, tokenizer, &q, &weights, NULL, a, &plan, &err), PM_OK);
    const struct pm_request request = {
        .plan = &plan, .weights = &weights, .grams = &grams, .filter = limits.combined};
    if (plan.n_groups > 0)
        assert_int_equal(pm_search(db, &request, a, hits, &err), PM_OK);
    size_t words = hits->count;
    assert_int_equal(pm_substring_make(&query, 1, &q, &limits, a, sub, &err), PM_OK);
    assert_int_equal(pm_substring_find(db, sub, &plan, 0, a, hits, &total, &err), PM_OK);
    assert_int_equal(hits->count, words + total);
}

/* The mark of a hit on the second road folds to what was looked for. */
static void check_snippet(const char *query, const struct pm_substring *sub,
                          const struct pm_hit *hit, struct pm_arena *a)
{
    struct pm_snippet s;
    struct pm_error err = {""};
    assert_int_equal(pm_substring_snippet(db, sub, hit, a, &s, &err), PM_OK);
    if (s.n_marks == 0)
        fail_msg("'%s' is not marked in '%s'", query, s.text);
    for (size_t i = 0; i < s.n_marks; i++)
        assert_true(s.marks[i].start < s.marks[i].end && s.marks[i].end <= s.len);
    assert_true(pm_utf8_valid(s.text, s.len, NULL));
}

static void any_part_finds_its_document(void **state)
{
    (void)state;
    uint64_t seed = from_environment("PM_SEED", SEED);
    unsigned long cases = from_environment("PM_CASES", CASES);
    struct pm_buf query = {0};
    struct pm_arena a = {0};
    print_message("# seed %llu, %lu cases\n", (unsigned long long)seed, cases);
    for (unsigned long i = 0; i < cases; i++) {
        const struct sample *doc = &samples[pick(&seed, n_samples)];
        size_t from = pick(&seed, doc->len), to = from, n = 1 + pick(&seed, MOST);
        while (from > 0 && ((unsigned char)doc->text[from] & 0xC0) == 0x80)
            from--;
        for (to = from; n > 0 && to < doc->len; n--)
            (void)pm_utf8_next(doc->text, doc->len, &to);
        rewrite(&seed, doc->text + from, to - from, &query);
        for (int k = 0; k < 3; k++)
            respell(&seed, &query);
        if (strspn(doc->text + from, " \n") >= to - from)
            continue; /* our own line breaks between the rows */
        struct pm_substring sub;
        struct pm_hits hits;
        search(pm_buf_text(&query), i % WHOLE_EVERY == 0, &a, &sub, &hits);
        const struct pm_hit *hit = listed(&hits, doc->id);
        if (hit == NULL)
            fail_msg("case %lu: '%s' does not find '%.*s' in document %lld", i, pm_buf_text(&query),
                     (int)(to - from), doc->text + from, (long long)doc->id);
        else if (hit->substring != 0)
            check_snippet(pm_buf_text(&query), &sub, hit, &a);
        pm_arena_reset(&a);
    }
    pm_arena_free(&a);
    pm_buf_free(&query);
}

/* -- the needle by itself --------------------------------------------------------- */

static bool holds(const char *text, const char *query)
{
    struct pm_fold_text ft = {0};
    struct pm_needle nd;
    struct pm_error err = {""};
    size_t start = 0, end = 0;
    pm_fold_text_begin(&ft, false);
    assert_int_equal(pm_fold_text_add(&ft, text, strlen(text)), PM_OK);
    assert_int_equal(pm_needle_make(query, strlen(query), PM_SEC_COUNT, &arena, &nd, &err), PM_OK);
    assert_false(nd.literal);
    bool found =
        pm_needle_find(&nd, pm_buf_text(&ft.text), ft.text.len, 0, &start, &end) && end > start;
    pm_fold_text_free(&ft);
    return found;
}

static void final_long_vowels_may_differ(void **state)
{
    (void)state;
    assert_true(holds("メインサーバーが停止", "サーバが"));
    assert_true(holds("メインサーバが停止", "サーバーが"));
    assert_true(holds("メインサーバーが停止", "バーが"));
    assert_true(holds("メインサーバーが停止", "ンサーバー"));
    assert_true(holds("サーバー ルーム", "サーバ ルーム"));
    assert_true(holds("サーバ ルーム", "サーバー ルーム"));
    assert_false(holds("ビール", "ビル"));
    assert_false(holds("キが", "キーが"));
    assert_false(holds("鯖、サバの味噌煮", "サーバー"));
}

static void spellings_meet(void **state)
{
    (void)state;
    assert_true(holds("ヴァイオリン", "バイオリン"));
    assert_true(holds("バイオリン", "ヴァイオ"));
    assert_true(holds("ヴァイオリン", "ァイオ"));
    assert_true(holds("時々刻々", "時時刻"));
    assert_true(holds("いすゞ", "いすず"));
    assert_true(holds("すず", "すゞ"));
    assert_true(holds("ユーザー・エージェント", "ユーザーエージェント"));
    assert_true(holds("ﾃﾞｰﾀ", "ﾃ"));
    assert_true(holds("Café São", "cafe sao"));
    assert_true(holds("髙橋", "高橋"));
    assert_true(holds("データベース", "でーたべーす"));
}

static void white_space_counts_between_latin_words_only(void **state)
{
    (void)state;
    assert_true(holds("connection\n  pool", "connection pool"));
    assert_true(holds("データ\nベース", "データベース"));
    assert_true(holds("DB が落ちた", "DBが"));
    assert_false(holds("con nection", "connection"));
    assert_false(holds("connection", "con nection"));
    assert_true(holds("x -> y", "x->y"));
}

static void a_document_is_listed_once_with_its_section(void **state)
{
    (void)state;
    struct pm_arena a = {0};
    struct pm_substring sub;
    struct pm_hits hits;
    search("ネクションプール", true, &a, &sub, &hits);
    assert_true(hits.count > 0);
    for (size_t i = 0; i < hits.count; i++) {
        assert_ptr_equal(listed(&hits, hits.items[i].document), &hits.items[i]);
        if (hits.items[i].substring == 0)
            continue;
        assert_true(hits.items[i].score == 0);
        assert_int_equal(hits.items[i].parts.count, 1);
        assert_int_equal(hits.items[i].parts.items[0].kind, PM_PART_SUBSTRING);
    }
    pm_arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(final_long_vowels_may_differ),
        cmocka_unit_test(spellings_meet),
        cmocka_unit_test(white_space_counts_between_latin_words_only),
        cmocka_unit_test(a_document_is_listed_once_with_its_section),
        cmocka_unit_test(any_part_finds_its_document),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
