#include "indexer/labels.h"

#include <ctype.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/arena.h"
#include "lib/norm.h"

enum { SENTENCES = 4 }; /* the best of each card: the first that is not taken back counts */

struct evidence {
    double score;
    struct pm_stream_sentence sentence;
};

struct short_card {
    uint32_t card;
    double z;
    struct evidence best[SENTENCES]; /* descending */
    double sum;                      /* of the sentence at hand */
};

/* What a feature says of each card of the short list. */
struct row {
    double weight[PM_LABELS_MAX];
    uint32_t sentence; /* that it was met in last */
};

struct phrase {
    const char *text;
    enum pm_lang lang;
};

struct pm_labeller {
    struct pm_feature_table *table;
    size_t n_cards;
    struct pm_arena arena;
    struct phrase *negations;
    size_t n_negations, cap;
    uint32_t *row_of; /* by feature; 0: it says nothing of the short list */
    struct row *rows; /* from 1 on */
    size_t n_rows, rows_cap;
    double section[PM_SEC_COUNT];
    double least_z, least_shown, z_weight, evidence_weight, bias, least;
    struct pm_folded fold;
    uint32_t sentence; /* counts the sentences of all documents, from 1 on */
};

static enum pm_status negation_row(void *ctx, int line, const char *const *cols, int n,
                                   struct pm_error *err)
{
    struct pm_labeller *l = ctx;
    if (n < 2)
        return pm_fail(err, PM_EDICT, "negations.tsv:%d: a phrase and a language wanted", line);
    struct phrase *grown = pm_arena_grow(&l->arena, l->negations, l->n_negations,
                                         l->n_negations + 1, sizeof *grown, &l->cap);
    const char *text = pm_arena_strdup(&l->arena, cols[0]);
    if (grown == NULL || text == NULL)
        return pm_fail(err, PM_ENOMEM, "out of memory");
    l->negations = grown;
    grown[l->n_negations++] = (struct phrase){text, pm_lang_of(cols[1])};
    return PM_OK;
}

static void read_weights(struct pm_labeller *l, struct pm_dict *dict)
{
    pm_mechanism_weights(dict, l->section);
    double most = 0;
    for (int s = 0; s < PM_SEC_COUNT; s++)
        most = l->section[s] > most ? l->section[s] : most;
    for (int s = 0; s < PM_SEC_COUNT; s++)
        l->section[s] = most > 0 ? sqrt(l->section[s] / most) : 1;
    l->least_z = pm_dict_weight(dict, "label.least_z", 2);
    l->least_shown = pm_dict_weight(dict, "label.least_shown", 0.2);
    l->z_weight = pm_dict_weight(dict, "label.z", 1);
    l->evidence_weight = pm_dict_weight(dict, "label.evidence", 4);
    l->bias = pm_dict_weight(dict, "label.bias", -6);
    l->least = pm_dict_weight(dict, "label.least", 0.5);
}

enum pm_status pm_labeller_open(struct pm_feature_table *table, size_t n_cards,
                                struct pm_dict *dict, struct pm_labeller **out,
                                struct pm_error *err)
{
    struct pm_labeller *l = calloc(1, sizeof *l);
    *out = l;
    if (l == NULL ||
        (l->row_of = calloc(pm_feature_table_size(table) + 1, sizeof *l->row_of)) == NULL)
        return pm_fail(err, PM_ENOMEM, "out of memory");
    l->table = table;
    l->n_cards = n_cards;
    read_weights(l, dict);
    return pm_dict_each(dict, "negations", negation_row, l, err);
}

void pm_labeller_close(struct pm_labeller *l)
{
    if (l == NULL)
        return;
    pm_folded_free(&l->fold);
    pm_arena_free(&l->arena);
    free(l->row_of);
    free(l->rows);
    free(l);
}

