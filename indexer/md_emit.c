#include "indexer/md_emit.h"

#include <ctype.h>
#include <string.h>

#include "indexer/md_key.h"

const char *pm_md_raw(const struct pm_md_origin *o, size_t k, size_t *len)
{
    const char *line = pm_line(o->src, o->line + k, len);
    if (k > 0 || o->column == 0)
        return pm_line_unquote(line, len, o->quotes);
    size_t skip = o->column < *len ? o->column : *len;
    *len -= skip;
    return pm_line_unquote(line + skip, len, 0);
}

/* The bold key that line i starts with. A merely italic run is one only with a colon. */
static bool line_key(const struct pm_md_text *t, const struct pm_md_origin *o, size_t i,
                     struct pm_md_key *key)
{
    const struct pm_md_text_line *l = &t->lines[i];
    size_t len = 0;
    if (l->run > 0) {
        const char *line = pm_md_text_line(t, i, &len);
        const char *from = t->buf.data + l->at;
        size_t lead = (size_t)(line - from);
        size_t run = l->run > lead ? l->run - lead : 0;
        run = run < len ? run : len;
        return pm_md_key_make(line, run, line + run, len - run, key) && (l->strong || key->colon);
    }
    if (!l->literal)
        return false;
    const char *raw = pm_md_raw(o, l->src, &len);
    return pm_md_key_raw(raw, len, key);
}

static bool is_container_fence(const char *s, size_t len)
{
    return len >= 3 && memcmp(s, ":::", 3) == 0;
}

static bool bold_line(const struct pm_md_text *t, size_t i)
{
    return pm_md_text_all_emphasised(t, i) && t->lines[i].strong;
}

/* A bold line amid others is a heading unless it reads like a part of a sentence that
 * was wrapped there. */
static bool bold_heading(const struct pm_md_text *t, size_t i)
{
    size_t len = 0;
    const char *s = pm_md_text_line(t, i, &len);
    if (!bold_line(t, i) || len == 0)
        return false;
    bool ended =
        strchr(".,;", s[len - 1]) != NULL || (len >= 3 && memcmp(s + len - 3, "。", 3) == 0);
    return t->count == 1 || (!ended && (i == 0 || !islower((unsigned char)s[0])));
}

/* Does line i stand alone, whatever is around it? */
static bool alone(const struct pm_md_text *t, const struct pm_md_origin *o, size_t i)
{
    size_t len = 0;
    size_t at = 0;
    const char *s = pm_md_text_line(t, i, &len);
    return bold_heading(t, i) || is_container_fence(s, len) ||
           (o->kind == PM_BLOCK_PARAGRAPH && pm_md_loose_heading(s, len, &at) > 0);
}

static bool starts_block(const struct pm_md_text *t, const struct pm_md_origin *o, size_t i)
{
    struct pm_md_key key;
    return alone(t, o, i) || (line_key(t, o, i, &key) && key.colon);
}

/* A copy of a key without the marks of inline markup. */
static const char *copy_key(struct pm_arena *a, const struct pm_md_key *key)
{
    char *copy = pm_arena_strndup(a, key->name, key->len);
    size_t n = 0;
    for (size_t i = 0; copy != NULL && i < key->len; i++)
        if (copy[i] != '`' && copy[i] != '*')
            copy[n++] = copy[i];
    if (copy != NULL)
        copy[n] = '\0';
    return copy;
}

/* "[x] text": the state of the box, and s moved behind it. */
static int check_box(const char **s, size_t *len)
{
    const char *p = *s;
    if (*len < 3 || p[0] != '[' || p[2] != ']' || strchr(" xX", p[1]) == NULL || p[1] == '\0' ||
        (*len > 3 && p[3] != ' ' && p[3] != '\n'))
        return -1;
    size_t skip = *len > 3 ? 4 : 3;
    *s += skip;
    *len -= skip;
    return p[1] != ' ';
}

/* What is left of a line that opens or closes a container (":::note Title"). */
static const char *fence_title(const char *s, size_t *len)
{
    size_t i = 0;
    while (i < *len && s[i] == ':')
        i++;
    while (i < *len && s[i] == ' ')
        i++;
    while (i < *len && (isalnum((unsigned char)s[i]) || s[i] == '-'))
        i++;
    *len -= i;
    s = pm_trim(s + i, len);
    /* A second word in small letters is a kind too (":::message alert"). */
    size_t n = 0;
    while (n < *len && islower((unsigned char)s[n]))
        n++;
    if (n == *len)
        *len = 0;
    return s;
}

static enum pm_status emit_lines(const struct pm_md_text *t, const struct pm_md_origin *o,
                                 size_t from, size_t to, bool first)
{
    size_t len = 0;
    size_t last_len = 0;
    size_t at = 0;
    const char *s = pm_md_text_line(t, from, &len);
    const char *last = pm_md_text_line(t, to - 1, &last_len);
    if (to - from > 1)
        len = (size_t)(last + last_len - s);
    enum pm_block_kind kind = first || o->kind != PM_BLOCK_ITEM ? o->kind : PM_BLOCK_PARAGRAPH;
    int level = kind == o->kind ? o->level : 0;
    int loose = kind == PM_BLOCK_PARAGRAPH ? pm_md_loose_heading(s, len, &at) : 0;
    if (loose > 0) {
        kind = PM_BLOCK_HEADING;
        level = loose;
        s += at;
        len -= at;
    } else if (is_container_fence(s, len)) {
        s = fence_title(s, &len);
    }
    int checked = kind == PM_BLOCK_ITEM ? check_box(&s, &len) : -1;
    s = pm_trim(s, &len);
    if (len == 0)
        return PM_OK;
    struct pm_block *b =
        pm_blocks_add(o->arena, o->blocks, kind, (int)(o->line + t->lines[from].src) + o->shift);
    if (b == NULL)
        return PM_ENOMEM;
    b->level = level;
    b->checked = checked;
    b->bold_only = to - from == 1 && pm_md_text_all_emphasised(t, from) &&
                   (bold_line(t, from) || t->count == 1);
    struct pm_md_key key;
    if (loose == 0 && line_key(t, o, from, &key)) {
        const char *copy = copy_key(o->arena, &key);
        if (copy == NULL)
            return PM_ENOMEM;
        b->key = *copy == '\0' ? NULL : copy; /* nothing but marks */
    }
    return pm_block_text(o->arena, b, s, len);
}

enum pm_status pm_md_emit(const struct pm_md_text *t, const struct pm_md_origin *o)
{
    bool first = true;
    enum pm_status st = PM_OK;
    for (size_t i = 0; i < t->count && st == PM_OK;) {
        size_t len = 0;
        (void)pm_md_text_line(t, i, &len);
        if (len == 0) {
            i++;
            continue;
        }
        size_t to = i + 1;
        while (!alone(t, o, i) && to < t->count && !starts_block(t, o, to))
            to++;
        st = emit_lines(t, o, i, to, first);
        first = false;
        i = to;
    }
    return st;
}
