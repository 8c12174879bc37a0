/* The catalogue of mechanisms as a reader meets it: every card is found by its own name and
 * by what others call it, and no two can be mistaken for one another. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "indexer/run.h"
#include "lib/dict.h"
#include "lib/mechanism.h"
#include "lib/store.h"
#include "lib/tsv.h"
#include "query/affinity.h"
#include "query/plan.h"

static struct {
    char folder[64], index[96];
    struct pm_dict *dict;
    struct pm_lexer *lexer;
    struct pm_tokenizer *tokenizer;
    sqlite3 *db;
    struct pm_rank_weights weights;
    struct pm_arena arena;
    struct pm_error err;
} t;

/* An index with one document: what is tested is the catalogue in it. */
static int setup(void **state)
{
    (void)state;
    char document[96];
    struct pm_report report;
    (void)strcpy(t.folder, "/tmp/pm-catalogue-XXXXXX");
    if (mkdtemp(t.folder) == NULL)
        return -1;
    (void)snprintf(t.index, sizeof t.index, "%s/i.db", t.folder);
    (void)snprintf(document, sizeof document, "%s/a.md", t.folder);
    FILE *f = fopen(document, "w");
    if (f == NULL || fputs("# Outage\n## Root cause\nThe disk was full.\n", f) < 0 ||
        fclose(f) != 0)
        return -1;
    const char *paths[] = {t.folder};
    struct pm_run_options o = {
        .index = t.index, .paths = paths, .n_paths = 1, .threads = 1, .max_bytes = 1 << 20};
    struct pm_hooks hooks = {0};
    if (pm_dict_open(&t.dict, &t.err) != PM_OK ||
        pm_run(&o, t.dict, &hooks, &t.arena, &report, &t.err) != PM_OK ||
        pm_lexer_open(t.dict, &t.lexer, &t.err) != PM_OK ||
        pm_tokenizer_new(t.lexer, &t.tokenizer, &t.err) != PM_OK ||
        sqlite3_open_v2(t.index, &t.db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK) {
        (void)fprintf(stderr, "%s\n", t.err.text);
        return -1;
    }
    pm_rank_weights_read(t.dict, &t.weights);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    char command[128];
    (void)sqlite3_close(t.db);
    pm_tokenizer_free(t.tokenizer);
    pm_lexer_close(t.lexer);
    pm_dict_close(t.dict);
    pm_arena_free(&t.arena);
    (void)snprintf(command, sizeof command, "rm -rf '%s'", t.folder);
    return system(command) == 0 ? 0 : -1;
}

/* The rank of a card for a text, from 1 on; 0: not among the cards of a query. */
static size_t rank_of(const char *card, const char *text)
{
    struct pm_arena a = {0};
    struct pm_query query;
    struct pm_plan plan;
    struct pm_affinity f;
    size_t rank = 0;
    assert_int_equal(pm_query_parse(&text, 1, &a, &query, &t.err), PM_OK);
    assert_int_equal(pm_plan_make(t.db, t.tokenizer, &query, &t.weights, NULL, &a, &plan, &t.err),
                     PM_OK);
    assert_int_equal(
        pm_affinity_find(t.db, plan.lang, plan.features, plan.n_features, &a, &f, &t.err), PM_OK);
    for (size_t i = 0; rank == 0 && i < f.n_cards; i++)
        if (strcmp(f.cards[i].name, card) == 0)
            rank = i + 1;
    pm_arena_free(&a);
    return rank;
}

static void every_card_comes_first_for_its_own_names(void **state)
{
    (void)state;
    sqlite3_stmt *rows = NULL;
    size_t n = 0, missed = 0;
    assert_int_equal(
        sqlite3_prepare_v2(t.db, "SELECT name, en, ja FROM mechanism ORDER BY id", -1, &rows, NULL),
        SQLITE_OK);
    for (; sqlite3_step(rows) == SQLITE_ROW; n++)
        for (int lang = 1; lang <= 2; lang++) {
            const char *card = (const char *)sqlite3_column_text(rows, 0);
            const char *name = (const char *)sqlite3_column_text(rows, lang);
            size_t rank = rank_of(card, name);
            if (rank == 1)
                continue;
            print_message("# %s is number %zu for '%s'\n", card, rank, name);
            missed++;
        }
    (void)sqlite3_finalize(rows);
    assert_true(n >= 400);
    assert_int_equal(missed, 0);
}

struct recall {
    size_t asked[2], first[2], third[2];
};

static void ask(const struct pm_tsv *row, struct recall *r)
{
    if (row->n != 3)
        fail_msg("paraphrases.tsv:%d: the columns are a card, a language and a text", row->line);
    int lang = strcmp(row->cols[1], "ja") == 0;
    size_t rank = rank_of(row->cols[0], row->cols[2]);
    r->asked[lang]++;
    r->first[lang] += rank == 1;
    r->third[lang] += rank >= 1 && rank <= 3;
    if (getenv("VERBOSE") != NULL && (rank == 0 || rank > 3))
        print_message("# %s\t%zu\t%s\n", row->cols[0], rank, row->cols[2]);
}

static char *read_file(const char *path, size_t *len)
{
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    assert_int_equal(fseek(f, 0, SEEK_END), 0);
    long size = ftell(f);
    assert_true(size > 0);
    rewind(f);
    char *text = malloc((size_t)size);
    assert_non_null(text);
    *len = fread(text, 1, (size_t)size, f);
    (void)fclose(f);
    return text;
}

static void paraphrases_find_their_card_among_three(void **state)
{
    (void)state;
    static const double least[] = {0.9, 0.9}; /* of the texts, English and Japanese */
    struct recall r = {0};
    struct pm_tsv rows;
    size_t len;
    char *text = read_file("tests/eval/paraphrases.tsv", &len);
    pm_tsv_open(&rows, text, len);
    while (pm_tsv_next(&rows))
        ask(&rows, &r);
    pm_tsv_close(&rows);
    free(text);
    for (int lang = 0; lang < 2; lang++) {
        double n = (double)r.asked[lang];
        print_message("# %s: %zu paraphrases, first %.3f, among three %.3f\n",
                      lang == 0 ? "en" : "ja", r.asked[lang], (double)r.first[lang] / n,
                      (double)r.third[lang] / n);
    }
    for (int lang = 0; lang < 2; lang++) {
        assert_true(r.asked[lang] == 3 * 470);
        assert_true((double)r.third[lang] >= least[lang] * (double)r.asked[lang]);
    }
}

/* -- what tells cards apart --------------------------------------------------------- */

struct nearness {
    size_t n;
    double *dot; /* n * n */
};

/* Add the products of every two cards that a feature stands in. */
static void add_feature(struct nearness *near, const void *data, size_t len)
{
    struct pm_pairs a, b;
    pm_pairs_open(&a, data, len);
    while (pm_pairs_next(&a)) {
        pm_pairs_open(&b, data, len);
        while (pm_pairs_next(&b))
            near->dot[(a.number - 1) * near->n + b.number - 1] += (double)a.value * (double)b.value;
    }
}

static double cosine(const struct nearness *near, size_t a, size_t b)
{
    double size = near->dot[a * near->n + a] * near->dot[b * near->n + b];
    return size > 0 ? near->dot[a * near->n + b] / sqrt(size) : 0;
}

static void read_nearness(int lang, struct nearness *out)
{
    sqlite3_stmt *rows = NULL;
    assert_int_equal(sqlite3_prepare_v2(t.db, "SELECT max(id) FROM mechanism", -1, &rows, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(rows), SQLITE_ROW);
    out->n = (size_t)sqlite3_column_int64(rows, 0);
    (void)sqlite3_finalize(rows);
    out->dot = calloc(out->n * out->n, sizeof *out->dot);
    assert_non_null(out->dot);
    assert_int_equal(sqlite3_prepare_v2(t.db, "SELECT data FROM mechanism_feature WHERE lang = ?1",
                                        -1, &rows, NULL),
                     SQLITE_OK);
    (void)sqlite3_bind_int(rows, 1, lang);
    while (sqlite3_step(rows) == SQLITE_ROW)
        add_feature(out, sqlite3_column_blob(rows, 0), (size_t)sqlite3_column_bytes(rows, 0));
    (void)sqlite3_finalize(rows);
}

static const char *card_name(size_t number)
{
    sqlite3_stmt *row = NULL;
    const char *name = "";
    if (sqlite3_prepare_v2(t.db, "SELECT name FROM mechanism WHERE id = ?1", -1, &row, NULL) ==
            SQLITE_OK &&
        sqlite3_bind_int64(row, 1, (sqlite3_int64)number) == SQLITE_OK &&
        sqlite3_step(row) == SQLITE_ROW)
        name = pm_arena_strdup(&t.arena, (const char *)sqlite3_column_text(row, 0));
    (void)sqlite3_finalize(row);
    return name;
}

/* The report of the closest pairs is what the test prints. */
static void no_two_cards_are_one(void **state)
{
    (void)state;
    const double alike = 0.6, worth_reading = 0.4;
    size_t too_near = 0;
    for (int lang = 0; lang < PM_LANG_COUNT; lang++) {
        struct nearness near;
        read_nearness(lang, &near);
        for (size_t a = 0; a < near.n; a++)
            for (size_t b = 0; b < a; b++) {
                double c = cosine(&near, a, b);
                if (c >= worth_reading)
                    print_message("# %s: %.3f %s, %s\n", lang == PM_LANG_EN ? "en" : "ja", c,
                                  card_name(a + 1), card_name(b + 1));
                too_near += c >= alike;
            }
        free(near.dot);
    }
    assert_int_equal(too_near, 0);
}

/* How a mechanism is told: 60 to 150 English words, and as much in Japanese. */
static void cards_are_told_at_length(void **state)
{
    (void)state;
    sqlite3_stmt *rows = NULL;
    size_t n = 0, wrong = 0;
    assert_int_equal(sqlite3_prepare_v2(t.db,
                                        "SELECT m.name, p.lang, p.text FROM mechanism_part p JOIN"
                                        " mechanism m ON m.id = p.mechanism_id WHERE p.part ="
                                        " 'told'",
                                        -1, &rows, NULL),
                     SQLITE_OK);
    for (; sqlite3_step(rows) == SQLITE_ROW; n++) {
        const char *text = (const char *)sqlite3_column_text(rows, 2);
        bool japanese = strcmp((const char *)sqlite3_column_text(rows, 1), "ja") == 0;
        size_t words = 0, letters = 0;
        for (const char *p = text; *p != '\0'; p++) {
            words += *p != ' ' && *p != '\n' && (p == text || p[-1] == ' ' || p[-1] == '\n');
            letters += ((unsigned char)*p & 0xC0) != 0x80;
        }
        if (japanese ? letters >= 120 && letters <= 450 : words >= 60 && words <= 150)
            continue;
        print_message("# %s: %zu words, %zu letters\n", (const char *)sqlite3_column_text(rows, 0),
                      words, letters);
        wrong++;
    }
    (void)sqlite3_finalize(rows);
    assert_true(n >= 800);
    assert_int_equal(wrong, 0);
}

/* Or every number would be what a name happens to hold beside a letter: S3, E2E, K8s. */
static void no_concept_is_named_by_a_small_number(void **state)
{
    (void)state;
    static const char sql[] = "SELECT f.terms, c.name FROM concept_form f"
                              " JOIN concept c ON c.id = f.concept_id"
                              " WHERE f.terms NOT GLOB '*[^0-9]*' AND length(f.terms) < 3";
    sqlite3_stmt *rows = NULL;
    assert_int_equal(sqlite3_prepare_v2(t.db, sql, -1, &rows, NULL), SQLITE_OK);
    if (sqlite3_step(rows) == SQLITE_ROW)
        fail_msg("'%s' alone names the concept %s", (const char *)sqlite3_column_text(rows, 0),
                 (const char *)sqlite3_column_text(rows, 1));
    (void)sqlite3_finalize(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_card_comes_first_for_its_own_names),
        cmocka_unit_test(no_two_cards_are_one),
        cmocka_unit_test(cards_are_told_at_length),
        cmocka_unit_test(paraphrases_find_their_card_among_three),
        cmocka_unit_test(no_concept_is_named_by_a_small_number),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
