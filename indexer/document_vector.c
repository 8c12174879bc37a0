#include "indexer/document_vector.h"

#include <stdlib.h>
#include <string.h>

#include "indexer/watch.h"
#include "lib/arena.h"
#include "lib/vector.h"

enum { BEST = 5, BATCH = 16 };

struct span { /* of the pool */
    uint32_t at, n;
};

struct weighted_cards {
    const struct pm_weighted_card *items;
    size_t n;
};

struct pm_feature_table {
    struct pm_catalogue *catalogue;
    struct pm_arena arena;
    struct pm_watch *watch;        /* the features */
    struct pm_weighted_card *pool; /* the cards of all features */
    size_t n_pool, pool_cap;
    struct span *cards[PM_LANG_COUNT]; /* by mark of the feature */
    size_t cards_cap[PM_LANG_COUNT];
    struct pm_weighted_feature *features; /* the features of all cards */
    struct span *of_card[PM_LANG_COUNT];
    uint32_t *concepts; /* marks, by number of concept */
    size_t n_concepts;
    uint16_t (*best[PM_LANG_COUNT])[BEST]; /* of each card, descending */
    float *z;
    double section[PM_SEC_COUNT];
    double length;            /* of the text at hand */
    float once[PM_SEC_COUNT]; /* the same */
};

static enum pm_status out_of_memory(struct pm_error *err)
{
    return pm_fail(err, PM_ENOMEM, "out of memory");
}

static enum pm_status db_error(sqlite3 *db, struct pm_error *err)
{
    return pm_fail(err, PM_EDB, "unable to read the mechanisms: %s", sqlite3_errmsg(db));
}

static void note_best(struct pm_feature_table *t, int lang, struct pm_weighted_card c)
{
    uint16_t *best = t->best[lang][c.card];
    for (int i = 0; i < BEST; i++)
        if (c.weight > best[i]) {
            memmove(best + i + 1, best + i, (size_t)(BEST - 1 - i) * sizeof *best);
            best[i] = c.weight;
            return;
        }
}

static bool push(struct pm_feature_table *t, struct pm_weighted_card c)
{
    if (t->n_pool == t->pool_cap) {
        size_t cap = t->pool_cap == 0 ? 1 << 14 : t->pool_cap * 2;
        struct pm_weighted_card *grown = realloc(t->pool, cap * sizeof *grown);
        if (grown == NULL)
            return false;
        t->pool = grown;
        t->pool_cap = cap;
    }
    t->pool[t->n_pool++] = c;
    return true;
}

static struct span *span_of(struct pm_feature_table *t, int lang, uint32_t mark)
{
    if (mark >= t->cards_cap[lang]) {
        size_t cap = t->cards_cap[lang] == 0 ? 1 << 14 : t->cards_cap[lang];
        while (cap <= mark)
            cap *= 2;
        struct span *grown = realloc(t->cards[lang], cap * sizeof *grown);
        if (grown == NULL)
            return NULL;
        memset(grown + t->cards_cap[lang], 0, (cap - t->cards_cap[lang]) * sizeof *grown);
        t->cards[lang] = grown;
        t->cards_cap[lang] = cap;
    }
    return &t->cards[lang][mark];
}

static enum pm_status add_feature(struct pm_feature_table *t, sqlite3_stmt *row,
                                  struct pm_error *err)
{
    int lang = sqlite3_column_int(row, 0);
    const char *text = (const char *)sqlite3_column_text(row, 1);
    size_t size = pm_catalogue_size(t->catalogue);
    uint32_t mark;
    if (lang < 0 || lang >= PM_LANG_COUNT || text == NULL)
        return PM_OK;
    enum pm_status st =
        pm_watch_mark(t->watch, text, (size_t)sqlite3_column_bytes(row, 1), &mark, err);
    struct span *span = st == PM_OK ? span_of(t, lang, mark) : NULL;
    if (span == NULL)
        return st == PM_OK ? out_of_memory(err) : st;
    *span = (struct span){(uint32_t)t->n_pool, 0};
    struct pm_pairs p;
    pm_pairs_open(&p, sqlite3_column_blob(row, 2), (size_t)sqlite3_column_bytes(row, 2));
    while (pm_pairs_next(&p)) {
        if (p.number < 1 || p.number > size || p.number > PM_WEIGHTED_CARDS)
            continue;
        struct pm_weighted_card c = {(uint16_t)(p.number - 1),
                                     (uint16_t)(p.value < UINT16_MAX ? p.value : UINT16_MAX)};
        if (!push(t, c))
            return out_of_memory(err);
        note_best(t, lang, c);
        span->n++;
    }
    return PM_OK;
}

static enum pm_status load_features(struct pm_feature_table *t, sqlite3 *db, struct pm_error *err)
{
    sqlite3_stmt *rows = NULL;
    enum pm_status st = PM_OK;
    if (sqlite3_prepare_v2(db, "SELECT lang, text, data FROM mechanism_feature", -1, &rows, NULL) !=
        SQLITE_OK)
        return db_error(db, err);
    while (st == PM_OK && sqlite3_step(rows) == SQLITE_ROW)
        st = add_feature(t, rows, err);
    (void)sqlite3_finalize(rows);
    return st;
}

