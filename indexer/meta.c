/* Metadata: front matter, tables of two columns, "Key: value" lines. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "indexer/facts.h"
#include "lib/norm.h"

/* Longest value of a one-word fact, bytes. */
enum { MAX_VALUE = 300 };

static void trim(const char **s, size_t *len)
{
    static const char *const ends[] = {" ", "\t", "\n", "\r", "*", "`", "\"", "　"};
    for (bool cut = true; cut;) {
        cut = false;
        for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
            size_t n = strlen(ends[i]);
            if (*len >= n && memcmp(*s, ends[i], n) == 0) {
                *s += n;
                *len -= n;
                cut = true;
            }
            if (*len >= n && memcmp(*s + *len - n, ends[i], n) == 0) {
                *len -= n;
                cut = true;
            }
        }
    }
}

/* Nothing, a dash, or a placeholder of one to three marks. */
static bool blank(const char *s, size_t len)
{
    static const char *const nothing[] = {"-",   "--",  "—", "–",    "n/a",  "N/A", "NA",
                                          "TBD", "tbd", "?", "なし", "未定", "null"};
    for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++)
        if (strlen(nothing[i]) == len && memcmp(s, nothing[i], len) == 0)
            return true;
    return len == 0;
}

static enum pm_status keep(struct pm_incident *inc, const char **field, const char *s, size_t len)
{
    if (*field != NULL)
        return PM_OK;
    *field = pm_arena_strndup(&inc->arena, s, len);
    return *field == NULL ? PM_ENOMEM : PM_OK;
}

static enum pm_status append(struct pm_incident *inc, const char ***list, size_t *n, const char *s,
                             size_t len)
{
    trim(&s, &len);
    if (blank(s, len) || len > MAX_VALUE)
        return PM_OK;
    for (size_t i = 0; i < *n; i++)
        if (strlen((*list)[i]) == len && memcmp((*list)[i], s, len) == 0)
            return PM_OK;
    const char **grown = pm_arena_calloc(&inc->arena, *n + 1, sizeof *grown);
    char *copy = pm_arena_strndup(&inc->arena, s, len);
    if (grown == NULL || copy == NULL)
        return PM_ENOMEM;
    if (*n > 0)
        memcpy(grown, *list, *n * sizeof *grown);
    grown[(*n)++] = copy;
    *list = grown;
    return PM_OK;
}

/* Bytes of a list separator at s, or 0. Those inside brackets do not count. */
static size_t separator(const char *s, size_t len)
{
    static const char *const seps[] = {",", ";", "、", "，", "\n"};
    for (size_t i = 0; i < sizeof seps / sizeof *seps; i++) {
        size_t n = strlen(seps[i]);
        if (len >= n && memcmp(s, seps[i], n) == 0)
            return n;
    }
    return 0;
}

static enum pm_status append_all(struct pm_incident *inc, const char ***list, size_t *n,
                                 const char *s, size_t len)
{
    size_t from = 0;
    int depth = 0;
    enum pm_status st = PM_OK;
    for (size_t i = 0; i <= len && st == PM_OK;) {
        size_t sep = i < len && depth == 0 ? separator(s + i, len - i) : 0;
        if (i == len || sep > 0) {
            st = append(inc, list, n, s + from, i - from);
            from = i + sep;
        } else {
            depth += (s[i] == '(') - (s[i] == ')' && depth > 0);
        }
        i += sep > 0 ? sep : 1;
    }
    return st;
}

/* "High（音声入力が停止）", "Critical – all pods": the word without its explanation. */
static size_t first_clause(const char *s, size_t len)
{
    static const char *const ends[] = {" – ", " - ", " — ", " (", "（",
                                       "(",   ". ",  "。",  "、", "\n"};
    size_t best = len;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        const char *hit = memmem(s, len, ends[i], strlen(ends[i]));
        if (hit != NULL && hit > s && (size_t)(hit - s) < best)
            best = (size_t)(hit - s);
    }
    return best;
}

static bool told(const struct pm_when *w)
{
    return pm_when_dated(w);
}

/* An end told as a time only is on the day of the start. */
static void note_end(struct pm_moments *m, const struct pm_when *w)
{
    if (!told(&m->end))
        m->end = *w;
}

static void note_range(struct pm_incident *inc, struct pm_moments *m, int fact, const char *s,
                       size_t len)
{
    struct pm_when start;
    struct pm_when end;
    if (fact == PM_FACT_PERIOD && inc->duration_min < 0)
        inc->duration_min = pm_duration(s, len);
    if (!pm_when_range(s, len, &start, &end))
        return;
    if (!told(&m->date) && fact == PM_FACT_DATE)
        m->date = start;
    if (!told(&m->start) && (start.has_time || fact != PM_FACT_DATE))
        m->start = start;
    if (told(&end) && (end.has_time || fact != PM_FACT_DATE))
        note_end(m, &end);
}

static enum pm_status note_moment(struct pm_incident *inc, struct pm_moments *m, int fact,
                                  const char *value, size_t len)
{
    struct pm_folded f = {0};
    struct pm_when w;
    enum pm_status st = pm_fold(PM_FOLD_WIDTH, value, len, &f);
    const char *s = f.text == NULL ? "" : f.text;
    if (st != PM_OK) {
        pm_folded_free(&f);
        return st;
    }
    switch (fact) {
    case PM_FACT_DURATION:
        if (inc->duration_min < 0)
            inc->duration_min = pm_duration(s, f.len);
        break;
    case PM_FACT_END:
        if (pm_when_find(s, f.len, &w))
            note_end(m, &w);
        break;
    case PM_FACT_PUBLISHED:
        if (!told(&m->published) && pm_when_find(s, f.len, &w))
            m->published = w;
        break;
    default:
        note_range(inc, m, fact, s, f.len);
    }
    pm_folded_free(&f);
    return PM_OK;
}

