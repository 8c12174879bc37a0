/* Buffers, arenas, varints, errors: what everything else stands on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/arena.h"
#include "lib/buf.h"
#include "lib/incident.h"
#include "lib/section.h"
#include "lib/status.h"

static void buffer_grows_and_stays_terminated(void **state)
{
    (void)state;
    struct pm_buf b = {0};
    assert_string_equal(pm_buf_text(&b), "");
    for (int i = 0; i < 1000; i++)
        pm_buf_addf(&b, "%d,", i);
    assert_false(b.failed);
    assert_int_equal(strlen(b.data), b.len);
    assert_memory_equal(b.data, "0,1,2,", 6);
    pm_buf_clear(&b);
    assert_string_equal(pm_buf_text(&b), "");
    pm_buf_free(&b);
}

static void varints_come_back(void **state)
{
    (void)state;
    static const uint64_t values[] = {0, 1, 127, 128, 300, 1U << 31, UINT64_MAX};
    struct pm_buf b = {0};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        pm_buf_varint(&b, values[i]);
    size_t pos = 0;
    uint64_t v;
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        assert_true(pm_varint_read((unsigned char *)b.data, b.len, &pos, &v));
        assert_true(v == values[i]);
    }
    assert_false(pm_varint_read((unsigned char *)b.data, b.len, &pos, &v));
    pm_buf_free(&b);
}

static void a_cut_varint_is_refused(void **state)
{
    (void)state;
    static const unsigned char cut[] = {0x80, 0x80},
                               endless[] = {0x80, 0x80, 0x80, 0x80, 0x80, 0x80,
                                            0x80, 0x80, 0x80, 0x80, 0x80, 0x80};
    uint64_t v;
    size_t pos = 0;
    assert_false(pm_varint_read(cut, sizeof cut, &pos, &v));
    pos = 0;
    assert_false(pm_varint_read(endless, sizeof endless, &pos, &v));
}

static void arena_gives_zeroed_aligned_memory(void **state)
{
    (void)state;
    struct pm_arena a = {0};
    for (size_t size = 1; size < 200000; size = size * 3 + 1) {
        unsigned char *p = pm_arena_alloc(&a, size);
        assert_non_null(p);
        assert_int_equal((uintptr_t)p % 16, 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(p[i], 0);
        memset(p, 0xff, size);
    }
    pm_arena_reset(&a);
    unsigned char *again = pm_arena_alloc(&a, 100);
    assert_int_equal(again[99], 0);
    pm_arena_free(&a);
    assert_null(pm_arena_calloc(&a, SIZE_MAX / 2, 8));
    pm_arena_free(&a);
}

static void arena_arrays_keep_what_they_hold(void **state)
{
    (void)state;
    struct pm_arena a = {0};
    int *items = NULL;
    size_t cap = 0;
    for (size_t i = 0; i < 1000; i++) {
        items = pm_arena_grow(&a, items, i, i + 1, sizeof *items, &cap);
        assert_non_null(items);
        items[i] = (int)i;
    }
    for (size_t i = 0; i < 1000; i++)
        assert_int_equal(items[i], (int)i);
    pm_arena_free(&a);
}

static void errors_carry_a_message_and_a_prefix(void **state)
{
    (void)state;
    struct pm_error err;
    assert_int_equal(pm_fail(&err, PM_EIO, "unable to open '%s'", "x.md"), PM_EIO);
    assert_string_equal(err.text, "unable to open 'x.md'");
    pm_error_prefix(&err, "root");
    assert_string_equal(err.text, "root: unable to open 'x.md'");
    assert_int_equal(pm_fail(NULL, PM_ENOMEM, "x"), PM_ENOMEM);
}

static void section_names_come_back(void **state)
{
    (void)state;
    for (int s = 0; s < PM_SEC_COUNT; s++) {
        const char *name = pm_section_name((enum pm_section)s);
        assert_int_equal(pm_section_from_name(name, strlen(name)), s);
    }
    assert_int_equal(pm_section_from_name("caus", 4), PM_SEC_COUNT);
    assert_string_equal(pm_section_name((enum pm_section)99), "other");
}

static void warnings_keep_their_lines(void **state)
{
    (void)state;
    struct pm_incident *inc = pm_incident_new();
    pm_incident_warn(inc, 3, "bad %s", "key");
    pm_incident_warn(inc, 0, "whole file");
    assert_int_equal(inc->n_warnings, 2);
    assert_int_equal(inc->warnings[0].line, 3);
    assert_string_equal(inc->warnings[0].text, "bad key");
    pm_incident_free(inc);
    pm_incident_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(buffer_grows_and_stays_terminated),
        cmocka_unit_test(varints_come_back),
        cmocka_unit_test(a_cut_varint_is_refused),
        cmocka_unit_test(arena_gives_zeroed_aligned_memory),
        cmocka_unit_test(arena_arrays_keep_what_they_hold),
        cmocka_unit_test(errors_carry_a_message_and_a_prefix),
        cmocka_unit_test(section_names_come_back),
        cmocka_unit_test(warnings_keep_their_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
