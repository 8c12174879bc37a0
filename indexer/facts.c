#include "indexer/facts.h"

#include <ctype.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/norm.h"
#include "lib/utf8.h"

/* Fewest bytes of text that make a section more than an empty form's. */
enum { MIN_CONTENT = 24, FIRST_UNITS = 4 };

/* Of a first line that may be a title; a short one with a date in it is a date. */
enum { TITLE_COLUMNS = 120, TITLE_WORDS = 12, SHORT_LINE = 24 };

/* ---- title ---- */

static const char *stem_of(const char *path, size_t *len)
{
    const char *slash = strrchr(path, '/');
    const char *base = slash == NULL ? path : slash + 1;
    const char *dot = strrchr(base, '.');
    *len = dot == NULL || dot == base ? strlen(base) : (size_t)(dot - base);
    return base;
}

static const char *tidy_stem(struct pm_arena *a, const char *path)
{
    size_t len = 0;
    const char *stem = stem_of(path, &len);
    char *out = pm_arena_strndup(a, len == 0 ? "-" : stem, len == 0 ? 1 : len);
    for (size_t i = 0; out != NULL && out[i] != '\0'; i++) {
        bool in_number =
            i > 0 && isdigit((unsigned char)out[i - 1]) && isdigit((unsigned char)out[i + 1]);
        if (out[i] == '_' || (out[i] == '-' && out[i + 1] != '\0' && !in_number))
            out[i] = ' ';
    }
    return out;
}

/* The first heading of any kind, unless it only names a section. */
static const char *first_heading(const struct pm_outline *o)
{
    for (size_t i = 0; i < o->count; i++)
        if (o->units[i].is_heading)
            return o->units[i].plain_name ? NULL : o->units[i].heading;
    return NULL;
}

static bool date_in(const char *s, size_t len, struct pm_when *out)
{
    struct pm_folded f = {0};
    bool found = pm_fold(PM_FOLD_WIDTH, s, len, &f) == PM_OK && f.len > 0 &&
                 pm_when_find(f.text, f.len, out);
    pm_folded_free(&f);
    return found;
}

static bool ends_sentence(const char *s, size_t len)
{
    static const char *const ends[] = {".",  "!",  "?",  ":",  ";",  ",",  "。",
                                       "．", "！", "？", "：", "、", "，", "|"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        size_t n = strlen(ends[i]);
        if (len >= n && memcmp(s + len - n, ends[i], n) == 0)
            return true;
    }
    return false;
}

static size_t count_words(const char *s, size_t len)
{
    size_t n = 0;
    for (size_t i = 0; i < len; i++)
        n += s[i] != ' ' && (i == 0 || s[i - 1] == ' ');
    return n;
}

/* A first line by itself that is no sentence, above more text: what plain text has for a
 * title. NULL: there is none. */
static const char *first_line(const struct pm_outline *o, struct pm_arena *a)
{
    const struct pm_unit *u = o->units;
    if (o->count < 2 || u->b.kind != PM_BLOCK_PARAGRAPH || u->is_heading || u->meta || u->timed ||
        u->label > 0 || u->b.len == 0 || memchr(u->b.text, '\n', u->b.len) != NULL ||
        pm_utf8_width(u->b.text, u->b.len) > TITLE_COLUMNS || ends_sentence(u->b.text, u->b.len) ||
        count_words(u->b.text, u->b.len) > TITLE_WORDS || u[1].b.line < u->b.line + 2 ||
        strstr(u->b.text, "://") != NULL)
        return NULL;
    struct pm_when w;
    bool date = u->b.len < SHORT_LINE && date_in(u->b.text, u->b.len, &w);
    return date ? NULL : pm_arena_strndup(a, u->b.text, u->b.len);
}

enum pm_status pm_facts_title(const struct pm_outline *o, const char *path, struct pm_incident *inc)
{
    if (inc->title != NULL && inc->title[0] != '\0')
        return PM_OK;
    inc->title = o->title != NULL ? o->title : first_heading(o);
    if (inc->title == NULL)
        inc->title = first_line(o, &inc->arena);
    inc->titled = inc->title != NULL && inc->title[0] != '\0';
    if (!inc->titled)
        inc->title = tidy_stem(&inc->arena, path);
    return inc->title == NULL ? PM_ENOMEM : PM_OK;
}

/* ---- dates ---- */

