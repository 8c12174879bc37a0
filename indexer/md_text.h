/* Running text while its markup is taken off: lines, and how each begins. */
#ifndef PM_MD_TEXT_H
#define PM_MD_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/buf.h"

struct pm_md_text_line {
    size_t at;    /* offset of its first byte in the text */
    size_t src;   /* lines of the source before it: differs from its number at <br> */
    size_t run;   /* bytes of the emphasised run that it begins with; 0: none */
    bool strong;  /* that run is bold, not merely italic */
    bool plain;   /* it holds text outside emphasis too */
    bool literal; /* it begins with "**" or "__" that CommonMark did not take for markup, or
                     took for the start of bold in bold ("**原因：**接続の**枯渇**") */
};

struct pm_md_text {
    struct pm_buf buf;
    struct pm_md_text_line *lines; /* malloc'ed; never none once something was added */
    size_t count;
    size_t cap;
    size_t src; /* lines of the source passed */
    bool made;  /* the last line break was not one of the source */
    int strong; /* depth of open emphasis */
    int emph;
    int hidden;  /* inside <script> or <style>: nothing is kept */
    bool opened; /* the current line's leading run is still open */
    bool failed; /* memory ran out */
};

/* Empty it for the next stretch, keeping its memory. */
void pm_md_text_clear(struct pm_md_text *t);
void pm_md_text_free(struct pm_md_text *t);

/* Append text without line breaks. Literal text loses what readers of other dialects
 * take for markup: "**" that CommonMark left beside Japanese, "~~", and the brackets
 * of [[wiki links]]; code is kept as it is. */
void pm_md_text_literal(struct pm_md_text *t, const char *s, size_t len);
void pm_md_text_code(struct pm_md_text *t, const char *s, size_t len);

/* End the current line; passed is how many line ends of the source that takes: 1, or
 * 0 for <br>, or those inside a code span. A line end right behind a break of the
 * latter kinds makes no empty line. */
void pm_md_text_newline(struct pm_md_text *t, size_t passed);

/* Emphasis opens or closes here. */
void pm_md_text_emphasis(struct pm_md_text *t, bool strong, bool open);

/* Line i (from 0) without blanks at its ends. */
const char *pm_md_text_line(const struct pm_md_text *t, size_t i, size_t *len);

/* Is line i emphasised as a whole? */
bool pm_md_text_all_emphasised(const struct pm_md_text *t, size_t i);

#endif
