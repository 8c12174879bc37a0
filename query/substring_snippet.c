/* Where a hit of the second road stands in the original text. */
#include <stdlib.h>
#include <string.h>

#include "lib/utf8.h"
#include "query/fold_text.h"
#include "query/substring.h"

enum {
    LINE_BYTES = 360,  /* a longer line is cut around the match */
    BEFORE_BYTES = 90, /* what then stays before it */
    MAX_MARKS = 32,
};

/* A heading or a row's text, and where its folded text starts. */
struct piece {
    const char *text;
    size_t len, start;
    enum pm_section section;
    int line;
};

struct place {
    size_t piece, from, to; /* bytes of the piece's text */
};

struct document {
    struct pm_fold_text fold;
    struct pm_folded width;
    struct piece *pieces;
    size_t n, cap;
    struct pm_arena *arena;
};

static enum pm_status add_piece(struct document *d, const char *text, size_t len,
                                enum pm_section section, int line)
{
    struct piece *grown =
        pm_arena_grow(d->arena, d->pieces, d->n, d->n + 1, sizeof *grown, &d->cap);
    if (grown == NULL)
        return PM_ENOMEM;
    d->pieces = grown;
    grown[d->n++] = (struct piece){text, len, d->fold.text.len, section, line};
    return pm_fold_text_add(&d->fold, text, len);
}

static enum pm_status read_document(struct document *d, sqlite3_stmt *stmt)
{
    const char *before = NULL;
    enum pm_status st = PM_OK;
    pm_fold_text_begin(&d->fold, true);
    while (st == PM_OK && sqlite3_step(stmt) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(stmt, 0);
        const char *heading = (const char *)sqlite3_column_text(stmt, 1);
        const char *text = (const char *)sqlite3_column_text(stmt, 2);
        size_t len = (size_t)sqlite3_column_bytes(stmt, 2);
        int line = sqlite3_column_int(stmt, 3);
        enum pm_section s = name == NULL ? PM_SEC_OTHER : pm_section_from_name(name, strlen(name));
        s = s == PM_SEC_COUNT ? PM_SEC_OTHER : s;
        heading = pm_arena_strdup(d->arena, heading == NULL ? "" : heading);
        text = pm_arena_strndup(d->arena, text == NULL ? "" : text, len);
        if (heading == NULL || text == NULL)
            return PM_ENOMEM;
        if (pm_fold_row_heads(heading, before))
            st = add_piece(d, heading, strlen(heading), s, line);
        if (st == PM_OK)
            st = add_piece(d, text, len, s, line);
        before = heading;
    }
    return st;
}

/* The piece that folded byte at comes from. */
static size_t piece_of(const struct document *d, size_t at)
{
    size_t i = d->n;
    while (i > 1 && d->pieces[i - 1].start > at)
        i--;
    return i > 0 ? i - 1 : 0;
}

/* The match of folded bytes [start, end); one that goes on in another piece is marked to
 * the end of this one. */
static struct place place_of(const struct document *d, size_t start, size_t end)
{
    size_t k = piece_of(d, start);
    bool inside = k + 1 >= d->n || end <= d->pieces[k + 1].start;
    return (struct place){k, d->fold.map[start].from,
                          inside && end > 0 ? d->fold.map[end - 1].to : d->pieces[k].len};
}

static bool wants(const struct pm_needle *nd, enum pm_section section, enum pm_section best)
{
    return section == best && (nd->section == PM_SEC_COUNT || nd->section == section);
}

static enum pm_status find_literal(struct document *d, const struct pm_needle *nd,
                                   enum pm_section best, struct place *out)
{
    for (size_t i = 0; i < d->n; i++) {
        const struct piece *p = &d->pieces[i];
        *out = (struct place){.piece = i};
        enum pm_status st =
            wants(nd, p->section, best)
                ? pm_substring_literal(nd, p->text, p->len, 0, &d->width, &out->from, &out->to)
                : PM_ENOTFOUND;
        if (st != PM_ENOTFOUND)
            return st;
    }
    return PM_ENOTFOUND;
}

/* The first match in the section that the hit is listed for. */
static enum pm_status find_place(struct document *d, const struct pm_needle *nd,
                                 enum pm_section best, struct place *out)
{
    size_t from = 0, start, end;
    if (nd->literal)
        return find_literal(d, nd, best, out);
    while (pm_needle_find(nd, pm_buf_text(&d->fold.text), d->fold.text.len, from, &start, &end)) {
        *out = place_of(d, start, end);
        if (wants(nd, d->pieces[out->piece].section, best))
            return PM_OK;
        from = end > start ? end : start + 1;
    }
    return PM_ENOTFOUND;
}

static bool inside_character(const struct piece *p, size_t at)
{
    return at < p->len && ((unsigned char)p->text[at] & 0xC0) == 0x80;
}

