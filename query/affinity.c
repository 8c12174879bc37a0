#include "query/affinity.h"

#include <math.h>
#include <string.h>

/* A card far behind the best one adds little: weights grow faster than scores. */
static const double query_sharpness = 1.5, draft_sharpness = 2.5;

static const double unknown_weight = 2;

static enum pm_status db_error(sqlite3 *db, struct pm_error *err)
{
    return pm_fail(err, PM_EDB, "unable to read the mechanisms: %s", sqlite3_errmsg(db));
}

/* The cards of the highest raw scores. */
static void choose_cards(const float *raw, size_t n, size_t most, double sharpness,
                         struct pm_affinity *out)
{
    for (size_t c = 0; c < n; c++) {
        size_t at = out->n_cards;
        if (raw[c] <= 0)
            continue;
        while (at > 0 && out->cards[at - 1].weight < raw[c])
            at--;
        if (at == most)
            continue;
        size_t kept = out->n_cards < most ? out->n_cards++ : out->n_cards - 1;
        memmove(&out->cards[at + 1], &out->cards[at], (kept - at) * sizeof out->cards[0]);
        out->cards[at] = (struct pm_affinity_card){.number = (uint32_t)c + 1, .weight = raw[c]};
    }
    double sum = 0;
    for (size_t i = 0; i < out->n_cards; i++) {
        out->cards[i].weight = pow(out->cards[i].weight, sharpness);
        sum += out->cards[i].weight;
    }
    for (size_t i = 0; i < out->n_cards; i++)
        out->cards[i].weight /= sum;
}

/* Add one card's postings to the scores, and keep its names. */
static enum pm_status read_card(sqlite3_stmt *read, struct pm_affinity_card *card,
                                struct pm_arena *a, struct pm_affinity *out)
{
    (void)sqlite3_reset(read);
    (void)sqlite3_bind_int64(read, 1, card->number);
    if (sqlite3_step(read) != SQLITE_ROW)
        return PM_EDB;
    card->name = pm_arena_strdup(a, (const char *)sqlite3_column_text(read, 0));
    card->en = pm_arena_strdup(a, (const char *)sqlite3_column_text(read, 1));
    card->ja = pm_arena_strdup(a, (const char *)sqlite3_column_text(read, 2));
    struct pm_pairs p;
    pm_pairs_open(&p, sqlite3_column_blob(read, 3), (size_t)sqlite3_column_bytes(read, 3));
    while (out->score != NULL && pm_pairs_next(&p))
        if (p.number < (uint64_t)out->limit)
            out->score[p.number] += (float)(card->weight * (double)p.value / PM_MECHANISM_STEPS);
    return card->name == NULL || card->en == NULL || card->ja == NULL ? PM_ENOMEM : PM_OK;
}

static int64_t id_limit(sqlite3 *db)
{
    sqlite3_stmt *stmt = NULL;
    int64_t id = 0;
    if (sqlite3_prepare_v2(db, "SELECT max(id) FROM document", -1, &stmt, NULL) == SQLITE_OK &&
        sqlite3_step(stmt) == SQLITE_ROW)
        id = sqlite3_column_int64(stmt, 0);
    (void)sqlite3_finalize(stmt);
    return id + 1;
}

static enum pm_status score_documents(sqlite3 *db, struct pm_arena *a, struct pm_affinity *out,
                                      struct pm_error *err)
{
    sqlite3_stmt *read = NULL;
    out->limit = id_limit(db);
    out->score = pm_arena_calloc(a, (size_t)out->limit, sizeof *out->score);
    enum pm_status st = out->score == NULL ? pm_fail(err, PM_ENOMEM, "out of memory") : PM_OK;
    if (st == PM_OK &&
        sqlite3_prepare_v2(db,
                           "SELECT m.name, m.en, m.ja, p.data FROM mechanism m LEFT JOIN"
                           " mechanism_postings p ON p.mechanism_id = m.id WHERE m.id = ?1",
                           -1, &read, NULL) != SQLITE_OK)
        st = db_error(db, err);
    for (size_t i = 0; st == PM_OK && i < out->n_cards; i++) {
        st = read_card(read, &out->cards[i], a, out);
        if (st != PM_OK)
            st = st == PM_ENOMEM ? pm_fail(err, st, "out of memory") : db_error(db, err);
    }
    (void)sqlite3_finalize(read);
    for (int64_t i = 0; st == PM_OK && out->score != NULL && i < out->limit; i++)
        out->best = out->score[i] > out->best ? out->score[i] : out->best;
    return st;
}

