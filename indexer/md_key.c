#include "indexer/md_key.h"

#include <ctype.h>
#include <string.h>

#include "indexer/lines.h"

enum { MAX_KEY = 160 };

static const char WIDE_COLON[] = "：";
static const char WIDE_BLANK[] = "　";

static bool starts(const char *s, size_t len, const char *what)
{
    return len >= strlen(what) && memcmp(s, what, strlen(what)) == 0;
}

static bool ends(const char *s, size_t len, const char *what)
{
    size_t n = strlen(what);
    return len >= n && memcmp(s + len - n, what, n) == 0;
}

bool pm_md_key_make(const char *run, size_t len, const char *rest, size_t rest_len,
                    struct pm_md_key *out)
{
    *out = (struct pm_md_key){0};
    run = pm_trim(run, &len);
    for (;;) {
        size_t cut = ends(run, len, ":") ? 1 : ends(run, len, WIDE_COLON) ? 3 : 0;
        if (cut == 0)
            break;
        out->colon = true;
        len -= cut;
        run = pm_trim(run, &len);
    }
    rest = pm_trim(rest, &rest_len);
    if (starts(rest, rest_len, ":") || starts(rest, rest_len, WIDE_COLON))
        out->colon = true;
    out->name = run;
    out->len = len;
    return len > 0 && len <= MAX_KEY && memchr(run, '\n', len) == NULL;
}

bool pm_md_key_raw(const char *line, size_t len, struct pm_md_key *out)
{
    if (len < 5 || (line[0] != '*' && line[0] != '_') || line[1] != line[0] || line[2] == line[0])
        return false;
    const char mark[2] = {line[0], line[0]};
    const char *close = memmem(line + 2, len - 2, mark, 2);
    if (close == NULL)
        return false;
    size_t run = (size_t)(close - line) - 2;
    return pm_md_key_make(line + 2, run, close + 2, len - run - 4, out);
}

int pm_md_loose_heading(const char *line, size_t len, size_t *text)
{
    int level = 0;
    while ((size_t)level < len && line[level] == '#')
        level++;
    size_t at = (size_t)level;
    if (level == 0 || level > 6 || at == len)
        return 0;
    bool wide = starts(line + at, len - at, WIDE_BLANK);
    if (!wide &&
        (level == 1 || isdigit((unsigned char)line[at]) || isspace((unsigned char)line[at])))
        return 0;
    while (starts(line + at, len - at, WIDE_BLANK))
        at += strlen(WIDE_BLANK);
    *text = at;
    return at < len ? level : 0;
}
