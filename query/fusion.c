#include "query/fusion.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    BROUGHT = 100,  /* documents that mechanisms alone may bring in */
    NAMED_PARTS = 5 /* mechanisms that are named as reasons; the rest is one part */
};

static bool asks_for_section(const struct pm_plan *plan)
{
    for (size_t g = 0; g < plan->n_groups; g++)
        if (plan->groups[g].section != PM_SEC_COUNT)
            return true;
    return false;
}

enum pm_status pm_fusion_affinity(sqlite3 *db, const struct pm_plan *plan,
                                  const struct pm_rank_weights *w, struct pm_arena *a,
                                  struct pm_affinity *out, struct pm_error *err)
{
    *out = (struct pm_affinity){0};
    if (w->mechanism <= 0 || plan->n_features == 0 || asks_for_section(plan))
        return PM_OK;
    return pm_affinity_find(db, plan->lang, plan->features, plan->n_features, a, out, err);
}

void pm_fusion_restrict(struct pm_affinity *f, const struct pm_docset *allowed, int64_t without)
{
    f->best = 0;
    for (int64_t id = 0; f->score != NULL && id < f->limit; id++) {
        if (id == without || !pm_docset_has(allowed, id))
            f->score[id] = 0;
        f->best = f->score[id] > f->best ? f->score[id] : f->best;
    }
}

static int by_id(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

enum pm_status pm_fusion_candidates(const struct pm_affinity *f, const struct pm_rank_weights *w,
                                    struct pm_arena *a, struct pm_candidates *found,
                                    struct pm_error *err)
{
    int64_t top[BROUGHT];
    bool asked = f->best > 0 && (found->count > 0 || f->cover >= w->mechanism_alone);
    size_t n = asked ? pm_affinity_top(f, BROUGHT, top) : 0, count = found->count;
    int64_t *ids = pm_arena_calloc(a, count + n + 1, sizeof *ids);
    if (ids == NULL)
        return pm_fail(err, PM_ENOMEM, "out of memory");
    if (count > 0)
        memcpy(ids, found->ids, count * sizeof *ids);
    for (size_t i = 0; i < n; i++)
        if (pm_affinity_score(f, top[i]) >= w->mechanism_least &&
            (found->count == 0 ||
             bsearch(&top[i], found->ids, found->count, sizeof *ids, by_id) == NULL))
            ids[count++] = top[i];
    qsort(ids, count, sizeof *ids, by_id);
    found->matching += count - found->count;
    found->ids = ids;
    found->count = count;
    return PM_OK;
}

static bool add_part(struct pm_arena *a, struct pm_parts *parts, struct pm_part part)
{
    struct pm_part *grown =
        pm_arena_grow(a, parts->items, parts->count, parts->count + 1, sizeof *grown, &parts->cap);
    if (grown == NULL)
        return false;
    parts->items = grown;
    grown[parts->count++] = part;
    return true;
}

/* The mechanisms that gave most, each by name, and what is left of the share. */
static enum pm_status add_parts(sqlite3 *db, const struct pm_affinity *f, struct pm_hit *hit,
                                double share, struct pm_arena *a, struct pm_error *err)
{
    double parts[PM_AFFINITY_CARDS], sum = 0;
    enum pm_status st = pm_affinity_parts(db, f, hit->document, parts, err);
    for (size_t i = 0; i < f->n_cards; i++)
        sum += parts[i];
    double left = share;
    for (int k = 0; st == PM_OK && sum > 0 && k < NAMED_PARTS; k++) {
        size_t best = 0;
        for (size_t i = 1; i < f->n_cards; i++)
            best = parts[i] > parts[best] ? i : best;
        if (parts[best] <= 0)
            break;
        const struct pm_affinity_card *card = &f->cards[best];
        struct pm_part part = {.kind = PM_PART_MECHANISM,
                               .what = "",
                               .name = card->name,
                               .en = card->en,
                               .ja = card->ja,
                               .section = PM_SEC_COUNT,
                               .share = share * parts[best] / sum};
        left -= part.share;
        parts[best] = 0;
        if (!add_part(a, &hit->parts, part))
            st = pm_fail(err, PM_ENOMEM, "out of memory");
    }
    struct pm_part rest = {
        .kind = PM_PART_MECHANISM, .what = "", .section = PM_SEC_COUNT, .share = left};
    if (st == PM_OK && left > 1e-9 && !add_part(a, &hit->parts, rest))
        st = pm_fail(err, PM_ENOMEM, "out of memory");
    return st;
}

double pm_fusion_trust(const struct pm_affinity *f, const struct pm_rank_weights *w)
{
    return f->cover >= w->mechanism_cover ? 1 : pow(f->cover / w->mechanism_cover, 4);
}

enum pm_status pm_fusion_add(sqlite3 *db, const struct pm_plan *plan, const struct pm_affinity *f,
                             const struct pm_rank_weights *w, struct pm_hits *hits, bool with_parts,
                             struct pm_arena *a, struct pm_error *err)
{
    double best = 0;
    for (size_t i = 0; i < hits->count; i++)
        best = hits->items[i].score > best ? hits->items[i].score : best;
    if (best <= 0) /* mechanisms alone: the scale of the query's words */
        best = plan->total > 0 ? plan->total : 1;
    double trust = pm_fusion_trust(f, w);
    enum pm_status st = PM_OK;
    for (size_t i = 0; st == PM_OK && f->best > 0 && i < hits->count; i++) {
        struct pm_hit *hit = &hits->items[i];
        double share = trust * w->mechanism * best * pm_affinity_score(f, hit->document) / f->best;
        if (hit->excluded || share <= 0)
            continue;
        hit->score += share;
        if (with_parts)
            st = add_parts(db, f, hit, share, a, err);
    }
    return st;
}
