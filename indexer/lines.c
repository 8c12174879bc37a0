#include "indexer/lines.h"

#include <stdlib.h>
#include <string.h>

/* Offset behind the line end at or after pos. */
static size_t next_line(const char *text, size_t len, size_t pos)
{
    const char *feed = memchr(text + pos, '\n', len - pos);
    size_t end = feed == NULL ? len : (size_t)(feed - text);
    const char *back = memchr(text + pos, '\r', end - pos);
    pos = back == NULL ? end : (size_t)(back - text);
    if (pos + 1 < len && text[pos] == '\r' && text[pos + 1] == '\n')
        pos++;
    return pos < len ? pos + 1 : len;
}

bool pm_lines_init(struct pm_lines *l, const char *text, size_t len)
{
    *l = (struct pm_lines){.text = text, .len = len};
    size_t count = 0;
    for (size_t pos = 0; pos < len; pos = next_line(text, len, pos))
        count++;
    l->start = calloc(count + 1, sizeof *l->start);
    if (l->start == NULL)
        return false;
    for (size_t pos = 0; pos < len; pos = next_line(text, len, pos))
        l->start[l->count++] = pos;
    l->start[count] = len;
    return true;
}

void pm_lines_free(struct pm_lines *l)
{
    free(l->start);
    *l = (struct pm_lines){0};
}

const char *pm_line(const struct pm_lines *l, size_t n, size_t *len)
{
    *len = 0;
    if (n == 0 || n > l->count)
        return "";
    const char *line = l->text + l->start[n - 1];
    size_t size = l->start[n] - l->start[n - 1];
    while (size > 0 && (line[size - 1] == '\n' || line[size - 1] == '\r'))
        size--;
    *len = size;
    return line;
}

const char *pm_line_unquote(const char *line, size_t *len, size_t quotes)
{
    size_t i = 0;
    while (i < *len) {
        if (line[i] == '>' && quotes > 0)
            quotes--;
        else if (line[i] != ' ' && line[i] != '\t')
            break;
        i++;
    }
    *len -= i;
    return line + i;
}

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

const char *pm_trim(const char *s, size_t *len)
{
    while (*len > 0 && blank(s[*len - 1]))
        --*len;
    while (*len > 0 && blank(*s)) {
        s++;
        --*len;
    }
    return s;
}
