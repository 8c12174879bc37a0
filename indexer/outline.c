#include "indexer/outline.h"

#include <ctype.h>
#include <string.h>

#include "indexer/dates.h"
#include "lib/norm.h"

/* Levels below those of the format: a bold line, a label, a label of a list item. */
enum { LEVEL_BOLD = 7, LEVEL_LABEL = 8, LEVEL_ITEM = 9, MAX_LEVELS = 24 };
/* Longest text that can be a heading in disguise, bytes; fewest bytes that state a cause. */
enum { MAX_DISGUISE = 120, MAX_BARE = 60, MIN_CAUSE = 15 };

struct level {
    int level;
    struct pm_heading_match match;
    const char *text;
    int kind;
    bool marked; /* by markup, not by its words alone */
};

struct build {
    const struct pm_reader *r;
    struct pm_arena *a;
    struct pm_outline *o;
    struct level stack[MAX_LEVELS];
    int depth;
    bool past_title; /* a heading other than the title was seen */
    bool first_seen;
};

static bool telling(enum pm_section s)
{
    return s < PM_SEC_COUNT && s != PM_SEC_TITLE && s != PM_SEC_SUMMARY && s != PM_SEC_OTHER;
}

static const struct level *top(const struct build *bd)
{
    return bd->depth == 0 ? NULL : &bd->stack[bd->depth - 1];
}

static void pop_to(struct build *bd, int level)
{
    while (bd->depth > 0 && bd->stack[bd->depth - 1].level >= level)
        bd->depth--;
}

static const struct pm_heading_match *parent_match(const struct build *bd)
{
    const struct level *t = top(bd);
    return t == NULL ? NULL : &t->match;
}

static void push(struct build *bd, const struct pm_unit *u, int level,
                 const struct pm_heading_match *m, const char *text, int kind)
{
    bool marked = u->b.kind == PM_BLOCK_HEADING || u->b.bold_only || u->b.key != NULL;
    if (bd->depth == MAX_LEVELS)
        bd->depth--;
    bd->stack[bd->depth++] = (struct level){level, *m, text, kind, marked};
}

/* The kind of action items that a heading announces: its own, else its parent's. */
static int kind_under(const struct build *bd, const char *text, size_t len)
{
    const struct level *t = top(bd);
    int kind = len < MAX_DISGUISE ? pm_words_within(&bd->r->words, PM_WORD_KIND, text, len) : 0;
    return kind != 0 ? kind : t == NULL ? 0 : t->kind;
}

static bool is_title(struct build *bd, const struct pm_unit *u, const struct pm_heading_match *m)
{
    bool first = !bd->first_seen;
    bd->first_seen = true;
    return u->b.kind == PM_BLOCK_HEADING && bd->o->title == NULL && !m->exact &&
           (first || u->b.level == 1);
}

/* "May 12", "20:15": headings of a timeline, unless they stand in another section. */
static bool only_time(const char *text, size_t len)
{
    struct pm_folded f = {0};
    struct pm_when w;
    size_t at = 0;
    size_t width = 0;
    bool only = pm_fold(PM_FOLD_WIDTH, text, len, &f) == PM_OK && f.len > 0 &&
                pm_time_prefix(f.text, f.len, &at, &width, &w) == f.len;
    pm_folded_free(&f);
    return only;
}

static enum pm_status open_heading(struct build *bd, struct pm_unit *u, int level)
{
    struct pm_heading_match m;
    enum pm_status st = pm_headings_match(&bd->r->headings, u->b.text, u->b.len, &m);
    char *text = pm_arena_strndup(bd->a, u->b.text, u->b.len);
    if (st != PM_OK || text == NULL)
        return PM_ENOMEM;
    for (char *p = text; *p != '\0'; p++)
        if (*p == '\n')
            *p = ' ';
    pop_to(bd, level);
    u->is_heading = true;
    u->heading = text;
    if (is_title(bd, u, &m)) {
        bd->o->title = text;
        m = (struct pm_heading_match){.section = PM_SEC_COUNT};
        push(bd, u, level, &m, NULL, 0);
        return PM_OK;
    }
    if (m.section == PM_SEC_COUNT && only_time(u->b.text, u->b.len))
        m.section = PM_SEC_TIMELINE;
    bd->past_title = true;
    u->plain_name = m.exact;
    int kind = kind_under(bd, u->b.text, u->b.len);
    m = pm_heading_under(parent_match(bd), &m);
    push(bd, u, level, &m, text, kind);
    u->section = m.section == PM_SEC_COUNT ? PM_SEC_OTHER : m.section;
    return PM_OK;
}