static bool date_in_timeline(const struct pm_incident *inc, struct pm_when *out)
{
    for (size_t i = 0; i < inc->n_events; i++)
        if (date_in(inc->events[i].time, strlen(inc->events[i].time), out))
            return true;
    return false;
}

static bool date_in_text(const struct pm_outline *o, struct pm_when *out)
{
    size_t seen = 0;
    for (size_t i = 0; i < o->count && seen < FIRST_UNITS; i++) {
        const struct pm_unit *u = &o->units[i];
        if (u->b.kind == PM_BLOCK_CODE)
            continue;
        if (date_in(u->b.text, u->b.len, out))
            return true;
        seen += !u->is_heading;
    }
    return false;
}

static bool best_date(const struct pm_outline *o, const char *path, const struct pm_moments *m,
                      const struct pm_incident *inc, struct pm_when *out)
{
    size_t len = 0;
    const char *stem = stem_of(path, &len);
    *out = pm_when_dated(&m->date) ? m->date : m->start;
    if (pm_when_dated(out))
        return true;
    if (date_in(stem, len, out) || date_in(inc->title, strlen(inc->title), out))
        return true;
    if (date_in_timeline(inc, out) || date_in_text(o, out))
        return true;
    *out = pm_when_dated(&m->end) ? m->end : m->published;
    return pm_when_dated(out);
}

enum pm_status pm_facts_dates(const struct pm_outline *o, const char *path,
                              const struct pm_moments *m, struct pm_incident *inc)
{
    struct pm_when day;
    struct pm_when start = m->start;
    struct pm_arena *a = &inc->arena;
    if (!pm_when_dated(&start) && m->date.has_time)
        start = m->date;
    if (best_date(o, path, m, inc, &day) && (inc->date = pm_when_day(a, &day)) == NULL)
        return PM_ENOMEM;
    if (pm_when_dated(&start) && start.has_time && (inc->start = pm_when_iso(a, &start)) == NULL)
        return PM_ENOMEM;
    if (pm_when_dated(&m->end) && m->end.has_time && (inc->end = pm_when_iso(a, &m->end)) == NULL)
        return PM_ENOMEM;
    if (pm_when_dated(&m->published) && (inc->published = pm_when_day(a, &m->published)) == NULL)
        return PM_ENOMEM;
    if (inc->duration_min < 0)
        inc->duration_min = pm_when_between(&start, &m->end);
    return PM_OK;
}

/* ---- language ---- */

static inline unsigned char is_latin(unsigned char c)
{
    return (unsigned char)((c | 0x20) - 'a') < 26;
}

static inline unsigned char is_japanese_lead(unsigned char c)
{
    return (unsigned char)(c - 0xE3) <= 0xE9 - 0xE3;
}

/* By lead bytes, which tell kana and kanji well enough for a count. */
static void count_letters(const char *s, size_t len, size_t *japanese, size_t *latin)
{
    enum { LANES = 32 }; /* a loop of a known length is one that compilers make vectors of */
    size_t i = 0;
    for (; i + LANES <= len; i += LANES) {
        unsigned char letters = 0, leads = 0;
        for (size_t k = 0; k < LANES; k++) {
            letters += is_latin((unsigned char)s[i + k]);
            leads += is_japanese_lead((unsigned char)s[i + k]);
        }
        *latin += letters;
        *japanese += leads;
    }
    for (; i < len; i++) {
        *latin += is_latin((unsigned char)s[i]);
        *japanese += is_japanese_lead((unsigned char)s[i]);
    }
}

void pm_facts_lang(struct pm_incident *inc)
{
    size_t japanese = 0;
    size_t latin = 0;
    if (inc->lang != NULL)
        return;
    for (size_t i = 0; i < inc->n_sections; i++)
        count_letters(inc->sections[i].text, inc->sections[i].len, &japanese, &latin);
    /* A Latin word takes about five letters, a Japanese one two. */
    inc->lang = japanese * 6 > latin && japanese > 0 ? "ja" : "en";
}

/* ---- title and metadata as sections ---- */

static void add_list(struct pm_buf *b, const char *name, const char *const *items, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (i == 0)
            pm_buf_addf(b, "%s%s: ", b->len > 0 ? "; " : "", name);
        else
            pm_buf_adds(b, ", ");
        pm_buf_adds(b, items[i]);
    }
}

