#include "query/parse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/utf8.h"

/* Quotes that open a phrase and the one that closes it: ASCII, typographic and
 * full-width. The Japanese brackets are not among them: they stand in ordinary
 * sentences, which people paste as queries. */
static const struct {
    uint32_t open, close;
} quotes[] = {
    {'"', '"'},
    {0x201c, 0x201d},
    {0xff02, 0xff02},
};

struct cursor {
    const char *s;
    size_t len, pos;
};

static bool is_space(uint32_t cp)
{
    return cp == ' ' || (cp >= '\t' && cp <= '\r') || cp == 0x3000 || cp == 0xa0;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static uint32_t peek(const struct cursor *c)
{
    size_t pos = c->pos;
    return pm_utf8_next(c->s, c->len, &pos);
}

static uint32_t closing_quote(uint32_t cp)
{
    for (size_t i = 0; i < sizeof quotes / sizeof *quotes; i++)
        if (quotes[i].open == cp)
            return quotes[i].close;
    return 0;
}

static void skip_space(struct cursor *c)
{
    while (c->pos < c->len && is_space(peek(c)))
        (void)pm_utf8_next(c->s, c->len, &c->pos);
}

/* Digits of a date part: up to max of them; -1 when there are none. */
static int date_part(const char *s, size_t len, size_t *pos, size_t max)
{
    int v = 0;
    size_t from = *pos;
    while (*pos < len && *pos - from < max && is_digit(s[*pos]))
        v = v * 10 + (s[(*pos)++] - '0');
    return *pos == from ? -1 : v;
}

static int last_day(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

bool pm_date_bound(const char *text, size_t len, bool last, char out[11])
{
    size_t pos = 0;
    int part[3] = {-1, -1, -1};
    static const size_t widths[3] = {4, 2, 2};
    for (int i = 0; i < 3; i++) {
        part[i] = date_part(text, len, &pos, widths[i]);
        if (part[i] < 0 || (i == 0 && pos != 4))
            return false;
        if (pos == len)
            break;
        if (i == 2 || (text[pos] != '-' && text[pos] != '/'))
            return false;
        pos++;
    }
    int month = part[1] < 0 ? (last ? 12 : 1) : part[1];
    if (pos != len || month < 1 || month > 12)
        return false;
    int day = part[2] < 0 ? (last ? last_day(part[0], month) : 1) : part[2];
    if (day < 1 || day > last_day(part[0], month))
        return false;
    (void)snprintf(out, 11, "%04u-%02u-%02u", (unsigned)part[0] % 10000U, (unsigned)month % 100U,
                   (unsigned)day % 100U);
    return true;
}

/* "2023..2024", "2023..", "..2024", "2023". False: not a span, so a word. */
static bool date_span(const char *s, size_t len, struct pm_arena *a, struct pm_query *out)
{
    const char *dots = memmem(s, len, "..", 2);
    size_t left = dots == NULL ? len : (size_t)(dots - s);
    const char *right = dots == NULL ? s : dots + 2;
    size_t right_len = dots == NULL ? len : len - left - 2;
    char from[11] = "", to[11] = "";
    if ((left > 0 && !pm_date_bound(s, left, false, from)) ||
        (right_len > 0 && !pm_date_bound(right, right_len, true, to)) || (!*from && !*to))
        return false;
    if (*from)
        out->since = pm_arena_strdup(a, from);
    if (*to)
        out->until = pm_arena_strdup(a, to);
    return true;
}

static enum pm_status add_clause(struct pm_arena *a, struct pm_query *q, struct pm_clause clause,
                                 struct pm_error *err)
{
    if (clause.len == 0)
        return PM_OK;
    struct pm_clause *grown =
        pm_arena_grow(a, q->clauses, q->count, q->count + 1, sizeof *grown, &q->cap);
    clause.text = grown == NULL ? NULL : pm_arena_strndup(a, clause.text, clause.len);
    if (clause.text == NULL)
        return pm_fail(err, PM_ENOMEM, "out of memory");
    q->clauses = grown;
    grown[q->count++] = clause;
    return PM_OK;
}

/* Consume a known section's name and its colon. */
static enum pm_section section_prefix(struct cursor *c)
{
    size_t end = c->pos;
    while (end < c->len && c->s[end] >= 'a' && c->s[end] <= 'z')
        end++;
    if (end == c->pos || end >= c->len || c->s[end] != ':')
        return PM_SEC_COUNT;
    enum pm_section s = pm_section_from_name(c->s + c->pos, end - c->pos);
    if (s != PM_SEC_COUNT && end + 1 < c->len && !is_space((unsigned char)c->s[end + 1]))
        c->pos = end + 1;
    else
        s = PM_SEC_COUNT;
    return s;
}

static void take_phrase(struct cursor *c, uint32_t close, struct pm_clause *out)
{
    (void)pm_utf8_next(c->s, c->len, &c->pos);
    size_t from = c->pos, end = c->pos;
    while (c->pos < c->len) {
        end = c->pos;
        if (pm_utf8_next(c->s, c->len, &c->pos) == close)
            break;
        end = c->pos;
    }
    out->text = c->s + from;
    out->len = end - from;
    out->phrase = true;
}

static void take_word(struct cursor *c, struct pm_clause *out)
{
    size_t from = c->pos;
    while (c->pos < c->len) {
        uint32_t cp = peek(c);
        if (is_space(cp) || closing_quote(cp) != 0)
            break;
        (void)pm_utf8_next(c->s, c->len, &c->pos);
    }
    out->text = c->s + from;
    out->len = c->pos - from;
}

static enum pm_status next_clause(struct cursor *c, struct pm_arena *a, struct pm_query *q,
                                  struct pm_error *err)
{
    struct pm_clause clause = {.section = PM_SEC_COUNT};
    if (c->s[c->pos] == '-' && c->pos + 1 < c->len && c->s[c->pos + 1] != '-') {
        size_t after = c->pos + 1;
        if (!is_space(pm_utf8_next(c->s, c->len, &after))) {
            clause.negated = true;
            c->pos++;
        }
    }
    clause.section = section_prefix(c);
    uint32_t close = closing_quote(peek(c));
    if (close != 0)
        take_phrase(c, close, &clause);
    else
        take_word(c, &clause);
    if (!clause.phrase && !clause.negated && clause.len > 5 &&
        memcmp(clause.text, "date:", 5) == 0 && date_span(clause.text + 5, clause.len - 5, a, q))
        return PM_OK;
    return add_clause(a, q, clause, err);
}

enum pm_status pm_query_parse(const char *const *args, size_t n, struct pm_arena *a,
                              struct pm_query *out, struct pm_error *err)
{
    *out = (struct pm_query){0};
    struct pm_buf joined = {0};
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            pm_buf_addc(&joined, ' ');
        (void)pm_utf8_repair(args[i], strlen(args[i]), &joined);
    }
    enum pm_status st = joined.failed ? pm_fail(err, PM_ENOMEM, "out of memory") : PM_OK;
    struct cursor c = {.s = pm_buf_text(&joined), .len = joined.len};
    for (skip_space(&c); st == PM_OK && c.pos < c.len; skip_space(&c))
        st = next_clause(&c, a, out, err);
    pm_buf_free(&joined);
    return st;
}
