#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "lib/tokenizer_parts.h"
#include "lib/utf8.h"

/* The terms of Japanese words. The same few thousand make up most of any text: a table of
 * recent ones saves folding each again. */
enum {
    CACHE_LINE = 64,
    SLOTS = 2048,
    WORD_MAX = 30, /* bytes of a word that is kept: ten letters, and a slot is a cache line */
    BASE_MAX = 600 /* bytes of a longer one that are folded: a term is shorter */
};

struct slot {
    _Alignas(CACHE_LINE) unsigned char word_len; /* 0: empty */
    unsigned char term_len;
    unsigned char stop; /* enum pm_stop */
    char word[WORD_MAX];
    char term[WORD_MAX];
};

struct pm_bases {
    struct slot slots[SLOTS];
};

struct pm_bases *pm_bases_new(void)
{
    struct pm_bases *b = aligned_alloc(CACHE_LINE, sizeof *b);
    if (b != NULL)
        memset(b, 0, sizeof *b);
    return b;
}

void pm_bases_free(struct pm_bases *b)
{
    free(b);
}

static enum pm_status fold(struct pm_tokenizer *t, const char *word, size_t len,
                           struct pm_base *out)
{
    enum pm_status st = pm_fold(PM_FOLD_FULL, word, pm_utf8_clip(word, len, BASE_MAX), &t->term);
    if (st != PM_OK)
        return pm_fail(t->err, st, "out of memory");
    *out = (struct pm_base){.term = t->term.text,
                            .len = t->term.len,
                            .stop = pm_lexer_is_japanese_stop(t->lexer, t->term.text, t->term.len)};
    return PM_OK;
}

enum pm_status pm_base_term(struct pm_tokenizer *t, const char *word, size_t len,
                            struct pm_base *out)
{
    if (t->bases == NULL || len == 0 || len > WORD_MAX)
        return fold(t, word, len, out);
    struct slot *slot = &t->bases->slots[XXH3_64bits(word, len) % SLOTS];
    if (slot->word_len != len || memcmp(slot->word, word, len) != 0) {
        enum pm_status st = fold(t, word, len, out);
        if (st != PM_OK || out->len > WORD_MAX)
            return st;
        memcpy(slot->word, word, len);
        memcpy(slot->term, out->term, out->len);
        slot->word_len = (unsigned char)len;
        slot->term_len = (unsigned char)out->len;
        slot->stop = (unsigned char)out->stop;
    }
    *out = (struct pm_base){slot->term, slot->term_len, (enum pm_stop)slot->stop};
    return PM_OK;
}
