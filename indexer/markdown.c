#include "indexer/markdown.h"

#include <cmark.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "indexer/md_html.h"
#include "indexer/md_memory.h"
#include "indexer/md_reader.h"

/* --- inline content ------------------------------------------------------- */

static void inline_html(struct pm_md_reader *r, struct pm_md_text *t, const char *html)
{
    struct pm_html_scanner sc = {.s = html, .len = strlen(html)};
    struct pm_html_token tag;
    if (!pm_html_next(&sc, &tag) || tag.kind != PM_HTML_TAG)
        return;
    enum pm_html_effect effect = pm_html_effect(&tag);
    if (effect == PM_HTML_BREAK)
        pm_md_text_newline(t, 0);
    else if (effect == PM_HTML_STRONG || effect == PM_HTML_EMPH)
        pm_md_text_emphasis(t, effect == PM_HTML_STRONG, !tag.close);
    else if (effect == PM_HTML_HIDE)
        t->hidden = tag.close ? 0 : 1;
    size_t len = 0;
    const char *alt = strcmp(tag.name, "img") == 0 ? pm_html_attribute(&tag, "alt", &len) : NULL;
    if (alt != NULL)
        pm_md_text_code(t, alt, len);
    if (!tag.close)
        pm_md_keep(r, pm_html_links(r->arena, r->blocks, &tag));
}

static void add_link(struct pm_md_reader *r, const char *url)
{
    if (url != NULL)
        pm_md_keep(r, pm_blocks_link(r->arena, r->blocks, url, strlen(url)));
}

static void add_literal(struct pm_md_reader *r, struct pm_md_text *t, const char *s)
{
    size_t len = strlen(s);
    pm_md_keep(r, pm_blocks_scan(r->arena, r->blocks, s, len));
    pm_md_text_literal(t, s, len);
}

static void add_code(struct pm_md_text *t, cmark_node *node)
{
    const char *s = cmark_node_get_literal(node);
    int lines = cmark_node_get_end_line(node) - cmark_node_get_start_line(node);
    pm_md_text_code(t, s, strlen(s));
    if (lines > 0)
        pm_md_text_newline(t, (size_t)lines);
}

static void inline_node(struct pm_md_reader *r, struct pm_md_text *t, bool enter, cmark_node *node)
{
    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_TEXT:
        add_literal(r, t, cmark_node_get_literal(node));
        break;
    case CMARK_NODE_CODE:
        add_code(t, node);
        break;
    case CMARK_NODE_HTML_INLINE:
        inline_html(r, t, cmark_node_get_literal(node));
        break;
    case CMARK_NODE_SOFTBREAK:
    case CMARK_NODE_LINEBREAK:
        pm_md_text_newline(t, 1);
        break;
    case CMARK_NODE_EMPH:
    case CMARK_NODE_STRONG:
        pm_md_text_emphasis(t, cmark_node_get_type(node) == CMARK_NODE_STRONG, enter);
        break;
    case CMARK_NODE_LINK:
    case CMARK_NODE_IMAGE:
        if (enter)
            add_link(r, cmark_node_get_url(node));
        break;
    default:
        break;
    }
}

/* The text of a paragraph or heading that the iterator has just entered. */
static void read_inlines(struct pm_md_reader *r, cmark_node *block)
{
    pm_md_text_clear(&r->text);
    cmark_event_type ev;
    while ((ev = cmark_iter_next(r->it)) != CMARK_EVENT_DONE) {
        cmark_node *node = cmark_iter_get_node(r->it);
        if (node == block)
            break;
        inline_node(r, &r->text, ev == CMARK_EVENT_ENTER, node);
    }
    pm_md_keep(r, r->text.failed ? PM_ENOMEM : PM_OK);
}

/* Put in front of source that is parsed by itself, so that none of it starts a block. */
static const char GUARD[] = "\001 ";

static void flat_node(struct pm_md_reader *r, bool enter, cmark_node *node, bool *guarded)
{
    struct pm_md_text *t = &r->sub;
    const char *literal = cmark_node_get_literal(node);
    cmark_node_type type = cmark_node_get_type(node);
    if (*guarded && type == CMARK_NODE_TEXT) {
        *guarded = false;
        size_t skip = strlen(GUARD);
        add_literal(r, t, strncmp(literal, GUARD, skip) == 0 ? literal + skip : literal);
    } else if (enter && t->count > 0 && type < CMARK_NODE_FIRST_INLINE &&
               (type == CMARK_NODE_PARAGRAPH || type == CMARK_NODE_HEADING || literal != NULL)) {
        pm_md_text_newline(t, 1);
        if (literal != NULL)
            pm_md_text_code(t, literal, strcspn(literal, "\n"));
    } else {
        inline_node(r, t, enter, node);
    }
}

