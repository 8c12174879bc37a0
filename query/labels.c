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

/* The statement, new or used before, for a document. */
static enum pm_status ready(sqlite3_stmt **stmt, sqlite3 *db, const char *sql, int64_t document,
                            struct pm_error *err)
{
    if (*stmt == NULL && sqlite3_prepare_v2(db, sql, -1, stmt, NULL) != SQLITE_OK)
        return pm_fail(err, PM_EDB, "unable to read the mechanisms: %s", sqlite3_errmsg(db));
    (void)sqlite3_reset(*stmt);
    (void)sqlite3_bind_int64(*stmt, 1, document);
    return PM_OK;
}

static enum pm_status read_classes(sqlite3_stmt *rows, struct pm_arena *a,
                                   struct pm_shown_labels *out, struct pm_error *err)
{
    size_t cap = 0;
    while (sqlite3_step(rows) == SQLITE_ROW) {
        struct pm_shown_class *grown =
            pm_arena_grow(a, out->classes, out->n_classes, out->n_classes + 1, sizeof *grown, &cap);
        struct pm_shown_class shown = {copy(a, rows, 0), copy(a, rows, 1), copy(a, rows, 2),
                                       sqlite3_column_double(rows, 3)};
        if (grown == NULL || shown.name == NULL || shown.en == NULL || shown.ja == NULL)
            return pm_fail(err, PM_ENOMEM, "out of memory");
        out->classes = grown;
        grown[out->n_classes++] = shown;
    }
    return PM_OK;
}

static enum pm_status read_labels(sqlite3_stmt *rows, struct pm_arena *a,
                                  struct pm_shown_labels *out, struct pm_error *err)
{
    size_t cap = 0;
    while (sqlite3_step(rows) == SQLITE_ROW) {
        struct pm_shown_label *grown =
            pm_arena_grow(a, out->items, out->count, out->count + 1, sizeof *grown, &cap);
        if (grown == NULL || !read_label(rows, a, &grown[out->count]))
            return pm_fail(err, PM_ENOMEM, "out of memory");
        out->items = grown;
        out->count++;
    }
    return PM_OK;
}

enum pm_status pm_labels_read(struct pm_label_reader *r, sqlite3 *db, int64_t document,
                              struct pm_arena *a, struct pm_shown_labels *out, struct pm_error *err)
{
    static const char labels[] =
        "SELECT m.name, m.en, m.ja, m.axis, m.class, k.en, k.ja, x.confidence, s.name, s.line,"
        " s.text, x.start, x.length FROM document_mechanism x"
        " JOIN mechanism m ON m.name = x.mechanism"
        " LEFT JOIN mechanism_class k ON k.name = m.class"
        " LEFT JOIN section s ON s.document_id = x.document_id AND s.seq = x.seq"
        " WHERE x.document_id = ?1 ORDER BY x.confidence DESC, m.name";
    static const char classes[] = "SELECT x.class, k.en, k.ja, x.confidence FROM document_class x"
                                  " JOIN mechanism_class k ON k.name = x.class"
                                  " WHERE x.document_id = ?1 ORDER BY x.confidence DESC, k.seq";
    *out = (struct pm_shown_labels){0};
    enum pm_status st = ready(&r->labels, db, labels, document, err);
    if (st == PM_OK)
        st = read_labels(r->labels, a, out, err);
    if (st == PM_OK)
        st = ready(&r->classes, db, classes, document, err);
    return st == PM_OK ? read_classes(r->classes, a, out, err) : st;
}

void pm_label_reader_close(struct pm_label_reader *r)
{
    (void)sqlite3_finalize(r->labels);
    (void)sqlite3_finalize(r->classes);
    *r = (struct pm_label_reader){0};
}
