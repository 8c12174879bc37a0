/* Properties of folding over random text: it is idempotent, its map never decreases and
 * tells exactly which bytes each folded character comes from, and the fold for
 * substrings is closed under substrings, the same without its map, and never filtered
 * away where it holds what is asked for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/norm.h"
#include "lib/utf8.h"
#include "query/fold_text.h"
#include "query/prefilter.h"
#include "tests/unit/random.h"

enum { SEED = 20240607, CASES = 20000, ROOM = 256 };

static struct pm_folded folded, again;
static struct pm_fold_text loose, part;
static struct pm_buf lower;

/* Scripts and characters that the folding has something to do with. */
static uint32_t random_character(uint64_t *seed)
{
    static const uint32_t ranges[][2] = {
        {0x20, 0x7E},     {0x61, 0x7A},     {0x3041, 0x3096}, {0x30A1, 0x30FA},  {0x30A1, 0x30FA},
        {0x30FB, 0x30FE}, {0x3099, 0x309E}, {0xFF61, 0xFF9F}, {0xFF01, 0xFF5E},  {0x4E00, 0x9FFF},
        {0x2010, 0x2015}, {0x3000, 0x303F}, {0x300, 0x345},   {0xA0, 0x24F},     {0x370, 0x4FF},
        {0x1100, 0x11FF}, {0xAC00, 0xD7A3}, {0x3200, 0x33FF}, {0x2018, 0x201F},  {0xE00, 0xE4F},
        {0x1E00, 0x1FFF}, {0x2070, 0x218F}, {0xFE00, 0xFE0F}, {0x1F300, 0x1F6FF}};
    static const uint32_t single[] = {0x30FC, 0x30FC, 0x3005, 0xFF70, 0xFF9E, 0x301C,
                                      0xFF5E, 0x2212, 0xB7,   0x200B, 0xAD,   0x9AD9};
    if (pick(seed, 4) == 0)
        return single[pick(seed, sizeof single / sizeof *single)];
    const uint32_t *r = ranges[pick(seed, sizeof ranges / sizeof *ranges)];
    return r[0] + pick(seed, r[1] - r[0] + 1);
}

static size_t random_text(uint64_t *seed, char *out)
{
    size_t len = 0;
    for (size_t n = pick(seed, 24); n > 0 && len + 8 < ROOM; n--) {
        if (pick(seed, 100) == 0)
            out[len++] = (char)pick(seed, 256);
        else
            len += pm_utf8_put(random_character(seed), out + len);
        if (pick(seed, 6) == 0)
            out[len++] = ' ';
    }
    return len;
}

static bool starts_source(const struct pm_folded *f, size_t at)
{
    return at == 0 || f->map[at] != f->map[at - 1];
}

static void check_map(enum pm_fold strength, const char *text, size_t len)
{
    assert_int_equal(pm_fold(strength, text, len, &folded), PM_OK);
    assert_true(pm_utf8_valid(folded.text, folded.len, NULL));
    assert_int_equal(folded.map[folded.len], len);
    for (size_t i = 0; i < folded.len; i++) {
        assert_true(folded.map[i] <= folded.map[i + 1]);
        /* within one folded character the map stands still */
        if (((unsigned char)folded.text[i] & 0xC0) == 0x80)
            assert_int_equal(folded.map[i], folded.map[i - 1]);
    }
}

/* Folding the bytes that folded[start, end) is said to come from gives just that. */
static void check_range(enum pm_fold strength, const char *text, size_t start, size_t end)
{
    uint32_t from = folded.map[start], to = folded.map[end];
    assert_int_equal(pm_fold(strength, text + from, to - from, &again), PM_OK);
    if (again.len != end - start || memcmp(again.text, folded.text + start, again.len) != 0)
        fail_msg("'%.*s' of '%s' gives '%s'", (int)(to - from), text + from, folded.text,
                 again.text);
}

static void width_map_is_exact(const char *text, size_t len, uint64_t *seed)
{
    check_map(PM_FOLD_WIDTH, text, len);
    size_t start = pick(seed, folded.len + 1), end = start + pick(seed, folded.len + 1 - start);
    while (start < folded.len && !starts_source(&folded, start))
        start++;
    if (end < start)
        end = start;
    while (end < folded.len && !starts_source(&folded, end))
        end++;
    check_range(PM_FOLD_WIDTH, text, start, end);
}

/* FULL folding looks at the neighbours, but never across a space. */
static void full_map_is_exact(const char *text, size_t len)
{
    check_map(PM_FOLD_FULL, text, len);
    for (size_t start = 0; start < folded.len;) {
        const char *space = memchr(folded.text + start, ' ', folded.len - start);
        size_t end = space == NULL ? folded.len : (size_t)(space - folded.text);
        bool before = start == 0 || text[folded.map[start - 1]] == ' ';
        bool behind = end == folded.len || text[folded.map[end]] == ' ';
        if (before && behind && starts_source(&folded, start) && starts_source(&folded, end))
            check_range(PM_FOLD_FULL, text, start, end);
        start = end + 1;
    }
}

