#include "indexer/plaintext.h"

#include <string.h>

#include "indexer/lines.h"
#include "indexer/pt_line.h"
#include "lib/buf.h"

enum { MAX_NESTING = 16, MAX_STYLES = 12, NUMBERED_TITLE = 90 };

struct reader {
    struct pm_arena *arena;
    struct pm_blocks *blocks;
    struct pm_lines src;
    int shift; /* line of src + shift = line of the file */
    struct pm_md_cells cells;
    struct pm_buf text;
    size_t text_line;            /* where the block being gathered starts; 0: none */
    enum pm_block_kind kind;     /* and what it is */
    size_t hang;                 /* ITEM: indent of its bullet */
    size_t indents[MAX_NESTING]; /* of the bullets that the current item is below */
    int depth;
    int styles[MAX_STYLES]; /* underlines met, in order: their rank is the level */
    int n_styles;
    int tables;
    bool after_blank;
    enum pm_status st;
};

static void keep(struct reader *r, enum pm_status st)
{
    if (r->st == PM_OK)
        r->st = st;
}

static struct pm_block *add(struct reader *r, enum pm_block_kind kind, size_t line, const char *s,
                            size_t len)
{
    struct pm_block *b = pm_blocks_add(r->arena, r->blocks, kind, (int)line + r->shift);
    keep(r, b == NULL ? PM_ENOMEM : pm_block_text(r->arena, b, s, len));
    if (kind != PM_BLOCK_CODE)
        keep(r, pm_blocks_scan(r->arena, r->blocks, s, len));
    return b;
}

static void flush(struct reader *r)
{
    size_t len = r->text.len;
    const char *s = pm_buf_text(&r->text);
    while (len > 0 && (s[len - 1] == '\n' || s[len - 1] == ' '))
        len--;
    if (r->text_line > 0 && len > 0) {
        int checked = r->kind == PM_BLOCK_ITEM ? pm_pt_check_box(&s, &len) : -1;
        struct pm_block *b = add(r, r->kind, r->text_line, s, len);
        if (b != NULL && r->kind == PM_BLOCK_ITEM) {
            b->level = r->depth;
            b->checked = checked;
        }
    }
    keep(r, r->text.failed ? PM_ENOMEM : PM_OK);
    pm_buf_clear(&r->text);
    r->text_line = 0;
}

/* Add a line to the block being gathered, or start one of this kind. */
static void gather(struct reader *r, enum pm_block_kind kind, size_t n, const char *s, size_t len)
{
    if (r->text_line > 0 && r->kind != kind)
        flush(r);
    if (r->text_line == 0) {
        r->kind = kind;
        r->text_line = n;
    } else {
        pm_buf_addc(&r->text, '\n');
    }
    pm_buf_add(&r->text, s, len);
}

static void heading(struct reader *r, size_t n, const char *s, size_t len, int level)
{
    flush(r);
    r->depth = 0;
    struct pm_block *b = add(r, PM_BLOCK_HEADING, n, s, len);
    if (b != NULL)
        b->level = level > 6 ? 6 : level;
}

/* The level of an underline's style: first met, first in rank. */
static int style_level(struct reader *r, char c, bool over)
{
    int style = over ? c + 256 : c;
    for (int i = 0; i < r->n_styles; i++)
        if (r->styles[i] == style)
            return i + 1;
    if (r->n_styles < MAX_STYLES)
        r->styles[r->n_styles++] = style;
    return r->n_styles;
}

/* A title over an underline, perhaps under a line as well. Returns the lines taken. */
static size_t underlined(struct reader *r, size_t n)
{
    size_t len = 0;
    const char *line = pm_line(&r->src, n, &len);
    char over = pm_pt_rule(line, len);
    size_t at = over != '\0' ? n + 1 : n;
    size_t title_len = 0;
    size_t under_len = 0;
    const char *title = pm_line(&r->src, at, &title_len);
    const char *under = pm_line(&r->src, at + 1, &under_len);
    char c = pm_pt_rule(under, under_len);
    if (c == '\0' || (over != '\0' && c != over) || pm_pt_rule(title, title_len) != '\0' ||
        !pm_pt_fits(title, title_len, under_len))
        return 0;
    title = pm_trim(title, &title_len);
    if (title_len == 0 || (over == '\0' && r->text_line > 0))
        return 0;
    heading(r, at, title, title_len, style_level(r, c, over != '\0'));
    return at + 2 - n;
}

