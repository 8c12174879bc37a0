#include "indexer/dates.h"

#include <ctype.h>
#include <string.h>

struct cursor {
    const char *s;
    size_t len;
    size_t at;
};

static bool eat(struct cursor *c, const char *word)
{
    size_t n = strlen(word);
    if (c->len - c->at < n || memcmp(c->s + c->at, word, n) != 0)
        return false;
    c->at += n;
    return true;
}

static bool eat_any(struct cursor *c, const char *const *words)
{
    for (; *words != NULL; words++)
        if (eat(c, *words))
            return true;
    return false;
}

static char peek(const struct cursor *c)
{
    return c->at < c->len ? c->s[c->at] : '\0';
}

static void blanks(struct cursor *c)
{
    while (peek(c) == ' ' || peek(c) == '\t')
        c->at++;
}

/* min to max digits, none behind them; -1 and the cursor unmoved otherwise. */
static int number(struct cursor *c, size_t min, size_t max)
{
    size_t n = 0;
    int v = 0;
    while (n <= max && c->at + n < c->len && isdigit((unsigned char)c->s[c->at + n]))
        v = v * 10 + (c->s[c->at + n++] - '0');
    if (n < min || n > max)
        return -1;
    c->at += n;
    return v;
}

static bool letter_next(const struct cursor *c)
{
    return isalpha((unsigned char)peek(c)) != 0;
}

static bool valid_day(int y, int m, int d)
{
    static const int days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return (y == 0 || (y >= 1970 && y <= 2199)) && m >= 1 && m <= 12 && d >= 1 && d <= days[m - 1];
}

static bool set_day(struct pm_when *w, int y, int m, int d)
{
    if (!valid_day(y, m, d))
        return false;
    w->year = y;
    w->month = m;
    w->day = d;
    return true;
}

static int month_name(struct cursor *c)
{
    static const char *const names[] = {"january",   "february", "march",    "april",
                                        "may",       "june",     "july",     "august",
                                        "september", "october",  "november", "december"};
    for (int m = 0; m < 12; m++) {
        struct cursor t = *c;
        if (peek(c) != names[m][0])
            continue;
        if (!eat(&t, names[m])) {
            char abbr[4] = {names[m][0], names[m][1], names[m][2], '\0'};
            if (!eat(&t, abbr))
                continue;
            (void)(m == 8 && eat(&t, "t"));
            (void)eat(&t, ".");
        }
        if (letter_next(&t))
            continue;
        *c = t;
        return m + 1;
    }
    return 0;
}

static void ordinal(struct cursor *c)
{
    static const char *const ends[] = {"st", "nd", "rd", "th", NULL};
    (void)eat_any(c, ends);
}

/* ", 2024", " 2024", " , 2024": the year behind a day, or 0. */
static int year_behind(struct cursor *c)
{
    struct cursor t = *c;
    blanks(&t);
    (void)(eat(&t, ",") || eat(&t, "-"));
    blanks(&t);
    int y = number(&t, 4, 4);
    if (y < 1970 || y > 2199)
        return 0;
    *c = t;
    return y;
}

static bool month_first(struct cursor *c, struct pm_when *w)
{
    struct cursor t = *c;
    int m = month_name(&t);
    if (m == 0)
        return false;
    blanks(&t);
    int d = number(&t, 1, 2);
    if (d < 0 || peek(&t) == ':')
        return false;
    ordinal(&t);
    int y = year_behind(&t);
    if (letter_next(&t) || !set_day(w, y, m, d))
        return false;
    *c = t;
    return true;
}

static bool day_first(struct cursor *c, struct pm_when *w)
{
    struct cursor t = *c;
    int d = number(&t, 1, 2);
    if (d < 0)
        return false;
    ordinal(&t);
    blanks(&t);
    (void)(eat(&t, "of ") || eat(&t, "-"));
    int m = month_name(&t);
    if (m == 0)
        return false;
    int y = year_behind(&t);
    if (!set_day(w, y, m, d))
        return false;
    *c = t;
    return true;
}

