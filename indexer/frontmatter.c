#include "indexer/frontmatter.h"

#include <ctype.h>
#include <string.h>
#include <yaml.h>

#include "indexer/fm_parts.h"
#include "lib/buf.h"

/* Above these, YAML is read line by line: no postmortem is described like that. */
enum { MAX_DEPTH = 32, MAX_YAML = 256 * 1024, MAX_PATH = 400 };

/* --- keys and values ------------------------------------------------------- */

size_t pm_fm_key(struct pm_fm *fm, const char *key, size_t len, int line)
{
    struct pm_metas *out = fm->out;
    struct pm_meta *grown =
        pm_arena_grow(fm->arena, out->items, out->count, out->count + 1, sizeof *grown, &out->cap);
    char *copy = pm_arena_strndup(fm->arena, key, len);
    if (grown == NULL || copy == NULL) {
        fm->failed = true;
        return 0;
    }
    for (char *p = copy; *p != '\0'; p++)
        *p = (char)tolower((unsigned char)*p);
    out->items = grown;
    grown[out->count] = (struct pm_meta){.key = copy, .line = line};
    return out->count++;
}

/* Line breaks, with the blanks around them, become one blank. */
static char *join_lines(struct pm_arena *a, const char *s, size_t len)
{
    s = pm_trim(s, &len);
    char *copy = pm_arena_alloc(a, len + 1);
    size_t n = 0;
    for (size_t i = 0; copy != NULL && i < len; i++) {
        bool blank = s[i] == ' ' || s[i] == '\t' || s[i] == '\n' || s[i] == '\r';
        if (s[i] == '\0' || (blank && n > 0 && copy[n - 1] == ' '))
            continue;
        copy[n++] = blank ? ' ' : s[i];
    }
    return copy;
}

void pm_fm_value(struct pm_fm *fm, size_t k, const char *s, size_t len)
{
    if (fm->failed || k >= fm->out->count)
        return;
    struct pm_meta *m = &fm->out->items[k];
    s = pm_trim(s, &len);
    if (len == 0)
        return;
    size_t n = m->n_values;
    if ((n & (n - 1)) == 0) { /* room for a power of two is full */
        size_t cap = 0;
        const char **grown =
            pm_arena_grow(fm->arena, m->values, n, n == 0 ? 1 : 2 * n, sizeof *grown, &cap);
        if (grown == NULL) {
            fm->failed = true;
            return;
        }
        m->values = grown;
    }
    m->values[n] = join_lines(fm->arena, s, len);
    fm->failed = m->values[n] == NULL;
    if (!fm->failed && m->values[n][0] != '\0')
        m->n_values++;
}

void pm_fm_continue(struct pm_fm *fm, size_t k, const char *s, size_t len)
{
    if (fm->failed || k >= fm->out->count)
        return;
    struct pm_meta *m = &fm->out->items[k];
    if (m->n_values == 0) {
        pm_fm_value(fm, k, s, len);
        return;
    }
    const char **last = &m->values[m->n_values - 1];
    *last = pm_arena_printf(fm->arena, "%s %.*s", *last, (int)len, s);
    fm->failed = *last == NULL;
}

void pm_fm_prune(struct pm_fm *fm, size_t first)
{
    size_t n = first;
    for (size_t i = first; i < fm->out->count; i++)
        if (fm->out->items[i].n_values > 0)
            fm->out->items[n++] = fm->out->items[i];
    fm->out->count = n;
}

/* --- YAML events ------------------------------------------------------------ */

/* An open map or list. */
struct level {
    bool map;
    bool want_key;
    size_t path; /* bytes of the path before this level's own keys */
    size_t key;  /* LIST: the key its scalars belong to */
};

struct yaml {
    struct pm_fm *fm;
    yaml_parser_t parser;
    struct level levels[MAX_DEPTH];
    size_t depth;
    struct pm_buf path; /* the keys above, joined by '.' */
    int first_line;     /* file's line number of the first line of YAML */
    bool odd;           /* not a map at the top, or too deep */
};

static struct level *top(struct yaml *y)
{
    return y->depth == 0 ? NULL : &y->levels[y->depth - 1];
}

