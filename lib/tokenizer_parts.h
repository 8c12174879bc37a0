/* Inside of the tokenizer: what its files share. Offsets here are bytes of the
 * WIDTH-folded text of the call, unless called original. */
#ifndef PM_TOKENIZER_PARTS_H
#define PM_TOKENIZER_PARTS_H

#include <stdbool.h>

#include "lib/buf.h"
#include "lib/norm.h"
#include "lib/stem.h"
#include "lib/tokenizer.h"
#include "lib/user_terms.h"

/* A Latin or a Japanese run inside a piece. */
struct pm_run {
    uint32_t start;
    uint32_t end;
    uint32_t at; /* where it stands in the text for MeCab */
    bool latin;
    const struct pm_user_term *user; /* a word of the users' that starts here, or NULL */
};

/* How recent katakana compounds were split; see tokenizer_split.c. */
struct pm_splits;

/* The terms of recent Japanese words; see tokenizer_base.c. */
struct pm_bases;

struct pm_tokenizer {
    struct pm_lexer *lexer;
    struct pm_stem *stem;
    struct pm_morph_worker *worker; /* NULL until the first Japanese */
    struct pm_splits *splits;       /* likewise */
    struct pm_bases *bases;         /* likewise */
    struct pm_folded text;          /* the text of the call, WIDTH-folded */
    struct pm_folded term;          /* scratch: one term, FULL-folded */
    struct pm_buf piece;            /* scratch: what MeCab reads */
    struct pm_buf name;             /* scratch: an identifier */
    struct pm_run *runs;            /* of the piece at hand */
    size_t n_runs;
    size_t cap_runs;

    /* Of the call. */
    size_t part_end;   /* what stands before it is part of a user's word */
    size_t user_token; /* the token of that word */
    bool user_single;  /* it has no parts */
    const char *source;
    struct pm_arena *arena;
    struct pm_tokens *out;
    struct pm_error *err;
};

/* Append a token: the term (copied, cut at PM_TOKEN_MAX_BYTES) for the bytes
 * [from, to). */
enum pm_status pm_token_add(struct pm_tokenizer *t, const char *term, size_t len, size_t from,
                            size_t to, unsigned flags, enum pm_pos pos, uint32_t position);

/* Append the user's word that starts at r, if any; what follows inside is its parts. */
enum pm_status pm_token_add_user(struct pm_tokenizer *t, struct pm_run *r);

/* The users' words, or NULL. */
const struct pm_user_terms *pm_lexer_terms(const struct pm_lexer *lx);

/* Make a dash between two katakana a long vowel mark, in the WIDTH-folded text of source. */
enum pm_status pm_join_katakana(struct pm_folded *f, const char *source, size_t len);

/* Is the character one that words outside of Japanese are made of? */
bool pm_latin_is_letter(uint32_t cp);

/* The end of the Latin run that starts at pos, or pos where none does. */
size_t pm_latin_end(const char *s, size_t len, size_t pos);

/* Append the tokens of the Latin run [start, end). */
enum pm_status pm_latin_tokens(struct pm_tokenizer *t, size_t start, size_t end);

/* The end of the Japanese run that starts at pos, or pos where none does. */
size_t pm_japanese_end(const char *s, size_t len, size_t pos);

/* Append the tokens of the runs collected in t->runs, and forget them. */
enum pm_status pm_piece_tokens(struct pm_tokenizer *t);

/* The worker and the tables of splits and terms, made at the first call. */
enum pm_status pm_tokenizer_need_morph(struct pm_tokenizer *t);

/* Stop words of the lexer; the words are folded as terms are. */
enum pm_stop pm_lexer_is_english_stop(const void *lexer, const char *word, size_t len);
/* The stem of dict/spelling.tsv in the place of this one, or NULL (pm_stem_spell_fn). */
const char *pm_lexer_spelling(const void *lexer, const char *word, size_t word_len,
                              const char *stem, size_t len);
enum pm_stop pm_lexer_is_japanese_stop(const void *lexer, const char *word, size_t len);

/* The lexer's model, opened at the first call (thread-safe). */
enum pm_status pm_lexer_morph(struct pm_lexer *lx, struct pm_morph **out, struct pm_error *err);

/* The term of a Japanese word. */
struct pm_base {
    const char *term; /* until the next call; not NUL-terminated */
    size_t len;
    enum pm_stop stop;
};

struct pm_bases *pm_bases_new(void);
void pm_bases_free(struct pm_bases *b);

/* FULL-fold the word, or part of one, and look it up among the stop words. */
enum pm_status pm_base_term(struct pm_tokenizer *t, const char *word, size_t len,
                            struct pm_base *out);

enum { PM_SPLIT_MAX = 8 };

struct pm_splits *pm_splits_new(void);
void pm_splits_free(struct pm_splits *s);

enum pm_compound {
    PM_COMPOUND_KATAKANA,       /* not in the dictionaries */
    PM_COMPOUND_KATAKANA_KNOWN, /* one word to them; cut only where every part is, too */
    PM_COMPOUND_KANJI,          /* the same in kanji: 関西国際空港, 期限切れ */
};

/* Cut a compound into words that the dictionaries know. lens gets the bytes of each part,
 * *n their number: 1 where the word stays whole. */
enum pm_status pm_split_compound(struct pm_splits *s, struct pm_morph_worker *w, const char *word,
                                 size_t len, enum pm_compound kind,
                                 unsigned char lens[PM_SPLIT_MAX], size_t *n, struct pm_error *err);

#endif
