#include "indexer/classes.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/vector.h"

/* A concept speaks for a class. */
struct link {
    uint32_t concept;
    uint32_t number; /* of the class */
    double weight;
};

/* What is known of a class: fixed, then of the document at hand. */
struct state {
    bool is_cause;
    double prior;
    double told, nearest, cards;
};

struct pm_classifier {
    sqlite3 *db;
    const struct pm_cards *cards;
    struct pm_arena arena;
    struct link *links; /* ascending by concept */
    size_t n_links, cap;
    struct state *classes;
    uint32_t *class_of; /* by card */
    double section[PM_SEC_COUNT];
    double weak, most, least_z;
    double bias, told, share, few, card, cards_share, least, second;
};

static enum pm_status out_of_memory(struct pm_error *err)
{
    return pm_fail(err, PM_ENOMEM, "out of memory");
}

static size_t find_class(const struct pm_cards *cards, const char *id)
{
    size_t i = 0;
    while (i < cards->n_classes && strcmp(cards->classes[i].id, id) != 0)
        i++;
    return i;
}

static double class_weight(struct pm_dict *dict, const char *kind, const char *name)
{
    char key[128];
    (void)snprintf(key, sizeof key, "class.%s.%s", kind, name);
    return pm_dict_weight(dict, key, 0);
}

static void read_weights(struct pm_classifier *c, struct pm_dict *dict)
{
    for (int s = 0; s < PM_SEC_COUNT; s++)
        c->section[s] = class_weight(dict, "section", pm_section_name((enum pm_section)s));
    for (size_t i = 0; i < c->cards->n_classes; i++)
        c->classes[i].prior = class_weight(dict, "prior", c->cards->classes[i].id);
    c->weak = pm_dict_weight(dict, "class.weak", 0.2);
    c->most = pm_dict_weight(dict, "class.most", 2);
    c->least_z = pm_dict_weight(dict, "class.least_z", 1.5);
    c->bias = pm_dict_weight(dict, "class.bias", -6);
    c->told = pm_dict_weight(dict, "class.told", 1);
    c->share = pm_dict_weight(dict, "class.share", 4);
    c->few = pm_dict_weight(dict, "class.few", 4);
    c->card = pm_dict_weight(dict, "class.card", 0.5);
    c->cards_share = pm_dict_weight(dict, "class.cards", 1);
    c->least = pm_dict_weight(dict, "class.least", 0.15);
    c->second = pm_dict_weight(dict, "class.second", 0.35);
}

/* The number of a concept in this index; 0: there is none. */
static uint32_t concept_number(sqlite3_stmt *stmt, const char *name, size_t len)
{
    (void)sqlite3_reset(stmt);
    (void)sqlite3_bind_text(stmt, 1, name, (int)len, SQLITE_STATIC);
    return sqlite3_step(stmt) == SQLITE_ROW ? (uint32_t)sqlite3_column_int64(stmt, 0) : 0;
}

struct reader {
    struct pm_classifier *c;
    sqlite3_stmt *number;
};

static enum pm_status add_link(struct pm_classifier *c, struct link link, struct pm_error *err)
{
    struct link *grown =
        pm_arena_grow(&c->arena, c->links, c->n_links, c->n_links + 1, sizeof *grown, &c->cap);
    if (grown == NULL)
        return out_of_memory(err);
    c->links = grown;
    grown[c->n_links++] = link;
    return PM_OK;
}

static enum pm_status link_row(void *ctx, int line, const char *const *cols, int n,
                               struct pm_error *err)
{
    const struct reader *r = ctx;
    if (n < 3 || (strcmp(cols[1], "strong") != 0 && strcmp(cols[1], "weak") != 0))
        return pm_fail(err, PM_EDICT,
                       "class-concepts.tsv:%d: a class, strong or weak, and concepts wanted", line);
    size_t number = find_class(r->c->cards, cols[0]);
    if (number == r->c->cards->n_classes || !r->c->classes[number].is_cause)
        return pm_fail(err, PM_EDICT, "class-concepts.tsv:%d: no class of causes '%s'", line,
                       cols[0]);
    double weight = strcmp(cols[1], "strong") == 0 ? 1 : r->c->weak;
    enum pm_status st = PM_OK;
    for (const char *name = cols[2]; st == PM_OK && *name != '\0';) {
        size_t len = strcspn(name, "|");
        uint32_t concept = concept_number(r->number, name, len);
        if (concept == 0)
            return pm_fail(err, PM_EDICT, "class-concepts.tsv:%d: no concept '%.*s'", line,
                           (int)len, name);
        st = add_link(r->c, (struct link){concept, (uint32_t)number, weight}, err);
        name += len + (name[len] == '|');
    }
    return st;
}

static int by_concept(const void *a, const void *b)
{
    const struct link *x = a, *y = b;
    int order = (x->concept > y->concept) - (x->concept < y->concept);
    return order != 0 ? order : (x->number > y->number) - (x->number < y->number);
}

