#include "lib/mechanism.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TYPICAL_LENGTH = 300 }; /* weighted tokens of a document of common length */

static const double count_k1 = 1.5, count_b = 0.6;

struct pm_catalogue {
    sqlite3 *db;
    sqlite3_stmt *feature;
    size_t size;
    float *mean[PM_LANG_COUNT]; /* of each card; NULL until needed */
    float *deviation[PM_LANG_COUNT];
};

enum pm_lang pm_lang_of(const char *name)
{
    return name != NULL && strcmp(name, "ja") == 0 ? PM_LANG_JA : PM_LANG_EN;
}

void pm_pairs_put(struct pm_buf *out, uint64_t *last, uint64_t number, uint64_t value)
{
    pm_buf_varint(out, number - *last);
    pm_buf_varint(out, value);
    *last = number;
}

void pm_pairs_open(struct pm_pairs *p, const void *data, size_t len)
{
    *p = (struct pm_pairs){.data = data, .len = data == NULL ? 0 : len};
}

bool pm_pairs_next(struct pm_pairs *p)
{
    uint64_t step;
    if (!pm_varint_read(p->data, p->len, &p->pos, &step) ||
        !pm_varint_read(p->data, p->len, &p->pos, &p->value))
        return false;
    p->number += step;
    return true;
}

static enum pm_status db_error(const struct pm_catalogue *c, struct pm_error *err)
{
    return pm_fail(err, PM_EDB, "unable to read the mechanisms: %s", sqlite3_errmsg(c->db));
}

static bool read_size(struct pm_catalogue *c)
{
    sqlite3_stmt *stmt = NULL;
    bool ok = sqlite3_prepare_v2(c->db, "SELECT coalesce(max(id), 0) FROM mechanism", -1, &stmt,
                                 NULL) == SQLITE_OK &&
              sqlite3_step(stmt) == SQLITE_ROW;
    if (ok)
        c->size = (size_t)sqlite3_column_int64(stmt, 0);
    (void)sqlite3_finalize(stmt);
    return ok;
}

enum pm_status pm_catalogue_open(sqlite3 *db, struct pm_catalogue **out, struct pm_error *err)
{
    struct pm_catalogue *c = calloc(1, sizeof *c);
    *out = c;
    if (c == NULL)
        return pm_fail(err, PM_ENOMEM, "out of memory");
    c->db = db;
    if (!read_size(c) ||
        sqlite3_prepare_v2(db, "SELECT data FROM mechanism_feature WHERE lang = ?1 AND text = ?2",
                           -1, &c->feature, NULL) != SQLITE_OK)
        return db_error(c, err);
    return PM_OK;
}

void pm_catalogue_close(struct pm_catalogue *c)
{
    if (c == NULL)
        return;
    (void)sqlite3_finalize(c->feature);
    for (int l = 0; l < PM_LANG_COUNT; l++) {
        free(c->mean[l]);
        free(c->deviation[l]);
    }
    free(c);
}

size_t pm_catalogue_size(const struct pm_catalogue *c)
{
    return c->size;
}

enum pm_status pm_catalogue_feature(struct pm_catalogue *c, enum pm_lang lang, const char *feature,
                                    size_t len, struct pm_pairs *p, struct pm_error *err)
{
    pm_pairs_open(p, NULL, 0);
    (void)sqlite3_reset(c->feature);
    (void)sqlite3_bind_int(c->feature, 1, (int)lang);
    (void)sqlite3_bind_text(c->feature, 2, feature, (int)len, SQLITE_STATIC);
    int rc = sqlite3_step(c->feature);
    if (rc == SQLITE_ROW)
        pm_pairs_open(p, sqlite3_column_blob(c->feature, 0),
                      (size_t)sqlite3_column_bytes(c->feature, 0));
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? PM_OK : db_error(c, err);
}

void pm_mechanism_add(struct pm_pairs *p, double count, float *raw, size_t n)
{
    while (pm_pairs_next(p))
        if (p->number >= 1 && p->number <= n)
            raw[p->number - 1] += (float)(count * (double)p->value / 1000);
}

