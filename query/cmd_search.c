#include <stdio.h>
#include <string.h>

#include "lib/utf8.h"
#include "query/context.h"
#include "query/listing.h"
#include "query/parse.h"
#include "query/plan.h"
#include "query/render.h"
#include "query/search.h"
#include "query/substring.h"

enum { ECHO_COLUMNS = 60 }; /* of a query in a message */

/* A search under way: how it was planned, and what it has found. */
struct search {
    struct pm_plan plan;
    struct pm_substring text;
    struct pm_hits hits;
    size_t relaxed; /* documents besides, by their text */
    bool listing;   /* nothing is asked for but the filters */
};

static enum pm_status view_hit(struct pm_context *c, const struct search *s,
                               const struct pm_hit *hit, size_t rank, struct pm_hit_view *v)
{
    *v = (struct pm_hit_view){.rank = rank, .hit = hit};
    enum pm_status st =
        pm_info_read_next(&c->info, c->db, hit->document, &c->arena, &v->info, &c->err);
    if (st != PM_OK || c->options.list_paths)
        return st;
    st = pm_labels_read(&c->labels, c->db, hit->document, &c->arena, &v->labels, &c->err);
    if (st != PM_OK)
        return st;
    if (hit->substring != 0)
        return pm_substring_snippet(c->db, &s->text, hit, &c->arena, &v->snippet, &c->err);
    if (s->listing)
        return pm_listing_snippet(c->db, hit->document, &c->arena, &v->snippet, &c->err);
    return pm_snippet_make(c->db, c->tokenizer, &s->plan, &c->weights, hit->document, &c->arena,
                           &v->snippet, &c->err);
}

/* Tell on standard error that a printed hit's file is no longer what was indexed. */
static void warn_stale(struct pm_context *c, const struct pm_info *info)
{
    static const char *const keys[] = {[PM_FILE_CHANGED] = "search.stale",
                                       [PM_FILE_GONE] = "search.gone",
                                       [PM_FILE_UNREADABLE] = "search.unreadable"};
    enum pm_file_state state = pm_info_state(info);
    if (state == PM_FILE_FRESH)
        return;
    struct pm_buf safe = {0}, message = {0};
    pm_utf8_safe(info->path, info->path_len, &safe);
    const char *const args[] = {pm_buf_text(&safe)};
    pm_ui_format(c->ui, &message, keys[state], args, 1);
    (void)fprintf(stderr, "pmsearch: %s\n", pm_buf_text(&message));
    pm_buf_free(&safe);
    pm_buf_free(&message);
}

static enum pm_status put_hit(struct pm_context *c, const struct search *s,
                              const struct pm_hit *hit, size_t rank, struct pm_out *out)
{
    struct pm_hit_view v;
    enum pm_status st = view_hit(c, s, hit, rank, &v);
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
    pm_out_clip(&safe, query, ECHO_COLUMNS);
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

/* Tell what was relaxed: on standard error, and behind the hits of the JSON stream. */
static void tell_relaxed(const struct pm_context *c, size_t n, struct pm_out *out)
{
    char number[24];
    (void)snprintf(number, sizeof number, "%zu", n);
    const char *const args[] = {number};
    struct pm_buf text = {0};
    pm_ui_format(c->ui, &text, "search.substring", args, 1);
    (void)fprintf(stderr, "pmsearch: %s\n", pm_buf_text(&text));
    if (c->options.json && !c->options.list_paths)
        pm_render_json_note("substring", n, pm_buf_text(&text), &out->buf);
    pm_buf_free(&text);
}

static enum pm_status put_hits(struct pm_context *c, const struct search *s)
{
    const struct pm_hits *hits = &s->hits;
    struct pm_out out;
    pm_out_init(&out, c->options.color);
    enum pm_status st = PM_OK;
    for (size_t i = 0; st == PM_OK && i < hits->count; i++)
        st = put_hit(c, s, &hits->items[i], i + 1, &out);
    if (st == PM_OK && hits->count > 0 && !c->options.json && !c->options.list_paths)
        put_footer(c, hits, &out);
    if (st == PM_OK && s->relaxed > 0)
        tell_relaxed(c, s->relaxed, &out);
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

/* The second road: only where words have not filled the list, or when asked for. */
static enum pm_status find_text(struct pm_context *c, const char *const *operands, size_t n,
                                const struct pm_query *query, const struct pm_filter *filter,
                                struct search *s)
{
    const struct pm_options *o = &c->options;
    const struct pm_substring_limits limits = {&o->filter, filter, o->section};
    if (o->n > 0 && s->hits.count >= o->n && !o->substring)
        return PM_OK;
    size_t words = s->hits.count;
    size_t room = o->n == 0 || o->substring ? o->n : o->n - s->hits.count;
    enum pm_status st =
        pm_substring_make(operands, n, query, &limits, &c->arena, &s->text, &c->err);
    if (st == PM_OK)
        st = pm_substring_find(c->db, &s->text, &s->plan, room, &c->arena, &s->hits, &s->relaxed,
                               &c->err);
    /* The cut part of the word hits may be among the others: no document twice. */
    if (s->hits.matching < words + s->relaxed)
        s->hits.matching = words + s->relaxed;
    return st;
}

static enum pm_status search_words(struct pm_context *c, struct search *s,
                                   const struct pm_ngrams *grams, const struct pm_filter *filter)
{
    const struct pm_request q = {.plan = &s->plan,
                                 .weights = &c->weights,
                                 .grams = grams,
                                 .filter = filter,
                                 .n = c->options.n};
    return pm_search(c->db, &q, &c->arena, &s->hits, &c->err);
}

enum pm_status pm_cmd_search(struct pm_context *c, const char *const *operands, size_t n,
                             bool *found)
{
    struct pm_query query;
    struct pm_filter filter;
    struct pm_ngrams grams;
    struct search s = {.relaxed = 0};
    enum pm_status st = pm_query_parse(operands, n, &c->arena, &query, &c->err);
    if (st != PM_OK)
        return st;
    restrict_query(&c->options, &query, &filter);
    st = pm_plan_make(c->db, c->tokenizer, &query, &c->weights, c->lexicon, &c->arena, &s.plan,
                      &c->err);
    s.listing = query.count == 0 && pm_filter_is_set(&filter) && !c->options.substring;
    if (st == PM_OK && s.listing)
        st = pm_listing_find(c->db, &filter, c->options.n, &c->arena, &s.hits, &c->err);
    if (st == PM_OK && s.plan.n_groups > 0)
        st = pm_ngrams_of(&query, &grams, &c->err);
    if (st == PM_OK && s.plan.n_groups > 0)
        st = search_words(c, &s, &grams, &filter);
    if (st == PM_OK && !s.listing)
        st = find_text(c, operands, n, &query, &filter, &s);
    if (st == PM_OK)
        st = put_hits(c, &s);
    *found = s.hits.count > 0;
    if (st == PM_OK && !*found) {
        struct pm_buf text = {0};
        join(operands, n, &text);
        say(c,
            s.plan.corpus.documents == 0 ? "search.empty"
            : s.listing                  ? "search.filtered"
            : s.plan.n_groups == 0       ? "search.nowords"
            : pm_filter_is_set(&filter)  ? "search.none.filtered"
                                         : "search.none",
            pm_buf_text(&text));
        pm_buf_free(&text);
    }
    return st;
}
