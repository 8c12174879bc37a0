#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>
#include <xxhash.h>

#include "lib/tokenizer_parts.h"

/* Raise it with every change of norm*.c, tokenizer*.c, morph.c, sentence.c or stem.c
 * that may give other tokens for the same text. */
#define TOKENS_VERSION "7"

enum {
    STOP_MAX = 2048,
    STOP_SLOTS = 4096,
    SPELLING_MAX = 2048,
    SPELLING_SLOTS = 4096,
    WORD_MAX = 40 /* bytes of a word that has a row of its own */
};

struct words {
    char *slots[STOP_SLOTS]; /* open addressing; NULL: empty */
    enum pm_stop kinds[STOP_SLOTS];
    size_t count;
};

/* Stems, or words behind a '=', and the stems in their place; open addressing. */
struct spellings {
    char *from[SPELLING_SLOTS];
    char *to[SPELLING_SLOTS];
    size_t count;
};

struct pm_lexer {
    struct words english;
    struct words japanese;
    struct spellings spellings;
    XXH64_hash_t stop_hash;
    char *user_dic;
    char *fingerprint;           /* NULL until asked for */
    struct pm_user_terms *terms; /* NULL: none */
    XXH64_hash_t terms_hash;
    pthread_mutex_t lock;
    struct pm_morph *morph; /* guarded by lock; NULL until needed */
};

/* The slot of the word, or the empty one where it belongs. */
static size_t find_slot(const struct words *w, const char *word, size_t len)
{
    size_t i = XXH3_64bits(word, len) % STOP_SLOTS;
    while (w->slots[i] != NULL &&
           (strncmp(w->slots[i], word, len) != 0 || w->slots[i][len] != '\0'))
        i = (i + 1) % STOP_SLOTS;
    return i;
}

static enum pm_stop look_up(const struct words *w, const char *word, size_t len)
{
    size_t slot = find_slot(w, word, len);
    return len == 0 ? PM_STOP_NO : w->kinds[slot];
}

enum pm_stop pm_lexer_is_english_stop(const void *lexer, const char *word, size_t len)
{
    const struct pm_lexer *lx = lexer;
    return look_up(&lx->english, word, len);
}

enum pm_stop pm_lexer_is_japanese_stop(const void *lexer, const char *word, size_t len)
{
    const struct pm_lexer *lx = lexer;
    return look_up(&lx->japanese, word, len);
}

static enum pm_status add_word(struct words *w, const char *word, size_t len, enum pm_stop kind)
{
    size_t slot = find_slot(w, word, len);
    if (w->slots[slot] != NULL)
        return PM_OK;
    if (w->count == STOP_MAX)
        return PM_ELIMIT;
    w->slots[slot] = strndup(word, len);
    w->kinds[slot] = kind;
    w->count++;
    return w->slots[slot] == NULL ? PM_ENOMEM : PM_OK;
}

static enum pm_stop stop_kind(const char *name)
{
    return strcmp(name, "held") == 0    ? PM_STOP_HELD
           : strcmp(name, "tight") == 0 ? PM_STOP_TIGHT
           : strcmp(name, "loose") == 0 ? PM_STOP_LOOSE
                                        : PM_STOP_NO;
}

