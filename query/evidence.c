#include "query/evidence.h"

#include <string.h>

#include "lib/stream.h"

enum { MAX_TOKENS = 400 };

/* The groups of the plan in one sentence of the past incident: bit g. */
struct finder {
    const struct pm_similar *s;
    uint32_t term[MAX_TOKENS]; /* indices into plan.terms */
    uint32_t at[MAX_TOKENS];
    size_t count;
};

static void read_words(struct finder *f, struct pm_stream_reader *r)
{
    uint32_t id, at;
    f->count = 0;
    while (pm_stream_token(r, &id, &at, NULL)) {
        size_t t = pm_plan_find(&f->s->plan, id);
        if (t == f->s->plan.n_terms || f->count == MAX_TOKENS)
            continue;
        f->term[f->count] = (uint32_t)t;
        f->at[f->count++] = at;
    }
}

static bool stands_at(const struct finder *f, const struct pm_plan_form *form, size_t i)
{
    size_t at = i;
    if (f->term[i] != form->terms[0])
        return false;
    for (uint32_t k = 1; k < form->shape.n; k++) {
        size_t next = at + 1;
        while (next < f->count && (f->term[next] != form->terms[k] ||
                                   !pm_form_reaches(&form->shape, k, f->at[next] - f->at[at])))
            next++;
        if (next == f->count)
            return false;
        at = next;
    }
    return true;
}

static uint64_t groups_here(const struct finder *f)
{
    const struct pm_plan *p = &f->s->plan;
    uint64_t seen = 0;
    for (size_t g = 0; g < p->n_groups && g < 64; g++)
        for (size_t i = 0; p->groups[g].n_terms > 0 && i < f->count; i++)
            if (f->term[i] == p->groups[g].terms[0])
                seen |= (uint64_t)1 << g;
    for (size_t k = 0; k < p->n_forms; k++)
        for (size_t i = 0; p->forms[k].group < 64 && i < f->count; i++)
            if (stands_at(f, &p->forms[k], i))
                seen |= (uint64_t)1 << p->forms[k].group;
    return seen;
}

static uint64_t groups_of(const struct pm_similar *s, const struct pm_draft_sentence *sentence)
{
    uint64_t seen = 0;
    for (size_t g = 0; g < s->plan.n_groups && g < 64; g++)
        for (size_t i = 0; i < sentence->n_uses; i++)
            if (sentence->uses[i].feature == s->telling[g])
                seen |= (uint64_t)1 << g;
    return seen;
}

static double worth(const struct pm_similar *s, uint64_t shared)
{
    double sum = 0;
    for (size_t g = 0; g < s->plan.n_groups && g < 64; g++)
        if (shared >> g & 1)
            sum += s->plan.groups[g].idf;
    return sum;
}

/* A sentence of the section that is asked for is worth more than one in passing. */
static double place(const struct pm_similar *s, enum pm_section section)
{
    return section == PM_SEC_TITLE || section == PM_SEC_OTHER
               ? 0.6
               : 0.6 + 0.4 * s->weights.section[section] / 2;
}

struct pair {
    double score;
    size_t draft;
    struct pm_stream_sentence past;
};

static void compare(const struct pm_draft *draft, const struct pm_similar *s, const uint64_t *mine,
                    const struct pm_stream_sentence *past, uint64_t theirs, struct pair *best)
{
    for (size_t i = 0; i < draft->n_sentences; i++) {
        uint64_t shared = mine[i] & theirs;
        if (shared == 0)
            continue;
        double score = worth(s, shared) * place(s, past->section) *
                       place(s, draft->sentences[i].section) / (1 + past->length / 2000.0);
        if (score > best->score)
            *best = (struct pair){score, i, *past};
    }
}

/* The text of a sentence as one line, and the line of the file. */
static enum pm_status read_text(sqlite3 *db, int64_t document, const struct pm_stream_sentence *s,
                                struct pm_arena *a, struct pm_evidence *out, struct pm_error *err)
{
    sqlite3_stmt *row = NULL;
    enum pm_status st = PM_OK;
    if (sqlite3_prepare_v2(db, "SELECT text, line FROM section WHERE document_id = ?1 AND seq = ?2",
                           -1, &row, NULL) != SQLITE_OK)
        return pm_fail(err, PM_EDB, "unable to read the index: %s", sqlite3_errmsg(db));
    (void)sqlite3_bind_int64(row, 1, document);
    (void)sqlite3_bind_int64(row, 2, s->seq);
    if (sqlite3_step(row) == SQLITE_ROW) {
        const char *text = (const char *)sqlite3_column_text(row, 0);
        size_t len = (size_t)sqlite3_column_bytes(row, 0);
        if (text != NULL && s->start <= len && s->length <= len - s->start) {
            out->past = pm_one_line(a, text + s->start, s->length);
            out->past_section = s->section;
            out->line = sqlite3_column_int(row, 1) + pm_lines_before(text, s->start);
            st = out->past == NULL ? pm_fail(err, PM_ENOMEM, "out of memory") : PM_OK;
        }
    }
    (void)sqlite3_finalize(row);
    return st;
}

static void by_mechanism(const struct pm_draft *draft, const struct pm_shown_labels *labels,
                         struct pm_evidence *out)
{
    if (labels->count == 0)
        return;
    out->past = labels->items[0].sentence;
    out->past_section = labels->items[0].section;
    out->line = labels->items[0].line;
    for (size_t i = 0; i < draft->n_sentences; i++) {
        enum pm_section s = draft->sentences[i].section;
        if (out->draft == NULL || (s == PM_SEC_CAUSE && out->draft_section != PM_SEC_CAUSE)) {
            out->draft = draft->sentences[i].text;
            out->draft_section = s;
        }
    }
}

enum pm_status pm_evidence_find(sqlite3 *db, const struct pm_draft *draft,
                                const struct pm_similar *s, const struct pm_hit *hit,
                                const struct pm_shown_labels *labels, struct pm_arena *a,
                                struct pm_evidence *out, struct pm_error *err)
{
    *out = (struct pm_evidence){.draft_section = PM_SEC_COUNT, .past_section = PM_SEC_COUNT};
    struct finder f = {.s = s};
    struct pair best = {0};
    sqlite3_stmt *row = NULL;
    uint64_t *mine = pm_arena_calloc(a, draft->n_sentences + 1, sizeof *mine);
    if (mine == NULL)
        return pm_fail(err, PM_ENOMEM, "out of memory");
    if (sqlite3_prepare_v2(db, "SELECT data FROM token_stream WHERE document_id = ?1", -1, &row,
                           NULL) != SQLITE_OK)
        return pm_fail(err, PM_EDB, "unable to read the index: %s", sqlite3_errmsg(db));
    for (size_t i = 0; i < draft->n_sentences; i++)
        mine[i] = groups_of(s, &draft->sentences[i]);
    (void)sqlite3_bind_int64(row, 1, hit->document);
    if (sqlite3_step(row) == SQLITE_ROW) {
        struct pm_stream_reader r;
        struct pm_stream_sentence past;
        pm_stream_open(&r, sqlite3_column_blob(row, 0), (size_t)sqlite3_column_bytes(row, 0));
        while (pm_stream_sentence(&r, &past)) {
            read_words(&f, &r);
            compare(draft, s, mine, &past, groups_here(&f), &best);
        }
    }
    (void)sqlite3_finalize(row);
    if (best.score <= 0) {
        by_mechanism(draft, labels, out);
        return PM_OK;
    }
    out->draft = draft->sentences[best.draft].text;
    out->draft_section = draft->sentences[best.draft].section;
    return read_text(db, hit->document, &best.past, a, out, err);
}
