#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/utf8.h"
#include "query/render.h"

enum { INDENT = 4, MAX_REASONS = 6, PASSAGE_LINES = 4 };

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

/* The shares of one word over all sections, with the section that gave most. */
static size_t by_word(const struct pm_parts *parts, struct pm_part *out)
{
    size_t n = 0;
    for (size_t i = 0; i < parts->count; i++) {
        const struct pm_part *p = &parts->items[i];
        size_t k = 0;
        while (k < n && (out[k].kind != p->kind || strcmp(out[k].what, p->what) != 0))
            k++;
        if (k == n)
            out[n++] = *p;
        else
            out[k].share += p->share;
    }
    qsort(out, n, sizeof *out, by_share);
    return n;
}

/* "connection (Root cause) · pool (Root cause)": why the hit matched. */
static void put_reasons(const struct pm_context *c, const struct pm_hit *hit, struct pm_out *out)
{
    struct pm_part *sorted = calloc(hit->parts.count + 1, sizeof *sorted);
    if (sorted == NULL)
        return;
    struct pm_parts copy = hit->parts;
    memcpy(sorted, copy.items, copy.count * sizeof *sorted);
    if (copy.count > 0)
        qsort(sorted, copy.count, sizeof *sorted, by_share);
    copy.items = sorted;
    struct pm_part *words = calloc(copy.count + 1, sizeof *words);
    size_t n = words == NULL ? 0 : by_word(&copy, words), shown = 0;
    pm_out_pad(out, INDENT);
    pm_out_text(out, PM_STYLE_FAINT, pm_ui_text(c->ui, "search.matched"));
    pm_out_text(out, PM_STYLE_FAINT, ":");
    for (size_t i = 0; i < n && shown < MAX_REASONS; i++) {
        if (words[i].kind == PM_PART_NGRAM || words[i].kind == PM_PART_NEAR ||
            words[i].kind == PM_PART_PHRASE)
            continue;
        pm_out_text(out, PM_STYLE_FAINT, shown++ > 0 ? " · " : " ");
        pm_out_text(out, PM_STYLE_PLAIN, words[i].what);
        struct pm_buf where = {0};
        pm_buf_addf(&where, " (%s)", pm_ui_section(c->ui, words[i].section));
        pm_out_text(out, PM_STYLE_FAINT, pm_buf_text(&where));
        pm_buf_free(&where);
    }
    pm_out_raw(out, "\n");
    free(words);
    free(sorted);
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
        (void)snprintf(number, sizeof number, "%9.4f  ", p->share);
        pm_out_pad(out, INDENT);
        pm_out_raw(out, number);
        pm_out_text(out, PM_STYLE_PLAIN, p->what);
        pm_out_raw(out, "  ");
        pm_out_text(out, PM_STYLE_SECTION, pm_ui_section(c->ui, p->section));
        if (p->kind == PM_PART_NGRAM || p->kind == PM_PART_NEAR || p->kind == PM_PART_PHRASE) {
            pm_out_raw(out, "  ");
            pm_out_text(out, PM_STYLE_FAINT,
                        pm_ui_text(c->ui, p->kind == PM_PART_NEAR ? "search.part.proximity"
                                                                  : "search.part.phrase"));
        }
        pm_out_raw(out, "\n");
    }
}

void pm_render_text(const struct pm_context *c, const struct pm_hit_view *v, struct pm_out *out)
{
    char rank[24];
    (void)snprintf(rank, sizeof rank, "%2zu. ", v->rank);
    pm_out_raw(out, rank);
    pm_out_text(out, PM_STYLE_TITLE, v->info.title);
    if (strcmp(v->info.kind, "incident") != 0) {
        struct pm_buf note = {0};
        pm_buf_addf(&note, " [%s]", pm_ui_text(c->ui, "search.notincident"));
        pm_out_text(out, PM_STYLE_FAINT, pm_buf_text(&note));
        pm_buf_free(&note);
    }
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
    if (c->options.explain)
        put_explanation(c, v->hit, out);
    else
        put_reasons(c, v->hit, out);
    pm_out_raw(out, "\n");
}
