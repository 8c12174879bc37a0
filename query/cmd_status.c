#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/json.h"
#include "lib/store.h"
#include "lib/utf8.h"
#include "query/context.h"
#include "query/out.h"

enum { LABEL_COLUMNS = 26 };

struct counts {
    int64_t documents, incidents, others, ja, en, terms, roots;
    int64_t no_cause, no_detection, no_action;
    int64_t changed, gone, bytes;
    bool incomplete;
};

static int64_t count(struct pm_context *c, const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    int64_t v = 0;
    if (sqlite3_prepare_v2(c->db, sql, -1, &stmt, NULL) == SQLITE_OK &&
        sqlite3_step(stmt) == SQLITE_ROW)
        v = sqlite3_column_int64(stmt, 0);
    (void)sqlite3_finalize(stmt);
    return v;
}

static const char without_section[] =
    "SELECT count(*) FROM document d WHERE kind = 'incident' AND NOT EXISTS (SELECT 1 FROM"
    " section s WHERE s.document_id = d.id AND s.name = '%s' AND s.text <> '')";

static int64_t count_without(struct pm_context *c, const char *section)
{
    char *sql = sqlite3_mprintf(without_section, section);
    int64_t v = sql == NULL ? 0 : count(c, sql);
    sqlite3_free(sql);
    return v;
}

/* Every indexed file is looked at: this is the command that checks everything. */
static enum pm_status check_files(struct pm_context *c, struct counts *n)
{
    static const char sql[] = "SELECT CAST(r.real AS BLOB), d.rel, d.size, d.mtime_ns FROM document"
                              " d JOIN root r ON r.id = d.root_id";
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(c->db, sql, -1, &stmt, NULL) != SQLITE_OK)
        return pm_fail(&c->err, PM_EDB, "unable to read the index: %s", sqlite3_errmsg(c->db));
    struct pm_buf path = {0};
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        struct stat st;
        pm_buf_clear(&path);
        pm_buf_add(&path, sqlite3_column_blob(stmt, 0), (size_t)sqlite3_column_bytes(stmt, 0));
        if (stat(pm_buf_text(&path), &st) == 0 && S_ISDIR(st.st_mode)) {
            pm_buf_addc(&path, '/');
            pm_buf_add(&path, sqlite3_column_blob(stmt, 1), (size_t)sqlite3_column_bytes(stmt, 1));
        }
        if (stat(pm_buf_text(&path), &st) != 0)
            n->gone++;
        else if (st.st_size != sqlite3_column_int64(stmt, 2) ||
                 (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec !=
                     sqlite3_column_int64(stmt, 3))
            n->changed++;
    }
    (void)sqlite3_finalize(stmt);
    pm_buf_free(&path);
    return PM_OK;
}

static enum pm_status read_counts(struct pm_context *c, struct counts *n)
{
    struct stat st;
    *n = (struct counts){
        .documents = count(c, "SELECT count(*) FROM document"),
        .incidents = count(c, "SELECT count(*) FROM document WHERE kind = 'incident'"),
        .ja = count(c, "SELECT count(*) FROM document WHERE lang = 'ja'"),
        .en = count(c, "SELECT count(*) FROM document WHERE lang = 'en'"),
        .terms = count(c, "SELECT count(*) FROM term"),
        .roots = count(c, "SELECT count(*) FROM root"),
        .no_cause = count_without(c, "cause"),
        .no_detection = count_without(c, "detection"),
        .no_action = count(c, "SELECT count(*) FROM document d WHERE kind = 'incident' AND NOT"
                              " EXISTS (SELECT 1 FROM action_item a WHERE a.document_id = d.id)"),
    };
    n->others = n->documents - n->incidents;
    n->bytes = stat(c->index, &st) == 0 ? st.st_size : 0;
    const char *incomplete = pm_store_meta(c->db, &c->arena, "incomplete");
    n->incomplete = incomplete != NULL && strcmp(incomplete, "0") != 0 && *incomplete != '\0';
    return check_files(c, n);
}

static void put(const struct pm_context *c, struct pm_out *out, const char *key,
                const char *section_key, const char *value)
{
    pm_out_text(out, PM_STYLE_FAINT, pm_ui_text(c->ui, key));
    if (section_key != NULL) {
        pm_out_raw(out, " ");
        pm_out_text(out, PM_STYLE_FAINT, pm_ui_text(c->ui, section_key));
    }
    pm_out_pad(out, LABEL_COLUMNS);
    pm_out_raw(out, " ");
    pm_out_text(out, PM_STYLE_PLAIN, value);
    pm_out_raw(out, "\n");
}

