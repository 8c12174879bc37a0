#include "query/snippet.h"

#include <stdlib.h>
#include <string.h>

#include "lib/sentence.h"
#include "lib/utf8.h"
#include "query/labels.h"
#include "query/passage.h"

enum { WANTED_BYTES = 180 }; /* a passage shorter than this takes its neighbour in */

static enum pm_status find_best(sqlite3 *db, const struct pm_plan *plan,
                                const struct pm_rank_weights *w, int64_t document, uint32_t meta,
                                struct pm_arena *a, struct pm_stream_sentence *best, double *score,
                                struct pm_error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum pm_status st = PM_OK;
    *score = -1;
    if (sqlite3_prepare_v2(db, "SELECT data FROM token_stream WHERE document_id = ?1", -1, &stmt,
                           NULL) != SQLITE_OK)
        return pm_fail(err, PM_EDB, "unable to read the index: %s", sqlite3_errmsg(db));
    (void)sqlite3_bind_int64(stmt, 1, document);
    if (sqlite3_step(stmt) == SQLITE_ROW)
        st = pm_passage_best(plan, w, sqlite3_column_blob(stmt, 0),
                             (size_t)sqlite3_column_bytes(stmt, 0), meta, a, best, score, err);
    (void)sqlite3_finalize(stmt);
    return st;
}

/* Take the following sentences of the same paragraph in while the passage is short;
 * only whole sentences, so that they are analysed as they were indexed. */
static size_t widen(const char *text, size_t len, size_t start, size_t end)
{
    size_t pos = end, from, n;
    while (end - start < WANTED_BYTES && pm_sentence_next(text, len, &pos, &from, &n)) {
        if (memchr(text + end, '\n', from - end) != NULL ||
            from + n - start > (size_t)2 * WANTED_BYTES)
            break;
        end = from + n;
    }
    return end;
}

/* Does a sentence end with this? */
static bool is_stop(uint32_t cp)
{
    static const char ascii[] = ".!?)]}\"'`*_";
    static const uint32_t wide[] = {0x3002, 0xff01, 0xff1f, 0xff0e, 0xff61, 0x300d,
                                    0x300f, 0xff09, 0x3011, 0x2019, 0x201d};
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
        if (wide[i] == cp)
            return true;
    return cp != 0 && cp < 0x80 && strchr(ascii, (int)cp) != NULL;
}

/* A very long sentence is cut into pieces for analysis: is at such a cut, not where a sentence or
 * a line ends? */
static bool is_cut(const char *text, size_t len, size_t at)
{
    size_t before = at, after = at;
    while (before > 0 && text[before - 1] == ' ')
        before--;
    while (after < len && text[after] == ' ')
        after++;
    if (before == 0 || text[before - 1] == '\n' || after == len || text[after] == '\n')
        return false;
    size_t last = before - 1;
    while (last > 0 && ((unsigned char)text[last] & 0xC0) == 0x80)
        last--;
    return !is_stop(pm_utf8_next(text, len, &last));
}

static bool is_query_term(const struct pm_plan *plan, const struct pm_token *tok,
                          enum pm_section section)
{
    if (tok->flags & PM_TOKEN_STOP)
        return false;
    for (size_t g = 0; g < plan->n_groups; g++) {
        const struct pm_plan_group *group = &plan->groups[g];
        if (group->section != PM_SEC_COUNT && group->section != section)
            continue;
        for (size_t t = 0; t < group->n_terms; t++)
            if (strcmp(plan->terms[group->terms[t]].text, tok->text) == 0)
                return true;
    }
    return false;
}

static int by_start(const void *a, const void *b)
{
    const struct pm_mark *x = a, *y = b;
    return (x->start > y->start) - (x->start < y->start);
}

/* Overlapping marks (a compound and its parts) become one. */
static void merge_marks(struct pm_snippet *s)
{
    if (s->n_marks == 0)
        return;
    qsort(s->marks, s->n_marks, sizeof *s->marks, by_start);
    size_t kept = 0;
    for (size_t i = 1; i < s->n_marks; i++) {
        if (s->marks[i].start <= s->marks[kept].end) {
            if (s->marks[i].end > s->marks[kept].end)
                s->marks[kept].end = s->marks[i].end;
        } else {
            s->marks[++kept] = s->marks[i];
        }
    }
    s->n_marks = kept + 1;
}

static enum pm_status add_mark(struct pm_snippet *s, size_t start, size_t end, size_t *cap,
                               struct pm_arena *a, struct pm_error *err)
{
    struct pm_mark *grown =
        pm_arena_grow(a, s->marks, s->n_marks, s->n_marks + 1, sizeof *grown, cap);
    if (grown == NULL)
        return pm_fail(err, PM_ENOMEM, "out of memory");
    s->marks = grown;
    grown[s->n_marks++] = (struct pm_mark){(uint32_t)start, (uint32_t)end};
    return PM_OK;
}

