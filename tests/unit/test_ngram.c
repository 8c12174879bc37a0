/* Bigrams are counted without folding most of the text: the counts are those of the text
 * folded as a whole, for random text of all that folding has something to do with. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/utf8.h"
#include "query/ngram.h"
#include "tests/unit/random.h"

enum { SEED = 20240608, CASES = 50000, ROOM = 256 };

static uint32_t random_character(uint64_t *seed)
{
    static const uint32_t ranges[][2] = {
        {0x3041, 0x309F}, {0x30A1, 0x30FF}, {0x4E00, 0x9FFF}, {0x3000, 0x303F}, {0xFF61, 0xFF9F},
        {0x20, 0x7E},     {0x300, 0x345},   {0x2010, 0x201F}, {0x1100, 0x11FF}, {0xFE00, 0xFE0F},
        {0x9BE, 0x9D7},   {0xF900, 0xFA6A}, {0x3400, 0x3410}, {0xA0, 0x24F}};
    static const uint32_t single[] = {0x30FC, 0x30FC, 0x3005, 0x309D, 0x30FD, 0x3099, 0x309B,
                                      0x30FB, 0x9F8D, 0x9F4B, 0x304B, 0x306F, 0x3001, 0x3002,
                                      0x6F22, 0x5B57, 0x30D0, 0x30A1, 0x30F4, 0x30E5, 0x4E00};
    if (pick(seed, 2) == 0)
        return single[pick(seed, sizeof single / sizeof *single)];
    const uint32_t *r = ranges[pick(seed, sizeof ranges / sizeof *ranges)];
    return r[0] + pick(seed, r[1] - r[0] + 1);
}

static size_t random_text(uint64_t *seed, char *out)
{
    size_t len = 0;
    for (size_t n = pick(seed, 20); n > 0 && len + 8 < ROOM; n--) {
        if (pick(seed, 50) == 0)
            out[len++] = (char)pick(seed, 256);
        else
            len += pm_utf8_put(random_character(seed), out + len);
    }
    return len;
}

/* What the header says, word by word. */
static void count_slowly(const struct pm_ngrams *g, const struct pm_folded *f,
                         struct pm_ngram_counts *counts)
{
    uint32_t before = 0;
    for (size_t pos = 0; pos < f->len;) {
        uint32_t cp = pm_utf8_next(f->text, f->len, &pos);
        bool pair = before != 0 && pm_is_japanese(cp);
        counts->length += pair;
        for (size_t i = 0; pair && i < g->count; i++)
            if (g->grams[i] == ((uint64_t)before << 32 | cp)) {
                counts->count[i]++;
                counts->by_section[PM_SEC_CAUSE]++;
            }
        before = pm_is_japanese(cp) ? cp : 0;
    }
}

static void counts_are_those_of_the_folded_text(void **state)
{
    (void)state;
    struct pm_folded whole = {0}, scratch = {0};
    struct pm_error err = {""};
    uint64_t seed = SEED;
    for (int i = 0; i < CASES; i++) {
        char text[ROOM];
        size_t len = random_text(&seed, text);
        struct pm_clause clause = {.text = text, .len = len};
        struct pm_query query = {.clauses = &clause, .count = 1};
        struct pm_ngrams grams;
        struct pm_ngram_counts slow = {.length = 0}, fast = {.length = 0};
        assert_int_equal(pm_ngrams_of(&query, &grams, &err), PM_OK);
        assert_int_equal(pm_fold(PM_FOLD_FULL, text, len, &whole), PM_OK);
        count_slowly(&grams, &whole, &slow);
        assert_int_equal(pm_ngrams_count(&grams, PM_SEC_CAUSE, text, len, &scratch, &fast), PM_OK);
        assert_int_equal(fast.length, slow.length);
        assert_memory_equal(fast.count, slow.count, sizeof slow.count);
        assert_memory_equal(fast.by_section, slow.by_section, sizeof slow.by_section);
    }
    pm_folded_free(&whole);
    pm_folded_free(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_are_those_of_the_folded_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
