#include "indexer/ignore.h"

#include <string.h>

/* One character of a bracket expression, an escape resolved. */
static unsigned char bracket_char(const char **p)
{
    if (**p == '\\' && (*p)[1] != '\0')
        ++*p;
    return (unsigned char)*(*p)++;
}

/* Match c against the bracket expression at *p (behind its '['), and move *p behind
 * its ']'. An unclosed bracket leaves *p NULL. */
static bool match_bracket(const char **p, const char *end, char c)
{
    const char *s = *p;
    bool negated = s < end && (*s == '!' || *s == '^');
    bool hit = false;
    s += negated;
    for (bool first = true; s < end && (first || *s != ']'); first = false) {
        unsigned char lo = bracket_char(&s);
        unsigned char hi = lo;
        if (s + 1 < end && *s == '-' && s[1] != ']') {
            s++;
            hi = bracket_char(&s);
        }
        hit = hit || ((unsigned char)c >= lo && (unsigned char)c <= hi);
    }
    *p = s < end ? s + 1 : NULL;
    return hit != negated;
}

/* Match one plain element of a glob (anything but '*') against c; returns where the
 * glob goes on, or NULL. */
static const char *match_one(const char *g, const char *end, char c)
{
    if (*g == '?')
        return g + 1;
    if (*g == '[') {
        const char *p = g + 1;
        bool hit = match_bracket(&p, end, c);
        if (p != NULL)
            return hit ? p : NULL;
    } else if (*g == '\\' && g + 1 < end) {
        g++;
    }
    return *g == c ? g + 1 : NULL;
}

/* A name against a glob without slashes. Going back to the last star is enough, so
 * that no pattern takes more than quadratic time. */
static bool match_name(const char *g, size_t glen, const char *s, size_t slen)
{
    const char *end = g + glen;
    const char *send = s + slen;
    const char *star = NULL;
    const char *from = NULL;
    while (s < send) {
        const char *next = NULL;
        if (g < end && *g == '*') {
            star = ++g;
            from = s;
            continue;
        }
        if (g < end)
            next = match_one(g, end, *s);
        if (next != NULL) {
            g = next;
            s++;
        } else if (star != NULL) {
            g = star;
            s = ++from;
        } else {
            return false;
        }
    }
    while (g < end && *g == '*')
        g++;
    return g == end;
}

static size_t part(const char *s)
{
    return strcspn(s, "/");
}

static const char *behind(const char *s)
{
    size_t n = part(s);
    return s[n] == '/' ? s + n + 1 : s + n;
}

bool pm_glob_match(const char *glob, const char *path)
{
    const char *star = NULL;
    const char *from = NULL;
    while (*path != '\0') {
        size_t n = part(glob);
        if (n == 2 && memcmp(glob, "**", 2) == 0) {
            star = behind(glob);
            from = path;
            if (*star == '\0')
                return true; /* a last "**" takes whatever is inside */
            glob = star;
        } else if (n > 0 && match_name(glob, n, path, part(path))) {
            glob = behind(glob);
            path = behind(path);
        } else if (star != NULL) {
            from = behind(from);
            path = from;
            glob = star;
        } else {
            return false;
        }
    }
    return *glob == '\0';
}

static bool matches(const struct pm_ignore_pattern *p, const char *path, bool is_dir)
{
    if (p->only_dirs && !is_dir)
        return false;
    if (p->anchored)
        return pm_glob_match(p->glob, path);
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    return match_name(p->glob, strlen(p->glob), name, strlen(name));
}

bool pm_ignore_match(const struct pm_ignore *ig, const char *rel, bool is_dir)
{
    for (; ig != NULL; ig = ig->up)
        for (size_t i = ig->count; i > 0; i--)
            if (matches(&ig->items[i - 1], rel + ig->base, is_dir))
                return !ig->items[i - 1].negated;
    return false;
}

/* Blanks at the end do not count unless a backslash keeps them. */
static size_t strip_end(const char *s, size_t len)
{
    if (len > 0 && s[len - 1] == '\r')
        len--;
    while (len > 0 && s[len - 1] == ' ' && !(len > 1 && s[len - 2] == '\\'))
        len--;
    return len;
}

static enum pm_status add_pattern(struct pm_ignore *ig, const char *s, size_t len,
                                  struct pm_arena *a)
{
    struct pm_ignore_pattern p = {0};
    if (len > 0 && *s == '!') {
        p.negated = true;
        s++;
        len--;
    }
    while (len > 0 && s[len - 1] == '/') {
        p.only_dirs = true;
        len--;
    }
    p.anchored = memchr(s, '/', len) != NULL;
    while (len > 0 && *s == '/') {
        s++;
        len--;
    }
    if (len == 0)
        return PM_OK;
    p.glob = pm_arena_strndup(a, s, len);
    struct pm_ignore_pattern *grown =
        pm_arena_grow(a, ig->items, ig->count, ig->count + 1, sizeof *grown, &ig->cap);
    if (p.glob == NULL || grown == NULL)
        return PM_ENOMEM;
    ig->items = grown;
    grown[ig->count++] = p;
    return PM_OK;
}

enum pm_status pm_ignore_parse(struct pm_ignore *ig, const char *text, size_t len,
                               struct pm_arena *a)
{
    if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
        text += 3;
        len -= 3;
    }
    for (size_t pos = 0; pos < len;) {
        const char *nl = memchr(text + pos, '\n', len - pos);
        size_t size = nl == NULL ? len - pos : (size_t)(nl - text) - pos;
        size_t n = strip_end(text + pos, size);
        if (n > 0 && text[pos] != '#' && add_pattern(ig, text + pos, n, a) != PM_OK)
            return PM_ENOMEM;
        pos += size + 1;
    }
    return PM_OK;
}
