#include "indexer/mechanism_model.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "indexer/card_features.h"
#include "lib/mechanism.h"

static const double weight_k1 = 1.5, size_exponent = 0.4;

struct posting {
    uint32_t card;
    float weight;
};

/* The cards of one feature in one language. */
struct postings {
    struct posting *items;
    size_t n, cap;
};

struct model {
    sqlite3 *db;
    const struct pm_cards *cards;
    struct pm_arena arena;
    struct pm_feature_counter *counter;
    struct pm_card_counts (*counts)[PM_LANG_COUNT]; /* by card */
    struct postings *postings[PM_LANG_COUNT];       /* by feature */
    double *mean[PM_LANG_COUNT], *deviation[PM_LANG_COUNT];
    double cause_weight;
    struct pm_error *err;
};

static enum pm_status out_of_memory(struct model *m)
{
    return pm_fail(m->err, PM_ENOMEM, "out of memory");
}

static enum pm_status db_error(struct model *m)
{
    return pm_fail(m->err, PM_EDB, "unable to write the mechanisms: %s", sqlite3_errmsg(m->db));
}

static enum pm_status count_cards(struct model *m, struct pm_lexer *lexer)
{
    struct pm_tokenizer *tokenizer = NULL;
    m->counts = pm_arena_calloc(&m->arena, m->cards->count + 1, sizeof *m->counts);
    enum pm_status st =
        m->counts == NULL ? out_of_memory(m) : pm_tokenizer_new(lexer, &tokenizer, m->err);
    if (st == PM_OK)
        st = pm_feature_counter_open(m->db, tokenizer, &m->counter, m->err);
    for (size_t i = 0; st == PM_OK && i < m->cards->count; i++)
        st = pm_feature_count(m->counter, &m->cards->items[i], &m->arena, m->counts[i], m->err);
    pm_tokenizer_free(tokenizer);
    return st;
}

static bool add_posting(struct model *m, int lang, uint32_t feature, struct posting p)
{
    struct postings *list = &m->postings[lang][feature];
    struct posting *grown =
        pm_arena_grow(&m->arena, list->items, list->n, list->n + 1, sizeof *grown, &list->cap);
    if (grown == NULL)
        return false;
    list->items = grown;
    grown[list->n++] = p;
    return true;
}

static double idf_of(const struct model *m, size_t df)
{
    double n = (double)m->cards->count;
    return log(1 + (n - (double)df + 0.5) / ((double)df + 0.5));
}

/* Weights of all features of all cards; the postings stand in ascending order of card. */
static enum pm_status weigh(struct model *m, int lang)
{
    size_t n = pm_feature_names(m->counter);
    double *size = pm_arena_calloc(&m->arena, m->cards->count + 1, sizeof *size);
    m->postings[lang] = pm_arena_calloc(&m->arena, n + 1, sizeof(struct postings));
    if (size == NULL || m->postings[lang] == NULL)
        return out_of_memory(m);
    for (size_t c = 0; c < m->cards->count; c++) {
        const struct pm_cells *cells = &m->counts[c][lang].card;
        for (size_t i = 0; i < cells->n; i++)
            if (!add_posting(m, lang, cells->items[i].feature,
                             (struct posting){(uint32_t)c, cells->items[i].count}))
                return out_of_memory(m);
    }
    for (size_t f = 0; f < n; f++) {
        struct postings *list = &m->postings[lang][f];
        double idf = idf_of(m, list->n);
        for (size_t i = 0; i < list->n; i++) {
            double tf = list->items[i].weight, w = idf * tf * (weight_k1 + 1) / (weight_k1 + tf);
            list->items[i].weight = (float)w;
            size[list->items[i].card] += w * w;
        }
    }
    for (size_t f = 0; f < n; f++)
        for (size_t i = 0; i < m->postings[lang][f].n; i++) {
            struct posting *p = &m->postings[lang][f].items[i];
            p->weight /= (float)pow(sqrt(size[p->card]), size_exponent);
        }
    return PM_OK;
}