/* The greatest weight of a feature; one that the catalogue lacks speaks of other things,
 * as loudly as a rare one would. */
static double heaviest(struct pm_pairs p)
{
    uint64_t most = 0;
    while (pm_pairs_next(&p))
        most = p.value > most ? p.value : most;
    return most == 0 ? unknown_weight : (double)most / 1000;
}

enum pm_status pm_affinity_find(sqlite3 *db, enum pm_lang lang, const struct pm_feature *features,
                                size_t n, struct pm_arena *a, struct pm_affinity *out,
                                struct pm_error *err)
{
    *out = (struct pm_affinity){0};
    struct pm_catalogue *catalogue = NULL;
    enum pm_status st = pm_catalogue_open(db, &catalogue, err);
    size_t size = st == PM_OK ? pm_catalogue_size(catalogue) : 0;
    float *raw = pm_arena_calloc(a, size + 1, sizeof *raw);
    double all = 0;
    if (st == PM_OK && raw == NULL)
        st = pm_fail(err, PM_ENOMEM, "out of memory");
    for (size_t i = 0; st == PM_OK && size > 0 && i < n; i++) {
        struct pm_pairs p;
        st = pm_catalogue_feature(catalogue, lang, features[i].text, strlen(features[i].text), &p,
                                  err);
        if (st != PM_OK)
            break;
        all += features[i].count * heaviest(p);
        pm_mechanism_add(&p, features[i].count, raw, size);
    }
    pm_catalogue_close(catalogue);
    for (size_t c = 0; st == PM_OK && raw != NULL && all > 0 && c < size; c++)
        out->cover = raw[c] / all > out->cover ? raw[c] / all : out->cover;
    if (st == PM_OK && raw != NULL)
        choose_cards(raw, size, PM_AFFINITY_QUERY_CARDS, query_sharpness, out);
    return st == PM_OK && out->n_cards > 0 ? score_documents(db, a, out, err) : st;
}

enum pm_status pm_affinity_of_cards(sqlite3 *db, const float *nearness, size_t size,
                                    struct pm_arena *a, struct pm_affinity *out,
                                    struct pm_error *err)
{
    *out = (struct pm_affinity){.cover = 1};
    choose_cards(nearness, size, PM_AFFINITY_CARDS, draft_sharpness, out);
    return out->n_cards > 0 ? score_documents(db, a, out, err) : PM_OK;
}

double pm_affinity_score(const struct pm_affinity *f, int64_t document)
{
    return document >= 0 && document < f->limit ? f->score[document] : 0;
}

size_t pm_affinity_top(const struct pm_affinity *f, size_t n, int64_t *out)
{
    size_t count = 0;
    for (int64_t id = 0; id < f->limit; id++) {
        float score = f->score[id];
        if (score <= 0 || (count == n && score <= f->score[out[count - 1]]))
            continue;
        size_t at = count < n ? count++ : count - 1;
        for (; at > 0 && f->score[out[at - 1]] < score; at--)
            out[at] = out[at - 1];
        out[at] = id;
    }
    return count;
}

enum pm_status pm_affinity_parts(sqlite3 *db, const struct pm_affinity *f, int64_t document,
                                 double parts[PM_AFFINITY_CARDS], struct pm_error *err)
{
    sqlite3_stmt *read = NULL;
    memset(parts, 0, PM_AFFINITY_CARDS * sizeof *parts);
    if (sqlite3_prepare_v2(db, "SELECT data FROM mechanism_vector WHERE document_id = ?1", -1,
                           &read, NULL) != SQLITE_OK)
        return db_error(db, err);
    (void)sqlite3_bind_int64(read, 1, document);
    if (sqlite3_step(read) == SQLITE_ROW) {
        struct pm_pairs p;
        pm_pairs_open(&p, sqlite3_column_blob(read, 0), (size_t)sqlite3_column_bytes(read, 0));
        while (pm_pairs_next(&p))
            for (size_t i = 0; i < f->n_cards; i++)
                if (f->cards[i].number == p.number)
                    parts[i] = f->cards[i].weight * (double)p.value / PM_MECHANISM_STEPS;
    }
    (void)sqlite3_finalize(read);
    return PM_OK;
}
