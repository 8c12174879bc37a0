#include "query/mechanism_card.h"

#include <stdio.h>
#include <string.h>

#include "lib/json.h"
#include "query/info.h"
#include "query/labels.h"
#include "query/out.h"
#include "query/remedies.h"

enum { FIXES = 2, ACTIONS = 4 };

/* The parts of a card as the index names them, with their messages. */
static const struct {
    const char *part, *key;
} parts[] = {
    {"told", "card.told"},   {"signatures", "card.signatures"}, {"checks", "card.checks"},
    {"fixes", "card.fixes"}, {"prevention", "card.prevention"}, {"watch", "card.watch"},
};

struct card {
    struct pm_context *c;
    int64_t number;
    const char *name, *en, *ja, *axis, *class_name, *class_en, *class_ja;
    const char *related, *components, *not_en, *not_ja;
    struct pm_remedy_cues cues;
    struct pm_out out;
};

static enum pm_status db_error(struct pm_context *c)
{
    return pm_fail(&c->err, PM_EDB, "unable to read the index: %s", sqlite3_errmsg(c->db));
}

enum pm_status pm_mechanism_find(sqlite3 *db, const char *id, int64_t *number, struct pm_error *err)
{
    sqlite3_stmt *stmt = NULL;
    *number = 0;
    if (sqlite3_prepare_v2(db, "SELECT id FROM mechanism WHERE name = ?1", -1, &stmt, NULL) !=
        SQLITE_OK)
        return pm_fail(err, PM_EDB, "unable to read the index: %s", sqlite3_errmsg(db));
    (void)sqlite3_bind_text(stmt, 1, id, -1, SQLITE_STATIC);
    if (sqlite3_step(stmt) == SQLITE_ROW)
        *number = sqlite3_column_int64(stmt, 0);
    (void)sqlite3_finalize(stmt);
    return PM_OK;
}

static const char *copy(struct card *k, sqlite3_stmt *row, int i)
{
    const char *text = (const char *)sqlite3_column_text(row, i);
    const char *kept = pm_arena_strdup(&k->c->arena, text == NULL ? "" : text);
    return kept == NULL ? "" : kept;
}

static enum pm_status read_card(struct card *k)
{
    static const char sql[] =
        "SELECT m.name, m.en, m.ja, m.axis, m.class, k.en, k.ja, m.related, m.components,"
        " m.not_en, m.not_ja FROM mechanism m LEFT JOIN mechanism_class k ON k.name = m.class"
        " WHERE m.id = ?1";
    sqlite3_stmt *row = NULL;
    if (sqlite3_prepare_v2(k->c->db, sql, -1, &row, NULL) != SQLITE_OK)
        return db_error(k->c);
    (void)sqlite3_bind_int64(row, 1, k->number);
    const char **fields[] = {&k->name,       &k->en,       &k->ja,       &k->axis,
                             &k->class_name, &k->class_en, &k->class_ja, &k->related,
                             &k->components, &k->not_en,   &k->not_ja};
    bool any = sqlite3_step(row) == SQLITE_ROW;
    for (int i = 0; any && i < (int)(sizeof fields / sizeof *fields); i++)
        *fields[i] = copy(k, row, i);
    (void)sqlite3_finalize(row);
    return any ? PM_OK : db_error(k->c);
}

