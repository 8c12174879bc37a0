/* What a query asks of the text: its needles. */
#include <string.h>

#include "lib/buf.h"
#include "lib/utf8.h"
#include "query/substring.h"

static enum pm_status add_needle(struct pm_needle_set *set, const struct pm_buf *text,
                                 enum pm_section section, struct pm_arena *a, struct pm_error *err)
{
    struct pm_needle nd = {.n = 0};
    enum pm_status st = text->failed
                            ? pm_fail(err, PM_ENOMEM, "out of memory")
                            : pm_needle_make(pm_buf_text(text), text->len, section, a, &nd, err);
    if (st == PM_OK && nd.raw_len > 0)
        set->needles[set->n++] = nd;
    return st;
}

/* Phrases, and runs of words with nothing between them, each a text of its own. */
static enum pm_status add_clauses(const struct pm_query *q, struct pm_needle_set *set,
                                  struct pm_arena *a, struct pm_error *err)
{
    struct pm_buf text = {0};
    enum pm_status st = PM_OK;
    for (size_t i = 0; st == PM_OK && i < q->count; i++) {
        const struct pm_clause *c = &q->clauses[i], *next = c + 1;
        set->negations |= c->negated;
        if (c->negated)
            continue;
        pm_buf_add(&text, c->text, c->len);
        if (i + 1 < q->count && !c->phrase && !next->phrase && !next->negated &&
            next->section == c->section) {
            pm_buf_addc(&text, ' ');
            continue;
        }
        st = add_needle(set, &text, c->section, a, err);
        pm_buf_clear(&text);
    }
    pm_buf_free(&text);
    return st;
}

static const char *spell(const struct pm_needle_set *set, struct pm_arena *a)
{
    struct pm_buf text = {0};
    for (size_t i = 0; i < set->n; i++) {
        if (i > 0)
            pm_buf_addc(&text, ' ');
        pm_buf_add(&text, set->needles[i].raw, set->needles[i].raw_len);
    }
    const char *copy = text.failed ? NULL : pm_arena_strdup(a, pm_buf_text(&text));
    pm_buf_free(&text);
    return copy;
}

static bool same_needle(const struct pm_needle *x, const struct pm_needle *y)
{
    if (x->n != y->n || x->literal || y->literal || x->section != y->section)
        return false;
    for (size_t i = 0; i < x->n; i++)
        if (x->chars[i].cp != y->chars[i].cp)
            return false;
    return true;
}

/* Both ways to read the query need their lists. */
static enum pm_status make_sets(const struct pm_query *q, const struct pm_substring_limits *limits,
                                struct pm_arena *a, struct pm_substring *out, struct pm_error *err)
{
    out->sets[0].filter = *limits->options;
    out->sets[1].filter = *limits->combined;
    out->sets[0].needles = pm_arena_calloc(a, 1, sizeof *out->sets[0].needles);
    out->sets[1].needles = pm_arena_calloc(a, q->count + 1, sizeof *out->sets[1].needles);
    return out->sets[0].needles == NULL || out->sets[1].needles == NULL
               ? pm_fail(err, PM_ENOMEM, "out of memory")
               : PM_OK;
}

static enum pm_status add_typed(const char *const *args, size_t n, enum pm_section section,
                                struct pm_needle_set *set, struct pm_arena *a, struct pm_error *err)
{
    struct pm_buf text = {0};
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            pm_buf_addc(&text, ' ');
        (void)pm_utf8_repair(args[i], strlen(args[i]), &text);
    }
    enum pm_status st = add_needle(set, &text, section, a, err);
    pm_buf_free(&text);
    return st;
}

enum pm_status pm_substring_make(const char *const *args, size_t n, const struct pm_query *q,
                                 const struct pm_substring_limits *limits, struct pm_arena *a,
                                 struct pm_substring *out, struct pm_error *err)
{
    *out = (struct pm_substring){0};
    struct pm_needle_set *typed = &out->sets[0], *rest = &out->sets[1];
    enum pm_status st = make_sets(q, limits, a, out, err);
    if (st == PM_OK)
        st = add_typed(args, n, limits->section, typed, a, err);
    if (st == PM_OK)
        st = add_clauses(q, rest, a, err);
    for (int i = 0; st == PM_OK && i < 2; i++) {
        out->sets[i].what = spell(&out->sets[i], a);
        if (out->sets[i].what == NULL)
            st = pm_fail(err, PM_ENOMEM, "out of memory");
    }
    if (st != PM_OK)
        return st;
    bool plain = rest->n == 1 && typed->n == 1 && !rest->negations && q->since == NULL &&
                 q->until == NULL && same_needle(&rest->needles[0], &typed->needles[0]);
    out->n_sets = typed->n == 0 ? 0 : rest->n == 0 || plain ? 1 : 2;
    return PM_OK;
}
