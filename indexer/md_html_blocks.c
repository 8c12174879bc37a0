/* HTML blocks to blocks: a state machine over tags, no tree. */
#include <stdlib.h>
#include <string.h>

#include "indexer/lines.h"
#include "indexer/md_html.h"

enum { MAX_CELLS = 256 };

/* The piece being gathered, and what is open around it. */
struct html {
    const struct pm_html_reader *r;
    struct pm_buf text;
    struct pm_buf decoded;
    int line;      /* line of the scanner */
    int text_line; /* line where text starts */
    enum pm_block_kind kind;
    int level;
    int lists;
    int hidden;
    int pre;
    int strong;
    bool plain; /* text outside <b> was met in the piece */
    bool summary;
    bool in_row;
    bool th_only;
    int row_line;
    const char *cells[MAX_CELLS];
    size_t n_cells;
    enum pm_status st;
};

/* The gathered text with references resolved, blanks cut off each line's ends. */
static const char *take_text(struct html *h, size_t *len)
{
    struct pm_buf *from = &h->text;
    pm_buf_clear(&h->decoded);
    if (memchr(pm_buf_text(from), '&', from->len) != NULL) {
        h->r->decode(h->r->ctx, pm_buf_text(from), from->len, &h->decoded);
        from = &h->decoded;
    }
    if (h->text.failed || h->decoded.failed)
        h->st = PM_ENOMEM;
    *len = from->len;
    const char *s = pm_trim(pm_buf_text(from), len);
    return h->kind == PM_BLOCK_CODE ? pm_buf_text(from) : s;
}

static void flush_cell(struct html *h)
{
    size_t len = 0;
    const char *s = take_text(h, &len);
    char *copy = pm_arena_strndup(h->r->arena, s, len);
    if (copy == NULL)
        h->st = PM_ENOMEM;
    else if (h->n_cells < MAX_CELLS)
        h->cells[h->n_cells++] = copy;
    pm_buf_clear(&h->text);
    h->plain = false;
}

static void flush_piece(struct html *h)
{
    size_t len = 0;
    const char *s = take_text(h, &len);
    if (len > 0 && h->st == PM_OK) {
        struct pm_block *b = pm_blocks_add(h->r->arena, h->r->blocks, h->kind, h->text_line);
        h->st = b == NULL ? PM_ENOMEM : pm_block_text(h->r->arena, b, s, len);
        if (h->st == PM_OK && (h->kind == PM_BLOCK_HEADING || h->kind == PM_BLOCK_ITEM))
            b->level = h->level;
        if (h->st == PM_OK)
            b->bold_only = memchr(s, '\n', len) == NULL && (h->summary || !h->plain) &&
                           h->kind != PM_BLOCK_CODE;
    }
    pm_buf_clear(&h->text);
    h->plain = false;
}

static void flush_row(struct html *h)
{
    if (h->in_row && h->n_cells > 0 && h->st == PM_OK) {
        if (*h->r->tables == 0)
            ++*h->r->tables;
        h->st = pm_blocks_row(h->r->arena, h->r->blocks, h->row_line, *h->r->tables, h->th_only,
                              h->cells, h->n_cells, 0);
    }
    h->in_row = false;
    h->n_cells = 0;
}

static void flush(struct html *h)
{
    if (h->in_row && h->text.len > 0)
        flush_cell(h);
    else
        flush_piece(h);
}

static void add_text(struct html *h, const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        bool blank = s[i] == ' ' || s[i] == '\t' || s[i] == '\n' || s[i] == '\r';
        bool fresh = h->text.len == 0 || (h->text.data[h->text.len - 1] == '\n' && h->pre == 0);
        if (h->hidden == 0 && !(blank && fresh)) {
            if (h->text.len == 0)
                h->text_line = h->line;
            h->plain = h->plain || (!blank && h->strong == 0);
            pm_buf_addc(&h->text, s[i]);
        }
        h->line += s[i] == '\n';
    }
}

static void row_tag(struct html *h, const struct pm_html_token *t)
{
    bool cell = strcmp(t->name, "td") == 0 || strcmp(t->name, "th") == 0;
    if (cell && !t->close) {
        if (h->text.len > 0)
            flush(h);
        if (!h->in_row) {
            h->in_row = h->th_only = true;
            h->row_line = h->line;
        }
        h->th_only = h->th_only && t->name[1] == 'h';
    } else if (cell) {
        flush_cell(h);
    } else {
        if (h->in_row && h->text.len > 0)
            flush_cell(h);
        flush_row(h);
        flush_piece(h);
        *h->r->tables += strcmp(t->name, "table") == 0 && !t->close;
    }
}

