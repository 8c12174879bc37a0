#include "indexer/md_table.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "indexer/lines.h"

enum { MAX_TICKS = 63 };

void pm_md_cells_free(struct pm_md_cells *c)
{
    free(c->items);
    *c = (struct pm_md_cells){0};
}

size_t pm_md_delimiter(const char *line, size_t len)
{
    line = pm_trim(line, &len);
    size_t columns = 0;
    bool piped = false;
    bool dashed = false;
    for (size_t i = 0; i < len; i++) {
        char c = line[i];
        if (c == '-') {
            columns += !dashed;
            dashed = true;
        } else if (c == '|') {
            if (!dashed && i > 0)
                return 0;
            piped = true;
            dashed = false;
        } else if (c != ':' && c != ' ' && c != '\t') {
            return 0;
        }
    }
    return piped ? columns : 0;
}

bool pm_md_has_pipe(const char *line, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (line[i] == '\\')
            i++;
        else if (line[i] == '|')
            return true;
    }
    return false;
}

static size_t run_of_ticks(const char *s, size_t len, size_t at)
{
    size_t n = 0;
    while (at + n < len && s[at + n] == '`')
        n++;
    return n;
}

/* Offset behind the code span that opens at at, or 0 when nothing closes it. dead
 * remembers run lengths without a closer, so that each is searched in vain once. */
static size_t code_end(const char *s, size_t len, size_t at, uint64_t *dead)
{
    size_t ticks = run_of_ticks(s, len, at);
    if (ticks > MAX_TICKS || (*dead >> ticks & 1))
        return 0;
    for (size_t i = at + ticks; i < len;) {
        const char *next = memchr(s + i, '`', len - i);
        if (next == NULL)
            break;
        i = (size_t)(next - s);
        size_t n = run_of_ticks(s, len, i);
        i += n;
        if (n == ticks)
            return i;
    }
    *dead |= UINT64_C(1) << ticks;
    return 0;
}

static void add_cell(struct pm_md_cells *out, const char *line, size_t from, size_t to)
{
    if (out->count == out->cap) {
        size_t cap = out->cap == 0 ? 16 : out->cap * 2;
        struct pm_md_cell *grown = realloc(out->items, cap * sizeof *grown);
        if (grown == NULL) {
            out->failed = true;
            return;
        }
        out->items = grown;
        out->cap = cap;
    }
    size_t len = to - from;
    const char *cell = pm_trim(line + from, &len);
    from = (size_t)(cell - line);
    out->items[out->count++] = (struct pm_md_cell){.from = from, .to = from + len};
}

static void split(const char *line, size_t len, bool whole_code, struct pm_md_cells *out)
{
    uint64_t dead = 0;
    size_t from = 0;
    out->count = 0;
    size_t trimmed = len;
    const char *inner = pm_trim(line, &trimmed);
    size_t i = (size_t)(inner - line);
    size_t end = i + trimmed;
    if (i < end && line[i] == '|')
        i++;
    for (from = i; i < end;) {
        size_t skip = 0;
        if (line[i] == '`') {
            skip = whole_code ? code_end(line, end, i, &dead) : 0;
            i = skip > 0 ? skip : i + run_of_ticks(line, end, i);
        } else if (line[i] == '\\' && i + 1 < end) {
            i += 2;
        } else if (line[i++] == '|') {
            add_cell(out, line, from, i - 1);
            from = i;
        }
    }
    if (from < end)
        add_cell(out, line, from, end);
}

void pm_md_split(const char *line, size_t len, size_t columns, struct pm_md_cells *out)
{
    split(line, len, true, out);
    size_t whole = out->count;
    if (whole >= columns || memchr(line, '`', len) == NULL)
        return;
    split(line, len, false, out);
    if (out->count != columns)
        split(line, len, true, out);
}

void pm_md_cell_source(const char *line, const struct pm_md_cell *cell, struct pm_buf *out)
{
    for (size_t i = cell->from; i < cell->to; i++) {
        if (line[i] == '\\' && i + 1 < cell->to && line[i + 1] == '|')
            continue;
        pm_buf_addc(out, line[i]);
    }
}

size_t pm_md_table_at(const char *header, size_t header_len, const char *next, size_t next_len,
                      struct pm_md_cells *scratch)
{
    size_t columns = pm_md_delimiter(next, next_len);
    if (columns == 0 || !pm_md_has_pipe(header, header_len))
        return 0;
    pm_md_split(header, header_len, columns, scratch);
    if (scratch->count == columns)
        return columns;
    /* Writers miscount; but one column on either side is more likely no table. */
    return columns > 1 && scratch->count > 1 ? columns : 0;
}
