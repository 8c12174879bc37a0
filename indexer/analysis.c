#include "indexer/analysis.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "lib/sentence.h"
#include "lib/sound.h"
#include "lib/utf8.h"

enum {
    FIRST_SLOTS = 4096,
    PM_WORD_BYTES = 3 * PM_SOUND_MAX,
    SCRATCH_BYTES = 32 * 1024, /* token texts kept before the scratch arena starts anew */
    AHEAD = 8,                 /* tokens whose slots are on their way into the cache */
};

/* A document's own dictionary. Slots of an earlier document carry its generation
 * and count as empty, so that nothing is cleared between documents. */
struct slot {
    uint32_t generation;
    uint32_t term;
    uint64_t hash;
};

struct pm_analyzer {
    struct pm_tokenizer *tokenizer;
    struct pm_arena scratch;
    struct pm_tokens tokens;
    struct slot *slots;
    size_t n_slots; /* a power of two */
    uint32_t generation;
};

enum pm_status pm_analyzer_new(struct pm_lexer *lexer, struct pm_analyzer **out,
                               struct pm_error *err)
{
    *out = NULL;
    struct pm_analyzer *z = calloc(1, sizeof *z);
    if (z == NULL)
        return pm_fail(err, PM_ENOMEM, "out of memory");
    z->n_slots = FIRST_SLOTS;
    z->slots = calloc(z->n_slots, sizeof *z->slots);
    enum pm_status st = z->slots == NULL ? pm_fail(err, PM_ENOMEM, "out of memory")
                                         : pm_tokenizer_new(lexer, &z->tokenizer, err);
    if (st != PM_OK) {
        pm_analyzer_free(z);
        return st;
    }
    *out = z;
    return PM_OK;
}

void pm_analyzer_free(struct pm_analyzer *z)
{
    if (z == NULL)
        return;
    pm_tokenizer_free(z->tokenizer);
    pm_arena_free(&z->scratch);
    free(z->slots);
    free(z);
}

/* The slot of the term, or the empty one where it belongs. */
static struct slot *find_slot(struct pm_analyzer *z, const struct pm_analysis *an, uint64_t hash,
                              const char *text, uint32_t len)
{
    for (size_t i = hash & (z->n_slots - 1);; i = (i + 1) & (z->n_slots - 1)) {
        struct slot *s = &z->slots[i];
        if (s->generation != z->generation)
            return s;
        const struct pm_analysis_term *t = &an->terms[s->term];
        if (s->hash == hash && t->len == len && memcmp(t->text, text, len) == 0)
            return s;
    }
}

static bool grow_slots(struct pm_analyzer *z)
{
    size_t n = z->n_slots * 2;
    struct slot *grown = calloc(n, sizeof *grown);
    if (grown == NULL)
        return false;
    for (size_t i = 0; i < z->n_slots; i++) {
        if (z->slots[i].generation != z->generation)
            continue;
        size_t at = z->slots[i].hash & (n - 1);
        while (grown[at].generation == z->generation)
            at = (at + 1) & (n - 1);
        grown[at] = z->slots[i];
    }
    free(z->slots);
    z->slots = grown;
    z->n_slots = n;
    return true;
}

/* After a long document: the shorter ones that follow are counted in a table that fits the
 * processor's cache. */
static void shrink_slots(struct pm_analyzer *z)
{
    struct slot *small = z->n_slots > FIRST_SLOTS ? calloc(FIRST_SLOTS, sizeof *small) : NULL;
    if (small == NULL)
        return;
    free(z->slots);
    z->slots = small;
    z->n_slots = FIRST_SLOTS;
}

/* The hash of a token that will be interned soon. */
static uint64_t expect(const struct pm_analyzer *z, const struct pm_token *token)
{
    uint64_t hash = XXH3_64bits(token->text, token->len);
    __builtin_prefetch(&z->slots[hash & (z->n_slots - 1)]);
    return hash;
}