/* 2024年3月5日, 令和6年3月5日, 3月5日. */
static bool japanese_day(struct cursor *c, struct pm_when *w)
{
    static const struct {
        const char *name;
        int base;
    } eras[] = {{"令和", 2018}, {"平成", 1988}, {"昭和", 1925}, {"r", 2018}};
    struct cursor t = *c;
    int base = 0;
    for (size_t i = 0; base == 0 && i < sizeof eras / sizeof *eras; i++)
        if (eat(&t, eras[i].name))
            base = eras[i].base;
    int y = base > 0 && eat(&t, "元") ? 1 : number(&t, 1, base > 0 ? 2 : 4);
    blanks(&t);
    int m = y;
    if (eat(&t, "年")) {
        blanks(&t);
        m = number(&t, 1, 2);
    } else if (base > 0) {
        return false;
    } else {
        y = 0;
    }
    blanks(&t);
    if (m < 0 || !eat(&t, "月"))
        return false;
    blanks(&t);
    int d = number(&t, 1, 2);
    if (d < 0 || !eat(&t, "日") || !set_day(w, y > 0 ? y + base : 0, m, d))
        return false;
    *c = t;
    return true;
}

/* 2024-03-05, 2024/3/5, 2024.03.05, 20240305. */
static bool year_first(struct cursor *c, struct pm_when *w)
{
    struct cursor t = *c;
    int packed = number(&t, 8, 8);
    if (packed > 0 && set_day(w, packed / 10000, packed / 100 % 100, packed % 100)) {
        *c = t;
        return w->year > 0;
    }
    int y = number(&t, 4, 4);
    char sep = peek(&t);
    if (y < 1970 || (sep != '-' && sep != '/' && sep != '.'))
        return false;
    t.at++;
    int m = number(&t, 1, 2);
    if (m < 0 || peek(&t) != sep)
        return false;
    t.at++;
    int d = number(&t, 1, 2);
    if (d < 0 || !set_day(w, y, m, d))
        return false;
    *c = t;
    return true;
}

/* 20-10-2025, 10/20/2025, 3/26. Which is the day: what cannot be a month, else
 * the American order with slashes and the European one with others. */
static bool year_last(struct cursor *c, struct pm_when *w)
{
    struct cursor t = *c;
    int a = number(&t, 1, 2);
    char sep = peek(&t);
    if (a < 0 || (sep != '-' && sep != '/' && sep != '.'))
        return false;
    t.at++;
    int b = number(&t, 1, 2);
    if (b < 0)
        return false;
    int y = 0;
    if (peek(&t) == sep) {
        t.at++;
        y = number(&t, 4, 4);
        if (y < 0)
            return false;
    } else if (sep != '/') {
        return false;
    }
    bool month_leads = a <= 12 && (b > 12 || sep == '/');
    if (!set_day(w, y, month_leads ? a : b, month_leads ? b : a))
        return false;
    *c = t;
    return true;
}

static bool day_at(struct cursor *c, struct pm_when *w)
{
    return japanese_day(c, w) || year_first(c, w) || month_first(c, w) || day_first(c, w) ||
           year_last(c, w);
}

static void zone(struct cursor *c, struct pm_when *w)
{
    static const struct {
        const char *name;
        int offset;
    } zones[] = {{"utc", 0},    {"gmt", 0},    {"jst", 540},  {"pst", -480}, {"pdt", -420},
                 {"mst", -420}, {"mdt", -360}, {"cst", -360}, {"cdt", -300}, {"est", -300},
                 {"edt", -240}, {"bst", 60},   {"cest", 120}, {"cet", 60},   {"eest", 180},
                 {"eet", 120},  {"z", 0}};
    struct cursor t = *c;
    blanks(&t);
    (void)eat(&t, "(");
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
        struct cursor u = t;
        if (!eat(&u, zones[i].name) || isalnum((unsigned char)peek(&u)))
            continue;
        w->has_zone = true;
        w->offset = zones[i].offset;
        *c = u;
        return;
    }
    char sign = peek(&t);
    if ((sign != '+' && sign != '-') || t.at != c->at)
        return;
    t.at++;
    int h = number(&t, 2, 2);
    (void)eat(&t, ":");
    int m = h < 0 ? -1 : number(&t, 2, 2);
    if (h < 0 || h > 14 || m < 0 || m > 59)
        return;
    w->has_zone = true;
    w->offset = (sign == '-' ? -1 : 1) * (h * 60 + m);
    *c = t;
}

static void half_day(struct cursor *c, struct pm_when *w)
{
    struct cursor t = *c;
    blanks(&t);
    bool pm = eat(&t, "pm") || eat(&t, "p.m.");
    if ((!pm && !eat(&t, "am") && !eat(&t, "a.m.")) || letter_next(&t))
        return;
    if (pm && w->hour < 12)
        w->hour += 12;
    else if (!pm && w->hour == 12)
        w->hour = 0;
    *c = t;
}

