#include <ctype.h>
#include <string.h>

#include "indexer/fm_parts.h"
#include "lib/buf.h"

enum { MAX_KEY = 80 };

bool pm_fm_key_line(const char *line, size_t len, size_t *key_len, size_t *value)
{
    if (len == 0 || strchr("-#[]{},&*!|>%@`?:", line[0]) != NULL)
        return false;
    for (size_t i = 0; i < len && i <= MAX_KEY; i++) {
        if (line[i] != ':' || (i + 1 < len && line[i + 1] != ' ' && line[i + 1] != '\t'))
            continue;
        size_t end = i;
        while (end > 0 && (line[end - 1] == ' ' || line[end - 1] == '\t'))
            end--;
        *key_len = end;
        *value = i + 1;
        return end > 0;
    }
    return false;
}

/* Take off one pair of quotes around a value. */
static const char *unquote(const char *s, size_t *len)
{
    s = pm_trim(s, len);
    if (*len >= 2 && (s[0] == '"' || s[0] == '\'') && s[*len - 1] == s[0]) {
        s++;
        *len -= 2;
    }
    return s;
}

/* "[a, "b, c"]": the elements of a list in one line. */
static void add_list(struct pm_fm *fm, size_t k, const char *s, size_t len)
{
    char quote = '\0';
    size_t from = 1;
    for (size_t i = 1; i < len; i++) {
        if (quote != '\0') {
            quote = s[i] == quote ? '\0' : quote;
        } else if (s[i] == '"' || s[i] == '\'') {
            quote = s[i];
        } else if (s[i] == ',' || i + 1 == len) {
            size_t n = i - from;
            const char *element = unquote(s + from, &n);
            pm_fm_value(fm, k, element, n);
            from = i + 1;
        }
    }
}

static void add_value(struct pm_fm *fm, size_t k, const char *s, size_t len)
{
    s = pm_trim(s, &len);
    if (len >= 2 && s[0] == '[' && s[len - 1] == ']') {
        add_list(fm, k, s, len);
        return;
    }
    s = unquote(s, &len);
    pm_fm_value(fm, k, s, len);
}

/* "|", ">-" and the like: the value stands in the lines below. */
static bool is_block_mark(const char *s, size_t len)
{
    if (len == 0 || len > 3 || (s[0] != '|' && s[0] != '>'))
        return false;
    for (size_t i = 1; i < len; i++)
        if (strchr("+-123456789", s[i]) == NULL)
            return false;
    return true;
}

/* The state of the reading by lines: the key at the margin, and the last one met. */
struct by_line {
    struct pm_fm *fm;
    struct pm_buf path;
    struct pm_buf more; /* lines that continue the last value; joined once, at its end */
    size_t top;         /* number of the key at the margin */
    size_t key;
    bool any;
    bool open; /* the margin's key has no value of its own: keys below belong to it */
};

static void flush(struct by_line *b)
{
    if (b->more.len > 0)
        pm_fm_continue(b->fm, b->key, pm_buf_text(&b->more), b->more.len);
    b->fm->failed = b->fm->failed || b->more.failed;
    pm_buf_clear(&b->more);
}

static void key_line(struct by_line *b, const char *line, size_t key_len, const char *value,
                     size_t value_len, bool margin, int number)
{
    flush(b);
    pm_buf_clear(&b->path);
    if (!margin && b->open) {
        const char *top = b->fm->out->items[b->top].key;
        pm_buf_addf(&b->path, "%s.", top);
    }
    key_len = key_len < MAX_KEY ? key_len : MAX_KEY;
    const char *key = unquote(line, &key_len);
    pm_buf_add(&b->path, key, key_len);
    b->key = pm_fm_key(b->fm, pm_buf_text(&b->path), b->path.len, number);
    value = pm_trim(value, &value_len);
    bool empty = value_len == 0 || is_block_mark(value, value_len);
    if (margin) {
        b->top = b->key;
        b->open = empty;
    }
    b->any = true;
    if (!empty && !b->fm->failed)
        add_value(b->fm, b->key, value, value_len);
}

