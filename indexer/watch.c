#include "indexer/watch.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "lib/arena.h"

enum { FIRST_SLOTS = 1 << 12 };

struct text {
    const char *text;
    uint32_t len;
    uint64_t hash;
};

struct pm_watch {
    struct pm_terms *terms;
    struct pm_arena arena;
    struct text *texts; /* by mark - 1 */
    size_t count, cap;
    uint32_t *slots; /* hash table of marks, 0: empty */
    size_t n_slots;  /* a power of two */
    uint32_t *known; /* by number of term: its mark + 1, 0: not looked up yet */
    size_t known_cap;
};

static enum pm_status out_of_memory(struct pm_error *err)
{
    return pm_fail(err, PM_ENOMEM, "out of memory");
}

enum pm_status pm_watch_open(struct pm_terms *terms, struct pm_watch **out, struct pm_error *err)
{
    struct pm_watch *w = calloc(1, sizeof *w);
    *out = w;
    if (w == NULL)
        return out_of_memory(err);
    w->terms = terms;
    w->n_slots = FIRST_SLOTS;
    w->slots = calloc(w->n_slots, sizeof *w->slots);
    return w->slots == NULL ? out_of_memory(err) : PM_OK;
}

void pm_watch_close(struct pm_watch *w)
{
    if (w == NULL)
        return;
    pm_arena_free(&w->arena);
    free(w->slots);
    free(w->known);
    free(w);
}

static size_t find_slot(const struct pm_watch *w, uint64_t hash, const char *text, size_t len)
{
    for (size_t i = hash & (w->n_slots - 1);; i = (i + 1) & (w->n_slots - 1)) {
        if (w->slots[i] == 0)
            return i;
        const struct text *t = &w->texts[w->slots[i] - 1];
        if (t->hash == hash && t->len == len && memcmp(t->text, text, len) == 0)
            return i;
    }
}

static bool grow_slots(struct pm_watch *w)
{
    size_t n = w->n_slots * 2;
    uint32_t *grown = calloc(n, sizeof *grown);
    if (grown == NULL)
        return false;
    for (size_t i = 0; i < w->count; i++) {
        size_t at = w->texts[i].hash & (n - 1);
        while (grown[at] != 0)
            at = (at + 1) & (n - 1);
        grown[at] = (uint32_t)i + 1;
    }
    free(w->slots);
    w->slots = grown;
    w->n_slots = n;
    return true;
}

enum pm_status pm_watch_mark(struct pm_watch *w, const char *text, size_t len, uint32_t *mark,
                             struct pm_error *err)
{
    uint64_t hash = XXH3_64bits(text, len);
    size_t slot = find_slot(w, hash, text, len);
    *mark = w->slots[slot];
    if (*mark != 0)
        return PM_OK;
    struct text *grown =
        pm_arena_grow(&w->arena, w->texts, w->count, w->count + 1, sizeof *grown, &w->cap);
    const char *copy = pm_arena_strndup(&w->arena, text, len);
    if (grown == NULL || copy == NULL)
        return out_of_memory(err);
    w->texts = grown;
    grown[w->count++] = (struct text){copy, (uint32_t)len, hash};
    *mark = w->slots[slot] = (uint32_t)w->count;
    return w->count * 2 < w->n_slots || grow_slots(w) ? PM_OK : out_of_memory(err);
}

uint32_t pm_watch_find(const struct pm_watch *w, const char *text, size_t len)
{
    return w->slots[find_slot(w, XXH3_64bits(text, len), text, len)];
}

static enum pm_status look_up(struct pm_watch *w, uint32_t id, struct pm_error *err)
{
    const char *text;
    uint32_t len;
    if (id >= w->known_cap) {
        size_t cap = w->known_cap == 0 ? 4096 : w->known_cap;
        while (cap <= id)
            cap *= 2;
        uint32_t *grown = realloc(w->known, cap * sizeof *grown);
        if (grown == NULL)
            return out_of_memory(err);
        memset(grown + w->known_cap, 0, (cap - w->known_cap) * sizeof *grown);
        w->known = grown;
        w->known_cap = cap;
    }
    enum pm_status st = pm_terms_text(w->terms, id, &text, &len, err);
    if (st == PM_OK)
        w->known[id] = pm_watch_find(w, text, len) + 1;
    return st;
}

enum pm_status pm_watch_term(struct pm_watch *w, uint32_t id, uint32_t *mark, struct pm_error *err)
{
    if (id >= w->known_cap || w->known[id] == 0) {
        enum pm_status st = look_up(w, id, err);
        if (st != PM_OK)
            return st;
    }
    *mark = w->known[id] - 1;
    return PM_OK;
}

size_t pm_watch_count(const struct pm_watch *w)
{
    return w->count;
}
