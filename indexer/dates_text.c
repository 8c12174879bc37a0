/* Durations, the time in front of a line, and dates written out. */
#include "indexer/dates.h"

#include <ctype.h>
#include <string.h>

#include "lib/norm.h"

static size_t skip_any(const char *s, size_t len, size_t at, const char *const *marks)
{
    for (bool more = true; more;) {
        more = false;
        for (const char *const *m = marks; *m != NULL; m++) {
            size_t n = strlen(*m);
            if (len - at >= n && memcmp(s + at, *m, n) == 0) {
                at += n;
                more = true;
            }
        }
    }
    return at;
}

/* A second time behind a dash: "10:23 - 10:40". */
static size_t range_end(const char *s, size_t len, size_t at)
{
    static const char *const dashes[] = {" ", "-", "–", "—", "~", "〜", "～", "to ", "から", NULL};
    size_t next = skip_any(s, len, at, dashes);
    struct pm_when w;
    size_t n = next == at ? 0 : pm_when_at(s + next, len - next, &w);
    return n > 0 && w.has_time ? next + n : at;
}

size_t pm_time_prefix(const char *s, size_t len, size_t *at, size_t *width, struct pm_when *out)
{
    static const char *const before[] = {" ", "[", "(", "*", "~", "約", "`", "≈", "•", NULL};
    static const char *const behind[] = {" ", "]", ")",  "*", "-",  "–",  "—",    ":", "|", "`",
                                         ">", "→", "、", ",", "\t", "頃", "ごろ", "=", NULL};
    size_t from = skip_any(s, len, 0, before);
    size_t n = pm_when_at(s + from, len - from, out);
    if (n == 0)
        return 0;
    size_t end = range_end(s, len, from + n);
    size_t text = skip_any(s, len, end, behind);
    if (text == end && end < len && isalnum((unsigned char)s[end]))
        return 0;
    if (text == end && end < len && strchr("%.+", s[end]) != NULL)
        return 0;
    *at = from;
    *width = end - from;
    return text;
}

/* Could a time stand in front? No: what is there starts no date and no time, in whatever
 * width. Most lines are told apart here, before they are folded. */
static bool may_start_timed(const char *s, size_t len)
{
    static const char months[] = "jan feb mar apr may jun jul aug sep oct nov dec";
    size_t at = 0;
    while (at < len && strchr(" [(*~`", s[at]) != NULL)
        at++;
    if (at + 3 > len)
        return true;
    const unsigned char *p = (const unsigned char *)s + at;
    if (p[0] == 0xE3) /* kana */
        return p[1] < 0x81 || p[1] > 0x83;
    if (p[0] > 0xE3 && p[0] < 0xEA) /* kanji: eras, "about" */
        return memcmp(p, "令", 3) == 0 || memcmp(p, "平", 3) == 0 || memcmp(p, "昭", 3) == 0 ||
               memcmp(p, "約", 3) == 0;
    if ((p[0] | p[1] | p[2]) >= 0x80 || isdigit(p[0]) || ((p[0] | 0x20) == 'r' && isdigit(p[1])))
        return true;
    char word[4] = {(char)(p[0] | 0x20), (char)(p[1] | 0x20), (char)(p[2] | 0x20), '\0'};
    return isalpha(p[0]) && strstr(months, word) != NULL;
}

bool pm_starts_timed(const char *s, size_t len)
{
    enum { LOOK = 80 };
    struct pm_folded f = {0};
    struct pm_when w;
    size_t at = 0;
    size_t width = 0;
    len = len < LOOK ? len : LOOK;
    bool timed = may_start_timed(s, len) && pm_fold(PM_FOLD_WIDTH, s, len, &f) == PM_OK &&
                 pm_time_prefix(f.text ? f.text : "", f.len, &at, &width, &w) > 0 && w.has_time;
    pm_folded_free(&f);
    return timed;
}

/* The unit at s in seconds, and its bytes in *n; 0 when there is none. */
static double unit_at(const char *s, size_t len, size_t *n)
{
    static const struct {
        const char *name;
        double seconds;
    } units[] = {{"seconds", 1},   {"second", 1},   {"secs", 1},     {"sec", 1},
                 {"s", 1},         {"秒", 1},       {"minutes", 60}, {"minute", 60},
                 {"mins", 60},     {"min", 60},     {"m", 60},       {"分", 60},
                 {"hours", 3600},  {"hour", 3600},  {"hrs", 3600},   {"hr", 3600},
                 {"h", 3600},      {"時間", 3600},  {"days", 86400}, {"day", 86400},
                 {"d", 86400},     {"日間", 86400}, {"日", 86400},   {"weeks", 604800},
                 {"week", 604800}, {"週間", 604800}};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        size_t k = strlen(units[i].name);
        if (len < k || memcmp(s, units[i].name, k) != 0)
            continue;
        if (isalpha((unsigned char)s[0]) && k < len && isalpha((unsigned char)s[k]))
            continue;
        *n = k;
        return units[i].seconds;
    }
    return 0;
}