static bool one_line(const struct pm_unit *u)
{
    return u->b.len > 0 && memchr(u->b.text, '\n', u->b.len) == NULL;
}

/* A paragraph of one line that is nothing but a known name: "Impact:", "原因". */
static bool bare_heading(const struct build *bd, const struct pm_unit *u)
{
    struct pm_heading_match m;
    bool ended = u->b.len > 1 && strchr(".,;", u->b.text[u->b.len - 1]) != NULL;
    return u->b.kind == PM_BLOCK_PARAGRAPH && u->b.len <= MAX_BARE && one_line(u) && !ended &&
           pm_headings_match(&bd->r->headings, u->b.text, u->b.len, &m) == PM_OK && m.exact;
}

static int heading_level(const struct build *bd, const struct pm_unit *u)
{
    if (u->b.kind == PM_BLOCK_HEADING)
        return u->b.level;
    bool text = u->b.kind == PM_BLOCK_PARAGRAPH || u->b.kind == PM_BLOCK_QUOTE;
    if (u->b.bold_only && (text || pm_heading_decorated(u->b.text, u->b.len)) &&
        u->b.len <= MAX_DISGUISE && one_line(u))
        return LEVEL_BOLD;
    return bare_heading(bd, u) ? LEVEL_BOLD : 0;
}

/* The fact a label names where the text around it is not about something else. */
static int label_fact(const struct build *bd, const struct pm_unit *u)
{
    size_t name = 0;
    const struct level *t = top(bd);
    bool open = t == NULL || t->match.section == PM_SEC_COUNT || t->match.meta ||
                t->match.section == PM_SEC_SUMMARY || t->level >= LEVEL_LABEL;
    if (!open || u->label == 0 || pm_label_at(u->b.text, u->b.len, &name) == 0)
        return PM_FACT_NONE;
    int fact = pm_words_value(&bd->r->words, PM_WORD_KEY, u->b.text, name);
    if (fact == PM_FACT_SUMMARY)
        return PM_FACT_NONE;
    struct pm_heading_match m;
    if (fact == PM_FACT_IGNORE &&
        pm_headings_match(&bd->r->headings, u->b.text, name, &m) == PM_OK && m.exact && !m.meta &&
        u->b.len - u->label > 40)
        return PM_FACT_NONE;
    return fact;
}

/* A bold label, or one alone in its line, also speaks for what follows; a plain
 * one ("Ask: for figures") for its own text only. */
static int label_level(const struct pm_unit *u)
{
    if (u->b.kind == PM_BLOCK_ITEM)
        return LEVEL_LABEL + u->b.level;
    return u->b.key != NULL || u->label >= u->b.len ? LEVEL_LABEL : LEVEL_ITEM;
}

/* Is a label no more than a field of the section that a heading or a bold label has opened? One
 * without markup in front of its text ("Immediate: ...") is, unless its name is beyond doubt. */
static bool only_field(const struct build *bd, const struct pm_unit *u,
                       const struct pm_heading_match *m)
{
    const struct level *t = top(bd);
    bool plain = u->b.key == NULL && u->label < u->b.len;
    return plain && !m->strong && t != NULL && t->marked && telling(t->match.section);
}

/* "**Root cause:** text": the label names the section of the text. */
static void open_label(struct build *bd, struct pm_unit *u)
{
    size_t name = 0;
    struct pm_heading_match m;
    if (u->label == 0 || pm_label_at(u->b.text, u->b.len, &name) == 0 ||
        pm_headings_match(&bd->r->headings, u->b.text, name, &m) != PM_OK || !m.exact)
        return;
    int level = label_level(u);
    pop_to(bd, level);
    if (only_field(bd, u, &m))
        return;
    struct pm_heading_match own = pm_heading_under(parent_match(bd), &m);
    char *text = pm_arena_strndup(bd->a, u->b.text, name);
    const struct pm_heading_match *above = parent_match(bd);
    if (text == NULL || (above != NULL && above->section == own.section))
        return;
    push(bd, u, level, &own, text, kind_under(bd, u->b.text, name));
    u->labelled = true;
}

