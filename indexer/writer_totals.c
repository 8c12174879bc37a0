/* The sums over all documents, as rows of meta. */
#include <stdio.h>
#include <string.h>

#include "indexer/writer_internal.h"

static int64_t *total_of(struct pm_totals *t, const char *key)
{
    int64_t *sums = strncmp(key, "len.", 4) == 0 ? t->length
                    : strncmp(key, "n.", 2) == 0 ? t->nonempty
                                                 : NULL;
    if (strcmp(key, "documents") == 0)
        return &t->documents;
    if (strcmp(key, "incidents") == 0)
        return &t->incidents;
    if (sums == NULL)
        return NULL;
    const char *name = strchr(key, '.') + 1;
    enum pm_section s = pm_section_from_name(name, strlen(name));
    return s == PM_SEC_COUNT ? NULL : &sums[s];
}

enum pm_status pm_writer_load_totals(struct pm_writer *w, struct pm_error *err)
{
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(w->db, "SELECT key, value FROM meta", -1, &stmt, NULL);
    while (rc == SQLITE_OK && sqlite3_step(stmt) == SQLITE_ROW) {
        const char *key = (const char *)sqlite3_column_text(stmt, 0);
        int64_t *total = key == NULL ? NULL : total_of(&w->totals, key);
        if (total != NULL)
            *total = sqlite3_column_int64(stmt, 1);
    }
    (void)sqlite3_finalize(stmt);
    if (rc != SQLITE_OK)
        return pm_fail(err, PM_EDB, "unable to read the index: %s", sqlite3_errmsg(w->db));
    return PM_OK;
}

static enum pm_status put(struct pm_writer *w, const char *key, int64_t value, struct pm_error *err)
{
    sqlite3_stmt *stmt = pm_writer_statement(w, W_META_SET, err);
    if (stmt == NULL)
        return PM_EDB;
    pm_writer_bind(stmt, 1, key);
    (void)sqlite3_bind_int64(stmt, 2, value);
    return pm_writer_step(w, stmt, err);
}

enum pm_status pm_writer_store_totals(struct pm_writer *w, struct pm_error *err)
{
    enum pm_status st = put(w, "documents", w->totals.documents, err);
    if (st == PM_OK)
        st = put(w, "incidents", w->totals.incidents, err);
    for (int s = 0; st == PM_OK && s < PM_SEC_COUNT; s++) {
        char key[48];
        (void)snprintf(key, sizeof key, "len.%s", pm_section_name((enum pm_section)s));
        st = put(w, key, w->totals.length[s], err);
        (void)snprintf(key, sizeof key, "n.%s", pm_section_name((enum pm_section)s));
        if (st == PM_OK)
            st = put(w, key, w->totals.nonempty[s], err);
    }
    return st;
}