/* The mean and deviation of each card's raw score over the stories of all others. */
static enum pm_status measure(struct model *m, int lang)
{
    size_t n = m->cards->count;
    double *sum = pm_arena_calloc(&m->arena, n + 1, sizeof *sum);
    double *square = pm_arena_calloc(&m->arena, n + 1, sizeof *square);
    double *raw = pm_arena_calloc(&m->arena, n + 1, sizeof *raw);
    m->mean[lang] = sum;
    m->deviation[lang] = square;
    if (sum == NULL || square == NULL || raw == NULL)
        return out_of_memory(m);
    for (size_t c = 0; c < n; c++) {
        const struct pm_card_counts *counts = &m->counts[c][lang];
        memset(raw, 0, n * sizeof *raw);
        for (size_t i = 0; i < counts->told.n; i++) {
            const struct postings *list = &m->postings[lang][counts->told.items[i].feature];
            double count = pm_mechanism_count(m->cause_weight * counts->told.items[i].count,
                                              m->cause_weight * counts->told_length);
            for (size_t k = 0; k < list->n; k++)
                raw[list->items[k].card] += count * list->items[k].weight;
        }
        for (size_t k = 0; k < n; k++) {
            sum[k] += k == c ? 0 : raw[k];
            square[k] += k == c ? 0 : raw[k] * raw[k];
        }
    }
    double others = n > 1 ? (double)n - 1 : 1;
    for (size_t k = 0; k < n; k++) {
        sum[k] /= others;
        double variance = square[k] / others - sum[k] * sum[k];
        square[k] = variance > 0 ? sqrt(variance) : 0;
    }
    return PM_OK;
}

static enum pm_status store_features(struct model *m, sqlite3_stmt *insert, int lang)
{
    struct pm_buf pairs = {0};
    enum pm_status st = PM_OK;
    size_t n = pm_feature_names(m->counter);
    for (size_t f = 0; st == PM_OK && f < n; f++) {
        const struct postings *list = &m->postings[lang][f];
        uint64_t last = 0;
        if (list->n == 0)
            continue;
        pm_buf_clear(&pairs);
        for (size_t i = 0; i < list->n; i++)
            pm_pairs_put(&pairs, &last, list->items[i].card + 1,
                         (uint64_t)lround(list->items[i].weight * 1000.0));
        (void)sqlite3_reset(insert);
        (void)sqlite3_bind_int(insert, 1, lang);
        (void)sqlite3_bind_text(insert, 2, pm_feature_name(m->counter, (uint32_t)f), -1,
                                SQLITE_STATIC);
        (void)sqlite3_bind_blob64(insert, 3, pm_buf_text(&pairs), pairs.len, SQLITE_STATIC);
        if (pairs.failed)
            st = out_of_memory(m);
        else if (sqlite3_step(insert) != SQLITE_DONE)
            st = db_error(m);
    }
    pm_buf_free(&pairs);
    return st;
}

static bool store_parts(const struct pm_card *card, size_t number, sqlite3_stmt *insert)
{
    for (int p = 0; p < PM_CARD_PARTS; p++)
        for (int l = 0; l < PM_LANG_COUNT; l++) {
            if (*card->parts[p][l] == '\0')
                continue;
            (void)sqlite3_reset(insert);
            (void)sqlite3_bind_int64(insert, 1, (sqlite3_int64)number);
            (void)sqlite3_bind_text(insert, 2, pm_card_part_name((enum pm_card_part)p), -1,
                                    SQLITE_STATIC);
            (void)sqlite3_bind_text(insert, 3, l == PM_LANG_JA ? "ja" : "en", -1, SQLITE_STATIC);
            (void)sqlite3_bind_text(insert, 4, card->parts[p][l], -1, SQLITE_STATIC);
            if (sqlite3_step(insert) != SQLITE_DONE)
                return false;
        }
    return true;
}

