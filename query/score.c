#include "query/score.h"

#include <string.h>

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
            double weight = group->weights == NULL ? 1.0 : group->weights[t];
            for (int s = 0; s < PM_SEC_COUNT; s++)
                if (group->section == PM_SEC_COUNT || (int)group->section == s)
                    matches[g].count[s] += weight * e->count[s];
        }
    }
}

/* Counts of a translation of several words, which a vector knows word by word. */
struct expression {
    uint32_t seen; /* of its words in this document */
    uint32_t count[PM_SEC_COUNT];
};

enum { EXPRESSIONS = 200 };

static void add_words(const struct pm_plan *plan, const struct pm_vector_entry *e,
                      struct expression *found)
{
    for (size_t i = 0; i < plan->n_forms && i < EXPRESSIONS; i++) {
        const struct pm_plan_form *form = &plan->forms[i];
        for (uint32_t k = 0; form->weight > 0 && k < form->shape.n; k++) {
            if (plan->terms[form->terms[k]].id != e->term)
                continue;
            for (int s = 0; s < PM_SEC_COUNT; s++)
                if (found[i].seen == 0 || e->count[s] < found[i].count[s])
                    found[i].count[s] = e->count[s];
            found[i].seen++;
            break;
        }
    }
}

/* A section holds an expression as often as its rarest word there, at most. */
static void add_expressions(const struct pm_plan *plan, const struct expression *found,
                            struct pm_rank_match *matches)
{
    for (size_t i = 0; i < plan->n_forms && i < EXPRESSIONS; i++) {
        const struct pm_plan_form *form = &plan->forms[i];
        enum pm_section only = plan->groups[form->group].section;
        if (form->weight <= 0 || found[i].seen < form->shape.n)
            continue;
        for (int s = 0; s < PM_SEC_COUNT; s++)
            if (only == PM_SEC_COUNT || (int)only == s)
                matches[form->group].count[s] += form->weight * found[i].count[s];
    }
}

static double score_group(const struct pm_plan *plan, size_t g, const struct pm_rank_weights *w,
                          double length, const struct pm_rank_match *match, struct pm_arena *a,
                          struct pm_parts *parts)
{
    static const enum pm_part_kind kinds[] = {[PM_GROUP_WORD] = PM_PART_WORD,
                                              [PM_GROUP_CONCEPT] = PM_PART_CONCEPT,
                                              [PM_GROUP_LEXICON] = PM_PART_LEXICON};
    double share[PM_SEC_COUNT];
    double score = pm_rank_bm25f(w, &plan->corpus, length, match, share);
    for (int s = 0; score > 0 && s < PM_SEC_COUNT; s++)
        add_part(a, parts,
                 (struct pm_part){.kind = kinds[plan->groups[g].kind],
                                  .what = plan->groups[g].label,
                                  .name = plan->groups[g].name,
                                  .source = plan->groups[g].source,
                                  .en = plan->groups[g].en,
                                  .ja = plan->groups[g].ja,
                                  .section = (enum pm_section)s,
                                  .share = share[s]});
    return score;
}

/* Mark the slots that a matching group meets. */
static void meet_slots(const struct pm_plan_group *group, bool *met, size_t n)
{
    for (size_t i = group->slot; i < group->slot_end && i < n; i++)
        met[i] = true;
}

/* Counts of the plan's concepts out of a document's concept vector. */
static void add_concepts(const struct pm_plan *plan, const void *data, size_t len,
                         struct pm_rank_match *matches)
{
    struct pm_vector_reader r;
    struct pm_vector_entry e;
    if (data == NULL || !pm_vector_open(&r, data, len))
        return;
    for (size_t i = 0; i < plan->n_by_concept;) {
        uint32_t concept = plan->groups[plan->by_concept[i]].concept;
        bool found = pm_vector_seek(&r, concept, &e);
        for (; i < plan->n_by_concept; i++) {
            size_t g = plan->by_concept[i];
            const struct pm_plan_group *group = &plan->groups[g];
            if (group->concept != concept)
                break;
            for (int s = 0; found && s < PM_SEC_COUNT; s++)
                if (group->section == PM_SEC_COUNT || (int)group->section == s)
                    matches[g].count[s] += e.count[s];
        }
    }
}

double pm_score_vector(const struct pm_plan *plan, const struct pm_rank_weights *w,
                       const struct pm_score_input *in, struct pm_arena *a, struct pm_parts *parts,
                       double *factor)
{
    struct pm_rank_match matches[PM_SCORE_GROUPS];
    bool met[PM_SCORE_GROUPS] = {false};
    struct expression found[EXPRESSIONS];
    struct pm_vector_reader r;
    struct pm_vector_entry e;
    *factor = 0;
    if (plan->n_groups > PM_SCORE_GROUPS || !pm_vector_open(&r, in->vector, in->vector_len))
        return 0;
    memset(matches, 0, plan->n_groups * sizeof *matches);
    memset(found, 0, (plan->n_forms < EXPRESSIONS ? plan->n_forms : EXPRESSIONS) * sizeof *found);
    for (size_t i = 0; i < plan->n_scored; i++)
        if (pm_vector_seek(&r, plan->terms[plan->scored[i]].id, &e)) {
            add_entry(plan, &e, matches);
            add_words(plan, &e, found);
        }
    add_expressions(plan, found, matches);
    if (plan->n_by_concept > 0)
        add_concepts(plan, in->concepts, in->concepts_len, matches);
    double length = pm_rank_length(w, r.length);
    double sum = 0, matched = 0;
    for (size_t g = 0; g < plan->n_groups; g++) {
        const struct pm_plan_group *group = &plan->groups[g];
        matches[g].idf = group->idf;
        /* The user's own word speaks for itself: its concept adds less then. */
        if (group->kind != PM_GROUP_WORD && group->slot_end == group->slot + 1 && met[group->slot])
            matches[g].idf *= w->concept_both;
        double score = score_group(plan, g, w, length, &matches[g], a, parts);
        if (score > 0)
            meet_slots(group, met, PM_SCORE_GROUPS);
        sum += score;
    }
    for (size_t i = 0; i < plan->n_slots && i < PM_SCORE_GROUPS; i++)
        matched += met[i] ? plan->slots[i] : 0;
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
        if (group->whole || group->kind != PM_GROUP_WORD)
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
                         (struct pm_part){
                             .kind = phrase ? PM_PART_PHRASE : PM_PART_NEAR,
                             .what = pm_arena_printf(a, "%s %s", before->label, group->label),
                             .section = where,
                             .share = bonus});
            sum += bonus;
        }
        before = group;
    }
    return sum;
}
