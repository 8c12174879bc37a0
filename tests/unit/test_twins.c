/* Which documents tell one event. */
#include "tests/unit/stories.h"

static int64_t document(struct shelf *shelf, const char *name)
{
    int64_t id = 0;
    must(shelf, pm_info_find(shelf->db, name, &id, &shelf->err));
    return id;
}

static bool are_twins(struct shelf *shelf, const char *x, const char *y)
{
    int64_t ids[] = {document(shelf, x), document(shelf, y)}, twin[2];
    must(shelf, pm_twins_find(shelf->db, ids, 2, &shelf->arena, twin, &shelf->err));
    return twin[1] == ids[0];
}

static const struct story told_twice[] = {
    {"tidal-en", EN, "Tidalbank transfers delayed", "2023-11-07", "Tidalbank",
     "Transfers through the Kelpie gateway were delayed on 7 November.",
     "Some 3,100 transfers arrived a day late.",
     "The Kelpie gateway rejected the new Borealis signing key, as its trust store was old.",
     "Engineers loaded the Borealis key into Kelpie.", "Rotate keys in a rehearsal.", NULL},
    {"tidal-ja", JA, "Tidalbank の振込遅延", "2023-11-07", "Tidalbank",
     "11月7日、Kelpie ゲートウェイ経由の振込が遅延した。", "約3,100件の振込が翌日になった。",
     "Kelpie のトラストストアが古く、新しい Borealis 署名鍵を拒否した。",
     "Borealis の鍵を Kelpie に読み込ませた。", "鍵交換の予行演習をする。", NULL},
    {"tidal-copy", EN, "Delay of transfers at Tidalbank", "2023-11-08", "Tidalbank",
     "On 7 November transfers were late.", "3,100 transfers.",
     "An old trust store in Kelpie rejected the signing key called Borealis.", "The key was added.",
     NULL, NULL},
    {"dns", EN, "Apps cannot resolve internal names", "2022-03-04", NULL,
     "For half an hour, services could not find each other.", "Two of three regions saw errors.",
     "A zone file with a syntax error was published, and the name servers dropped the zone.",
     "We restored the previous zone.", "Validate zone files before they are published.", NULL},
    {.name = NULL}};

static void twin_is_recognised_in_two_languages_or_copies(void **state)
{
    (void)state;
    struct shelf shelf;
    open_shelf(&shelf, told_twice, NULL);
    assert_true(are_twins(&shelf, "tidal-en", "tidal-ja"));
    assert_true(are_twins(&shelf, "tidal-en", "tidal-copy"));
    assert_false(are_twins(&shelf, "tidal-en", "dns"));
    close_shelf(&shelf);
}

/* The draft is a document of the index: another telling of its event is what is most like it,
 * however differently that is told, and the shares still add up. */
static void another_telling_of_the_draft_comes_first(void **state)
{
    (void)state;
    static const struct story near[] = {
        {"key-2", EN, "Transfers rejected after a key rotation", "2022-05-01", "Pikebank",
         "Transfers through a gateway were delayed.", "Some transfers arrived a day late.",
         "The gateway rejected the new signing key, as its trust store was old.",
         "Engineers loaded the key into the gateway.", "Rotate keys in a rehearsal.", NULL},
        {.name = NULL}};
    static const char *const tellings[] = {"tidal-ja", "tidal-copy"};
    struct shelf shelf;
    open_shelf(&shelf, told_twice, near);
    struct pm_draft draft;
    struct pm_similar s;
    struct pm_filter filter = {0};
    must(&shelf, pm_draft_of_document(shelf.db, shelf.tokenizer, document(&shelf, "tidal-en"),
                                      &shelf.arena, &draft, &shelf.err));
    must(&shelf, pm_similar_find(shelf.db, shelf.dict, &shelf.weights, &draft, PM_BY_CAUSE, &filter,
                                 10, &shelf.arena, &s, &shelf.err));
    for (size_t i = 0; i < 2; i++)
        assert_true(rank_of(&shelf, &s, tellings[i]) <= 2);
    for (size_t i = 0; i < s.hits.count; i++) {
        double sum = 0;
        for (size_t k = 0; k < s.hits.items[i].parts.count; k++)
            sum += s.hits.items[i].parts.items[k].share;
        assert_true(sum > s.hits.items[i].score - 1e-6 && sum < s.hits.items[i].score + 1e-6);
        assert_true(i == 0 || s.hits.items[i - 1].score >= s.hits.items[i].score);
    }
    close_shelf(&shelf);
}

static void two_incidents_of_one_day_are_no_twins(void **state)
{
    (void)state;
    static const struct story stories[] = {
        {"noon", EN, "Basket service down", "2023-05-05", "Harbour Goods",
         "The basket service was down for ten minutes at noon.",
         "Shoppers could not add articles to their basket.",
         "A release removed an environment variable that the basket service needs at start.",
         "The release was rolled back.", "Check variables at start of the pipeline.", NULL},
        {"evening", EN, "Stock figures wrong", "2023-05-05", "Harbour Goods",
         "In the evening the stock service showed figures of the day before.",
         "Shoppers ordered articles that were sold out.",
         "The import of the stock file failed, since the supplier had renamed a column.",
         "The import was repaired and started again.", "Check columns before the import.", NULL},
        {.name = NULL}};
    struct shelf shelf;
    open_shelf(&shelf, stories, told_twice);
    assert_false(are_twins(&shelf, "noon", "evening"));
    close_shelf(&shelf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(twin_is_recognised_in_two_languages_or_copies),
        cmocka_unit_test(another_telling_of_the_draft_comes_first),
        cmocka_unit_test(two_incidents_of_one_day_are_no_twins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
