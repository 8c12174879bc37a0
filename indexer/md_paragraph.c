/* Paragraphs by their raw lines: what cmark does not know or leaves out. */
#include <string.h>

#include "indexer/md_def.h"
#include "indexer/md_reader.h"

/* A heading by underline that is longer than this is a paragraph above a break. */
enum { MAX_SETEXT = 200 };

void pm_md_keep(struct pm_md_reader *r, enum pm_status st)
{
    if (r->st == PM_OK)
        r->st = st;
}

void pm_md_read_gap(struct pm_md_reader *r, size_t upto)
{
    for (size_t n = r->next; n < upto && n <= r->src.count; n++) {
        struct pm_md_def def;
        size_t len = 0;
        const char *line = pm_line(&r->src, n, &len);
        line = pm_line_unquote(line, &len, SIZE_MAX);
        if (!pm_md_definition(line, len, &def))
            continue;
        if (def.wants_next) {
            line = pm_line(&r->src, n + 1, &len);
            line = pm_line_unquote(line, &len, SIZE_MAX);
            if (n + 1 >= upto || !pm_md_definition_dest(line, len, &def))
                continue;
        }
        pm_md_keep(r, pm_blocks_link(r->arena, r->blocks, def.dest, def.dest_len));
        if (!def.prose)
            continue;
        char *text = def.label[0] == '^'
                         ? pm_arena_strndup(r->arena, def.dest, def.dest_len)
                         : pm_arena_printf(r->arena, "%.*s: %.*s", (int)def.label_len, def.label,
                                           (int)def.dest_len, def.dest);
        struct pm_block *b =
            pm_blocks_add(r->arena, r->blocks, PM_BLOCK_PARAGRAPH, (int)n + r->shift);
        if (text == NULL || b == NULL) {
            pm_md_keep(r, PM_ENOMEM);
            return;
        }
        b->text = text;
        b->len = strlen(text);
    }
    if (upto > r->next)
        r->next = upto;
}

void pm_md_covered(struct pm_md_reader *r, size_t last)
{
    if (last >= r->next)
        r->next = last + 1;
}

static bool is_plain(const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (s[i] != '\0' && strchr("*_[]<&`\\~!", s[i]) != NULL)
            return false;
    return true;
}

static const char *cell_text(struct pm_md_reader *r, const char *line,
                             const struct pm_md_cell *cell)
{
    pm_buf_clear(&r->raw);
    pm_md_cell_source(line, cell, &r->raw);
    pm_md_keep(r, r->raw.failed ? PM_ENOMEM : PM_OK);
    const char *s = pm_buf_text(&r->raw);
    size_t len = r->raw.len;
    if (is_plain(s, len)) {
        pm_md_keep(r, pm_blocks_scan(r->arena, r->blocks, s, len));
    } else if (len > 0) {
        pm_md_render(r, s, len);
        s = pm_buf_text(&r->sub.buf);
        len = r->sub.buf.len;
    }
    const char *copy = pm_arena_strndup(r->arena, s, len);
    pm_md_keep(r, copy == NULL ? PM_ENOMEM : PM_OK);
    return copy == NULL ? "" : copy;
}

static void read_row(struct pm_md_reader *r, const struct pm_md_origin *o, size_t k, size_t columns,
                     bool header)
{
    size_t len = 0;
    const char *line = pm_md_raw(o, k, &len);
    pm_md_split(line, len, columns, &r->cells);
    const char **cells = pm_arena_calloc(r->arena, r->cells.count + 1, sizeof *cells);
    if (r->cells.failed || cells == NULL) {
        pm_md_keep(r, PM_ENOMEM);
        return;
    }
    for (size_t i = 0; i < r->cells.count; i++)
        cells[i] = cell_text(r, line, &r->cells.items[i]);
    pm_md_keep(r, pm_blocks_row(r->arena, r->blocks, (int)(o->line + k) + r->shift, r->tables,
                                header, cells, r->cells.count, columns));
}

