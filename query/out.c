#include "query/out.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "lib/utf8.h"
#include "query/wrap.h"

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

void pm_out_clip(struct pm_buf *out, const char *text, size_t columns)
{
    size_t len = strlen(text);
    if (pm_utf8_width(text, len) <= columns) {
        pm_utf8_safe(text, len, out);
        return;
    }
    pm_utf8_safe(text, pm_utf8_fit(text, len, columns > 0 ? columns - 1 : 0), out);
    pm_buf_adds(out, "…");
}

void pm_out_title(struct pm_out *o, const char *title)
{
    struct pm_buf text = {0};
    pm_out_clip(&text, title, o->width + o->width / 2);
    pm_out_textn(o, PM_STYLE_TITLE, pm_buf_text(&text), text.len);
    o->buf.failed |= text.failed;
    pm_buf_free(&text);
}

void pm_out_raw(struct pm_out *o, const char *text)
{
    pm_buf_adds(&o->buf, text);
}

size_t pm_out_column(const struct pm_out *o)
{
    size_t from = o->buf.len;
    while (from > 0 && o->buf.data[from - 1] != '\n')
        from--;
    return pm_styled_width(o->buf.data + from, o->buf.len - from);
}

void pm_out_pad(struct pm_out *o, size_t column)
{
    for (size_t at = pm_out_column(o); at < column; at++)
        pm_buf_addc(&o->buf, ' ');
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
