#include "lib/ui.h"

#include <stdlib.h>
#include <string.h>

struct entry {
    const char *key;
    const char *text;
};

struct pm_ui {
    struct pm_arena arena;
    struct entry *entries; /* sorted by key */
    size_t count, cap;
    int column; /* of the table: 1 English, 2 Japanese */
};

static int by_key(const void *a, const void *b)
{
    return strcmp(((const struct entry *)a)->key, ((const struct entry *)b)->key);
}

static enum pm_status add_row(void *ctx, int line, const char *const *cols, int n,
                              struct pm_error *err)
{
    struct pm_ui *ui = ctx;
    if (n <= ui->column)
        return pm_fail(err, PM_EDICT, "messages.tsv:%d: three columns wanted", line);
    struct entry *grown =
        pm_arena_grow(&ui->arena, ui->entries, ui->count, ui->count + 1, sizeof *grown, &ui->cap);
    if (grown == NULL)
        return pm_fail(err, PM_ENOMEM, "out of memory");
    ui->entries = grown;
    struct entry *e = &grown[ui->count];
    e->key = pm_arena_strdup(&ui->arena, cols[0]);
    e->text = pm_arena_strdup(&ui->arena, cols[ui->column]);
    if (e->key == NULL || e->text == NULL)
        return pm_fail(err, PM_ENOMEM, "out of memory");
    ui->count++;
    return PM_OK;
}

static int locale_column(const char *lang)
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; lang == NULL && i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i]);
        if (value != NULL && *value != '\0')
            lang = value;
    }
    return lang != NULL && strncmp(lang, "ja", 2) == 0 ? 2 : 1;
}

enum pm_status pm_ui_open(struct pm_dict *dict, const char *lang, struct pm_ui **out,
                          struct pm_error *err)
{
    *out = NULL;
    struct pm_ui *ui = calloc(1, sizeof *ui);
    if (ui == NULL)
        return pm_fail(err, PM_ENOMEM, "out of memory");
    ui->column = locale_column(lang);
    enum pm_status st = pm_dict_each(dict, "messages", add_row, ui, err);
    if (st != PM_OK) {
        pm_ui_close(ui);
        return st;
    }
    if (ui->count > 0)
        qsort(ui->entries, ui->count, sizeof *ui->entries, by_key);
    *out = ui;
    return PM_OK;
}

void pm_ui_close(struct pm_ui *ui)
{
    if (ui == NULL)
        return;
    pm_arena_free(&ui->arena);
    free(ui);
}

const char *pm_ui_lang(const struct pm_ui *ui)
{
    return ui != NULL && ui->column == 2 ? "ja" : "en";
}

const char *pm_ui_choose(const struct pm_ui *ui, const char *en, const char *ja)
{
    return strcmp(pm_ui_lang(ui), "ja") == 0 ? ja : en;
}

const char *pm_ui_text(const struct pm_ui *ui, const char *key)
{
    if (ui == NULL || ui->count == 0)
        return key;
    struct entry want = {.key = key};
    const struct entry *e = bsearch(&want, ui->entries, ui->count, sizeof want, by_key);
    return e == NULL ? key : e->text;
}

const char *pm_ui_section(const struct pm_ui *ui, enum pm_section s)
{
    static const char *const keys[PM_SEC_COUNT] = {
        "section.title",      "section.summary", "section.impact",   "section.detection",
        "section.trigger",    "section.cause",   "section.response", "section.timeline",
        "section.prevention", "section.lessons", "section.other",
    };
    return pm_ui_text(ui, keys[(unsigned)s < PM_SEC_COUNT ? s : PM_SEC_OTHER]);
}

void pm_ui_format(const struct pm_ui *ui, struct pm_buf *out, const char *key,
                  const char *const *args, size_t n)
{
    for (const char *p = pm_ui_text(ui, key); *p != '\0'; p++) {
        if (p[0] == '{' && p[1] >= '0' && p[1] <= '9' && p[2] == '}') {
            size_t i = (size_t)(p[1] - '0');
            if (i < n && args[i] != NULL)
                pm_buf_adds(out, args[i]);
            p += 2;
        } else {
            pm_buf_addc(out, *p);
        }
    }
}
