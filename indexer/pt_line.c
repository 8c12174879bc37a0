#include "indexer/pt_line.h"

#include <ctype.h>
#include <string.h>

#include "indexer/lines.h"
#include "lib/utf8.h"

enum { TAB = 8, MAX_DIGITS = 3 };

static size_t skip_blanks(const char *s, size_t len, size_t at)
{
    while (at < len) {
        if (s[at] == ' ' || s[at] == '\t')
            at++;
        else if (len - at >= 3 && memcmp(s + at, "　", 3) == 0)
            at += 3;
        else
            break;
    }
    return at;
}

static bool is_digit(uint32_t cp)
{
    return (cp >= '0' && cp <= '9') || (cp >= 0xff10 && cp <= 0xff19);
}

/* "12." "(1)" "１）" "①"; returns the bytes of the number and its mark, or 0. */
static size_t number(const char *s, size_t len)
{
    size_t pos = 0;
    uint32_t cp = pm_utf8_next(s, len, &pos);
    if (cp >= 0x2460 && cp <= 0x2473)
        return pos;
    bool opened = cp == '(' || cp == 0xff08;
    if (opened)
        cp = pm_utf8_next(s, len, &pos);
    int digits = 0;
    for (; is_digit(cp) && digits <= MAX_DIGITS; digits++)
        cp = pm_utf8_next(s, len, &pos);
    if (digits == 0 || digits > MAX_DIGITS)
        return 0;
    bool closed = cp == ')' || cp == 0xff09;
    bool dotted = cp == '.' || cp == 0xff0e;
    /* "3.5 s" and "10.0.0.1" are no numbers of a list. */
    bool spaced = pos >= len || s[pos] == ' ' || s[pos] == '\t' || ((unsigned char)s[pos] & 0x80);
    return (closed || (dotted && !opened)) && spaced ? pos : 0;
}

bool pm_pt_bullet(const char *s, size_t len, struct pm_pt_bullet *out)
{
    static const char *const tight[] = {"•", "・", "◦", "‣", "▪", "⁃", NULL};
    *out = (struct pm_pt_bullet){0};
    if (len > 1 && strchr("-*+", s[0]) != NULL && s[0] != '\0' && (s[1] == ' ' || s[1] == '\t')) {
        out->width = skip_blanks(s, len, 1);
        return out->width < len;
    }
    for (size_t i = 0; tight[i] != NULL; i++) {
        size_t n = strlen(tight[i]);
        if (len > n && memcmp(s, tight[i], n) == 0) {
            out->width = skip_blanks(s, len, n);
            return true;
        }
    }
    size_t n = number(s, len);
    out->number = n > 0;
    out->width = skip_blanks(s, len, n);
    return n > 0 && out->width < len;
}

size_t pm_pt_indent(const char *s, size_t len)
{
    size_t columns = 0;
    for (size_t i = 0; i < len && (s[i] == ' ' || s[i] == '\t'); i++)
        columns = s[i] == '\t' ? (columns / TAB + 1) * TAB : columns + 1;
    return columns;
}

char pm_pt_rule(const char *s, size_t len)
{
    while (len > 0 && (s[len - 1] == ' ' || s[len - 1] == '\t'))
        len--;
    if (len < 3 || strchr("=-~^\"'*+#_.:", s[0]) == NULL || s[0] == '\0')
        return '\0';
    for (size_t i = 1; i < len; i++)
        if (s[i] != s[0])
            return '\0';
    return s[0];
}

bool pm_pt_fits(const char *title, size_t title_len, size_t rule_len)
{
    title = pm_trim(title, &title_len);
    /* Long titles are often underlined in part, but text above "---" is no title. */
    return title_len > 0 && title_len <= 200 && rule_len * 2 >= pm_utf8_width(title, title_len);
}

int pm_pt_marked_heading(const char *s, size_t len, size_t *at, size_t *text_len)
{
    size_t level = 0;
    while (level < len && s[level] == '=')
        level++;
    size_t end = len;
    while (end > level && s[end - 1] == '=')
        end--;
    bool closed = end < len;
    if (level == 0 || level > 6 || level == len || (s[level] != ' ' && !(closed && level > 1)))
        return 0;
    *text_len = end - level;
    const char *text = pm_trim(s + level, text_len);
    *at = (size_t)(text - s);
    return *text_len > 0 ? (int)level : 0;
}

bool pm_pt_piped(const char *s, size_t len)
{
    s = pm_trim(s, &len);
    return len >= 3 && s[0] == '|' && s[len - 1] == '|' && s[1] != '|' &&
           pm_md_has_pipe(s + 1, len - 2);
}

size_t pm_pt_delimiter(const char *s, size_t len)
{
    size_t columns = pm_md_delimiter(s, len);
    s = pm_trim(s, &len);
    if (columns > 0 || len < 3 || s[0] != '|' || s[1] != '-')
        return columns;
    for (size_t i = 1; i < len; i++) {
        if (strchr("-+|:", s[i]) == NULL || s[i] == '\0')
            return 0;
        columns += s[i] == '+';
    }
    return columns + 1;
}

int pm_pt_check_box(const char **s, size_t *len)
{
    const char *p = *s;
    if (*len < 4 || p[0] != '[' || p[2] != ']' || p[3] != ' ' ||
        (p[1] != ' ' && p[1] != 'x' && p[1] != 'X'))
        return -1;
    *s = p + 4;
    *len -= 4;
    return p[1] != ' ';
}
