#include "query/score.h"

#include "lib/vector.h"

static void add_part(struct pm_arena *a, struct pm_parts *parts, struct pm_part part)
{
    if (parts == NULL || part.share <= 0)
        return;
    struct pm_part *grown =
        pm_arena_grow(a, parts->items, parts->count, parts->count + 1, sizeof *grown, &parts->cap);
    if (grown == NULL)
        return;
    parts->items = grown;
    grown[parts->count++] = part;
}

/* Add the counts of one vector entry to every group that holds its term. */
static void add_entry(const struct pm_plan *plan, const struct pm_vector_entry *e,
                      struct pm_rank_match *matches)
{
    for (size_t g = 0; g < plan->n_groups; g++) {
        const struct pm_plan_group *group = &plan->groups[g];
        for (size_t t = 0; t < group->n_terms; t++) {
            if (plan->terms[group->terms[t]].id != e->term)
                continue;
            for (int s = 0; s < PM_SEC_COUNT; s++)
                if (group->section == PM_SEC_COUNT || (int)group->section == s)
                    matches[g].count[s] += e->count[s];
        }
    }
}

static double score_group(const struct pm_plan *plan, size_t g, const struct pm_rank_weights *w,
                          double length, const struct pm_rank_match *match, struct pm_arena *a,
                          struct pm_parts *parts)
{
    double share[PM_SEC_COUNT];
    double score = pm_rank_bm25f(w, &plan->corpus, length, match, share);
    for (int s = 0; score > 0 && s < PM_SEC_COUNT; s++)
        add_part(
            a, parts,
            (struct pm_part){PM_PART_WORD, plan->groups[g].label, (enum pm_section)s, share[s]});
    return score;
}

double pm_score_vector(const struct pm_plan *plan, const struct pm_rank_weights *w,
                       const void *vector, size_t len, struct pm_arena *a, struct pm_parts *parts,
                       double *factor)
{
    struct pm_rank_match matches[64] = {{0}};
    struct pm_vector_reader r;
    struct pm_vector_entry e;
    *factor = 0;
    if (plan->n_groups > sizeof matches / sizeof *matches || !pm_vector_open(&r, vector, len))
        return 0;
    for (size_t i = 0; i < plan->n_by_id; i++)
        if (pm_vector_seek(&r, plan->terms[plan->by_id[i]].id, &e))
            add_entry(plan, &e, matches);
    double length = pm_rank_length(w, r.length);
    double sum = 0, matched = 0;
    for (size_t g = 0; g < plan->n_groups; g++) {
        matches[g].idf = plan->groups[g].idf;
        double score = score_group(plan, g, w, length, &matches[g], a, parts);
        if (score > 0 && !plan->groups[g].whole)
            matched += plan->groups[g].idf;
        sum += score;
    }
    *factor = pm_rank_coverage(w, matched, plan->total);
    return sum * *factor;
}

double pm_score_nearness(const struct pm_plan *plan, const struct pm_rank_weights *w,
                         const struct pm_positions *pos, struct pm_arena *a, struct pm_parts *parts)
{
    const struct pm_plan_group *before = NULL;
    double sum = 0;
    for (size_t g = 0; g < plan->n_groups; g++) {
        const struct pm_plan_group *group = &plan->groups[g];
        if (group->whole)
            continue;
        if (before != NULL) {
            bool ordered = false;
            enum pm_section where = PM_SEC_OTHER;
            uint32_t gap = group->position - before->position;
            uint32_t distance = pm_nearest(before, group, pos, gap, &ordered, &where);
            double idf = before->idf < group->idf ? before->idf : group->idf;
            double bonus = pm_rank_pair(w, idf, distance, ordered, gap);
            bool phrase = ordered && distance == gap;
            if (bonus > 0 && parts != NULL)
                add_part(a, parts,
                         (struct pm_part){phrase ? PM_PART_PHRASE : PM_PART_NEAR,
                                          pm_arena_printf(a, "%s %s", before->label, group->label),
                                          where, bonus});
            sum += bonus;
        }
        before = group;
    }
    return sum;
}