/* The cards that stand out most, best first. */
static size_t shorten(const struct pm_labeller *l, const float *z, struct short_card *out)
{
    size_t n = 0;
    for (size_t c = 0; c < l->n_cards; c++) {
        if (z[c] < l->least_z || (n == PM_LABELS_MAX && z[c] <= out[n - 1].z))
            continue;
        size_t at = n < PM_LABELS_MAX ? n++ : n - 1;
        for (; at > 0 && out[at - 1].z < z[c]; at--)
            out[at] = out[at - 1];
        out[at] = (struct short_card){.card = (uint32_t)c, .z = z[c]};
    }
    return n;
}

static void note(struct short_card *c, const struct pm_stream_sentence *s, double score)
{
    int at = SENTENCES;
    while (at > 0 && score > c->best[at - 1].score)
        at--;
    if (at == SENTENCES)
        return;
    memmove(&c->best[at + 1], &c->best[at], (size_t)(SENTENCES - 1 - at) * sizeof c->best[0]);
    c->best[at] = (struct evidence){score, *s};
}

/* The row of a feature, a new one if need be; NULL when memory is out. */
static struct row *row_for(struct pm_labeller *l, uint32_t feature)
{
    if (l->row_of[feature] != 0)
        return &l->rows[l->row_of[feature]];
    if (l->n_rows + 1 >= l->rows_cap) {
        size_t cap = l->rows_cap == 0 ? 1024 : l->rows_cap * 2;
        struct row *grown = realloc(l->rows, cap * sizeof *grown);
        if (grown == NULL)
            return NULL;
        l->rows = grown;
        l->rows_cap = cap;
    }
    l->row_of[feature] = (uint32_t)++l->n_rows;
    l->rows[l->n_rows] = (struct row){.sentence = 0};
    return &l->rows[l->n_rows];
}

/* What the sentences of a document are looked through for: the features of its short list. */
static enum pm_status expect(struct pm_labeller *l, enum pm_lang lang,
                             const struct short_card *list, size_t n, struct pm_error *err)
{
    for (size_t i = 0; i < n; i++) {
        struct pm_weighted_features f = pm_feature_table_card(l->table, lang, list[i].card);
        for (size_t k = 0; k < f.n; k++) {
            struct row *row = row_for(l, f.items[k].feature);
            if (row == NULL)
                return pm_fail(err, PM_ENOMEM, "out of memory");
            row->weight[i] = (double)f.items[k].weight / PM_WEIGHT_STEPS;
        }
    }
    return PM_OK;
}

static void forget(struct pm_labeller *l, enum pm_lang lang, const struct short_card *list,
                   size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct pm_weighted_features f = pm_feature_table_card(l->table, lang, list[i].card);
        for (size_t k = 0; k < f.n; k++)
            l->row_of[f.items[k].feature] = 0;
    }
    l->n_rows = 0;
}

/* What a sentence says of each card of the short list: its different features' weights. */
static enum pm_status read_sentence(struct pm_labeller *l, struct pm_stream_reader *r,
                                    const struct pm_stream_sentence *s, struct short_card *list,
                                    size_t n, struct pm_error *err)
{
    uint32_t term, position, feature;
    bool whole;
    l->sentence++;
    for (size_t i = 0; i < n; i++)
        list[i].sum = 0;
    while (pm_stream_token(r, &term, &position, &whole)) {
        enum pm_status st = pm_feature_table_term(l->table, term, &feature, err);
        if (st != PM_OK)
            return st;
        struct row *row = &l->rows[l->row_of[feature]];
        if (l->row_of[feature] == 0 || row->sentence == l->sentence)
            continue;
        row->sentence = l->sentence;
        for (size_t i = 0; i < n; i++)
            list[i].sum += row->weight[i];
    }
    for (size_t i = 0; i < n; i++)
        note(&list[i], s, list[i].sum * l->section[s->section]);
    return PM_OK;
}

