#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "lib/json.h"
#include "lib/utf8.h"
#include "query/context.h"
#include "query/info.h"
#include "query/labels.h"
#include "query/out.h"
#include "query/render.h"

enum { LABEL_COLUMNS = 14 };

static enum pm_status prepare(struct pm_context *c, const char *sql, int64_t document,
                              sqlite3_stmt **stmt)
{
    if (sqlite3_prepare_v2(c->db, sql, -1, stmt, NULL) != SQLITE_OK)
        return pm_fail(&c->err, PM_EDB, "unable to read the index: %s", sqlite3_errmsg(c->db));
    (void)sqlite3_bind_int64(*stmt, 1, document);
    return PM_OK;
}

static const char *column(sqlite3_stmt *stmt, int i)
{
    return (const char *)sqlite3_column_text(stmt, i);
}

static void put_fact(const struct pm_context *c, struct pm_out *out, const char *key,
                     const char *value)
{
    if (value == NULL || *value == '\0')
        return;
    pm_out_text(out, PM_STYLE_FAINT, pm_ui_text(c->ui, key));
    pm_out_pad(out, LABEL_COLUMNS);
    pm_out_raw(out, " ");
    pm_out_text(out, PM_STYLE_PLAIN, value);
    pm_out_raw(out, "\n");
}

/* All values of a one-column list, joined by commas. */
static enum pm_status put_list(struct pm_context *c, struct pm_out *out, const char *key,
                               const char *sql, int64_t document)
{
    sqlite3_stmt *stmt = NULL;
    struct pm_buf joined = {0};
    enum pm_status st = prepare(c, sql, document, &stmt);
    while (st == PM_OK && sqlite3_step(stmt) == SQLITE_ROW) {
        if (joined.len > 0)
            pm_buf_adds(&joined, ", ");
        pm_buf_adds(&joined, column(stmt, 0));
    }
    put_fact(c, out, key, pm_buf_text(&joined));
    (void)sqlite3_finalize(stmt);
    pm_buf_free(&joined);
    return st;
}

static void put_duration(const struct pm_context *c, struct pm_out *out, int64_t minutes)
{
    if (minutes < 0)
        return;
    char whole[32], rest[32];
    (void)snprintf(whole, sizeof whole, "%lld", (long long)(minutes < 60 ? minutes : minutes / 60));
    (void)snprintf(rest, sizeof rest, "%lld", (long long)(minutes % 60));
    const char *const args[] = {whole, rest};
    struct pm_buf text = {0};
    pm_ui_format(c->ui, &text, minutes < 60 ? "show.minutes" : "show.hours", args, 2);
    put_fact(c, out, "show.duration", pm_buf_text(&text));
    pm_buf_free(&text);
}

static enum pm_status put_facts(struct pm_context *c, struct pm_out *out, int64_t document,
                                const struct pm_info *info)
{
    pm_out_text(out, PM_STYLE_TITLE, info->title);
    pm_out_wrap(out, 0, SIZE_MAX);
    pm_out_raw(out, "\n\n");
    put_fact(c, out, "show.id", info->name);
    put_fact(c, out, "show.date", info->date);
    put_fact(c, out, "show.start", info->start);
    put_fact(c, out, "show.end", info->end);
    put_duration(c, out, info->duration_min);
    put_fact(c, out, "show.severity", info->severity);
    put_fact(c, out, "show.status", info->status);
    put_fact(c, out, "show.company", info->company);
    put_fact(c, out, "show.product", info->product);
    enum pm_status st =
        put_list(c, out, "show.services",
                 "SELECT component FROM document_component WHERE document_id = ?1", document);
    if (st == PM_OK)
        st = put_list(c, out, "show.tags", "SELECT tag FROM document_tag WHERE document_id = ?1",
                      document);
    if (st == PM_OK)
        st = put_list(c, out, "show.authors",
                      "SELECT author FROM document_author WHERE document_id = ?1", document);
    put_fact(c, out, "show.url", info->url);
    put_fact(c, out, "show.path", info->path);
    return st;
}

