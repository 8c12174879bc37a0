/* Text for a terminal: colours where wanted, widths by columns, nothing from
 * outside as a control sequence. */
#ifndef PM_OUT_H
#define PM_OUT_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/buf.h"
#include "query/options.h"
#include "query/snippet.h"

enum pm_style {
    PM_STYLE_PLAIN,
    PM_STYLE_TITLE,
    PM_STYLE_FAINT,
    PM_STYLE_MARK,
    PM_STYLE_SECTION,
    PM_STYLE_BAD,
};

struct pm_out {
    struct pm_buf buf;
    bool color;
    size_t width; /* columns of the terminal, or 100 */
};

/* Decide on colour (--color, NO_COLOR, TERM=dumb, is standard output a terminal)
 * and width ($COLUMNS, the terminal, else 100). */
void pm_out_init(struct pm_out *o, enum pm_color color);

/* Append text, made safe, in a style. */
void pm_out_text(struct pm_out *o, enum pm_style style, const char *text);
void pm_out_textn(struct pm_out *o, enum pm_style style, const char *text, size_t len);

/* Append text, made safe, cut with an ellipsis where it takes more columns. */
void pm_out_clip(struct pm_buf *out, const char *text, size_t columns);

/* Append a title, cut at about a line and a half. */
void pm_out_title(struct pm_out *o, const char *title);

/* Append our own text as it is. */
void pm_out_raw(struct pm_out *o, const char *text);

/* Append spaces up to the given column, counted from the last newline. */
void pm_out_pad(struct pm_out *o, size_t column);

/* Columns since the last newline, styles left out. */
size_t pm_out_column(const struct pm_out *o);

/* Break the last line where it is wider than the terminal, and at most into max_lines lines:
 * what does not fit is cut with an ellipsis. Lines but the first start at column indent; items
 * between " · " stay whole where a line can hold them. */
void pm_out_wrap(struct pm_out *o, size_t indent, size_t max_lines);

/* Append a passage, wrapped to the width behind indent columns, its marks in style
 * (between « and » without colour), at most max_lines lines. */
void pm_out_passage(struct pm_out *o, const struct pm_snippet *s, size_t indent, size_t max_lines);

/* Write everything to standard output and free it. PM_EIO when that fails. */
enum pm_status pm_out_flush(struct pm_out *o, struct pm_error *err);

#endif