/* Fenced code; returns the lines taken. An unclosed fence takes the rest. */
static size_t fenced(struct reader *r, size_t n)
{
    size_t len = 0;
    const char *line = pm_line(&r->src, n, &len);
    line = pm_trim(line, &len);
    if (len < 3 || (memcmp(line, "```", 3) != 0 && memcmp(line, "~~~", 3) != 0))
        return 0;
    char mark = line[0];
    flush(r);
    size_t end = n + 1;
    for (; end <= r->src.count; end++) {
        const char *s = pm_line(&r->src, end, &len);
        s = pm_trim(s, &len);
        if (len >= 3 && s[0] == mark && s[1] == mark && s[2] == mark)
            break;
    }
    size_t from = r->src.start[n < r->src.count ? n : r->src.count];
    size_t to = r->src.start[end - 1 < r->src.count ? end - 1 : r->src.count];
    while (to > from && strchr("\r\n ", r->src.text[to - 1]) != NULL)
        to--;
    if (to > from)
        (void)add(r, PM_BLOCK_CODE, n + 1, r->src.text + from, to - from);
    return end - n + 1;
}

static void row(struct reader *r, size_t n, const char *line, size_t len, size_t columns,
                bool header)
{
    pm_md_split(line, len, columns, &r->cells);
    const char **cells = pm_arena_calloc(r->arena, r->cells.count + 1, sizeof *cells);
    if (cells == NULL || r->cells.failed) {
        keep(r, PM_ENOMEM);
        return;
    }
    for (size_t i = 0; i < r->cells.count; i++) {
        struct pm_buf text = {0};
        pm_md_cell_source(line, &r->cells.items[i], &text);
        cells[i] = pm_arena_strndup(r->arena, pm_buf_text(&text), text.len);
        keep(r, text.failed || cells[i] == NULL ? PM_ENOMEM : PM_OK);
        pm_buf_free(&text);
        if (r->st != PM_OK)
            return;
    }
    keep(r, pm_blocks_scan(r->arena, r->blocks, line, len));
    keep(r, pm_blocks_row(r->arena, r->blocks, (int)n + r->shift, r->tables, header, cells,
                          r->cells.count, columns));
}

/* A pipe table with a delimiter row (Markdown) or piped at both ends (Org, wikis).
 * Returns the lines taken. */
static size_t table(struct reader *r, size_t n)
{
    size_t len = 0;
    size_t next_len = 0;
    const char *line = pm_line(&r->src, n, &len);
    const char *next = pm_line(&r->src, n + 1, &next_len);
    bool piped = pm_pt_piped(line, len);
    size_t columns = pm_pt_delimiter(next, next_len);
    if (columns == 0 ? !piped : !pm_md_has_pipe(line, len))
        return 0;
    flush(r);
    r->tables++;
    size_t k = n;
    for (; k <= r->src.count && r->st == PM_OK; k++) {
        line = pm_line(&r->src, k, &len);
        if (columns == 0 ? !pm_pt_piped(line, len) : !pm_md_has_pipe(line, len))
            break;
        if (pm_pt_delimiter(line, len) == 0)
            row(r, k, line, len, columns, columns > 0 && k == n);
    }
    return k - n;
}

/* The nesting of a bullet at this indent. */
static void nest(struct reader *r, size_t indent)
{
    while (r->depth > 0 && r->indents[r->depth - 1] >= indent)
        r->depth--;
    if (r->depth < MAX_NESTING)
        r->indents[r->depth++] = indent;
}

/* A numbered line that stands alone is a title ("1. 概要") and no list. */
static bool is_numbered_title(struct reader *r, size_t n, const char *s, size_t len)
{
    size_t next_len = 0;
    const char *next = pm_line(&r->src, n + 1, &next_len);
    next = pm_trim(next, &next_len);
    bool ended = len > 0 && (s[len - 1] == '.' || s[len - 1] == ',' || s[len - 1] == ';');
    ended = ended || (len >= 3 && memcmp(s + len - 3, "。", 3) == 0);
    struct pm_pt_bullet b;
    return r->text_line == 0 && (r->after_blank || n == 1) && len <= NUMBERED_TITLE && !ended &&
           !(next_len > 0 && pm_pt_bullet(next, next_len, &b) && b.number);
}

