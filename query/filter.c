#include "query/filter.h"

bool pm_docset_has(const struct pm_docset *set, int64_t id)
{
    if (set->all)
        return true;
    return id >= 0 && id < set->limit && (set->bits[id / 8] >> (id % 8) & 1) != 0;
}

static const char sql[] = "SELECT d.id FROM document d WHERE (?1 IS NULL OR d.lang = ?1)"
                          " AND (?2 IS NULL OR d.date >= ?2) AND (?3 IS NULL OR d.date <= ?3)"
                          " AND (?4 IS NULL OR instr(lower(d.company), lower(?4)) > 0)"
                          " AND (?5 IS NULL OR instr(lower(d.product), lower(?5)) > 0 OR EXISTS ("
                          "  SELECT 1 FROM document_component c WHERE c.document_id = d.id"
                          "  AND instr(lower(c.component), lower(?5)) > 0))"
                          " AND (?6 IS NULL OR EXISTS (SELECT 1 FROM document_mechanism m"
                          "  WHERE m.document_id = d.id AND m.mechanism = ?6)"
                          "  OR EXISTS (SELECT 1 FROM document_class k"
                          "  WHERE k.document_id = d.id AND k.class = ?6)"
                          "  OR EXISTS (SELECT 1 FROM document_mechanism m"
                          "  JOIN mechanism c ON c.name = m.mechanism"
                          "  WHERE m.document_id = d.id AND c.class = ?6))";

static int64_t max_id(sqlite3 *db)
{
    sqlite3_stmt *stmt = NULL;
    int64_t id = 0;
    if (sqlite3_prepare_v2(db, "SELECT max(id) FROM document", -1, &stmt, NULL) == SQLITE_OK &&
        sqlite3_step(stmt) == SQLITE_ROW)
        id = sqlite3_column_int64(stmt, 0);
    (void)sqlite3_finalize(stmt);
    return id;
}

/* A name that the catalogue lacks is a slip of the user, not an empty answer. */
static enum pm_status check_mechanism(sqlite3 *db, const char *name, struct pm_error *err)
{
    sqlite3_stmt *stmt = NULL;
    if (name == NULL)
        return PM_OK;
    if (sqlite3_prepare_v2(db,
                           "SELECT 1 FROM mechanism WHERE name = ?1 UNION ALL"
                           " SELECT 1 FROM mechanism_class WHERE name = ?1",
                           -1, &stmt, NULL) != SQLITE_OK)
        return pm_fail(err, PM_EDB, "unable to read the index: %s", sqlite3_errmsg(db));
    (void)sqlite3_bind_text(stmt, 1, name, -1, SQLITE_STATIC);
    bool known = sqlite3_step(stmt) == SQLITE_ROW;
    (void)sqlite3_finalize(stmt);
    return known ? PM_OK
                 : pm_fail(err, PM_EUSAGE, "no mechanism '%s': see 'pmsearch mechanisms'", name);
}

enum pm_status pm_filter_read(sqlite3 *db, const struct pm_filter *f, struct pm_arena *a,
                              struct pm_docset *out, struct pm_error *err)
{
    const char *const values[] = {f->lang,    f->since,   f->until,
                                  f->company, f->service, f->mechanism};
    *out = (struct pm_docset){.all = true};
    enum pm_status st = check_mechanism(db, f->mechanism, err);
    if (st != PM_OK)
        return st;
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        if (values[i] != NULL)
            out->all = false;
    if (out->all)
        return PM_OK;
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
        return pm_fail(err, PM_EDB, "unable to read the index: %s", sqlite3_errmsg(db));
    for (int i = 0; i < (int)(sizeof values / sizeof *values); i++)
        (void)sqlite3_bind_text(stmt, i + 1, values[i], -1, SQLITE_STATIC);
    out->limit = max_id(db) + 1;
    out->bits = pm_arena_alloc(a, (size_t)out->limit / 8 + 1);
    while (out->bits != NULL && sqlite3_step(stmt) == SQLITE_ROW) {
        int64_t id = sqlite3_column_int64(stmt, 0);
        if (id >= 0 && id < out->limit)
            out->bits[id / 8] |= (unsigned char)(1U << (id % 8));
    }
    (void)sqlite3_finalize(stmt);
    return out->bits == NULL ? pm_fail(err, PM_ENOMEM, "out of memory") : PM_OK;
}