void pm_md_render(struct pm_md_reader *r, const char *source, size_t len)
{
    pm_md_text_clear(&r->sub);
    struct pm_arena *before;
    cmark_node *root = pm_md_parse(&r->sub_nodes, GUARD, source, len, &before);
    cmark_iter *it = cmark_iter_new(root);
    cmark_event_type ev;
    bool guarded = true;
    while ((ev = cmark_iter_next(it)) != CMARK_EVENT_DONE)
        flat_node(r, ev == CMARK_EVENT_ENTER, cmark_iter_get_node(it), &guarded);
    pm_md_memory_back(before);
    pm_arena_reset(&r->sub_nodes);
    pm_md_keep(r, r->sub.failed ? PM_ENOMEM : PM_OK);
}

/* Text of HTML with its character references resolved: all else is escaped. */
static void decode(void *ctx, const char *s, size_t len, struct pm_buf *out)
{
    struct pm_md_reader *r = ctx;
    struct pm_buf escaped = {0};
    for (size_t i = 0; i < len; i++) {
        bool numbered = s[i] == '#' && i > 0 && s[i - 1] == '&';
        if (!numbered && s[i] != '\0' && strchr("\\`*_{}[]()<>+-.!|~:/#=", s[i]) != NULL)
            pm_buf_addc(&escaped, '\\');
        pm_buf_addc(&escaped, s[i]);
    }
    pm_md_render(r, pm_buf_text(&escaped), escaped.len);
    pm_buf_add(out, pm_buf_text(&r->sub.buf), r->sub.buf.len);
    pm_md_keep(r, escaped.failed ? PM_ENOMEM : PM_OK);
    pm_buf_free(&escaped);
}

/* --- blocks --------------------------------------------------------------- */

static struct pm_md_origin origin_of(struct pm_md_reader *r, cmark_node *node)
{
    int line = cmark_node_get_start_line(node);
    int column = cmark_node_get_start_column(node);
    struct pm_md_origin o = {
        .arena = r->arena,
        .blocks = r->blocks,
        .src = &r->src,
        .shift = r->shift,
        .kind = r->quotes > 0 ? PM_BLOCK_QUOTE : PM_BLOCK_PARAGRAPH,
        .line = line > 0 ? (size_t)line : 1,
        .column = column > 1 ? (size_t)column - 1 : 0,
        .quotes = r->quotes,
    };
    cmark_node *parent = cmark_node_parent(node);
    if (cmark_node_previous(node) == NULL && cmark_node_get_type(parent) == CMARK_NODE_ITEM) {
        o.kind = PM_BLOCK_ITEM;
        o.level = r->lists;
    }
    return o;
}

/* A paragraph whose text starts with a bracket starts with no definition. */
static void skip_definitions(struct pm_md_reader *r, cmark_node *node, struct pm_md_origin *o,
                             size_t last)
{
    cmark_node *child = cmark_node_first_child(node);
    const char *text = child == NULL ? NULL : cmark_node_get_literal(child);
    if (text == NULL || text[0] != '[')
        pm_md_skip_definitions(r, o, last);
}

static void read_text(struct pm_md_reader *r, cmark_node *node, struct pm_md_origin *o, size_t last)
{
    size_t lines = last >= o->line ? last - o->line + 1 : 1;
    if (pm_md_holds_table(r, o, lines)) {
        cmark_iter_reset(r->it, node, CMARK_EVENT_EXIT);
        pm_md_read_tables(r, o, lines);
    } else {
        read_inlines(r, node);
        pm_md_keep(r, pm_md_emit(&r->text, o));
    }
}

static void read_paragraph(struct pm_md_reader *r, cmark_node *node)
{
    struct pm_md_origin o = origin_of(r, node);
    size_t last = (size_t)cmark_node_get_end_line(node);
    pm_md_read_gap(r, o.line);
    skip_definitions(r, node, &o, last);
    pm_md_covered(r, last);
    read_text(r, node, &o, last);
}

static void add_heading(struct pm_md_reader *r, const struct pm_md_origin *o, int level)
{
    char *copy = pm_arena_strndup(r->arena, pm_buf_text(&r->text.buf), r->text.buf.len);
    size_t len = r->text.buf.len;
    if (copy == NULL) {
        pm_md_keep(r, PM_ENOMEM);
        return;
    }
    for (size_t i = 0; i < len; i++)
        if (copy[i] == '\n')
            copy[i] = ' ';
    const char *s = pm_trim(copy, &len);
    /* An attribute block of other dialects: "## Impact {#impact}". */
    const char *brace = len > 0 && s[len - 1] == '}' ? memrchr(s, '{', len) : NULL;
    if (brace > s && (brace[1] == '#' || brace[1] == '.')) {
        len = (size_t)(brace - s);
        s = pm_trim(s, &len);
    }
    if (len == 0)
        return;
    bool quoted = r->quotes > 0;
    struct pm_block *b = pm_blocks_add(
        r->arena, r->blocks, quoted ? PM_BLOCK_QUOTE : PM_BLOCK_HEADING, (int)o->line + r->shift);
    pm_md_keep(r, b == NULL ? PM_ENOMEM : pm_block_text(r->arena, b, s, len));
    if (b != NULL) {
        b->level = quoted ? 0 : level;
        b->bold_only = quoted;
    }
}

