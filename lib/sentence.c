#include "lib/sentence.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>
#include <utf8proc.h>

#include "lib/utf8.h"

/* A sentence is looked at from its own start only, never at what stands before it:
 * cut out and given alone it is the same sentence. */

enum { SENTENCE_MAX = 2000, PIECE_MIN = 500, SPACES_MAX = 64 };

struct scan {
    const char *s;
    size_t len;
    size_t start;   /* of the sentence */
    size_t comma;   /* behind the last comma of the sentence, or start */
    size_t space;   /* behind its last white space, or start */
    size_t run_end; /* of the stops and closing brackets last looked at */
};

static bool is_line_end(uint32_t cp)
{
    return cp == '\n' || cp == '\r' || cp == 0x2028 || cp == 0x2029;
}

static bool is_space(uint32_t cp)
{
    return cp == ' ' || (cp >= '\t' && cp <= '\r') || cp == 0x3000 || cp == 0xA0 ||
           (cp >= 0x2000 && cp <= 0x200B) || is_line_end(cp) || cp == 0xFEFF;
}

static bool is_full_stop(uint32_t cp)
{
    return cp == 0x3002 || cp == 0xFF01 || cp == 0xFF1F || cp == 0xFF61 ||
           (cp >= 0x203C && cp <= 0x203D) || (cp >= 0x2047 && cp <= 0x2049);
}

static bool is_ascii_stop(uint32_t cp)
{
    return cp == '.' || cp == '!' || cp == '?';
}

static bool is_comma(uint32_t cp)
{
    return cp == ',' || cp == ';' || cp == 0x3001 || cp == 0xFF0C || cp == 0xFF64;
}

static bool is_closing(uint32_t cp)
{
    if (cp < 0x80)
        return cp != 0 && strchr(")]}\"'`*_", (int)cp) != NULL;
    utf8proc_category_t c = utf8proc_category((utf8proc_int32_t)cp);
    return c == UTF8PROC_CATEGORY_PE || c == UTF8PROC_CATEGORY_PF;
}

static uint32_t peek(const struct scan *c, size_t pos)
{
    return pm_utf8_next(c->s, c->len, &pos);
}

/* May a sentence start with this? Not a lower-case letter, not a comma. */
static bool opens_sentence(uint32_t cp)
{
    if (cp >= 0x80)
        return utf8proc_category((utf8proc_int32_t)cp) != UTF8PROC_CATEGORY_LL;
    return (cp >= 'A' && cp <= 'Z') || (cp >= '0' && cp <= '9') ||
           (cp != 0 && strchr("([{\"'`*_#<", (int)cp) != NULL);
}

static bool is_ascii_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* Short forms that a full stop belongs to. Those marked with '#' only before a number. */
static bool is_short_form(const char *word, size_t len, bool number_follows)
{
    static const char *const list[] = {"vs",   "cf",     "inc", "ltd",  "corp", "co",   "mr",
                                       "mrs",  "ms",     "dr",  "prof", "jr",   "sr",   "st",
                                       "dept", "approx", "#no", "#fig", "#ver", "#sec", "#pp"};
    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        bool before_number = list[i][0] == '#';
        const char *form = list[i] + (before_number ? 1 : 0);
        if (strlen(form) == len && strncasecmp(form, word, len) == 0)
            return !before_number || number_follows;
    }
    return false;
}

/* Does the full stop at dot end an abbreviation ("e.g.", "Inc.", "J.") or a list
 * number ("2." at the start of the sentence)? */
static bool is_abbreviation(const struct scan *c, size_t dot, uint32_t next)
{
    size_t from = dot;
    while (from > c->start && dot - from < 16 &&
           (is_ascii_letter(c->s[from - 1]) || c->s[from - 1] == '.'))
        from--;
    size_t len = dot - from;
    if (len == 0) {
        for (from = dot; from > c->start && c->s[from - 1] >= '0' && c->s[from - 1] <= '9'; from--)
            ;
        return from < dot && from == c->start && dot - from <= 3;
    }
    if (len == 1)
        return c->s[from] != 'I';
    bool initials = true;
    for (size_t i = from; i < dot; i++)
        initials = initials && (c->s[i] == '.') == ((i - from) % 2 == 1);
    return initials || is_short_form(c->s + from, len, next >= '0' && next <= '9');
}

/* Behind the run of stops and closing brackets that pos is inside of. Each run is
 * read once, and none beyond what a sentence may hold. */
static size_t skip_closing(struct scan *c, size_t pos)
{
    if (pos < c->run_end)
        return c->run_end;
    for (size_t next = pos; pos < c->len && pos - c->start <= SENTENCE_MAX; pos = next) {
        uint32_t cp = pm_utf8_next(c->s, c->len, &next);
        if (!is_full_stop(cp) && !is_ascii_stop(cp) && !is_closing(cp))
            break;
    }
    c->run_end = pos;
    return pos;
}

/* The stop of ASCII at dot (the character before it is prev): where the sentence
 * ends behind it, or 0 where it does not. */
