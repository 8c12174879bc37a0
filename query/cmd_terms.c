#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/json.h"
#include "lib/utf8.h"
#include "query/context.h"
#include "query/naming.h"
#include "query/out.h"

/* pmsearch terms TEXT: what search makes of a text, a token a row. Without an index the
 * dictionary's concepts and EDICT answer alone. */

enum { MAX_COLUMN = 28 };

struct meaning { /* a concept at a token */
    const char *id, *en, *ja;
    bool user;    /* from a team's own file */
    uint32_t end; /* where its name ends in the text */
};

struct row {
    const struct pm_token *token;
    const char *surface;
    size_t len;
    size_t of; /* the compound that it is part of: index + 1; 0: none */
    uint32_t df;
    struct meaning *meanings;
    size_t n_meanings, cap;
    struct pm_translations translations;
    uint32_t end; /* where what they translate ends */
};

struct table {
    struct pm_context *c;
    struct pm_buf text;
    struct pm_tokens tokens;
    struct row *rows; /* one a token */
};

static enum pm_status db_error(struct pm_context *c)
{
    return pm_fail(&c->err, PM_EDB, "unable to read the index: %s", sqlite3_errmsg(c->db));
}

static enum pm_status out_of_memory(struct pm_context *c)
{
    return pm_fail(&c->err, PM_ENOMEM, "out of memory");
}

static enum pm_status add_meaning(struct table *t, size_t at, struct meaning m)
{
    struct row *r = &t->rows[at];
    struct meaning *grown = pm_arena_grow(&t->c->arena, r->meanings, r->n_meanings,
                                          r->n_meanings + 1, sizeof *grown, &r->cap);
    if (grown == NULL || m.id == NULL || m.en == NULL || m.ja == NULL)
        return out_of_memory(t->c);
    r->meanings = grown;
    grown[r->n_meanings++] = m;
    return PM_OK;
}

/* The row that a concept is shown at: its first word's, or that of the compound which is all
 * of its words. */
static size_t row_of(const struct table *t, const struct pm_named *n)
{
    const struct pm_token *items = t->tokens.items;
    size_t of = t->rows[n->first].of;
    bool all = of > 0 && items[of - 1].start == items[n->first].start &&
               items[of - 1].end == items[n->last].end;
    return all ? of - 1 : n->first;
}

/* The names of a concept of the index. */
static enum pm_status read_meaning(struct table *t, sqlite3_stmt *read, const struct pm_named *n)
{
    struct pm_arena *a = &t->c->arena;
    (void)sqlite3_reset(read);
    (void)sqlite3_bind_int64(read, 1, n->concept);
    if (sqlite3_step(read) != SQLITE_ROW)
        return PM_OK;
    return add_meaning(
        t, row_of(t, n),
        (struct meaning){.id = pm_arena_strdup(a, (const char *)sqlite3_column_text(read, 0)),
                         .en = pm_arena_strdup(a, (const char *)sqlite3_column_text(read, 1)),
                         .ja = pm_arena_strdup(a, (const char *)sqlite3_column_text(read, 2)),
                         .user = sqlite3_column_int(read, 3) != 0,
                         .end = t->tokens.items[n->last].end});
}

static enum pm_status find_concepts(struct table *t, bool *taken)
{
    struct pm_context *c = t->c;
    struct pm_names names = {0};
    sqlite3_stmt *read = NULL;
    enum pm_status st =
        c->db == NULL
            ? pm_names_find_dict(c->dict, c->tokenizer, &t->tokens, &c->arena, &names, &c->err)
            : pm_names_find(c->db, &t->tokens, 0, &c->arena, &names, &c->err);
    if (st == PM_OK && c->db != NULL &&
        sqlite3_prepare_v2(c->db, "SELECT name, en, ja, user FROM concept WHERE id = ?1", -1, &read,
                           NULL) != SQLITE_OK)
        st = db_error(c);
    for (size_t i = 0; st == PM_OK && i < names.count; i++) {
        const struct pm_named *n = &names.items[i];
        for (size_t k = n->first; k <= n->last; k++)
            taken[k] = true;
        st = c->db != NULL ? read_meaning(t, read, n)
                           : add_meaning(t, row_of(t, n),
                                         (struct meaning){n->id, n->en, n->ja, false,
                                                          t->tokens.items[n->last].end});
    }
    (void)sqlite3_finalize(read);
    return st;
}