static void read_heading(struct pm_md_reader *r, cmark_node *node)
{
    struct pm_md_origin o = origin_of(r, node);
    int level = cmark_node_get_heading_level(node);
    size_t len = 0;
    const char *raw = pm_md_raw(&o, 0, &len);
    bool setext = len == 0 || raw[0] != '#';
    pm_md_read_gap(r, o.line);
    int end = cmark_node_get_end_line(node);
    size_t last = setext ? pm_md_setext_last(&o, (size_t)(end > 0 ? end : 0)) : o.line;
    if (setext)
        skip_definitions(r, node, &o, last);
    pm_md_covered(r, setext ? last + 1 : last);
    size_t lines = last >= o.line ? last - o.line + 1 : 1;
    if (setext && pm_md_holds_table(r, &o, lines)) {
        cmark_iter_reset(r->it, node, CMARK_EVENT_EXIT);
        pm_md_read_tables(r, &o, lines);
        return;
    }
    read_inlines(r, node);
    if (!setext || pm_md_is_heading(&r->text, level))
        add_heading(r, &o, level);
    else
        pm_md_keep(r, pm_md_emit(&r->text, &o));
}

static void read_code(struct pm_md_reader *r, cmark_node *node)
{
    struct pm_md_origin o = origin_of(r, node);
    pm_md_read_gap(r, o.line);
    pm_md_covered(r, (size_t)cmark_node_get_end_line(node));
    const char *s = cmark_node_get_literal(node);
    size_t len = strlen(s);
    while (len > 0 && (s[len - 1] == '\n' || s[len - 1] == ' '))
        len--;
    if (len == 0)
        return;
    size_t raw_len = 0;
    const char *raw = pm_md_raw(&o, 0, &raw_len);
    bool fenced = raw_len >= 3 && (memcmp(raw, "```", 3) == 0 || memcmp(raw, "~~~", 3) == 0);
    struct pm_block *b = pm_blocks_add(r->arena, r->blocks, PM_BLOCK_CODE,
                                       (int)o.line + r->shift + (fenced ? 1 : 0));
    pm_md_keep(r, b == NULL ? PM_ENOMEM : pm_block_text(r->arena, b, s, len));
}

static void read_html(struct pm_md_reader *r, cmark_node *node)
{
    struct pm_md_origin o = origin_of(r, node);
    pm_md_read_gap(r, o.line);
    pm_md_covered(r, (size_t)cmark_node_get_end_line(node));
    const struct pm_html_reader html = {
        .arena = r->arena, .blocks = r->blocks, .tables = &r->tables, .decode = decode, .ctx = r};
    const char *s = cmark_node_get_literal(node);
    pm_md_keep(r, pm_html_blocks(&html, s, strlen(s), (int)o.line + r->shift));
}

static void read_node(struct pm_md_reader *r, bool enter, cmark_node *node)
{
    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_BLOCK_QUOTE:
        r->quotes += enter ? 1 : (size_t)-1;
        break;
    case CMARK_NODE_LIST:
        r->lists += enter ? 1 : -1;
        break;
    case CMARK_NODE_PARAGRAPH:
        if (enter)
            read_paragraph(r, node);
        break;
    case CMARK_NODE_HEADING:
        if (enter)
            read_heading(r, node);
        break;
    case CMARK_NODE_CODE_BLOCK:
        read_code(r, node);
        break;
    case CMARK_NODE_HTML_BLOCK:
        read_html(r, node);
        break;
    default:
        break;
    }
}

static void read_document(struct pm_md_reader *r, cmark_node *root)
{
    r->it = cmark_iter_new(root);
    cmark_event_type ev;
    while (r->st == PM_OK && (ev = cmark_iter_next(r->it)) != CMARK_EVENT_DONE)
        read_node(r, ev == CMARK_EVENT_ENTER, cmark_iter_get_node(r->it));
    pm_md_read_gap(r, r->src.count + 1);
}

enum pm_status pm_markdown_read(const char *text, size_t len, int first_line, struct pm_arena *a,
                                struct pm_blocks *out, struct pm_error *err)
{
    struct pm_md_reader r = {.arena = a, .blocks = out, .shift = first_line - 1, .next = 1};
    if (len > INT_MAX / 2)
        return pm_fail(err, PM_ELIMIT, "text is too long");
    if (!pm_lines_init(&r.src, text, len))
        return pm_fail(err, PM_ENOMEM, "out of memory");
    struct pm_arena nodes = {0}, *before;
    cmark_node *root = pm_md_parse(&nodes, NULL, text, len, &before);
    read_document(&r, root);
    pm_md_memory_back(before);
    pm_arena_free(&nodes);
    pm_arena_free(&r.sub_nodes);
    pm_lines_free(&r.src);
    pm_md_text_free(&r.text);
    pm_md_text_free(&r.sub);
    pm_md_cells_free(&r.cells);
    pm_md_cells_free(&r.scratch);
    pm_buf_free(&r.raw);
    return r.st == PM_OK ? PM_OK : pm_fail(err, r.st, "out of memory");
}
