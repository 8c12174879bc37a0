/* The text of units, and sections appended. */
#include <string.h>

#include "indexer/outline.h"
#include "lib/utf8.h"

enum pm_status pm_outline_section(struct pm_incident *inc, enum pm_section section,
                                  const char *heading, const char *text, size_t len, int line)
{
    size_t n = inc->n_sections;
    struct pm_section_text *grown = inc->sections;
    if ((n & (n - 1)) == 0) {
        grown = pm_arena_calloc(&inc->arena, n ? n * 2 : 1, sizeof *grown);
        if (grown == NULL)
            return PM_ENOMEM;
        if (n > 0)
            memcpy(grown, inc->sections, n * sizeof *grown);
    }
    char *copy = pm_arena_strndup(&inc->arena, text, len);
    const char *head = heading == NULL ? NULL : pm_arena_strdup(&inc->arena, heading);
    if (copy == NULL || (heading != NULL && head == NULL))
        return PM_ENOMEM;
    inc->sections = grown;
    grown[inc->n_sections++] = (struct pm_section_text){section, head, copy, len, line};
    return PM_OK;
}

/* Japanese text is written without blanks: a line break inside it is none. */
static bool wide(uint32_t cp)
{
    return pm_is_japanese(cp) || (cp >= 0x3000 && cp < 0x3040) || (cp >= 0xFF00 && cp < 0xFFF0);
}

static uint32_t char_before(const char *s, size_t at)
{
    size_t pos = at;
    while (pos > 0 && ((unsigned char)s[--pos] & 0xC0) == 0x80)
        continue;
    return at == 0 ? 0 : pm_utf8_next(s, at, &pos);
}

static bool keeps_lines(const struct pm_unit *u)
{
    return u->meta || u->b.kind == PM_BLOCK_CODE || u->b.kind == PM_BLOCK_ROW;
}

/* Append a line without its blanks at both ends, joined to what is there. */
static void join(struct pm_unit const *u, char *out, size_t *w, const char *line, size_t n)
{
    if (!keeps_lines(u)) {
        while (n > 0 && (*line == ' ' || *line == '\t')) {
            line++;
            n--;
        }
        while (n > 0 && (line[n - 1] == ' ' || line[n - 1] == '\t' || line[n - 1] == '\r'))
            n--;
    }
    size_t pos = 0;
    if (keeps_lines(u))
        out[(*w)++] = '\n';
    else if (*w > 0 && n > 0 && !(wide(char_before(out, *w)) && wide(pm_utf8_next(line, n, &pos))))
        out[(*w)++] = ' ';
    memcpy(out + *w, line, n);
    *w += n;
}

const char *pm_unit_text(struct pm_arena *a, const struct pm_unit *u, size_t *len, size_t **starts,
                         size_t *n_starts)
{
    size_t from = u->labelled ? u->label : 0;
    size_t lines = 1;
    for (size_t i = 0; i < u->b.len; i++)
        lines += u->b.text[i] == '\n';
    char *out = pm_arena_alloc(a, u->b.len + 2);
    size_t *at = starts == NULL ? NULL : pm_arena_calloc(a, lines, sizeof *at);
    if (out == NULL || (starts != NULL && at == NULL))
        return NULL;
    size_t w = 0;
    size_t k = 0;
    for (size_t i = from; i <= u->b.len;) {
        const char *nl = i < u->b.len ? memchr(u->b.text + i, '\n', u->b.len - i) : NULL;
        size_t n = nl == NULL ? u->b.len - i : (size_t)(nl - u->b.text) - i;
        if (k == 0) {
            memcpy(out, u->b.text + i, n);
            w = n;
        } else {
            join(u, out, &w, u->b.text + i, n);
        }
        if (at != NULL)
            at[k] = k == 0 ? 0 : w - (n < w ? n : w);
        k++;
        i += n + 1;
    }
    out[w] = '\0';
    *len = w;
    if (starts != NULL) {
        *starts = at;
        *n_starts = k;
    }
    return out;
}
