/* Blocks to units: one block may carry several labelled lines. */
#include <ctype.h>
#include <string.h>

#include "indexer/dates.h"
#include "indexer/outline.h"
#include "lib/norm.h"

enum { MAX_LABEL = 60, MAX_DECORATED = 120 };

/* The block being split: where the current unit starts. */
struct split {
    const struct pm_reader *r;
    struct pm_arena *a;
    const struct pm_block *b;
    struct pm_outline *out;
    size_t from;
    int from_line;
    size_t label;
    bool after_label; /* the line before carried one: this "key: value" does too */
};

size_t pm_label_at(const char *s, size_t len, size_t *name)
{
    size_t i = 0;
    while (i < len && i <= MAX_LABEL && s[i] != ':' && s[i] != '\n' &&
           !(len - i >= 3 && memcmp(s + i, "：", 3) == 0))
        i++;
    if (i == 0 || i >= len || i > MAX_LABEL || s[i] == '\n')
        return 0;
    size_t end = i + (s[i] == ':' ? 1 : 3);
    if (s[i] == ':' && end < len && !isspace((unsigned char)s[end]) &&
        !((unsigned char)s[end] & 0x80))
        return 0;
    while (i > 0 && isspace((unsigned char)s[i - 1]))
        i--;
    while (end < len && (s[end] == ' ' || s[end] == '\t'))
        end++;
    *name = i;
    return i == 0 ? 0 : end;
}

static struct pm_unit *add_unit(struct split *sp, size_t to)
{
    struct pm_outline *o = sp->out;
    struct pm_unit *grown =
        pm_arena_grow(sp->a, o->units, o->count, o->count + 1, sizeof *grown, &o->cap);
    if (grown == NULL)
        return NULL;
    o->units = grown;
    struct pm_unit *u = &grown[o->count++];
    *u = (struct pm_unit){.b = *sp->b, .label = sp->label, .section = PM_SEC_OTHER};
    size_t len = to - sp->from;
    while (len > 0 && isspace((unsigned char)sp->b->text[sp->from + len - 1]))
        len--;
    u->b.text = sp->b->text + sp->from;
    u->b.len = len;
    u->b.line = sp->b->line + sp->from_line;
    if (sp->from > 0) {
        u->b.key = NULL;
        u->b.bold_only = false;
    }
    return u;
}

/* Does a known heading, or a key of metadata, stand as a label before this line? */
static size_t known_label(struct split *sp, const char *line, size_t len)
{
    size_t name = 0;
    size_t label = pm_label_at(line, len, &name);
    if (label == 0)
        return 0;
    struct pm_heading_match m;
    if (pm_words_value(&sp->r->words, PM_WORD_KEY, line, name) != 0)
        return label;
    if (pm_headings_match(&sp->r->headings, line, name, &m) == PM_OK && m.exact)
        return label;
    return sp->after_label ? label : 0;
}

static bool decorated(struct split *sp, const char *line, size_t len)
{
    struct pm_heading_match m;
    return len <= MAX_DECORATED && pm_heading_decorated(line, len) &&
           pm_headings_match(&sp->r->headings, line, len, &m) == PM_OK && m.section != PM_SEC_COUNT;
}

/* A paragraph that opens with 【原因】 and goes on in the same line. */
static size_t bracket_heading(struct split *sp, const char *line, size_t len)
{
    if (len < 3 || memcmp(line, "【", 3) != 0)
        return 0;
    const char *close = memmem(line, len, "】", 3);
    size_t end = close == NULL ? 0 : (size_t)(close - line) + 3;
    return end > 0 && end < len && decorated(sp, line, end) ? end : 0;
}

static enum pm_status one_line(struct split *sp, size_t at, size_t len, int k)
{
    const char *line = sp->b->text + at;
    size_t bracket = bracket_heading(sp, line, len);
    bool mark = bracket == 0 && decorated(sp, line, len);
    size_t label = bracket > 0 || mark ? 0 : known_label(sp, line, len);
    sp->after_label = label > 0;
    if (at > sp->from && (bracket > 0 || mark || label > 0 || pm_starts_timed(line, len))) {
        if (add_unit(sp, at) == NULL)
            return PM_ENOMEM;
        sp->from = at;
        sp->from_line = k;
        sp->label = 0;
    }
    if (label > 0)
        sp->label = label;
    if (bracket > 0 || mark) {
        size_t to = at + (mark ? len : bracket);
        struct pm_unit *u = add_unit(sp, to);
        if (u == NULL)
            return PM_ENOMEM;
        u->b.bold_only = true;
        sp->from = to + (mark && to < sp->b->len ? 1 : 0);
        sp->from_line = mark ? k + 1 : k;
    }
    return PM_OK;
}

static bool splits(const struct pm_block *b)
{
    return b->kind == PM_BLOCK_PARAGRAPH || b->kind == PM_BLOCK_ITEM || b->kind == PM_BLOCK_QUOTE;
}

enum pm_status pm_outline_split(const struct pm_reader *r, struct pm_arena *a,
                                const struct pm_block *b, struct pm_outline *out)
{
    struct split sp = {.r = r, .a = a, .b = b, .out = out};
    if (splits(b)) {
        int k = 0;
        for (size_t at = 0; at < b->len;) {
            const char *nl = memchr(b->text + at, '\n', b->len - at);
            size_t len = nl == NULL ? b->len - at : (size_t)(nl - b->text) - at;
            if (one_line(&sp, at, len, k++) != PM_OK)
                return PM_ENOMEM;
            at += len + 1;
        }
    }
    if (sp.from < b->len && add_unit(&sp, b->len) == NULL)
        return PM_ENOMEM;
    return PM_OK;
}