static bool intern(struct pm_analyzer *z, struct pm_analysis *an, const struct pm_token *token,
                   uint64_t hash, uint32_t *out)
{
    struct slot *s = find_slot(z, an, hash, token->text, token->len);
    if (s->generation == z->generation) {
        *out = s->term;
        return true;
    }
    struct pm_analysis_term *terms = pm_arena_grow(&an->arena, an->terms, an->n_terms,
                                                   an->n_terms + 1, sizeof *terms, &an->terms_cap);
    char *copy = pm_arena_strndup(&an->arena, token->text, token->len);
    if (terms == NULL || copy == NULL)
        return false;
    an->terms = terms;
    terms[an->n_terms] = (struct pm_analysis_term){.text = copy, .len = token->len, .hash = hash};
    *out = (uint32_t)an->n_terms++;
    *s = (struct slot){.generation = z->generation, .term = *out, .hash = hash};
    return an->n_terms * 2 < z->n_slots || grow_slots(z);
}

/* The word of a token in lower case, where it can be read aloud; 0: it cannot. */
static size_t spoken(const char *p, size_t len, unsigned flags, char out[PM_WORD_BYTES])
{
    if ((flags & PM_TOKEN_LATIN) != 0) {
        if (len < PM_SOUND_MIN || len > PM_SOUND_MAX)
            return 0;
        for (size_t i = 0; i < len; i++) {
            out[i] = p[i] >= 'A' && p[i] <= 'Z' ? (char)(p[i] - 'A' + 'a') : p[i];
            if (out[i] < 'a' || out[i] > 'z')
                return 0;
        }
        return len;
    }
    if (len < (size_t)3 * PM_SOUND_MIN || len > (size_t)3 * PM_SOUND_MAX || len % 3 != 0)
        return 0;
    for (size_t pos = 0; pos < len;)
        if (!pm_is_katakana(pm_utf8_next(p, len, &pos)))
            return 0;
    memcpy(out, p, len);
    return len;
}

/* Note how a term is written. */
static bool add_word(struct pm_analysis *an, struct pm_analysis_term *term, const char *p,
                     size_t len, unsigned flags)
{
    char word[PM_WORD_BYTES];
    if (term->words[PM_TERM_WORDS - 1] != NULL || (len = spoken(p, len, flags, word)) == 0)
        return true;
    size_t k = 0;
    for (; term->words[k] != NULL; k++)
        if (strncmp(term->words[k], word, len) == 0 && term->words[k][len] == '\0')
            return true;
    term->words[k] = pm_arena_strndup(&an->arena, word, len);
    return term->words[k] != NULL;
}

static bool add_tokens(struct pm_analyzer *z, struct pm_analysis *an, const char *text,
                       struct pm_stream_sentence *sentence)
{
    struct pm_analysis_token *tokens =
        pm_arena_grow(&an->arena, an->tokens, an->n_tokens, an->n_tokens + z->tokens.count,
                      sizeof *tokens, &an->tokens_cap);
    if (tokens == NULL)
        return false;
    an->tokens = tokens;
    uint64_t hashes[AHEAD];
    size_t count = z->tokens.count;
    for (size_t i = 0; i < AHEAD && i < count; i++)
        hashes[i] = expect(z, &z->tokens.items[i]);
    for (size_t i = 0; i < count; i++) {
        const struct pm_token *t = &z->tokens.items[i];
        uint64_t hash = hashes[i % AHEAD];
        if (i + AHEAD < count)
            hashes[i % AHEAD] = expect(z, &t[AHEAD]);
        struct pm_analysis_token *out = &tokens[an->n_tokens];
        if (pm_token_is_gap(t) || t->len == 0)
            continue;
        if (!intern(z, an, t, hash, &out->term))
            return false;
        out->position = t->position;
        out->whole = (t->flags & PM_TOKEN_WHOLE) != 0;
        an->terms[out->term].mask |= 1U << sentence->section;
        if (t->end > t->start &&
            !add_word(an, &an->terms[out->term], text + t->start, t->end - t->start, t->flags))
            return false;
        an->length[sentence->section] += !out->whole;
        an->n_tokens++;
        sentence->n_tokens++;
    }
    return true;
}