/* The text of a part in the reader's language; logs have one language only. */
static const char *part_text(struct card *k, const char *part)
{
    const char *lang = pm_ui_lang(k->c->ui), *text = NULL;
    sqlite3_stmt *row = NULL;
    if (sqlite3_prepare_v2(k->c->db,
                           "SELECT text FROM mechanism_part WHERE mechanism_id = ?1 AND part = ?2"
                           " ORDER BY lang = ?3 DESC LIMIT 1",
                           -1, &row, NULL) != SQLITE_OK)
        return NULL;
    (void)sqlite3_bind_int64(row, 1, k->number);
    (void)sqlite3_bind_text(row, 2, part, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(row, 3, lang, -1, SQLITE_STATIC);
    if (sqlite3_step(row) == SQLITE_ROW)
        text = copy(k, row, 0);
    (void)sqlite3_finalize(row);
    return text;
}

/* Paragraphs and "- " items, wrapped. */
static void put_lines(struct pm_out *out, const char *text, size_t indent)
{
    while (*text != '\0') {
        size_t n = strcspn(text, "\n");
        bool item = n > 2 && memcmp(text, "- ", 2) == 0;
        struct pm_snippet line = {.text = text + (item ? 2 : 0), .len = n - (item ? 2 : 0)};
        if (item) {
            pm_out_pad(out, indent);
            pm_out_raw(out, "- ");
        }
        if (n > 0)
            pm_out_passage(out, &line, indent + (item ? 2 : 0), SIZE_MAX);
        text += n + (text[n] == '\n');
    }
}

static void put_fact(struct card *k, const char *key, const char *value)
{
    if (*value == '\0')
        return;
    pm_out_text(&k->out, PM_STYLE_FAINT, pm_ui_text(k->c->ui, key));
    pm_out_text(&k->out, PM_STYLE_FAINT, ": ");
    pm_out_text(&k->out, PM_STYLE_PLAIN, value);
    pm_out_wrap(&k->out, 2, SIZE_MAX);
    pm_out_raw(&k->out, "\n");
}

static void put_head(struct card *k)
{
    const struct pm_ui *ui = k->c->ui;
    bool ja = strcmp(pm_ui_lang(ui), "ja") == 0;
    struct pm_buf place = {0};
    char key[48];
    (void)snprintf(key, sizeof key, "axis.%s", k->axis);
    pm_buf_addf(&place, "%s > %s", pm_ui_text(ui, key), pm_ui_choose(ui, k->class_en, k->class_ja));
    pm_out_text(&k->out, PM_STYLE_TITLE, pm_ui_choose(ui, k->en, k->ja));
    pm_out_raw(&k->out, "  ");
    pm_out_text(&k->out, PM_STYLE_FAINT, ja ? k->en : k->ja);
    pm_out_raw(&k->out, "\n\n");
    put_fact(k, "card.id", k->name);
    put_fact(k, "card.class", pm_buf_text(&place));
    put_fact(k, "card.components", k->components);
    put_fact(k, "card.related", k->related);
    put_fact(k, "card.not", ja ? k->not_ja : k->not_en);
    pm_buf_free(&place);
}

static void put_remedy(struct card *k, const struct pm_remedy *r, bool action)
{
    bool done = r->state != NULL && strcmp(r->state, "done") == 0;
    bool dropped = r->state != NULL && strcmp(r->state, "dropped") == 0;
    struct pm_snippet line = {.text = r->text, .len = strlen(r->text)};
    pm_out_pad(&k->out, 4);
    pm_out_raw(&k->out, !action ? "+ " : done ? "[x] " : dropped ? "[-] " : "[ ] ");
    pm_out_passage(&k->out, &line, action ? 8 : 6, 3);
}

static enum pm_status read_incident(struct card *k, int64_t document, struct pm_info *info,
                                    struct pm_remedies *remedies)
{
    static const struct pm_remedy_limits max = {.fixes = FIXES, .actions = ACTIONS};
    struct pm_context *c = k->c;
    enum pm_status st = pm_info_read(c->db, document, &c->arena, info, &c->err);
    if (st == PM_OK)
        st = pm_remedies_read(c->db, &k->cues, document, &max, &c->arena, remedies, &c->err);
    return st;
}

static enum pm_status put_incident(struct card *k, int64_t document, const char *sentence)
{
    struct pm_info info;
    struct pm_remedies remedies;
    enum pm_status st = read_incident(k, document, &info, &remedies);
    if (st != PM_OK)
        return st;
    struct pm_snippet line = {.text = sentence, .len = strlen(sentence)};
    pm_out_raw(&k->out, "\n  ");
    pm_out_title(&k->out, info.title);
    pm_out_wrap(&k->out, 2, SIZE_MAX);
    pm_out_raw(&k->out, "\n    ");
    pm_out_text(&k->out, PM_STYLE_FAINT, info.date == NULL ? "" : info.date);
    pm_out_raw(&k->out, info.date == NULL ? "" : "  ");
    pm_out_text(&k->out, PM_STYLE_FAINT, info.name);
    pm_out_raw(&k->out, "\n");
    pm_out_passage(&k->out, &line, 4, 3);
    for (size_t i = 0; i < remedies.n_fixes; i++)
        put_remedy(k, &remedies.fixes[i], false);
    for (size_t i = 0; i < remedies.n_actions; i++)
        put_remedy(k, &remedies.actions[i], true);
    return PM_OK;
}

static void json_remedies(struct pm_json *j, const char *key, const struct pm_remedy *items,
                          size_t n)
{
    pm_json_array(j, key);
    for (size_t i = 0; i < n; i++) {
        pm_json_object(j, NULL);
        pm_json_string(j, "text", items[i].text);
        pm_json_string(j, "section", pm_section_name(items[i].section));
        pm_json_optional(j, "state", items[i].state);
        pm_json_optional(j, "kind", items[i].kind);
        pm_json_end_object(j);
    }
    pm_json_end_array(j);
}

static enum pm_status json_incident(struct card *k, struct pm_json *j, int64_t document,
                                    const char *sentence, double confidence)
{
    struct pm_info info;
    struct pm_remedies remedies;
    enum pm_status st = read_incident(k, document, &info, &remedies);
    if (st != PM_OK)
        return st;
    pm_json_object(j, NULL);
    pm_json_string(j, "id", info.name);
    pm_json_string(j, "title", info.title);
    pm_json_string(j, "date", info.date);
    pm_json_double(j, "score", confidence);
    pm_json_string(j, "sentence", sentence);
    json_remedies(j, "fixes", remedies.fixes, remedies.n_fixes);
    json_remedies(j, "actions", remedies.actions, remedies.n_actions);
    pm_json_end_object(j);
    return PM_OK;
}

/* The incidents that show the mechanism, surest first. j is NULL for text. */
static enum pm_status put_incidents(struct card *k, struct pm_json *j)
{
    static const char sql[] =
        "SELECT x.document_id, x.confidence, s.text, x.start, x.length FROM document_mechanism x"
        " JOIN section s ON s.document_id = x.document_id AND s.seq = x.seq"
        " JOIN document d ON d.id = x.document_id"
        " WHERE x.mechanism = ?1 ORDER BY x.confidence DESC, d.date DESC, d.name";
    struct pm_context *c = k->c;
    sqlite3_stmt *rows = NULL;
    if (sqlite3_prepare_v2(c->db, sql, -1, &rows, NULL) != SQLITE_OK)
        return db_error(c);
    (void)sqlite3_bind_text(rows, 1, k->name, -1, SQLITE_STATIC);
    enum pm_status st = PM_OK;
    for (size_t i = 0;
         st == PM_OK && (c->options.n == 0 || i < c->options.n) && sqlite3_step(rows) == SQLITE_ROW;
         i++) {
        const char *text = (const char *)sqlite3_column_text(rows, 2);
        size_t len = (size_t)sqlite3_column_bytes(rows, 2);
        size_t start = (size_t)sqlite3_column_int64(rows, 3);
        size_t n = (size_t)sqlite3_column_int64(rows, 4);
        if (text == NULL || start > len || n > len - start)
            continue;
        const char *sentence = pm_one_line(&c->arena, text + start, n);
        if (sentence == NULL)
            st = pm_fail(&c->err, PM_ENOMEM, "out of memory");
        else if (j == NULL)
            st = put_incident(k, sqlite3_column_int64(rows, 0), sentence);
        else
            st = json_incident(k, j, sqlite3_column_int64(rows, 0), sentence,
                               sqlite3_column_double(rows, 1));
    }
    (void)sqlite3_finalize(rows);
    return st;
}

static int64_t count_incidents(const struct card *k)
{
    sqlite3_stmt *row = NULL;
    int64_t n = 0;
    if (sqlite3_prepare_v2(k->c->db, "SELECT count(*) FROM document_mechanism WHERE mechanism = ?1",
                           -1, &row, NULL) == SQLITE_OK) {
        (void)sqlite3_bind_text(row, 1, k->name, -1, SQLITE_STATIC);
        if (sqlite3_step(row) == SQLITE_ROW)
            n = sqlite3_column_int64(row, 0);
    }
    (void)sqlite3_finalize(row);
    return n;
}

static enum pm_status put_card(struct card *k)
{
    put_head(k);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const char *text = part_text(k, parts[i].part);
        if (text == NULL)
            continue;
        pm_out_raw(&k->out, "\n");
        pm_out_text(&k->out, PM_STYLE_SECTION, pm_ui_text(k->c->ui, parts[i].key));
        pm_out_raw(&k->out, "\n");
        put_lines(&k->out, text, 2);
    }
    char number[24];
    (void)snprintf(number, sizeof number, "%lld", (long long)count_incidents(k));
    const char *const args[] = {number};
    struct pm_buf heading = {0};
    pm_ui_format(k->c->ui, &heading, "card.here", args, 1);
    pm_out_raw(&k->out, "\n");
    pm_out_text(&k->out, PM_STYLE_SECTION, pm_buf_text(&heading));
    pm_out_raw(&k->out, "\n");
    pm_buf_free(&heading);
    return put_incidents(k, NULL);
}