static void folding_again_changes_nothing(enum pm_fold strength)
{
    char copy[ROOM * 8];
    size_t len = folded.len;
    assert_true(len < sizeof copy);
    memcpy(copy, folded.text, len);
    assert_int_equal(pm_fold(strength, copy, len, &again), PM_OK);
    if (again.len != len || memcmp(again.text, copy, len) != 0)
        fail_msg("'%.*s' folds to '%s'", (int)len, copy, again.text);
}

static void fold_loosely(struct pm_fold_text *ft, const char *text, size_t len)
{
    pm_fold_text_begin(ft, true);
    assert_int_equal(pm_fold_text_add(ft, text, len), PM_OK);
}

static void loose_spans_are_exact(const char *text, size_t len)
{
    fold_loosely(&loose, text, len);
    for (size_t i = 0; i < loose.text.len;) {
        struct pm_fold_span span = loose.map[i];
        size_t end = i;
        bool space = loose.text.data[i] == ' '; /* nothing by itself */
        while (end < loose.text.len && loose.map[end].from == span.from)
            end++;
        assert_true(span.from < span.to && span.to <= len);
        assert_true(end == loose.text.len || loose.map[end].from >= span.to);
        fold_loosely(&part, text + span.from, span.to - span.from);
        i += space;
        if (part.text.len != end - i ||
            memcmp(pm_buf_text(&part.text), loose.text.data + i, part.text.len) != 0)
            fail_msg("'%.*s' of '%s' gives '%s'", (int)(span.to - span.from), text + span.from,
                     pm_buf_text(&loose.text), pm_buf_text(&part.text));
        i = end;
    }
}

/* Cut between characters as WIDTH folding sees them. */
static void parts_stay_inside(const char *text, size_t len, uint64_t *seed)
{
    assert_int_equal(pm_fold(PM_FOLD_WIDTH, text, len, &folded), PM_OK);
    size_t a = folded.map[pick(seed, folded.len + 1)], b = folded.map[pick(seed, folded.len + 1)];
    size_t from = a < b ? a : b, to = a < b ? b : a;
    fold_loosely(&loose, text, len);
    fold_loosely(&part, text + from, to - from);
    if (memmem(pm_buf_text(&loose.text), loose.text.len, pm_buf_text(&part.text), part.text.len) ==
        NULL)
        fail_msg("'%s' is not inside of '%s'", pm_buf_text(&part.text), pm_buf_text(&loose.text));
}

/* Without its map a text takes quicker roads to the same end. */
static void map_changes_nothing(const char *text, size_t len)
{
    fold_loosely(&loose, text, len);
    pm_fold_text_begin(&part, false);
    assert_int_equal(pm_fold_text_add(&part, text, len), PM_OK);
    if (part.text.len != loose.text.len ||
        memcmp(pm_buf_text(&part.text), pm_buf_text(&loose.text), loose.text.len) != 0)
        fail_msg("'%.*s' gives '%s' with a map, '%s' without", (int)len, text,
                 pm_buf_text(&loose.text), pm_buf_text(&part.text));
}

/* What is found in the folded text is never filtered away before. */
static void filter_lets_through_what_is_found(const char *text, size_t len, uint64_t *seed)
{
    struct pm_arena arena = {0};
    struct pm_error err = {0};
    struct pm_needle needle;
    struct pm_prefilter filter;
    size_t from = pick(seed, len + 1), to = from + pick(seed, len + 1 - from), start, end;
    assert_int_equal(pm_needle_make(text + from, to - from, PM_SEC_COUNT, &arena, &needle, &err),
                     PM_OK);
    assert_int_equal(pm_prefilter_make(&needle, &arena, &filter), PM_OK);
    fold_loosely(&loose, text, len);
    if (!needle.literal &&
        pm_needle_find(&needle, pm_buf_text(&loose.text), loose.text.len, 0, &start, &end) &&
        !pm_prefilter_may_hold(&filter, text, len, &lower))
        fail_msg("'%.*s' is in '%.*s'", (int)(to - from), text + from, (int)len, text);
    pm_arena_free(&arena);
}

static void folding_keeps_its_properties(void **state)
{
    (void)state;
    uint64_t seed = from_environment("PM_SEED", SEED);
    unsigned long cases = from_environment("PM_CASES", CASES);
    print_message("# seed %llu, %lu cases\n", (unsigned long long)seed, cases);
    for (unsigned long i = 0; i < cases; i++) {
        char text[ROOM];
        size_t len = random_text(&seed, text);
        width_map_is_exact(text, len, &seed);
        folding_again_changes_nothing(PM_FOLD_WIDTH);
        full_map_is_exact(text, len);
        folding_again_changes_nothing(PM_FOLD_FULL);
        loose_spans_are_exact(text, len);
        parts_stay_inside(text, len, &seed);
        map_changes_nothing(text, len);
        filter_lets_through_what_is_found(text, len, &seed);
    }
    pm_buf_free(&lower);
    pm_folded_free(&folded);
    pm_folded_free(&again);
    pm_fold_text_free(&loose);
    pm_fold_text_free(&part);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folding_keeps_its_properties),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
