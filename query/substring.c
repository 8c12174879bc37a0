#include "query/substring.h"

#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"
#include "query/fold_text.h"
#include "query/prefilter.h"

/* -- documents ------------------------------------------------------------------ */

struct found {
    int64_t document;
    size_t matches;
    unsigned char class; /* 0: title, 1: cause, 2: elsewhere */
    unsigned char set;
    enum pm_section section; /* of the best match */
};

/* A document, row by row: as it stands and folded. */
struct document {
    int64_t id;
    struct pm_buf raw, heading; /* heading: of the row before */
    struct pm_fold_text fold;
    struct row {
        size_t raw, start; /* where it starts in raw and in fold */
        enum pm_section section;
    } * rows;
    size_t n, cap;
    bool folded;
};

struct search {
    sqlite3 *db;
    const struct pm_substring *sub;
    const struct pm_plan *plan;
    struct pm_docset allowed[2];
    struct pm_docset listed; /* the documents that words have found */
    sqlite3_stmt *texts, *sections, *stream;
    struct document document;
    struct pm_prefilter *filters[2]; /* of the sets' needles */
    struct pm_buf lower;
    struct pm_folded fold;
    struct found *found;
    size_t count, cap;
    struct pm_arena *arena;
    struct pm_arena scratch;
    struct pm_error *err;
};

static enum pm_status db_error(struct search *s)
{
    return pm_fail(s->err, PM_EDB, "unable to read the index: %s", sqlite3_errmsg(s->db));
}

static unsigned char class_of(enum pm_section section)
{
    return section == PM_SEC_TITLE ? 0 : section == PM_SEC_CAUSE ? 1 : 2;
}

static void count_match(const struct pm_needle *nd, enum pm_section section, struct found *f)
{
    if (nd->section != PM_SEC_COUNT && nd->section != section)
        return;
    if (f->matches == 0 || class_of(section) < f->class) {
        f->class = class_of(section);
        f->section = section;
    }
    f->matches++;
}

static size_t row_at(const struct document *d, size_t at, size_t row)
{
    while (row + 1 < d->n && at >= d->rows[row + 1].start)
        row++;
    return row;
}

static enum pm_status fold(struct document *d)
{
    enum pm_status st = PM_OK;
    pm_fold_text_begin(&d->fold, false);
    for (size_t i = 0; st == PM_OK && i < d->n; i++) {
        size_t end = i + 1 < d->n ? d->rows[i + 1].raw : d->raw.len;
        d->rows[i].start = d->fold.text.len;
        st = pm_fold_text_add(&d->fold, d->raw.data + d->rows[i].raw, end - d->rows[i].raw);
    }
    d->folded = true;
    return st;
}

static enum pm_status count_folded(struct search *s, const struct pm_needle *nd, struct found *f)
{
    struct document *d = &s->document;
    if (!d->folded && fold(d) != PM_OK)
        return pm_fail(s->err, PM_ENOMEM, "out of memory");
    const char *text = pm_buf_text(&d->fold.text);
    size_t len = d->fold.text.len, from = 0, start, end, row = 0;
    while (pm_needle_find(nd, text, len, from, &start, &end)) {
        row = row_at(d, start, row);
        count_match(nd, d->rows[row].section, f);
        from = end > start ? end : start + 1;
    }
    return PM_OK;
}

enum pm_status pm_substring_literal(const struct pm_needle *nd, const char *s, size_t len,
                                    size_t from, struct pm_folded *fold, size_t *start, size_t *end)
{
    struct pm_folded wanted = {0};
    enum pm_status st = pm_fold(PM_FOLD_WIDTH, nd->raw, nd->raw_len, &wanted);
    if (st == PM_OK)
        st = pm_fold(PM_FOLD_WIDTH, s + from, len - from, fold);
    if (st != PM_OK) {
        pm_folded_free(&wanted);
        return st;
    }
    const char *raw = memmem(s + from, len - from, nd->raw, nd->raw_len);
    const char *at =
        wanted.len == 0 ? NULL : memmem(fold->text, fold->len, wanted.text, wanted.len);
    if (at != NULL) {
        size_t first = (size_t)(at - fold->text), last = first + wanted.len;
        while (last < fold->len && fold->map[last] == fold->map[last - 1])
            last++;
        *start = from + fold->map[first];
        *end = from + fold->map[last];
    } else if (raw != NULL) { /* a mark without what it belongs to */
        *start = (size_t)(raw - s);
        *end = *start + nd->raw_len;
    }
    pm_folded_free(&wanted);
    return at != NULL || raw != NULL ? PM_OK : PM_ENOTFOUND;
}