/* Returns false when the line makes no sense. */
static bool one_line(struct by_line *b, const char *line, size_t len, int number)
{
    size_t inner = len;
    const char *s = pm_trim(line, &inner);
    bool margin = s == line;
    size_t key_len = 0;
    size_t value = 0;
    if (inner == 0 || s[0] == '#')
        return true;
    if (s[0] == '-' && (inner == 1 || s[1] == ' ')) {
        flush(b);
        if (b->any)
            add_value(b->fm, b->key, s + 1, inner - 1);
        return b->any;
    }
    if ((margin || b->open) && pm_fm_key_line(s, inner, &key_len, &value)) {
        key_line(b, s, key_len, s + value, inner - value, margin, number);
        return true;
    }
    if (margin || !b->any)
        return false;
    if (b->more.len > 0)
        pm_buf_addc(&b->more, ' ');
    pm_buf_add(&b->more, s, inner);
    return true;
}

size_t pm_fm_read_lines(struct pm_fm *fm, const struct pm_lines *l, size_t from, size_t to)
{
    struct by_line b = {.fm = fm};
    size_t lost = 0;
    for (size_t n = from; n < to && !fm->failed; n++) {
        size_t len = 0;
        const char *line = pm_line(l, n, &len);
        lost += !one_line(&b, line, len, (int)n);
    }
    flush(&b);
    fm->failed = fm->failed || b.path.failed;
    pm_buf_free(&b.path);
    pm_buf_free(&b.more);
    return lost;
}

/* What stands before a comment, which starts at a '#' outside quotes. */
static size_t before_comment(const char *s, size_t len)
{
    char quote = '\0';
    for (size_t i = 0; i < len; i++) {
        if (quote != '\0')
            quote = s[i] == quote ? '\0' : quote;
        else if (s[i] == '"' || s[i] == '\'')
            quote = s[i];
        else if (s[i] == '#')
            return i;
    }
    return len;
}

/* A value that starts a list may go on over lines up to its bracket. */
static size_t toml_value(struct pm_fm *fm, const struct pm_lines *l, size_t n, size_t to,
                         const char *s, size_t len, size_t k)
{
    struct pm_buf joined = {0};
    pm_buf_add(&joined, s, len);
    while (s[0] == '[' && joined.data[joined.len - 1] != ']' && n + 1 < to) {
        const char *line = pm_line(l, ++n, &len);
        len = before_comment(line, len);
        line = pm_trim(line, &len);
        pm_buf_add(&joined, line, len);
    }
    add_value(fm, k, pm_buf_text(&joined), joined.len);
    fm->failed = fm->failed || joined.failed;
    pm_buf_free(&joined);
    return n;
}

size_t pm_fm_read_toml(struct pm_fm *fm, const struct pm_lines *l, size_t from, size_t to)
{
    struct pm_buf key = {0};
    size_t table = 0;
    size_t lost = 0;
    for (size_t n = from; n < to && !fm->failed; n++) {
        size_t len = 0;
        const char *line = pm_line(l, n, &len);
        len = before_comment(line, len);
        line = pm_trim(line, &len);
        const char *equals = memchr(line, '=', len);
        if (len > 2 && line[0] == '[' && line[len - 1] == ']') {
            size_t brackets = len > 4 && line[1] == '[' ? 2 : 1;
            pm_buf_clear(&key);
            pm_buf_add(&key, line + brackets, len - 2 * brackets);
            pm_buf_addc(&key, '.');
            table = key.len;
        } else if (equals != NULL && equals > line) {
            size_t key_len = (size_t)(equals - line);
            size_t rest = len - key_len - 1;
            const char *value = pm_trim(equals + 1, &rest);
            const char *name = unquote(line, &key_len);
            key.len = key.data == NULL ? 0 : table;
            pm_buf_add(&key, name, key_len);
            size_t k = pm_fm_key(fm, pm_buf_text(&key), key.len, (int)n);
            if (rest > 0 && !fm->failed)
                n = toml_value(fm, l, n, to, value, rest, k);
        } else {
            lost += len > 0;
        }
    }
    fm->failed = fm->failed || key.failed;
    pm_buf_free(&key);
    return lost;
}
