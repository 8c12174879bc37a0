#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/vector.h"

static struct pm_vector_maker maker;

static void put(enum pm_section section, const uint32_t *terms, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        pm_vector_add(&maker, terms[i], section, false);
}

static void counts_are_by_term_and_section(void **state)
{
    (void)state;
    static const uint32_t title[] = {5, 3}, cause[] = {5, 5, 900};
    struct pm_buf vector = {0};
    struct pm_vector_reader r;
    struct pm_vector_entry e;
    pm_vector_begin(&maker);
    put(PM_SEC_TITLE, title, 2);
    put(PM_SEC_CAUSE, cause, 3);
    assert_int_equal(pm_vector_end(&maker, &vector), PM_OK);
    assert_true(pm_vector_open(&r, vector.data, vector.len));
    assert_int_equal(r.length[PM_SEC_TITLE], 2);
    assert_int_equal(r.length[PM_SEC_CAUSE], 3);
    assert_int_equal(r.length[PM_SEC_OTHER], 0);
    assert_true(pm_vector_next(&r, &e));
    assert_int_equal(e.term, 3);
    assert_int_equal(e.mask, 1 << PM_SEC_TITLE);
    assert_true(pm_vector_next(&r, &e));
    assert_int_equal(e.term, 5);
    assert_int_equal(e.mask, 1 << PM_SEC_TITLE | 1 << PM_SEC_CAUSE);
    assert_int_equal(e.count[PM_SEC_TITLE], 1);
    assert_int_equal(e.count[PM_SEC_CAUSE], 2);
    assert_int_equal(e.count[PM_SEC_IMPACT], 0);
    assert_true(pm_vector_next(&r, &e));
    assert_int_equal(e.term, 900);
    assert_int_equal(e.count[PM_SEC_CAUSE], 1);
    assert_false(pm_vector_next(&r, &e));
    pm_buf_free(&vector);
}

static void wholes_count_as_terms_but_not_as_length(void **state)
{
    (void)state;
    struct pm_buf vector = {0};
    struct pm_vector_reader r;
    struct pm_vector_entry e;
    pm_vector_begin(&maker);
    pm_vector_add(&maker, 1, PM_SEC_TITLE, true);
    pm_vector_add(&maker, 2, PM_SEC_TITLE, false);
    pm_vector_add(&maker, 3, PM_SEC_TITLE, false);
    assert_int_equal(pm_vector_end(&maker, &vector), PM_OK);
    assert_true(pm_vector_open(&r, vector.data, vector.len));
    assert_int_equal(r.length[PM_SEC_TITLE], 2);
    assert_int_equal(r.left, 3);
    assert_true(pm_vector_next(&r, &e));
    assert_int_equal(e.count[PM_SEC_TITLE], 1);
    pm_buf_free(&vector);
}

/* Enough tokens for the counting sort, and terms of several digits. */
static void a_long_document_comes_out_sorted_and_complete(void **state)
{
    (void)state;
    enum { N = 5000 };
    struct pm_buf vector = {0};
    struct pm_vector_reader r;
    struct pm_vector_entry e;
    uint32_t terms[100], seed = 1, before = 0;
    uint64_t sum = 0, found = 0;
    pm_vector_begin(&maker);
    for (int i = 0; i < N / 100; i++) {
        for (int k = 0; k < 100; k++) {
            seed = seed * 1103515245 + 12345;
            terms[k] = 1 + (seed >> 8) % (i % 2 == 0 ? 300 : 9000000);
            sum += terms[k];
        }
        put((enum pm_section)(i % PM_SEC_COUNT), terms, 100);
    }
    assert_int_equal(pm_vector_end(&maker, &vector), PM_OK);
    assert_true(pm_vector_open(&r, vector.data, vector.len));
    while (pm_vector_next(&r, &e)) {
        assert_true(e.term > before);
        before = e.term;
        for (int s = 0; s < PM_SEC_COUNT; s++)
            found += (uint64_t)e.term * e.count[s];
    }
    assert_int_equal(r.left, 0);
    assert_true(found == sum);
    pm_buf_free(&vector);
}

static void nothing_gives_an_empty_vector(void **state)
{
    (void)state;
    struct pm_buf vector = {0};
    struct pm_vector_reader r;
    struct pm_vector_entry e;
    pm_vector_begin(&maker);
    assert_int_equal(pm_vector_end(&maker, &vector), PM_OK);
    assert_true(pm_vector_open(&r, vector.data, vector.len));
    assert_false(pm_vector_next(&r, &e));
    pm_buf_free(&vector);
}

static void a_number_too_high_is_told(void **state)
{
    (void)state;
    struct pm_buf vector = {0};
    pm_vector_begin(&maker);
    pm_vector_add(&maker, UINT32_MAX >> PM_VECTOR_SECTION_BITS, PM_SEC_CAUSE, false);
    assert_int_equal(pm_vector_end(&maker, &vector), PM_OK);
    pm_vector_add(&maker, UINT32_MAX, PM_SEC_CAUSE, false);
    assert_int_not_equal(pm_vector_end(&maker, &vector), PM_OK);
    pm_buf_free(&vector);
}

static void broken_bytes_are_refused(void **state)
{
    (void)state;
    static const uint32_t terms[] = {5, 3, 5};
    struct pm_buf vector = {0};
    pm_vector_begin(&maker);
    put(PM_SEC_CAUSE, terms, 3);
    assert_int_equal(pm_vector_end(&maker, &vector), PM_OK);
    for (size_t cut = 0; cut < vector.len; cut++) {
        struct pm_vector_reader r;
        struct pm_vector_entry e;
        int entries = 0;
        if (pm_vector_open(&r, vector.data, cut))
            while (pm_vector_next(&r, &e))
                entries++;
        assert_true(entries < 2);
    }
    pm_buf_free(&vector);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_are_by_term_and_section),
        cmocka_unit_test(wholes_count_as_terms_but_not_as_length),
        cmocka_unit_test(a_long_document_comes_out_sorted_and_complete),
        cmocka_unit_test(nothing_gives_an_empty_vector),
        cmocka_unit_test(a_number_too_high_is_told),
        cmocka_unit_test(broken_bytes_are_refused),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    pm_vector_maker_free(&maker);
    return failed;
}
