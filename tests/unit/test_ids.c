#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "indexer/ids.h"

static const char *stored; /* the one ID that is taken, or NULL */

static bool taken(void *ctx, const char *name)
{
    (void)ctx;
    return stored != NULL && strcmp(stored, name) == 0;
}

struct want {
    const char *id, *path, *name;
};

static void expect(const struct want *wants, size_t n)
{
    struct pm_arena arena = {0};
    struct pm_id_request req[8];
    for (size_t i = 0; i < n; i++)
        req[i] = (struct pm_id_request){.wanted = wants[i].id, .path = wants[i].path};
    assert_int_equal(pm_ids_assign(req, n, taken, NULL, &arena, NULL), PM_OK);
    for (size_t i = 0; i < n; i++)
        assert_string_equal(req[i].name, wants[i].name);
    pm_arena_free(&arena);
}

#define EXPECT(...)                                                                                \
    do {                                                                                           \
        static const struct want wants[] = {__VA_ARGS__};                                          \
        expect(wants, sizeof wants / sizeof *wants);                                               \
    } while (0)

static void the_stem_is_the_id_unless_the_front_matter_has_one(void **state)
{
    (void)state;
    stored = NULL;
    EXPECT({NULL, "/r/a/pool.md", "pool"}, {"INC-7", "/r/a/other.md", "INC-7"},
           {NULL, "/r/README", "README"}, {NULL, "/r/v1.2", "v1.2"});
}

static void same_stems_are_both_lengthened_by_their_folders(void **state)
{
    (void)state;
    stored = NULL;
    EXPECT({NULL, "/r/en/pool.md", "en/pool"}, {NULL, "/r/ja/pool.md", "ja/pool"},
           {NULL, "/r/dns.md", "dns"});
    EXPECT({NULL, "/r/1/x/pool.md", "1/x/pool"}, {NULL, "/r/2/x/pool.md", "2/x/pool"});
}

static void a_stored_document_keeps_its_id(void **state)
{
    (void)state;
    stored = "pool";
    EXPECT({NULL, "/r/en/pool.md", "en/pool"});
    stored = NULL;
}

static void same_stems_in_one_folder_show_their_extensions(void **state)
{
    (void)state;
    stored = NULL;
    EXPECT({NULL, "/r/pool.md", "pool.md"}, {NULL, "/r/pool.txt", "pool.txt"});
}

static void the_same_front_matter_id_twice_still_gives_two_ids(void **state)
{
    (void)state;
    stored = NULL;
    EXPECT({"X", "/r/a/one.md", "a/X"}, {"X", "/r/b/two.md", "b/X"});
    EXPECT({"X", "/r/one.md", "one"}, {"X", "/r/two.md", "two"});
}

static void what_a_terminal_or_a_human_cannot_see_becomes_an_underscore(void **state)
{
    (void)state;
    struct pm_arena a = {0};
    assert_string_equal(pm_id_clean("a\x1b[1m b", 7, &a), "a_[1m b");
    assert_string_equal(pm_id_clean("  障害 1\n", 11, &a), "障害 1");
    assert_string_equal(pm_id_clean("x\xff\xe2\x80\xae.", 6, &a), "x__.");
    assert_null(pm_id_clean(" \t", 2, &a));
    pm_arena_free(&a);
}

static void hopeless_names_are_numbered(void **state)
{
    (void)state;
    stored = NULL;
    EXPECT({NULL, "/\x01.md", "_.md~1"}, {NULL, "/\x02.md", "_.md~2"});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_stem_is_the_id_unless_the_front_matter_has_one),
        cmocka_unit_test(same_stems_are_both_lengthened_by_their_folders),
        cmocka_unit_test(a_stored_document_keeps_its_id),
        cmocka_unit_test(same_stems_in_one_folder_show_their_extensions),
        cmocka_unit_test(the_same_front_matter_id_twice_still_gives_two_ids),
        cmocka_unit_test(what_a_terminal_or_a_human_cannot_see_becomes_an_underscore),
        cmocka_unit_test(hopeless_names_are_numbered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
