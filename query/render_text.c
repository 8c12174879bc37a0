#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/utf8.h"
#include "query/render.h"

enum { INDENT = 4, HANGING = 6, SHARE_COLUMNS = 15, MAX_REASONS = 6, PASSAGE_LINES = 4 };

/* "2024-03-02  Acme / checkout": what there is of it. */
static void put_origin(const struct pm_info *info, struct pm_out *out)
{
    if (info->date != NULL) {
        pm_out_text(out, PM_STYLE_FAINT, info->date);
        if (info->company != NULL || info->service != NULL || info->product != NULL)
            pm_out_raw(out, "  ");
    }
    if (info->company != NULL)
        pm_out_text(out, PM_STYLE_FAINT, info->company);
    const char *service = info->service != NULL ? info->service : info->product;
    if (service != NULL) {
        if (info->company != NULL)
            pm_out_raw(out, " / ");
        pm_out_text(out, PM_STYLE_FAINT, service);
    }
}

static int by_share(const void *a, const void *b)
{
    const struct pm_part *x = a, *y = b;
    if (x->share != y->share)
        return x->share < y->share ? 1 : -1;
    return strcmp(x->what, y->what);
}

static bool is_word(const struct pm_part *p)
{
    return p->kind == PM_PART_WORD || p->kind == PM_PART_CONCEPT || p->kind == PM_PART_LEXICON;
}

/* The shares of one word over its ways to match and all sections, with the section
 * that gave most. A word that only its concept matched keeps the concept's names. */
static size_t by_word(const struct pm_parts *parts, struct pm_part *out)
{
    size_t n = 0;
    for (size_t i = 0; i < parts->count; i++) {
        const struct pm_part *p = &parts->items[i];
        size_t k = 0;
        if (!is_word(p))
            continue;
        while (k < n && strcmp(out[k].what, p->what) != 0)
            k++;
        if (k == n) {
            out[n++] = *p;
            continue;
        }
        out[k].share += p->share;
        if (p->kind == PM_PART_WORD)
            out[k].kind = PM_PART_WORD;
    }
    qsort(out, n, sizeof *out, by_share);
    return n;
}

/* "枯渇 ≈ exhaustion": what was asked, and what it was met as. */
static void put_names(const struct pm_context *c, const struct pm_part *p, struct pm_out *out)
{
    pm_out_text(out, PM_STYLE_PLAIN, p->what);
    if (p->kind == PM_PART_MECHANISM)
        pm_out_text(out, PM_STYLE_PLAIN, p->en == NULL ? "" : pm_ui_choose(c->ui, p->en, p->ja));
    else if (p->kind == PM_PART_CONCEPT && p->en != NULL && p->ja != NULL) {
        pm_out_text(out, PM_STYLE_FAINT, " ≈ ");
        pm_out_text(out, PM_STYLE_PLAIN, p->en);
        pm_out_text(out, PM_STYLE_FAINT, " / ");
        pm_out_text(out, PM_STYLE_PLAIN, p->ja);
    } else if (p->kind == PM_PART_LEXICON && p->name != NULL) {
        pm_out_text(out, PM_STYLE_FAINT, " ≈ ");
        pm_out_text(out, PM_STYLE_PLAIN, p->name);
        pm_out_text(out, PM_STYLE_FAINT, " [");
        pm_out_text(out, PM_STYLE_FAINT, p->source == NULL ? "" : p->source);
        pm_out_text(out, PM_STYLE_FAINT, "]");
    }
}

/* What brings a hit without any word. */
static size_t by_mechanism(const struct pm_parts *parts, struct pm_part *out)
{
    size_t n = 0;
    for (size_t i = 0; i < parts->count; i++)
        if (parts->items[i].kind == PM_PART_MECHANISM && parts->items[i].en != NULL)
            out[n++] = parts->items[i];
    return n;
}

static void put_reason_line(const struct pm_context *c, const struct pm_hit *hit,
                            const struct pm_part *reasons, size_t n, struct pm_out *out)
{
    pm_out_pad(out, INDENT);
    pm_out_text(out, PM_STYLE_FAINT, pm_ui_text(c->ui, "search.matched"));
    pm_out_text(out, PM_STYLE_FAINT, ":");
    if (hit->substring != 0) {
        pm_out_raw(out, " ");
        pm_out_text(out, PM_STYLE_FAINT, pm_ui_text(c->ui, "search.part.substring"));
    }
    for (size_t i = 0; i < n && i < MAX_REASONS; i++) {
        bool word = is_word(&reasons[i]);
        pm_out_text(out, PM_STYLE_FAINT, i > 0 ? " · " : " ");
        put_names(c, &reasons[i], out);
        struct pm_buf where = {0};
        pm_buf_addf(&where, " (%s)",
                    word ? pm_ui_section(c->ui, reasons[i].section)
                         : pm_ui_text(c->ui, "search.part.mechanism"));
        pm_out_text(out, PM_STYLE_FAINT, pm_buf_text(&where));
        pm_buf_free(&where);
    }
    pm_out_wrap(out, HANGING, SIZE_MAX);
    pm_out_raw(out, "\n");
}

