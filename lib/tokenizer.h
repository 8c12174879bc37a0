/* Text to terms: what indexing, queries, highlights and drafts all use.
 *
 * Latin runs (words, identifiers, versions, error codes) are ours; Japanese goes
 * through MeCab. A term is FULL-folded: the base form of a Japanese word, the
 * Snowball (English) stem of a Latin word, the lower-cased whole of an
 * identifier. Compounds give the whole and their parts; case never decides whether two
 * texts meet, so that a whole of letters alone is stemmed as the plain word would be:
 *
 *   "HybridPrioritySemaphore" -> hybridprioritysemaphor@0 hybrid@0 prioriti@1 semaphor@2
 *   "max_connections"         -> max_connections@0 max@0 connect@1
 *   "us-east-1", "HTTP/2", "TLS1.2", "k8s", "v1.2.3" -> the whole, and the parts
 *   hashes, uuids, base64     -> the whole only
 *   "コネクションプール" -> コネクシヨンプール@0 (whole, folded) コネクシヨン@0 プール@1 (parts)
 *   "ユーザー・エージェント" -> ユーザーエージエント@0 ユーザ@0 エージエント@1
 *   "接続数上限"    -> 接続@0 数@1 上限@2, as MeCab cuts it
 *   "2023年"        -> 2023@0 年@1
 *
 * A part of one letter is dropped. A whole and its first part share their position.
 *
 * A word of the users' own (lib/user_terms.h) is a whole, with what is inside it as its
 * parts; where it is one word to MeCab too, a word.
 *
 * Stop words (particles, auxiliaries, English function words and the other words of
 * dict/stopwords.tsv) take a position but give a token with PM_TOKEN_STOP set,
 * which nothing is found by; so does a run of punctuation. Some are held all the same
 * (PM_TOKEN_HELD): the document keeps them, because names of concepts mean something
 * else without them ("log in", "took down", 気づかない). Brackets, quotes, emphasis marks
 * and middle dots take none: a phrase goes on through them.
 */
#ifndef PM_TOKENIZER_H
#define PM_TOKENIZER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/arena.h"
#include "lib/dict.h"
#include "lib/morph.h"
#include "lib/status.h"
#include "lib/stop.h"

enum {
    PM_TOKEN_STOP = 1,  /* takes a position, is not indexed */
    PM_TOKEN_WHOLE = 2, /* a compound; its parts follow, from the same position on */
    PM_TOKEN_PART = 4,  /* a part of the compound before it */
    PM_TOKEN_LATIN = 8, /* from a Latin run */
    PM_TOKEN_NUMBER = 16,
    PM_TOKEN_HELD = 32,  /* with PM_TOKEN_STOP: names of concepts may hold it; */
    PM_TOKEN_TIGHT = 64, /* with that: no word between it and the name's others */
    PM_TOKEN_LOOSE = 128,
    PM_TOKEN_MAX_BYTES = 200, /* longer terms are cut at a character */
};

struct pm_token {
    const char *text; /* the term, NUL-terminated, in the caller's arena */
    uint32_t len;
    uint32_t start; /* bytes of the ORIGINAL text: [start, end) */
    uint32_t end;
    uint32_t position; /* words, from 0 */
    uint8_t flags;
    uint8_t pos; /* enum pm_pos; PM_POS_OTHER for Latin */
};

static inline uint8_t pm_token_stop_flags(enum pm_stop stop)
{
    static const uint8_t flags[] = {
        [PM_STOP_NO] = 0,
        [PM_STOP_YES] = PM_TOKEN_STOP,
        [PM_STOP_HELD] = PM_TOKEN_STOP | PM_TOKEN_HELD,
        [PM_STOP_TIGHT] = PM_TOKEN_STOP | PM_TOKEN_HELD | PM_TOKEN_TIGHT,
        [PM_STOP_LOOSE] = PM_TOKEN_STOP | PM_TOKEN_HELD | PM_TOKEN_LOOSE,
    };
    return flags[stop];
}

/* Nothing but a position: neither a word nor part of a name. */
static inline bool pm_token_is_gap(const struct pm_token *t)
{
    return (t->flags & (PM_TOKEN_STOP | PM_TOKEN_HELD)) == PM_TOKEN_STOP;
}

/* May a name of several words hold it? */
static inline bool pm_token_in_name(const struct pm_token *t)
{
    return (t->flags & PM_TOKEN_WHOLE) == 0 && !pm_token_is_gap(t);
}

/* Zero-initialised ({0}) is empty; the items live in the arena of pm_tokenize. */
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

/* Open the shared part: stop words of dict, user.dic of its folder. dict is not kept.
 * Takes well under 2 ms: MeCab is opened at the first Japanese text, and a missing
 * dictionary of MeCab is an error (PM_EDICT) only there. */
enum pm_status pm_lexer_open(struct pm_dict *dict, struct pm_lexer **out, struct pm_error *err);

/* Changes whenever the same text may give other tokens (MeCab dictionaries,
 * stop words, version of the folding and of this file). Owned by the lexer, which makes it
 * when it is first asked for: searches never do. NULL: out of memory. */
const char *pm_lexer_fingerprint(struct pm_lexer *lx);

/* Lay the users' words over everything cut from now on; lines as of pm_user_terms_read
 * ("" or NULL: none). Before the first tokenizer is used. Changes the fingerprint. */
enum pm_status pm_lexer_set_terms(struct pm_lexer *lx, const char *lines, struct pm_error *err);

void pm_lexer_close(struct pm_lexer *lx);

enum pm_status pm_tokenizer_new(struct pm_lexer *lx, struct pm_tokenizer **out,
                                struct pm_error *err);
void pm_tokenizer_free(struct pm_tokenizer *t);

/* Append the tokens of one sentence (or any text; len below 2^31) to out, items and
 * texts in arena: the same arena for all calls with one out. Positions go on from
 * out->next_position. MeCab is opened lazily: text without Japanese never calls it.
 * On failure the tokens so far stay. */
enum pm_status pm_tokenize(struct pm_tokenizer *t, const char *text, size_t len,
                           struct pm_arena *arena, struct pm_tokens *out, struct pm_error *err);

#endif