static bool takes_back(const struct pm_labeller *l, enum pm_lang lang, const char *text, size_t len)
{
    bool there[UCHAR_MAX + 1] = {false}; /* bytes of the text: most phrases need others */
    for (size_t i = 0; i < len; i++)
        there[(unsigned char)text[i]] = true;
    for (size_t i = 0; i < l->n_negations; i++) {
        const struct phrase *p = &l->negations[i];
        size_t n = 0;
        while (p->text[n] != '\0' && there[(unsigned char)p->text[n]])
            n++;
        const char *at =
            p->lang != lang || p->text[n] != '\0' ? NULL : memmem(text, len, p->text, n);
        if (at == NULL)
            continue;
        bool opens = at == text || !isalpha((unsigned char)at[-1]);
        bool ends = at + n == text + len || !isalpha((unsigned char)at[n]);
        if (lang == PM_LANG_JA || (opens && ends))
            return true;
    }
    return false;
}

/* 0 where the best sentence hardly says it: the z of a short text says little. */
static double confidence_of(const struct pm_labeller *l, enum pm_lang lang,
                            const struct short_card *c, const struct evidence *e)
{
    double all = pm_feature_table_best(l->table, lang, c->card);
    double shown = all > 0 ? e->score / all : 0;
    double x = l->bias + l->z_weight * c->z + l->evidence_weight * shown;
    return shown < l->least_shown ? 0 : 1 / (1 + exp(-x));
}

/* The best sentence that asserts what it names, among those that are worth a label; else
 * NULL. Only their texts are read. */
static enum pm_status choose(struct pm_labeller *l, const struct pm_label_source *source,
                             enum pm_lang lang, const struct short_card *c,
                             const struct evidence **out, struct pm_error *err)
{
    *out = NULL;
    for (int i = 0; i < SENTENCES && c->best[i].score > 0; i++) {
        const struct pm_stream_sentence *s = &c->best[i].sentence;
        const char *text;
        size_t len;
        if (confidence_of(l, lang, c, &c->best[i]) < l->least)
            break;
        if (!source->text(source->ctx, s->seq, &text, &len) || s->start > len ||
            s->length > len - s->start)
            continue;
        enum pm_status st = pm_fold(PM_FOLD_WIDTH, text + s->start, s->length, &l->fold);
        if (st != PM_OK)
            return pm_fail(err, st, "unable to read a sentence");
        if (!takes_back(l, lang, l->fold.text, l->fold.len)) {
            *out = &c->best[i];
            break;
        }
    }
    return PM_OK;
}

static int most_certain_first(const void *a, const void *b)
{
    const struct pm_label *x = a, *y = b;
    if (x->confidence != y->confidence)
        return x->confidence < y->confidence ? 1 : -1;
    return (x->card > y->card) - (x->card < y->card);
}

enum pm_status pm_labels_find(struct pm_labeller *l, const struct pm_label_source *source,
                              enum pm_lang lang, const float *z, const void *stream, size_t len,
                              struct pm_label out[PM_LABELS_MAX], size_t *n, struct pm_error *err)
{
    struct short_card list[PM_LABELS_MAX];
    struct pm_stream_reader r;
    struct pm_stream_sentence s;
    enum pm_status st;
    size_t count = shorten(l, z, list);
    *n = 0;
    st = expect(l, lang, list, count, err);
    pm_stream_open(&r, stream, len);
    while (st == PM_OK && l->n_rows > 0 && pm_stream_sentence(&r, &s))
        st = read_sentence(l, &r, &s, list, count, err);
    forget(l, lang, list, count);
    for (size_t i = 0; i < count; i++) {
        const struct evidence *e = NULL;
        if (st == PM_OK)
            st = choose(l, source, lang, &list[i], &e, err);
        if (e != NULL)
            out[(*n)++] = (struct pm_label){list[i].card, confidence_of(l, lang, &list[i], e),
                                            list[i].z, e->sentence};
    }
    qsort(out, *n, sizeof *out, most_certain_first);
    return st;
}