static bool store_card(struct model *m, size_t i, sqlite3_stmt *insert)
{
    const struct pm_card *c = &m->cards->items[i];
    const char *texts[] = {c->id,      c->names[0],   c->names[1], c->axis,   c->class,
                           c->related, c->components, c->nots[0],  c->nots[1]};
    (void)sqlite3_reset(insert);
    (void)sqlite3_bind_int64(insert, 1, (sqlite3_int64)i + 1);
    for (int k = 0; k < 9; k++)
        (void)sqlite3_bind_text(insert, k + 2, texts[k], -1, SQLITE_STATIC);
    for (int l = 0; l < PM_LANG_COUNT; l++) {
        (void)sqlite3_bind_double(insert, 11 + 2 * l, m->mean[l][i]);
        (void)sqlite3_bind_double(insert, 12 + 2 * l, m->deviation[l][i]);
    }
    return sqlite3_step(insert) == SQLITE_DONE;
}

static bool store_class(size_t seq, const struct pm_card_class *c, sqlite3_stmt *insert)
{
    const char *texts[] = {c->id, c->axis, c->names[0], c->names[1]};
    (void)sqlite3_reset(insert);
    (void)sqlite3_bind_int64(insert, 1, (sqlite3_int64)seq);
    for (int k = 0; k < 4; k++)
        (void)sqlite3_bind_text(insert, k + 2, texts[k], -1, SQLITE_STATIC);
    return sqlite3_step(insert) == SQLITE_DONE;
}

static enum pm_status store(struct model *m)
{
    static const char *const sql[] = {
        "INSERT INTO mechanism_class VALUES(?1, ?2, ?3, ?4, ?5)",
        "INSERT INTO mechanism VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13,"
        " ?14)",
        "INSERT INTO mechanism_part VALUES(?1, ?2, ?3, ?4)",
        "INSERT INTO mechanism_feature VALUES(?1, ?2, ?3)"};
    enum { N = sizeof sql / sizeof *sql };
    sqlite3_stmt *stmt[N] = {NULL};
    bool ok = sqlite3_exec(m->db,
                           "DELETE FROM mechanism_class; DELETE FROM mechanism;"
                           " DELETE FROM mechanism_part; DELETE FROM mechanism_feature",
                           NULL, NULL, NULL) == SQLITE_OK;
    for (int i = 0; i < N; i++)
        ok = ok && sqlite3_prepare_v2(m->db, sql[i], -1, &stmt[i], NULL) == SQLITE_OK;
    for (size_t i = 0; ok && i < m->cards->n_classes; i++)
        ok = store_class(i, &m->cards->classes[i], stmt[0]);
    for (size_t i = 0; ok && i < m->cards->count; i++)
        ok = store_card(m, i, stmt[1]) && store_parts(&m->cards->items[i], i + 1, stmt[2]);
    enum pm_status st = ok ? PM_OK : db_error(m);
    for (int l = 0; st == PM_OK && l < PM_LANG_COUNT; l++)
        st = store_features(m, stmt[3], l);
    for (int i = 0; i < N; i++)
        (void)sqlite3_finalize(stmt[i]);
    return st;
}

enum pm_status pm_mechanism_model(sqlite3 *db, struct pm_lexer *lexer, struct pm_dict *dict,
                                  const struct pm_cards *cards, struct pm_error *err)
{
    struct model m = {.db = db, .cards = cards, .err = err};
    double section[PM_SEC_COUNT];
    pm_mechanism_weights(dict, section);
    m.cause_weight = section[PM_SEC_CAUSE];
    enum pm_status st = count_cards(&m, lexer);
    for (int l = 0; st == PM_OK && l < PM_LANG_COUNT; l++)
        st = weigh(&m, l);
    for (int l = 0; st == PM_OK && l < PM_LANG_COUNT; l++)
        st = measure(&m, l);
    if (st == PM_OK)
        st = store(&m);
    pm_feature_counter_close(m.counter);
    pm_arena_free(&m.arena);
    return st;
}
