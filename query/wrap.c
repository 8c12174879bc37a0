#include "query/wrap.h"

#include <string.h>

#include "lib/utf8.h"
#include "query/out.h"

/* Lines are broken after they were written: styles stand in the text then as ESC [ ... m, and
 * nothing else does, as foreign text was made safe. */

static const char ellipsis[] = "…", separator[] = " ·";

static size_t style_length(const char *s, size_t len)
{
    const char *m = len > 0 && *s == '\033' ? memchr(s, 'm', len) : NULL;
    return m == NULL ? 0 : (size_t)(m - s) + 1;
}

static void skip_styles(const char *s, size_t len, size_t *pos)
{
    for (size_t n = 1; n > 0; *pos += n)
        n = style_length(s + *pos, len - *pos);
}

/* The next character that is seen; 0 at the end. */
static uint32_t next_seen(const char *s, size_t len, size_t *pos)
{
    skip_styles(s, len, pos);
    return pm_utf8_next(s, len, pos);
}

size_t pm_styled_width(const char *s, size_t len)
{
    size_t columns = 0;
    for (size_t pos = 0; pos < len;) {
        const char *esc = memchr(s + pos, '\033', len - pos);
        size_t n = esc == NULL ? len - pos : (size_t)(esc - s) - pos;
        columns += pm_utf8_width(s + pos, n);
        pos += n;
        skip_styles(s, len, &pos);
        pos += n == 0 && pos < len && s + pos == esc; /* an ESC that starts no style */
    }
    return columns;
}

/* The largest prefix, in bytes, that takes at most so many columns. */
static size_t fit(const char *s, size_t len, size_t columns)
{
    size_t pos = 0;
    for (size_t next = 0; pos < len; pos = next) {
        (void)next_seen(s, len, &next);
        size_t width = pm_styled_width(s + pos, next - pos);
        if (width > columns)
            break;
        columns -= width;
    }
    return pos;
}

/* Punctuation that must not start a line (the core of the Japanese kinsoku rule),
 * and the closing mark of a hit. */
static bool sticks_to_the_left(uint32_t cp)
{
    static const uint32_t marks[] = {0x3001, 0x3002, 0xff0c, 0xff0e, 0x300d, 0x300f,
                                     0xff09, 0x3011, 0xff01, 0xff1f, 0x30fc, 0xbb,
                                     0x30fb, 0x3009, 0x300b, 0x2026};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (marks[i] == cp)
            return true;
    return false;
}

/* The next piece that must not be broken: a run without spaces of narrow
 * characters, or one wide character, with the punctuation that clings to it. */
static size_t piece(const char *s, size_t len)
{
    size_t pos = 0;
    uint32_t cp = next_seen(s, len, &pos);
    bool wide = pm_styled_width(s, pos) > 1;
    bool opening = cp == 0xab || cp == 0x2026;
    while (pos < len) {
        size_t next = pos;
        cp = next_seen(s, len, &next);
        bool next_wide = pm_styled_width(s + pos, next - pos) > 1;
        if (cp == 0 || cp == ' ' || (!sticks_to_the_left(cp) && !opening && (wide || next_wide)))
            break;
        wide = next_wide;
        opening = cp == 0xab;
        pos = next;
    }
    return pos;
}

static bool separator_follows(const char *s, size_t len)
{
    size_t pos = 0;
    skip_styles(s, len, &pos);
    return len - pos >= sizeof separator - 1 &&
           memcmp(s + pos, separator, sizeof separator - 1) == 0;
}

/* The item up to the next separator, with it. */
static size_t item(const char *s, size_t len)
{
    const char *end = memmem(s, len, separator, sizeof separator - 1);
    return end == NULL ? len : (size_t)(end - s) + sizeof separator - 1;
}

struct wrap {
    struct pm_out *o;
    const char *s; /* what is still to be written */
    size_t len;
    size_t indent, room, column, spaces, lines_left;
    bool cut;       /* there is more than the lines hold: room is left for an ellipsis */
    bool item_next; /* a separator stands before s */
};

static void measure_last_line(struct wrap *w)
{
    w->cut = w->lines_left == 1 && w->column + w->spaces + pm_styled_width(w->s, w->len) > w->room;
}

static void put_piece(struct wrap *w, size_t n)
{
    size_t limit = w->room - w->cut, used = w->column + w->spaces;
    size_t columns = pm_styled_width(w->s, n);
    if (used + columns > limit)
        columns = pm_styled_width(w->s, n = fit(w->s, n, limit > used ? limit - used : 0));
    for (; n > 0 && w->spaces > 0; w->spaces--, w->column++)
        pm_buf_addc(&w->o->buf, ' ');
    pm_buf_add(&w->o->buf, w->s, n);
    w->column += columns;
    w->s += n;
    w->len -= n;
}

