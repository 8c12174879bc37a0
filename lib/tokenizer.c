#include "lib/tokenizer.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "lib/tokenizer_parts.h"
#include "lib/utf8.h"

/* The text is cut into pieces: Latin and Japanese runs that nothing but white space
 * stands between. MeCab reads a piece at a time. */

enum { RUNS_MAX = 512, PIECE_BYTES = 8192 };

enum kind {
    KIND_SPACE,
    KIND_SILENT, /* brackets, quotes, marks of emphasis: as if they were not there */
    KIND_BREAK,  /* other punctuation and symbols: a run of them takes a position */
    KIND_LATIN,
    KIND_JAPANESE,
};

enum pm_status pm_tokenizer_new(struct pm_lexer *lx, struct pm_tokenizer **out,
                                struct pm_error *err)
{
    struct pm_tokenizer *t = calloc(1, sizeof *t);
    *out = NULL;
    if (t != NULL) {
        t->lexer = lx;
        t->stem = pm_stem_new(pm_lexer_is_english_stop, pm_lexer_spelling, lx);
    }
    if (t == NULL || t->stem == NULL) {
        free(t);
        return pm_fail(err, PM_ENOMEM, "out of memory");
    }
    *out = t;
    return PM_OK;
}

void pm_tokenizer_free(struct pm_tokenizer *t)
{
    if (t == NULL)
        return;
    pm_stem_free(t->stem);
    pm_morph_worker_free(t->worker);
    pm_splits_free(t->splits);
    pm_bases_free(t->bases);
    pm_folded_free(&t->text);
    pm_folded_free(&t->term);
    pm_buf_free(&t->piece);
    pm_buf_free(&t->name);
    free(t->runs);
    free(t);
}

enum pm_status pm_tokenizer_need_morph(struct pm_tokenizer *t)
{
    struct pm_morph *m;
    if (t->worker != NULL)
        return PM_OK;
    enum pm_status st = pm_lexer_morph(t->lexer, &m, t->err);
    if (st != PM_OK)
        return st;
    if (t->splits == NULL)
        t->splits = pm_splits_new();
    if (t->bases == NULL)
        t->bases = pm_bases_new();
    if (t->splits == NULL || t->bases == NULL)
        return pm_fail(t->err, PM_ENOMEM, "out of memory");
    return pm_morph_worker_new(m, &t->worker, t->err);
}

/* The end in the original of what ends at to: the start of the next character that
 * comes from another one. */
static uint32_t original_end(const struct pm_tokenizer *t, size_t to, uint32_t start)
{
    while (to < t->text.len && t->text.map[to] <= start)
        to++;
    return t->text.map[to];
}

/* Is [from, to) the whole of the user's word at hand, and the first part of it? */
static bool is_only_part(const struct pm_tokenizer *t, size_t from, size_t to, unsigned flags)
{
    return (flags & PM_TOKEN_WHOLE) == 0 && t->out->count == t->user_token + 1 &&
           t->text.map[from] == t->out->items[t->user_token].start && to >= t->part_end;
}

enum pm_status pm_token_add(struct pm_tokenizer *t, const char *term, size_t len, size_t from,
                            size_t to, unsigned flags, enum pm_pos pos, uint32_t position)
{
    struct pm_tokens *out = t->out;
    if (from < t->part_end)
        flags |= PM_TOKEN_PART;
    if (from < t->part_end && (t->user_single || is_only_part(t, from, to, flags))) {
        out->items[t->user_token].flags &= (uint8_t)~PM_TOKEN_WHOLE; /* its only part: a word */
        return PM_OK;
    }
    if (out->count == out->cap || out->items == NULL) {
        struct pm_token *grown = pm_arena_grow(t->arena, out->items, out->count, out->count + 1,
                                               sizeof *grown, &out->cap);
        if (grown == NULL)
            return pm_fail(t->err, PM_ENOMEM, "out of memory");
        out->items = grown;
    }
    size_t n = pm_utf8_clip(term, len, PM_TOKEN_MAX_BYTES);
    char *copy = pm_arena_strndup(t->arena, term, n);
    if (copy == NULL)
        return pm_fail(t->err, PM_ENOMEM, "out of memory");
    uint32_t start = t->text.map[from];
    out->items[out->count++] = (struct pm_token){
        .text = copy,
        .len = (uint32_t)n,
        .start = start,
        .end = original_end(t, to, start),
        .position = position,
        .flags = (uint8_t)flags,
        .pos = (uint8_t)pos,
    };
    return PM_OK;
}