static void put_heading(const struct pm_context *c, struct pm_out *out, enum pm_section s,
                        const char *heading)
{
    pm_out_raw(out, "\n");
    pm_out_text(out, PM_STYLE_SECTION, pm_ui_section(c->ui, s));
    bool says_more = heading != NULL && strcasecmp(heading, pm_ui_section(c->ui, s)) != 0;
    if (says_more && *heading != '\0') {
        pm_out_raw(out, "  ");
        pm_out_text(out, PM_STYLE_FAINT, heading);
    }
    pm_out_raw(out, "\n");
}

/* The classes of its causes, then the mechanisms that it shows, each with the sentence that
 * shows it. */
static enum pm_status put_mechanisms(struct pm_context *c, struct pm_out *out, int64_t document)
{
    struct pm_shown_labels labels;
    enum pm_status st = pm_labels_read(&c->labels, c->db, document, &c->arena, &labels, &c->err);
    if (st != PM_OK || labels.count + labels.n_classes == 0)
        return st;
    pm_out_raw(out, "\n");
    pm_out_text(out, PM_STYLE_SECTION, pm_ui_text(c->ui, "show.mechanisms"));
    pm_out_raw(out, "\n");
    for (size_t i = 0; i < labels.n_classes; i++) {
        const struct pm_shown_class *k = &labels.classes[i];
        char sure[24];
        (void)snprintf(sure, sizeof sure, "  %.0f %%", k->confidence * 100);
        pm_out_raw(out, "  ");
        pm_out_text(out, PM_STYLE_PLAIN, pm_ui_choose(c->ui, k->en, k->ja));
        pm_out_raw(out, "  ");
        pm_out_text(out, PM_STYLE_FAINT, k->name);
        pm_out_text(out, PM_STYLE_FAINT, sure);
        pm_out_wrap(out, 4, SIZE_MAX);
        pm_out_raw(out, "\n");
    }
    for (size_t i = 0; i < labels.count; i++) {
        const struct pm_shown_label *l = &labels.items[i];
        struct pm_snippet line = {.text = l->sentence, .len = strlen(l->sentence)};
        char sure[24];
        (void)snprintf(sure, sizeof sure, "  %.0f %%", l->confidence * 100);
        pm_out_raw(out, "  ");
        pm_out_text(out, PM_STYLE_TITLE, pm_ui_choose(c->ui, l->en, l->ja));
        pm_out_raw(out, "  ");
        pm_out_text(out, PM_STYLE_FAINT, l->name);
        pm_out_text(out, PM_STYLE_FAINT, sure);
        pm_out_wrap(out, 4, SIZE_MAX);
        pm_out_raw(out, "\n");
        pm_out_passage(out, &line, 4, 3);
    }
    return PM_OK;
}

/* Text of a section, wrapped, a paragraph a line of the stored text. */
static void put_text(struct pm_out *out, const char *text)
{
    while (*text != '\0') {
        size_t n = strcspn(text, "\n");
        struct pm_snippet line = {.text = text, .len = n};
        if (n > 0)
            pm_out_passage(out, &line, 2, SIZE_MAX);
        text += n + (text[n] == '\n');
    }
}

/* Sections in canonical order, each in the order of the document. Timelines are shown
 * as a table where one could be read. */
static enum pm_status put_sections(struct pm_context *c, struct pm_out *out, int64_t document,
                                   bool has_events)
{
    for (int s = PM_SEC_SUMMARY; s < PM_SEC_COUNT; s++) {
        if (s == PM_SEC_TIMELINE && has_events)
            continue;
        sqlite3_stmt *stmt = NULL;
        enum pm_status st = prepare(c,
                                    "SELECT heading, text FROM section WHERE document_id = ?1"
                                    " AND name = ?2 ORDER BY seq",
                                    document, &stmt);
        if (st != PM_OK)
            return st;
        (void)sqlite3_bind_text(stmt, 2, pm_section_name((enum pm_section)s), -1, SQLITE_STATIC);
        while (sqlite3_step(stmt) == SQLITE_ROW) {
            const char *heading = column(stmt, 0), *text = column(stmt, 1);
            if (heading != NULL && strcmp(heading, "meta") == 0)
                continue;
            put_heading(c, out, (enum pm_section)s, heading);
            put_text(out, text == NULL ? "" : text);
        }
        (void)sqlite3_finalize(stmt);
    }
    return PM_OK;
}