static enum pm_status json_card(struct card *k)
{
    struct pm_json j;
    pm_json_begin(&j, &k->out.buf);
    pm_json_object(&j, NULL);
    pm_json_int(&j, "v", 1);
    pm_json_string(&j, "type", "mechanism");
    pm_json_string(&j, "id", k->name);
    pm_json_string(&j, "en", k->en);
    pm_json_string(&j, "ja", k->ja);
    pm_json_string(&j, "axis", k->axis);
    pm_json_string(&j, "class", k->class_name);
    pm_json_string(&j, "related", k->related);
    pm_json_string(&j, "components", k->components);
    pm_json_string(&j, "not", pm_ui_choose(k->c->ui, k->not_en, k->not_ja));
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        pm_json_optional(&j, parts[i].part, part_text(k, parts[i].part));
    pm_json_int(&j, "incidents", count_incidents(k));
    pm_json_array(&j, "shown_by");
    enum pm_status st = put_incidents(k, &j);
    pm_json_end_array(&j);
    pm_json_end_object(&j);
    pm_buf_addc(&k->out.buf, '\n');
    return st;
}

enum pm_status pm_mechanism_card(struct pm_context *c, int64_t number)
{
    struct card k = {.c = c, .number = number};
    enum pm_status st = pm_remedy_cues_read(c->dict, &c->arena, &k.cues, &c->err);
    if (st == PM_OK)
        st = read_card(&k);
    if (st != PM_OK)
        return st;
    pm_out_init(&k.out, c->options.color);
    st = c->options.json ? json_card(&k) : put_card(&k);
    if (st == PM_OK)
        return pm_out_flush(&k.out, &c->err);
    pm_buf_free(&k.out.buf);
    return st;
}