static enum pm_status note_status(struct pm_incident *inc, const char *s, size_t len)
{
    if (len == 4 && memcmp(s, "true", 4) == 0)
        return keep(inc, &inc->status, "resolved", 8);
    if (len == 5 && memcmp(s, "false", 5) == 0)
        return keep(inc, &inc->status, "open", 4);
    return keep(inc, &inc->status, s, len < 80 ? len : first_clause(s, len));
}

static enum pm_status note_lang(struct pm_incident *inc, const char *s)
{
    if (strncasecmp(s, "ja", 2) == 0)
        return keep(inc, &inc->lang, "ja", 2);
    return strncasecmp(s, "en", 2) == 0 ? keep(inc, &inc->lang, "en", 2) : PM_OK;
}

static enum pm_status note_url(struct pm_incident *inc, const char *s, size_t len)
{
    const char *http = memmem(s, len, "http", 4);
    if (http == NULL)
        return PM_OK;
    size_t n = 0;
    size_t room = len - (size_t)(http - s);
    while (n < room && !isspace((unsigned char)http[n]) && strchr(")>\"", http[n]) == NULL)
        n++;
    return keep(inc, &inc->url, http, n);
}

enum pm_status pm_meta_note(struct pm_incident *inc, struct pm_moments *moments, int fact,
                            const char *value, size_t len)
{
    trim(&value, &len);
    if (blank(value, len))
        return PM_OK;
    switch (fact) {
    case PM_FACT_ID:
        return len > MAX_VALUE ? PM_OK : keep(inc, &inc->id, value, len);
    case PM_FACT_TITLE:
        if (inc->title[0] == '\0')
            inc->title = pm_arena_strndup(&inc->arena, value, len);
        return inc->title == NULL ? PM_ENOMEM : PM_OK;
    case PM_FACT_SEVERITY:
        return keep(inc, &inc->severity, value, first_clause(value, len));
    case PM_FACT_STATUS:
        return note_status(inc, value, len);
    case PM_FACT_COMPANY:
        return len > MAX_VALUE ? PM_OK : keep(inc, &inc->company, value, len);
    case PM_FACT_PRODUCT:
        return len > MAX_VALUE ? PM_OK : keep(inc, &inc->product, value, len);
    case PM_FACT_SERVICES:
        return append_all(inc, &inc->services, &inc->n_services, value, len);
    case PM_FACT_TAGS:
        return append_all(inc, &inc->tags, &inc->n_tags, value, len);
    case PM_FACT_AUTHORS:
        return append_all(inc, &inc->authors, &inc->n_authors, value, len);
    case PM_FACT_URL:
        return note_url(inc, value, len);
    case PM_FACT_LANG:
        return note_lang(inc, value);
    case PM_FACT_NONE:
    case PM_FACT_SUMMARY:
    case PM_FACT_IGNORE:
        return PM_OK;
    default:
        return note_moment(inc, moments, fact, value, len);
    }
}

enum pm_status pm_meta_front(const struct pm_reader *r, const struct pm_metas *metas,
                             struct pm_incident *inc, struct pm_moments *moments)
{
    enum pm_status st = PM_OK;
    for (size_t i = 0; i < metas->count; i++) {
        const struct pm_meta *m = &metas->items[i];
        const char *dot = strrchr(m->key, '.');
        const char *key = dot == NULL ? m->key : dot + 1;
        int fact = pm_words_value(&r->words, PM_WORD_KEY, key, strlen(key));
        for (size_t k = 0; k < m->n_values && st == PM_OK; k++)
            st = pm_meta_note(inc, moments, fact, m->values[k], strlen(m->values[k]));
    }
    return st;
}

/* The fact that a unit's label, its first cell or its heading names. */
static int fact_of(const struct pm_reader *r, const struct pm_unit *u, const char **value,
                   size_t *len)
{
    size_t name = 0;
    size_t label = pm_label_at(u->b.text, u->b.len, &name);
    if (u->b.kind == PM_BLOCK_ROW && u->b.n_cells >= 2) {
        *value = u->b.cells[1];
        *len = strlen(*value);
        return pm_words_value(&r->words, PM_WORD_KEY, u->b.cells[0], strlen(u->b.cells[0]));
    }
    if (label > 0) {
        *value = u->b.text + label;
        *len = u->b.len - label;
        int fact = pm_words_value(&r->words, PM_WORD_KEY, u->b.text, name);
        if (fact != PM_FACT_NONE)
            return fact;
    }
    *value = u->b.text;
    *len = u->b.len;
    if (u->heading == NULL || u->b.len > MAX_VALUE)
        return PM_FACT_NONE;
    return pm_words_value(&r->words, PM_WORD_KEY, u->heading, strlen(u->heading));
}

enum pm_status pm_meta_body(const struct pm_reader *r, const struct pm_outline *o,
                            struct pm_incident *inc, struct pm_moments *moments)
{
    enum pm_status st = PM_OK;
    for (size_t i = 0; i < o->count && st == PM_OK; i++) {
        const struct pm_unit *u = &o->units[i];
        const char *value = NULL;
        size_t len = 0;
        size_t name = 0;
        if (u->is_heading) {
            size_t label = pm_label_at(u->b.text, u->b.len, &name);
            if (label > 0 && label < u->b.len)
                st = pm_meta_note(inc, moments,
                                  pm_words_value(&r->words, PM_WORD_KEY, u->b.text, name),
                                  u->b.text + label, u->b.len - label);
        } else if (u->meta) {
            int fact = fact_of(r, u, &value, &len);
            st = pm_meta_note(inc, moments, fact, value, len);
        }
    }
    return st;
}
