#include <stdio.h>
#include <string.h>

#include "lib/utf8.h"
#include "query/context.h"
#include "query/parse.h"
#include "query/plan.h"
#include "query/render.h"
#include "query/search.h"

static enum pm_status view_hit(struct pm_context *c, const struct pm_plan *plan,
                               const struct pm_hit *hit, size_t rank, struct pm_hit_view *v)
{
    *v = (struct pm_hit_view){.rank = rank, .hit = hit};
    enum pm_status st = pm_info_read(c->db, hit->document, &c->arena, &v->info, &c->err);
    if (st == PM_OK && !c->options.list_paths)
        st = pm_snippet_make(c->db, c->tokenizer, plan, &c->weights, hit->document, &c->arena,
                             &v->snippet, &c->err);
    if (st == PM_OK && !c->options.list_paths)
        st = pm_labels_read(c->db, hit->document, &c->arena, &v->labels, &c->err);
    return st;
}

/* Tell on standard error that a printed hit's file is no longer what was indexed. */
static void warn_stale(struct pm_context *c, const struct pm_info *info)
{
    enum pm_file_state state = pm_info_state(info);
    if (state == PM_FILE_FRESH)
        return;
    struct pm_buf safe = {0}, message = {0};
    pm_utf8_safe(info->path, info->path_len, &safe);
    const char *const args[] = {pm_buf_text(&safe)};
    pm_ui_format(c->ui, &message, state == PM_FILE_GONE ? "search.gone" : "search.stale", args, 1);
    (void)fprintf(stderr, "pmsearch: %s\n", pm_buf_text(&message));
    pm_buf_free(&safe);
    pm_buf_free(&message);
}

static enum pm_status put_hit(struct pm_context *c, const struct pm_plan *plan,
                              const struct pm_hit *hit, size_t rank, struct pm_out *out)
{
    struct pm_hit_view v;
    enum pm_status st = view_hit(c, plan, hit, rank, &v);
    if (st != PM_OK)
        return st;
    if (c->options.list_paths) {
        /* Bytes for another program with -0 or a pipe; a terminal gets them made safe. */
        if (c->options.zero || !out->color)
            pm_buf_add(&out->buf, v.info.path, v.info.path_len);
        else
            pm_out_text(out, PM_STYLE_PLAIN, v.info.path);
        pm_buf_addc(&out->buf, c->options.zero ? '\0' : '\n');
    } else if (c->options.json) {
        pm_render_json(c, &v, &out->buf);
    } else {
        pm_render_text(c, &v, out);
    }
    warn_stale(c, &v.info);
    return PM_OK;
}

static void say(const struct pm_context *c, const char *key, const char *query)
{
    struct pm_buf safe = {0}, message = {0};
    pm_utf8_safe(query, strlen(query), &safe);
    const char *const args[] = {pm_buf_text(&safe)};
    pm_ui_format(c->ui, &message, key, args, 1);
    (void)fprintf(stderr, "pmsearch: %s\n", pm_buf_text(&message));
    pm_buf_free(&safe);
    pm_buf_free(&message);
}

static void join(const char *const *words, size_t n, struct pm_buf *out)
{
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            pm_buf_addc(out, ' ');
        pm_buf_adds(out, words[i]);
    }
}

static void put_footer(const struct pm_context *c, const struct pm_hits *hits, struct pm_out *out)
{
    char shown[24], all[24];
    (void)snprintf(shown, sizeof shown, "%zu", hits->count);
    (void)snprintf(all, sizeof all, "%zu",
                   hits->matching > hits->count ? hits->matching : hits->count);
    const char *const args[] = {shown, all};
    struct pm_buf text = {0};
    pm_ui_format(c->ui, &text, "search.found", args, 2);
    pm_out_text(out, PM_STYLE_FAINT, pm_buf_text(&text));
    pm_out_raw(out, "\n");
    pm_buf_free(&text);
}

static enum pm_status put_hits(struct pm_context *c, const struct pm_plan *plan,
                               const struct pm_hits *hits)
{
    struct pm_out out;
    pm_out_init(&out, c->options.color);
    enum pm_status st = PM_OK;
    for (size_t i = 0; st == PM_OK && i < hits->count; i++)
        st = put_hit(c, plan, &hits->items[i], i + 1, &out);
    if (st == PM_OK && hits->count > 0 && !c->options.json && !c->options.list_paths)
        put_footer(c, hits, &out);
    if (st == PM_OK)
        return pm_out_flush(&out, &c->err);
    pm_buf_free(&out.buf);
    return st;
}

/* --section restricts every word that names none itself; date: spans join the
 * options, the narrower bound wins. */
static void restrict_query(const struct pm_options *o, struct pm_query *q, struct pm_filter *f)
{
    *f = o->filter;
    if (q->since != NULL && (f->since == NULL || strcmp(q->since, f->since) > 0))
        f->since = q->since;
    if (q->until != NULL && (f->until == NULL || strcmp(q->until, f->until) < 0))
        f->until = q->until;
    for (size_t i = 0; i < q->count; i++)
        if (q->clauses[i].section == PM_SEC_COUNT)
            q->clauses[i].section = o->section;
}

enum pm_status pm_cmd_search(struct pm_context *c, const char *const *operands, size_t n,
                             bool *found)
{
    struct pm_query query;
    struct pm_plan plan;
    struct pm_filter filter;
    struct pm_ngrams grams;
    struct pm_hits hits = {0};
    enum pm_status st = pm_query_parse(operands, n, &c->arena, &query, &c->err);
    if (st != PM_OK)
        return st;
    restrict_query(&c->options, &query, &filter);
    st = pm_plan_make(c->db, c->tokenizer, &query, &c->weights, &c->arena, &plan, &c->err);
    if (st == PM_OK && plan.n_groups > 0)
        st = pm_ngrams_of(&query, &grams, &c->err);
    if (st == PM_OK && plan.n_groups > 0)
        st = pm_search(c->db, &plan, &c->weights, &grams, &filter, c->options.n, &c->arena, &hits,
                       &c->err);
    if (st == PM_OK)
        st = put_hits(c, &plan, &hits);
    *found = hits.count > 0;
    if (st == PM_OK && !*found) {
        struct pm_buf text = {0};
        join(operands, n, &text);
        say(c, plan.n_groups == 0 ? "search.nowords" : "search.none", pm_buf_text(&text));
        pm_buf_free(&text);
    }
    return st;
}
