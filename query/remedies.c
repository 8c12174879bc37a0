#include "query/remedies.h"

#include <ctype.h>
#include <string.h>

#include "lib/norm.h"
#include "lib/sentence.h"
#include "query/labels.h"

enum { SHORTEST = 12, LONGEST = 600 }; /* bytes of a sentence that tells a remedy */

struct reader {
    sqlite3 *db;
    const struct pm_remedy_cues *cues;
    int64_t document;
    struct pm_arena *arena;
    struct pm_folded fold;
    struct pm_error *err;
};

static enum pm_status out_of_memory(struct pm_error *err)
{
    return pm_fail(err, PM_ENOMEM, "out of memory");
}

struct cue_reader {
    struct pm_arena *arena;
    struct pm_remedy_cues *cues;
};

static enum pm_status cue_row(void *ctx, int line, const char *const *cols, int n,
                              struct pm_error *err)
{
    struct cue_reader *r = ctx;
    if (n < 2)
        return pm_fail(err, PM_EDICT, "remedies.tsv:%d: a phrase and a language wanted", line);
    struct pm_remedy_cue *grown = pm_arena_grow(r->arena, r->cues->items, r->cues->count,
                                                r->cues->count + 1, sizeof *grown, &r->cues->cap);
    if (grown == NULL)
        return out_of_memory(err);
    r->cues->items = grown;
    struct pm_remedy_cue cue = {pm_arena_strdup(r->arena, cols[0]),
                                pm_arena_strdup(r->arena, cols[1])};
    if (cue.text == NULL || cue.lang == NULL)
        return out_of_memory(err);
    grown[r->cues->count++] = cue;
    return PM_OK;
}

enum pm_status pm_remedy_cues_read(struct pm_dict *dict, struct pm_arena *a,
                                   struct pm_remedy_cues *out, struct pm_error *err)
{
    struct cue_reader r = {a, out};
    *out = (struct pm_remedy_cues){0};
    return pm_dict_each(dict, "remedies", cue_row, &r, err);
}

/* How many different cues a sentence holds. */
static int count_cues(struct reader *r, const char *text, size_t len)
{
    int n = 0;
    if (pm_fold(PM_FOLD_WIDTH, text, len, &r->fold) != PM_OK)
        return 0;
    for (size_t i = 0; i < r->cues->count; i++) {
        const struct pm_remedy_cue *cue = &r->cues->items[i];
        const char *at = memmem(r->fold.text, r->fold.len, cue->text, strlen(cue->text));
        bool starts = at != NULL && (at == r->fold.text || !isalnum((unsigned char)at[-1]));
        n += at != NULL && (starts || strcmp(cue->lang, "ja") == 0);
    }
    return n;
}

struct found {
    struct pm_remedy remedy;
    int cues;
};

/* Keep the n sentences with the most cues, in their order. */
static void keep(struct found *list, size_t *count, size_t max, struct found f)
{
    if (list == NULL)
        return;
    if (*count < max) {
        list[(*count)++] = f;
        return;
    }
    size_t least = 0;
    for (size_t i = 1; i < *count; i++)
        if (list[i].cues < list[least].cues)
            least = i;
    if (*count == 0 || list[least].cues >= f.cues)
        return;
    memmove(&list[least], &list[least + 1], (*count - least - 1) * sizeof *list);
    list[*count - 1] = f;
}

static enum pm_status read_section(struct reader *r, sqlite3_stmt *row, int least,
                                   struct found *list, size_t *count, size_t max)
{
    const char *text = (const char *)sqlite3_column_text(row, 0);
    size_t len = (size_t)sqlite3_column_bytes(row, 0), pos = 0, start, n;
    const char *name = (const char *)sqlite3_column_text(row, 2);
    while (text != NULL && name != NULL && pm_sentence_next(text, len, &pos, &start, &n)) {
        if (n < SHORTEST || n > LONGEST)
            continue;
        int cues = count_cues(r, text + start, n);
        if (cues < least)
            continue;
        struct found f = {.cues = cues,
                          .remedy = {.text = pm_one_line(r->arena, text + start, n),
                                     .section = pm_section_from_name(name, strlen(name)),
                                     .line = sqlite3_column_int(row, 1)}};
        if (f.remedy.text == NULL)
            return out_of_memory(r->err);
        keep(list, count, max, f);
    }
    return PM_OK;
}

