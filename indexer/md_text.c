#include "indexer/md_text.h"

#include <stdlib.h>
#include <string.h>

#include "indexer/lines.h"

void pm_md_text_clear(struct pm_md_text *t)
{
    pm_buf_clear(&t->buf);
    t->count = 0;
    t->src = 0;
    t->made = false;
    t->strong = t->emph = t->hidden = 0;
    t->opened = false;
}

void pm_md_text_free(struct pm_md_text *t)
{
    pm_buf_free(&t->buf);
    free(t->lines);
    *t = (struct pm_md_text){0};
}

static struct pm_md_text_line *add_line(struct pm_md_text *t)
{
    if (t->count == t->cap) {
        size_t cap = t->cap == 0 ? 16 : t->cap * 2;
        struct pm_md_text_line *grown = realloc(t->lines, cap * sizeof *grown);
        if (grown == NULL) {
            t->failed = true;
            return NULL;
        }
        t->lines = grown;
        t->cap = cap;
    }
    struct pm_md_text_line *l = &t->lines[t->count++];
    *l = (struct pm_md_text_line){.at = t->buf.len, .src = t->src};
    return l;
}

static struct pm_md_text_line *current(struct pm_md_text *t)
{
    return t->count > 0 ? &t->lines[t->count - 1] : add_line(t);
}

static bool blank(const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (s[i] != ' ' && s[i] != '\t')
            return false;
    return true;
}

/* Append as it is, keeping the books on emphasis. */
static void append(struct pm_md_text *t, const char *s, size_t len)
{
    struct pm_md_text_line *l = current(t);
    if (l == NULL || len == 0 || t->hidden > 0)
        return;
    bool emphasised = t->strong + t->emph > 0;
    if (!blank(s, len)) {
        bool first = blank(pm_buf_text(&t->buf) + l->at, t->buf.len - l->at);
        if (first && emphasised) {
            t->opened = true;
            l->strong = t->strong > 0;
        }
        l->plain = l->plain || !emphasised;
    }
    pm_buf_add(&t->buf, s, len);
    t->failed = t->failed || t->buf.failed;
}

void pm_md_text_code(struct pm_md_text *t, const char *s, size_t len)
{
    append(t, s, len);
}

static size_t run(const char *s, size_t len, size_t at)
{
    size_t n = 1;
    while (at + n < len && s[at + n] == s[at])
        n++;
    return n;
}

/* Is the run of asterisks at at markup that CommonMark's flanking rules missed? It
 * is beside a letter that is not ASCII, or at the edge of a line or of markup. */
static bool missed(const struct pm_md_text *t, const char *s, size_t len, size_t at, size_t n)
{
    size_t line = t->count > 0 ? t->lines[t->count - 1].at : 0;
    char before = at > 0 ? s[at - 1] : t->buf.len > line ? t->buf.data[t->buf.len - 1] : '\0';
    char after = at + n < len ? s[at + n] : '\0';
    if (before == ' ' && after == ' ')
        return false;
    return before == '\0' || after == '\0' || ((unsigned char)before & 0x80) ||
           ((unsigned char)after & 0x80);
}

/* The bytes of foreign markup at s[at], or 0. */
static size_t foreign(const struct pm_md_text *t, const char *s, size_t len, size_t at,
                      bool *in_wiki)
{
    size_t n = run(s, len, at);
    if (s[at] == '*' && n >= 2 && missed(t, s, len, at, n))
        return n;
    if (s[at] == '~' && n == 2)
        return n;
    if (s[at] == '[' && n == 2 && memmem(s + at, len - at, "]]", 2) != NULL) {
        *in_wiki = true;
        return n;
    }
    if (s[at] == ']' && n >= 2 && *in_wiki) {
        *in_wiki = false;
        return 2;
    }
    return 0;
}

static bool may_be_foreign(char c)
{
    return c == '*' || c == '~' || c == '[' || c == ']';
}

void pm_md_text_literal(struct pm_md_text *t, const char *s, size_t len)
{
    struct pm_md_text_line *l = current(t);
    if (l == NULL)
        return;
    if (t->buf.len == l->at && len >= 2 && (s[0] == '*' || s[0] == '_') && s[1] == s[0])
        l->literal = true;
    bool in_wiki = false;
    bool wiki_dead = false;
    size_t from = 0;
    for (size_t i = 0; i < len;) {
        if (!may_be_foreign(s[i])) {
            i++;
            continue;
        }
        /* Many unclosed brackets must not each look for a closer. */
        bool search = s[i] == '[' && run(s, len, i) == 2;
        size_t n = search && (wiki_dead || in_wiki) ? 0 : foreign(t, s, len, i, &in_wiki);
        wiki_dead = wiki_dead || (search && n == 0);
        if (n > 0) {
            append(t, s + from, i - from);
            from = i + n;
        }
        i += n > 0 ? n : run(s, len, i);
    }
    append(t, s + from, len - from);
}

void pm_md_text_newline(struct pm_md_text *t, size_t passed)
{
    struct pm_md_text_line *l = current(t);
    t->src += passed;
    if (l == NULL || t->hidden > 0)
        return;
    if (t->made && passed > 0 && l->at == t->buf.len) {
        l->src = t->src;
        t->made = false;
        return;
    }
    t->made = passed != 1;
    /* A run that goes on in the next line is no key and no heading. */
    if (t->opened)
        l->plain = true;
    t->opened = false;
    pm_buf_addc(&t->buf, '\n');
    (void)add_line(t);
}

void pm_md_text_emphasis(struct pm_md_text *t, bool strong, bool open)
{
    int *depth = strong ? &t->strong : &t->emph;
    if (open) {
        ++*depth;
        struct pm_md_text_line *l = current(t);
        if (l != NULL && t->opened && t->strong > 1)
            l->literal = l->plain = true;
    } else if (*depth > 0) {
        --*depth;
        struct pm_md_text_line *l = current(t);
        if (l != NULL && t->opened && t->strong + t->emph == 0) {
            l->run = l->literal ? 0 : t->buf.len - l->at;
            t->opened = false;
        }
    }
}

const char *pm_md_text_line(const struct pm_md_text *t, size_t i, size_t *len)
{
    size_t at = t->lines[i].at;
    size_t end = i + 1 < t->count ? t->lines[i + 1].at - 1 : t->buf.len;
    *len = end - at;
    return pm_trim(pm_buf_text(&t->buf) + at, len);
}

bool pm_md_text_all_emphasised(const struct pm_md_text *t, size_t i)
{
    return t->lines[i].run > 0 && !t->lines[i].plain;
}
