#include "query/mechanism_class.h"

#include <stdio.h>

#include "lib/json.h"
#include "query/info.h"

static enum pm_status db_error(sqlite3 *db, struct pm_error *err)
{
    return pm_fail(err, PM_EDB, "unable to read the mechanisms: %s", sqlite3_errmsg(db));
}

static enum pm_status prepare(sqlite3 *db, const char *sql, const char *id, sqlite3_stmt **stmt,
                              struct pm_error *err)
{
    if (sqlite3_prepare_v2(db, sql, -1, stmt, NULL) != SQLITE_OK)
        return db_error(db, err);
    (void)sqlite3_bind_text(*stmt, 1, id, -1, SQLITE_STATIC);
    return PM_OK;
}

enum pm_status pm_mechanism_class_find(sqlite3 *db, const char *id, bool *found,
                                       struct pm_error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum pm_status st =
        prepare(db, "SELECT 1 FROM mechanism_class WHERE name = ?1", id, &stmt, err);
    *found = st == PM_OK && sqlite3_step(stmt) == SQLITE_ROW;
    (void)sqlite3_finalize(stmt);
    return st;
}

struct list {
    int64_t *documents; /* surest first */
    double *confidence;
    size_t n, shown;
};

static enum pm_status read_incidents(struct pm_context *c, const char *id, struct list *out)
{
    static const char sql[] =
        "SELECT x.document_id, max(x.confidence) FROM ("
        "  SELECT document_id, confidence FROM document_class WHERE class = ?1 UNION ALL"
        "  SELECT l.document_id, l.confidence FROM document_mechanism l"
        "  JOIN mechanism m ON m.name = l.mechanism WHERE m.class = ?1 AND m.axis <> 'cause') x"
        " JOIN document d ON d.id = x.document_id"
        " GROUP BY x.document_id ORDER BY 2 DESC, d.date DESC, d.name";
    sqlite3_stmt *rows = NULL;
    size_t cap = 0, cap_confidence = 0;
    *out = (struct list){0};
    enum pm_status st = prepare(c->db, sql, id, &rows, &c->err);
    while (st == PM_OK && sqlite3_step(rows) == SQLITE_ROW) {
        int64_t *documents =
            pm_arena_grow(&c->arena, out->documents, out->n, out->n + 1, sizeof *documents, &cap);
        double *confidence = pm_arena_grow(&c->arena, out->confidence, out->n, out->n + 1,
                                           sizeof *confidence, &cap_confidence);
        if (documents == NULL || confidence == NULL) {
            st = pm_fail(&c->err, PM_ENOMEM, "out of memory");
            break;
        }
        out->documents = documents;
        out->confidence = confidence;
        documents[out->n] = sqlite3_column_int64(rows, 0);
        confidence[out->n++] = sqlite3_column_double(rows, 1);
    }
    (void)sqlite3_finalize(rows);
    out->shown = c->options.n == 0 || c->options.n > out->n ? out->n : c->options.n;
    return st;
}

static void put_heading(const struct pm_context *c, size_t n, struct pm_out *out)
{
    char number[24];
    const char *const args[] = {number};
    struct pm_buf heading = {0};
    (void)snprintf(number, sizeof number, "%zu", n);
    pm_ui_format(c->ui, &heading, "card.here", args, 1);
    pm_out_raw(out, "\n");
    pm_out_text(out, PM_STYLE_SECTION, pm_buf_text(&heading));
    pm_out_raw(out, "\n");
    pm_buf_free(&heading);
}

static void put_incident(const struct pm_info *info, double confidence, struct pm_out *out)
{
    char sure[24];
    (void)snprintf(sure, sizeof sure, "%4.0f %%  ", confidence * 100);
    pm_out_text(out, PM_STYLE_FAINT, sure);
    pm_out_text(out, PM_STYLE_FAINT, info->date == NULL ? "          " : info->date);
    pm_out_raw(out, "  ");
    pm_out_title(out, info->title);
    pm_out_raw(out, "  ");
    pm_out_text(out, PM_STYLE_FAINT, info->name);
    pm_out_wrap(out, 20, SIZE_MAX);
    pm_out_raw(out, "\n");
}