static void block_tag(struct html *h, const struct pm_html_token *t)
{
    const char *n = t->name;
    bool open = !t->close;
    flush_piece(h);
    h->kind = PM_BLOCK_PARAGRAPH;
    h->summary = open && strcmp(n, "summary") == 0;
    if (strcmp(n, "ul") == 0 || strcmp(n, "ol") == 0) {
        h->lists += open ? 1 : h->lists > 0 ? -1 : 0;
    } else if (open && strcmp(n, "li") == 0) {
        h->kind = PM_BLOCK_ITEM;
        h->level = h->lists > 0 ? h->lists : 1;
    } else if (open && n[0] == 'h' && n[1] >= '1' && n[1] <= '6') {
        h->kind = PM_BLOCK_HEADING;
        h->level = n[1] - '0';
    } else if (open && strcmp(n, "blockquote") == 0) {
        h->kind = PM_BLOCK_QUOTE;
    } else if (strcmp(n, "pre") == 0) {
        h->pre = open ? 1 : 0;
        h->kind = open ? PM_BLOCK_CODE : PM_BLOCK_PARAGRAPH;
    }
}

static bool is_one_of(const char *name, const char *const *names)
{
    for (; *names != NULL; names++)
        if (strcmp(name, *names) == 0)
            return true;
    return false;
}

static void tag(struct html *h, const struct pm_html_token *t)
{
    static const char *const rows[] = {"td", "th", "tr", "table", "thead", "tbody", NULL};
    static const char *const blocks[] = {
        "p",   "div",     "h1",      "h2",         "h3",      "h4",     "h5",     "h6",
        "ul",  "ol",      "li",      "dl",         "dt",      "dd",     "hr",     "blockquote",
        "pre", "section", "article", "summary",    "details", "header", "footer", "main",
        "nav", "aside",   "figure",  "figcaption", "center",  NULL};
    enum pm_html_effect effect = pm_html_effect(t);
    if (effect == PM_HTML_HIDE)
        h->hidden += t->close ? (h->hidden > 0 ? -1 : 0) : 1;
    else if (effect == PM_HTML_BREAK && h->text.len > 0)
        pm_buf_addc(&h->text, '\n');
    else if (effect == PM_HTML_STRONG)
        h->strong += t->close ? (h->strong > 0 ? -1 : 0) : 1;
    else if (is_one_of(t->name, rows))
        row_tag(h, t);
    else if (is_one_of(t->name, blocks) && h->in_row && h->text.len > 0)
        pm_buf_addc(&h->text, ' ');
    else if (is_one_of(t->name, blocks) && !h->in_row)
        block_tag(h, t);
    size_t len = 0;
    const char *alt = strcmp(t->name, "img") == 0 ? pm_html_attribute(t, "alt", &len) : NULL;
    if (alt != NULL) {
        int line = h->line; /* lines inside the tag are counted with the tag */
        add_text(h, alt, len);
        h->line = line;
    }
    if (h->st == PM_OK && !t->close)
        h->st = pm_html_links(h->r->arena, h->r->blocks, t);
}

enum pm_status pm_html_blocks(const struct pm_html_reader *r, const char *html, size_t len,
                              int line)
{
    struct html h = {.r = r, .line = line, .kind = PM_BLOCK_PARAGRAPH};
    struct pm_html_scanner sc = {.s = html, .len = len};
    struct pm_html_token t;
    while (h.st == PM_OK && pm_html_next(&sc, &t)) {
        if (t.kind == PM_HTML_TEXT) {
            add_text(&h, t.s, t.len);
            if (h.hidden == 0)
                h.st = pm_blocks_scan(r->arena, r->blocks, t.s, t.len);
            continue;
        }
        if (t.kind == PM_HTML_TAG)
            tag(&h, &t);
        for (size_t i = 0; i < t.len; i++)
            h.line += t.s[i] == '\n';
    }
    flush(&h);
    flush_row(&h);
    enum pm_status st = h.text.failed ? PM_ENOMEM : h.st;
    pm_buf_free(&h.text);
    pm_buf_free(&h.decoded);
    return st;
}
