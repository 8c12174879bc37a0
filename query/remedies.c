#include "query/remedies.h"

#include <ctype.h>
#include <string.h>

#include "lib/norm.h"
#include "lib/sentence.h"
#include "query/labels.h"

enum {
    SHORTEST = 12, /* bytes of a sentence that tells a remedy */
    LONGEST = 600,
    START_BYTES = 3, /* of a cue: what is looked for first */
    START_BITS = 12,
};

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

enum want { A_DEED, NOTHING_FUTILE, ANYTHING }; /* of a sentence */

struct cue_reader {
    struct pm_arena *arena;
    struct pm_remedy_cues *cues;
};

/* Of the bytes that a cue may start with: which of them stand side by side in a text. */
struct starts {
    uint64_t bits[(1 << START_BITS) / 64];
};

static unsigned start_of(const char *s)
{
    const unsigned char *u = (const unsigned char *)s;
    uint32_t h = (uint32_t)u[0] << 16 | (uint32_t)u[1] << 8 | u[2];
    return h * 2654435761u >> (32 - START_BITS);
}

static bool kind_of(const char *name, enum pm_remedy_kind *out)
{
    static const char *const names[] = {"deed", "state", "futile", "wrong"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(name, names[i]) == 0) {
            *out = (enum pm_remedy_kind)i;
            return true;
        }
    }
    return false;
}

