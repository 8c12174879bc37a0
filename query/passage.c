#include "query/passage.h"

#include <string.h>

enum { MAX_TOKENS = 400 }; /* query words looked at in one sentence */

/* The query's words in one sentence. */
struct found {
    const struct pm_plan *plan;
    size_t term[MAX_TOKENS]; /* index into plan.terms */
    uint32_t at[MAX_TOKENS];
    size_t count;
    unsigned char *seen; /* by group */
};

static void read_words(struct found *f, struct pm_stream_reader *r)
{
    uint32_t id, at;
    f->count = 0;
    while (pm_stream_token(r, &id, &at, NULL)) {
        size_t t = pm_plan_find(f->plan, id);
        if (t == f->plan->n_terms || f->count == MAX_TOKENS)
            continue;
        f->term[f->count] = t;
        f->at[f->count++] = at;
    }
}

static bool wanted_here(const struct pm_plan_group *g, enum pm_section section)
{
    return g->section == PM_SEC_COUNT || g->section == section;
}

static void see_words(struct found *f, enum pm_section section)
{
    for (size_t g = 0; g < f->plan->n_groups; g++) {
        const struct pm_plan_group *group = &f->plan->groups[g];
        for (size_t t = 0; t < group->n_terms && wanted_here(group, section); t++)
            for (size_t i = 0; i < f->count; i++)
                if (f->term[i] == group->terms[t])
                    f->seen[g] = 1;
    }
}

static bool stands_at(const struct found *f, const struct pm_plan_form *form, size_t i)
{
    if (f->term[i] != form->terms[0])
        return false;
    size_t at = i;
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

static void see_concepts(struct found *f, enum pm_section section)
{
    for (size_t k = 0; k < f->plan->n_forms; k++) {
        const struct pm_plan_form *form = &f->plan->forms[k];
        if (f->seen[form->group] || !wanted_here(&f->plan->groups[form->group], section))
            continue;
        for (size_t i = 0; i < f->count && !f->seen[form->group]; i++)
            f->seen[form->group] = stands_at(f, form, i);
    }
}

static double weigh(const struct found *f, const struct pm_rank_weights *w,
                    const struct pm_stream_sentence *s, uint32_t meta)
{
    double score = 0;
    for (size_t g = 0; g < f->plan->n_groups; g++)
        if (f->seen[g])
            score += f->plan->groups[g].idf + 0.1;
    bool last_choice = s->section == PM_SEC_TITLE || s->section == PM_SEC_OTHER;
    double weight = last_choice ? 0.5 : 0.7 + 0.3 * w->section[s->section];
    if (meta != 0 && s->seq == meta)
        weight = 0.1;
    return score * weight / (1.0 + s->length / 4000.0);
}

enum pm_status pm_passage_best(const struct pm_plan *plan, const struct pm_rank_weights *w,
                               const void *stream, size_t len, uint32_t meta, struct pm_arena *a,
                               struct pm_stream_sentence *out, double *score, struct pm_error *err)
{
    struct found f = {.plan = plan, .seen = pm_arena_alloc(a, plan->n_groups + 1)};
    struct pm_stream_reader r;
    struct pm_stream_sentence s;
    *score = -1;
    if (f.seen == NULL)
        return pm_fail(err, PM_ENOMEM, "out of memory");
    pm_stream_open(&r, stream, len);
    while (pm_stream_sentence(&r, &s)) {
        memset(f.seen, 0, plan->n_groups + 1);
        read_words(&f, &r);
        see_words(&f, s.section);
        see_concepts(&f, s.section);
        double here = weigh(&f, w, &s, meta);
        if (here > *score) {
            *score = here;
            *out = s;
        }
    }
    return PM_OK;
}
