#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/buf.h"
#include "lib/dict.h"
#include "lib/tokenizer.h"
#include "lib/utf8.h"

struct fixture {
    struct pm_dict *dict;
    struct pm_lexer *lexer;
    struct pm_tokenizer *tokenizer;
    struct pm_arena arena;
};

static int open_all(void **state)
{
    static struct fixture f;
    struct pm_error err = {{0}};
    if (pm_dict_open(&f.dict, &err) != PM_OK || pm_lexer_open(f.dict, &f.lexer, &err) != PM_OK ||
        pm_tokenizer_new(f.lexer, &f.tokenizer, &err) != PM_OK) {
        print_message("# %s\n", err.text);
        return -1;
    }
    *state = &f;
    return 0;
}

static int close_all(void **state)
{
    struct fixture *f = *state;
    pm_tokenizer_free(f->tokenizer);
    pm_lexer_close(f->lexer);
    pm_dict_close(f->dict);
    pm_arena_free(&f->arena);
    return 0;
}

static struct pm_tokens tokenize_bytes(void **state, const char *text, size_t len)
{
    struct fixture *f = *state;
    struct pm_tokens out = {0};
    struct pm_error err = {{0}};
    pm_arena_reset(&f->arena);
    if (pm_tokenize(f->tokenizer, text, len, &f->arena, &out, &err) != PM_OK)
        fail_msg("%s", err.text);
    return out;
}

static struct pm_tokens tokenize(void **state, const char *text)
{
    return tokenize_bytes(state, text, strlen(text));
}

/* The indexed tokens as "term@position", with a space between. */
static void gives(void **state, const char *text, const char *expected)
{
    struct pm_tokens t = tokenize(state, text);
    struct pm_buf b = {0};
    for (size_t i = 0; i < t.count; i++)
        if ((t.items[i].flags & PM_TOKEN_STOP) == 0)
            pm_buf_addf(&b, "%s%s@%u", b.len > 0 ? " " : "", t.items[i].text, t.items[i].position);
    assert_string_equal(pm_buf_text(&b), expected);
    pm_buf_free(&b);
}

static void words_are_stemmed(void **state)
{
    gives(state, "Connections timed out", "connect@0 time@1");
    gives(state, "the users' and user's", "user@1 user@3");
}

static void stop_words_keep_their_positions(void **state)
{
    gives(state, "failure of the primary", "failur@0 primari@3");
    struct pm_tokens t = tokenize(state, "failure of the primary");
    assert_int_equal(t.count, 4);
    assert_int_equal(t.items[1].flags & PM_TOKEN_STOP, PM_TOKEN_STOP);
    assert_int_equal(t.next_position, 4);
}

static void irregular_forms_meet_and_strangers_part(void **state)
{
    gives(state, "the data was lost, it ran, recovery", "data@1 lose@3 run@6 recov@8");
    gives(state, "customer custom", "customer@0 custom@1");
    gives(state, "resolver resolved", "resolver@0 resolv@1");
    gives(state, "the UPS is up", "ups@1");
    gives(state, "responsibility responsible response", "responsibl@0 responsibl@1 respons@2");
}

static void particles_and_negations_are_held_for_names(void **state)
{
    struct pm_tokens t = tokenize(state, "cannot log in to the pool");
    assert_int_equal(t.items[0].flags & PM_TOKEN_HELD, PM_TOKEN_HELD);
    assert_string_equal(t.items[0].text, "not");
    assert_int_equal(t.items[2].flags & PM_TOKEN_TIGHT, PM_TOKEN_TIGHT);
    assert_true(pm_token_is_gap(&t.items[4])); /* the */
    assert_true(pm_token_in_name(&t.items[2]));
    t = tokenize(state, "気づきません");
    const struct pm_token *last = &t.items[t.count - 1];
    assert_string_equal(last->text, "ない");
    assert_int_equal(last->flags & PM_TOKEN_LOOSE, PM_TOKEN_LOOSE);
}

static void kanji_compound_of_the_dictionary_gives_whole_and_parts(void **state)
{
    gives(state, "関西国際空港", "関西国際空港@0 関西@0 国際@1 空港@2");
    gives(state, "期限切れ", "期限切れ@0 期限@0 切れ@1");
    gives(state, "証明書", "証明書@0");
}

