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
                          "  AND instr(lower(c.component), lower(?5)) > 0))";

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

enum pm_status pm_filter_read(sqlite3 *db, const struct pm_filter *f, struct pm_arena *a,
                              struct pm_docset *out, struct pm_error *err)
{
    const char *const values[] = {f->lang, f->since, f->until, f->company, f->service};
    *out = (struct pm_docset){.all = true};
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
