#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/json.h"
#include "lib/store.h"
#include "lib/utf8.h"
#include "query/context.h"
#include "query/info.h"
#include "query/out.h"

struct counts {
    int64_t documents, incidents, others, ja, en, terms, roots;
    int64_t no_cause, no_detection, no_action;
    int64_t changed, gone, unreadable, bytes;
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
        enum pm_file_state state = pm_file_state(pm_buf_text(&path), sqlite3_column_int64(stmt, 2),
                                                 sqlite3_column_int64(stmt, 3));
        n->changed += state == PM_FILE_CHANGED;
        n->gone += state == PM_FILE_GONE;
        n->unreadable += state == PM_FILE_UNREADABLE;
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

/* The labels of the text output; some go on with the name of what is missing. */
enum label {
    INDEX,
    SIZE,
    ROOTS,
    DOCUMENTS,
    INCIDENTS,
    OTHERS,
    LANGUAGES,
    TERMS,
    NO_CAUSE,
    NO_DETECTION,
    NO_ACTION,
    CHANGED,
    GONE,
    UNREADABLE,
    LABELS
};

static const char *const labels[LABELS][2] = {
    [INDEX] = {"status.index"},
    [SIZE] = {"status.size"},
    [ROOTS] = {"status.roots"},
    [DOCUMENTS] = {"status.documents"},
    [INCIDENTS] = {"status.incidents"},
    [OTHERS] = {"status.others"},
    [LANGUAGES] = {"status.languages"},
    [TERMS] = {"status.terms"},
    [NO_CAUSE] = {"status.missing", "section.cause"},
    [NO_DETECTION] = {"status.missing", "section.detection"},
    [NO_ACTION] = {"status.missing", "status.actions"},
    [CHANGED] = {"status.stale"},
    [GONE] = {"status.gone"},
    [UNREADABLE] = {"status.unreadable"},
};

static void put_label(const struct pm_context *c, struct pm_out *out, enum label l)
{
    pm_out_text(out, PM_STYLE_FAINT, pm_ui_text(c->ui, labels[l][0]));
    if (labels[l][1] == NULL)
        return;
    pm_out_raw(out, " ");
    pm_out_text(out, PM_STYLE_FAINT, pm_ui_text(c->ui, labels[l][1]));
}

/* Where the values start: behind the widest label in the reader's language. */
static size_t value_column(const struct pm_context *c)
{
    size_t widest = 0;
    for (int l = 0; l < LABELS; l++) {
        struct pm_out label = {.color = false};
        put_label(c, &label, l);
        size_t columns = pm_out_column(&label);
        widest = columns > widest ? columns : widest;
        pm_buf_free(&label.buf);
    }
    return widest + 2;
}

struct sheet {
    struct pm_context *c;
    struct pm_out *out;
    size_t column;
};

static void put(const struct sheet *s, enum label l, const char *value)
{
    put_label(s->c, s->out, l);
    pm_out_pad(s->out, s->column);
    pm_out_text(s->out, PM_STYLE_PLAIN, value);
    pm_out_raw(s->out, "\n");
}

static void put_number(const struct sheet *s, enum label l, int64_t v)
{
    char text[32];
    (void)snprintf(text, sizeof text, "%lld", (long long)v);
    put(s, l, text);
}

static void put_roots(const struct sheet *s)
{
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(s->c->db, "SELECT CAST(real AS TEXT) FROM root ORDER BY real", -1, &stmt,
                           NULL) != SQLITE_OK)
        return;
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        struct pm_buf line = {0};
        const char *root = (const char *)sqlite3_column_text(stmt, 0);
        enum pm_file_state state = root == NULL ? PM_FILE_FRESH : pm_path_state(root);
        pm_buf_adds(&line, root == NULL ? "" : root);
        if (state != PM_FILE_FRESH)
            pm_buf_addf(&line, " %s",
                        pm_ui_text(s->c->ui, state == PM_FILE_GONE ? "status.rootgone"
                                                                   : "status.rootunreadable"));
        put(s, ROOTS, pm_buf_text(&line));
        pm_buf_free(&line);
    }
    (void)sqlite3_finalize(stmt);
}

static void put_freshness(const struct sheet *s, const struct counts *n)
{
    if (n->changed + n->gone + n->unreadable == 0) {
        pm_out_text(s->out, PM_STYLE_PLAIN, pm_ui_text(s->c->ui, "status.fresh"));
        pm_out_raw(s->out, "\n");
        return;
    }
    put_number(s, CHANGED, n->changed);
    put_number(s, GONE, n->gone);
    if (n->unreadable > 0)
        put_number(s, UNREADABLE, n->unreadable);
}

static void status_text(struct pm_context *c, const struct counts *n, struct pm_out *out)
{
    char text[96];
    const struct sheet s = {c, out, value_column(c)};
    put(&s, INDEX, c->index);
    (void)snprintf(text, sizeof text, "%.1f MB", (double)n->bytes / 1e6);
    put(&s, SIZE, text);
    put_roots(&s);
    put_number(&s, DOCUMENTS, n->documents);
    put_number(&s, INCIDENTS, n->incidents);
    put_number(&s, OTHERS, n->others);
    (void)snprintf(text, sizeof text, "ja %lld, en %lld", (long long)n->ja, (long long)n->en);
    put(&s, LANGUAGES, text);
    put_number(&s, TERMS, n->terms);
    put_number(&s, NO_CAUSE, n->no_cause);
    put_number(&s, NO_DETECTION, n->no_detection);
    put_number(&s, NO_ACTION, n->no_action);
    put_freshness(&s, n);
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
    pm_json_int(&j, "unreadable", n->unreadable);
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