/* A value was read: the next scalar in a map is a key again. */
static void value_done(struct yaml *y)
{
    struct level *l = top(y);
    if (l != NULL && l->map)
        l->want_key = true;
}

static int line_of(const struct yaml *y, const yaml_event_t *e)
{
    return (int)e->start_mark.line + y->first_line;
}

static void open_level(struct yaml *y, const yaml_event_t *e)
{
    bool map = e->type == YAML_MAPPING_START_EVENT;
    struct level *l = top(y);
    if (y->depth == MAX_DEPTH || (l == NULL && !map) || (l != NULL && l->map && l->want_key)) {
        y->odd = true;
        return;
    }
    if (l != NULL && !l->map && y->path.data != NULL)
        y->path.len = l->path; /* the maps of a list each start at the list's key */
    struct level *in = &y->levels[y->depth++];
    *in = (struct level){.map = map, .want_key = map, .path = y->path.len};
    if (!map)
        in->key =
            l->map ? pm_fm_key(y->fm, pm_buf_text(&y->path), y->path.len, line_of(y, e)) : l->key;
}

static void close_level(struct yaml *y)
{
    if (y->depth > 0)
        y->depth--;
    value_done(y);
}

static void set_key(struct yaml *y, struct level *l, const yaml_event_t *e)
{
    size_t len = e->data.scalar.length;
    y->path.len = y->path.data == NULL ? 0 : l->path;
    if (y->path.len > 0)
        pm_buf_addc(&y->path, '.');
    if (y->path.len + len > MAX_PATH)
        y->odd = true;
    else
        pm_buf_add(&y->path, e->data.scalar.value, len);
    l->want_key = false;
}

static bool is_null(const yaml_event_t *e)
{
    const char *s = (const char *)e->data.scalar.value;
    return e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
           (strcmp(s, "~") == 0 || strcmp(s, "null") == 0);
}

static void scalar(struct yaml *y, const yaml_event_t *e)
{
    struct level *l = top(y);
    if (l == NULL) {
        y->odd = true;
        return;
    }
    if (l->map && l->want_key) {
        set_key(y, l, e);
        return;
    }
    size_t k =
        l->map ? pm_fm_key(y->fm, pm_buf_text(&y->path), y->path.len, line_of(y, e)) : l->key;
    if (!is_null(e))
        pm_fm_value(y->fm, k, (const char *)e->data.scalar.value, e->data.scalar.length);
    value_done(y);
}

static void event(struct yaml *y, const yaml_event_t *e)
{
    switch (e->type) {
    case YAML_SCALAR_EVENT:
        scalar(y, e);
        break;
    case YAML_ALIAS_EVENT: /* never followed: a few lines can name terabytes */
        if (top(y) == NULL || (top(y)->map && top(y)->want_key))
            y->odd = true;
        value_done(y);
        break;
    case YAML_MAPPING_START_EVENT:
    case YAML_SEQUENCE_START_EVENT:
        open_level(y, e);
        break;
    case YAML_MAPPING_END_EVENT:
    case YAML_SEQUENCE_END_EVENT:
        close_level(y);
        break;
    default:
        break;
    }
}

/* Returns 0, or the file's line where YAML gave up, with *why what it says. */
static int read_events(struct yaml *y, const char *text, size_t len, const char **why)
{
    bool done = false;
    *why = "not a map of keys and values";
    yaml_parser_set_input_string(&y->parser, (const unsigned char *)text, len);
    yaml_parser_set_encoding(&y->parser, YAML_UTF8_ENCODING);
    while (!done && !y->odd && !y->fm->failed) {
        yaml_event_t e;
        if (!yaml_parser_parse(&y->parser, &e)) {
            if (y->parser.error == YAML_MEMORY_ERROR)
                y->fm->failed = true;
            if (y->parser.problem != NULL)
                *why = y->parser.problem;
            return (int)y->parser.problem_mark.line + y->first_line;
        }
        done = e.type == YAML_STREAM_END_EVENT || e.type == YAML_DOCUMENT_END_EVENT;
        event(y, &e);
        yaml_event_delete(&e);
    }
    return y->odd ? (int)y->parser.mark.line + y->first_line : 0;
}

