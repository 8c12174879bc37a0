/* Units to sections: what headings say is taken whole, the rest goes by its cues. */
#include <ctype.h>
#include <string.h>

#include "indexer/outline.h"
#include "lib/buf.h"
#include "lib/norm.h"
#include "lib/sentence.h"

/* Below the usual threshold: enough when nothing else in the document tells a cause. */
static const double LAST_RESORT = 0.5;

/* A sentence, or a whole unit where the section is beyond doubt. */
struct piece {
    const struct pm_unit *u;
    const char *text;
    size_t len;
    int line;
    enum pm_section section;
    enum pm_section best; /* by the cues; PM_SEC_COUNT: none */
    double cause;         /* the cues' score for the cause */
    bool sentence;        /* may still become a cause */
    bool follows;         /* goes on in the unit of the piece before */
};

struct writer {
    const struct pm_reader *r;
    const struct pm_outline *o;
    struct pm_incident *inc;
    struct piece *pieces;
    size_t count;
    size_t cap;
    struct pm_folded fold;
    size_t n_texts;                /* units with text */
    size_t text_no;                /* the current one among them */
    const struct pm_unit *opening; /* the first loose one */
    bool sort;                     /* too few headings: cues decide every loose sentence */
};

static struct piece *add_piece(struct writer *w, const struct pm_unit *u)
{
    struct piece *grown =
        pm_arena_grow(&w->inc->arena, w->pieces, w->count, w->count + 1, sizeof *grown, &w->cap);
    if (grown == NULL)
        return NULL;
    w->pieces = grown;
    grown[w->count] =
        (struct piece){.u = u, .line = u->b.line, .section = u->section, .best = PM_SEC_COUNT};
    return &grown[w->count++];
}

/* Is it prose in which a cause may be told, though no heading says so? */
static bool may_tell(const struct writer *w, const struct pm_unit *u)
{
    if (u->meta || u->timed || u->b.kind == PM_BLOCK_CODE || u->b.kind == PM_BLOCK_ROW)
        return false;
    if (u->loose)
        return w->sort || !w->o->headed_cause;
    return !w->o->headed_cause &&
           (u->section == PM_SEC_SUMMARY || u->section == PM_SEC_IMPACT ||
            u->section == PM_SEC_DETECTION || u->section == PM_SEC_RESPONSE ||
            u->section == PM_SEC_TRIGGER || u->section == PM_SEC_TIMELINE);
}

static enum pm_section by_default(const struct writer *w, const struct pm_unit *u)
{
    if (!u->loose)
        return u->section;
    if (u->lead && (!w->sort || u == w->opening))
        return PM_SEC_SUMMARY;
    return PM_SEC_OTHER;
}

static enum pm_status judge(struct writer *w, struct piece *p)
{
    double score[PM_SEC_COUNT];
    enum pm_status st = pm_name_fold(p->text, p->len, &w->fold);
    if (st != PM_OK)
        return st;
    struct pm_cue_place at = {.first = p->u == w->opening && !p->follows,
                              .late = w->text_no * 4 >= w->n_texts * 3 && w->n_texts >= 3,
                              .item = p->u->b.kind == PM_BLOCK_ITEM};
    pm_cues_score(w->r->cues, w->fold.text ? w->fold.text : "", w->fold.len, score);
    pm_cues_place(w->r->cues, &at, score);
    p->best = pm_cues_best(w->r->cues, score);
    p->cause = score[PM_SEC_CAUSE];
    p->section = by_default(w, p->u);
    bool told = p->best != PM_SEC_COUNT && p->u->loose && w->sort;
    bool cause = p->best == PM_SEC_CAUSE && !w->o->headed_cause &&
                 (p->u->loose || p->u->section == PM_SEC_SUMMARY);
    if (told || cause)
        p->section = p->best;
    return PM_OK;
}

static enum pm_status cut(struct writer *w, const struct pm_unit *u)
{
    size_t len = 0;
    size_t *starts = NULL;
    size_t n_starts = 0;
    const char *text = pm_unit_text(&w->inc->arena, u, &len, &starts, &n_starts);
    if (text == NULL)
        return PM_ENOMEM;
    size_t pos = 0;
    size_t start = 0;
    size_t n = 0;
    bool follows = false;
    while (pm_sentence_next(text, len, &pos, &start, &n)) {
        struct piece *p = add_piece(w, u);
        if (p == NULL)
            return PM_ENOMEM;
        p->text = text + start;
        p->len = n;
        p->sentence = true;
        p->follows = follows;
        for (size_t k = 1; k < n_starts && starts[k] <= start; k++)
            p->line = u->b.line + (int)k;
        enum pm_status st = judge(w, p);
        if (st != PM_OK)
            return st;
        follows = true;
    }
    return PM_OK;
}

static enum pm_status whole(struct writer *w, const struct pm_unit *u)
{
    struct piece *p = add_piece(w, u);
    if (p == NULL)
        return PM_ENOMEM;
    p->section = by_default(w, u);
    p->text = pm_unit_text(&w->inc->arena, u, &p->len, NULL, NULL);
    return p->text == NULL ? PM_ENOMEM : PM_OK;
}

