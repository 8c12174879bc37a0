#include "indexer/card_features.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "lib/arena.h"
#include "lib/concept.h"

enum { BUCKETS = 1 << 15, SEEN_MAX = 8 };

/* How much a word counts by the part of the card it stands in, and a concept that only
 * the other language's text names. */
static const float name_weight = 3, other_language = 0.75F;
static const float part_weights[PM_CARD_PARTS] = {
    [PM_CARD_TOLD] = 1,     [PM_CARD_SIGNATURES] = 0.5F, [PM_CARD_CHECKS] = 0.3F,
    [PM_CARD_FIXES] = 0.3F, [PM_CARD_PREVENTION] = 0.2F, [PM_CARD_WATCH] = 0.3F,
};

struct name {
    const char *text;
    uint32_t number;
    struct name *next;
};

struct form {
    struct pm_form shape;
    const char *concept; /* as a feature */
    struct form *next;   /* in its bucket, by first term */
};

/* The counts of one card in one language, dense over the features. */
struct bag {
    float *counts;
    uint32_t *touched;
    size_t n, cap;
};

struct pm_feature_counter {
    struct pm_tokenizer *tokenizer;
    struct pm_arena arena, scratch;
    struct name **names; /* BUCKETS of them */
    struct form **forms;
    const char **by_number;
    size_t count, cap;
    struct bag card[PM_LANG_COUNT], told;
};

static enum pm_status out_of_memory(struct pm_error *err)
{
    return pm_fail(err, PM_ENOMEM, "out of memory");
}

static size_t bucket(const char *s)
{
    return XXH3_64bits(s, strlen(s)) % BUCKETS;
}

static enum pm_status add_form(struct pm_feature_counter *f, sqlite3_stmt *row,
                               struct pm_error *err)
{
    struct form *form = pm_arena_alloc(&f->arena, sizeof *form);
    const char *name = (const char *)sqlite3_column_text(row, 0);
    const char *terms = (const char *)sqlite3_column_text(row, 1);
    const char *offsets = (const char *)sqlite3_column_text(row, 2);
    if (form == NULL || name == NULL || terms == NULL || offsets == NULL)
        return out_of_memory(err);
    form->concept = pm_arena_printf(&f->arena, PM_MECHANISM_CONCEPT "%s", name);
    if (form->concept == NULL)
        return out_of_memory(err);
    if (!pm_form_read(terms, offsets, &f->arena, &form->shape))
        return PM_OK;
    struct form **head = &f->forms[bucket(form->shape.terms[0])];
    form->next = *head;
    *head = form;
    return PM_OK;
}

static enum pm_status load_forms(struct pm_feature_counter *f, sqlite3 *db, struct pm_error *err)
{
    sqlite3_stmt *rows = NULL;
    if (sqlite3_prepare_v2(db,
                           "SELECT c.name, f.terms, f.offsets FROM concept_form f JOIN concept c"
                           " ON c.id = f.concept_id ORDER BY f.id",
                           -1, &rows, NULL) != SQLITE_OK)
        return pm_fail(err, PM_EDB, "unable to read concepts: %s", sqlite3_errmsg(db));
    enum pm_status st = PM_OK;
    while (st == PM_OK && sqlite3_step(rows) == SQLITE_ROW)
        st = add_form(f, rows, err);
    (void)sqlite3_finalize(rows);
    return st;
}

enum pm_status pm_feature_counter_open(sqlite3 *db, struct pm_tokenizer *tokenizer,
                                       struct pm_feature_counter **out, struct pm_error *err)
{
    struct pm_feature_counter *f = calloc(1, sizeof *f);
    *out = f;
    if (f == NULL)
        return out_of_memory(err);
    f->tokenizer = tokenizer;
    f->names = calloc(BUCKETS, sizeof(struct name *));
    f->forms = calloc(BUCKETS, sizeof(struct form *));
    if (f->names == NULL || f->forms == NULL)
        return out_of_memory(err);
    return load_forms(f, db, err);
}

static void free_bag(struct bag *b)
{
    free(b->counts);
    free(b->touched);
}

void pm_feature_counter_close(struct pm_feature_counter *f)
{
    if (f == NULL)
        return;
    for (int l = 0; l < PM_LANG_COUNT; l++)
        free_bag(&f->card[l]);
    free_bag(&f->told);
    pm_arena_free(&f->arena);
    pm_arena_free(&f->scratch);
    free(f->names);
    free(f->forms);
    free(f);
}

size_t pm_feature_names(const struct pm_feature_counter *f)
{
    return f->count;
}

const char *pm_feature_name(const struct pm_feature_counter *f, uint32_t feature)
{
    return f->by_number[feature];
}

/* The number of a feature, a new one if need be; false when memory is out. */
static bool number_of(struct pm_feature_counter *f, const char *text, uint32_t *number)
{
    struct name **head = &f->names[bucket(text)];
    for (const struct name *n = *head; n != NULL; n = n->next)
        if (strcmp(n->text, text) == 0) {
            *number = n->number;
            return true;
        }
    const char **grown =
        pm_arena_grow(&f->arena, f->by_number, f->count, f->count + 1, sizeof *grown, &f->cap);
    struct name *n = pm_arena_alloc(&f->arena, sizeof *n);
    if (grown == NULL || n == NULL || (n->text = pm_arena_strdup(&f->arena, text)) == NULL)
        return false;
    f->by_number = grown;
    n->number = *number = (uint32_t)f->count;
    n->next = *head;
    *head = n;
    grown[f->count++] = n->text;
    return true;
}