enum pm_status pm_facts_sections(struct pm_incident *inc)
{
    struct pm_buf b = {0};
    enum pm_status st =
        pm_outline_section(inc, PM_SEC_TITLE, NULL, inc->title, strlen(inc->title), 1);
    add_list(&b, "company", &inc->company, inc->company != NULL);
    add_list(&b, "product", &inc->product, inc->product != NULL);
    add_list(&b, "services", inc->services, inc->n_services);
    add_list(&b, "tags", inc->tags, inc->n_tags);
    if (b.failed)
        st = PM_ENOMEM;
    if (st == PM_OK && b.len > 0)
        st = pm_outline_section(inc, PM_SEC_OTHER, "meta", b.data, b.len, 1);
    pm_buf_free(&b);
    return st;
}

/* ---- is it an incident at all ---- */

static bool reserved_name(const struct pm_reader *r, const char *path)
{
    size_t len = 0;
    const char *stem = stem_of(path, &len);
    return pm_words_value(&r->words, PM_WORD_FILE, stem, len) == PM_FILE_NAME;
}

static bool template_name(const struct pm_reader *r, const char *path)
{
    size_t len = 0;
    char name[256];
    const char *stem = stem_of(path, &len);
    if (len >= sizeof name)
        return false;
    for (size_t i = 0; i < len; i++)
        name[i] = stem[i] == '_' || stem[i] == '-' ? ' ' : stem[i];
    return pm_words_within(&r->words, PM_WORD_FILE, name, len) == PM_FILE_WORD;
}

static bool incident_section(enum pm_section s)
{
    return s != PM_SEC_TITLE && s != PM_SEC_SUMMARY && s != PM_SEC_OTHER;
}

/* Bytes of text that are not what an empty form holds: <...>, [...], TBD. */
static bool is_content(unsigned char c)
{
    return c >= 0x80 || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

/* Bytes of content, outside of placeholders in brackets; counting ends at enough. */
static size_t real_bytes(const struct pm_reader *r, const char *s, size_t len, size_t enough)
{
    if (len < 64 && pm_words_value(&r->words, PM_WORD_BLANK, s, len) != 0)
        return 0;
    size_t n = 0;
    int depth = 0;
    for (size_t i = 0; i < len && n < enough; i++) {
        depth += s[i] == '<' || s[i] == '[';
        if (depth == 0)
            n += is_content((unsigned char)s[i]);
        depth -= (s[i] == '>' || s[i] == ']') && depth > 0;
    }
    return n;
}

/* How many kinds of incident section have real content; *headed counts those that
 * a heading names. */
static int content_sections(const struct pm_reader *r, const struct pm_outline *o,
                            const struct pm_incident *inc, int *headed)
{
    size_t bytes[PM_SEC_COUNT] = {0};
    size_t told[PM_SEC_COUNT] = {0};
    for (size_t i = 0; i < inc->n_sections; i++) {
        const struct pm_section_text *s = &inc->sections[i];
        if (bytes[s->section] < MIN_CONTENT)
            bytes[s->section] += real_bytes(r, s->text, s->len, MIN_CONTENT);
    }
    for (size_t i = 0; i < o->count; i++) {
        const struct pm_unit *u = &o->units[i];
        bool header = u->b.kind == PM_BLOCK_ROW && u->b.header;
        if (!u->is_heading && !u->loose && !u->meta && !header && told[u->section] < MIN_CONTENT)
            told[u->section] += real_bytes(r, u->b.text, u->b.len, MIN_CONTENT);
    }
    int n = 0;
    *headed = 0;
    for (int s = 0; s < PM_SEC_COUNT; s++) {
        if (!incident_section((enum pm_section)s))
            continue;
        n += bytes[s] >= MIN_CONTENT;
        *headed += told[s] >= MIN_CONTENT;
    }
    return n;
}

void pm_facts_kind(const struct pm_reader *r, const struct pm_outline *o, const char *path,
                   struct pm_incident *inc)
{
    int headed = 0;
    int sections = content_sections(r, o, inc, &headed);
    if (reserved_name(r, path))
        inc->is_incident = headed >= 2 && inc->date != NULL;
    else if (template_name(r, path))
        inc->is_incident = headed >= 2 && inc->date != NULL;
    else
        inc->is_incident = sections > 0 || inc->date != NULL || inc->severity != NULL ||
                           inc->company != NULL || inc->duration_min >= 0;
}
