/* Timeline events: rows, list items, lines and headings that carry a time. */
#include <ctype.h>
#include <string.h>

#include "indexer/facts.h"
#include "lib/norm.h"

/* Which columns of a table hold what; -1: none. */
struct columns {
    int time;
    int time2; /* date and time apart */
    int event;
};

static enum pm_status add_event(struct pm_incident *inc, const char *time, const char *what,
                                int line)
{
    size_t n = inc->n_events;
    struct pm_timeline_event *grown = inc->events;
    if ((n & (n - 1)) == 0) {
        grown = pm_arena_calloc(&inc->arena, n ? n * 2 : 1, sizeof *grown);
        if (grown == NULL)
            return PM_ENOMEM;
        if (n > 0)
            memcpy(grown, inc->events, n * sizeof *grown);
    }
    if (time == NULL || what == NULL)
        return PM_ENOMEM;
    inc->events = grown;
    grown[inc->n_events++] = (struct pm_timeline_event){time, what, line};
    return PM_OK;
}

/* The text of unit i, and for an empty one that of the unit below it. */
static const char *text_behind(const struct pm_outline *o, size_t i, struct pm_arena *a)
{
    size_t len = 0;
    if (i + 1 >= o->count || o->units[i + 1].is_heading)
        return "";
    return pm_unit_text(a, &o->units[i + 1], &len, NULL, NULL);
}

/* Read "10:23 UTC - text" into an event. need_time: a date alone does not count. */
static enum pm_status read_line(const struct pm_outline *o, size_t i, bool need_time,
                                struct pm_incident *inc)
{
    const struct pm_unit *u = &o->units[i];
    size_t len = 0;
    const char *text = pm_unit_text(&inc->arena, u, &len, NULL, NULL);
    struct pm_folded f = {0};
    struct pm_when w;
    size_t at = 0;
    size_t width = 0;
    if (text == NULL || pm_fold(PM_FOLD_WIDTH, text, len, &f) != PM_OK)
        return PM_ENOMEM;
    enum pm_status st = PM_OK;
    size_t behind = f.len == 0 ? 0 : pm_time_prefix(f.text, f.len, &at, &width, &w);
    if (behind > 0 && (w.has_time || !need_time)) {
        size_t from = f.map[at];
        size_t to = f.map[at + width];
        const char *what = text + f.map[behind];
        if (*what == '\0')
            what = text_behind(o, i, &inc->arena);
        st = add_event(inc, pm_arena_strndup(&inc->arena, text + from, to - from), what, u->b.line);
    }
    pm_folded_free(&f);
    return st;
}

static struct columns columns_of(const struct pm_words *words, const struct pm_block *row)
{
    struct columns c = {-1, -1, -1};
    for (size_t i = 0; i < row->n_cells; i++) {
        const char *cell = row->cells[i];
        size_t len = strlen(cell);
        if (pm_words_column(words, PM_COLUMN_TIME, cell, len)) {
            if (c.time < 0)
                c.time = (int)i;
            else if (c.time2 < 0)
                c.time2 = (int)i;
        } else if (c.event < 0 && pm_words_column(words, PM_COLUMN_EVENT, cell, len)) {
            c.event = (int)i;
        }
    }
    return c;
}

static const char *cell_at(const struct pm_block *row, int i)
{
    return i >= 0 && (size_t)i < row->n_cells ? row->cells[i] : "";
}

/* Everything in the row but its time. */
static const char *rest_of(struct pm_arena *a, const struct pm_block *row, const struct columns *c)
{
    const char *out = "";
    for (size_t i = 0; i < row->n_cells && out != NULL; i++) {
        if ((int)i == c->time || (int)i == c->time2 || row->cells[i][0] == '\0')
            continue;
        out = *out == '\0' ? row->cells[i] : pm_arena_printf(a, "%s | %s", out, row->cells[i]);
    }
    return out;
}

static enum pm_status read_row(struct pm_incident *inc, const struct pm_unit *u,
                               const struct columns *c)
{
    const char *time = cell_at(&u->b, c->time);
    const char *second = cell_at(&u->b, c->time2);
    const char *what = c->event >= 0 ? cell_at(&u->b, c->event) : "";
    if (*what == '\0')
        what = rest_of(&inc->arena, &u->b, c);
    if (*second != '\0')
        time = *time == '\0' ? second : pm_arena_printf(&inc->arena, "%s %s", time, second);
    if (time == NULL || what == NULL)
        return PM_ENOMEM;
    return *time == '\0' || *what == '\0' ? PM_OK : add_event(inc, time, what, u->b.line);
}

/* The table that starts at unit i; *next is the unit behind it. */
static enum pm_status read_table(const struct pm_reader *r, const struct pm_outline *o, size_t i,
                                 size_t *next, struct pm_incident *inc)
{
    const struct pm_unit *first = &o->units[i];
    struct columns c = columns_of(&r->words, &first->b);
    bool in_timeline = first->section == PM_SEC_TIMELINE;
    bool headed = c.time >= 0 && (in_timeline || c.event >= 0) && !first->meta;
    if (!headed && in_timeline)
        c.time = 0;
    enum pm_status st = PM_OK;
    size_t k = i + (headed || first->b.header ? 1 : 0);
    for (; st == PM_OK && k < o->count && o->units[k].b.table == first->b.table; k++) {
        struct pm_when w;
        const char *cell = cell_at(&o->units[k].b, 0);
        bool timed = pm_when_at(cell, strlen(cell), &w) > 0;
        if (headed || (in_timeline && timed))
            st = read_row(inc, &o->units[k], &c);
    }
    *next = k > i ? k : i + 1;
    return st;
}

enum pm_status pm_timeline_read(const struct pm_reader *r, const struct pm_outline *o,
                                struct pm_incident *inc)
{
    enum pm_status st = PM_OK;
    for (size_t i = 0; i < o->count && st == PM_OK;) {
        const struct pm_unit *u = &o->units[i];
        size_t next = i + 1;
        if (u->b.kind == PM_BLOCK_ROW)
            st = read_table(r, o, i, &next, inc);
        else if (u->b.kind != PM_BLOCK_CODE && (u->timed || u->section == PM_SEC_TIMELINE))
            st = read_line(o, i, u->is_heading || u->section != PM_SEC_TIMELINE, inc);
        i = next;
    }
    return st;
}