static bool bullet(struct reader *r, size_t n, const char *line, size_t len, size_t indent)
{
    struct pm_pt_bullet b;
    if (!pm_pt_bullet(line, len, &b))
        return false;
    if (b.number && indent == 0 && is_numbered_title(r, n, line, len)) {
        flush(r);
        r->depth = 0;
        gather(r, PM_BLOCK_PARAGRAPH, n, line, len);
        flush(r);
        return true;
    }
    flush(r);
    nest(r, indent);
    r->hang = indent;
    gather(r, PM_BLOCK_ITEM, n, line + b.width, len - b.width);
    return true;
}

static void text_line(struct reader *r, size_t n)
{
    size_t full = 0;
    const char *raw = pm_line(&r->src, n, &full);
    size_t indent = pm_pt_indent(raw, full);
    size_t len = full;
    const char *line = pm_trim(raw, &len);
    int level = 0;
    size_t at = 0;
    bool in_code = r->text_line > 0 && r->kind == PM_BLOCK_CODE;
    if (indent >= 4 && (in_code || (r->text_line == 0 && r->depth == 0))) {
        if (in_code && r->after_blank)
            pm_buf_addc(&r->text, '\n');
        gather(r, PM_BLOCK_CODE, n, raw, full);
    } else if (indent == 0 && (level = pm_pt_marked_heading(line, len, &at, &len)) > 0) {
        heading(r, n, line + at, len, level);
    } else if (bullet(r, n, line, len, indent)) {
        return;
    } else if (line[0] == '>') {
        line = pm_line_unquote(line, &len, SIZE_MAX);
        gather(r, PM_BLOCK_QUOTE, n, line, len);
    } else if (r->text_line > 0 && r->kind == PM_BLOCK_ITEM && indent > r->hang) {
        gather(r, PM_BLOCK_ITEM, n, line, len);
    } else {
        if (indent == 0)
            r->depth = 0;
        gather(r, PM_BLOCK_PARAGRAPH, n, line, len);
    }
}

static void blank_line(struct reader *r)
{
    /* Code goes on behind an empty line if the next line is indented again. */
    if (r->text_line > 0 && r->kind == PM_BLOCK_CODE && !r->after_blank)
        return;
    flush(r);
}

static void read_lines(struct reader *r)
{
    for (size_t n = 1; n <= r->src.count && r->st == PM_OK;) {
        size_t len = 0;
        const char *line = pm_line(&r->src, n, &len);
        (void)pm_trim(line, &len);
        size_t taken = 1;
        bool code = r->text_line > 0 && r->kind == PM_BLOCK_CODE;
        if (code && r->after_blank && pm_pt_indent(line, len) < 4 && len > 0)
            flush(r);
        if (len == 0)
            blank_line(r);
        else if ((taken = fenced(r, n)) == 0 && (taken = table(r, n)) == 0 &&
                 (taken = underlined(r, n)) == 0) {
            size_t full = 0;
            const char *raw = pm_line(&r->src, n, &full);
            taken = 1;
            if (pm_pt_rule(raw, full) != '\0')
                flush(r);
            else
                text_line(r, n);
        }
        r->after_blank = len == 0;
        n += taken;
    }
    flush(r);
}

enum pm_status pm_plaintext_read(const char *text, size_t len, int first_line, struct pm_arena *a,
                                 struct pm_blocks *out, struct pm_error *err)
{
    struct reader r = {.arena = a, .blocks = out, .shift = first_line - 1};
    if (!pm_lines_init(&r.src, text, len))
        return pm_fail(err, PM_ENOMEM, "out of memory");
    read_lines(&r);
    pm_lines_free(&r.src);
    pm_md_cells_free(&r.cells);
    pm_buf_free(&r.text);
    return r.st == PM_OK ? PM_OK : pm_fail(err, r.st, "out of memory");
}
