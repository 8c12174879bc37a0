#include "indexer/document_vector.h"

#include <stdlib.h>
#include <string.h>

#include "lib/arena.h"
#include "lib/vector.h"

enum { BEST = 5 };

struct pm_feature_table {
    struct pm_catalogue *catalogue;
    struct pm_arena arena;
    struct pm_weighted_cards *terms[PM_LANG_COUNT]; /* by number */
    size_t n_terms;
    struct pm_weighted_cards *concepts[PM_LANG_COUNT];
    size_t n_concepts;
    float (*best[PM_LANG_COUNT])[BEST]; /* of each card, descending */
    float *z;
    double section[PM_SEC_COUNT];
};

static enum pm_status out_of_memory(struct pm_error *err)
{
    return pm_fail(err, PM_ENOMEM, "out of memory");
}

static size_t highest(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    size_t n = 0;
    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK &&
        sqlite3_step(stmt) == SQLITE_ROW)
        n = (size_t)sqlite3_column_int64(stmt, 0);
    (void)sqlite3_finalize(stmt);
    return n + 1;
}

static void note_best(struct pm_feature_table *t, int lang, struct pm_weighted_card c)
{
    float *best = t->best[lang][c.card];
    for (int i = 0; i < BEST; i++)
        if (c.weight > best[i]) {
            memmove(best + i + 1, best + i, (size_t)(BEST - 1 - i) * sizeof *best);
            best[i] = c.weight;
            return;
        }
}

static bool decode(struct pm_feature_table *t, int lang, const void *data, size_t len,
                   struct pm_weighted_cards *out)
{
    struct pm_pairs p;
    size_t n = 0, size = pm_catalogue_size(t->catalogue);
    pm_pairs_open(&p, data, len);
    while (pm_pairs_next(&p))
        n++;
    struct pm_weighted_card *items = pm_arena_calloc(&t->arena, n + 1, sizeof *items);
    if (items == NULL)
        return false;
    *out = (struct pm_weighted_cards){items, 0};
    pm_pairs_open(&p, data, len);
    while (pm_pairs_next(&p)) {
        if (p.number < 1 || p.number > size)
            continue;
        items[out->n] =
            (struct pm_weighted_card){(uint32_t)p.number - 1, (float)((double)p.value / 1000)};
        note_best(t, lang, items[out->n++]);
    }
    return true;
}

static enum pm_status load(struct pm_feature_table *t, sqlite3 *db, const char *sql,
                           struct pm_weighted_cards *into[PM_LANG_COUNT], size_t n,
                           struct pm_error *err)
{
    sqlite3_stmt *rows = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &rows, NULL) != SQLITE_OK)
        return pm_fail(err, PM_EDB, "unable to read the mechanisms: %s", sqlite3_errmsg(db));
    enum pm_status st = PM_OK;
    while (st == PM_OK && sqlite3_step(rows) == SQLITE_ROW) {
        size_t number = (size_t)sqlite3_column_int64(rows, 0);
        int lang = sqlite3_column_int(rows, 1);
        if (number < n && lang >= 0 && lang < PM_LANG_COUNT &&
            !decode(t, lang, sqlite3_column_blob(rows, 2), (size_t)sqlite3_column_bytes(rows, 2),
                    &into[lang][number]))
            st = out_of_memory(err);
    }
    (void)sqlite3_finalize(rows);
    return st;
}

enum pm_status pm_feature_table_open(sqlite3 *db, struct pm_catalogue *catalogue,
                                     struct pm_dict *dict, struct pm_feature_table **out,
                                     struct pm_error *err)
{
    struct pm_feature_table *t = calloc(1, sizeof *t);
    *out = t;
    if (t == NULL)
        return out_of_memory(err);
    t->catalogue = catalogue;
    pm_mechanism_weights(dict, t->section);
    t->n_terms = highest(db, "SELECT max(id) FROM term");
    t->n_concepts = highest(db, "SELECT max(id) FROM concept");
    size_t size = pm_catalogue_size(catalogue);
    t->z = pm_arena_calloc(&t->arena, size + 1, sizeof *t->z);
    bool ok = t->z != NULL;
    for (int l = 0; l < PM_LANG_COUNT; l++) {
        t->terms[l] = pm_arena_calloc(&t->arena, t->n_terms, sizeof(struct pm_weighted_cards));
        t->concepts[l] =
            pm_arena_calloc(&t->arena, t->n_concepts, sizeof(struct pm_weighted_cards));
        t->best[l] = pm_arena_calloc(&t->arena, size + 1, sizeof *t->best[l]);
        ok = ok && t->terms[l] != NULL && t->concepts[l] != NULL && t->best[l] != NULL;
    }
    enum pm_status st = ok ? PM_OK : out_of_memory(err);
    if (st == PM_OK)
        st = load(t, db,
                  "SELECT t.id, f.lang, f.data FROM mechanism_feature f JOIN term t"
                  " ON t.text = f.text",
                  t->terms, t->n_terms, err);
    if (st == PM_OK)
        st = load(t, db,
                  "SELECT c.id, f.lang, f.data FROM concept c JOIN mechanism_feature f"
                  " ON f.text = char(1) || c.name",
                  t->concepts, t->n_concepts, err);
    return st;
}

void pm_feature_table_close(struct pm_feature_table *t)
{
    if (t == NULL)
        return;
    pm_arena_free(&t->arena);
    free(t);
}

struct pm_weighted_cards pm_feature_table_term(const struct pm_feature_table *t, enum pm_lang lang,
                                               uint32_t term)
{
    return term < t->n_terms ? t->terms[lang][term] : (struct pm_weighted_cards){NULL, 0};
}

double pm_feature_table_best(const struct pm_feature_table *t, enum pm_lang lang, uint32_t card)
{
    double sum = 0;
    for (int i = 0; i < BEST; i++)
        sum += t->best[lang][card][i];
    return sum;
}

static double weigh(const struct pm_feature_table *t, const uint32_t count[PM_SEC_COUNT])
{
    double sum = 0;
    for (int s = 0; s < PM_SEC_COUNT; s++)
        sum += t->section[s] * count[s];
    return sum;
}

static bool add_all(struct pm_feature_table *t, const struct pm_weighted_cards *by_number, size_t n,
                    const void *data, size_t len, double *length)
{
    struct pm_vector_reader r;
    struct pm_vector_entry e;
    if (data == NULL || !pm_vector_open(&r, data, len))
        return false;
    if (*length < 0)
        *length = weigh(t, r.length);
    while (pm_vector_next(&r, &e)) {
        if (e.term >= n || by_number[e.term].n == 0)
            continue;
        const struct pm_weighted_cards *cards = &by_number[e.term];
        float count = (float)pm_mechanism_count(weigh(t, e.count), *length);
        for (size_t i = 0; i < cards->n; i++)
            t->z[cards->items[i].card] += count * cards->items[i].weight;
    }
    return true;
}

enum pm_status pm_document_z(struct pm_feature_table *t, enum pm_lang lang, const void *vector,
                             size_t vector_len, const void *concepts, size_t concepts_len,
                             const float **z, struct pm_error *err)
{
    double length = -1;
    memset(t->z, 0, pm_catalogue_size(t->catalogue) * sizeof *t->z);
    *z = t->z;
    if (!add_all(t, t->terms[lang], t->n_terms, vector, vector_len, &length))
        return pm_fail(err, PM_EFORMAT,
                       "the index is damaged (terms): make it anew with pmindex --rebuild");
    (void)add_all(t, t->concepts[lang], t->n_concepts, concepts, concepts_len, &length);
    return pm_catalogue_standardise(t->catalogue, lang, t->z, err);
}
