#include "query/feedback.h"

#include <math.h>
#include <string.h>

#include "query/fusion.h"

enum { HEAD = 40 }; /* hits that feedback may move */

/* The mechanisms of the hits, a row of floats each, of length 1 (or 0: none). */
struct rows {
    float *values;
    size_t n, cards;
};

static size_t catalogue_size(sqlite3 *db)
{
    sqlite3_stmt *stmt = NULL;
    size_t n = 0;
    if (sqlite3_prepare_v2(db, "SELECT max(id) FROM mechanism", -1, &stmt, NULL) == SQLITE_OK &&
        sqlite3_step(stmt) == SQLITE_ROW)
        n = (size_t)sqlite3_column_int64(stmt, 0);
    (void)sqlite3_finalize(stmt);
    return n;
}

static void read_row(sqlite3_stmt *read, int64_t document, float *row, size_t cards)
{
    double square = 0;
    (void)sqlite3_reset(read);
    (void)sqlite3_bind_int64(read, 1, document);
    if (sqlite3_step(read) != SQLITE_ROW)
        return;
    struct pm_pairs p;
    pm_pairs_open(&p, sqlite3_column_blob(read, 0), (size_t)sqlite3_column_bytes(read, 0));
    while (pm_pairs_next(&p))
        if (p.number >= 1 && p.number <= cards) {
            row[p.number - 1] = (float)p.value;
            square += (double)p.value * (double)p.value;
        }
    for (size_t c = 0; square > 0 && c < cards; c++)
        row[c] = (float)(row[c] / sqrt(square));
}

static enum pm_status read_rows(sqlite3 *db, const struct pm_hits *hits, struct pm_arena *a,
                                struct rows *out, struct pm_error *err)
{
    sqlite3_stmt *read = NULL;
    out->n = hits->count < HEAD ? hits->count : HEAD;
    out->cards = catalogue_size(db);
    out->values = pm_arena_calloc(a, out->n * out->cards + 1, sizeof *out->values);
    if (out->values == NULL)
        return pm_fail(err, PM_ENOMEM, "out of memory");
    if (sqlite3_prepare_v2(db, "SELECT data FROM mechanism_vector WHERE document_id = ?1", -1,
                           &read, NULL) != SQLITE_OK)
        return pm_fail(err, PM_EDB, "unable to read the mechanisms: %s", sqlite3_errmsg(db));
    for (size_t i = 0; i < out->n; i++)
        read_row(read, hits->items[i].document, out->values + i * out->cards, out->cards);
    (void)sqlite3_finalize(read);
    return PM_OK;
}

/* The centre of the first hits; false where they show no mechanism. */
static bool find_centre(const struct rows *r, const struct pm_hits *hits, double documents,
                        float *centre)
{
    bool any = false;
    size_t used = 0;
    for (size_t i = 0; i < r->n && (double)used < documents; i++) {
        if (hits->items[i].excluded || hits->items[i].score <= 0)
            continue;
        used++;
        for (size_t c = 0; c < r->cards; c++) {
            centre[c] += (float)hits->items[i].score * r->values[i * r->cards + c];
            any = any || centre[c] > 0;
        }
    }
    return any;
}

static double dot(const float *x, const float *y, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (double)x[i] * y[i];
    return sum;
}

/* A hit's share goes to the mechanisms that it was found by already, each by its part;
 * what other mechanisms gave is one part without a name. */
static enum pm_status add_parts(const struct pm_affinity *f, struct pm_hit *hit, const float *row,
                                const float *centre, double scale, double share, struct pm_arena *a,
                                struct pm_error *err)
{
    struct pm_parts *parts = &hit->parts;
    double left = share;
    struct pm_part *rest = NULL;
    for (size_t i = 0; i < parts->count; i++) {
        struct pm_part *part = &parts->items[i];
        if (part->kind != PM_PART_MECHANISM)
            continue;
        if (part->name == NULL)
            rest = part;
        for (size_t c = 0; part->name != NULL && c < f->n_cards; c++) {
            if (strcmp(f->cards[c].name, part->name) != 0)
                continue;
            size_t at = f->cards[c].number - 1;
            double given = scale * row[at] * centre[at];
            part->share += given;
            left -= given;
        }
    }
    if (rest != NULL) {
        rest->share += left;
        return PM_OK;
    }
    struct pm_part *grown =
        pm_arena_grow(a, parts->items, parts->count, parts->count + 1, sizeof *grown, &parts->cap);
    if (grown == NULL)
        return pm_fail(err, PM_ENOMEM, "out of memory");
    parts->items = grown;
    if (left > 1e-9)
        grown[parts->count++] = (struct pm_part){
            .kind = PM_PART_MECHANISM, .what = "", .section = PM_SEC_COUNT, .share = left};
    return PM_OK;
}

enum pm_status pm_feedback_add(sqlite3 *db, const struct pm_affinity *f,
                               const struct pm_rank_weights *w, struct pm_hits *hits,
                               struct pm_arena *a, struct pm_error *err)
{
    struct rows rows = {0};
    if (w->feedback <= 0 || f->best <= 0 || hits->count == 0)
        return PM_OK;
    enum pm_status st = read_rows(db, hits, a, &rows, err);
    float *centre = st == PM_OK ? pm_arena_calloc(a, rows.cards + 1, sizeof *centre) : NULL;
    double *nearness = st == PM_OK ? pm_arena_calloc(a, rows.n + 1, sizeof *nearness) : NULL;
    double best = 0, best_score = 0;
    if (centre == NULL || nearness == NULL)
        return st == PM_OK ? pm_fail(err, PM_ENOMEM, "out of memory") : st;
    if (!find_centre(&rows, hits, w->feedback_documents, centre))
        return PM_OK;
    for (size_t i = 0; i < rows.n; i++) {
        const struct pm_hit *hit = &hits->items[i];
        nearness[i] = dot(centre, rows.values + i * rows.cards, rows.cards);
        if (!hit->excluded && nearness[i] > best)
            best = nearness[i];
        if (!hit->excluded && hit->score > best_score)
            best_score = hit->score;
    }
    for (size_t i = 0; st == PM_OK && best > 0 && i < rows.n; i++) {
        struct pm_hit *hit = &hits->items[i];
        double scale = w->feedback * pm_fusion_trust(f, w) * best_score / best;
        if (hit->excluded || hit->score <= 0 || nearness[i] <= 0)
            continue;
        st = add_parts(f, hit, rows.values + i * rows.cards, centre, scale, scale * nearness[i], a,
                       err);
        hit->score += scale * nearness[i];
    }
    return st;
}