static size_t ascii_stop_end(struct scan *c, size_t dot, uint32_t prev)
{
    size_t end = skip_closing(c, dot + 1);
    uint32_t after = peek(c, end);
    if (c->s[dot] != '.' && pm_is_japanese(prev) && pm_is_japanese(after))
        return end;
    if (end < c->len && !is_space(after))
        return 0;
    size_t pos = end;
    uint32_t next = 0;
    for (int i = 0; i < SPACES_MAX && pos < c->len; i++) {
        next = peek(c, pos);
        if (!is_space(next) || is_line_end(next))
            break;
        (void)pm_utf8_next(c->s, c->len, &pos);
    }
    if (pos < c->len && !is_line_end(next) && !opens_sentence(next))
        return 0;
    if (end == dot + 1 && c->s[dot] == '.' && is_abbreviation(c, dot, next))
        return 0;
    return end;
}

/* Full-width stops need nothing behind them; the full-width period must not be a
 * decimal point. */
static bool is_wide_stop(const struct scan *c, uint32_t cp, size_t next)
{
    if (cp != 0xFF0E)
        return is_full_stop(cp);
    uint32_t after = peek(c, next);
    return !(after < 0x80 || (after >= 0xFF10 && after <= 0xFF5A));
}

/* Where to cut a sentence that is too long at pos. */
static size_t forced_end(const struct scan *c, size_t pos)
{
    if (c->comma >= c->start + PIECE_MIN)
        return c->comma;
    return c->space >= c->start + PIECE_MIN ? c->space : pos;
}

/* What an ASCII character does to a sentence: those that end none are passed over at a run. */
enum ascii_kind { LOOKED_AT, INERT, CUT_SPACE, CUT_COMMA };

static unsigned char ascii_kinds[256];

__attribute__((constructor)) static void fill_kinds(void)
{
    for (unsigned c = '!'; c < 0x80; c++)
        ascii_kinds[c] = is_ascii_stop(c) ? LOOKED_AT : is_comma(c) ? CUT_COMMA : INERT;
    ascii_kinds[' '] = CUT_SPACE;
}

/* Pass over the ASCII from pos on that ends no sentence, and note where it may be cut. */
static size_t skip_ascii(struct scan *c, size_t pos)
{
    size_t end = c->len - c->start < SENTENCE_MAX ? c->len : c->start + SENTENCE_MAX;
    for (; pos < end; pos++) {
        unsigned char kind = ascii_kinds[(unsigned char)c->s[pos]];
        if (kind == LOOKED_AT)
            break;
        if (kind == CUT_SPACE)
            c->space = pos + 1;
        else if (kind == CUT_COMMA)
            c->comma = pos + 1;
    }
    return pos;
}

/* Is this a kana or a kanji, with which nothing ends either? */
static bool is_inert_japanese(const struct scan *c, size_t pos)
{
    const unsigned char *p = (const unsigned char *)c->s + pos;
    return c->len - pos >= 3 &&
           ((p[0] >= 0xE4 && p[0] <= 0xE9) || (p[0] == 0xE3 && p[1] >= 0x81 && p[1] <= 0x83));
}

static size_t sentence_end(struct scan *c)
{
    uint32_t prev = 0;
    for (size_t pos = c->start, next = pos; pos < c->len; pos = next) {
        next = skip_ascii(c, pos);
        if (next > pos) {
            prev = (unsigned char)c->s[next - 1];
            continue;
        }
        uint32_t cp = pm_utf8_next(c->s, c->len, &next);
        if (is_inert_japanese(c, pos) && next - c->start <= SENTENCE_MAX) {
            prev = cp;
            continue;
        }
        if (is_line_end(cp))
            return pos;
        if (next - c->start > SENTENCE_MAX)
            return forced_end(c, pos);
        size_t end = 0;
        if (is_wide_stop(c, cp, next))
            end = skip_closing(c, next);
        else if (is_ascii_stop(cp))
            end = ascii_stop_end(c, pos, prev);
        if (end != 0 && end - c->start <= SENTENCE_MAX)
            return end;
        if (is_comma(cp))
            c->comma = next;
        else if (is_space(cp))
            c->space = next;
        prev = cp;
    }
    return c->len;
}

bool pm_sentence_next(const char *text, size_t len, size_t *pos, size_t *start, size_t *n)
{
    size_t next = *pos;
    while (next < len && is_space(pm_utf8_next(text, len, &next)))
        *pos = next;
    if (*pos >= len)
        return false;
    struct scan c = {text, len, *pos, *pos, *pos, *pos};
    size_t end = sentence_end(&c);
    *start = c.start;
    *pos = end;
    /* The white space before a line end; a space is at most three bytes. */
    while (end > c.start) {
        size_t back = end - 1;
        while (back > c.start && end - back < 4 && ((unsigned char)text[back] & 0xC0) == 0x80)
            back--;
        size_t behind = back;
        if (!is_space(pm_utf8_next(text, end, &behind)) || behind != end)
            break;
        end = back;
    }
    *n = end - c.start;
    return true;
}
