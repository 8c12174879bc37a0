/* Text to terms: what indexing, queries, highlights and drafts all use.
 *
 * Latin runs (words, identifiers, versions, error codes) are ours; Japanese goes
 * through MeCab. A term is FULL-folded: the base form of a Japanese word, the
 * Snowball (English) stem of a Latin word, the lower-cased whole of an
 * identifier. Compounds give the whole and their parts:
 *
 *   "HybridPrioritySemaphore" -> hybridprioritysemaphore@0 hybrid@0 prioriti@1 semaphor@2
 *   "max_connections"         -> max_connections@0 max@0 connect@1
 *   "us-east-1", "HTTP/2", "TLS1.2", "k8s", "v1.2.3" -> the whole, and the parts
 *   "コネクションプール" -> コネクションプル@0 (whole, folded) コネクション@0 プル@1 (parts)
 *   "関西国際空港"  -> parts from MeCab at 0 1 2
 *
 * Stop words (particles, auxiliaries, punctuation, English function words from
 * dict/stopwords.tsv) take a position but give a token with PM_TOKEN_STOP set,
 * which is not indexed.
 */
#ifndef PM_TOKENIZER_H
#define PM_TOKENIZER_H

#include <stddef.h>
#include <stdint.h>

#include "lib/arena.h"
#include "lib/dict.h"
#include "lib/morph.h"
#include "lib/status.h"

enum {
    PM_TOKEN_STOP = 1,  /* takes a position, is not indexed */
    PM_TOKEN_WHOLE = 2, /* a compound; its parts follow, from the same position on */
    PM_TOKEN_PART = 4,  /* a part of the compound before it */
    PM_TOKEN_LATIN = 8, /* from a Latin run */
    PM_TOKEN_NUMBER = 16,
    PM_TOKEN_MAX_BYTES = 200, /* longer terms are cut at a character */
};

struct pm_token {
    const char *text;  /* the term, NUL-terminated, in the caller's arena */
    uint32_t len;
    uint32_t start;    /* bytes of the ORIGINAL text: [start, end) */
    uint32_t end;
    uint32_t position; /* words, from 0 */
    uint8_t flags;
    uint8_t pos;       /* enum pm_pos; PM_POS_OTHER for Latin */
};

struct pm_tokens {
    struct pm_token *items;
    size_t count;
    size_t cap;
    uint32_t next_position; /* the position behind the last token */
};

/* What all threads share: the dictionary's stop words, MeCab's model, ... */
struct pm_lexer;
/* What each thread has of its own. */
struct pm_tokenizer;

/* Open the shared part; dict and its user.dic are found by the caller. dict must
 * outlive it. Opening must cost well under 2 ms. */
enum pm_status pm_lexer_open(struct pm_dict *dict, struct pm_lexer **out, struct pm_error *err);

/* Changes whenever the same text may give other tokens (MeCab dictionaries,
 * stop words, version of the folding and of this file). Owned by the lexer. */
const char *pm_lexer_fingerprint(const struct pm_lexer *lx);

void pm_lexer_close(struct pm_lexer *lx);

enum pm_status pm_tokenizer_new(struct pm_lexer *lx, struct pm_tokenizer **out,
                                struct pm_error *err);
void pm_tokenizer_free(struct pm_tokenizer *t);

/* Append the tokens of one sentence (or any short text; len below 2^31) to out,
 * their texts in arena. Positions go on from out->next_position. MeCab is opened
 * lazily: text without Japanese never calls it. */
enum pm_status pm_tokenize(struct pm_tokenizer *t, const char *text, size_t len,
                           struct pm_arena *arena, struct pm_tokens *out, struct pm_error *err);

#endif
