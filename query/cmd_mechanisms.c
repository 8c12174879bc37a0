#include <stdio.h>
#include <string.h>

#include "lib/json.h"
#include "lib/utf8.h"
#include "query/context.h"
#include "query/mechanism_card.h"
#include "query/mechanism_class.h"
#include "query/mechanism_text.h"
#include "query/out.h"

/* pmsearch mechanisms: the catalogue as a tree, by axis and class, with the number of
 * incidents that show each mechanism. */

enum { BAR_MAX = 12, COUNT_COLUMN = 6 };

struct lister {
    struct pm_context *c;
    struct pm_out out;
    int64_t most; /* incidents of one mechanism */
    char axis[32], class_name[64];
};

static const char *column(sqlite3_stmt *row, int i)
{
    const char *text = (const char *)sqlite3_column_text(row, i);
    return text == NULL ? "" : text;
}

static void put_bar(struct lister *l, int64_t count)
{
    char number[24];
    (void)snprintf(number, sizeof number, "%5lld ", (long long)count);
    pm_out_raw(&l->out, number);
    if (!l->out.color || l->most == 0)
        return;
    int width = (int)((count * BAR_MAX + l->most - 1) / l->most);
    struct pm_buf bar = {0};
    for (int i = 0; i < width; i++)
        pm_buf_adds(&bar, "\xE2\x96\x87");
    pm_out_pad(&l->out, COUNT_COLUMN);
    pm_out_text(&l->out, PM_STYLE_MARK, pm_buf_text(&bar));
    pm_out_pad(&l->out, COUNT_COLUMN + BAR_MAX + 1);
    pm_buf_free(&bar);
}

/* How many incidents a class of causes has, its mechanisms plainly shown or not. */
static void put_class_count(struct lister *l, int64_t count)
{
    char number[24];
    const char *const args[] = {number};
    struct pm_buf text = {0};
    if (count == 0)
        return;
    (void)snprintf(number, sizeof number, "%lld", (long long)count);
    pm_ui_format(l->c->ui, &text, "mechanisms.class", args, 1);
    pm_out_raw(&l->out, "  ");
    pm_out_text(&l->out, PM_STYLE_FAINT, pm_buf_text(&text));
    pm_buf_free(&text);
}

/* The headings of the tree: an axis, a class. */
static void put_place(struct lister *l, sqlite3_stmt *row)
{
    const struct pm_ui *ui = l->c->ui;
    if (strcmp(l->axis, column(row, 3)) != 0) {
        char key[48];
        (void)snprintf(l->axis, sizeof l->axis, "%s", column(row, 3));
        (void)snprintf(key, sizeof key, "axis.%s", l->axis);
        pm_out_raw(&l->out, l->out.buf.len > 0 ? "\n" : "");
        pm_out_text(&l->out, PM_STYLE_TITLE, pm_ui_text(ui, key));
        pm_out_raw(&l->out, "\n");
    }
    if (strcmp(l->class_name, column(row, 4)) != 0) {
        (void)snprintf(l->class_name, sizeof l->class_name, "%s", column(row, 4));
        pm_out_raw(&l->out, "  ");
        pm_out_text(&l->out, PM_STYLE_SECTION, pm_ui_choose(ui, column(row, 5), column(row, 6)));
        pm_out_raw(&l->out, "  ");
        pm_out_text(&l->out, PM_STYLE_FAINT, l->class_name);
        put_class_count(l, sqlite3_column_int64(row, 8));
        pm_out_raw(&l->out, "\n");
    }
}

static void put_row(struct lister *l, sqlite3_stmt *row)
{
    put_place(l, row);
    put_bar(l, sqlite3_column_int64(row, 7));
    size_t start = pm_out_column(&l->out);
    pm_out_text(&l->out, PM_STYLE_PLAIN, pm_ui_choose(l->c->ui, column(row, 1), column(row, 2)));
    pm_out_raw(&l->out, "  ");
    pm_out_text(&l->out, PM_STYLE_FAINT, column(row, 0));
    pm_out_wrap(&l->out, start, SIZE_MAX);
    pm_out_raw(&l->out, "\n");
}

