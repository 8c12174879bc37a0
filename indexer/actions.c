/* Action items: rows of action tables, list items and sentences of prevention. */
#include <ctype.h>
#include <string.h>

#include "indexer/facts.h"
#include "lib/norm.h"
#include "lib/sentence.h"

enum { N_COLUMNS = PM_COLUMN_KIND + 1, MIN_WHAT = 4 };

static bool dash(const char *s)
{
    static const char *const nothing[] = {"", "-", "--", "—", "–", "n/a", "N/A", "TBD", "?"};
    for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++)
        if (strcmp(s, nothing[i]) == 0)
            return true;
    return false;
}

static enum pm_status add_action(struct pm_incident *inc, const struct pm_action_item *item)
{
    size_t n = inc->n_actions;
    struct pm_action_item *grown = inc->actions;
    if ((n & (n - 1)) == 0) {
        grown = pm_arena_calloc(&inc->arena, n ? n * 2 : 1, sizeof *grown);
        if (grown == NULL)
            return PM_ENOMEM;
        if (n > 0)
            memcpy(grown, inc->actions, n * sizeof *grown);
    }
    inc->actions = grown;
    grown[inc->n_actions++] = *item;
    return PM_OK;
}

static const char *state_of(const struct pm_reader *r, const char *s)
{
    int state = pm_words_value(&r->words, PM_WORD_STATE, s, strlen(s));
    if (state == PM_STATE_NONE)
        state = pm_words_within(&r->words, PM_WORD_STATE, s, strlen(s));
    return pm_action_state_name(state);
}

/* What kind of action: the label given, else the item's own words. */
static const char *kind_of(const struct pm_reader *r, int label, const char *what)
{
    if (label == PM_KIND_NONE)
        label = pm_words_within(&r->words, PM_WORD_KINDWORD, what, strlen(what));
    return pm_action_kind_name(label);
}

/* ISO where a full date is in s, else as written; NULL for a dash. */
static const char *due_of(struct pm_arena *a, const char *s)
{
    struct pm_folded f = {0};
    struct pm_when w;
    const char *out = dash(s) ? NULL : s;
    if (out != NULL && pm_fold(PM_FOLD_WIDTH, s, strlen(s), &f) == PM_OK && f.len > 0 &&
        pm_when_find(f.text, f.len, &w))
        out = pm_when_day(a, &w);
    pm_folded_free(&f);
    return out;
}

/* ---- tables ---- */

static void map_columns(const struct pm_reader *r, const struct pm_block *row, int at[N_COLUMNS])
{
    static const int order[] = {PM_COLUMN_OWNER, PM_COLUMN_DUE, PM_COLUMN_STATE, PM_COLUMN_KIND,
                                PM_COLUMN_WHAT};
    for (int c = 0; c < N_COLUMNS; c++)
        at[c] = -1;
    for (size_t i = 0; i < row->n_cells; i++) {
        size_t len = strlen(row->cells[i]);
        for (size_t k = 0; k < sizeof order / sizeof *order; k++) {
            if (at[order[k]] < 0 &&
                pm_words_column(&r->words, (enum pm_column)order[k], row->cells[i], len)) {
                at[order[k]] = (int)i;
                break;
            }
        }
    }
}

static const char *cell_at(const struct pm_block *row, int i)
{
    return i >= 0 && (size_t)i < row->n_cells ? row->cells[i] : "";
}

/* "~~text~~" is text that somebody crossed out: it is done. */
static const char *uncross(struct pm_arena *a, const char *s, bool *crossed)
{
    size_t len = strlen(s);
    *crossed = len > 4 && s[0] == '~' && s[1] == '~' && strstr(s + 2, "~~") != NULL;
    if (!*crossed)
        return s;
    const char *end = strstr(s + 2, "~~");
    return pm_arena_printf(a, "%.*s%s", (int)(end - s - 2), s + 2, end + 2);
}

static enum pm_status read_row(const struct pm_reader *r, const struct pm_unit *u,
                               const int at[N_COLUMNS], struct pm_incident *inc)
{
    struct pm_action_item item = {.line = u->b.line};
    bool crossed = false;
    const char *owner = cell_at(&u->b, at[PM_COLUMN_OWNER]);
    const char *state = cell_at(&u->b, at[PM_COLUMN_STATE]);
    const char *kind = cell_at(&u->b, at[PM_COLUMN_KIND]);
    item.what = uncross(&inc->arena, cell_at(&u->b, at[PM_COLUMN_WHAT]), &crossed);
    if (item.what == NULL)
        return PM_ENOMEM;
    if (dash(item.what))
        return PM_OK;
    item.owner = dash(owner) ? NULL : owner;
    item.due = due_of(&inc->arena, cell_at(&u->b, at[PM_COLUMN_DUE]));
    item.state = crossed ? "done" : dash(state) ? NULL : state_of(r, state);
    int label = pm_words_within(&r->words, PM_WORD_KIND, kind, strlen(kind));
    item.kind = kind_of(r, label != 0 ? label : u->kind, item.what);
    return add_action(inc, &item);
}

