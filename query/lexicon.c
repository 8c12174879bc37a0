#include "query/lexicon.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/edict.h"
#include "lib/norm.h"
#include "lib/sound.h"

enum {
    SPAN = 4, /* words of an expression */
    FEW = 5,  /* documents that are never too many */

};

struct pm_lexicon {
    sqlite3 *db;
    const char *dir;
    const struct pm_rank_weights *weights;
    struct pm_edict *edict;
    bool edict_tried;
    double documents;
    sqlite3_stmt *df, *taught, *sound;
};

/* An expression: tokens of the query side by side. */
struct span {
    size_t at[SPAN]; /* tokens */
    size_t n;
};

struct finding {
    struct pm_lexicon *x;
    const char *text;
    const struct pm_tokens *tokens;
    struct pm_arena *arena;
    struct pm_translations *out;
    struct pm_error *err;
};

struct pm_lexicon *pm_lexicon_new(sqlite3 *db, const char *dir, const struct pm_rank_weights *w)
{
    struct pm_lexicon *x = calloc(1, sizeof *x);
    if (x != NULL)
        *x = (struct pm_lexicon){.db = db, .dir = dir, .weights = w};
    return x;
}

void pm_lexicon_free(struct pm_lexicon *x)
{
    if (x == NULL)
        return;
    (void)sqlite3_finalize(x->df);
    (void)sqlite3_finalize(x->taught);
    (void)sqlite3_finalize(x->sound);
    pm_edict_close(x->edict);
    free(x);
}

const char *pm_lexicon_name(enum pm_lexicon_source source)
{
    static const char *const names[] = {"taught", "edict", "sound"};
    return names[source];
}

static enum pm_status out_of_memory(struct finding *f)
{
    return pm_fail(f->err, PM_ENOMEM, "out of memory");
}

/* The statements over the index, and its size. */
static enum pm_status prepare(struct pm_lexicon *x, struct pm_error *err)
{
    static const char df[] = "SELECT df FROM term WHERE text = ?1";
    static const char taught[] =
        "SELECT other, other_terms, other_offsets, count(DISTINCT document_id) AS n FROM ("
        " SELECT other, other_terms, other_offsets, document_id FROM taught_pair"
        "  WHERE name_terms = ?1 UNION ALL"
        " SELECT name, name_terms, name_offsets, document_id FROM taught_pair"
        "  WHERE other_terms = ?1) GROUP BY other_terms ORDER BY n DESC, other_terms LIMIT 8";
    static const char sound[] = "SELECT s.word, t.text FROM term_sound s JOIN term t ON"
                                " t.id = s.term_id WHERE s.key = ?1 LIMIT 200";
    sqlite3_stmt *count = NULL;
    if (x->db == NULL || x->df != NULL)
        return PM_OK;
    bool ok = sqlite3_prepare_v2(x->db, "SELECT value FROM meta WHERE key = 'documents'", -1,
                                 &count, NULL) == SQLITE_OK &&
              sqlite3_prepare_v2(x->db, df, -1, &x->df, NULL) == SQLITE_OK &&
              sqlite3_prepare_v2(x->db, taught, -1, &x->taught, NULL) == SQLITE_OK &&
              sqlite3_prepare_v2(x->db, sound, -1, &x->sound, NULL) == SQLITE_OK;
    if (ok && sqlite3_step(count) == SQLITE_ROW)
        x->documents = sqlite3_column_double(count, 0);
    (void)sqlite3_finalize(count);
    return ok ? PM_OK : pm_fail(err, PM_EDB, "unable to read the index: %s", sqlite3_errmsg(x->db));
}

static uint32_t term_df(struct pm_lexicon *x, const char *term)
{
    (void)sqlite3_reset(x->df);
    (void)sqlite3_bind_text(x->df, 1, term, -1, SQLITE_STATIC);
    return sqlite3_step(x->df) == SQLITE_ROW ? (uint32_t)sqlite3_column_int64(x->df, 0) : 0;
}

/* The most documents that can hold the form. */
static uint32_t form_df(struct pm_lexicon *x, const struct pm_form *form)
{
    uint32_t least = UINT32_MAX;
    for (uint32_t i = 0; i < form->n && least > 0; i++) {
        uint32_t df = term_df(x, form->terms[i]);
        least = df < least ? df : least;
    }
    return least;
}

static bool same_form(const struct pm_form *a, const struct pm_form *b)
{
    if (a->n != b->n)
        return false;
    for (uint32_t i = 0; i < a->n; i++)
        if (a->terms[i] == NULL || b->terms[i] == NULL || strcmp(a->terms[i], b->terms[i]) != 0)
            return false;
    return true;
}

/* Is the form nothing but the query's own words? */
static bool is_span(const struct finding *f, const struct span *s, const struct pm_form *form)
{
    if (form->n != s->n)
        return false;
    for (uint32_t i = 0; i < form->n; i++)
        if (form->terms[i] == NULL || strcmp(f->tokens->items[s->at[i]].text, form->terms[i]) != 0)
            return false;
    return true;
}