static enum pm_status count_in(struct search *s, const struct pm_needle *nd,
                               enum pm_section section, int column, struct found *f)
{
    const char *text = (const char *)sqlite3_column_text(s->sections, column);
    size_t len = (size_t)sqlite3_column_bytes(s->sections, column), start, end;
    if (text == NULL)
        return PM_OK;
    enum pm_status st = pm_substring_literal(nd, text, len, 0, &s->fold, &start, &end);
    if (st == PM_OK)
        count_match(nd, section, f);
    return st == PM_OK || st == PM_ENOTFOUND ? PM_OK : pm_fail(s->err, st, "out of memory");
}

static enum pm_status count_literal(struct search *s, const struct pm_needle *nd, int64_t id,
                                    struct found *f)
{
    enum pm_status st = PM_OK;
    (void)sqlite3_reset(s->sections);
    (void)sqlite3_bind_int64(s->sections, 1, id);
    while (st == PM_OK && sqlite3_step(s->sections) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(s->sections, 0);
        enum pm_section section =
            pm_section_from_name(name == NULL ? "" : name, name == NULL ? 0 : strlen(name));
        section = section == PM_SEC_COUNT ? PM_SEC_OTHER : section;
        st = count_in(s, nd, section, 1, f);
        if (st == PM_OK)
            st = count_in(s, nd, section, 2, f);
    }
    return st;
}

/* Does the document hold a word that the query leaves out? */
static enum pm_status is_left_out(struct search *s, int64_t id, bool *out)
{
    struct pm_positions pos;
    *out = false;
    (void)sqlite3_reset(s->stream);
    (void)sqlite3_bind_int64(s->stream, 1, id);
    if (sqlite3_step(s->stream) != SQLITE_ROW)
        return db_error(s);
    enum pm_status st =
        pm_positions_read(s->plan, sqlite3_column_blob(s->stream, 0),
                          (size_t)sqlite3_column_bytes(s->stream, 0), &s->scratch, &pos, s->err);
    for (size_t i = 0; st == PM_OK && i < s->plan->n_phrases; i++)
        *out |= s->plan->phrases[i].negated && pm_phrase_found(&s->plan->phrases[i], &pos);
    pm_arena_reset(&s->scratch);
    return st;
}

/* Does the text as it stands leave it open that all needles of the set are in it? */
static bool may_hold(struct search *s, size_t which)
{
    const struct pm_needle_set *set = &s->sub->sets[which];
    const struct pm_buf *raw = &s->document.raw;
    for (size_t i = 0; i < set->n; i++)
        if (!set->needles[i].literal &&
            !pm_prefilter_may_hold(&s->filters[which][i], pm_buf_text(raw), raw->len, &s->lower))
            return false;
    return true;
}

/* Ask one document for one set of texts; f->matches is 0 when it does not hold them. */
static enum pm_status ask(struct search *s, size_t which, int64_t id, struct found *f)
{
    const struct pm_needle_set *set = &s->sub->sets[which];
    enum pm_status st = PM_OK;
    size_t before = 0;
    *f = (struct found){.document = id, .set = (unsigned char)which};
    if (!may_hold(s, which))
        return PM_OK;
    for (size_t i = 0; st == PM_OK && i < set->n; i++, before = f->matches) {
        if (set->needles[i].literal)
            st = count_literal(s, &set->needles[i], id, f);
        else
            st = count_folded(s, &set->needles[i], f);
        if (f->matches == before) {
            f->matches = 0;
            return st;
        }
    }
    bool left_out = false;
    if (st == PM_OK && set->negations && f->matches > 0)
        st = is_left_out(s, id, &left_out);
    if (left_out)
        f->matches = 0;
    return st;
}

static bool is_asked(const struct search *s, int64_t id)
{
    if (pm_docset_has(&s->listed, id))
        return false;
    for (size_t i = 0; i < s->sub->n_sets; i++)
        if (pm_docset_has(&s->allowed[i], id))
            return true;
    return false;
}