/* Columns that must be free for the piece of n bytes at hand: a separator clings to what stands
 * before it, and an item stays whole if a line can hold it. */
static size_t wanted(const struct wrap *w, size_t n)
{
    size_t columns = pm_styled_width(w->s, n) + (separator_follows(w->s + n, w->len - n) ? 2 : 0);
    size_t whole = w->item_next ? pm_styled_width(w->s, item(w->s, w->len)) : 0;
    return whole > columns && whole <= w->room - w->indent ? whole : columns;
}

/* Write the next piece, on a line of its own if need be. Returns false when the lines are full. */
static bool step(struct wrap *w)
{
    size_t n = style_length(w->s, w->len);
    if (n > 0 || *w->s == ' ') {
        pm_buf_add(&w->o->buf, w->s, n);
        w->spaces += n == 0 && (w->column > 0 || w->spaces < w->indent);
        w->s += n == 0 ? 1 : n;
        w->len -= n == 0 ? 1 : n;
        return true;
    }
    n = piece(w->s, w->len);
    if (w->column > w->indent && w->column + w->spaces + wanted(w, n) > w->room - w->cut) {
        if (w->lines_left == 1)
            return false;
        w->lines_left--;
        pm_buf_addc(&w->o->buf, '\n');
        w->column = 0;
        w->spaces = w->indent;
        measure_last_line(w);
    }
    w->item_next = n == 2 && memcmp(w->s, separator + 1, 2) == 0;
    size_t before = w->len;
    put_piece(w, n);
    return w->len < before;
}

/* Columns of a line; behind a deep indent there is room all the same. */
static size_t room(const struct pm_out *o, size_t indent)
{
    return o->width > indent + 20 ? o->width : indent + 20;
}

void pm_out_wrap(struct pm_out *o, size_t indent, size_t max_lines)
{
    size_t from = o->buf.len;
    while (from > 0 && o->buf.data[from - 1] != '\n')
        from--;
    struct pm_buf line = {0};
    pm_buf_add(&line, pm_buf_text(&o->buf) + from, o->buf.len - from);
    o->buf.len = from;
    struct wrap w = {.o = o,
                     .s = pm_buf_text(&line),
                     .len = line.len,
                     .indent = indent,
                     .room = room(o, indent),
                     .lines_left = max_lines};
    measure_last_line(&w);
    while (w.len > 0 && step(&w))
        ;
    if (w.len > 0)
        pm_buf_adds(&o->buf, o->color ? "…\033[0m" : ellipsis);
    o->buf.failed |= line.failed;
    pm_buf_free(&line);
}

/* Without colour the marks are written as «»; with it they are a style. */
static void put_marked(struct pm_out *o, const struct pm_snippet *s, size_t at)
{
    pm_out_raw(o, at > 0 || s->cut_before ? ellipsis : "");
    for (size_t i = 0; i < s->n_marks; i++) {
        const struct pm_mark *m = &s->marks[i];
        pm_out_textn(o, PM_STYLE_PLAIN, s->text + at, m->start - at);
        pm_out_raw(o, o->color ? "" : "«");
        pm_out_textn(o, PM_STYLE_MARK, s->text + m->start, m->end - m->start);
        pm_out_raw(o, o->color ? "" : "»");
        at = m->end;
    }
    pm_out_textn(o, PM_STYLE_PLAIN, s->text + at, s->len - at);
    pm_out_raw(o, s->cut_after ? ellipsis : "");
}

/* Where to start so that the first mark is seen: at the start, or less than a line before it. */
static size_t start_of(const struct pm_snippet *s, size_t line, size_t max_lines)
{
    if (s->n_marks == 0 || max_lines == SIZE_MAX ||
        pm_utf8_width(s->text, s->marks[0].end) < line * (max_lines - 1))
        return 0;
    size_t at = 0, mark = s->marks[0].start;
    while (at < mark && pm_utf8_width(s->text + at, mark - at) >= line)
        at += piece(s->text + at, mark - at);
    while (at < mark && s->text[at] == ' ')
        at++;
    return at;
}

void pm_out_passage(struct pm_out *o, const struct pm_snippet *s, size_t indent, size_t max_lines)
{
    pm_out_pad(o, indent);
    put_marked(o, s, start_of(s, room(o, indent) - indent, max_lines));
    pm_out_wrap(o, indent, max_lines);
    pm_out_raw(o, "\n");
}