/* Where another name of a query word's concept stands at token i: its last token. */
static bool names_concept(const struct pm_plan *plan, const struct pm_tokens *tokens, size_t i,
                          enum pm_section section, size_t *last)
{
    for (size_t k = 0; k < plan->n_forms; k++) {
        const struct pm_plan_group *g = &plan->groups[plan->forms[k].group];
        if ((g->section == PM_SEC_COUNT || g->section == section) &&
            pm_form_matches(&plan->forms[k].shape, tokens, i, last))
            return true;
    }
    return false;
}

static enum pm_status mark_sentence(struct pm_tokenizer *t, const struct pm_plan *plan,
                                    struct pm_arena *a, struct pm_snippet *s, size_t start,
                                    size_t n, size_t *cap, struct pm_error *err)
{
    struct pm_tokens tokens = {0};
    enum pm_status st = pm_tokenize(t, s->text + start, n, a, &tokens, err);
    for (size_t i = 0; st == PM_OK && i < tokens.count; i++) {
        const struct pm_token *tok = &tokens.items[i];
        size_t last = i;
        if (is_query_term(plan, tok, s->section) ||
            (pm_token_in_name(tok) && names_concept(plan, &tokens, i, s->section, &last)))
            st = add_mark(s, start + tok->start, start + tokens.items[last].end, cap, a, err);
    }
    return st;
}

static enum pm_status mark(struct pm_tokenizer *t, const struct pm_plan *plan, struct pm_arena *a,
                           struct pm_snippet *s, struct pm_error *err)
{
    enum pm_status st = PM_OK;
    size_t pos = 0, start, n, cap = 0;
    while (st == PM_OK && pm_sentence_next(s->text, s->len, &pos, &start, &n))
        st = mark_sentence(t, plan, a, s, start, n, &cap, err);
    merge_marks(s);
    return st;
}

/* What is read of the section that a passage stands in. */
static enum pm_status read_passage(sqlite3_stmt *row, const struct pm_stream_sentence *best,
                                   struct pm_arena *a, struct pm_snippet *out)
{
    const char *text = (const char *)sqlite3_column_text(row, 0);
    size_t len = (size_t)sqlite3_column_bytes(row, 0);
    size_t start = best->start < len ? best->start : 0;
    size_t end = start + best->length <= len ? start + best->length : len;
    end = widen(text, len, start, end);
    out->text = pm_arena_strndup(a, text + start, end - start);
    out->len = end - start;
    out->cut_before = is_cut(text, len, start);
    out->cut_after = is_cut(text, len, end);
    out->section = best->section;
    out->line = sqlite3_column_int(row, 1) + pm_lines_before(text, start);
    return out->text == NULL ? PM_ENOMEM : PM_OK;
}

static bool is_meta(sqlite3_stmt *row)
{
    const char *heading = (const char *)sqlite3_column_text(row, 2);
    return heading != NULL && strcmp(heading, "meta") == 0;
}

enum pm_status pm_snippet_make(sqlite3 *db, struct pm_tokenizer *t, const struct pm_plan *plan,
                               const struct pm_rank_weights *w, int64_t document,
                               struct pm_arena *a, struct pm_snippet *out, struct pm_error *err)
{
    *out = (struct pm_snippet){.text = "", .section = PM_SEC_OTHER};
    struct pm_stream_sentence best = {0};
    double score;
    enum pm_status st = find_best(db, plan, w, document, 0, a, &best, &score, err);
    if (st != PM_OK || score < 0)
        return st;
    sqlite3_stmt *row = NULL;
    if (sqlite3_prepare_v2(db,
                           "SELECT text, line, heading FROM section WHERE document_id = ?1 AND"
                           " seq = ?2",
                           -1, &row, NULL) != SQLITE_OK)
        return pm_fail(err, PM_EDB, "unable to read the index: %s", sqlite3_errmsg(db));
    (void)sqlite3_bind_int64(row, 1, document);
    (void)sqlite3_bind_int64(row, 2, best.seq);
    bool there = sqlite3_step(row) == SQLITE_ROW;
    if (there && best.seq > 0 && is_meta(row)) {
        st = find_best(db, plan, w, document, best.seq, a, &best, &score, err);
        (void)sqlite3_reset(row);
        (void)sqlite3_bind_int64(row, 2, best.seq);
        there = sqlite3_step(row) == SQLITE_ROW;
    }
    if (st == PM_OK && there && read_passage(row, &best, a, out) != PM_OK)
        st = pm_fail(err, PM_ENOMEM, "out of memory");
    (void)sqlite3_finalize(row);
    if (st != PM_OK)
        return st;
    return mark(t, plan, a, out, err);
}
