#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/morph.h"

struct fixture {
    struct pm_morph *morph;
    struct pm_morph_worker *worker;
};

static int open_morph(void **state)
{
    static struct fixture f;
    struct pm_error err = {{0}};
    if (pm_morph_open(NULL, &f.morph, &err) != PM_OK ||
        pm_morph_worker_new(f.morph, &f.worker, &err) != PM_OK) {
        print_message("# %s\n", err.text);
        return -1;
    }
    *state = &f;
    return 0;
}

static int close_morph(void **state)
{
    struct fixture *f = *state;
    pm_morph_worker_free(f->worker);
    pm_morph_close(f->morph);
    return 0;
}

static const struct pm_morpheme *parse(void **state, const char *text, size_t *n)
{
    struct fixture *f = *state;
    const struct pm_morpheme *m = NULL;
    struct pm_error err = {{0}};
    assert_int_equal(pm_morph_parse(f->worker, text, strlen(text), &m, n, &err), PM_OK);
    return m;
}

static void verbs_have_base_forms(void **state)
{
    size_t n;
    const struct pm_morpheme *m = parse(state, "接続が切れた", &n);
    assert_int_equal(n, 4);
    assert_int_equal(m[0].pos, PM_POS_NOUN);
    assert_int_equal(m[1].pos, PM_POS_PARTICLE);
    assert_int_equal(m[2].pos, PM_POS_VERB);
    assert_int_equal(m[2].base_len, strlen("切れる"));
    assert_memory_equal(m[2].base, "切れる", m[2].base_len);
    assert_int_equal(m[3].pos, PM_POS_AUXVERB);
}

static void unknown_words_are_their_own_base(void **state)
{
    size_t n;
    const struct pm_morpheme *m = parse(state, "デプロイ", &n);
    assert_int_equal(n, 1);
    assert_int_equal(m[0].unknown, 1);
    assert_ptr_equal(m[0].base, m[0].surface);
    assert_int_equal(m[0].base_len, strlen("デプロイ"));
}

static void kinds_of_nouns_are_told_apart(void **state)
{
    size_t n;
    const struct pm_morpheme *m = parse(state, "三台目の再起動。", &n);
    assert_int_equal(n, 7);
    assert_int_equal(m[0].pos, PM_POS_NUMBER);
    assert_int_equal(m[1].pos, PM_POS_SUFFIX);
    assert_int_equal(m[4].pos, PM_POS_PREFIX);
    assert_int_equal(m[6].pos, PM_POS_SYMBOL);
}

static void nothing_gives_nothing(void **state)
{
    size_t n = 9;
    (void)parse(state, "", &n);
    assert_int_equal(n, 0);
}

static void long_runs_of_one_class_are_cut(void **state)
{
    struct fixture *f = *state;
    size_t len = 300000, n = 0, total = 0;
    char *text = malloc(len);
    assert_non_null(text);
    for (size_t i = 0; i < len; i += 3)
        memcpy(text + i, "漢", 3);
    const struct pm_morpheme *m;
    struct pm_error err;
    assert_int_equal(pm_morph_parse(f->worker, text, len, &m, &n, &err), PM_OK);
    for (size_t i = 0; i < n; i++) {
        assert_ptr_equal(m[i].surface, text + total);
        total += m[i].surface_len;
    }
    assert_int_equal(total, len);
    free(text);
}

static void nouns_inside_of_a_compound_are_found(void **state)
{
    struct fixture *f = *state;
    static const char word[] = "フェイルオーバー";
    const struct pm_span *s;
    size_t n, found = 0;
    struct pm_error err;
    assert_int_equal(pm_morph_nouns(f->worker, word, strlen(word), &s, &n, &err), PM_OK);
    for (size_t i = 0; i < n; i++)
        found += s[i].start == 12 && s[i].len == 12;
    assert_true(found > 0);
}

static void the_fingerprint_needs_no_open_model(void **state)
{
    struct fixture *f = *state;
    char *probed = NULL;
    struct pm_error err;
    assert_int_equal(pm_morph_probe("/nonexistent/user.dic", &probed, &err), PM_OK);
    assert_string_equal(probed, pm_morph_fingerprint(f->morph));
    free(probed);
}

static void a_wrong_user_dictionary_is_told(void **state)
{
    (void)state;
    char path[] = "/tmp/test_morph.XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    struct pm_morph *m = NULL;
    struct pm_error err = {{0}};
    assert_int_equal(pm_morph_open(path, &m, &err), PM_OK); /* empty: none */
    pm_morph_close(m);
    assert_int_equal(write(fd, "not a dictionary", 16), 16);
    assert_int_equal(pm_morph_open(path, &m, &err), PM_EDICT);
    assert_null(m);
    assert_non_null(strstr(err.text, path));
    (void)close(fd);
    (void)unlink(path);
}

static void a_wrong_system_dictionary_is_told(void **state)
{
    (void)state;
    struct pm_morph *m = NULL;
    struct pm_error err = {{0}};
    assert_int_equal(setenv("PMSEARCH_MECAB_DIC", "/nonexistent", 1), 0);
    assert_int_equal(pm_morph_open(NULL, &m, &err), PM_EDICT);
    assert_non_null(strstr(err.text, "'/nonexistent'"));
    assert_int_equal(unsetenv("PMSEARCH_MECAB_DIC"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verbs_have_base_forms),
        cmocka_unit_test(unknown_words_are_their_own_base),
        cmocka_unit_test(kinds_of_nouns_are_told_apart),
        cmocka_unit_test(nothing_gives_nothing),
        cmocka_unit_test(long_runs_of_one_class_are_cut),
        cmocka_unit_test(nouns_inside_of_a_compound_are_found),
        cmocka_unit_test(the_fingerprint_needs_no_open_model),
        cmocka_unit_test(a_wrong_user_dictionary_is_told),
        cmocka_unit_test(a_wrong_system_dictionary_is_told),
    };
    return cmocka_run_group_tests(tests, open_morph, close_morph);
}
