#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/stream.h"

static void put_two_sentences(struct pm_buf *b)
{
    struct pm_stream_sentence first = {PM_SEC_TITLE, 0, 0, 20, 0, 3};
    struct pm_stream_sentence second = {PM_SEC_CAUSE, 4, 300, 70000, 103, 1};
    uint32_t last = first.first_position;
    pm_stream_put_sentence(b, &first);
    pm_stream_put_token(b, &last, 7, 0, true);
    pm_stream_put_token(b, &last, 9, 0, false);
    pm_stream_put_token(b, &last, 1000000, 5, false);
    last = second.first_position;
    pm_stream_put_sentence(b, &second);
    pm_stream_put_token(b, &last, 7, 110, false);
}

static void what_is_written_is_read_back(void **state)
{
    (void)state;
    struct pm_buf b = {0};
    struct pm_stream_reader r;
    struct pm_stream_sentence s;
    uint32_t term, position;
    bool whole;
    put_two_sentences(&b);
    pm_stream_open(&r, b.data, b.len);
    assert_true(pm_stream_sentence(&r, &s));
    assert_int_equal(s.section, PM_SEC_TITLE);
    assert_int_equal(s.n_tokens, 3);
    assert_true(pm_stream_token(&r, &term, &position, &whole));
    assert_int_equal(term, 7);
    assert_true(whole);
    assert_true(pm_stream_token(&r, &term, &position, &whole));
    assert_int_equal(position, 0);
    assert_false(whole);
    assert_true(pm_stream_token(&r, &term, &position, NULL));
    assert_int_equal(term, 1000000);
    assert_int_equal(position, 5);
    assert_false(pm_stream_token(&r, &term, &position, NULL));
    assert_true(pm_stream_sentence(&r, &s));
    assert_int_equal(s.seq, 4);
    assert_int_equal(s.start, 300);
    assert_int_equal(s.length, 70000);
    assert_true(pm_stream_token(&r, &term, &position, NULL));
    assert_int_equal(position, 110);
    assert_false(pm_stream_sentence(&r, &s));
    pm_buf_free(&b);
}

static void tokens_not_read_are_passed_over(void **state)
{
    (void)state;
    struct pm_buf b = {0};
    struct pm_stream_reader r;
    struct pm_stream_sentence s;
    put_two_sentences(&b);
    pm_stream_open(&r, b.data, b.len);
    assert_true(pm_stream_sentence(&r, &s));
    assert_true(pm_stream_sentence(&r, &s));
    assert_int_equal(s.section, PM_SEC_CAUSE);
    assert_false(pm_stream_sentence(&r, &s));
    pm_buf_free(&b);
}

static void broken_bytes_end_the_reading(void **state)
{
    (void)state;
    struct pm_buf b = {0};
    put_two_sentences(&b);
    for (size_t cut = 0; cut < b.len; cut++) {
        struct pm_stream_reader r;
        struct pm_stream_sentence s;
        uint32_t term, position;
        size_t sentences = 0, tokens = 0;
        pm_stream_open(&r, b.data, cut);
        while (pm_stream_sentence(&r, &s)) {
            sentences++;
            while (pm_stream_token(&r, &term, &position, NULL))
                tokens++;
        }
        assert_true(sentences <= 2 && tokens < 4);
    }
    struct pm_stream_reader r;
    struct pm_stream_sentence s;
    pm_stream_open(&r, "\x0b\x00\x00\x00\x00\x00", 6); /* no such section */
    assert_false(pm_stream_sentence(&r, &s));
    pm_buf_free(&b);
}

static void an_empty_stream_has_no_sentences(void **state)
{
    (void)state;
    struct pm_stream_reader r;
    struct pm_stream_sentence s;
    pm_stream_open(&r, "", 0);
    assert_false(pm_stream_sentence(&r, &s));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(tokens_not_read_are_passed_over),
        cmocka_unit_test(broken_bytes_end_the_reading),
        cmocka_unit_test(an_empty_stream_has_no_sentences),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