static bool time_at(struct cursor *c, struct pm_when *w)
{
    struct cursor t = *c;
    int h = number(&t, 1, 2);
    if (h < 0 || h > 24)
        return false;
    int m = 0;
    int s = 0;
    if (eat(&t, ":")) {
        m = number(&t, 2, 2);
        if (eat(&t, ":"))
            s = number(&t, 2, 2);
    } else if (eat(&t, "時")) {
        if (eat(&t, "間"))
            return false;
        m = number(&t, 1, 2);
        if (m < 0)
            m = 0;
        else if (!eat(&t, "分"))
            return false;
    } else {
        return false;
    }
    if (m < 0 || m > 59 || s < 0 || s > 60)
        return false;
    if (s >= 0 && eat(&t, "."))
        while (isdigit((unsigned char)peek(&t)))
            t.at++;
    w->hour = h;
    w->minute = m;
    w->second = s;
    w->has_time = true;
    half_day(&t, w);
    zone(&t, w);
    *c = t;
    return true;
}

/* Between a date and its time: "T", blanks, a comma, "at", a weekday in brackets. */
static void joint(struct cursor *c)
{
    static const char *const week[] = {"(月)", "(火)", "(水)", "(木)", "(金)",
                                       "(土)", "(日)", "(祝)", NULL};
    blanks(c);
    (void)eat_any(c, week);
    blanks(c);
    if (peek(c) == 't' && c->at + 1 < c->len && isdigit((unsigned char)c->s[c->at + 1]))
        c->at++;
    (void)(eat(c, ",") || eat(c, "at ") || eat(c, "@") || eat(c, "(block"));
    blanks(c);
    (void)eat(c, "at ");
}

size_t pm_when_at(const char *s, size_t len, struct pm_when *out)
{
    struct cursor c = {s, len, 0};
    *out = (struct pm_when){0};
    if (day_at(&c, out)) {
        struct cursor t = c;
        joint(&t);
        if (time_at(&t, out))
            return t.at;
        return c.at;
    }
    *out = (struct pm_when){0};
    if (!time_at(&c, out))
        return 0;
    struct cursor t = c;
    joint(&t);
    if (out->has_time && (day_at(&t, out) && out->year > 0))
        return t.at;
    out->year = out->month = out->day = 0;
    return c.at;
}

bool pm_when_dated(const struct pm_when *w)
{
    return w->year > 0;
}

static bool starts_word(const char *s, size_t at)
{
    return at == 0 || !isalnum((unsigned char)s[at - 1]) ||
           (isdigit((unsigned char)s[at]) && isalpha((unsigned char)s[at - 1]));
}

static size_t find_from(const char *s, size_t len, size_t from, bool dated, struct pm_when *out,
                        size_t *end)
{
    for (size_t at = from; at < len; at++) {
        if (((unsigned char)s[at] & 0xC0) == 0x80 || !starts_word(s, at))
            continue;
        size_t n = pm_when_at(s + at, len - at, out);
        if (n > 0 && (dated ? pm_when_dated(out) : out->has_time || pm_when_dated(out))) {
            *end = at + n;
            return at;
        }
    }
    return len;
}

bool pm_when_find(const char *s, size_t len, struct pm_when *out)
{
    size_t end = 0;
    if (find_from(s, len, 0, true, out, &end) < len)
        return true;
    *out = (struct pm_when){0};
    return false;
}

bool pm_when_range(const char *s, size_t len, struct pm_when *start, struct pm_when *end)
{
    size_t at = 0;
    *end = (struct pm_when){0};
    if (find_from(s, len, 0, true, start, &at) >= len)
        return false;
    struct pm_when w;
    size_t from = at;
    if (find_from(s, len, from, false, &w, &at) >= len || at - from > 60)
        return true;
    if (!pm_when_dated(&w)) {
        w.year = start->year;
        w.month = start->month;
        w.day = start->day;
    }
    if (!w.has_zone && start->has_zone) {
        w.has_zone = true;
        w.offset = start->offset;
    } else if (w.has_zone && !start->has_zone) {
        start->has_zone = true;
        start->offset = w.offset;
    }
    *end = w;
    return true;
}