static void place(struct build *bd, struct pm_unit *u)
{
    if (u->b.kind == PM_BLOCK_ITEM)
        pop_to(bd, LEVEL_LABEL + u->b.level);
    else if (u->b.kind != PM_BLOCK_CODE)
        pop_to(bd, LEVEL_ITEM);
    int fact = label_fact(bd, u);
    if (fact != PM_FACT_NONE)
        pop_to(bd, u->b.kind == PM_BLOCK_ITEM ? LEVEL_LABEL + u->b.level : LEVEL_LABEL);
    else
        open_label(bd, u);
    const struct level *t = top(bd);
    bool known = t != NULL && t->match.section != PM_SEC_COUNT;
    u->heading = t == NULL ? NULL : t->text;
    u->section = known ? t->match.section : PM_SEC_OTHER;
    u->kind = t == NULL ? 0 : t->kind;
    u->meta = fact != PM_FACT_NONE || (known && t->match.meta);
    u->loose = !known && !u->meta;
    u->lead = u->loose && !bd->past_title;
    if (fact != PM_FACT_NONE)
        u->section = PM_SEC_OTHER;
}

/* A table of two columns whose first holds keys of metadata is metadata. */
static void mark_meta_tables(struct build *bd)
{
    struct pm_outline *o = bd->o;
    for (size_t i = 0; i < o->count;) {
        size_t end = i + 1;
        const struct pm_block *b = &o->units[i].b;
        while (end < o->count && b->table != 0 && o->units[end].b.table == b->table)
            end++;
        size_t known = 0;
        size_t rows = 0;
        for (size_t k = i; b->table != 0 && k < end; k++) {
            const struct pm_block *row = &o->units[k].b;
            if (row->n_cells != 2 || row->header)
                continue;
            rows++;
            known += pm_words_value(&bd->r->words, PM_WORD_KEY, row->cells[0],
                                    strlen(row->cells[0])) != 0;
        }
        bool meta =
            rows > 0 && known * 2 >= rows &&
            (o->units[i].loose || o->units[i].meta || o->units[i].section == PM_SEC_SUMMARY);
        for (size_t k = i; meta && k < end; k++) {
            o->units[k].meta = true;
            o->units[k].loose = false;
            o->units[k].section = PM_SEC_OTHER;
        }
        i = end;
    }
}

static bool starts_timed(const struct pm_unit *u)
{
    bool text =
        u->b.kind == PM_BLOCK_ITEM || u->b.kind == PM_BLOCK_PARAGRAPH || u->b.kind == PM_BLOCK_ROW;
    return text && pm_starts_timed(u->b.text, u->b.len);
}

/* Two times in a row, with at most two units between, make a timeline of units
 * that no heading claims. */
static void mark_timelines(struct build *bd)
{
    struct pm_outline *o = bd->o;
    size_t last = o->count;
    for (size_t i = 0; i < o->count; i++) {
        struct pm_unit *u = &o->units[i];
        if (u->is_heading) {
            last = o->count;
            continue;
        }
        if (!starts_timed(u))
            continue;
        u->timed = u->section == PM_SEC_TIMELINE;
        if (last < o->count && i - last <= 3)
            for (size_t k = last; k <= i; k++) {
                struct pm_unit *v = &o->units[k];
                bool free = v->loose || v->section == PM_SEC_SUMMARY;
                if (v->is_heading || !free || (k != last && k != i && v->b.kind != u->b.kind))
                    continue;
                v->timed = k == last || k == i;
                v->section = PM_SEC_TIMELINE;
                v->loose = v->lead = false;
            }
        last = i;
    }
}

static void count_headed(struct pm_outline *o)
{
    unsigned seen = 0;
    size_t cause = 0;
    for (size_t i = 0; i < o->count; i++) {
        const struct pm_unit *u = &o->units[i];
        if (u->is_heading || u->loose || u->meta || u->b.len == u->label || !telling(u->section))
            continue;
        if (u->timed && u->heading == NULL)
            continue;
        seen |= 1u << u->section;
        cause += u->section == PM_SEC_CAUSE ? u->b.len - u->label : 0;
    }
    o->headed_cause = cause >= MIN_CAUSE;
    for (; seen != 0; seen &= seen - 1)
        o->headed++;
}

enum pm_status pm_outline_build(const struct pm_reader *r, struct pm_arena *a,
                                const struct pm_blocks *blocks, struct pm_outline *out,
                                struct pm_error *err)
{
    struct build bd = {.r = r, .a = a, .o = out};
    enum pm_status st = PM_OK;
    for (size_t i = 0; i < blocks->count && st == PM_OK; i++)
        st = pm_outline_split(r, a, &blocks->items[i], out);
    for (size_t i = 0; i < out->count && st == PM_OK; i++) {
        struct pm_unit *u = &out->units[i];
        int level = heading_level(&bd, u);
        if (level > 0)
            st = open_heading(&bd, u, level);
        else
            place(&bd, u);
    }
    if (st != PM_OK)
        return pm_fail(err, st, "out of memory");
    mark_meta_tables(&bd);
    mark_timelines(&bd);
    count_headed(out);
    return PM_OK;
}