/* "connection (Root cause) · pool (Root cause)": why the hit matched. */
static void put_reasons(const struct pm_context *c, const struct pm_hit *hit, struct pm_out *out)
{
    struct pm_part *sorted = calloc(hit->parts.count + 1, sizeof *sorted);
    struct pm_part *words = calloc(hit->parts.count + 1, sizeof *words);
    struct pm_parts copy = {.items = sorted, .count = hit->parts.count};
    size_t n = 0;
    if (sorted != NULL && words != NULL && copy.count > 0) {
        memcpy(sorted, hit->parts.items, copy.count * sizeof *sorted);
        qsort(sorted, copy.count, sizeof *sorted, by_share);
        n = by_word(&copy, words);
        n = n == 0 ? by_mechanism(&copy, words) : n;
    }
    if (n > 0 || hit->substring != 0)
        put_reason_line(c, hit, words, n, out);
    free(words);
    free(sorted);
}

/* What a part that is no word is called. */
static const char *part_key(const struct pm_part *p)
{
    switch (p->kind) {
    case PM_PART_NEAR:
        return "search.part.proximity";
    case PM_PART_PHRASE:
        return "search.part.phrase";
    case PM_PART_NGRAM:
        return "search.part.characters";
    case PM_PART_MECHANISM:
        return p->name == NULL ? "search.part.mechanisms" : "search.part.mechanism";
    case PM_PART_SUBSTRING:
        return "search.part.substring";
    case PM_PART_EVENT:
        return "search.part.event";
    default:
        return NULL;
    }
}

/* The parts of the score, one a line; they add up to it. */
static void put_explanation(const struct pm_context *c, const struct pm_hit *hit,
                            struct pm_out *out)
{
    char number[40];
    (void)snprintf(number, sizeof number, "%9.4f  ", hit->score);
    pm_out_pad(out, INDENT);
    pm_out_raw(out, number);
    pm_out_text(out, PM_STYLE_TITLE, pm_ui_text(c->ui, "search.score"));
    pm_out_raw(out, "\n");
    for (size_t i = 0; i < hit->parts.count; i++) {
        const struct pm_part *p = &hit->parts.items[i];
        const char *key = part_key(p);
        (void)snprintf(number, sizeof number, "%9.4f  ", p->share);
        pm_out_pad(out, INDENT);
        pm_out_raw(out, number);
        if (p->section < PM_SEC_COUNT) {
            pm_out_text(out, PM_STYLE_SECTION, pm_ui_section(c->ui, p->section));
            pm_out_raw(out, "  ");
        }
        put_names(c, p, out);
        if (key != NULL) {
            pm_out_raw(out, *p->what == '\0' && p->name == NULL ? "" : "  ");
            pm_out_text(out, PM_STYLE_FAINT, pm_ui_text(c->ui, key));
        }
        pm_out_wrap(out, SHARE_COLUMNS, SIZE_MAX);
        pm_out_raw(out, "\n");
    }
}

void pm_render_labels(const struct pm_context *c, const struct pm_shown_labels *labels,
                      struct pm_out *out)
{
    for (size_t i = 0; i < labels->count; i++) {
        if (i > 0)
            pm_out_text(out, PM_STYLE_FAINT, " · ");
        pm_out_text(out, PM_STYLE_PLAIN,
                    pm_ui_choose(c->ui, labels->items[i].en, labels->items[i].ja));
    }
}

void pm_render_text(const struct pm_context *c, const struct pm_hit_view *v, struct pm_out *out)
{
    char rank[24];
    (void)snprintf(rank, sizeof rank, "%2zu. ", v->rank);
    pm_out_raw(out, rank);
    pm_out_title(out, v->info.title);
    if (strcmp(v->info.kind, "incident") != 0) {
        struct pm_buf note = {0};
        pm_buf_addf(&note, " [%s]", pm_ui_text(c->ui, "search.notincident"));
        pm_out_text(out, PM_STYLE_FAINT, pm_buf_text(&note));
        pm_buf_free(&note);
    }
    pm_out_wrap(out, INDENT, SIZE_MAX);
    pm_out_raw(out, "\n");
    if (v->info.date != NULL || v->info.company != NULL || v->info.service != NULL ||
        v->info.product != NULL) {
        pm_out_pad(out, INDENT);
        put_origin(&v->info, out);
        pm_out_raw(out, "\n");
    }
    pm_out_pad(out, INDENT);
    pm_out_text(out, PM_STYLE_FAINT, v->info.path);
    char line[24];
    (void)snprintf(line, sizeof line, ":%d  ", v->snippet.line > 0 ? v->snippet.line : 1);
    pm_out_text(out, PM_STYLE_FAINT, line);
    pm_out_text(out, PM_STYLE_SECTION, pm_ui_section(c->ui, v->snippet.section));
    pm_out_raw(out, "\n");
    pm_out_passage(out, &v->snippet, INDENT, PASSAGE_LINES);
    if (v->labels.count > 0) {
        pm_out_pad(out, INDENT);
        pm_out_text(out, PM_STYLE_FAINT, pm_ui_text(c->ui, "search.mechanisms"));
        pm_out_text(out, PM_STYLE_FAINT, ": ");
        pm_render_labels(c, &v->labels, out);
        pm_out_wrap(out, HANGING, SIZE_MAX);
        pm_out_raw(out, "\n");
    }
    if (c->options.explain)
        put_explanation(c, v->hit, out);
    else
        put_reasons(c, v->hit, out);
    pm_out_raw(out, "\n");
}