/* A heading that no text of its own follows would be lost: it becomes text. */
static bool orphan(const struct pm_outline *o, size_t i)
{
    const struct pm_unit *u = &o->units[i];
    return u->heading != o->title && (i + 1 == o->count || o->units[i + 1].is_heading);
}

static enum pm_status gather(struct writer *w)
{
    enum pm_status st = PM_OK;
    for (size_t i = 0; i < w->o->count; i++)
        w->n_texts += !w->o->units[i].is_heading;
    for (size_t i = 0; i < w->o->count && st == PM_OK; i++) {
        const struct pm_unit *u = &w->o->units[i];
        if (u->is_heading) {
            bool lost = orphan(w->o, i);
            if (u->heading == w->o->title && strcmp(w->o->title, w->inc->title) != 0)
                lost = true;
            if (lost && (st = whole(w, u)) == PM_OK && (u->plain_name || !w->o->headed))
                w->pieces[w->count - 1].section = PM_SEC_OTHER;
            continue;
        }
        if (u->loose && w->opening == NULL)
            w->opening = u;
        st = may_tell(w, u) ? cut(w, u) : whole(w, u);
        w->text_no++;
    }
    return st;
}

static bool tells_cause(const struct writer *w)
{
    for (size_t i = 0; i < w->count; i++)
        if (w->pieces[i].section == PM_SEC_CAUSE && !w->pieces[i].u->is_heading)
            return true;
    return false;
}

/* No heading and no loose sentence gave a cause: look where other headings stand,
 * and at last take the sentence that comes closest. */
static void find_cause(struct writer *w)
{
    if (tells_cause(w))
        return;
    bool found = false;
    struct piece *closest = NULL;
    for (size_t i = 0; i < w->count; i++) {
        struct piece *p = &w->pieces[i];
        if (!p->sentence)
            continue;
        if (p->best == PM_SEC_CAUSE && p->section != PM_SEC_TIMELINE) {
            p->section = PM_SEC_CAUSE;
            found = true;
        }
        if (p->cause >= LAST_RESORT && (closest == NULL || p->cause > closest->cause))
            closest = p;
    }
    if (!found && closest != NULL)
        closest->section = PM_SEC_CAUSE;
}

static bool same_heading(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool goes_on(const struct piece *a, const struct piece *b)
{
    return a != NULL && a->section == b->section && a->u->meta == b->u->meta &&
           (a->u == b->u || (!a->u->is_heading && !b->u->is_heading)) &&
           same_heading(a->u->is_heading ? NULL : a->u->heading,
                        b->u->is_heading ? NULL : b->u->heading);
}

static enum pm_status flush(struct writer *w, const struct piece *first, struct pm_buf *text)
{
    enum pm_status st = PM_OK;
    const char *head = first == NULL || first->u->is_heading ? NULL : first->u->heading;
    if (text->failed)
        st = PM_ENOMEM;
    else if (first != NULL && text->len > 0)
        st = pm_outline_section(w->inc, first->section, head, text->data, text->len, first->line);
    pm_buf_clear(text);
    return st;
}

/* How far the lines of a section's text have been counted, and the line of the file there. */
struct place {
    size_t counted;
    int line;
};

/* As many line ends as the file has between what is there and the piece, so that a sentence's
 * line can be counted. */
static void break_lines(struct pm_buf *text, struct place *here, int line)
{
    enum { MOST = 1000 };
    for (; here->counted < text->len; here->counted++)
        here->line += text->data[here->counted] == '\n';
    int missing = line - here->line < MOST ? line - here->line : MOST;
    for (int i = 0; i < missing || i < 1; i++)
        pm_buf_addc(text, '\n');
}

static enum pm_status write_out(struct writer *w)
{
    struct pm_buf text = {0};
    struct place here = {0};
    const struct piece *first = NULL;
    enum pm_status st = PM_OK;
    for (size_t i = 0; i < w->count && st == PM_OK; i++) {
        const struct piece *p = &w->pieces[i];
        if (p->len == 0)
            continue;
        const struct piece *before = first == NULL ? NULL : p - 1;
        if (!goes_on(first, p)) {
            st = flush(w, first, &text);
            first = p;
            here = (struct place){.line = p->line};
        } else if (text.len > 0 && p->follows && before != NULL && before->u == p->u) {
            const char *end = before->text + before->len;
            pm_buf_add(&text, end, (size_t)(p->text - end));
        } else if (text.len > 0) {
            break_lines(&text, &here, p->line);
        }
        pm_buf_add(&text, p->text, p->len);
    }
    if (st == PM_OK)
        st = flush(w, first, &text);
    pm_buf_free(&text);
    return st;
}

enum pm_status pm_outline_write(const struct pm_reader *r, const struct pm_outline *o,
                                struct pm_incident *inc, struct pm_error *err)
{
    struct writer w = {.r = r, .o = o, .inc = inc, .sort = o->headed < 2};
    enum pm_status st = gather(&w);
    if (st == PM_OK && !o->headed_cause)
        find_cause(&w);
    if (st == PM_OK)
        st = write_out(&w);
    pm_folded_free(&w.fold);
    return st == PM_OK ? st : pm_fail(err, st, "out of memory");
}