/* The remedies in sentences of the sections of that name. */
static enum pm_status read_sections(struct reader *r, const char *name, int least,
                                    struct found *list, size_t *count, size_t max)
{
    sqlite3_stmt *rows = NULL;
    if (sqlite3_prepare_v2(r->db,
                           "SELECT text, line, name FROM section WHERE document_id = ?1 AND"
                           " name = ?2 AND heading IS NOT 'meta' ORDER BY seq",
                           -1, &rows, NULL) != SQLITE_OK)
        return pm_fail(r->err, PM_EDB, "unable to read the index: %s", sqlite3_errmsg(r->db));
    (void)sqlite3_bind_int64(rows, 1, r->document);
    (void)sqlite3_bind_text(rows, 2, name, -1, SQLITE_STATIC);
    enum pm_status st = PM_OK;
    while (st == PM_OK && sqlite3_step(rows) == SQLITE_ROW)
        st = read_section(r, rows, least, list, count, max);
    (void)sqlite3_finalize(rows);
    return st;
}

/* Where fixes are told, the best place first; the next is read when one has none. */
static enum pm_status read_fixes(struct reader *r, size_t max, struct pm_remedies *out)
{
    static const char *const names[] = {"response", "timeline", "summary", "other", "cause"};
    struct found *list = pm_arena_calloc(r->arena, max + 1, sizeof *list);
    size_t count = 0;
    enum pm_status st = list == NULL ? out_of_memory(r->err) : PM_OK;
    for (size_t i = 0; st == PM_OK && count == 0 && i < sizeof names / sizeof *names; i++)
        st = read_sections(r, names[i], 1, list, &count, max);
    out->fixes = pm_arena_calloc(r->arena, count + 1, sizeof *out->fixes);
    if (st == PM_OK && out->fixes == NULL)
        st = out_of_memory(r->err);
    for (size_t i = 0; st == PM_OK && out->fixes != NULL && i < count; i++)
        out->fixes[out->n_fixes++] = list[i].remedy;
    return st;
}

static const char *copy(struct pm_arena *a, sqlite3_stmt *row, int column)
{
    const char *text = (const char *)sqlite3_column_text(row, column);
    return text == NULL || *text == '\0' ? NULL : pm_arena_strdup(a, text);
}

static enum pm_status read_items(struct reader *r, size_t max, struct pm_remedies *out)
{
    sqlite3_stmt *rows = NULL;
    out->actions = pm_arena_calloc(r->arena, max + 1, sizeof *out->actions);
    if (out->actions == NULL)
        return out_of_memory(r->err);
    if (sqlite3_prepare_v2(r->db,
                           "SELECT what, state, kind, line FROM action_item WHERE document_id = ?1"
                           " ORDER BY seq",
                           -1, &rows, NULL) != SQLITE_OK)
        return pm_fail(r->err, PM_EDB, "unable to read the index: %s", sqlite3_errmsg(r->db));
    (void)sqlite3_bind_int64(rows, 1, r->document);
    enum pm_status st = PM_OK;
    while (st == PM_OK && out->n_actions < max && sqlite3_step(rows) == SQLITE_ROW) {
        const char *what = (const char *)sqlite3_column_text(rows, 0);
        if (what == NULL || *what == '\0')
            continue;
        struct pm_remedy *item = &out->actions[out->n_actions++];
        *item = (struct pm_remedy){.text = pm_one_line(r->arena, what, strlen(what)),
                                   .state = copy(r->arena, rows, 1),
                                   .kind = copy(r->arena, rows, 2),
                                   .section = PM_SEC_PREVENTION,
                                   .line = sqlite3_column_int(rows, 3)};
        if (item->text == NULL)
            st = out_of_memory(r->err);
    }
    (void)sqlite3_finalize(rows);
    return st;
}

/* Prevention in running text, where no item could be read. */
static enum pm_status read_prevention(struct reader *r, size_t max, struct pm_remedies *out)
{
    struct found *list = pm_arena_calloc(r->arena, max + 1, sizeof *list);
    size_t count = 0;
    enum pm_status st =
        list == NULL ? out_of_memory(r->err) : read_sections(r, "prevention", 0, list, &count, max);
    for (size_t i = 0; st == PM_OK && i < count; i++)
        out->actions[out->n_actions++] = list[i].remedy;
    return st;
}

enum pm_status pm_remedies_read(sqlite3 *db, const struct pm_remedy_cues *cues, int64_t document,
                                size_t max_fixes, size_t max_actions, struct pm_arena *a,
                                struct pm_remedies *out, struct pm_error *err)
{
    struct reader r = {.db = db, .cues = cues, .document = document, .arena = a, .err = err};
    *out = (struct pm_remedies){0};
    enum pm_status st = read_fixes(&r, max_fixes, out);
    if (st == PM_OK)
        st = read_items(&r, max_actions, out);
    if (st == PM_OK && out->n_actions == 0)
        st = read_prevention(&r, max_actions, out);
    pm_folded_free(&r.fold);
    return st;
}
