#include "indexer/report.h"

#include <stdio.h>
#include <string.h>

#include "lib/json.h"
#include "lib/utf8.h"

struct count {
    const char *reason;
    size_t n;
};

enum { MAX_REASONS = 8 };

/* Count the reasons; what is behind the eighth is counted with it. */
static size_t count_reasons(const struct pm_report *r, struct count counts[MAX_REASONS])
{
    size_t used = 0;
    for (size_t i = 0; i < r->n_skips; i++) {
        size_t k = 0;
        while (k < used && strcmp(counts[k].reason, r->skips[i].reason) != 0)
            k++;
        if (k == used && used < MAX_REASONS)
            counts[used++] = (struct count){r->skips[i].reason, 0};
        counts[k < used ? k : used - 1].n++;
    }
    return used;
}

static void put_reasons(const struct pm_report *r, struct pm_buf *out)
{
    struct count counts[MAX_REASONS];
    size_t n = count_reasons(r, counts);
    for (size_t i = 0; i < n; i++) {
        pm_buf_adds(out, i == 0 ? " (" : ", ");
        pm_utf8_safe(counts[i].reason, strlen(counts[i].reason), out);
        pm_buf_addf(out, ": %zu", counts[i].n);
    }
    if (n > 0)
        pm_buf_addc(out, ')');
}

static void put_count(const struct pm_ui *ui, const char *key, size_t n, struct pm_buf *out)
{
    char number[24];
    const char *args[1] = {number};
    (void)snprintf(number, sizeof number, "%zu", n);
    pm_ui_format(ui, out, key, args, 1);
}

void pm_report_text(const struct pm_ui *ui, const struct pm_report *r, struct pm_buf *out)
{
    const char *comma = pm_ui_text(ui, "index.comma");
    if (r->nothing) {
        put_count(ui, "index.nothing", (size_t)r->documents, out);
    } else {
        put_count(ui, "index.added", r->added, out);
        pm_buf_adds(out, comma);
        put_count(ui, "index.changed", r->changed, out);
        pm_buf_adds(out, comma);
        if (r->renamed > 0) {
            put_count(ui, "index.renamed", r->renamed, out);
            pm_buf_adds(out, comma);
        }
        put_count(ui, "index.removed", r->removed, out);
        pm_buf_adds(out, comma);
        put_count(ui, "index.unchanged", r->unchanged, out);
    }
    if (!r->nothing || r->n_skips > 0) {
        pm_buf_adds(out, comma);
        put_count(ui, "index.skipped", r->n_skips, out);
        put_reasons(r, out);
    }
    pm_buf_addc(out, '\n');
}

static void put_path(struct pm_json *j, const char *path)
{
    size_t len = strlen(path);
    pm_json_stringn(j, "path", path, len);
    if (!pm_utf8_valid(path, len, NULL))
        pm_json_base64(j, "path_b64", path, len);
}

void pm_report_json(const struct pm_report *r, const struct pm_report_warnings *w, double seconds,
                    struct pm_buf *out)
{
    struct pm_json j;
    pm_json_begin(&j, out);
    pm_json_object(&j, NULL);
    pm_json_int(&j, "v", 1);
    pm_json_string(&j, "type", "index");
    pm_json_int(&j, "added", (int64_t)r->added);
    pm_json_int(&j, "changed", (int64_t)r->changed);
    pm_json_int(&j, "renamed", (int64_t)r->renamed);
    pm_json_int(&j, "removed", (int64_t)r->removed);
    pm_json_int(&j, "unchanged", (int64_t)r->unchanged);
    pm_json_array(&j, "skipped");
    for (size_t i = 0; i < r->n_skips; i++) {
        pm_json_object(&j, NULL);
        put_path(&j, r->skips[i].path);
        pm_json_string(&j, "reason", r->skips[i].reason);
        pm_json_end_object(&j);
    }
    pm_json_end_array(&j);
    pm_json_int(&j, "documents", r->documents);
    pm_json_array(&j, "warnings");
    for (size_t i = 0; i < w->count; i++) {
        pm_json_object(&j, NULL);
        put_path(&j, w->items[i].path);
        pm_json_int(&j, "line", w->items[i].line);
        pm_json_string(&j, "message", w->items[i].text);
        pm_json_end_object(&j);
    }
    pm_json_end_array(&j);
    pm_json_bool(&j, "refreshed", r->refreshed);
    pm_json_bool(&j, "rederived", r->rederived);
    pm_json_bool(&j, "interrupted", r->interrupted);
    pm_json_double(&j, "seconds", seconds);
    pm_json_end_object(&j);
    pm_buf_addc(out, '\n');
}

void pm_report_line(const char *path, int line, const char *text, struct pm_buf *out)
{
    pm_utf8_safe(path, strlen(path), out);
    if (line > 0)
        pm_buf_addf(out, ":%d", line);
    pm_buf_adds(out, ": ");
    pm_utf8_safe(text, strlen(text), out);
    pm_buf_addc(out, '\n');
}