/* A number with its unit at *at, in seconds; -1 and *at unmoved otherwise. */
static double amount_at(const char *s, size_t len, size_t *at)
{
    size_t i = *at;
    double v = 0;
    double scale = 0;
    size_t digits = 0;
    for (; i < len && (isdigit((unsigned char)s[i]) || (s[i] == '.' && scale == 0 && digits > 0));
         i++) {
        if (s[i] == '.') {
            scale = 1;
            continue;
        }
        v = v * 10 + (s[i] - '0');
        scale *= 10;
        digits++;
    }
    if (digits == 0 || digits > 7)
        return -1;
    if (scale > 1)
        v /= scale;
    while (i < len && (s[i] == ' ' || s[i] == '-'))
        i++;
    size_t n = 0;
    double seconds = unit_at(s + i, len - i, &n);
    if (seconds == 0)
        return -1;
    *at = i + n;
    return v * seconds;
}

/* "5日" is a date where a month stands in front; "10分の1" is a share. */
static bool looks_dated(const char *s, size_t at)
{
    return at >= 3 && (memcmp(s + at - 3, "月", 3) == 0);
}

long pm_duration(const char *s, size_t len)
{
    static const char *const joins[] = {" ", ",", "and", "と", "+", "&", "t", NULL};
    for (size_t at = 0; at < len; at++) {
        bool inside = at > 0 && (isdigit((unsigned char)s[at - 1]) || s[at - 1] == '.' ||
                                 s[at - 1] == ':' || s[at - 1] == '-' || s[at - 1] == '/');
        if (!isdigit((unsigned char)s[at]) || inside || looks_dated(s, at))
            continue;
        size_t end = at;
        double total = amount_at(s, len, &end);
        if (total < 0)
            continue;
        for (double more = 0; more >= 0;) {
            size_t next = skip_any(s, len, end, joins);
            more = amount_at(s, len, &next);
            if (more >= 0) {
                total += more;
                end = next;
            }
        }
        return total > 1e9 ? -1 : (long)((total + 59) / 60);
    }
    return -1;
}

/* Days from 1970-01-01, by the civil calendar. */
static long days_of(int y, int m, int d)
{
    long yy = m <= 2 ? y - 1 : y;
    long era = yy / 400;
    long yoe = yy - era * 400;
    long doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static void day_of(long days, struct pm_when *w)
{
    long z = days + 719468;
    long era = z / 146097;
    long doe = z - era * 146097;
    long yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    long doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    long mp = (5 * doy + 2) / 153;
    w->day = (int)(doy - (153 * mp + 2) / 5 + 1);
    w->month = (int)(mp < 10 ? mp + 3 : mp - 9);
    w->year = (int)(yoe + era * 400 + (w->month <= 2));
}

static long minutes_of(const struct pm_when *w)
{
    return days_of(w->year, w->month, w->day) * 1440L + w->hour * 60L + w->minute - w->offset;
}

const char *pm_when_day(struct pm_arena *a, const struct pm_when *w)
{
    return pm_arena_printf(a, "%04d-%02d-%02d", w->year, w->month, w->day);
}

const char *pm_when_iso(struct pm_arena *a, const struct pm_when *w)
{
    struct pm_when u = *w;
    if (w->has_zone) {
        long minutes = minutes_of(w);
        day_of(minutes / 1440, &u);
        u.hour = (int)(minutes % 1440 / 60);
        u.minute = (int)(minutes % 60);
    }
    return pm_arena_printf(a, "%04d-%02d-%02dT%02d:%02d:%02d%s", u.year, u.month, u.day, u.hour,
                           u.minute, u.second, w->has_zone ? "Z" : "");
}

long pm_when_between(const struct pm_when *from, const struct pm_when *to)
{
    if (!pm_when_dated(from) || !pm_when_dated(to) || !from->has_time || !to->has_time)
        return -1;
    long diff = minutes_of(to) - minutes_of(from);
    return diff < 0 ? -1 : diff;
}
