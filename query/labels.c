#include "query/labels.h"

#include <string.h>

#include "lib/buf.h"

int pm_lines_before(const char *text, size_t len)
{
    int lines = 0;
    for (size_t i = 0; i < len; i++)
        lines += text[i] == '\n';
    return lines;
}

const char *pm_one_line(struct pm_arena *a, const char *text, size_t len)
{
    struct pm_buf b = {0};
    for (size_t i = 0; i < len; i++) {
        bool space = text[i] == ' ' || text[i] == '\n' || text[i] == '\t' || text[i] == '\r';
        if (!space)
            pm_buf_addc(&b, text[i]);
        else if (b.len > 0 && b.data[b.len - 1] != ' ')
            pm_buf_addc(&b, ' ');
    }
    const char *line = b.failed ? NULL : pm_arena_strdup(a, pm_buf_text(&b));
    pm_buf_free(&b);
    return line;
}

static const char *copy(struct pm_arena *a, sqlite3_stmt *row, int column)
{
    const char *text = (const char *)sqlite3_column_text(row, column);
    return pm_arena_strdup(a, text == NULL ? "" : text);
}

static bool read_label(sqlite3_stmt *row, struct pm_arena *a, struct pm_shown_label *out)
{
    const char *text = (const char *)sqlite3_column_text(row, 10);
    size_t len = (size_t)sqlite3_column_bytes(row, 10);
    size_t start = (size_t)sqlite3_column_int64(row, 11);
    size_t n = (size_t)sqlite3_column_int64(row, 12);
    if (text == NULL || start > len || n > len - start)
        start = n = 0;
    const char *section = (const char *)sqlite3_column_text(row, 8);
    *out = (struct pm_shown_label){
        .name = copy(a, row, 0),
        .en = copy(a, row, 1),
        .ja = copy(a, row, 2),
        .axis = copy(a, row, 3),
        .class_name = copy(a, row, 4),
        .class_en = copy(a, row, 5),
        .class_ja = copy(a, row, 6),
        .confidence = sqlite3_column_double(row, 7),
        .section = section == NULL ? PM_SEC_OTHER : pm_section_from_name(section, strlen(section)),
        .line = sqlite3_column_int(row, 9) + (text == NULL ? 0 : pm_lines_before(text, start)),
        .sentence = pm_one_line(a, text == NULL ? "" : text + start, n)};
    return out->name != NULL && out->en != NULL && out->ja != NULL && out->axis != NULL &&
           out->class_name != NULL && out->class_en != NULL && out->class_ja != NULL &&
           out->sentence != NULL;
}

static enum pm_status unreadable(sqlite3 *db, struct pm_error *err)
{
    return pm_fail(err, PM_EDB, "unable to read the mechanisms: %s", sqlite3_errmsg(db));
}

static enum pm_status read_classes(sqlite3 *db, int64_t document, struct pm_arena *a,
                                   struct pm_shown_labels *out, struct pm_error *err)
{
    static const char sql[] = "SELECT x.class, k.en, k.ja, x.confidence FROM document_class x"
                              " JOIN mechanism_class k ON k.name = x.class"
                              " WHERE x.document_id = ?1 ORDER BY x.confidence DESC, k.seq";
    sqlite3_stmt *rows = NULL;
    size_t cap = 0;
    if (sqlite3_prepare_v2(db, sql, -1, &rows, NULL) != SQLITE_OK)
        return unreadable(db, err);
    (void)sqlite3_bind_int64(rows, 1, document);
    enum pm_status st = PM_OK;
    while (st == PM_OK && sqlite3_step(rows) == SQLITE_ROW) {
        struct pm_shown_class *grown =
            pm_arena_grow(a, out->classes, out->n_classes, out->n_classes + 1, sizeof *grown, &cap);
        struct pm_shown_class shown = {copy(a, rows, 0), copy(a, rows, 1), copy(a, rows, 2),
                                       sqlite3_column_double(rows, 3)};
        if (grown == NULL || shown.name == NULL || shown.en == NULL || shown.ja == NULL) {
            st = pm_fail(err, PM_ENOMEM, "out of memory");
            break;
        }
        out->classes = grown;
        grown[out->n_classes++] = shown;
    }
    (void)sqlite3_finalize(rows);
    return st;
}

enum pm_status pm_labels_read(sqlite3 *db, int64_t document, struct pm_arena *a,
                              struct pm_shown_labels *out, struct pm_error *err)
{
    static const char sql[] =
        "SELECT m.name, m.en, m.ja, m.axis, m.class, k.en, k.ja, x.confidence, s.name, s.line,"
        " s.text, x.start, x.length FROM document_mechanism x"
        " JOIN mechanism m ON m.name = x.mechanism"
        " LEFT JOIN mechanism_class k ON k.name = m.class"
        " LEFT JOIN section s ON s.document_id = x.document_id AND s.seq = x.seq"
        " WHERE x.document_id = ?1 ORDER BY x.confidence DESC, m.name";
    sqlite3_stmt *rows = NULL;
    size_t cap = 0;
    *out = (struct pm_shown_labels){0};
    if (sqlite3_prepare_v2(db, sql, -1, &rows, NULL) != SQLITE_OK)
        return unreadable(db, err);
    (void)sqlite3_bind_int64(rows, 1, document);
    enum pm_status st = PM_OK;
    while (st == PM_OK && sqlite3_step(rows) == SQLITE_ROW) {
        struct pm_shown_label *grown =
            pm_arena_grow(a, out->items, out->count, out->count + 1, sizeof *grown, &cap);
        if (grown == NULL || !read_label(rows, a, &grown[out->count])) {
            st = pm_fail(err, PM_ENOMEM, "out of memory");
            break;
        }
        out->items = grown;
        out->count++;
    }
    (void)sqlite3_finalize(rows);
    return st == PM_OK ? read_classes(db, document, a, out, err) : st;
}