static void punctuation_separates_and_brackets_do_not(void **state)
{
    gives(state, "pool, exhausted", "pool@0 exhaust@2");
    gives(state, "pool (fully) \"exhausted\"", "pool@0 fulli@1 exhaust@2");
    gives(state, "「接続」枯渇", "接続@0 枯渇@1");
}

static void identifier_gives_whole_and_parts(void **state)
{
    gives(state, "max_connections", "max_connections@0 max@0 connect@1");
    gives(state, "HTTP/2", "http/2@0 http@0 2@1");
    gives(state, "TLS1.2", "tls1.2@0 tls@0 1@1 2@2");
    gives(state, "v1.2.3", "v1.2.3@0 1@0 2@1 3@2");
    gives(state, "third-party", "third-party@0 third@0 parti@1");
    gives(state, "std::vector", "std::vector@0 std@0 vector@1");
    gives(state, "us-east-1's", "us-east-1@0 east@1 1@2");
}

static void camel_case_gives_parts(void **state)
{
    gives(state, "HybridPrioritySemaphore",
          "hybridprioritysemaphor@0 hybrid@0 prioriti@1 semaphor@2");
    gives(state, "HTTPServer", "httpserver@0 http@0 server@1");
    gives(state, "ＨｔｔｐＳｅｒｖｅｒ", "httpserver@0 http@0 server@1");
    gives(state, "VMs APIs", "vms@0 vm@0 api@1");
}

static void what_single_letters_leave_over_is_no_part(void **state)
{
    gives(state, "s3 e2e n+1 k8s p99", "s3@0 e2e@1 n+1@2 k8s@3 p99@4");
    gives(state, "IoT SaaS IdP", "iot@0 saa@1 idp@2");
    gives(state, "PodA Y2038 H100", "poda@0 pod@0 y2038@1 2038@1 h100@2 100@2");
    gives(state, "v1.29 sev1", "v1.29@0 1@0 29@1 sev1@2 sev@2 1@3");
    gives(state, "mTLS vCenter nodeA", "mtls@0 tls@0 vcenter@1 center@1 nodea@2 node@2");
}

static void case_does_not_decide_whether_texts_meet(void **state)
{
    gives(state, "youtube Youtube", "youtub@0 youtub@1");
    gives(state, "YouTube", "youtub@0 tube@1");
}

static void names_with_signs_are_kept(void **state)
{
    gives(state, "C++, C#; .NET", "c++@0 c#@2 .net@4 net@4");
    gives(state, "e-mail ops@example.com", "e-mail@0 mail@0 ops@example.com@1 op@1 exampl@2 com@3");
}

static void hashes_stay_whole(void **state)
{
    gives(state, "550e8400-e29b-41d4-a716-446655440000", "550e8400-e29b-41d4-a716-446655440000@0");
    gives(state, "d41d8cd98f00b204e9800998ecf8427e", "d41d8cd98f00b204e9800998ecf8427e@0");
}

static void wholes_and_parts_are_capped(void **state)
{
    char text[400] = "https://example.com/";
    for (int i = 0; i < 60; i++)
        strcat(text, i < 59 ? "abc/" : "abc");
    struct pm_tokens t = tokenize(state, text);
    assert_true(t.items[0].len <= 64);
    for (size_t i = 0, parts = 0; i < t.count; i++) {
        parts = (t.items[i].flags & PM_TOKEN_PART) != 0 ? parts + 1 : 0;
        assert_true(parts <= 24);
    }
    memset(text, 'x', sizeof text);
    assert_int_equal(tokenize_bytes(state, text, sizeof text).items[0].len, PM_TOKEN_MAX_BYTES);
}

static void numbers_are_flagged(void **state)
{
    gives(state, "2023年", "2023@0 年@1");
    gives(state, "10,000 requests", "10000@0 request@1");
    gives(state, "二千二十三年", "二千二十三@0 年@1");
    assert_true(tokenize(state, "503").items[0].flags & PM_TOKEN_NUMBER);
}

static void full_width_latin_meets_half_width(void **state)
{
    gives(state, "ＤＮＳの障害", "dns@0 障害@2");
    gives(state, "DNSの障害", "dns@0 障害@2");
}

