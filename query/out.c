#include "query/out.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "lib/utf8.h"

static const char *const codes[] = {
    [PM_STYLE_PLAIN] = "",          [PM_STYLE_TITLE] = "\033[1m",    [PM_STYLE_FAINT] = "\033[2m",
    [PM_STYLE_MARK] = "\033[1;31m", [PM_STYLE_SECTION] = "\033[36m", [PM_STYLE_BAD] = "\033[33m",
};

static bool want_color(enum pm_color color)
{
    if (color != PM_COLOR_AUTO)
        return color == PM_COLOR_ALWAYS;
    const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
    if ((no != NULL && *no != '\0') || term == NULL || strcmp(term, "dumb") == 0)
        return false;
    return isatty(STDOUT_FILENO) == 1;
}

void pm_out_init(struct pm_out *o, enum pm_color color)
{
    *o = (struct pm_out){.color = want_color(color), .width = 100};
    const char *columns = getenv("COLUMNS");
    struct winsize size;
    if (columns != NULL && atoi(columns) >= 40)
        o->width = (size_t)atoi(columns);
    else if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40)
        o->width = size.ws_col;
    if (o->width > 160)
        o->width = 160;
}

void pm_out_textn(struct pm_out *o, enum pm_style style, const char *text, size_t len)
{
    bool styled = o->color && style != PM_STYLE_PLAIN && len > 0;
    if (styled)
        pm_buf_adds(&o->buf, codes[style]);
    pm_utf8_safe(text, len, &o->buf);
    if (styled)
        pm_buf_adds(&o->buf, "\033[0m");
}

void pm_out_text(struct pm_out *o, enum pm_style style, const char *text)
{
    pm_out_textn(o, style, text, strlen(text));
}

void pm_out_raw(struct pm_out *o, const char *text)
{
    pm_buf_adds(&o->buf, text);
}

size_t pm_out_column(const struct pm_out *o)
{
    size_t from = o->buf.len, column = 0;
    while (from > 0 && o->buf.data[from - 1] != '\n')
        from--;
    while (from < o->buf.len) {
        const char *p = o->buf.data + from, *esc = memchr(p, '\033', o->buf.len - from);
        size_t n = esc == NULL ? o->buf.len - from : (size_t)(esc - p);
        column += pm_utf8_width(p, n);
        from += n;
        if (esc != NULL) {
            const char *m = memchr(esc, 'm', o->buf.len - from);
            from = m == NULL ? o->buf.len : (size_t)(m - o->buf.data) + 1;
        }
    }
    return column;
}

void pm_out_pad(struct pm_out *o, size_t column)
{
    for (size_t at = pm_out_column(o); at < column; at++)
        pm_buf_addc(&o->buf, ' ');
}

struct wrap {
    struct pm_out *o;
    size_t indent, column, lines, max_lines;
    bool full;
};

static void new_line(struct wrap *w)
{
    if (++w->lines >= w->max_lines) {
        w->full = true;
        return;
    }
    pm_out_raw(w->o, "\n");
    pm_out_pad(w->o, w->indent);
    w->column = w->indent;
}

/* Punctuation that must not start a line (the core of the Japanese kinsoku rule),
 * and the closing mark of a hit. */
static bool sticks_to_the_left(uint32_t cp)
{
    static const uint32_t marks[] = {0x3001, 0x3002, 0xff0c, 0xff0e, 0x300d, 0x300f, 0xff09, 0x3011,
                                     0xff01, 0xff1f, 0x30fc, 0xbb,   0x30fb, 0x3009, 0x300b};
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
    uint32_t cp = pm_utf8_next(s, len, &pos);
    if (cp == ' ' || cp == '\n')
        return pos;
    bool wide = pm_utf8_width(s, pos) > 1;
    bool opening = cp == 0xab;
    while (pos < len) {
        size_t next = pos;
        cp = pm_utf8_next(s, len, &next);
        bool next_wide = pm_utf8_width(s + pos, next - pos) > 1;
        if (!sticks_to_the_left(cp) &&
            (cp == ' ' || cp == '\n' || (!opening && (wide || next_wide))))
            break;
        wide = next_wide;
        opening = cp == 0xab;
        pos = next;
    }
    return pos;
}

static void put_run(struct wrap *w, enum pm_style style, const char *s, size_t len)
{
    size_t room = w->o->width > w->indent + 20 ? w->o->width : w->indent + 20;
    while (len > 0 && !w->full) {
        size_t n = piece(s, len), cols = pm_utf8_width(s, n);
        bool space = *s == ' ' || *s == '\n';
        if (w->column + cols > room && w->column > w->indent)
            new_line(w);
        if (cols > room - w->indent)
            cols = pm_utf8_width(s, n = pm_utf8_fit(s, n, room - w->indent));
        if (n == 0)
            break;
        if (!w->full && !(space && w->column == w->indent)) {
            pm_out_textn(w->o, style, s, n);
            w->column += space ? 1 : cols;
        }
        s += n;
        len -= n;
    }
}

/* Without colour the marks are written into the text, so that they wrap with it. */
static void passage_plain(struct wrap *w, const struct pm_snippet *s)
{
    struct pm_buf text = {0};
    size_t at = 0;
    for (size_t i = 0; i < s->n_marks; i++) {
        pm_buf_add(&text, s->text + at, s->marks[i].start - at);
        pm_buf_adds(&text, "«");
        pm_buf_add(&text, s->text + s->marks[i].start, s->marks[i].end - s->marks[i].start);
        pm_buf_adds(&text, "»");
        at = s->marks[i].end;
    }
    pm_buf_add(&text, s->text + at, s->len - at);
    put_run(w, PM_STYLE_PLAIN, pm_buf_text(&text), text.len);
    w->o->buf.failed |= text.failed;
    pm_buf_free(&text);
}

static void passage_color(struct wrap *w, const struct pm_snippet *s)
{
    size_t at = 0;
    for (size_t i = 0; i < s->n_marks && !w->full; i++) {
        const struct pm_mark *m = &s->marks[i];
        put_run(w, PM_STYLE_PLAIN, s->text + at, m->start - at);
        put_run(w, PM_STYLE_MARK, s->text + m->start, m->end - m->start);
        at = m->end;
    }
    put_run(w, PM_STYLE_PLAIN, s->text + at, s->len - at);
}

void pm_out_passage(struct pm_out *o, const struct pm_snippet *s, size_t indent, size_t max_lines)
{
    struct wrap w = {.o = o, .indent = indent, .column = indent, .max_lines = max_lines};
    pm_out_pad(o, indent);
    if (o->color)
        passage_color(&w, s);
    else
        passage_plain(&w, s);
    pm_out_raw(o, w.full ? " ...\n" : "\n");
}

enum pm_status pm_out_flush(struct pm_out *o, struct pm_error *err)
{
    enum pm_status st = o->buf.failed ? pm_fail(err, PM_ENOMEM, "out of memory") : PM_OK;
    for (size_t at = 0; st == PM_OK && at < o->buf.len;) {
        ssize_t n = write(STDOUT_FILENO, o->buf.data + at, o->buf.len - at);
        if (n > 0)
            at += (size_t)n;
        else if (n < 0 && errno == EPIPE)
            break; /* the reader has seen enough */
        else if (n < 0 && errno != EINTR)
            st = pm_fail(err, PM_EIO, "unable to write to standard output: %s", strerror(errno));
    }
    pm_buf_free(&o->buf);
    return st;
}