static void put_number(const struct pm_context *c, struct pm_out *out, const char *key,
                       const char *section_key, int64_t v)
{
    char text[32];
    (void)snprintf(text, sizeof text, "%lld", (long long)v);
    put(c, out, key, section_key, text);
}

static void put_roots(struct pm_context *c, struct pm_out *out)
{
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(c->db, "SELECT CAST(real AS TEXT) FROM root ORDER BY real", -1, &stmt,
                           NULL) != SQLITE_OK)
        return;
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        struct stat st;
        struct pm_buf line = {0};
        const char *root = (const char *)sqlite3_column_text(stmt, 0);
        pm_buf_adds(&line, root == NULL ? "" : root);
        if (root != NULL && stat(root, &st) != 0)
            pm_buf_addf(&line, " %s", pm_ui_text(c->ui, "status.rootgone"));
        put(c, out, "status.roots", NULL, pm_buf_text(&line));
        pm_buf_free(&line);
    }
    (void)sqlite3_finalize(stmt);
}

static void status_text(struct pm_context *c, const struct counts *n, struct pm_out *out)
{
    char text[96];
    put(c, out, "status.index", NULL, c->index);
    (void)snprintf(text, sizeof text, "%.1f MB", (double)n->bytes / 1e6);
    put(c, out, "status.size", NULL, text);
    put_roots(c, out);
    put_number(c, out, "status.documents", NULL, n->documents);
    put_number(c, out, "status.incidents", NULL, n->incidents);
    put_number(c, out, "status.others", NULL, n->others);
    (void)snprintf(text, sizeof text, "ja %lld, en %lld", (long long)n->ja, (long long)n->en);
    put(c, out, "status.languages", NULL, text);
    put_number(c, out, "status.terms", NULL, n->terms);
    put_number(c, out, "status.missing", "section.cause", n->no_cause);
    put_number(c, out, "status.missing", "section.detection", n->no_detection);
    put_number(c, out, "status.missing", "status.actions", n->no_action);
    if (n->changed == 0 && n->gone == 0) {
        pm_out_text(out, PM_STYLE_PLAIN, pm_ui_text(c->ui, "status.fresh"));
        pm_out_raw(out, "\n");
    } else {
        put_number(c, out, "status.stale", NULL, n->changed);
        put_number(c, out, "status.gone", NULL, n->gone);
    }
    if (n->incomplete) {
        pm_out_text(out, PM_STYLE_BAD, pm_ui_text(c->ui, "search.incomplete"));
        pm_out_raw(out, "\n");
    }
}

static void status_json(struct pm_context *c, const struct counts *n, struct pm_buf *out)
{
    struct pm_json j;
    pm_json_begin(&j, out);
    pm_json_object(&j, NULL);
    pm_json_int(&j, "v", 1);
    pm_json_string(&j, "type", "status");
    pm_json_string(&j, "index", c->index);
    pm_json_int(&j, "bytes", n->bytes);
    pm_json_int(&j, "roots", n->roots);
    pm_json_int(&j, "documents", n->documents);
    pm_json_int(&j, "incidents", n->incidents);
    pm_json_int(&j, "others", n->others);
    pm_json_int(&j, "ja", n->ja);
    pm_json_int(&j, "en", n->en);
    pm_json_int(&j, "terms", n->terms);
    pm_json_int(&j, "without_cause", n->no_cause);
    pm_json_int(&j, "without_detection", n->no_detection);
    pm_json_int(&j, "without_action_item", n->no_action);
    pm_json_int(&j, "changed", n->changed);
    pm_json_int(&j, "gone", n->gone);
    pm_json_bool(&j, "incomplete", n->incomplete);
    pm_json_end_object(&j);
    pm_buf_addc(out, '\n');
}

enum pm_status pm_cmd_status(struct pm_context *c, const char *const *operands, size_t n,
                             bool *found)
{
    struct counts counts;
    if (n != 0)
        return pm_fail(&c->err, PM_EUSAGE, "'status' takes no operand, not '%s'", operands[0]);
    enum pm_status st = read_counts(c, &counts);
    if (st != PM_OK)
        return st;
    struct pm_out out;
    pm_out_init(&out, c->options.color);
    if (c->options.json)
        status_json(c, &counts, &out.buf);
    else
        status_text(c, &counts, &out);
    *found = counts.documents > 0;
    return pm_out_flush(&out, &c->err);
}