enum pm_status pm_token_add_user(struct pm_tokenizer *t, struct pm_run *r)
{
    const struct pm_user_term *user = r->user;
    if (user == NULL)
        return PM_OK;
    r->user = NULL;
    const char *term = user->base;
    size_t len = strlen(term), letters = strspn(term, "abcdefghijklmnopqrstuvwxyz");
    enum pm_stop stop;
    if (letters == len)
        term = pm_stem_word(t->stem, term, len, &len, &stop);
    if (term == NULL)
        return pm_fail(t->err, PM_ENOMEM, "out of memory");
    t->part_end = 0;
    t->user_token = t->out->count;
    enum pm_status st = pm_token_add(t, term, len, r->start, r->start + user->len,
                                     PM_TOKEN_WHOLE | (letters == len ? PM_TOKEN_LATIN : 0),
                                     PM_POS_NOUN, t->out->next_position);
    t->part_end = r->start + user->len;
    t->user_single = user->single;
    return st;
}

static enum kind ascii_kind(unsigned char c)
{
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
        return KIND_LATIN;
    if (c <= ' ' || c == 0x7F)
        return KIND_SPACE;
    switch (c) {
    case '(':
    case ')':
    case '[':
    case ']':
    case '{':
    case '}':
    case '<':
    case '>':
    case '"':
    case '\'':
    case '`':
    case '*':
    case '_':
    case '~':
    case '^':
        return KIND_SILENT;
    default:
        return KIND_BREAK;
    }
}

static enum kind kind_of(uint32_t cp)
{
    if (cp < 0x80)
        return ascii_kind((unsigned char)cp);
    if (pm_is_japanese(cp))
        return KIND_JAPANESE;
    if (pm_latin_is_letter(cp))
        return KIND_LATIN;
    if (cp == 0x30FB || cp == 0x00B7)
        return KIND_SILENT;
    switch (utf8proc_category((utf8proc_int32_t)cp)) {
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
        return KIND_SPACE;
    case UTF8PROC_CATEGORY_PS:
    case UTF8PROC_CATEGORY_PE:
    case UTF8PROC_CATEGORY_PI:
    case UTF8PROC_CATEGORY_PF:
    case UTF8PROC_CATEGORY_MN:
        return KIND_SILENT;
    default:
        return KIND_BREAK;
    }
}

static enum pm_status add_run(struct pm_tokenizer *t, size_t start, size_t end, bool latin)
{
    if (t->n_runs > 0 && (t->n_runs == RUNS_MAX || end - t->runs[0].start > PIECE_BYTES)) {
        enum pm_status st = pm_piece_tokens(t);
        if (st != PM_OK)
            return st;
    }
    if (t->n_runs == t->cap_runs) {
        size_t cap = t->cap_runs == 0 ? 64 : t->cap_runs * 2;
        struct pm_run *grown = realloc(t->runs, cap * sizeof *grown);
        if (grown == NULL)
            return pm_fail(t->err, PM_ENOMEM, "out of memory");
        t->runs = grown;
        t->cap_runs = cap;
    }
    if (latin)
        pm_stem_expect(t->stem, t->text.text + start, end - start);
    t->runs[t->n_runs++] = (struct pm_run){(uint32_t)start, (uint32_t)end, 0, latin, NULL};
    return PM_OK;
}

/* ".net" alone is a name, dot and all. */
static bool is_dotnet(const char *s, size_t len, size_t pos)
{
    static const char name[] = ".net";
    size_t end = pos + sizeof name - 1;
    if (len < end || memcmp(s + pos, name, sizeof name - 1) != 0)
        return false;
    return !pm_latin_is_letter(pm_utf8_next(s, len, &end));
}