static int read_yaml(struct pm_fm *fm, const char *text, size_t len, const char **why)
{
    struct yaml y = {.fm = fm, .first_line = 2};
    *why = "too long";
    if (len > MAX_YAML)
        return y.first_line;
    if (!yaml_parser_initialize(&y.parser)) {
        fm->failed = true;
        return 0;
    }
    int bad = read_events(&y, text, len, why);
    yaml_parser_delete(&y.parser);
    fm->failed = fm->failed || y.path.failed;
    pm_buf_free(&y.path);
    return bad;
}

/* --- the file ---------------------------------------------------------------- */

static bool is_mark(const struct pm_lines *l, size_t n, const char *mark)
{
    size_t len = 0;
    const char *line = pm_line(l, n, &len);
    while (len > 0 && (line[len - 1] == ' ' || line[len - 1] == '\t'))
        len--;
    return len == 3 && memcmp(line, mark, 3) == 0;
}

/* Does a key stand in the first line behind the mark that says anything? */
static bool key_follows(const struct pm_lines *l, bool toml)
{
    for (size_t n = 2; n <= l->count; n++) {
        size_t len = 0;
        size_t key_len = 0;
        size_t value = 0;
        const char *line = pm_line(l, n, &len);
        if (len == 0 || line[0] == '#')
            continue;
        if (toml)
            return line[0] == '[' || memchr(line, '=', len) != NULL;
        return pm_fm_key_line(line, len, &key_len, &value);
    }
    return false;
}

/* The line that closes the front matter, or 0. */
static size_t closing_line(const struct pm_lines *l, bool toml)
{
    for (size_t n = 2; n <= l->count; n++)
        if (is_mark(l, n, toml ? "+++" : "---") || (!toml && is_mark(l, n, "...")))
            return n;
    return 0;
}

/* Reads lines 2..close - 1. Returns false when they are prose after all. */
static bool read_lines(struct pm_fm *fm, const struct pm_lines *l, size_t close, bool toml,
                       struct pm_incident *inc)
{
    size_t first = fm->out->count;
    size_t from = l->start[1];
    const char *why = NULL;
    int bad = toml ? 0 : read_yaml(fm, l->text + from, l->start[close - 1] - from, &why);
    if (bad == 0 && !toml)
        return true;
    fm->out->count = first;
    size_t lost = toml ? pm_fm_read_toml(fm, l, 2, close) : pm_fm_read_lines(fm, l, 2, close);
    if (lost > fm->out->count - first) {
        fm->out->count = first;
        return false;
    }
    if (!toml && !fm->failed)
        pm_incident_warn(inc, bad, "front matter is not valid YAML (%s): read line by line", why);
    else if (lost > 0)
        pm_incident_warn(inc, 1, "front matter has lines that are not 'key = value'");
    return true;
}

static void read_front(struct pm_fm *fm, const struct pm_lines *l, struct pm_incident *inc,
                       size_t *body, int *body_line)
{
    bool toml = is_mark(l, 1, "+++");
    if ((!toml && !is_mark(l, 1, "---")) || !key_follows(l, toml))
        return;
    size_t close = closing_line(l, toml);
    if (close == 0) {
        pm_incident_warn(inc, 1, "front matter is never closed");
        return;
    }
    size_t first = fm->out->count;
    if (!read_lines(fm, l, close, toml, inc))
        return;
    pm_fm_prune(fm, first);
    *body = l->start[close];
    *body_line = (int)close + 1;
}

enum pm_status pm_frontmatter_read(const char *text, size_t len, struct pm_incident *inc,
                                   struct pm_metas *out, size_t *body, int *body_line,
                                   struct pm_error *err)
{
    *body = 0;
    *body_line = 1;
    /* Most files have none: do not index their lines to find that out. */
    if (len < 4 || (memcmp(text, "---", 3) != 0 && memcmp(text, "+++", 3) != 0))
        return PM_OK;
    struct pm_fm fm = {.arena = &inc->arena, .out = out};
    struct pm_lines lines;
    if (!pm_lines_init(&lines, text, len))
        return pm_fail(err, PM_ENOMEM, "out of memory");
    read_front(&fm, &lines, inc, body, body_line);
    pm_lines_free(&lines);
    return fm.failed ? pm_fail(err, PM_ENOMEM, "out of memory") : PM_OK;
}