static enum pm_status put_events(struct pm_context *c, struct pm_out *out, int64_t document,
                                 bool *any)
{
    sqlite3_stmt *stmt = NULL;
    size_t widest = 0;
    enum pm_status st =
        prepare(c, "SELECT time, what FROM timeline_event WHERE document_id = ?1 ORDER BY seq",
                document, &stmt);
    for (; st == PM_OK && sqlite3_step(stmt) == SQLITE_ROW; *any = true) {
        size_t w = pm_utf8_width(column(stmt, 0), strlen(column(stmt, 0)));
        widest = w > widest ? w : widest;
    }
    if (widest > 30)
        widest = 30;
    if (st == PM_OK && *any) {
        put_heading(c, out, PM_SEC_TIMELINE, NULL);
        (void)sqlite3_reset(stmt);
    }
    while (st == PM_OK && *any && sqlite3_step(stmt) == SQLITE_ROW) {
        const char *what = column(stmt, 1);
        struct pm_snippet line = {.text = what, .len = strlen(what)};
        pm_out_raw(out, "  ");
        pm_out_text(out, PM_STYLE_FAINT, column(stmt, 0));
        if (pm_out_column(out) > widest + 2)
            pm_out_raw(out, "\n");
        pm_out_passage(out, &line, widest + 4, SIZE_MAX);
    }
    (void)sqlite3_finalize(stmt);
    return st;
}

static void put_action(const struct pm_context *c, struct pm_out *out, sqlite3_stmt *stmt)
{
    const char *what = column(stmt, 0), *owner = column(stmt, 1), *due = column(stmt, 2);
    const char *state = column(stmt, 3), *kind = column(stmt, 4);
    bool done = state != NULL && strcmp(state, "done") == 0;
    bool dropped = state != NULL && strcmp(state, "dropped") == 0;
    pm_out_raw(out, done ? "  [x] " : dropped ? "  [-] " : "  [ ] ");
    struct pm_buf text = {0};
    pm_buf_adds(&text, what);
    if (owner != NULL && *owner != '\0')
        pm_buf_addf(&text, "  (%s: %s)", pm_ui_text(c->ui, "show.owner"), owner);
    if (due != NULL && *due != '\0')
        pm_buf_addf(&text, "  (%s: %s)", pm_ui_text(c->ui, "show.due"), due);
    if (kind != NULL && *kind != '\0') {
        char key[40];
        (void)snprintf(key, sizeof key, "kind.%s", kind);
        pm_buf_addf(&text, "  [%s]", pm_ui_text(c->ui, key));
    }
    struct pm_snippet line = {.text = pm_buf_text(&text), .len = text.len};
    pm_out_passage(out, &line, 6, SIZE_MAX);
    pm_buf_free(&text);
}

static enum pm_status put_actions(struct pm_context *c, struct pm_out *out, int64_t document)
{
    sqlite3_stmt *stmt = NULL;
    enum pm_status st = prepare(c,
                                "SELECT what, owner, due, state, kind FROM action_item"
                                " WHERE document_id = ?1 ORDER BY seq",
                                document, &stmt);
    for (bool first = true; st == PM_OK && sqlite3_step(stmt) == SQLITE_ROW; first = false) {
        if (first) {
            pm_out_raw(out, "\n");
            pm_out_text(out, PM_STYLE_SECTION, pm_ui_text(c->ui, "show.actions"));
            pm_out_raw(out, "\n");
        }
        put_action(c, out, stmt);
    }
    (void)sqlite3_finalize(stmt);
    return st;
}

/* One array of objects: the columns of sql under their own names. */
static enum pm_status json_rows(struct pm_context *c, struct pm_json *j, const char *key,
                                const char *sql, int64_t document)
{
    sqlite3_stmt *stmt = NULL;
    enum pm_status st = prepare(c, sql, document, &stmt);
    pm_json_array(j, key);
    while (st == PM_OK && sqlite3_step(stmt) == SQLITE_ROW) {
        int n = sqlite3_column_count(stmt);
        if (n > 1)
            pm_json_object(j, NULL);
        for (int i = 0; i < n; i++) {
            const char *name = n > 1 ? sqlite3_column_name(stmt, i) : NULL;
            if (sqlite3_column_type(stmt, i) == SQLITE_INTEGER)
                pm_json_int(j, name, sqlite3_column_int64(stmt, i));
            else
                pm_json_string(j, name, column(stmt, i));
        }
        if (n > 1)
            pm_json_end_object(j);
    }
    pm_json_end_array(j);
    (void)sqlite3_finalize(stmt);
    return st;
}