/* The pool once more, by card. */
static enum pm_status turn_round(struct pm_feature_table *t)
{
    size_t size = pm_catalogue_size(t->catalogue), at = 0;
    t->features = pm_arena_calloc(&t->arena, t->n_pool + 1, sizeof *t->features);
    for (int l = 0; l < PM_LANG_COUNT; l++)
        t->of_card[l] = pm_arena_calloc(&t->arena, size + 1, sizeof *t->of_card[l]);
    if (t->features == NULL || t->of_card[PM_LANG_EN] == NULL || t->of_card[PM_LANG_JA] == NULL)
        return PM_ENOMEM;
    for (int l = 0; l < PM_LANG_COUNT; l++) {
        struct span *of = t->of_card[l];
        for (size_t m = 0; m < t->cards_cap[l]; m++)
            for (uint32_t i = 0; i < t->cards[l][m].n; i++)
                of[t->pool[t->cards[l][m].at + i].card].n++;
        for (size_t c = 0; c < size; at += of[c].n, c++)
            of[c].at = (uint32_t)at;
        for (size_t c = 0; c < size; c++)
            of[c].n = 0;
        for (size_t m = 0; m < t->cards_cap[l]; m++)
            for (uint32_t i = 0; i < t->cards[l][m].n; i++) {
                struct pm_weighted_card w = t->pool[t->cards[l][m].at + i];
                t->features[of[w.card].at + of[w.card].n++] =
                    (struct pm_weighted_feature){(uint32_t)m, w.weight};
            }
    }
    return PM_OK;
}

/* A concept as a feature goes by its name. */
static enum pm_status load_concepts(struct pm_feature_table *t, sqlite3 *db, struct pm_error *err)
{
    sqlite3_stmt *rows = NULL;
    size_t cap = 0;
    enum pm_status st = PM_OK;
    if (sqlite3_prepare_v2(db, "SELECT id, char(1) || name FROM concept ORDER BY id", -1, &rows,
                           NULL) != SQLITE_OK)
        return db_error(db, err);
    while (st == PM_OK && sqlite3_step(rows) == SQLITE_ROW) {
        size_t id = (size_t)sqlite3_column_int64(rows, 0);
        const char *name = (const char *)sqlite3_column_text(rows, 1);
        uint32_t *grown =
            pm_arena_grow(&t->arena, t->concepts, t->n_concepts, id + 1, sizeof *grown, &cap);
        if (grown == NULL || name == NULL) {
            st = out_of_memory(err);
            break;
        }
        t->concepts = grown;
        grown[id] = pm_watch_find(t->watch, name, (size_t)sqlite3_column_bytes(rows, 1));
        t->n_concepts = id + 1;
    }
    (void)sqlite3_finalize(rows);
    return st;
}

enum pm_status pm_feature_table_open(sqlite3 *db, struct pm_terms *terms,
                                     struct pm_catalogue *catalogue, struct pm_dict *dict,
                                     struct pm_feature_table **out, struct pm_error *err)
{
    struct pm_feature_table *t = calloc(1, sizeof *t);
    *out = t;
    if (t == NULL)
        return out_of_memory(err);
    t->catalogue = catalogue;
    pm_mechanism_weights(dict, t->section);
    size_t size = pm_catalogue_size(catalogue);
    t->z = pm_arena_calloc(&t->arena, size + 1, sizeof *t->z);
    bool ok = t->z != NULL;
    for (int l = 0; l < PM_LANG_COUNT; l++) {
        t->best[l] = pm_arena_calloc(&t->arena, size + 1, sizeof *t->best[l]);
        ok = ok && t->best[l] != NULL;
    }
    enum pm_status st = ok ? pm_watch_open(terms, &t->watch, err) : out_of_memory(err);
    if (st == PM_OK)
        st = load_features(t, db, err);
    if (st == PM_OK && turn_round(t) != PM_OK)
        st = out_of_memory(err);
    return st == PM_OK ? load_concepts(t, db, err) : st;
}

void pm_feature_table_close(struct pm_feature_table *t)
{
    if (t == NULL)
        return;
    for (int l = 0; l < PM_LANG_COUNT; l++)
        free(t->cards[l]);
    free(t->pool);
    pm_watch_close(t->watch);
    pm_arena_free(&t->arena);
    free(t);
}

static struct weighted_cards cards_of(const struct pm_feature_table *t, enum pm_lang lang,
                                      uint32_t mark)
{
    if (mark >= t->cards_cap[lang])
        return (struct weighted_cards){NULL, 0};
    struct span s = t->cards[lang][mark];
    return (struct weighted_cards){t->pool + s.at, s.n};
}

enum pm_status pm_feature_table_term(struct pm_feature_table *t, uint32_t term, uint32_t *feature,
                                     struct pm_error *err)
{
    return pm_watch_term(t->watch, term, feature, err);
}