static enum pm_status count_documents(struct table *t)
{
    sqlite3_stmt *stmt = NULL;
    if (t->c->db == NULL || t->rows == NULL)
        return PM_OK;
    if (sqlite3_prepare_v2(t->c->db, "SELECT df FROM term WHERE text = ?1", -1, &stmt, NULL) !=
        SQLITE_OK)
        return db_error(t->c);
    for (size_t i = 0; t->tokens.items != NULL && i < t->tokens.count; i++) {
        (void)sqlite3_reset(stmt);
        (void)sqlite3_bind_text(stmt, 1, t->tokens.items[i].text, -1, SQLITE_STATIC);
        if ((t->tokens.items[i].flags & PM_TOKEN_STOP) == 0 && sqlite3_step(stmt) == SQLITE_ROW)
            t->rows[i].df = (uint32_t)sqlite3_column_int64(stmt, 0);
    }
    (void)sqlite3_finalize(stmt);
    return PM_OK;
}

/* As a search asks them: what a concept names is not looked up, and the parts of what was
 * found as a whole are not asked again. */
static enum pm_status find_translations(struct table *t, const bool *taken)
{
    struct pm_context *c = t->c;
    enum pm_status st = PM_OK;
    for (size_t i = 0, last; st == PM_OK && t->rows != NULL && i < t->tokens.count; i = last + 1) {
        bool any = taken[i];
        last = i;
        for (size_t k = i + 1; k < t->tokens.count && t->rows[k].of == i + 1; k++)
            any = any || taken[k];
        if (!any)
            st = pm_lexicon_find(c->lexicon, pm_buf_text(&t->text), &t->tokens, i, taken, &c->arena,
                                 &t->rows[i].translations, &last, &c->err);
        t->rows[i].end = t->tokens.items[last].end;
    }
    return st;
}

static enum pm_status fill(struct table *t)
{
    struct pm_context *c = t->c;
    enum pm_status st = pm_tokenize(c->tokenizer, pm_buf_text(&t->text), t->text.len, &c->arena,
                                    &t->tokens, &c->err);
    size_t n = t->tokens.count, whole = 0;
    bool *taken = pm_arena_calloc(&c->arena, n + 1, sizeof *taken);
    t->rows = pm_arena_calloc(&c->arena, n + 1, sizeof *t->rows);
    if (st == PM_OK && (taken == NULL || t->rows == NULL))
        st = out_of_memory(c);
    for (size_t i = 0; st == PM_OK && t->rows != NULL && i < n; i++) {
        const struct pm_token *tok = &t->tokens.items[i];
        t->rows[i] = (struct row){.token = tok,
                                  .surface = pm_buf_text(&t->text) + tok->start,
                                  .len = tok->end - tok->start};
        if (tok->flags & PM_TOKEN_PART)
            t->rows[i].of = whole;
        if (tok->flags & PM_TOKEN_WHOLE)
            whole = i + 1;
    }
    if (st == PM_OK)
        st = count_documents(t);
    if (st == PM_OK)
        st = find_concepts(t, taken);
    return st == PM_OK ? find_translations(t, taken) : st;
}

static const char *kind_of(const struct pm_token *t)
{
    return t->flags & PM_TOKEN_STOP     ? "stop"
           : t->flags & PM_TOKEN_WHOLE  ? "whole"
           : t->flags & PM_TOKEN_PART   ? "part"
           : t->flags & PM_TOKEN_NUMBER ? "number"
                                        : "word";
}