static bool grow_bag(struct bag *b, size_t need)
{
    size_t cap = b->cap == 0 ? 4096 : b->cap;
    while (cap < need)
        cap *= 2;
    float *counts = realloc(b->counts, cap * sizeof *counts);
    if (counts == NULL)
        return false;
    b->counts = counts;
    uint32_t *touched = realloc(b->touched, cap * sizeof *touched);
    if (touched == NULL)
        return false;
    b->touched = touched;
    memset(counts + b->cap, 0, (cap - b->cap) * sizeof *counts);
    b->cap = cap;
    return true;
}

static bool add(struct pm_feature_counter *f, struct bag *b, const char *feature, float count)
{
    uint32_t number;
    if (!number_of(f, feature, &number) || (number >= b->cap && !grow_bag(b, number + 1)))
        return false;
    if (b->counts[number] == 0)
        b->touched[b->n++] = number;
    b->counts[number] += count;
    return true;
}

/* Where a text's features go. */
struct target {
    bool in[PM_LANG_COUNT]; /* the languages whose card it belongs to */
    float weight;
    bool told;
    double length; /* of what was read */
};

static bool add_everywhere(struct pm_feature_counter *f, const struct target *t,
                           const char *feature, bool concept)
{
    for (int l = 0; l < PM_LANG_COUNT; l++) {
        float w = t->in[l] ? t->weight : concept ? t->weight * other_language : 0;
        if (w > 0 && !add(f, &f->card[l], feature, w))
            return false;
    }
    return !t->told || add(f, &f->told, feature, 1);
}

/* The concepts that start at token i, each once. */
static bool add_concepts(struct pm_feature_counter *f, const struct target *t,
                         const struct pm_tokens *tokens, size_t i)
{
    const char *seen[SEEN_MAX];
    size_t n = 0;
    for (const struct form *form = f->forms[bucket(tokens->items[i].text)]; form != NULL;
         form = form->next) {
        if (!pm_form_matches(&form->shape, tokens, i, NULL))
            continue;
        bool again = false;
        for (size_t k = 0; k < n; k++)
            again = again || strcmp(seen[k], form->concept) == 0;
        if (again)
            continue;
        seen[n < SEEN_MAX ? n++ : SEEN_MAX - 1] = form->concept;
        if (!add_everywhere(f, t, form->concept, true))
            return false;
    }
    return true;
}

static enum pm_status count_text(struct pm_feature_counter *f, struct target *t, const char *text,
                                 struct pm_error *err)
{
    struct pm_tokens tokens = {0};
    pm_arena_reset(&f->scratch);
    enum pm_status st = pm_tokenize(f->tokenizer, text, strlen(text), &f->scratch, &tokens, err);
    for (size_t i = 0; st == PM_OK && i < tokens.count; i++) {
        const struct pm_token *token = &tokens.items[i];
        bool stop = (token->flags & PM_TOKEN_STOP) != 0;
        t->length += !stop && (token->flags & PM_TOKEN_WHOLE) == 0;
        if ((!stop && !add_everywhere(f, t, token->text, false)) ||
            (pm_token_in_name(token) && !add_concepts(f, t, &tokens, i)))
            st = out_of_memory(err);
    }
    return st;
}

static int by_feature(const void *a, const void *b)
{
    const struct pm_cell *x = a, *y = b;
    return (x->feature > y->feature) - (x->feature < y->feature);
}

/* The bag's content, sorted; the bag is empty afterwards. */
static bool take(struct bag *b, struct pm_arena *a, struct pm_cells *out)
{
    out->n = 0;
    out->items = pm_arena_calloc(a, b->n + 1, sizeof *out->items);
    for (size_t i = 0; i < b->n; i++) {
        uint32_t number = b->touched[i];
        if (out->items != NULL)
            out->items[out->n++] = (struct pm_cell){number, b->counts[number]};
        b->counts[number] = 0;
    }
    b->n = 0;
    if (out->n > 0)
        qsort(out->items, out->n, sizeof *out->items, by_feature);
    return out->items != NULL;
}

static enum pm_status count_language(struct pm_feature_counter *f, const struct pm_card *card,
                                     int lang, struct pm_arena *a, struct pm_card_counts *out,
                                     struct pm_error *err)
{
    struct target name = {.in = {lang == PM_LANG_EN, lang == PM_LANG_JA}, .weight = name_weight};
    enum pm_status st = count_text(f, &name, card->names[lang], err);
    for (int p = 0; st == PM_OK && p < PM_CARD_PARTS; p++) {
        struct target t = {.in = {lang == PM_LANG_EN, lang == PM_LANG_JA},
                           .weight = part_weights[p],
                           .told = p == PM_CARD_TOLD};
        if (p == PM_CARD_SIGNATURES) /* logs speak no language */
            t.in[PM_LANG_EN] = t.in[PM_LANG_JA] = true;
        st = count_text(f, &t, card->parts[p][lang], err);
        if (t.told)
            out->told_length = t.length;
    }
    if (!take(&f->told, a, &out->told) && st == PM_OK)
        st = out_of_memory(err);
    return st;
}

enum pm_status pm_feature_count(struct pm_feature_counter *f, const struct pm_card *card,
                                struct pm_arena *a, struct pm_card_counts out[PM_LANG_COUNT],
                                struct pm_error *err)
{
    enum pm_status st = PM_OK;
    for (int l = 0; st == PM_OK && l < PM_LANG_COUNT; l++)
        st = count_language(f, card, l, a, &out[l], err);
    for (int l = 0; l < PM_LANG_COUNT; l++)
        if (!take(&f->card[l], a, &out[l].card) && st == PM_OK)
            st = out_of_memory(err);
    return st;
}