static enum pm_status read_links(struct pm_classifier *c, struct pm_dict *dict,
                                 struct pm_error *err)
{
    struct reader r = {.c = c};
    if (sqlite3_prepare_v2(c->db, "SELECT id FROM concept WHERE name = ?1", -1, &r.number, NULL) !=
        SQLITE_OK)
        return pm_fail(err, PM_EDB, "unable to read the concepts: %s", sqlite3_errmsg(c->db));
    enum pm_status st = pm_dict_each(dict, "class-concepts", link_row, &r, err);
    (void)sqlite3_finalize(r.number);
    if (st == PM_OK && c->n_links > 0)
        qsort(c->links, c->n_links, sizeof *c->links, by_concept);
    return st;
}

enum pm_status pm_classifier_open(sqlite3 *db, const struct pm_cards *cards, struct pm_dict *dict,
                                  struct pm_classifier **out, struct pm_error *err)
{
    struct pm_classifier *c = calloc(1, sizeof *c);
    *out = c;
    if (c == NULL)
        return out_of_memory(err);
    c->db = db;
    c->cards = cards;
    c->classes = pm_arena_calloc(&c->arena, cards->n_classes + 1, sizeof *c->classes);
    c->class_of = pm_arena_calloc(&c->arena, cards->count + 1, sizeof *c->class_of);
    if (c->classes == NULL || c->class_of == NULL)
        return out_of_memory(err);
    for (size_t i = 0; i < cards->n_classes; i++)
        c->classes[i].is_cause = strcmp(cards->classes[i].axis, "cause") == 0;
    for (size_t i = 0; i < cards->count; i++)
        c->class_of[i] = (uint32_t)find_class(cards, cards->items[i].class);
    read_weights(c, dict);
    return read_links(c, dict, err);
}

void pm_classifier_close(struct pm_classifier *c)
{
    if (c == NULL)
        return;
    pm_arena_free(&c->arena);
    free(c);
}

/* How much a document makes of a concept: its counts, by section. */
static double said(const struct pm_classifier *c, const struct pm_vector_entry *e)
{
    double sum = 0;
    for (int s = 0; s < PM_SEC_COUNT; s++)
        sum += c->section[s] * fmin((double)e->count[s], c->most);
    return sum;
}

static void read_concepts(struct pm_classifier *c, const void *concepts, size_t len)
{
    struct pm_vector_reader r;
    struct pm_vector_entry e;
    size_t at = 0;
    if (!pm_vector_open(&r, concepts, len))
        return;
    while (at < c->n_links && pm_vector_next(&r, &e)) {
        while (at < c->n_links && c->links[at].concept < e.term)
            at++;
        double much = at < c->n_links && c->links[at].concept == e.term ? said(c, &e) : 0;
        for (; at < c->n_links && c->links[at].concept == e.term; at++)
            c->classes[c->links[at].number].told += much * c->links[at].weight;
    }
}

static void read_cards(struct pm_classifier *c, const float *z)
{
    for (size_t i = 0; i < c->cards->count; i++) {
        struct state *k = &c->classes[c->class_of[i]];
        if (z[i] < 1 || !k->is_cause)
            continue;
        double above = fmax(0, (double)z[i] - c->least_z);
        k->nearest = fmax(k->nearest, (double)z[i]);
        k->cards += above * above;
    }
}

static double confidence(const struct pm_classifier *c, const struct state *k, double told,
                         double cards)
{
    double x = c->bias + k->prior + c->told * log1p(k->told) +
               c->share * k->told / (told + c->few) + c->card * k->nearest +
               c->cards_share * (cards > 0 ? k->cards / cards : 0);
    return 1 / (1 + exp(-x));
}

/* Keep the class if it is among the likeliest. */
static void place(struct pm_document_class out[PM_CLASSES_MAX], size_t *n,
                  struct pm_document_class one)
{
    if (*n == PM_CLASSES_MAX && one.confidence <= out[*n - 1].confidence)
        return;
    size_t at = *n < PM_CLASSES_MAX ? (*n)++ : *n - 1;
    for (; at > 0 && out[at - 1].confidence < one.confidence; at--)
        out[at] = out[at - 1];
    out[at] = one;
}

size_t pm_classes_find(struct pm_classifier *c, const void *concepts, size_t len, const float *z,
                       struct pm_document_class out[PM_CLASSES_MAX])
{
    double told = 0, cards = 0;
    size_t n = 0;
    for (size_t i = 0; i < c->cards->n_classes; i++)
        c->classes[i].told = c->classes[i].nearest = c->classes[i].cards = 0;
    read_concepts(c, concepts, len);
    read_cards(c, z);
    for (size_t i = 0; i < c->cards->n_classes; i++) {
        told += c->classes[i].told;
        cards += c->classes[i].cards;
    }
    for (size_t i = 0; i < c->cards->n_classes; i++)
        if (c->classes[i].told > 0)
            place(out, &n,
                  (struct pm_document_class){(uint32_t)i,
                                             confidence(c, &c->classes[i], told, cards)});
    while (n > 0 && out[n - 1].confidence < fmax(c->least, c->second * out[0].confidence))
        n--;
    return n;
}

void pm_classes_fit(const struct pm_classifier *c, const struct pm_document_class *classes,
                    size_t n, const float *z, float *out)
{
    for (size_t i = 0; i < c->cards->count; i++) {
        bool fits = !c->classes[c->class_of[i]].is_cause;
        for (size_t k = 0; k < n; k++)
            fits = fits || classes[k].number == c->class_of[i];
        out[i] = fits ? z[i] : 0;
    }
}
