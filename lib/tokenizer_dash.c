/* Long vowel marks that were typed by their looks: サ－バ, サ‐バ, サ−バ. Between two katakana
 * a dash is one; it must be before MeCab cuts the text. */
#include <stdlib.h>
#include <string.h>

#include "lib/tokenizer_parts.h"
#include "lib/utf8.h"

static const char long_mark[] = "ー", wide_hyphen[] = "－";

enum { MARK = sizeof long_mark - 1 };

/* U+2010 to 2015, 2212, 2500, 2501: three bytes. */
static bool is_dash(const char *s, size_t left)
{
    size_t pos = 0;
    uint32_t cp = left < MARK ? 0 : pm_utf8_next(s, left, &pos);
    return (cp >= 0x2010 && cp <= 0x2015) || cp == 0x2212 || cp == 0x2500 || cp == 0x2501;
}

static bool is_katakana_at(const struct pm_folded *f, size_t at)
{
    size_t pos = at;
    return at < f->len && pm_is_katakana(pm_utf8_next(f->text, f->len, &pos));
}

/* Does [at, at + n) stand between katakana? These are of three bytes. */
static bool is_between(const struct pm_folded *f, size_t at, size_t n)
{
    return at >= MARK && is_katakana_at(f, at - MARK) && is_katakana_at(f, at + n);
}

static void replace_dashes(struct pm_folded *f)
{
    for (size_t at = 0; at < f->len; at++) {
        const char *next = memchr(f->text + at, 0xE2, f->len - at);
        if (next == NULL)
            return;
        at = (size_t)(next - f->text);
        if (is_dash(next, f->len - at) && is_between(f, at, MARK))
            memcpy(f->text + at, long_mark, MARK);
    }
}

/* Is the hyphen at that byte one in full width in the source? */
static bool is_wide(const struct pm_folded *f, size_t at, const char *source, size_t len)
{
    size_t from = f->map[at];
    return f->text[at] == '-' && len - from >= MARK &&
           memcmp(source + from, wide_hyphen, MARK) == 0;
}

/* Put a mark of three bytes in the place of one byte. */
static bool widen(struct pm_folded *f, size_t at)
{
    size_t behind = f->len - at; /* with the last entry of the map */
    char *text = realloc(f->text, f->len + MARK + 1);
    if (text == NULL)
        return false;
    f->text = text;
    uint32_t *map = realloc(f->map, (f->len + MARK + 1) * sizeof *map);
    if (map == NULL)
        return false;
    f->map = map;
    memmove(text + at + MARK, text + at + 1, behind);
    memmove(map + at + MARK, map + at + 1, behind * sizeof *map);
    memcpy(text + at, long_mark, MARK);
    map[at + 1] = map[at + 2] = map[at];
    f->len += MARK - 1;
    f->cap = f->len;
    return true;
}

static bool replace_wide_hyphens(struct pm_folded *f, const char *source, size_t len)
{
    if (memchr(source, (unsigned char)wide_hyphen[0], len) == NULL)
        return true;
    for (size_t at = 0; at < f->len; at++)
        if (is_wide(f, at, source, len) && is_between(f, at, 1) && !widen(f, at))
            return false;
    return true;
}

enum pm_status pm_join_katakana(struct pm_folded *f, const char *source, size_t len)
{
    replace_dashes(f);
    return replace_wide_hyphens(f, source, len) ? PM_OK : PM_ENOMEM;
}