static enum pm_status stop_row(void *ctx, int line, const char *const *cols, int n,
                               struct pm_error *err)
{
    struct pm_lexer *lx = ctx;
    enum pm_stop kind = n > 2 ? stop_kind(cols[2]) : PM_STOP_YES;
    if (n < 2 || (strcmp(cols[1], "en") != 0 && strcmp(cols[1], "ja") != 0) || kind == PM_STOP_NO)
        return pm_fail(err, PM_EDICT,
                       "stopwords.tsv:%d: the columns are a word, 'en' or 'ja', and perhaps 'held',"
                       " 'tight' or 'loose'",
                       line);
    struct words *set = cols[1][0] == 'e' ? &lx->english : &lx->japanese;
    struct pm_folded f = {0};
    enum pm_status st = pm_fold(PM_FOLD_FULL, cols[0], strlen(cols[0]), &f);
    if (st == PM_OK && f.len > 0)
        st = add_word(set, f.text, f.len, kind);
    lx->stop_hash =
        XXH64(cols[0], strlen(cols[0]) + 1, lx->stop_hash + (XXH64_hash_t)cols[1][0] + kind);
    pm_folded_free(&f);
    if (st != PM_OK)
        return pm_fail(err, st, "stopwords.tsv:%d: %s", line,
                       st == PM_ELIMIT ? "too many stop words" : "out of memory");
    return PM_OK;
}

static size_t spelling_slot(const struct spellings *s, const char *stem, size_t len)
{
    size_t i = XXH3_64bits(stem, len) % SPELLING_SLOTS;
    while (s->from[i] != NULL && (strncmp(s->from[i], stem, len) != 0 || s->from[i][len] != '\0'))
        i = (i + 1) % SPELLING_SLOTS;
    return i;
}

const char *pm_lexer_spelling(const void *lexer, const char *word, size_t word_len,
                              const char *stem, size_t len)
{
    const struct pm_lexer *lx = lexer;
    char exact[WORD_MAX + 1] = "=";
    if (word_len < WORD_MAX) {
        memcpy(exact + 1, word, word_len);
        const char *own = lx->spellings.to[spelling_slot(&lx->spellings, exact, word_len + 1)];
        if (own != NULL)
            return own;
    }
    return lx->spellings.to[spelling_slot(&lx->spellings, stem, len)];
}

struct spelling_reader {
    struct spellings *spellings;
    struct pm_stem *stem;
};

static char *stem_of(struct spelling_reader *r, const char *word)
{
    size_t len = 0;
    const char *stem = pm_stem_once(r->stem, word, strlen(word), &len);
    return stem == NULL ? NULL : strndup(stem, len);
}

/* Words by their stems: a row speaks for the inflected forms too, save where '=' stands
 * before the word. */
static enum pm_status spelling_row(void *ctx, int line, const char *const *cols, int n,
                                   struct pm_error *err)
{
    struct spelling_reader *r = ctx;
    struct spellings *s = r->spellings;
    if (n != 2)
        return pm_fail(err, PM_EDICT, "spelling.tsv:%d: the columns are two spellings", line);
    if (s->count == SPELLING_MAX)
        return pm_fail(err, PM_ELIMIT, "spelling.tsv:%d: too many spellings", line);
    char *from = cols[0][0] == '=' ? strdup(cols[0]) : stem_of(r, cols[0]);
    char *to = cols[1][0] == '=' ? strdup(cols[1] + 1) : stem_of(r, cols[1]);
    size_t slot = from == NULL ? 0 : spelling_slot(s, from, strlen(from));
    if (from == NULL || to == NULL || s->from[slot] != NULL || strcmp(from, to) == 0) {
        bool failed = from == NULL || to == NULL;
        free(from);
        free(to);
        return failed ? pm_fail(err, PM_ENOMEM, "out of memory") : PM_OK;
    }
    s->from[slot] = from;
    s->to[slot] = to;
    s->count++;
    return PM_OK;
}

static enum pm_status read_spellings(struct pm_lexer *lx, struct pm_dict *dict,
                                     struct pm_error *err)
{
    struct spelling_reader r = {&lx->spellings, pm_stem_new(NULL, NULL, NULL)};
    enum pm_status st = r.stem == NULL ? pm_fail(err, PM_ENOMEM, "out of memory")
                                       : pm_dict_each(dict, "spelling", spelling_row, &r, err);
    const char *hash = pm_dict_hash(dict, "spelling");
    lx->stop_hash = XXH64(hash, strlen(hash), lx->stop_hash);
    pm_stem_free(r.stem);
    return st;
}

