#include "query/proximity.h"

enum {
    REACH = 12,          /* words; farther apart is no longer near */
    MAX_POSITIONS = 256, /* of one term in one document */
};

enum pm_status pm_positions_read(const struct pm_plan *plan, const void *stream, size_t len,
                                 struct pm_arena *a, struct pm_positions *out, struct pm_error *err)
{
    out->list = pm_arena_calloc(a, plan->n_terms + 1, sizeof *out->list);
    out->count = pm_arena_calloc(a, plan->n_terms + 1, sizeof *out->count);
    size_t *caps = pm_arena_calloc(a, plan->n_terms + 1, sizeof *caps);
    if (out->list == NULL || out->count == NULL || caps == NULL)
        return pm_fail(err, PM_ENOMEM, "out of memory");
    uint32_t lowest = UINT32_MAX, highest = 0;
    for (size_t i = 0; i < plan->n_terms; i++) {
        uint32_t id = plan->terms[i].id;
        lowest = id != 0 && id < lowest ? id : lowest;
        highest = id > highest ? id : highest;
    }
    struct pm_stream_reader r;
    pm_stream_open(&r, stream, len);
    struct pm_stream_sentence s;
    while (pm_stream_sentence(&r, &s)) {
        uint32_t id, at;
        while (pm_stream_token(&r, &id, &at, NULL)) {
            if (id < lowest || id > highest)
                continue;
            size_t t = pm_plan_find(plan, id);
            if (t == plan->n_terms || out->count[t] >= MAX_POSITIONS)
                continue;
            struct pm_position *grown = pm_arena_grow(a, out->list[t], out->count[t],
                                                      out->count[t] + 1, sizeof *grown, &caps[t]);
            if (grown == NULL)
                return pm_fail(err, PM_ENOMEM, "out of memory");
            out->list[t] = grown;
            grown[out->count[t]++] = (struct pm_position){at, (uint16_t)s.section};
        }
    }
    return PM_OK;
}

static bool stands_at(const struct pm_positions *pos, uint32_t term, uint32_t at)
{
    size_t lo = 0, hi = pos->count[term];
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (pos->list[term][mid].at < at)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < pos->count[term] && pos->list[term][lo].at == at;
}

bool pm_phrase_found(const struct pm_plan_phrase *ph, const struct pm_positions *pos)
{
    uint32_t first = ph->terms[0];
    for (size_t i = 0; i < pos->count[first]; i++) {
        const struct pm_position *p = &pos->list[first][i];
        if (ph->section != PM_SEC_COUNT && p->section != ph->section)
            continue;
        size_t k = 1;
        while (k < ph->n_terms && stands_at(pos, ph->terms[k], p->at + ph->offsets[k]))
            k++;
        if (k == ph->n_terms)
            return true;
    }
    return false;
}

struct nearest {
    uint32_t distance;
    bool ordered;
    enum pm_section where;
    uint32_t gap; /* distance in the query */
};

/* Is this pair a better witness of nearness than the best so far? In order beats
 * out of order at the same distance. */
static void consider(struct nearest *best, uint32_t x, const struct pm_position *y)
{
    bool ordered = x < y->at;
    uint32_t d = ordered ? y->at - x : x - y->at;
    if (d == 0 || d > REACH + best->gap)
        return;
    uint32_t cost = ordered ? (d > best->gap ? d - best->gap : best->gap - d) : d + 1;
    uint32_t old = best->ordered ? (best->distance > best->gap ? best->distance - best->gap
                                                               : best->gap - best->distance)
                                 : best->distance + 1;
    if (best->distance != 0 && cost >= old)
        return;
    best->distance = d;
    best->ordered = ordered;
    best->where = (enum pm_section)y->section;
}

/* Positions are sorted: walk both lists together. */
static void scan_pair(struct nearest *best, const struct pm_position *xs, size_t nx,
                      const struct pm_position *ys, size_t ny)
{
    size_t from = 0;
    uint32_t reach = REACH + best->gap;
    for (size_t i = 0; i < nx; i++) {
        while (from < ny && ys[from].at + reach < xs[i].at)
            from++;
        for (size_t k = from; k < ny && ys[k].at <= xs[i].at + reach; k++)
            consider(best, xs[i].at, &ys[k]);
    }
}

uint32_t pm_nearest(const struct pm_plan_group *first, const struct pm_plan_group *second,
                    const struct pm_positions *pos, uint32_t gap, bool *ordered,
                    enum pm_section *where)
{
    struct nearest best = {.gap = gap == 0 ? 1 : gap};
    for (size_t i = 0; i < first->n_terms; i++)
        for (size_t k = 0; k < second->n_terms; k++)
            scan_pair(&best, pos->list[first->terms[i]], pos->count[first->terms[i]],
                      pos->list[second->terms[k]], pos->count[second->terms[k]]);
    *ordered = best.ordered;
    *where = best.where;
    return best.distance;
}
