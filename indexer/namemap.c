#include "indexer/namemap.h"

#include <ctype.h>
#include <limits.h>
#include <string.h>

static uint32_t hash_of(int group, const char *s, size_t len)
{
    uint32_t h = 2166136261u ^ (uint32_t)group * 16777619u;
    for (size_t i = 0; i < len; i++)
        h = (h ^ (unsigned char)s[i]) * 16777619u;
    return h ^ h >> 15;
}

static bool same(const struct pm_name *e, int group, const char *s, size_t len)
{
    return e->group == group && e->len == len && memcmp(e->text, s, len) == 0;
}

/* The slot of the name, or the empty one where it belongs. */
static size_t slot_of(const struct pm_namemap *m, uint32_t hash, int group, const char *s,
                      size_t len)
{
    size_t at = hash & (m->n_slots - 1);
    while (m->slots[at].item != 0 &&
           (m->slots[at].hash != hash || !same(&m->items[m->slots[at].item - 1], group, s, len)))
        at = (at + 1) & (m->n_slots - 1);
    return at;
}

static bool make_room(struct pm_namemap *m)
{
    if (m->n_slots > 2 * (m->count + 1))
        return true;
    size_t n = m->n_slots ? m->n_slots * 2 : 256;
    struct pm_name_slot *slots = pm_arena_calloc(&m->arena, n, sizeof *slots);
    if (slots == NULL)
        return false;
    m->slots = slots;
    m->n_slots = n;
    for (size_t i = 0; i < m->count; i++) {
        const struct pm_name *e = &m->items[i];
        m->slots[slot_of(m, e->hash, e->group, e->text, e->len)] =
            (struct pm_name_slot){e->hash, (uint32_t)i + 1};
    }
    return true;
}

enum pm_status pm_name_fold(const char *s, size_t len, struct pm_folded *out)
{
    enum pm_status st = pm_fold(PM_FOLD_FULL, s, len, out);
    if (st != PM_OK)
        return st;
    size_t w = 0;
    for (size_t i = 0; i < out->len; i++) {
        char c = out->text[i];
        if (!isspace((unsigned char)c))
            out->text[w++] = c;
        else if (w > 0 && out->text[w - 1] != ' ')
            out->text[w++] = ' ';
    }
    while (w > 0 && out->text[w - 1] == ' ')
        w--;
    if (out->text != NULL)
        out->text[w] = '\0';
    out->len = w;
    return PM_OK;
}

static enum pm_status add_folded(struct pm_namemap *m, const struct pm_name *proto,
                                 const char *text, size_t len)
{
    uint32_t hash = hash_of(proto->group, text, len);
    if (!make_room(m))
        return PM_ENOMEM;
    size_t at = slot_of(m, hash, proto->group, text, len);
    if (m->slots[at].item != 0) {
        struct pm_name *e = &m->items[m->slots[at].item - 1];
        e->value = proto->value;
        e->flags = proto->flags;
        return PM_OK;
    }
    struct pm_name *grown =
        pm_arena_grow(&m->arena, m->items, m->count, m->count + 1, sizeof *grown, &m->cap);
    char *copy = pm_arena_strndup(&m->arena, text, len);
    if (grown == NULL || copy == NULL)
        return PM_ENOMEM;
    m->items = grown;
    grown[m->count] = *proto;
    grown[m->count].text = copy;
    grown[m->count].len = len;
    grown[m->count].hash = hash;
    uint32_t *last = &m->last[(unsigned)proto->group % PM_NAME_LISTS];
    grown[m->count].before = *last;
    *last = (uint32_t)++m->count;
    m->slots[at] = (struct pm_name_slot){hash, *last};
    return PM_OK;
}

enum pm_status pm_namemap_add(struct pm_namemap *m, int group, const char *name, int value,
                              unsigned flags, struct pm_error *err)
{
    struct pm_folded f = {0};
    enum pm_status st = pm_name_fold(name, strlen(name), &f);
    if (st == PM_OK && f.len > 0) {
        struct pm_name proto = {.group = group, .value = value, .flags = flags};
        st = add_folded(m, &proto, f.text, f.len);
    }
    pm_folded_free(&f);
    return st == PM_OK ? st : pm_fail(err, st, "unable to keep the name '%s'", name);
}

const struct pm_name *pm_namemap_find(const struct pm_namemap *m, int group, const char *text,
                                      size_t len)
{
    if (m->count == 0 || len == 0)
        return NULL;
    uint32_t item = m->slots[slot_of(m, hash_of(group, text, len), group, text, len)].item;
    return item == 0 ? NULL : &m->items[item - 1];
}

bool pm_name_bounded(const char *text, size_t len, size_t at, size_t n)
{
    if (n == 0)
        return true;
    bool left = at > 0 && isalnum((unsigned char)text[at]) && isalnum((unsigned char)text[at - 1]);
    bool right = at + n < len && isalnum((unsigned char)text[at + n - 1]) &&
                 isalnum((unsigned char)text[at + n]);
    return !left && !right;
}

static bool contains(const char *text, size_t len, const struct pm_name *e)
{
    for (size_t from = 0; from + e->len <= len;) {
        const char *hit = memmem(text + from, len - from, e->text, e->len);
        if (hit == NULL)
            return false;
        size_t at = (size_t)(hit - text);
        if (pm_name_bounded(text, len, at, e->len))
            return true;
        from = at + 1;
    }
    return false;
}

const struct pm_name *pm_namemap_scan(const struct pm_namemap *m, int group, const char *text,
                                      size_t len)
{
    const struct pm_name *best = NULL;
    bool there[UCHAR_MAX + 1] = {false}; /* bytes of the text: most names need others */
    for (size_t i = 0; i < len; i++)
        there[(unsigned char)text[i]] = true;
    const struct pm_name *e;
    for (uint32_t i = m->last[(unsigned)group % PM_NAME_LISTS]; i != 0; i = e->before) {
        e = &m->items[i - 1];
        if (e->group == group && (best == NULL || e->len >= best->len) &&
            there[(unsigned char)e->text[0]] && there[(unsigned char)e->text[e->len - 1]] &&
            contains(text, len, e))
            best = e;
    }
    return best;
}

void pm_namemap_free(struct pm_namemap *m)
{
    pm_arena_free(&m->arena);
    *m = (struct pm_namemap){0};
}
