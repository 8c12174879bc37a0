#include "lib/tsv.h"

#include <stdlib.h>
#include <string.h>

#include "lib/utf8.h"

void pm_tsv_open(struct pm_tsv *t, const char *text, size_t len)
{
    *t = (struct pm_tsv){.text = text, .len = len};
    if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        t->pos = 3;
}

static bool add_column(struct pm_tsv *t, const char *col)
{
    if ((size_t)t->n == t->cap) {
        size_t cap = t->cap < 8 ? 8 : t->cap * 2;
        const char **grown = realloc(t->cols, cap * sizeof *grown);
        if (grown == NULL)
            return false;
        t->cols = grown;
        t->cap = cap;
    }
    t->cols[t->n++] = col;
    return true;
}

static const char *split(struct pm_tsv *t)
{
    char *p = t->row.data;
    bool any = false;
    for (char *tab = p; tab != NULL; p = tab + 1) {
        tab = strchr(p, '\t');
        if (tab != NULL)
            *tab = '\0';
        any = any || *p != '\0';
        if (!add_column(t, p))
            return "out of memory";
        if (tab == NULL)
            break;
    }
    return any ? NULL : "no columns";
}

static const char *read_row(struct pm_tsv *t, const char *line, size_t len)
{
    if (memchr(line, '\0', len) != NULL)
        return "a NUL byte";
    if (!pm_utf8_valid(line, len, NULL))
        return "not UTF-8";
    pm_buf_clear(&t->row);
    pm_buf_add(&t->row, line, len);
    return t->row.failed ? "out of memory" : split(t);
}

static bool is_blank(const char *line, size_t len)
{
    size_t i = 0;
    while (i < len && line[i] == ' ')
        i++;
    return i == len;
}

bool pm_tsv_next(struct pm_tsv *t)
{
    t->n = 0;
    t->fault = NULL;
    while (t->pos < t->len) {
        const char *line = t->text + t->pos;
        const char *end = memchr(line, '\n', t->len - t->pos);
        size_t len = end == NULL ? t->len - t->pos : (size_t)(end - line);
        t->pos += len + (end != NULL);
        t->line++;
        if (len > 0 && line[len - 1] == '\r')
            len--;
        if (is_blank(line, len) || line[0] == '#')
            continue;
        t->fault = read_row(t, line, len);
        if (t->fault != NULL)
            t->n = 0;
        return true;
    }
    return false;
}

void pm_tsv_close(struct pm_tsv *t)
{
    free(t->cols);
    pm_buf_free(&t->row);
    *t = (struct pm_tsv){0};
}
