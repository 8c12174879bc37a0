#include "query/listing.h"

#include <string.h>

#include "lib/sentence.h"

enum { PASSAGE = 240 }; /* bytes, from which on no further sentence is taken */

bool pm_filter_is_set(const struct pm_filter *f)
{
    return f->lang != NULL || f->since != NULL || f->until != NULL || f->company != NULL ||
           f->mechanism != NULL || f->service != NULL;
}

enum pm_status pm_listing_find(sqlite3 *db, const struct pm_filter *f, size_t n, struct pm_arena *a,
                               struct pm_hits *out, struct pm_error *err)
{
    struct pm_docset allowed;
    sqlite3_stmt *stmt = NULL;
    size_t cap = 0;
    *out = (struct pm_hits){0};
    enum pm_status st = pm_filter_read(db, f, a, &allowed, err);
    if (st != PM_OK)
        return st;
    if (sqlite3_prepare_v2(db,
                           "SELECT id FROM document WHERE kind = 'incident'"
                           " ORDER BY date IS NULL, date DESC, name",
                           -1, &stmt, NULL) != SQLITE_OK)
        return pm_fail(err, PM_EDB, "unable to read the index: %s", sqlite3_errmsg(db));
    while (st == PM_OK && sqlite3_step(stmt) == SQLITE_ROW) {
        int64_t id = sqlite3_column_int64(stmt, 0);
        if (!pm_docset_has(&allowed, id) || (out->matching++ >= n && n > 0))
            continue;
        struct pm_hit *grown =
            pm_arena_grow(a, out->items, out->count, out->count + 1, sizeof *grown, &cap);
        if (grown == NULL) {
            st = pm_fail(err, PM_ENOMEM, "out of memory");
            break;
        }
        out->items = grown;
        grown[out->count++] = (struct pm_hit){.document = id};
    }
    (void)sqlite3_finalize(stmt);
    return st;
}

enum pm_status pm_listing_snippet(sqlite3 *db, int64_t document, struct pm_arena *a,
                                  struct pm_snippet *out, struct pm_error *err)
{
    sqlite3_stmt *stmt = NULL;
    *out = (struct pm_snippet){.text = "", .section = PM_SEC_OTHER};
    if (sqlite3_prepare_v2(
            db,
            "SELECT name, text, line FROM section WHERE document_id = ?1 AND text <> ''"
            " AND heading IS NOT 'meta' ORDER BY name = 'title', name <> 'cause',"
            " name <> 'summary', seq LIMIT 1",
            -1, &stmt, NULL) != SQLITE_OK)
        return pm_fail(err, PM_EDB, "unable to read the index: %s", sqlite3_errmsg(db));
    (void)sqlite3_bind_int64(stmt, 1, document);
    if (sqlite3_step(stmt) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(stmt, 0);
        const char *text = (const char *)sqlite3_column_text(stmt, 1);
        size_t len = (size_t)sqlite3_column_bytes(stmt, 1), pos = 0, start, n, end = 0;
        while (end < PASSAGE && pm_sentence_next(text, len, &pos, &start, &n))
            end = start + n;
        enum pm_section section = pm_section_from_name(name, strlen(name));
        out->text = pm_arena_strndup(a, text, end);
        out->len = end;
        out->section = section == PM_SEC_COUNT ? PM_SEC_OTHER : section;
        out->line = sqlite3_column_int(stmt, 2);
    }
    (void)sqlite3_finalize(stmt);
    return out->text == NULL ? pm_fail(err, PM_ENOMEM, "out of memory") : PM_OK;
}