/* Add a translation unless it is nowhere, nearly everywhere, or there already. */
static enum pm_status offer(struct finding *f, const struct span *s, struct pm_translation t)
{
    struct pm_translations *out = f->out;
    if (is_span(f, s, &t.form))
        return PM_OK;
    if (f->x->db != NULL) {
        double most = f->x->weights->lexicon_common * f->x->documents;
        t.df = form_df(f->x, &t.form);
        if (t.df == 0 || (t.df > FEW && t.df > most))
            return PM_OK;
    }
    for (size_t i = 0; i < out->count; i++)
        if (same_form(&out->items[i].form, &t.form))
            return PM_OK;
    struct pm_translation *grown =
        pm_arena_grow(f->arena, out->items, out->count, out->count + 1, sizeof *grown, &out->cap);
    if (grown == NULL)
        return out_of_memory(f);
    out->items = grown;
    grown[out->count++] = t;
    return PM_OK;
}

static enum pm_status ask_taught(struct finding *f, const struct span *s, const char *key)
{
    enum pm_status st = PM_OK;
    sqlite3_stmt *rows = f->x->taught;
    (void)sqlite3_reset(rows);
    (void)sqlite3_bind_text(rows, 1, key, -1, SQLITE_STATIC);
    while (st == PM_OK && sqlite3_step(rows) == SQLITE_ROW) {
        struct pm_translation t = {.source = PM_LEXICON_TAUGHT,
                                   .weight = f->x->weights->lexicon[PM_LEXICON_TAUGHT]};
        t.text = pm_arena_strdup(f->arena, (const char *)sqlite3_column_text(rows, 0));
        if (pm_form_read((const char *)sqlite3_column_text(rows, 1),
                         (const char *)sqlite3_column_text(rows, 2), f->arena, &t.form))
            st = offer(f, s, t);
    }
    return st;
}

static enum pm_status ask_edict(struct finding *f, const struct span *s, const char *key)
{
    struct pm_lexicon *x = f->x;
    struct pm_glosses glosses = {0};
    enum pm_status st = PM_OK;
    if (!x->edict_tried)
        st = pm_edict_open(x->dir, &x->edict, f->err);
    x->edict_tried = true;
    if (st != PM_OK || x->edict == NULL || s->n > PM_EDICT_KEY_TERMS)
        return st;
    st = pm_edict_find(x->edict, key, strlen(key), f->arena, &glosses, f->err);
    for (size_t i = 0; st == PM_OK && i < glosses.count; i++) {
        const struct pm_gloss *g = &glosses.items[i];
        st = offer(
            f, s,
            (struct pm_translation){.text = g->text,
                                    .form = g->form,
                                    .source = PM_LEXICON_EDICT,
                                    .weight = g->weight * x->weights->lexicon[PM_LEXICON_EDICT]});
    }
    return st;
}

/* The word that sounds most like it, of those with this key. */
struct heard {
    const char *word, *term;
    double likeness;
};

static enum pm_status listen(struct finding *f, const char *key, const char *word, size_t len,
                             bool latin, struct heard *best)
{
    sqlite3_stmt *rows = f->x->sound;
    (void)sqlite3_reset(rows);
    (void)sqlite3_bind_text(rows, 1, key, -1, SQLITE_STATIC);
    while (sqlite3_step(rows) == SQLITE_ROW) {
        const char *other = (const char *)sqlite3_column_text(rows, 0);
        size_t n = (size_t)sqlite3_column_bytes(rows, 0);
        double likeness;
        if (((unsigned char)*other >= 0x80) != latin ||
            !(latin ? pm_sound_same(other, n, word, len, &likeness)
                    : pm_sound_same(word, len, other, n, &likeness)) ||
            likeness <= best->likeness)
            continue;
        *best = (struct heard){
            pm_arena_strdup(f->arena, other),
            pm_arena_strdup(f->arena, (const char *)sqlite3_column_text(rows, 1)), likeness};
        if (best->word == NULL || best->term == NULL)
            return out_of_memory(f);
    }
    return PM_OK;
}

/* Do the words touch? A compound may have been cut where English has one word:
 * グレー + スフル. */
static bool is_one_piece(const struct finding *f, const struct span *s)
{
    for (size_t i = 1; i < s->n; i++)
        if (f->tokens->items[s->at[i]].start != f->tokens->items[s->at[i - 1]].end)
            return false;
    return true;
}