/* A run of punctuation: its position, and a token that is not indexed. */
static enum pm_status add_break(struct pm_tokenizer *t, size_t start, size_t end, bool again)
{
    enum pm_status st = pm_piece_tokens(t);
    if (st != PM_OK || again)
        return st;
    return pm_token_add(t, t->text.text + start, end - start, start, end, PM_TOKEN_STOP,
                        PM_POS_SYMBOL, t->out->next_position++);
}

/* The end of the run that starts at pos and ends at end: before the next user's word. */
static size_t run_before_user(const struct pm_user_terms *terms, const char *s, size_t len,
                              size_t pos, size_t end)
{
    size_t at = pos;
    for ((void)pm_utf8_next(s, len, &at); at < end; (void)pm_utf8_next(s, len, &at))
        if (pm_user_terms_find(terms, s, len, at) != NULL)
            return at;
    return end;
}

/* The runs of a user's word; the first one leads to it. */
static enum pm_status add_user_runs(struct pm_tokenizer *t, size_t pos,
                                    const struct pm_user_term *user)
{
    const char *s = t->text.text;
    size_t len = pos + user->len;
    enum pm_status st = PM_OK;
    for (size_t end; pos < len && st == PM_OK; pos = end) {
        end = pos;
        enum kind kind = kind_of(pm_utf8_next(s, len, &end));
        if (kind != KIND_LATIN && kind != KIND_JAPANESE)
            continue;
        end = kind == KIND_LATIN ? pm_latin_end(s, len, pos) : pm_japanese_end(s, len, pos);
        st = add_run(t, pos, end, kind == KIND_LATIN);
        if (st == PM_OK) {
            t->runs[t->n_runs - 1].user = user;
            user = NULL;
        }
    }
    return st;
}

static enum pm_status scan(struct pm_tokenizer *t)
{
    const struct pm_user_terms *terms = pm_lexer_terms(t->lexer);
    const struct pm_user_term *user;
    const char *s = t->text.text;
    size_t len = t->text.len;
    bool in_break = false;
    enum pm_status st = PM_OK;
    for (size_t pos = 0, end; pos < len && st == PM_OK; pos = end) {
        end = pos;
        if (terms != NULL && (user = pm_user_terms_find(terms, s, len, pos)) != NULL) {
            st = add_user_runs(t, pos, user);
            end = pos + user->len;
            in_break = false;
            continue;
        }
        enum kind kind = kind_of(pm_utf8_next(s, len, &end));
        if (kind == KIND_BREAK && s[pos] == '.' && is_dotnet(s, len, pos)) {
            end = pos + 4;
            kind = KIND_LATIN;
        } else if (kind == KIND_LATIN) {
            end = pm_latin_end(s, len, pos);
        } else if (kind == KIND_JAPANESE) {
            end = pm_japanese_end(s, len, pos);
            if (terms != NULL)
                end = run_before_user(terms, s, len, pos, end);
        }
        if (kind == KIND_LATIN || kind == KIND_JAPANESE)
            st = add_run(t, pos, end, kind == KIND_LATIN);
        else if (kind == KIND_BREAK)
            st = add_break(t, pos, end, in_break);
        else if (kind == KIND_SILENT)
            st = pm_piece_tokens(t);
        in_break = kind == KIND_BREAK;
    }
    return st == PM_OK ? pm_piece_tokens(t) : st;
}

enum pm_status pm_tokenize(struct pm_tokenizer *t, const char *text, size_t len,
                           struct pm_arena *arena, struct pm_tokens *out, struct pm_error *err)
{
    t->source = text;
    t->arena = arena;
    t->out = out;
    t->err = err;
    t->n_runs = 0;
    t->part_end = 0;
    enum pm_status st = len > INT32_MAX ? PM_ELIMIT : pm_fold(PM_FOLD_WIDTH, text, len, &t->text);
    if (st == PM_OK)
        st = pm_join_katakana(&t->text, text, len);
    if (st != PM_OK)
        return pm_fail(err, st, "unable to fold a text of %zu bytes: %s", len, pm_status_name(st));
    return scan(t);
}
