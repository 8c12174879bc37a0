#include "indexer/md_def.h"

#include <string.h>

#include "indexer/lines.h"

enum { MAX_LABEL = 999 };

static size_t label_end(const char *s, size_t len)
{
    for (size_t i = 1; i < len && i <= MAX_LABEL; i++) {
        if (s[i] == '\\')
            i++;
        else if (s[i] == '[')
            return 0;
        else if (s[i] == ']')
            return i > 1 && i + 1 < len && s[i + 1] == ':' ? i : 0;
    }
    return 0;
}

static bool is_title(const char *s, size_t len)
{
    if (len == 0)
        return true;
    return len > 1 && ((s[0] == '"' && s[len - 1] == '"') || (s[0] == '\'' && s[len - 1] == '\'') ||
                       (s[0] == '(' && s[len - 1] == ')'));
}

/* Japanese needs no blanks, so that whole sentences pass for a destination. */
static bool is_prose(const char *dest, size_t len)
{
    if (len == 0 || strchr("./#<", dest[0]) != NULL || memmem(dest, len, "://", 3) != NULL)
        return false;
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)dest[i] & 0x80)
            return true;
    return false;
}

bool pm_md_definition_dest(const char *line, size_t len, struct pm_md_def *out)
{
    const char *dest = pm_trim(line, &len);
    size_t n = 0;
    while (n < len && dest[n] != ' ' && dest[n] != '\t')
        n++;
    size_t title = len - n;
    const char *behind = pm_trim(dest + n, &title);
    if (n == 0 || !is_title(behind, title))
        return false;
    if (n > 1 && dest[0] == '<' && dest[n - 1] == '>') {
        dest++;
        n -= 2;
    }
    out->dest = dest;
    out->dest_len = n;
    out->prose = is_prose(dest, n);
    return true;
}

bool pm_md_definition(const char *line, size_t len, struct pm_md_def *out)
{
    *out = (struct pm_md_def){0};
    line = pm_trim(line, &len);
    size_t close = len > 0 && line[0] == '[' ? label_end(line, len) : 0;
    if (close == 0)
        return false;
    out->label = line + 1;
    out->label_len = close - 1;
    out->wants_next = close + 2 == len;
    return out->wants_next || pm_md_definition_dest(line + close + 2, len - close - 2, out);
}