static void japanese_words_stand_in_their_base_form(void **state)
{
    gives(state, "接続が切れました", "接続@0 切れる@2");
    gives(state, "Redis が停止した。5台を交換", "redi@0 停止@2 5@6 台@7 交換@9");
}

static void particles_and_light_words_are_not_indexed(void **state)
{
    gives(state, "交換することができるため", "交換@0");
}

static void final_long_vowel_is_dropped(void **state)
{
    gives(state, "サーバー", "サーバ@0");
    gives(state, "サーバ", "サーバ@0");
    gives(state, "ｻｰﾊﾞｰ", "サーバ@0");
    gives(state, "コンピューター", "コンピユータ@0");
    gives(state, "コンピュータ", "コンピユータ@0");
}

static void katakana_compound_gives_parts(void **state)
{
    gives(state, "コネクションプール", "コネクシヨンプール@0 コネクシヨン@0 プール@1");
    gives(state, "ビジネスホテル", "ビジネスホテル@0 ビジネス@0 ホテル@1");
}

static void a_middle_dot_joins_a_katakana_compound(void **state)
{
    gives(state, "ユーザー・エージェント", "ユーザーエージエント@0 ユーザ@0 エージエント@1");
    gives(state, "デプロイ・ジョブ", "デプロイジヨブ@0 デプロイ@0 ジヨブ@1");
}

static void a_dash_between_katakana_is_a_long_vowel(void **state)
{
    gives(state, "サ－バ", "サーバ@0"); /* U+FF0D, then 2010, 2212, 2015 */
    gives(state, "サ‐バ", "サーバ@0");
    gives(state, "サ−バ", "サーバ@0");
    gives(state, "サ―バ", "サーバ@0");
    gives(state, "ﾕ－ｻﾞ", "ユーザ@0");
    gives(state, "キ－とユ－ザ", "キ@0 ユーザ@3"); /* と is no katakana */
    gives(state, "Ａ－Ｂ", "a-b@0");
    static const char text[] = "旧サ－バが停止";
    struct pm_tokens t = tokenize(state, text);
    assert_int_equal(t.items[1].start, strlen("旧"));
    assert_int_equal(t.items[1].end, strlen("旧サ－バ"));
}

static void offsets_point_into_the_original(void **state)
{
    static const char text[] = "ＤＢの「ｺﾈｸｼｮﾝ」がmaxConn㍿";
    struct pm_tokens t = tokenize(state, text);
    static const char *const expected[] = {"ＤＢ", "の", "ｺﾈｸｼｮﾝ", "が"};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(t.items[i].end - t.items[i].start, strlen(expected[i]));
        assert_memory_equal(text + t.items[i].start, expected[i], strlen(expected[i]));
    }
    const struct pm_token *last = &t.items[t.count - 3]; /* its parts follow */
    assert_string_equal(last->text, "株式会社");
    assert_memory_equal(text + last->start, "㍿", last->end - last->start);
    assert_int_equal(last->end, strlen(text));
}

static void positions_go_on_from_call_to_call(void **state)
{
    struct fixture *f = *state;
    struct pm_tokens out = {0};
    struct pm_error err;
    pm_arena_reset(&f->arena);
    assert_int_equal(pm_tokenize(f->tokenizer, "one two", 7, &f->arena, &out, &err), PM_OK);
    assert_int_equal(pm_tokenize(f->tokenizer, "three", 5, &f->arena, &out, &err), PM_OK);
    assert_int_equal(out.items[2].position, 2);
    assert_string_equal(out.items[2].text, "three");
}