static enum pm_status read_table(const struct pm_reader *r, const struct pm_outline *o, size_t i,
                                 size_t *next, struct pm_incident *inc)
{
    const struct pm_unit *first = &o->units[i];
    int at[N_COLUMNS];
    size_t end = i + 1;
    while (end < o->count && o->units[end].b.table == first->b.table)
        end++;
    *next = end;
    map_columns(r, &first->b, at);
    bool assigned = at[PM_COLUMN_OWNER] >= 0 || at[PM_COLUMN_DUE] >= 0;
    bool wanted = first->section == PM_SEC_PREVENTION ||
                  (assigned && (first->loose || first->section == PM_SEC_LESSONS));
    if (at[PM_COLUMN_WHAT] < 0 || !wanted || first->meta)
        return PM_OK;
    enum pm_status st = PM_OK;
    for (size_t k = i + 1; k < end && st == PM_OK; k++)
        st = read_row(r, &o->units[k], at, inc);
    return st;
}

/* ---- list items ---- */

/* Take "label: value" parts of a bracket: owner, due date, state. True when any
 * of it was understood. */
static bool read_bracket(const struct pm_reader *r, struct pm_arena *a, const char *s, size_t len,
                         struct pm_action_item *item)
{
    bool any = false;
    for (size_t from = 0; from < len;) {
        size_t n = strcspn(s + from, ",;");
        const char *wide = memmem(s + from, len - from, "、", 3);
        if (wide != NULL && (size_t)(wide - s) - from < n)
            n = (size_t)(wide - s) - from;
        if (n > len - from)
            n = len - from;
        size_t name = 0;
        size_t label = pm_label_at(s + from, n, &name);
        int what = label == 0 ? 0 : pm_words_value(&r->words, PM_WORD_OWNER, s + from, name);
        const char *value = pm_arena_strndup(a, s + from + label, n - label);
        if (value != NULL && what == PM_COLUMN_OWNER)
            item->owner = value;
        else if (value != NULL && what == PM_COLUMN_DUE)
            item->due = due_of(a, value);
        else if (value != NULL && what == PM_COLUMN_STATE)
            item->state = state_of(r, value);
        any = any || what != 0;
        from += n + (wide == s + from + n ? 3 : 1);
    }
    return any;
}

/* A bracket that says nothing but a state or a date: "(done)", "（完了）", "(2024-03-05)". */
static bool read_plain(const struct pm_reader *r, struct pm_arena *a, const char *s, size_t len,
                       struct pm_action_item *item)
{
    struct pm_when w;
    int state = pm_words_value(&r->words, PM_WORD_STATE, s, len);
    if (state != PM_STATE_NONE && item->state == NULL)
        item->state = pm_action_state_name(state);
    bool dated = len >= 8 && pm_when_at(s, len, &w) == len && pm_when_dated(&w);
    if (dated && item->due == NULL)
        item->due = pm_when_day(a, &w);
    return state != PM_STATE_NONE || dated;
}

static size_t open_bracket(const char *s)
{
    static const char *const opens[] = {"(", "（", "[", "【"};
    for (size_t i = 0; i < sizeof opens / sizeof *opens; i++)
        if (strncmp(s, opens[i], strlen(opens[i])) == 0)
            return strlen(opens[i]);
    return 0;
}

static size_t bracket_end(const char *s)
{
    static const char *const closes[] = {")", "）", "]", "】"};
    size_t best = 0;
    for (size_t i = 0; i < sizeof closes / sizeof *closes; i++) {
        const char *hit = strstr(s, closes[i]);
        if (hit != NULL && (best == 0 || (size_t)(hit - s) < best))
            best = (size_t)(hit - s);
    }
    return best;
}

static void read_brackets(const struct pm_reader *r, struct pm_arena *a, const char *s,
                          struct pm_action_item *item)
{
    for (; *s != '\0'; s++) {
        bool ascii = (unsigned char)*s < 0x80;
        size_t open = ascii && *s != '(' && *s != '[' ? 0 : open_bracket(s);
        size_t end = open == 0 ? 0 : bracket_end(s + open);
        if (end == 0)
            continue;
        if (!read_bracket(r, a, s + open, end, item))
            (void)read_plain(r, a, s + open, end, item);
        s += open + end - 1;
    }
}

/* "@name" anywhere. */
static void read_mention(struct pm_arena *a, const char *s, struct pm_action_item *item)
{
    for (const char *at = strchr(s, '@'); at != NULL && item->owner == NULL;
         at = strchr(at + 1, '@')) {
        size_t n = 1;
        while (isalnum((unsigned char)at[n]) || at[n] == '_' || at[n] == '-' || at[n] == '/')
            n++;
        bool word = at == s || isspace((unsigned char)at[-1]) || ispunct((unsigned char)at[-1]);
        if (n > 1 && word && isalpha((unsigned char)at[1]))
            item->owner = pm_arena_strndup(a, at, n);
    }
}

