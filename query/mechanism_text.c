#include "query/mechanism_text.h"

#include <stdio.h>
#include <string.h>

#include "lib/json.h"
#include "lib/utf8.h"
#include "query/affinity.h"
#include "query/out.h"
#include "query/plan.h"

enum { REASONS = 5 };

struct reason {
    const char *text;
    double weight;
};

struct view {
    struct pm_context *c;
    const struct pm_plan *plan;
    struct pm_catalogue *catalogue;
    struct pm_out out;
};

/* A term as it was typed, not as it is folded and stemmed for the index. */
static const char *typed(const struct pm_plan *plan, const char *term)
{
    for (size_t g = 0; g < plan->n_groups; g++)
        if (plan->groups[g].kind == PM_GROUP_WORD &&
            strcmp(plan->terms[plan->groups[g].terms[0]].text, term) == 0)
            return plan->groups[g].label;
    return term;
}

/* A feature in the reader's words: a term as it was typed, a concept by its name. */
static const char *name_of(struct view *v, const char *feature)
{
    if (memcmp(feature, PM_MECHANISM_CONCEPT, 1) != 0)
        return typed(v->plan, feature);
    sqlite3_stmt *row = NULL;
    const char *name = feature + 1;
    if (sqlite3_prepare_v2(v->c->db, "SELECT en, ja FROM concept WHERE name = ?1", -1, &row,
                           NULL) == SQLITE_OK) {
        (void)sqlite3_bind_text(row, 1, feature + 1, -1, SQLITE_STATIC);
        if (sqlite3_step(row) == SQLITE_ROW)
            name =
                pm_arena_printf(&v->c->arena, "%s / %s", (const char *)sqlite3_column_text(row, 0),
                                (const char *)sqlite3_column_text(row, 1));
    }
    (void)sqlite3_finalize(row);
    return name == NULL ? feature + 1 : name;
}

/* The features that bring the text near to a card, strongest first. */
static enum pm_status find_reasons(struct view *v, uint32_t card, struct reason out[REASONS],
                                   size_t *n)
{
    *n = 0;
    for (size_t i = 0; i < v->plan->n_features; i++) {
        const struct pm_feature *f = &v->plan->features[i];
        struct pm_pairs p;
        enum pm_status st = pm_catalogue_feature(v->catalogue, v->plan->lang, f->text,
                                                 strlen(f->text), &p, &v->c->err);
        if (st != PM_OK)
            return st;
        double weight = 0;
        while (weight == 0 && pm_pairs_next(&p))
            weight = p.number == card ? (double)p.value / 1000 * f->count : 0;
        if (weight <= 0 || (*n == REASONS && weight <= out[*n - 1].weight))
            continue;
        size_t at = *n < REASONS ? (*n)++ : *n - 1;
        for (; at > 0 && out[at - 1].weight < weight; at--)
            out[at] = out[at - 1];
        out[at] = (struct reason){f->text, weight};
    }
    return PM_OK;
}

static void put_text(struct view *v, size_t rank, const struct pm_affinity_card *card,
                     const char *const *reasons, size_t n)
{
    char number[40];
    (void)snprintf(number, sizeof number, "%2zu. ", rank);
    pm_out_raw(&v->out, number);
    pm_out_text(&v->out, PM_STYLE_TITLE, pm_ui_choose(v->c->ui, card->en, card->ja));
    pm_out_raw(&v->out, "  ");
    pm_out_text(&v->out, PM_STYLE_FAINT, card->name);
    (void)snprintf(number, sizeof number, "  %.0f %%", card->weight * 100);
    pm_out_text(&v->out, PM_STYLE_FAINT, number);
    pm_out_raw(&v->out, "\n    ");
    for (size_t i = 0; i < n; i++) {
        pm_out_text(&v->out, PM_STYLE_FAINT, i > 0 ? " · " : "");
        pm_out_text(&v->out, PM_STYLE_PLAIN, reasons[i]);
    }
    pm_out_wrap(&v->out, 6, SIZE_MAX);
    pm_out_raw(&v->out, "\n");
}

static void put_json(struct view *v, size_t rank, const struct pm_affinity_card *card,
                     const char *const *reasons, size_t n)
{
    struct pm_json j;
    pm_json_begin(&j, &v->out.buf);
    pm_json_object(&j, NULL);
    pm_json_int(&j, "v", 1);
    pm_json_string(&j, "type", "mechanism");
    pm_json_int(&j, "rank", (int64_t)rank);
    pm_json_string(&j, "id", card->name);
    pm_json_string(&j, "en", card->en);
    pm_json_string(&j, "ja", card->ja);
    pm_json_double(&j, "score", card->weight);
    pm_json_array(&j, "why");
    for (size_t i = 0; i < n; i++)
        pm_json_string(&j, NULL, reasons[i]);
    pm_json_end_array(&j);
    pm_json_end_object(&j);
    pm_buf_addc(&v->out.buf, '\n');
}

static enum pm_status put_card(struct view *v, size_t rank, const struct pm_affinity_card *card)
{
    struct reason reasons[REASONS];
    const char *names[REASONS];
    size_t n = 0;
    enum pm_status st = find_reasons(v, card->number, reasons, &n);
    for (size_t i = 0; i < n; i++)
        names[i] = name_of(v, reasons[i].text);
    if (st == PM_OK && v->c->options.json)
        put_json(v, rank, card, names, n);
    else if (st == PM_OK)
        put_text(v, rank, card, names, n);
    return st;
}

enum pm_status pm_mechanism_text(struct pm_context *c, const char *const *words, size_t n,
                                 bool *found)
{
    struct pm_query query;
    struct pm_plan plan;
    struct pm_affinity affinity = {0};
    struct view v = {.c = c, .plan = &plan};
    enum pm_status st = pm_query_parse(words, n, &c->arena, &query, &c->err);
    if (st == PM_OK)
        st =
            pm_plan_make(c->db, c->tokenizer, &query, &c->weights, NULL, &c->arena, &plan, &c->err);
    if (st == PM_OK)
        st = pm_affinity_find(c->db, plan.lang, plan.features, plan.n_features, &c->arena,
                              &affinity, &c->err);
    if (st == PM_OK)
        st = pm_catalogue_open(c->db, &v.catalogue, &c->err);
    pm_out_init(&v.out, c->options.color);
    size_t most = c->options.n == 0 ? affinity.n_cards : c->options.n;
    for (size_t i = 0; st == PM_OK && i < affinity.n_cards && i < most; i++)
        st = put_card(&v, i + 1, &affinity.cards[i]);
    pm_catalogue_close(v.catalogue);
    *found = affinity.n_cards > 0;
    if (st == PM_OK && !*found)
        (void)fprintf(stderr, "pmsearch: %s\n", pm_ui_text(c->ui, "mechanisms.none"));
    if (st == PM_OK)
        return pm_out_flush(&v.out, &c->err);
    pm_buf_free(&v.out.buf);
    return st;
}
