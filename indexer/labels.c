#include "indexer/labels.h"

#include <ctype.h>
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

struct phrase {
    const char *text;
    enum pm_lang lang;
};

struct pm_labeller {
    const struct pm_feature_table *table;
    size_t n_cards;
    sqlite3_stmt *text;
    struct pm_arena arena;
    struct phrase *negations;
    size_t n_negations, cap;
    int8_t *place; /* of each card in the short list, -1: not in it */
    double section[PM_SEC_COUNT];
    double least_z, z_weight, evidence_weight, bias, least;
    struct pm_folded fold;
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
    l->z_weight = pm_dict_weight(dict, "label.z", 1);
    l->evidence_weight = pm_dict_weight(dict, "label.evidence", 4);
    l->bias = pm_dict_weight(dict, "label.bias", -6);
    l->least = pm_dict_weight(dict, "label.least", 0.5);
}

enum pm_status pm_labeller_open(sqlite3 *db, const struct pm_feature_table *table, size_t n_cards,
                                struct pm_dict *dict, struct pm_labeller **out,
                                struct pm_error *err)
{
    struct pm_labeller *l = calloc(1, sizeof *l);
    *out = l;
    if (l == NULL || (l->place = malloc(n_cards + 1)) == NULL)
        return pm_fail(err, PM_ENOMEM, "out of memory");
    memset(l->place, -1, n_cards + 1);
    l->table = table;
    l->n_cards = n_cards;
    read_weights(l, dict);
    if (sqlite3_prepare_v2(db, "SELECT text FROM section WHERE document_id = ?1 AND seq = ?2", -1,
                           &l->text, NULL) != SQLITE_OK)
        return pm_fail(err, PM_EDB, "unable to read the index: %s", sqlite3_errmsg(db));
    return pm_dict_each(dict, "negations", negation_row, l, err);
}

void pm_labeller_close(struct pm_labeller *l)
{
    if (l == NULL)
        return;
    (void)sqlite3_finalize(l->text);
    pm_folded_free(&l->fold);
    pm_arena_free(&l->arena);
    free(l->place);
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

/* What a sentence says of each card of the short list: its different features' weights. */
static void read_sentence(struct pm_labeller *l, enum pm_lang lang, struct pm_stream_reader *r,
                          const struct pm_stream_sentence *s, struct short_card *list, size_t n)
{
    uint32_t term, position, seen[256];
    size_t n_seen = 0;
    bool whole;
    for (size_t i = 0; i < n; i++)
        list[i].sum = 0;
    while (pm_stream_token(r, &term, &position, &whole)) {
        bool again = false;
        for (size_t i = 0; i < n_seen && !again; i++)
            again = seen[i] == term;
        if (again || n_seen == sizeof seen / sizeof *seen)
            continue;
        seen[n_seen++] = term;
        struct pm_weighted_cards cards = pm_feature_table_term(l->table, lang, term);
        for (size_t i = 0; i < cards.n; i++)
            if (l->place[cards.items[i].card] >= 0)
                list[l->place[cards.items[i].card]].sum += cards.items[i].weight;
    }
    for (size_t i = 0; i < n; i++)
        note(&list[i], s, list[i].sum * l->section[s->section]);
}

static bool takes_back(const struct pm_labeller *l, enum pm_lang lang, const char *text, size_t len)
{
    for (size_t i = 0; i < l->n_negations; i++) {
        const struct phrase *p = &l->negations[i];
        size_t n = strlen(p->text);
        const char *at = p->lang != lang ? NULL : memmem(text, len, p->text, n);
        if (at == NULL)
            continue;
        bool opens = at == text || !isalpha((unsigned char)at[-1]);
        bool ends = at + n == text + len || !isalpha((unsigned char)at[n]);
        if (lang == PM_LANG_JA || (opens && ends))
            return true;
    }
    return false;
}

/* The best sentence that asserts what it names; its score, or 0. */
static enum pm_status choose(struct pm_labeller *l, int64_t document, enum pm_lang lang,
                             const struct short_card *c, const struct evidence **out,
                             struct pm_error *err)
{
    *out = NULL;
    for (int i = 0; i < SENTENCES && c->best[i].score > 0; i++) {
        const struct pm_stream_sentence *s = &c->best[i].sentence;
        (void)sqlite3_reset(l->text);
        (void)sqlite3_bind_int64(l->text, 1, document);
        (void)sqlite3_bind_int64(l->text, 2, s->seq);
        if (sqlite3_step(l->text) != SQLITE_ROW)
            continue;
        const char *text = (const char *)sqlite3_column_text(l->text, 0);
        size_t len = (size_t)sqlite3_column_bytes(l->text, 0);
        if (text == NULL || s->start > len || s->length > len - s->start)
            continue;
        enum pm_status st = pm_fold(PM_FOLD_WIDTH, text + s->start, s->length, &l->fold);
        if (st != PM_OK)
            return pm_fail(err, st, "unable to read a sentence");
        if (!takes_back(l, lang, l->fold.text, l->fold.len)) {
            *out = &c->best[i];
            break;
        }
    }
    (void)sqlite3_reset(l->text);
    return PM_OK;
}

static int most_certain_first(const void *a, const void *b)
{
    const struct pm_label *x = a, *y = b;
    if (x->confidence != y->confidence)
        return x->confidence < y->confidence ? 1 : -1;
    return (x->card > y->card) - (x->card < y->card);
}

enum pm_status pm_labels_find(struct pm_labeller *l, int64_t document, enum pm_lang lang,
                              const float *z, const void *stream, size_t len,
                              struct pm_label out[PM_LABELS_MAX], size_t *n, struct pm_error *err)
{
    struct short_card list[PM_LABELS_MAX];
    struct pm_stream_reader r;
    struct pm_stream_sentence s;
    size_t count = shorten(l, z, list);
    *n = 0;
    for (size_t i = 0; i < count; i++)
        l->place[list[i].card] = (int8_t)i;
    pm_stream_open(&r, stream, len);
    while (count > 0 && pm_stream_sentence(&r, &s))
        read_sentence(l, lang, &r, &s, list, count);
    enum pm_status st = PM_OK;
    for (size_t i = 0; i < count; i++) {
        const struct evidence *e = NULL;
        l->place[list[i].card] = -1;
        if (st == PM_OK)
            st = choose(l, document, lang, &list[i], &e, err);
        if (st != PM_OK || e == NULL)
            continue;
        double all = pm_feature_table_best(l->table, lang, list[i].card);
        double x =
            l->bias + l->z_weight * list[i].z + l->evidence_weight * (all > 0 ? e->score / all : 0);
        double confidence = 1 / (1 + exp(-x));
        if (confidence >= l->least)
            out[(*n)++] = (struct pm_label){list[i].card, confidence, list[i].z, e->sentence};
    }
    qsort(out, *n, sizeof *out, most_certain_first);
    return st;
}