size_t pm_feature_table_size(const struct pm_feature_table *t)
{
    return pm_watch_count(t->watch);
}

struct pm_weighted_features pm_feature_table_card(const struct pm_feature_table *t,
                                                  enum pm_lang lang, uint32_t card)
{
    struct span s = t->of_card[lang][card];
    return (struct pm_weighted_features){t->features + s.at, s.n};
}

double pm_feature_table_best(const struct pm_feature_table *t, enum pm_lang lang, uint32_t card)
{
    double sum = 0;
    for (int i = 0; i < BEST; i++)
        sum += t->best[lang][card][i];
    return sum / PM_WEIGHT_STEPS;
}

static double weigh(const struct pm_feature_table *t, const uint32_t count[PM_SEC_COUNT])
{
    double sum = 0;
    for (int s = 0; s < PM_SEC_COUNT; s++)
        sum += t->section[s] * count[s];
    return sum;
}

/* What one occurrence in each section counts in the text at hand: most entries are that. */
static void weigh_sections(struct pm_feature_table *t, double length)
{
    t->length = length;
    for (int s = 0; s < PM_SEC_COUNT; s++)
        t->once[s] = (float)(pm_mechanism_count(t->section[s], length) / PM_WEIGHT_STEPS);
}

static float count_of(const struct pm_feature_table *t, const struct pm_vector_entry *e)
{
    int first = __builtin_ctz(e->mask | 1U << PM_SEC_COUNT);
    if (e->mask == 1U << first && e->count[first] == 1)
        return t->once[first];
    return (float)(pm_mechanism_count(weigh(t, e->count), t->length) / PM_WEIGHT_STEPS);
}

/* Add a text's share of one feature to every card that the feature tells of. */
static void add_count(struct pm_feature_table *t, struct weighted_cards cards,
                      const struct pm_vector_entry *e)
{
    float count = cards.n > 0 ? count_of(t, e) : 0;
    for (size_t i = 0; i < cards.n; i++)
        t->z[cards.items[i].card] += count * (float)cards.items[i].weight;
}

/* A few entries of a vector with the cards that they tell of, which are fetched into the cache
 * for all of them before the first is asked for. */
struct batch {
    struct pm_vector_entry entries[BATCH];
    uint32_t marks[BATCH];
    size_t n;
};

static void add_batch(struct pm_feature_table *t, enum pm_lang lang, const struct batch *b)
{
    for (size_t i = 0; i < b->n; i++)
        __builtin_prefetch(cards_of(t, lang, b->marks[i]).items);
    for (size_t i = 0; i < b->n; i++)
        add_count(t, cards_of(t, lang, b->marks[i]), &b->entries[i]);
}

static enum pm_status add_terms(struct pm_feature_table *t, enum pm_lang lang,
                                struct pm_vector_reader *r, struct pm_error *err)
{
    struct batch b = {.n = 0};
    while (pm_vector_next(r, &b.entries[b.n])) {
        uint32_t *mark = &b.marks[b.n];
        enum pm_status st = pm_watch_term(t->watch, b.entries[b.n].term, mark, err);
        if (st != PM_OK)
            return st;
        if (*mark == 0 || *mark >= t->cards_cap[lang])
            continue;
        __builtin_prefetch(&t->cards[lang][*mark]);
        if (++b.n < BATCH)
            continue;
        add_batch(t, lang, &b);
        b.n = 0;
    }
    add_batch(t, lang, &b);
    return PM_OK;
}

static void add_concepts(struct pm_feature_table *t, enum pm_lang lang, const void *concepts,
                         size_t len)
{
    struct pm_vector_reader r;
    struct batch b = {.n = 0};
    if (concepts == NULL || !pm_vector_open(&r, concepts, len))
        return;
    while (pm_vector_next(&r, &b.entries[b.n])) {
        uint32_t concept = b.entries[b.n].term;
        b.marks[b.n] = concept < t->n_concepts ? t->concepts[concept] : 0;
        if (b.marks[b.n] == 0 || ++b.n < BATCH)
            continue;
        add_batch(t, lang, &b);
        b.n = 0;
    }
    add_batch(t, lang, &b);
}

enum pm_status pm_document_z(struct pm_feature_table *t, enum pm_lang lang, const void *vector,
                             size_t vector_len, const void *concepts, size_t concepts_len,
                             const float **z, struct pm_error *err)
{
    struct pm_vector_reader r;
    memset(t->z, 0, pm_catalogue_size(t->catalogue) * sizeof *t->z);
    *z = t->z;
    if (vector == NULL || !pm_vector_open(&r, vector, vector_len))
        return pm_fail(err, PM_EFORMAT,
                       "the index is damaged (terms): make it anew with pmindex --rebuild");
    weigh_sections(t, weigh(t, r.length));
    enum pm_status st = add_terms(t, lang, &r, err);
    if (st != PM_OK)
        return st;
    add_concepts(t, lang, concepts, concepts_len);
    return pm_catalogue_standardise(t->catalogue, lang, t->z, err);
}