/* "完了: テストを追加", "Done: ...": a state in front as a label. */
static const char *leading_state(const struct pm_reader *r, const char *what,
                                 struct pm_action_item *item)
{
    size_t name = 0;
    size_t label = pm_label_at(what, strlen(what), &name);
    int state = label == 0 ? 0 : pm_words_value(&r->words, PM_WORD_STATE, what, name);
    if (state == PM_STATE_NONE || what[label] == '\0')
        return what;
    item->state = pm_action_state_name(state);
    return what + label;
}

static enum pm_status add_text(const struct pm_reader *r, const struct pm_unit *u, const char *what,
                               int line, struct pm_incident *inc)
{
    struct pm_action_item item = {.line = line};
    bool crossed = false;
    item.what = uncross(&inc->arena, what, &crossed);
    if (item.what == NULL)
        return PM_ENOMEM;
    if (crossed)
        item.state = "done";
    if (u->b.checked >= 0)
        item.state = u->b.checked ? "done" : "open";
    item.what = leading_state(r, item.what, &item);
    if (strlen(item.what) < MIN_WHAT)
        return PM_OK;
    read_brackets(r, &inc->arena, item.what, &item);
    read_mention(&inc->arena, item.what, &item);
    item.kind = kind_of(r, u->kind, item.what);
    return add_action(inc, &item);
}

/* "担当: A", "Due: Friday" below an item belong to it. */
static bool completes(const struct pm_reader *r, struct pm_incident *inc, const struct pm_unit *u)
{
    size_t name = 0;
    size_t label = pm_label_at(u->b.text, u->b.len, &name);
    if (inc->n_actions == 0 || label == 0 || u->b.level < 2 ||
        pm_words_value(&r->words, PM_WORD_OWNER, u->b.text, name) == 0)
        return false;
    return read_bracket(r, &inc->arena, u->b.text, u->b.len, &inc->actions[inc->n_actions - 1]);
}

/* "We will do the following." is no item of what follows. */
static bool announces(const struct pm_reader *r, const char *s, size_t len)
{
    enum { LONGEST = 120 }; /* bytes; a longer one says something itself */
    return len <= LONGEST && pm_words_within(&r->words, PM_WORD_LEAD, s, len) != 0;
}

static enum pm_status read_sentences(const struct pm_reader *r, const struct pm_unit *u,
                                     struct pm_incident *inc)
{
    size_t len = 0;
    const char *text = pm_unit_text(&inc->arena, u, &len, NULL, NULL);
    enum pm_status st = text == NULL ? PM_ENOMEM : PM_OK;
    size_t pos = 0;
    size_t start = 0;
    size_t n = 0;
    while (st == PM_OK && pm_sentence_next(text, len, &pos, &start, &n)) {
        if (announces(r, text + start, n) && pos < len)
            continue;
        const char *what = pm_arena_strndup(&inc->arena, text + start, n);
        st = what == NULL ? PM_ENOMEM : add_text(r, u, what, u->b.line, inc);
    }
    return st;
}

/* Has the prevention stretch around unit i a list or a table? Then its paragraphs
 * only introduce them. */
static bool has_list(const struct pm_outline *o, size_t i)
{
    size_t from = i;
    while (from > 0 && o->units[from - 1].section == PM_SEC_PREVENTION)
        from--;
    for (; from < o->count && o->units[from].section == PM_SEC_PREVENTION; from++)
        if (o->units[from].b.kind == PM_BLOCK_ITEM || o->units[from].b.kind == PM_BLOCK_ROW)
            return true;
    return false;
}

static enum pm_status read_unit(const struct pm_reader *r, const struct pm_outline *o, size_t i,
                                struct pm_incident *inc)
{
    const struct pm_unit *u = &o->units[i];
    if (u->is_heading || u->meta || u->section != PM_SEC_PREVENTION)
        return PM_OK;
    if (u->b.kind == PM_BLOCK_PARAGRAPH && !has_list(o, i))
        return read_sentences(r, u, inc);
    if (u->b.kind != PM_BLOCK_ITEM || completes(r, inc, u))
        return PM_OK;
    size_t len = 0;
    const char *text = pm_unit_text(&inc->arena, u, &len, NULL, NULL);
    return text == NULL ? PM_ENOMEM : add_text(r, u, text, u->b.line, inc);
}

enum pm_status pm_actions_read(const struct pm_reader *r, const struct pm_outline *o,
                               struct pm_incident *inc)
{
    enum pm_status st = PM_OK;
    for (size_t i = 0; i < o->count && st == PM_OK;) {
        size_t next = i + 1;
        if (o->units[i].b.kind == PM_BLOCK_ROW)
            st = read_table(r, o, i, &next, inc);
        else
            st = read_unit(r, o, i, inc);
        i = next;
    }
    return st;
}