static void put_json(struct lister *l, sqlite3_stmt *row)
{
    static const char *const keys[] = {"id", "en", "ja", "axis", "class"};
    struct pm_json j;
    pm_json_begin(&j, &l->out.buf);
    pm_json_object(&j, NULL);
    pm_json_int(&j, "v", 1);
    pm_json_string(&j, "type", "mechanism");
    for (int i = 0; i < 5; i++)
        pm_json_string(&j, keys[i], column(row, i));
    pm_json_int(&j, "incidents", sqlite3_column_int64(row, 7));
    pm_json_end_object(&j);
    pm_buf_addc(&l->out.buf, '\n');
}

/* The catalogue, or one class of it with its incidents. */
static enum pm_status list(struct pm_context *c, const char *only, bool *found)
{
    static const char sql[] =
        "SELECT m.name, m.en, m.ja, m.axis, m.class, k.en, k.ja,"
        " coalesce(x.n, 0) AS n, coalesce(c.n, 0)"
        " FROM mechanism m LEFT JOIN mechanism_class k ON k.name = m.class"
        " LEFT JOIN (SELECT mechanism, count(*) AS n FROM document_mechanism GROUP BY mechanism) x"
        " ON x.mechanism = m.name"
        " LEFT JOIN (SELECT class, count(*) AS n FROM document_class GROUP BY class) c"
        " ON c.class = m.class"
        " WHERE ?1 IS NULL OR m.class = ?1"
        " ORDER BY k.seq, n DESC, m.name";
    struct lister l = {.c = c};
    sqlite3_stmt *rows = NULL;
    if (sqlite3_prepare_v2(c->db, sql, -1, &rows, NULL) != SQLITE_OK)
        return pm_fail(&c->err, PM_EDB, "unable to read the index: %s", sqlite3_errmsg(c->db));
    pm_out_init(&l.out, c->options.color);
    (void)sqlite3_bind_text(rows, 1, only, -1, SQLITE_STATIC);
    while (sqlite3_step(rows) == SQLITE_ROW)
        l.most = sqlite3_column_int64(rows, 7) > l.most ? sqlite3_column_int64(rows, 7) : l.most;
    (void)sqlite3_reset(rows);
    while (sqlite3_step(rows) == SQLITE_ROW) {
        *found = true;
        if (c->options.json)
            put_json(&l, rows);
        else
            put_row(&l, rows);
    }
    (void)sqlite3_finalize(rows);
    enum pm_status st = only == NULL ? PM_OK : pm_mechanism_class_incidents(c, only, &l.out);
    if (st == PM_OK)
        return pm_out_flush(&l.out, &c->err);
    pm_buf_free(&l.out.buf);
    return st;
}

static enum pm_status show_class(struct pm_context *c, const char *id, bool *found)
{
    struct pm_out out;
    *found = true;
    if (!c->options.json)
        return list(c, id, found);
    pm_out_init(&out, c->options.color);
    enum pm_status st = pm_mechanism_class_json(c, id, &out.buf);
    if (st == PM_OK)
        return pm_out_flush(&out, &c->err);
    pm_buf_free(&out.buf);
    return st;
}

/* "no-such-card": nobody writes a text like that. */
static bool looks_like_id(const char *s)
{
    return strchr(s, '-') != NULL && s[strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-")] == '\0';
}

static void tell_unknown(const struct pm_context *c, const char *id)
{
    struct pm_buf message = {0};
    const char *const args[] = {id};
    pm_ui_format(c->ui, &message, "mechanisms.unknown", args, 1);
    (void)fprintf(stderr, "pmsearch: %s\n", pm_buf_text(&message));
    pm_buf_free(&message);
}

enum pm_status pm_cmd_mechanisms(struct pm_context *c, const char *const *operands, size_t n,
                                 bool *found)
{
    *found = false;
    if (n == 0)
        return list(c, NULL, found);
    int64_t number = 0;
    bool class_there = false;
    enum pm_status st = PM_OK;
    if (n == 1)
        st = pm_mechanism_find(c->db, operands[0], &number, &c->err);
    if (st == PM_OK && n == 1 && number == 0)
        st = pm_mechanism_class_find(c->db, operands[0], &class_there, &c->err);
    if (st != PM_OK)
        return st;
    if (class_there)
        return show_class(c, operands[0], found);
    if (number == 0 && n == 1 && looks_like_id(operands[0]))
        tell_unknown(c, operands[0]);
    if (number == 0)
        return pm_mechanism_text(c, operands, n, found);
    *found = true;
    return pm_mechanism_card(c, number);
}
