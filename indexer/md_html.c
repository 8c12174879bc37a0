#include "indexer/md_html.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum { MAX_TAG = 1024 };

/* Offset behind the tag at pos: the first '>' outside quotes, or, where quotes do
 * not match, the first one at all. 0 when there is none. */
static size_t tag_end(const char *s, size_t len, size_t pos)
{
    char quote = '\0';
    size_t limit = len - pos > MAX_TAG ? pos + MAX_TAG : len;
    for (size_t i = pos; i < limit; i++) {
        if (quote != '\0')
            quote = s[i] == quote ? '\0' : quote;
        else if (s[i] == '"' || s[i] == '\'')
            quote = s[i];
        else if (s[i] == '>')
            return i + 1;
    }
    const char *gt = memchr(s + pos, '>', len - pos);
    return gt == NULL ? 0 : (size_t)(gt - s) + 1;
}

static bool scan_tag(struct pm_html_scanner *sc, struct pm_html_token *out)
{
    const char *s = sc->s + sc->pos;
    size_t left = sc->len - sc->pos;
    size_t at = left > 1 && s[1] == '/' ? 2 : 1;
    bool declared = left > 1 && (s[1] == '!' || s[1] == '?');
    if (left <= at || (!declared && !isalpha((unsigned char)s[at])))
        return false;
    bool comment = left >= 4 && memcmp(s, "<!--", 4) == 0;
    size_t end = 0;
    if (comment && !sc->no_comment) {
        const char *close = memmem(s + 2, left - 2, "-->", 3);
        sc->no_comment = close == NULL;
        end = close == NULL ? 0 : (size_t)(close - s) + 3;
    } else if (!comment) {
        end = tag_end(s, left, 0);
        sc->no_tag = end == 0;
    }
    if (end == 0 && !comment)
        return false;
    *out = (struct pm_html_token){.kind = declared ? PM_HTML_OTHER : PM_HTML_TAG, .s = s};
    out->len = end == 0 ? left : end; /* an unclosed comment hides the rest */
    out->close = at == 2;
    for (size_t n = 0; !declared && n < sizeof out->name - 1 && at + n < out->len &&
                       isalnum((unsigned char)s[at + n]);
         n++)
        out->name[n] = (char)tolower((unsigned char)s[at + n]);
    sc->pos += out->len;
    return true;
}

bool pm_html_next(struct pm_html_scanner *sc, struct pm_html_token *out)
{
    if (sc->pos >= sc->len)
        return false;
    if (sc->s[sc->pos] == '<' && !sc->no_tag && scan_tag(sc, out))
        return true;
    size_t end = sc->len;
    if (!sc->no_tag && sc->pos + 1 < sc->len) {
        const char *lt = memchr(sc->s + sc->pos + 1, '<', sc->len - sc->pos - 1);
        end = lt == NULL ? sc->len : (size_t)(lt - sc->s);
    }
    *out = (struct pm_html_token){.kind = PM_HTML_TEXT, .s = sc->s + sc->pos, .len = end - sc->pos};
    sc->pos = end;
    return true;
}

const char *pm_html_attribute(const struct pm_html_token *tag, const char *name, size_t *len)
{
    size_t n = strlen(name);
    size_t size = tag->len < (size_t)MAX_TAG * 4 ? tag->len : (size_t)MAX_TAG * 4;
    for (size_t i = 1; i + n + 2 < size; i++) {
        if (!isspace((unsigned char)tag->s[i - 1]) || strncasecmp(tag->s + i, name, n) != 0 ||
            tag->s[i + n] != '=')
            continue;
        const char *value = tag->s + i + n + 1;
        const char *end = tag->s + size - 1;
        char quote = *value == '"' || *value == '\'' ? *value++ : '\0';
        size_t at = 0;
        while (value + at < end &&
               (quote != '\0' ? value[at] != quote : !isspace((unsigned char)value[at])))
            at++;
        *len = at;
        return value;
    }
    return NULL;
}

static bool named(const struct pm_html_token *tag, const char *names)
{
    size_t n = strlen(tag->name);
    for (const char *p = names; n > 0 && (p = strstr(p, tag->name)) != NULL; p += n)
        if ((p == names || p[-1] == ' ') && (p[n] == ' ' || p[n] == '\0'))
            return true;
    return false;
}

enum pm_html_effect pm_html_effect(const struct pm_html_token *tag)
{
    if (named(tag, "br"))
        return PM_HTML_BREAK;
    if (named(tag, "b strong"))
        return PM_HTML_STRONG;
    if (named(tag, "i em"))
        return PM_HTML_EMPH;
    return named(tag, "script style") ? PM_HTML_HIDE : PM_HTML_NOTHING;
}

enum pm_status pm_html_links(struct pm_arena *a, struct pm_blocks *b,
                             const struct pm_html_token *tag)
{
    size_t len = 0;
    const char *url = pm_html_attribute(tag, "href", &len);
    if (url == NULL)
        url = pm_html_attribute(tag, "src", &len);
    return url == NULL ? PM_OK : pm_blocks_link(a, b, url, len);
}