/* The lines that the match stands in, or as much of them as is worth reading. */
static void choose_lines(const struct piece *p, const struct place *at, size_t *from, size_t *to)
{
    *from = at->from;
    *to = at->to > at->from ? at->to - 1 : at->from;
    while (*from > 0 && p->text[*from - 1] != '\n')
        (*from)--;
    while (*to < p->len && p->text[*to] != '\n')
        (*to)++;
    if (*to < at->to)
        *to = at->to;
    if (*to - *from > LINE_BYTES) {
        *from = at->from > *from + BEFORE_BYTES ? at->from - BEFORE_BYTES : *from;
        *to = *to > *from + LINE_BYTES ? *from + LINE_BYTES : *to;
    }
    while (inside_character(p, *from))
        (*from)--;
    while (inside_character(p, *to))
        (*to)--;
    while (*from < at->from && (p->text[*from] == ' ' || p->text[*from] == '\n'))
        (*from)++;
}

/* Does the line hold more than space before (step -1) or behind at? */
static bool goes_on(const struct piece *p, size_t at, int step)
{
    size_t i = step < 0 ? at - 1 : at; /* -1 of 0 is behind every text */
    while (i < p->len && p->text[i] == ' ')
        i += (size_t)step;
    return i < p->len && p->text[i] != '\n';
}

static void add_mark(struct pm_snippet *s, const struct place *at, size_t from)
{
    size_t end = at->to < from + s->len ? at->to : from + s->len;
    if (s->n_marks < MAX_MARKS && end > at->from)
        s->marks[s->n_marks++] =
            (struct pm_mark){(uint32_t)(at->from - from), (uint32_t)(end - from)};
}

/* Mark the match, and those that follow it in the chosen lines. */
static enum pm_status mark(struct document *d, const struct pm_needle *nd, const struct place *at,
                           size_t from, struct pm_snippet *out)
{
    const struct piece *p = &d->pieces[at->piece];
    struct place next = *at;
    enum pm_status st = PM_OK;
    size_t folded = p->start, start, end;
    if (nd->literal) {
        while (st == PM_OK && next.from < from + out->len && out->n_marks < MAX_MARKS) {
            add_mark(out, &next, from);
            st =
                pm_substring_literal(nd, p->text, p->len, next.to, &d->width, &next.from, &next.to);
        }
        return st == PM_ENOTFOUND ? PM_OK : st;
    }
    while (pm_needle_find(nd, pm_buf_text(&d->fold.text), d->fold.text.len, folded, &start, &end)) {
        next = place_of(d, start, end);
        if (next.piece != at->piece || next.from >= from + out->len)
            break;
        if (next.from >= at->from)
            add_mark(out, &next, from);
        folded = end > start ? end : start + 1;
    }
    return PM_OK;
}

static enum pm_status fill(struct document *d, const struct pm_needle *nd, const struct place *at,
                           struct pm_snippet *out)
{
    const struct piece *p = &d->pieces[at->piece];
    size_t from, to;
    choose_lines(p, at, &from, &to);
    out->text = pm_arena_strndup(d->arena, p->text + from, to - from);
    out->marks = pm_arena_calloc(d->arena, MAX_MARKS, sizeof *out->marks);
    if (out->text == NULL || out->marks == NULL)
        return PM_ENOMEM;
    out->len = to - from;
    out->cut_before = goes_on(p, from, -1);
    out->cut_after = goes_on(p, to, 1);
    out->section = p->section;
    out->line = p->line;
    for (size_t i = 0; i < from; i++)
        out->line += p->text[i] == '\n';
    return mark(d, nd, at, from, out);
}

enum pm_status pm_substring_snippet(sqlite3 *db, const struct pm_substring *sub,
                                    const struct pm_hit *hit, struct pm_arena *a,
                                    struct pm_snippet *out, struct pm_error *err)
{
    const struct pm_needle_set *set = &sub->sets[hit->substring - 1U];
    struct document d = {.arena = a};
    struct place at;
    sqlite3_stmt *stmt = NULL;
    *out = (struct pm_snippet){.text = "", .section = PM_SEC_OTHER};
    if (sqlite3_prepare_v2(db,
                           "SELECT name, heading, text, line FROM section WHERE document_id = ?1"
                           " ORDER BY seq",
                           -1, &stmt, NULL) != SQLITE_OK)
        return pm_fail(err, PM_EDB, "unable to read the index: %s", sqlite3_errmsg(db));
    (void)sqlite3_bind_int64(stmt, 1, hit->document);
    enum pm_status st = read_document(&d, stmt), found = PM_ENOTFOUND;
    size_t which = 0;
    while (st == PM_OK && found == PM_ENOTFOUND && which < set->n)
        found = find_place(&d, &set->needles[which++], hit->parts.items[0].section, &at);
    if (st == PM_OK && found != PM_ENOTFOUND)
        st = found == PM_OK ? fill(&d, &set->needles[which - 1], &at, out) : found;
    (void)sqlite3_finalize(stmt);
    pm_fold_text_free(&d.fold);
    pm_folded_free(&d.width);
    return st == PM_OK ? PM_OK : pm_fail(err, st, "out of memory");
}
