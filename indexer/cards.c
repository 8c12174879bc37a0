#include "indexer/cards.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "indexer/user_files.h"

struct loader {
    struct pm_cards *cards;
    struct pm_arena *arena;
    struct pm_error *err;
};

static enum pm_status out_of_memory(struct pm_error *err)
{
    return pm_fail(err, PM_ENOMEM, "out of memory");
}

/* A card of the same id takes the place of the earlier one. */
static enum pm_status add_card(struct loader *l, const char *file, const char *text, size_t len)
{
    struct pm_cards *cards = l->cards;
    struct pm_card card;
    enum pm_status st = pm_card_read(file, text, len, l->arena, &card, l->err);
    if (st != PM_OK)
        return st;
    cards->hash = XXH3_64bits_withSeed(text, len, cards->hash);
    for (size_t i = 0; i < cards->count; i++)
        if (strcmp(cards->items[i].id, card.id) == 0) {
            cards->items[i] = card;
            return PM_OK;
        }
    struct pm_card *grown = pm_arena_grow(l->arena, cards->items, cards->count, cards->count + 1,
                                          sizeof *grown, &cards->cap);
    if (grown == NULL)
        return out_of_memory(l->err);
    cards->items = grown;
    grown[cards->count++] = card;
    return PM_OK;
}

static enum pm_status dict_row(void *ctx, int line, const char *const *cols, int n,
                               struct pm_error *err)
{
    (void)line;
    if (n < 2)
        return pm_fail(err, PM_EDICT, "the dictionary's mechanisms make no sense: build it anew");
    return add_card(ctx, cols[0], cols[1], strlen(cols[1]));
}

static enum pm_status class_row(void *ctx, int line, const char *const *cols, int n,
                                struct pm_error *err)
{
    struct loader *l = ctx;
    struct pm_cards *c = l->cards;
    if (n < 4)
        return pm_fail(err, PM_EDICT, "classes.tsv:%d: an id, an axis and two labels wanted", line);
    struct pm_card_class *grown = pm_arena_grow(l->arena, c->classes, c->n_classes,
                                                c->n_classes + 1, sizeof *grown, &c->classes_cap);
    if (grown == NULL)
        return out_of_memory(err);
    c->classes = grown;
    struct pm_card_class row = {
        .id = pm_arena_strdup(l->arena, cols[0]),
        .axis = pm_arena_strdup(l->arena, cols[1]),
        .names = {pm_arena_strdup(l->arena, cols[2]), pm_arena_strdup(l->arena, cols[3])}};
    if (row.id == NULL || row.axis == NULL || row.names[0] == NULL || row.names[1] == NULL)
        return out_of_memory(err);
    grown[c->n_classes++] = row;
    return PM_OK;
}

static enum pm_status user_file(void *ctx, const char *path, const char *text, size_t len,
                                struct pm_error *err)
{
    (void)err;
    return add_card(ctx, pm_arena_strdup(((struct loader *)ctx)->arena, path), text, len);
}

static int by_id(const void *a, const void *b)
{
    const struct pm_card *x = a, *y = b;
    return strcmp(x->id, y->id);
}

enum pm_status pm_cards_load(struct pm_dict *dict, const char *index, struct pm_arena *a,
                             struct pm_cards *out, struct pm_error *err)
{
    struct loader l = {.cards = out, .arena = a, .err = err};
    *out = (struct pm_cards){0};
    enum pm_status st = pm_dict_each(dict, "classes", class_row, &l, err);
    if (st == PM_OK)
        st = pm_dict_each(dict, "mechanisms", dict_row, &l, err);
    if (st == PM_OK)
        st = pm_user_files(index, "mechanisms", ".md", user_file, &l, err);
    if (st == PM_OK && out->count > 0)
        qsort(out->items, out->count, sizeof *out->items, by_id);
    return st == PM_OK ? pm_cards_check(out, err) : st;
}

static const struct pm_card_class *class_of(const struct pm_cards *cards, const char *id)
{
    for (size_t i = 0; i < cards->n_classes; i++)
        if (strcmp(cards->classes[i].id, id) == 0)
            return &cards->classes[i];
    return NULL;
}

static bool has_card(const struct pm_cards *cards, const char *id, size_t len)
{
    for (size_t i = 0; i < cards->count; i++)
        if (strlen(cards->items[i].id) == len && memcmp(cards->items[i].id, id, len) == 0)
            return true;
    return false;
}

static enum pm_status check_card(const struct pm_cards *cards, const struct pm_card *c,
                                 struct pm_error *err)
{
    const struct pm_card_class *k = class_of(cards, c->class);
    if (k == NULL)
        return pm_fail(err, PM_EDICT, "%s.md:%d: no class '%s'", c->id, c->class_line, c->class);
    if (class_of(cards, c->id) != NULL)
        return pm_fail(err, PM_EDICT, "%s.md:%d: '%s' is the name of a class", c->id, c->class_line,
                       c->id);
    if (strcmp(k->axis, c->axis) != 0)
        return pm_fail(err, PM_EDICT, "%s.md:%d: the class '%s' is of the axis '%s', not '%s'",
                       c->id, c->class_line, c->class, k->axis, c->axis);
    for (const char *r = c->related; *r != '\0';) {
        size_t n = strcspn(r, " ");
        if (!has_card(cards, r, n))
            return pm_fail(err, PM_EDICT, "%s.md:%d: no mechanism '%.*s'", c->id, c->related_line,
                           (int)n, r);
        r += n + (r[n] == ' ');
    }
    return PM_OK;
}

enum pm_status pm_cards_check(const struct pm_cards *cards, struct pm_error *err)
{
    enum pm_status st = PM_OK;
    for (size_t i = 0; st == PM_OK && i < cards->count; i++)
        st = check_card(cards, &cards->items[i], err);
    return st;
}
