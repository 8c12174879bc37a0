#include "query/corpus.h"

#include <string.h>

enum pm_status pm_corpus_read(sqlite3 *db, const struct pm_rank_weights *w,
                              struct pm_rank_corpus *out, struct pm_error *err)
{
    sqlite3_stmt *stmt = NULL;
    *out = (struct pm_rank_corpus){0};
    double sum = 0;
    if (sqlite3_prepare_v2(db, "SELECT key, value FROM meta", -1, &stmt, NULL) != SQLITE_OK)
        return pm_fail(err, PM_EDB, "unable to read the index: %s", sqlite3_errmsg(db));
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        const char *key = (const char *)sqlite3_column_text(stmt, 0);
        if (key == NULL)
            continue;
        if (strcmp(key, "documents") == 0)
            out->documents = sqlite3_column_double(stmt, 1);
        if (strncmp(key, "len.", 4) == 0) {
            enum pm_section s = pm_section_from_name(key + 4, strlen(key + 4));
            if (s != PM_SEC_COUNT)
                sum += w->section[s] * sqlite3_column_double(stmt, 1);
        }
    }
    (void)sqlite3_finalize(stmt);
    out->mean_length = out->documents > 0 ? sum / out->documents : 0;
    return PM_OK;
}