static void put_json(const struct table *t, size_t i, struct pm_buf *out)
{
    const struct row *r = &t->rows[i];
    struct pm_json j;
    pm_json_begin(&j, out);
    pm_json_object(&j, NULL);
    pm_json_int(&j, "v", 1);
    pm_json_string(&j, "type", "term");
    pm_json_stringn(&j, "text", r->surface, r->len);
    pm_json_string(&j, "term", r->token->text);
    pm_json_string(&j, "kind", kind_of(r->token));
    if (r->of > 0)
        pm_json_string(&j, "of", t->rows[r->of - 1].token->text);
    pm_json_int(&j, "start", r->token->start);
    pm_json_int(&j, "end", r->token->end);
    pm_json_int(&j, "position", r->token->position);
    if (t->c->db != NULL)
        pm_json_int(&j, "documents", r->df);
    pm_json_array(&j, "concepts");
    for (size_t k = 0; k < r->n_meanings; k++) {
        const struct meaning *m = &r->meanings[k];
        pm_json_object(&j, NULL);
        pm_json_stringn(&j, "of", r->surface, m->end - r->token->start);
        pm_json_string(&j, "id", m->id);
        pm_json_string(&j, "en", m->en);
        pm_json_string(&j, "ja", m->ja);
        pm_json_string(&j, "lexicon", m->user ? "user" : "concepts");
        pm_json_end_object(&j);
    }
    pm_json_end_array(&j);
    pm_json_array(&j, "translations");
    for (size_t k = 0; k < r->translations.count; k++) {
        const struct pm_translation *x = &r->translations.items[k];
        pm_json_object(&j, NULL);
        pm_json_stringn(&j, "of", r->surface, r->end - r->token->start);
        pm_json_string(&j, "text", x->text);
        pm_json_string(&j, "lexicon", pm_lexicon_name(x->source));
        pm_json_double(&j, "weight", x->weight);
        if (t->c->db != NULL)
            pm_json_int(&j, "documents", x->df);
        pm_json_end_object(&j);
    }
    pm_json_end_array(&j);
    pm_json_end_object(&j);
    pm_buf_addc(out, '\n');
}

/* Where the columns of the text output start. */
struct columns {
    size_t term, kind, documents, means;
};

static size_t wider(size_t a, size_t b)
{
    return a > b ? a : b;
}

static struct columns measure(const struct table *t)
{
    const struct pm_ui *ui = t->c->ui;
    static const char *const kinds[] = {"terms.kind", "terms.word", "terms.whole",
                                        "terms.part", "terms.stop", "terms.number"};
    const char *title = pm_ui_text(ui, "terms.text"), *term = pm_ui_text(ui, "terms.term");
    size_t a = pm_utf8_width(title, strlen(title)), b = pm_utf8_width(term, strlen(term)), k = 0;
    for (size_t i = 0; i < t->tokens.count; i++) {
        const struct row *r = &t->rows[i];
        a = wider(a, pm_utf8_width(r->surface, r->len) + (r->of > 0 ? 2 : 0));
        b = wider(b, pm_utf8_width(r->token->text, r->token->len));
    }
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const char *text = pm_ui_text(ui, kinds[i]);
        k = wider(k, pm_utf8_width(text, strlen(text)));
    }
    const char *df = pm_ui_text(ui, "terms.df");
    struct columns c = {.term = (a > MAX_COLUMN ? MAX_COLUMN : a) + 2};
    c.kind = c.term + (b > MAX_COLUMN ? MAX_COLUMN : b) + 2;
    c.documents = c.kind + k + 2;
    c.means = c.documents + (t->c->db == NULL ? 0 : pm_utf8_width(df, strlen(df)) + 2);
    return c;
}

/* On a screen meanings that go on in another line start it where they do, or at half of it. */
static void end_meaning(struct pm_out *out, const struct columns *c)
{
    if (isatty(STDOUT_FILENO))
        pm_out_wrap(out, c->means < out->width / 2 ? c->means : out->width / 2, SIZE_MAX);
}

static void start_meaning(struct pm_out *out, const struct columns *c, size_t *n)
{
    if ((*n)++ > 0)
        pm_out_raw(out, "\n");
    pm_out_pad(out, c->means);
}

static void put_source(const struct table *t, struct pm_out *out, const char *source)
{
    char key[32];
    (void)snprintf(key, sizeof key, "terms.%s", source);
    pm_out_text(out, PM_STYLE_FAINT, " [");
    pm_out_text(out, PM_STYLE_FAINT, pm_ui_text(t->c->ui, key));
    pm_out_text(out, PM_STYLE_FAINT, "]");
}

/* What has the meaning, where that is more than the row's word. */
static void put_words(const struct row *r, uint32_t end, struct pm_out *out)
{
    if (end <= r->token->end)
        return;
    pm_out_textn(out, PM_STYLE_PLAIN, r->surface, end - r->token->start);
    pm_out_raw(out, " ");
}

