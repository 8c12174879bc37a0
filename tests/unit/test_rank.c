/* The ranking states what people prefer. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "query/rank.h"

static struct pm_rank_weights weights(void)
{
    struct pm_rank_weights w = {
        .k1 = 1.2, .b = 0.5, .coverage = 1, .proximity = 0.3, .phrase = 0.5};
    for (int s = 0; s < PM_SEC_COUNT; s++)
        w.section[s] = 1;
    w.section[PM_SEC_TITLE] = 2;
    w.section[PM_SEC_CAUSE] = 2;
    return w;
}

static double score(const struct pm_rank_weights *w, enum pm_section s, double count, double length)
{
    struct pm_rank_corpus c = {.documents = 100, .mean_length = 100};
    struct pm_rank_match m = {.idf = 2};
    double share[PM_SEC_COUNT];
    m.count[s] = count;
    return pm_rank_bm25f(w, &c, length, &m, share);
}

static void prefers_a_cause_to_a_mention(void **state)
{
    (void)state;
    struct pm_rank_weights w = weights();
    assert_true(score(&w, PM_SEC_CAUSE, 1, 100) > score(&w, PM_SEC_OTHER, 1, 100));
}

static void prefers_a_rare_word_to_a_common_one(void **state)
{
    (void)state;
    assert_true(pm_rank_idf(1000, 3) > pm_rank_idf(1000, 300));
    assert_true(pm_rank_idf(1000, 999) > 0);
    assert_true(pm_rank_idf(10, 20) > 0);
}

static void prefers_a_short_document_to_a_long_one(void **state)
{
    (void)state;
    struct pm_rank_weights w = weights();
    assert_true(score(&w, PM_SEC_CAUSE, 1, 50) > score(&w, PM_SEC_CAUSE, 1, 500));
}

static void repeating_a_word_gains_less_and_less(void **state)
{
    (void)state;
    struct pm_rank_weights w = weights();
    double one = score(&w, PM_SEC_OTHER, 1, 100), two = score(&w, PM_SEC_OTHER, 2, 100);
    double ten = score(&w, PM_SEC_OTHER, 10, 100);
    assert_true(two > one && two < 2 * one);
    assert_true(ten < 2 * (w.k1 + 1) && ten > two);
}

static void shares_add_up_to_the_score(void **state)
{
    (void)state;
    struct pm_rank_weights w = weights();
    struct pm_rank_corpus c = {.documents = 100, .mean_length = 80};
    struct pm_rank_match m = {.idf = 3.7};
    double share[PM_SEC_COUNT], sum = 0;
    for (int s = 0; s < PM_SEC_COUNT; s++)
        m.count[s] = s % 3;
    double total = pm_rank_bm25f(&w, &c, 120, &m, share);
    for (int s = 0; s < PM_SEC_COUNT; s++)
        sum += share[s];
    assert_true(fabs(total - sum) < 1e-9);
}

static void a_word_that_is_not_there_scores_nothing(void **state)
{
    (void)state;
    struct pm_rank_weights w = weights();
    assert_true(score(&w, PM_SEC_CAUSE, 0, 100) == 0);
}

static void prefers_documents_that_hold_all_words(void **state)
{
    (void)state;
    struct pm_rank_weights w = weights();
    assert_true(pm_rank_coverage(&w, 6, 6) == 1);
    assert_true(pm_rank_coverage(&w, 3, 6) < pm_rank_coverage(&w, 5, 6));
    assert_true(pm_rank_coverage(&w, 0, 6) == 0);
    assert_true(pm_rank_coverage(&w, 0, 0) == 1);
}

static void prefers_words_side_by_side_and_in_order(void **state)
{
    (void)state;
    struct pm_rank_weights w = weights();
    double adjacent = pm_rank_pair(&w, 2, 1, 1, 1), swapped = pm_rank_pair(&w, 2, 1, 0, 1);
    double near = pm_rank_pair(&w, 2, 4, 1, 1), far = pm_rank_pair(&w, 2, 9, 1, 1);
    assert_true(adjacent > swapped && adjacent > near && near > far && far > 0);
    assert_true(pm_rank_pair(&w, 2, 0, 1, 1) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prefers_a_cause_to_a_mention),
        cmocka_unit_test(prefers_a_rare_word_to_a_common_one),
        cmocka_unit_test(prefers_a_short_document_to_a_long_one),
        cmocka_unit_test(repeating_a_word_gains_less_and_less),
        cmocka_unit_test(shares_add_up_to_the_score),
        cmocka_unit_test(a_word_that_is_not_there_scores_nothing),
        cmocka_unit_test(prefers_documents_that_hold_all_words),
        cmocka_unit_test(prefers_words_side_by_side_and_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