static enum pm_status ask_sound(struct finding *f, const struct span *s)
{
    const struct pm_token *tok = &f->tokens->items[s->at[0]];
    uint32_t end = f->tokens->items[s->at[s->n - 1]].end;
    bool latin = (tok->flags & PM_TOKEN_LATIN) != 0;
    struct pm_sound_keys keys;
    struct pm_folded word = {0};
    struct heard best = {NULL, NULL, 0};
    if ((tok->flags & PM_TOKEN_NUMBER) != 0 || (s->n > 1 && (latin || !is_one_piece(f, s))))
        return PM_OK;
    if (pm_fold(PM_FOLD_WIDTH, f->text + tok->start, end - tok->start, &word) != PM_OK)
        return out_of_memory(f);
    if (latin && strspn(word.text, "abcdefghijklmnopqrstuvwxyz") == word.len)
        pm_sound_latin(word.text, word.len, &keys);
    else if (!latin)
        pm_sound_katakana(word.text, word.len, &keys);
    else
        keys.count = 0;
    enum pm_status st = PM_OK;
    for (size_t k = 0; st == PM_OK && k < keys.count; k++)
        st = listen(f, keys.keys[k], word.text, word.len, latin, &best);
    pm_folded_free(&word);
    if (st != PM_OK || best.word == NULL)
        return st;
    struct pm_translation t = {.text = best.word,
                               .source = PM_LEXICON_SOUND,
                               .weight = best.likeness * f->x->weights->lexicon[PM_LEXICON_SOUND]};
    t.form.terms[0] = best.term;
    t.form.n = 1;
    return offer(f, s, t);
}

/* The words side by side from token i on, up to n of them; wholes are left to their parts. */
static struct span span_at(const struct finding *f, size_t i, size_t n, const bool *taken)
{
    struct span s = {.at = {i}, .n = 1};
    for (size_t k = i + 1; k < f->tokens->count && s.n < n; k++) {
        const struct pm_token *t = &f->tokens->items[k];
        const struct pm_token *last = &f->tokens->items[s.at[s.n - 1]];
        uint32_t gap = (t->flags & PM_TOKEN_LATIN) != 0 ? 2 : 1;
        if (t->flags & (PM_TOKEN_STOP | PM_TOKEN_WHOLE))
            continue;
        if (t->position - last->position > gap || (taken != NULL && taken[k]))
            break;
        s.at[s.n++] = k;
    }
    return s;
}

static enum pm_status ask_span(struct finding *f, const struct span *s)
{
    struct pm_buf key = {0};
    for (size_t i = 0; i < s->n; i++)
        pm_buf_addf(&key, "%s%s", i > 0 ? "\x1f" : "", f->tokens->items[s->at[i]].text);
    enum pm_status st = key.failed ? out_of_memory(f) : PM_OK;
    if (st == PM_OK && f->x->db != NULL)
        st = ask_taught(f, s, pm_buf_text(&key));
    if (st == PM_OK)
        st = ask_edict(f, s, pm_buf_text(&key));
    if (st == PM_OK && f->out->count == 0 && f->x->db != NULL)
        st = ask_sound(f, s);
    pm_buf_free(&key);
    return st;
}

/* A compound of katakana as one English word: タイムアウト, "timeout". */
static enum pm_status ask_whole(struct finding *f, size_t i, size_t *last)
{
    struct span s = {.at = {i}, .n = 1};
    const struct pm_token *whole = &f->tokens->items[i];
    enum pm_status st = f->x->db == NULL ? PM_OK : ask_sound(f, &s);
    for (size_t k = i + 1; st == PM_OK && f->out->count > 0 && k < f->tokens->count; k++)
        if ((f->tokens->items[k].flags & PM_TOKEN_PART) != 0 &&
            f->tokens->items[k].end <= whole->end)
            *last = k;
    return st;
}

static int best_first(const void *a, const void *b)
{
    const struct pm_translation *x = a, *y = b;
    if (x->weight != y->weight)
        return x->weight < y->weight ? 1 : -1;
    return strcmp(x->text, y->text);
}

/* What more documents speak of is more likely meant; the best few are kept. */
static void settle(struct pm_lexicon *x, struct pm_translations *out)
{
    uint32_t most = 0;
    for (size_t i = 0; i < out->count; i++)
        most = out->items[i].df > most ? out->items[i].df : most;
    for (size_t i = 0; x->db != NULL && i < out->count; i++)
        out->items[i].weight *= 0.5 + 0.5 * log1p(out->items[i].df) / log1p(most);
    if (out->count > 0)
        qsort(out->items, out->count, sizeof *out->items, best_first);
    if (out->count > PM_TRANSLATIONS)
        out->count = PM_TRANSLATIONS;
}

enum pm_status pm_lexicon_find(struct pm_lexicon *x, const char *text,
                               const struct pm_tokens *tokens, size_t i, const bool *taken,
                               struct pm_arena *a, struct pm_translations *out, size_t *last,
                               struct pm_error *err)
{
    struct finding f = {x, text, tokens, a, out, err};
    const struct pm_token *tok = &tokens->items[i];
    *last = i;
    enum pm_status st = prepare(x, err);
    if (st != PM_OK || (tok->flags & (PM_TOKEN_STOP | PM_TOKEN_NUMBER)) != 0)
        return st;
    if (tok->flags & PM_TOKEN_WHOLE) {
        if ((tok->flags & PM_TOKEN_LATIN) == 0)
            st = ask_whole(&f, i, last);
    } else {
        struct span s = span_at(&f, i, SPAN, taken);
        for (; st == PM_OK && out->count == 0 && s.n > 0; s.n--) {
            st = ask_span(&f, &s);
            *last = s.at[s.n - 1];
        }
        if (out->count == 0)
            *last = i;
    }
    settle(x, out);
    return st;
}