/* Text without Japanese needs no MeCab, hence a missing dictionary is no failure
 * here: it is one at the first Japanese word. */
static char *make_fingerprint(const struct pm_lexer *lx)
{
    char *morph = NULL, *text = NULL, terms[32] = "";
    struct pm_error ignored;
    enum pm_status st = pm_morph_probe(lx->user_dic, &morph, &ignored);
    if (st != PM_OK && st != PM_EDICT && st != PM_EIO)
        return NULL;
    if (lx->terms != NULL)
        (void)snprintf(terms, sizeof terms, " terms %016llx", (unsigned long long)lx->terms_hash);
    int n = asprintf(&text, "tokens " TOKENS_VERSION " unicode %s stop %016llx mecab %s%s",
                     utf8proc_unicode_version(), (unsigned long long)lx->stop_hash,
                     morph == NULL ? "none" : morph, terms);
    free(morph);
    return n < 0 ? NULL : text;
}

enum pm_status pm_lexer_open(struct pm_dict *dict, struct pm_lexer **out, struct pm_error *err)
{
    struct pm_lexer *lx = calloc(1, sizeof *lx);
    *out = NULL;
    if (lx == NULL)
        return pm_fail(err, PM_ENOMEM, "out of memory");
    (void)pthread_mutex_init(&lx->lock, NULL);
    enum pm_status st = PM_OK;
    if (asprintf(&lx->user_dic, "%s/user.dic", pm_dict_dir(dict)) < 0) {
        lx->user_dic = NULL;
        st = pm_fail(err, PM_ENOMEM, "out of memory");
    }
    if (st == PM_OK)
        st = pm_dict_each(dict, "stopwords", stop_row, lx, err);
    if (st == PM_OK)
        st = read_spellings(lx, dict, err);
    if (st != PM_OK) {
        pm_lexer_close(lx);
        return st;
    }
    *out = lx;
    return PM_OK;
}

enum pm_status pm_lexer_set_terms(struct pm_lexer *lx, const char *lines, struct pm_error *err)
{
    if (lines == NULL || *lines == '\0')
        return PM_OK;
    free(lx->fingerprint);
    lx->fingerprint = NULL;
    lx->terms_hash = XXH3_64bits(lines, strlen(lines));
    pm_user_terms_close(lx->terms);
    return pm_user_terms_open(lines, &lx->terms, err);
}

const struct pm_user_terms *pm_lexer_terms(const struct pm_lexer *lx)
{
    return lx->terms;
}

const char *pm_lexer_fingerprint(struct pm_lexer *lx)
{
    (void)pthread_mutex_lock(&lx->lock);
    if (lx->fingerprint == NULL)
        lx->fingerprint = make_fingerprint(lx);
    (void)pthread_mutex_unlock(&lx->lock);
    return lx->fingerprint;
}

void pm_lexer_close(struct pm_lexer *lx)
{
    if (lx == NULL)
        return;
    for (size_t i = 0; i < STOP_SLOTS; i++) {
        free(lx->english.slots[i]);
        free(lx->japanese.slots[i]);
    }
    for (size_t i = 0; i < SPELLING_SLOTS; i++) {
        free(lx->spellings.from[i]);
        free(lx->spellings.to[i]);
    }
    pm_morph_close(lx->morph);
    pm_user_terms_close(lx->terms);
    (void)pthread_mutex_destroy(&lx->lock);
    free(lx->user_dic);
    free(lx->fingerprint);
    free(lx);
}

enum pm_status pm_lexer_morph(struct pm_lexer *lx, struct pm_morph **out, struct pm_error *err)
{
    enum pm_status st = PM_OK;
    (void)pthread_mutex_lock(&lx->lock);
    if (lx->morph == NULL)
        st = pm_morph_open(lx->user_dic, &lx->morph, err);
    *out = lx->morph;
    (void)pthread_mutex_unlock(&lx->lock);
    return st;
}