enum pm_status pm_mechanism_class_incidents(struct pm_context *c, const char *id,
                                            struct pm_out *out)
{
    struct list list;
    enum pm_status st = read_incidents(c, id, &list);
    if (st == PM_OK)
        put_heading(c, list.n, out);
    for (size_t i = 0; st == PM_OK && i < list.shown; i++) {
        struct pm_info info;
        st = pm_info_read(c->db, list.documents[i], &c->arena, &info, &c->err);
        if (st == PM_OK)
            put_incident(&info, list.confidence[i], out);
    }
    return st;
}

static enum pm_status json_head(struct pm_context *c, const char *id, struct pm_json *j)
{
    sqlite3_stmt *row = NULL;
    enum pm_status st = prepare(c->db, "SELECT en, ja, axis FROM mechanism_class WHERE name = ?1",
                                id, &row, &c->err);
    if (st == PM_OK && sqlite3_step(row) == SQLITE_ROW) {
        pm_json_string(j, "en", (const char *)sqlite3_column_text(row, 0));
        pm_json_string(j, "ja", (const char *)sqlite3_column_text(row, 1));
        pm_json_string(j, "axis", (const char *)sqlite3_column_text(row, 2));
    }
    (void)sqlite3_finalize(row);
    return st;
}

static enum pm_status json_mechanisms(struct pm_context *c, const char *id, struct pm_json *j)
{
    static const char sql[] = "SELECT m.name, count(x.document_id) AS n FROM mechanism m"
                              " LEFT JOIN document_mechanism x ON x.mechanism = m.name"
                              " WHERE m.class = ?1 GROUP BY m.name ORDER BY n DESC, m.name";
    sqlite3_stmt *rows = NULL;
    enum pm_status st = prepare(c->db, sql, id, &rows, &c->err);
    pm_json_array(j, "mechanisms");
    while (st == PM_OK && sqlite3_step(rows) == SQLITE_ROW) {
        pm_json_object(j, NULL);
        pm_json_string(j, "id", (const char *)sqlite3_column_text(rows, 0));
        pm_json_int(j, "incidents", sqlite3_column_int64(rows, 1));
        pm_json_end_object(j);
    }
    pm_json_end_array(j);
    (void)sqlite3_finalize(rows);
    return st;
}

enum pm_status pm_mechanism_class_json(struct pm_context *c, const char *id, struct pm_buf *out)
{
    struct list list;
    struct pm_json j;
    enum pm_status st = read_incidents(c, id, &list);
    pm_json_begin(&j, out);
    pm_json_object(&j, NULL);
    pm_json_int(&j, "v", 1);
    pm_json_string(&j, "type", "class");
    pm_json_string(&j, "id", id);
    if (st == PM_OK)
        st = json_head(c, id, &j);
    pm_json_int(&j, "incidents", (int64_t)list.n);
    if (st == PM_OK)
        st = json_mechanisms(c, id, &j);
    pm_json_array(&j, "shown_by");
    for (size_t i = 0; st == PM_OK && i < list.shown; i++) {
        struct pm_info info;
        st = pm_info_read(c->db, list.documents[i], &c->arena, &info, &c->err);
        if (st != PM_OK)
            break;
        pm_json_object(&j, NULL);
        pm_json_string(&j, "id", info.name);
        pm_json_string(&j, "title", info.title);
        pm_json_string(&j, "date", info.date);
        pm_json_double(&j, "score", list.confidence[i]);
        pm_json_end_object(&j);
    }
    pm_json_end_array(&j);
    pm_json_end_object(&j);
    pm_buf_addc(out, '\n');
    return st;
}