static size_t table_at(struct pm_md_reader *r, const struct pm_md_origin *o, size_t k, size_t lines)
{
    if (k + 1 >= lines)
        return 0;
    size_t next_len = 0;
    size_t len = 0;
    const char *next = pm_md_raw(o, k + 1, &next_len);
    if (pm_md_delimiter(next, next_len) == 0)
        return 0;
    const char *header = pm_md_raw(o, k, &len);
    return pm_md_table_at(header, len, next, next_len, &r->scratch);
}

bool pm_md_holds_table(struct pm_md_reader *r, const struct pm_md_origin *o, size_t lines)
{
    for (size_t k = 0; k < lines; k++)
        if (table_at(r, o, k, lines) > 0)
            return true;
    return false;
}

/* Lines from..to of a paragraph that a table cuts in pieces. */
static void read_piece(struct pm_md_reader *r, struct pm_md_origin *o, size_t from, size_t to)
{
    struct pm_buf source = {0};
    for (size_t k = from; k < to; k++) {
        size_t len = 0;
        const char *line = pm_md_raw(o, k, &len);
        pm_buf_add(&source, line, len);
        pm_buf_addc(&source, '\n');
    }
    pm_md_render(r, pm_buf_text(&source), source.len);
    struct pm_md_origin piece = *o;
    piece.line += from;
    piece.column = from == 0 ? o->column : 0;
    pm_md_keep(r, source.failed ? PM_ENOMEM : pm_md_emit(&r->sub, &piece));
    pm_buf_free(&source);
    if (o->kind == PM_BLOCK_ITEM) {
        o->kind = PM_BLOCK_PARAGRAPH;
        o->level = 0;
    }
}

void pm_md_read_tables(struct pm_md_reader *r, struct pm_md_origin *o, size_t lines)
{
    size_t from = 0;
    for (size_t k = 0; k < lines && r->st == PM_OK;) {
        size_t columns = table_at(r, o, k, lines);
        if (columns == 0) {
            k++;
            continue;
        }
        if (from < k)
            read_piece(r, o, from, k);
        r->tables++;
        read_row(r, o, k, columns, true);
        for (k += 2; k < lines && r->st == PM_OK; k++) {
            size_t len = 0;
            const char *line = pm_md_raw(o, k, &len);
            if (!pm_md_has_pipe(line, len))
                break;
            read_row(r, o, k, columns, false);
        }
        from = k;
    }
    if (from < lines)
        read_piece(r, o, from, lines);
}

void pm_md_skip_definitions(struct pm_md_reader *r, struct pm_md_origin *o, size_t last)
{
    size_t first = o->line;
    size_t k = 0;
    while (first + k < last) {
        struct pm_md_def def;
        size_t len = 0;
        const char *line = pm_md_raw(o, k, &len);
        if (!pm_md_definition(line, len, &def))
            break;
        if (def.wants_next) {
            line = pm_md_raw(o, k + 1, &len);
            if (first + k + 1 >= last || !pm_md_definition_dest(line, len, &def))
                break;
        }
        k += def.wants_next ? 2 : 1;
    }
    if (k > 0) {
        o->line += k;
        o->column = 0;
        pm_md_read_gap(r, o->line);
    }
}

size_t pm_md_setext_last(const struct pm_md_origin *o, size_t limit)
{
    size_t k = 1;
    for (; o->line + k <= limit; k++) {
        size_t len = 0;
        const char *line = pm_md_raw(o, k, &len);
        line = pm_trim(line, &len);
        size_t n = 0;
        while (n < len && line[n] == line[0])
            n++;
        if (n > 0 && n == len && (line[0] == '=' || line[0] == '-'))
            break;
    }
    return o->line + k - 1;
}

bool pm_md_is_heading(const struct pm_md_text *t, int level)
{
    size_t len = 0;
    if (t->count == 0)
        return false;
    const char *s = pm_md_text_line(t, 0, &len);
    if (level == 1)
        return t->count == 1;
    const char *colon = memchr(s, ':', len);
    bool valued = t->lines[0].run > 0 && t->lines[0].plain && colon != NULL;
    bool ended = len >= 3 && memcmp(s + len - 3, "。", 3) == 0;
    return t->count == 1 && len <= MAX_SETEXT && !valued && !ended;
}