static enum pm_status analyze_sentence(struct pm_analyzer *z, struct pm_analysis *an,
                                       const char *text, struct pm_stream_sentence *sentence,
                                       struct pm_error *err)
{
    if (z->scratch.total > SCRATCH_BYTES) {
        pm_arena_reset(&z->scratch);
        z->tokens = (struct pm_tokens){.next_position = z->tokens.next_position};
    }
    z->tokens.count = 0;
    sentence->first_position = z->tokens.next_position;
    enum pm_status st = pm_tokenize(z->tokenizer, text + sentence->start, sentence->length,
                                    &z->scratch, &z->tokens, err);
    if (st != PM_OK)
        return st;
    struct pm_stream_sentence *grown =
        pm_arena_grow(&an->arena, an->sentences, an->n_sentences, an->n_sentences + 1,
                      sizeof *grown, &an->sentences_cap);
    const char *words = text + sentence->start;
    if (grown == NULL || !add_tokens(z, an, words, sentence) ||
        pm_taught_find(words, sentence->length, &z->tokens, &an->arena, &an->taught) != PM_OK)
        return pm_fail(err, PM_ENOMEM, "out of memory");
    an->sentences = grown;
    grown[an->n_sentences++] = *sentence;
    return PM_OK;
}

/* Room for about as many tokens and sentences as the text will have: growing costs copies. */
static void reserve(struct pm_analysis *an)
{
    enum { TOKEN_BYTES = 5, SENTENCE_BYTES = 60 };
    size_t bytes = 0;
    for (size_t i = 0; i < an->n_sections; i++)
        bytes += an->sections[i].len;
    an->tokens = pm_arena_grow(&an->arena, NULL, 0, bytes / TOKEN_BYTES, sizeof *an->tokens,
                               &an->tokens_cap);
    an->sentences = pm_arena_grow(&an->arena, NULL, 0, bytes / SENTENCE_BYTES,
                                  sizeof *an->sentences, &an->sentences_cap);
}

static enum pm_status analyze_section(struct pm_analyzer *z, struct pm_analysis *an, size_t seq,
                                      struct pm_error *err)
{
    const struct pm_section_text *s = &an->sections[seq];
    size_t pos = 0, start, n;
    enum pm_status st = PM_OK;
    while (st == PM_OK && pm_sentence_next(s->text, s->len, &pos, &start, &n)) {
        struct pm_stream_sentence sentence = {.section = s->section,
                                              .seq = (uint32_t)seq,
                                              .start = (uint32_t)start,
                                              .length = (uint32_t)n};
        st = analyze_sentence(z, an, s->text, &sentence, err);
    }
    z->tokens.next_position += PM_STREAM_GAP;
    return st;
}

/* The title is a section like others, and the first. */
static bool list_sections(struct pm_analysis *an)
{
    const struct pm_incident *inc = an->incident;
    an->sections = pm_arena_calloc(&an->arena, inc->n_sections + 1, sizeof *an->sections);
    if (an->sections == NULL)
        return false;
    const char *title = inc->title == NULL ? "" : inc->title;
    an->sections[an->n_sections++] = (struct pm_section_text){
        .section = PM_SEC_TITLE, .text = title, .len = strlen(title), .line = 1};
    for (size_t i = 0; i < inc->n_sections; i++)
        if (inc->sections[i].section != PM_SEC_TITLE || strcmp(inc->sections[i].text, title) != 0)
            an->sections[an->n_sections++] = inc->sections[i];
    return true;
}

enum pm_status pm_analyze(struct pm_analyzer *z, struct pm_incident *incident,
                          struct pm_analysis **out, struct pm_error *err)
{
    *out = NULL;
    struct pm_analysis *an = calloc(1, sizeof *an);
    if (an == NULL) {
        pm_incident_free(incident);
        return pm_fail(err, PM_ENOMEM, "out of memory");
    }
    an->incident = incident;
    shrink_slots(z);
    z->generation++;
    z->tokens.next_position = 0;
    enum pm_status st = list_sections(an) ? PM_OK : pm_fail(err, PM_ENOMEM, "out of memory");
    reserve(an);
    for (size_t seq = 0; st == PM_OK && seq < an->n_sections; seq++)
        st = analyze_section(z, an, seq, err);
    if (st != PM_OK) {
        pm_analysis_free(an);
        return st;
    }
    *out = an;
    return PM_OK;
}

void pm_analysis_free(struct pm_analysis *an)
{
    if (an == NULL)
        return;
    pm_incident_free(an->incident);
    pm_arena_free(&an->arena);
    free(an);
}