double pm_mechanism_count(double weighted_count, double weighted_length)
{
    double norm = 1 - count_b + count_b * weighted_length / TYPICAL_LENGTH;
    double tf = weighted_count / norm;
    return tf * (count_k1 + 1) / (count_k1 + tf);
}

void pm_mechanism_weights(struct pm_dict *dict, double section[PM_SEC_COUNT])
{
    char name[64];
    for (int s = 0; s < PM_SEC_COUNT; s++) {
        (void)snprintf(name, sizeof name, "mechanism.section.%s",
                       pm_section_name((enum pm_section)s));
        section[s] = pm_dict_weight(dict, name, 1);
    }
}

/* The catalogue's own statistics, read when the first text is compared with them. */
static enum pm_status read_statistics(struct pm_catalogue *c, enum pm_lang lang,
                                      struct pm_error *err)
{
    sqlite3_stmt *stmt = NULL;
    c->mean[lang] = calloc(c->size, sizeof(float));
    c->deviation[lang] = calloc(c->size, sizeof(float));
    if (c->mean[lang] == NULL || c->deviation[lang] == NULL)
        return pm_fail(err, PM_ENOMEM, "out of memory");
    static const char *const sql[] = {"SELECT id, mean_en, deviation_en FROM mechanism",
                                      "SELECT id, mean_ja, deviation_ja FROM mechanism"};
    if (sqlite3_prepare_v2(c->db, sql[lang], -1, &stmt, NULL) != SQLITE_OK)
        return db_error(c, err);
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        size_t i = (size_t)sqlite3_column_int64(stmt, 0) - 1;
        if (i >= c->size)
            continue;
        c->mean[lang][i] = (float)sqlite3_column_double(stmt, 1);
        c->deviation[lang][i] = (float)sqlite3_column_double(stmt, 2);
    }
    (void)sqlite3_finalize(stmt);
    return PM_OK;
}

static double mean_of(const float *x, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += x[i];
    return n == 0 ? 0 : sum / (double)n;
}

/* Centre, and divide by the standard deviation. */
static void unit_variance(float *x, size_t n)
{
    double mean = mean_of(x, n), square = 0;
    for (size_t i = 0; i < n; i++)
        square += (x[i] - mean) * (x[i] - mean);
    double deviation = sqrt(square / (double)n);
    for (size_t i = 0; i < n; i++)
        x[i] = deviation > 0 ? (float)((x[i] - mean) / deviation) : 0;
}

enum pm_status pm_catalogue_standardise(struct pm_catalogue *c, enum pm_lang lang, float *raw,
                                        struct pm_error *err)
{
    if (c->size == 0)
        return PM_OK;
    enum pm_status st = c->mean[lang] == NULL ? read_statistics(c, lang, err) : PM_OK;
    if (st != PM_OK)
        return st;
    const float *mean = c->mean[lang], *deviation = c->deviation[lang];
    double average = mean_of(raw, c->size), typical = mean_of(mean, c->size);
    if (average <= 0 || typical <= 0) {
        memset(raw, 0, c->size * sizeof *raw);
        return PM_OK;
    }
    double scale = average / typical, common = mean_of(deviation, c->size);
    for (size_t i = 0; i < c->size; i++) {
        /* A card that varies little among the few of the catalogue is not that sure. */
        double d = (deviation[i] + common) / 2;
        raw[i] = d > 0 ? (float)((raw[i] / scale - mean[i]) / d) : 0;
    }
    unit_variance(raw, c->size);
    return PM_OK;
}

void pm_mechanism_vector(const float *z, size_t n, struct pm_buf *out)
{
    uint64_t last = 0;
    for (size_t i = 0; i < n; i++)
        if (z[i] >= 1)
            pm_pairs_put(out, &last, i + 1, (uint64_t)lroundf(z[i] * PM_MECHANISM_STEPS));
}