static enum pm_status cue_row(void *ctx, int line, const char *const *cols, int n,
                              struct pm_error *err)
{
    struct cue_reader *r = ctx;
    struct pm_remedy_cue cue;
    if (n < 3 || !kind_of(cols[0], &cue.kind) || strlen(cols[2]) < START_BYTES)
        return pm_fail(
            err, PM_EDICT,
            "remedies.tsv:%d: a kind, a language and a phrase of %d bytes or more wanted", line,
            START_BYTES);
    struct pm_remedy_cue *grown = pm_arena_grow(r->arena, r->cues->items, r->cues->count,
                                                r->cues->count + 1, sizeof *grown, &r->cues->cap);
    if (grown == NULL)
        return out_of_memory(err);
    r->cues->items = grown;
    cue.lang = pm_arena_strdup(r->arena, cols[1]);
    cue.text = pm_arena_strdup(r->arena, cols[2]);
    cue.start = start_of(cols[2]);
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

static void note_starts(struct starts *there, const char *s, size_t len)
{
    memset(there, 0, sizeof *there);
    for (size_t i = 0; i + START_BYTES <= len; i++) {
        unsigned start = start_of(s + i);
        there->bits[start / 64] |= (uint64_t)1 << (start % 64);
    }
}

/* How many different cues of each kind a text holds. */
static void count_cues(struct reader *r, const char *text, size_t len, int n[4])
{
    struct starts there;
    memset(n, 0, 4 * sizeof *n);
    if (pm_fold(PM_FOLD_WIDTH, text, len, &r->fold) != PM_OK)
        return;
    note_starts(&there, r->fold.text, r->fold.len);
    for (size_t i = 0; i < r->cues->count; i++) {
        const struct pm_remedy_cue *cue = &r->cues->items[i];
        if ((there.bits[cue->start / 64] >> (cue->start % 64) & 1) == 0)
            continue;
        const char *at = memmem(r->fold.text, r->fold.len, cue->text, strlen(cue->text));
        bool starts = at != NULL && (at == r->fold.text || !isalnum((unsigned char)at[-1]));
        n[cue->kind] += at != NULL && (starts || strcmp(cue->lang, "ja") == 0);
    }
}

/* What a sentence is worth as the telling of a fix. 0: it tells none. */
static int worth(struct reader *r, enum want want, const char *text, size_t len)
{
    int n[4];
    if (want == ANYTHING)
        return 1;
    count_cues(r, text, len, n);
    if (n[PM_REMEDY_FUTILE] > 0 || (want == A_DEED && n[PM_REMEDY_DEED] == 0))
        return 0;
    return 2 * n[PM_REMEDY_DEED] + n[PM_REMEDY_STATE] + (want == NOTHING_FUTILE);
}

struct found {
    struct pm_remedy remedy;
    int worth;
};

struct list {
    struct found *items;
    size_t count, max;
};

/* Keep the sentences that are worth most, in their order. */
static void keep(struct list *l, struct found f)
{
    if (l->count < l->max) {
        l->items[l->count++] = f;
        return;
    }
    size_t least = 0;
    for (size_t i = 1; i < l->count; i++)
        if (l->items[i].worth < l->items[least].worth)
            least = i;
    if (l->count == 0 || l->items[least].worth >= f.worth)
        return;
    memmove(&l->items[least], &l->items[least + 1], (l->count - least - 1) * sizeof *l->items);
    l->items[l->count - 1] = f;
}

static enum pm_status read_section(struct reader *r, sqlite3_stmt *row, enum want want,
                                   struct list *list)
{
    const char *text = (const char *)sqlite3_column_text(row, 0);
    size_t len = (size_t)sqlite3_column_bytes(row, 0), pos = 0, start, n;
    const char *name = (const char *)sqlite3_column_text(row, 2);
    while (text != NULL && name != NULL && pm_sentence_next(text, len, &pos, &start, &n)) {
        int much = n < SHORTEST || n > LONGEST ? 0 : worth(r, want, text + start, n);
        if (much == 0)
            continue;
        struct found f = {.worth = much,
                          .remedy = {.text = pm_one_line(r->arena, text + start, n),
                                     .section = pm_section_from_name(name, strlen(name)),
                                     .line = sqlite3_column_int(row, 1)}};
        if (f.remedy.text == NULL)
            return out_of_memory(r->err);
        keep(list, f);
    }
    return PM_OK;
}

/* Does the heading say that its section tells what went wrong in the response? */
static bool tells_wrongs(struct reader *r, const char *heading)
{
    int n[4];
    if (heading == NULL)
        return false;
    count_cues(r, heading, strlen(heading), n);
    return n[PM_REMEDY_WRONG] > 0;
}

/* Sentences of the sections of that name. */
static enum pm_status read_sections(struct reader *r, const char *name, enum want want,
                                    struct list *list)
{
    sqlite3_stmt *rows = NULL;
    if (sqlite3_prepare_v2(r->db,
                           "SELECT text, line, name, heading FROM section WHERE document_id = ?1"
                           " AND name = ?2 AND heading IS NOT 'meta' ORDER BY seq",
                           -1, &rows, NULL) != SQLITE_OK)
        return pm_fail(r->err, PM_EDB, "unable to read the index: %s", sqlite3_errmsg(r->db));
    (void)sqlite3_bind_int64(rows, 1, r->document);
    (void)sqlite3_bind_text(rows, 2, name, -1, SQLITE_STATIC);
    enum pm_status st = PM_OK;
    bool wrongs = strcmp(name, "lessons") == 0;
    while (st == PM_OK && sqlite3_step(rows) == SQLITE_ROW)
        if (!wrongs || tells_wrongs(r, (const char *)sqlite3_column_text(rows, 3)))
            st = read_section(r, rows, want, list);
    (void)sqlite3_finalize(rows);
    return st;
}

static enum pm_status begin_list(struct reader *r, size_t max, struct list *list)
{
    *list = (struct list){pm_arena_calloc(r->arena, max + 1, sizeof *list->items), 0, max};
    return list->items == NULL ? out_of_memory(r->err) : PM_OK;
}

static enum pm_status take(struct reader *r, const struct list *list, struct pm_remedy **out,
                           size_t *n)
{
    *out = pm_arena_calloc(r->arena, list->count + 1, sizeof **out);
    if (*out == NULL)
        return out_of_memory(r->err);
    for (size_t i = 0; i < list->count; i++)
        (*out)[(*n)++] = list->items[i].remedy;
    return PM_OK;
}

/* Where fixes are told, the best place first; the next is read when one has none. Where
 * nothing tells a deed, a response is better than nothing. */
static enum pm_status read_fixes(struct reader *r, size_t max, struct pm_remedies *out)
{
    static const struct {
        const char *section;
        enum want want;
    } places[] = {{"response", A_DEED}, {"timeline", A_DEED}, {"summary", A_DEED},
                  {"other", A_DEED},    {"cause", A_DEED},    {"response", NOTHING_FUTILE}};
    struct list list;
    enum pm_status st = begin_list(r, max, &list);
    for (size_t i = 0; st == PM_OK && list.count == 0 && i < sizeof places / sizeof *places; i++)
        st = read_sections(r, places[i].section, places[i].want, &list);
    return st == PM_OK ? take(r, &list, &out->fixes, &out->n_fixes) : st;
}

static enum pm_status read_wrongs(struct reader *r, size_t max, struct pm_remedies *out)
{
    struct list list;
    enum pm_status st = begin_list(r, max, &list);
    if (st == PM_OK)
        st = read_sections(r, "lessons", ANYTHING, &list);
    return st == PM_OK ? take(r, &list, &out->wrongs, &out->n_wrongs) : st;
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
    struct list list;
    enum pm_status st = begin_list(r, max, &list);
    if (st == PM_OK)
        st = read_sections(r, "prevention", ANYTHING, &list);
    return st == PM_OK ? take(r, &list, &out->actions, &out->n_actions) : st;
}

enum pm_status pm_remedies_read(sqlite3 *db, const struct pm_remedy_cues *cues, int64_t document,
                                const struct pm_remedy_limits *max, struct pm_arena *a,
                                struct pm_remedies *out, struct pm_error *err)
{
    struct reader r = {.db = db, .cues = cues, .document = document, .arena = a, .err = err};
    *out = (struct pm_remedies){0};
    enum pm_status st = read_fixes(&r, max->fixes, out);
    if (st == PM_OK)
        st = read_items(&r, max->actions, out);
    if (st == PM_OK && out->n_actions == 0)
        st = read_prevention(&r, max->actions, out);
    if (st == PM_OK)
        st = read_wrongs(&r, max->wrongs, out);
    pm_folded_free(&r.fold);
    return st;
}
