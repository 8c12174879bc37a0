#include "indexer/words.h"

#include <stdlib.h>
#include <string.h>

/* The values of each group by name, in the order of their enum from 1. */
static const char *const KEYS[] = {"id",        "title",    "date",     "start",    "end",
                                   "published", "duration", "period",   "severity", "status",
                                   "company",   "product",  "services", "tags",     "authors",
                                   "url",       "lang",     "summary",  "ignore",   NULL};
static const char *const COLUMNS[] = {"what", "owner", "due",    "state", "kind",
                                      "time", "event", "ignore", NULL};
static const char *const STATES[] = {"open", "done", "dropped", NULL};
static const char *const KINDS[] = {"prevent", "detect", "mitigate", "correct", "process", NULL};
static const char *const FILES[] = {"name", "word", NULL};
static const char *const BLANKS[] = {"text", NULL};

static const struct {
    const char *name;
    const char *const *values;
} GROUPS[PM_WORD_GROUPS] = {
    [PM_WORD_KEY] = {"key", KEYS},
    [PM_WORD_COLUMN] = {"column", COLUMNS},
    [PM_WORD_STATE] = {"state", STATES},
    [PM_WORD_KIND] = {"kind", KINDS},
    [PM_WORD_KINDWORD] = {"kindword", KINDS},
    [PM_WORD_OWNER] = {"owner", COLUMNS},
    [PM_WORD_FILE] = {"file", FILES},
    [PM_WORD_BLANK] = {"blank", BLANKS},
    [PM_WORD_LEAD] = {"lead", BLANKS},
};

static int index_of(const char *const *names, const char *name)
{
    for (int i = 0; names[i] != NULL; i++)
        if (strcmp(names[i], name) == 0)
            return i + 1;
    return 0;
}

/* Columns overlap, so that each has a group of its own behind the others. */
static int slot_group(int group, int value)
{
    return group == PM_WORD_COLUMN ? PM_WORD_GROUPS + value : group;
}

enum pm_status pm_words_add(struct pm_words *w, const char *group, const char *value,
                            const char *name, int line, struct pm_error *err)
{
    for (int g = 0; g < PM_WORD_GROUPS; g++) {
        if (strcmp(GROUPS[g].name, group) != 0)
            continue;
        int v = index_of(GROUPS[g].values, value);
        if (v == 0)
            return pm_fail(err, PM_EDICT, "meta-keys.tsv:%d: no %s named '%s'", line, group, value);
        return pm_namemap_add(&w->names, slot_group(g, v), name, v, 0, err);
    }
    return pm_fail(err, PM_EDICT, "meta-keys.tsv:%d: no group named '%s'", line, group);
}

static enum pm_status add_row(void *ctx, int line, const char *const *cols, int n,
                              struct pm_error *err)
{
    if (n < 3)
        return pm_fail(err, PM_EDICT, "meta-keys.tsv:%d: three columns wanted", line);
    return pm_words_add(ctx, cols[0], cols[1], cols[2], line, err);
}

enum pm_status pm_words_load(struct pm_words *w, struct pm_dict *dict, struct pm_error *err)
{
    return pm_dict_each(dict, "meta-keys", add_row, w, err);
}

static int value_of(const struct pm_name *e)
{
    return e == NULL ? 0 : e->value;
}

/* Keys as programs write them: start_time, Start-Time. */
static void loosen(struct pm_folded *f)
{
    for (size_t i = 0; i < f->len; i++)
        if (f->text[i] == '_' || f->text[i] == '-')
            f->text[i] = ' ';
}

int pm_words_value(const struct pm_words *w, enum pm_word_group group, const char *s, size_t len)
{
    struct pm_folded f = {0};
    int value = 0;
    if (len < 200 && pm_name_fold(s, len, &f) == PM_OK) {
        value = value_of(pm_namemap_find(&w->names, (int)group, f.text, f.len));
        if (value == 0) {
            loosen(&f);
            value = value_of(pm_namemap_find(&w->names, (int)group, f.text, f.len));
        }
    }
    pm_folded_free(&f);
    return value;
}

int pm_words_within(const struct pm_words *w, enum pm_word_group group, const char *s, size_t len)
{
    struct pm_folded f = {0};
    int value = 0;
    if (pm_name_fold(s, len, &f) == PM_OK)
        value = value_of(pm_namemap_scan(&w->names, (int)group, f.text, f.len));
    pm_folded_free(&f);
    return value;
}

bool pm_words_column(const struct pm_words *w, enum pm_column c, const char *s, size_t len)
{
    struct pm_folded f = {0};
    bool found = false;
    if (len < 200 && pm_name_fold(s, len, &f) == PM_OK && f.text != NULL) {
        const char *paren = memchr(f.text, '(', f.len);
        size_t n = paren == NULL || paren == f.text ? f.len : (size_t)(paren - f.text);
        while (n > 0 && f.text[n - 1] == ' ')
            n--;
        found = pm_namemap_find(&w->names, slot_group(PM_WORD_COLUMN, (int)c), f.text, n) != NULL;
    }
    pm_folded_free(&f);
    return found;
}

const char *pm_action_state_name(int state)
{
    return state > 0 && state <= PM_STATE_DROPPED ? STATES[state - 1] : NULL;
}

const char *pm_action_kind_name(int kind)
{
    return kind > 0 && kind <= PM_KIND_PROCESS ? KINDS[kind - 1] : NULL;
}

void pm_words_free(struct pm_words *w)
{
    pm_namemap_free(&w->names);
}
