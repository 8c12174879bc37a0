#include "indexer/escapes.h"

#include <string.h>

static size_t span(const char *s, size_t len, size_t at, char first, char last)
{
    while (at < len && s[at] >= first && s[at] <= last)
        at++;
    return at;
}

/* A string ends with BEL or ESC \. One that is open at the end of its line is none: a stray
 * opening must not swallow a report. */
static size_t string_length(const char *s, size_t len)
{
    for (size_t i = 2; i < len && s[i] != '\n'; i++) {
        if (s[i] == '\a')
            return i + 1;
        if (s[i] == '\033')
            return i + 1 < len && s[i + 1] == '\\' ? i + 2 : 0;
    }
    return 0;
}

/* The length of the sequence that s starts with, by the grammar of ECMA-48; 0: none, or not
 * a whole one. */
static size_t sequence_length(const char *s, size_t len)
{
    if (len < 2)
        return 0;
    if (s[1] != '\0' && strchr("]PX^_", s[1]) != NULL)
        return string_length(s, len);
    bool csi = s[1] == '[';
    size_t at = csi ? span(s, len, 2, '0', '?') : 1;
    at = span(s, len, at, ' ', '/');
    return at < len && s[at] >= (csi ? '@' : '0') && s[at] <= '~' ? at + 1 : 0;
}

void pm_escapes_strip(struct pm_buf *text)
{
    char *esc = text->len == 0 ? NULL : memchr(text->data, '\033', text->len);
    if (esc == NULL)
        return;
    size_t n = (size_t)(esc - text->data);
    for (size_t i = n, skipped; i < text->len; i += skipped) {
        skipped = text->data[i] == '\033' ? sequence_length(text->data + i, text->len - i) : 0;
        if (skipped > 0)
            continue;
        text->data[n++] = text->data[i];
        skipped = 1;
    }
    text->data[n] = '\0';
    text->len = n;
}