static void json_facts(struct pm_json *j, const struct pm_info *info)
{
    pm_json_string(j, "id", info->name);
    pm_json_stringn(j, "path", info->path, info->path_len);
    if (!pm_utf8_valid(info->path, info->path_len, NULL))
        pm_json_base64(j, "path_b64", info->path, info->path_len);
    pm_json_string(j, "title", info->title);
    pm_json_string(j, "date", info->date);
    pm_json_optional(j, "start", info->start);
    pm_json_optional(j, "end", info->end);
    pm_json_optional(j, "published", info->published);
    pm_json_string(j, "lang", info->lang);
    pm_json_string(j, "kind", info->kind);
    if (info->duration_min >= 0)
        pm_json_int(j, "duration_min", info->duration_min);
    pm_json_optional(j, "severity", info->severity);
    pm_json_optional(j, "status", info->status);
    pm_json_optional(j, "company", info->company);
    pm_json_optional(j, "product", info->product);
    pm_json_optional(j, "url", info->url);
}

static enum pm_status show_json(struct pm_context *c, struct pm_buf *buf, int64_t document,
                                const struct pm_info *info)
{
    static const struct {
        const char *key, *sql;
    } lists[] = {
        {"services", "SELECT component FROM document_component WHERE document_id = ?1"},
        {"tags", "SELECT tag FROM document_tag WHERE document_id = ?1"},
        {"authors", "SELECT author FROM document_author WHERE document_id = ?1"},
        {"links", "SELECT url FROM document_link WHERE document_id = ?1"},
        {"sections", "SELECT name, heading, line, text FROM section WHERE document_id = ?1"
                     " ORDER BY seq"},
        {"actions", "SELECT what, owner, due, state, kind, line FROM action_item"
                    " WHERE document_id = ?1 ORDER BY seq"},
        {"timeline", "SELECT time, what, line FROM timeline_event WHERE document_id = ?1"
                     " ORDER BY seq"},
        {"warnings", "SELECT line, text FROM warning WHERE document_id = ?1 ORDER BY seq"},
    };
    struct pm_json j;
    pm_json_begin(&j, buf);
    pm_json_object(&j, NULL);
    pm_json_int(&j, "v", 1);
    pm_json_string(&j, "type", "document");
    json_facts(&j, info);
    enum pm_status st = PM_OK;
    for (size_t i = 0; st == PM_OK && i < sizeof lists / sizeof *lists; i++)
        st = json_rows(c, &j, lists[i].key, lists[i].sql, document);
    struct pm_shown_labels labels = {0};
    if (st == PM_OK)
        st = pm_labels_read(&c->labels, c->db, document, &c->arena, &labels, &c->err);
    pm_render_labels_json(&j, &labels);
    pm_json_end_object(&j);
    pm_buf_addc(buf, '\n');
    return st;
}

enum pm_status pm_cmd_show(struct pm_context *c, const char *const *operands, size_t n, bool *found)
{
    int64_t document = 0;
    struct pm_info info;
    bool has_events = false;
    if (n != 1)
        return pm_fail(&c->err, PM_EUSAGE, "'show' takes one ID or path");
    enum pm_status st = pm_info_find(c->db, operands[0], &document, &c->err);
    if (st == PM_OK)
        st = pm_info_read(c->db, document, &c->arena, &info, &c->err);
    if (st != PM_OK)
        return st;
    struct pm_out out;
    pm_out_init(&out, c->options.color);
    if (c->options.json) {
        st = show_json(c, &out.buf, document, &info);
    } else {
        struct pm_out events = {.color = out.color, .width = out.width};
        st = put_facts(c, &out, document, &info);
        if (st == PM_OK)
            st = put_mechanisms(c, &out, document);
        if (st == PM_OK)
            st = put_events(c, &events, document, &has_events);
        if (st == PM_OK)
            st = put_sections(c, &out, document, has_events);
        pm_buf_add(&out.buf, events.buf.data, events.buf.len);
        pm_buf_free(&events.buf);
        if (st == PM_OK)
            st = put_actions(c, &out, document);
    }
    *found = true;
    if (st == PM_OK)
        return pm_out_flush(&out, &c->err);
    pm_buf_free(&out.buf);
    return st;
}
