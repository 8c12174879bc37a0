/* HTML as it turns up in Markdown: a scanner of tags, and HTML blocks to blocks. */
#ifndef PM_MD_HTML_H
#define PM_MD_HTML_H

#include <stdbool.h>
#include <stddef.h>

#include "indexer/block.h"
#include "lib/buf.h"

enum pm_html_kind { PM_HTML_TEXT, PM_HTML_TAG, PM_HTML_OTHER /* comment, declaration */ };

struct pm_html_token {
    enum pm_html_kind kind;
    const char *s; /* the whole token */
    size_t len;
    char name[16]; /* TAG: lower case, cut at 15 bytes */
    bool close;    /* TAG: </name> */
};

struct pm_html_scanner {
    const char *s;
    size_t len;
    size_t pos;
    bool no_tag;     /* no '>' is ahead any more: all the rest is text */
    bool no_comment; /* no "-->" is ahead any more */
};

/* The next token; false at the end. Anything is accepted. */
bool pm_html_next(struct pm_html_scanner *sc, struct pm_html_token *out);

/* The value of an attribute of a tag, as written, or NULL. */
const char *pm_html_attribute(const struct pm_html_token *tag, const char *name, size_t *len);

/* What an inline tag does to the text around it. */
enum pm_html_effect {
    PM_HTML_NOTHING,
    PM_HTML_BREAK,  /* <br> */
    PM_HTML_STRONG, /* <b>, <strong> */
    PM_HTML_EMPH,   /* <i>, <em> */
    PM_HTML_HIDE,   /* <script>, <style>: their text is not for readers */
};
enum pm_html_effect pm_html_effect(const struct pm_html_token *tag);

/* Give href and src of a tag to the links. */
enum pm_status pm_html_links(struct pm_arena *a, struct pm_blocks *b,
                             const struct pm_html_token *tag);

struct pm_html_reader {
    struct pm_arena *arena;
    struct pm_blocks *blocks;
    int *tables; /* tables met in the file so far */
    /* Append s with its character references resolved. */
    void (*decode)(void *ctx, const char *s, size_t len, struct pm_buf *out);
    void *ctx;
};

/* Append the blocks of a stretch of HTML that starts at the file's line. */
enum pm_status pm_html_blocks(const struct pm_html_reader *r, const char *html, size_t len,
                              int line);

#endif