/* Whatever the bytes: sound offsets, positions that never go back, terms in UTF-8. */
static void any_bytes_give_sound_tokens(void **state)
{
    static const char *const bits[] = {
        "サーバー", "・",       "ー", "ﾞ",   "々", "漢", "a",  "B",  "1",    ".",
        "_",        "/",        "+",  "#",   "'",  "’",  ",",  " ",  "\xFF", "㍿",
        "が",       "\xCC\x81", "한", "://", "::", "゛", "ヽ", "\n", "é",    "s"};
    uint32_t seed = 11;
    for (int i = 0; i < 5000; i++) {
        char text[256];
        size_t len = 0;
        for (int k = 0; k < 16; k++) {
            seed = seed * 1664525u + 1013904223u;
            const char *bit = bits[(seed >> 8) % (sizeof bits / sizeof *bits)];
            len += (size_t)(stpcpy(text + len, bit) - (text + len));
        }
        struct pm_tokens t = tokenize_bytes(state, text, len);
        for (size_t k = 0; k < t.count; k++) {
            const struct pm_token *tok = &t.items[k];
            assert_true(tok->start < tok->end && tok->end <= len);
            assert_true(tok->len > 0 && tok->len <= PM_TOKEN_MAX_BYTES);
            assert_true(pm_utf8_valid(tok->text, tok->len, NULL));
            assert_true(tok->position < t.next_position);
            assert_true(k == 0 || (tok->flags & PM_TOKEN_PART) != 0 ||
                        tok->position > tok[-1].position);
        }
    }
}

static void one_megabyte_of_katakana_is_linear(void **state)
{
    size_t len = 1 << 20;
    char *text = malloc(len);
    assert_non_null(text);
    for (size_t i = 0; i + 3 <= len; i += 3) {
        uint32_t cp = 0x30A2 + (uint32_t)(i * 7 / 3 % 80);
        (void)pm_utf8_put(cp, text + i);
    }
    struct pm_tokens t = tokenize_bytes(state, text, len - len % 3);
    assert_true(t.count > 100);
    free(text);
}

static void one_megabyte_of_latin_is_linear(void **state)
{
    static const char *const units[] = {"a", "a-", "aB", "1a", "a,000", "_", "é"};
    size_t len = 1 << 20;
    char *text = malloc(len);
    assert_non_null(text);
    for (size_t u = 0; u < sizeof units / sizeof *units; u++) {
        for (size_t i = 0; i < len; i++)
            text[i] = units[u][i % strlen(units[u])];
        (void)tokenize_bytes(state, text, len);
    }
    free(text);
}

static void the_fingerprint_is_stable(void **state)
{
    struct fixture *f = *state;
    struct pm_lexer *again = NULL;
    struct pm_error err;
    assert_int_equal(pm_lexer_open(f->dict, &again, &err), PM_OK);
    assert_string_equal(pm_lexer_fingerprint(again), pm_lexer_fingerprint(f->lexer));
    pm_lexer_close(again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_stemmed),
        cmocka_unit_test(stop_words_keep_their_positions),
        cmocka_unit_test(kanji_compound_of_the_dictionary_gives_whole_and_parts),
        cmocka_unit_test(irregular_forms_meet_and_strangers_part),
        cmocka_unit_test(particles_and_negations_are_held_for_names),
        cmocka_unit_test(punctuation_separates_and_brackets_do_not),
        cmocka_unit_test(identifier_gives_whole_and_parts),
        cmocka_unit_test(camel_case_gives_parts),
        cmocka_unit_test(what_single_letters_leave_over_is_no_part),
        cmocka_unit_test(case_does_not_decide_whether_texts_meet),
        cmocka_unit_test(names_with_signs_are_kept),
        cmocka_unit_test(hashes_stay_whole),
        cmocka_unit_test(wholes_and_parts_are_capped),
        cmocka_unit_test(numbers_are_flagged),
        cmocka_unit_test(full_width_latin_meets_half_width),
        cmocka_unit_test(japanese_words_stand_in_their_base_form),
        cmocka_unit_test(particles_and_light_words_are_not_indexed),
        cmocka_unit_test(final_long_vowel_is_dropped),
        cmocka_unit_test(katakana_compound_gives_parts),
        cmocka_unit_test(a_middle_dot_joins_a_katakana_compound),
        cmocka_unit_test(a_dash_between_katakana_is_a_long_vowel),
        cmocka_unit_test(offsets_point_into_the_original),
        cmocka_unit_test(positions_go_on_from_call_to_call),
        cmocka_unit_test(any_bytes_give_sound_tokens),
        cmocka_unit_test(one_megabyte_of_katakana_is_linear),
        cmocka_unit_test(one_megabyte_of_latin_is_linear),
        cmocka_unit_test(the_fingerprint_is_stable),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