static enum pm_status ask_document(struct search *s, int64_t id)
{
    struct found f = {0};
    enum pm_status st = PM_OK;
    for (size_t i = 0; st == PM_OK && f.matches == 0 && i < s->sub->n_sets; i++)
        if (pm_docset_has(&s->allowed[i], id))
            st = ask(s, i, id, &f);
    if (st != PM_OK || f.matches == 0)
        return st;
    struct found *grown =
        pm_arena_grow(s->arena, s->found, s->count, s->count + 1, sizeof *grown, &s->cap);
    if (grown == NULL)
        return pm_fail(s->err, PM_ENOMEM, "out of memory");
    s->found = grown;
    grown[s->count++] = f;
    return PM_OK;
}

static void begin_document(struct document *d, int64_t id)
{
    pm_buf_clear(&d->raw);
    pm_buf_clear(&d->heading);
    d->id = id;
    d->n = 0;
    d->folded = false;
}

/* Take over the row of `section` that the statement stands on. */
static enum pm_status add_row(struct search *s)
{
    struct document *d = &s->document;
    const char *name = (const char *)sqlite3_column_text(s->texts, 1);
    const char *heading = (const char *)sqlite3_column_text(s->texts, 2);
    const char *text = (const char *)sqlite3_column_text(s->texts, 3);
    size_t len = (size_t)sqlite3_column_bytes(s->texts, 3);
    enum pm_section section =
        name == NULL ? PM_SEC_COUNT : pm_section_from_name(name, strlen(name));
    struct row *grown = pm_arena_grow(s->arena, d->rows, d->n, d->n + 1, sizeof *grown, &d->cap);
    if (grown == NULL)
        return PM_ENOMEM;
    d->rows = grown;
    grown[d->n++] = (struct row){.raw = d->raw.len,
                                 .section = section == PM_SEC_COUNT ? PM_SEC_OTHER : section};
    if (pm_fold_row_heads(heading, pm_buf_text(&d->heading))) {
        pm_buf_adds(&d->raw, heading);
        pm_buf_addc(&d->raw, '\n');
    }
    pm_buf_clear(&d->heading);
    pm_buf_adds(&d->heading, heading == NULL ? "" : heading);
    if (text != NULL)
        pm_buf_add(&d->raw, text, len);
    pm_buf_addc(&d->raw, '\n');
    return d->raw.failed || d->heading.failed ? PM_ENOMEM : PM_OK;
}

/* Documents by the rows of their text, which follow each other. */
static enum pm_status ask_folded(struct search *s)
{
    enum pm_status st = PM_OK;
    int rc = SQLITE_DONE;
    bool asked = false;
    begin_document(&s->document, -1);
    while (st == PM_OK && (rc = sqlite3_step(s->texts)) == SQLITE_ROW) {
        int64_t id = sqlite3_column_int64(s->texts, 0);
        if (id != s->document.id) {
            st = asked ? ask_document(s, s->document.id) : PM_OK;
            begin_document(&s->document, id);
            asked = is_asked(s, id);
        }
        if (st == PM_OK && asked && add_row(s) != PM_OK)
            st = pm_fail(s->err, PM_ENOMEM, "out of memory");
    }
    if (st == PM_OK && asked)
        st = ask_document(s, s->document.id);
    return st == PM_OK && rc != SQLITE_DONE ? db_error(s) : st;
}

/* Nothing but literal needles, which look at the text by themselves. */
static enum pm_status ask_literal(struct search *s)
{
    enum pm_status st = PM_OK;
    int rc = SQLITE_DONE;
    while (st == PM_OK && (rc = sqlite3_step(s->texts)) == SQLITE_ROW) {
        int64_t id = sqlite3_column_int64(s->texts, 0);
        if (is_asked(s, id))
            st = ask_document(s, id);
    }
    return st == PM_OK && rc != SQLITE_DONE ? db_error(s) : st;
}

static int best_first(const void *a, const void *b)
{
    const struct found *x = a, *y = b;
    if (x->class != y->class)
        return x->class - y->class;
    if (x->matches != y->matches)
        return x->matches < y->matches ? 1 : -1;
    return (x->document > y->document) - (x->document < y->document);
}