/* A line a concept and a line a lexicon. */
static void put_meanings(const struct table *t, const struct row *r, const struct columns *c,
                         struct pm_out *out)
{
    size_t n = 0;
    for (size_t k = 0; k < r->n_meanings; k++) {
        const struct meaning *m = &r->meanings[k];
        start_meaning(out, c, &n);
        put_words(r, m->end, out);
        pm_out_text(out, PM_STYLE_SECTION, m->id);
        pm_out_text(out, PM_STYLE_PLAIN, " = ");
        pm_out_text(out, PM_STYLE_PLAIN, m->en);
        pm_out_text(out, PM_STYLE_PLAIN, " / ");
        pm_out_text(out, PM_STYLE_PLAIN, m->ja);
        put_source(t, out, m->user ? "user" : "concepts");
        end_meaning(out, c);
    }
    for (int s = 0; s < PM_LEXICON_SOURCES; s++) {
        size_t shown = 0;
        for (size_t k = 0; k < r->translations.count; k++) {
            const struct pm_translation *x = &r->translations.items[k];
            if ((int)x->source != s)
                continue;
            if (shown == 0) {
                start_meaning(out, c, &n);
                put_words(r, r->end, out);
            }
            pm_out_text(out, PM_STYLE_PLAIN, shown++ == 0 ? "≈ " : ", ");
            pm_out_text(out, PM_STYLE_PLAIN, x->text);
        }
        if (shown == 0)
            continue;
        put_source(t, out, pm_lexicon_name((enum pm_lexicon_source)s));
        end_meaning(out, c);
    }
}

static void put_row(const struct table *t, size_t i, const struct columns *c, struct pm_out *out)
{
    const struct row *r = &t->rows[i];
    char key[32], number[24];
    enum pm_style style = r->token->flags & PM_TOKEN_STOP ? PM_STYLE_FAINT : PM_STYLE_PLAIN;
    pm_out_raw(out, r->of > 0 ? "  " : "");
    pm_out_textn(out, style, r->surface, r->len);
    pm_out_raw(out, " ");
    pm_out_pad(out, c->term);
    pm_out_text(out, style, r->token->text);
    pm_out_raw(out, " ");
    pm_out_pad(out, c->kind);
    (void)snprintf(key, sizeof key, "terms.%s", kind_of(r->token));
    pm_out_text(out, PM_STYLE_FAINT, pm_ui_text(t->c->ui, key));
    if (t->c->db != NULL && (r->token->flags & PM_TOKEN_STOP) == 0) {
        (void)snprintf(number, sizeof number, "%u", (unsigned)r->df);
        pm_out_pad(out, c->means - 2 - strlen(number));
        pm_out_raw(out, number);
    }
    put_meanings(t, r, c, out);
    pm_out_raw(out, "\n");
}

static void put_head(const struct table *t, const struct columns *c, struct pm_out *out)
{
    const struct pm_ui *ui = t->c->ui;
    pm_out_text(out, PM_STYLE_TITLE, pm_ui_text(ui, "terms.text"));
    pm_out_pad(out, c->term);
    pm_out_text(out, PM_STYLE_TITLE, pm_ui_text(ui, "terms.term"));
    pm_out_pad(out, c->kind);
    pm_out_text(out, PM_STYLE_TITLE, pm_ui_text(ui, "terms.kind"));
    if (t->c->db != NULL) {
        pm_out_pad(out, c->documents);
        pm_out_text(out, PM_STYLE_TITLE, pm_ui_text(ui, "terms.df"));
    }
    pm_out_pad(out, c->means);
    pm_out_text(out, PM_STYLE_TITLE, pm_ui_text(ui, "terms.means"));
    pm_out_raw(out, "\n");
}

static enum pm_status show(const struct table *t)
{
    struct pm_out out;
    struct columns c = measure(t);
    pm_out_init(&out, t->c->options.color);
    if (!t->c->options.json && t->tokens.count > 0)
        put_head(t, &c, &out);
    for (size_t i = 0; i < t->tokens.count; i++) {
        if (t->c->options.json)
            put_json(t, i, &out.buf);
        else
            put_row(t, i, &c, &out);
    }
    return pm_out_flush(&out, &t->c->err);
}

enum pm_status pm_cmd_terms(struct pm_context *c, const char *const *operands, size_t n,
                            bool *found)
{
    struct table t = {.c = c};
    for (size_t i = 0; i < n; i++)
        pm_buf_addf(&t.text, "%s%s", i > 0 ? " " : "", operands[i]);
    enum pm_status st = t.text.failed ? out_of_memory(c) : fill(&t);
    if (st == PM_OK)
        st = show(&t);
    *found = t.tokens.count > 0;
    if (st == PM_OK && !*found)
        (void)fprintf(stderr, "pmsearch: %s\n", pm_ui_text(c->ui, "terms.none"));
    pm_buf_free(&t.text);
    return st;
}