static enum pm_status append(struct search *s, size_t room, struct pm_hits *hits)
{
    size_t n = room > 0 && s->count > room ? room : s->count;
    struct pm_hit *items = pm_arena_calloc(s->arena, hits->count + n + 1, sizeof *items);
    struct pm_part *parts = pm_arena_calloc(s->arena, n + 1, sizeof *parts);
    if (items == NULL || parts == NULL)
        return pm_fail(s->err, PM_ENOMEM, "out of memory");
    if (hits->count > 0)
        memcpy(items, hits->items, hits->count * sizeof *items);
    if (s->count > 0)
        qsort(s->found, s->count, sizeof *s->found, best_first);
    for (size_t i = 0; i < n; i++) {
        const struct found *f = &s->found[i];
        parts[i] = (struct pm_part){
            .kind = PM_PART_SUBSTRING, .what = s->sub->sets[f->set].what, .section = f->section};
        items[hits->count + i] = (struct pm_hit){
            .document = f->document,
            .parts = {&parts[i], 1, 1},
            .substring = f->set + 1U,
        };
    }
    hits->items = items;
    hits->count += n;
    return PM_OK;
}

static enum pm_status list_hits(struct search *s, const struct pm_hits *hits)
{
    for (size_t i = 0; i < hits->count; i++)
        if (hits->items[i].document >= s->listed.limit)
            s->listed.limit = hits->items[i].document + 1;
    s->listed.bits = pm_arena_calloc(s->arena, (size_t)s->listed.limit / 8 + 1, 1);
    if (s->listed.bits == NULL)
        return pm_fail(s->err, PM_ENOMEM, "out of memory");
    for (size_t i = 0; i < hits->count; i++) {
        int64_t id = hits->items[i].document;
        s->listed.bits[id / 8] |= (unsigned char)(1U << (id % 8));
    }
    return PM_OK;
}

static bool is_folded(const struct pm_substring *sub)
{
    for (size_t i = 0; i < sub->n_sets; i++)
        for (size_t k = 0; k < sub->sets[i].n; k++)
            if (!sub->sets[i].needles[k].literal)
                return true;
    return false;
}

static enum pm_status make_filters(struct search *s)
{
    for (size_t i = 0; i < s->sub->n_sets; i++) {
        const struct pm_needle_set *set = &s->sub->sets[i];
        s->filters[i] = pm_arena_calloc(s->arena, set->n + 1, sizeof *s->filters[i]);
        for (size_t k = 0; k < set->n; k++)
            if (s->filters[i] == NULL ||
                pm_prefilter_make(&set->needles[k], s->arena, &s->filters[i][k]) != PM_OK)
                return pm_fail(s->err, PM_ENOMEM, "out of memory");
    }
    return PM_OK;
}

static enum pm_status prepare(struct search *s)
{
    static const char sections[] =
        "SELECT name, heading, text FROM section WHERE document_id = ?1 ORDER BY seq";
    static const char stream[] = "SELECT data FROM token_stream WHERE document_id = ?1";
    const char *texts = is_folded(s->sub) ? "SELECT document_id, name, heading, text FROM section"
                                            " ORDER BY document_id, seq"
                                          : "SELECT id FROM document";
    if (sqlite3_prepare_v2(s->db, texts, -1, &s->texts, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(s->db, sections, -1, &s->sections, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(s->db, stream, -1, &s->stream, NULL) != SQLITE_OK)
        return db_error(s);
    return PM_OK;
}

enum pm_status pm_substring_find(sqlite3 *db, const struct pm_substring *sub,
                                 const struct pm_plan *plan, size_t room, struct pm_arena *a,
                                 struct pm_hits *hits, size_t *total, struct pm_error *err)
{
    struct search s = {.db = db, .sub = sub, .plan = plan, .arena = a, .err = err};
    *total = 0;
    if (sub->n_sets == 0)
        return PM_OK;
    enum pm_status st = list_hits(&s, hits);
    for (size_t i = 0; st == PM_OK && i < sub->n_sets; i++)
        st = pm_filter_read(db, &sub->sets[i].filter, a, &s.allowed[i], err);
    if (st == PM_OK)
        st = make_filters(&s);
    if (st == PM_OK)
        st = prepare(&s);
    if (st == PM_OK)
        st = is_folded(sub) ? ask_folded(&s) : ask_literal(&s);
    if (st == PM_OK)
        st = append(&s, room, hits);
    *total = s.count;
    (void)sqlite3_finalize(s.texts);
    (void)sqlite3_finalize(s.sections);
    (void)sqlite3_finalize(s.stream);
    pm_folded_free(&s.fold);
    pm_fold_text_free(&s.document.fold);
    pm_buf_free(&s.document.raw);
    pm_buf_free(&s.document.heading);
    pm_buf_free(&s.lower);
    pm_arena_free(&s.scratch);
    return st;
}
