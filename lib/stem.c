#include "lib/stem.h"

#include <libstemmer.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

enum { SLOTS = 8192, KEY_MAX = 14, STEM_MAX = 15, CACHE_LINE = 64 };

/* One recent word: a later word of the same slot replaces it. Two to a cache line; the
 * longer words are few. */
struct slot {
    unsigned char key_len; /* 0: empty */
    unsigned char stem_len;
    unsigned char stop; /* enum pm_stop */
    char key[KEY_MAX];
    char stem[STEM_MAX];
};

struct pm_stem {
    struct sb_stemmer *snowball;
    pm_stem_stop_fn stop;
    pm_stem_spell_fn spell;
    const void *ctx;
    _Alignas(CACHE_LINE) struct slot slots[SLOTS];
};

struct pm_stem *pm_stem_new(pm_stem_stop_fn stop, pm_stem_spell_fn spell, const void *ctx)
{
    struct pm_stem *st = aligned_alloc(CACHE_LINE, sizeof *st);
    if (st == NULL)
        return NULL;
    memset(st, 0, sizeof *st);
    st->stop = stop;
    st->spell = spell;
    st->ctx = ctx;
    st->snowball = sb_stemmer_new("english", "UTF_8");
    if (st->snowball == NULL) {
        free(st);
        return NULL;
    }
    return st;
}

void pm_stem_free(struct pm_stem *st)
{
    if (st == NULL)
        return;
    sb_stemmer_delete(st->snowball);
    free(st);
}

static bool is_ascii(const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)s[i] >= 0x80)
            return false;
    return true;
}

static const char *stem(struct pm_stem *st, const char *word, size_t len, size_t *out_len)
{
    *out_len = len;
    if (!is_ascii(word, len) || len > 200)
        return word;
    const sb_symbol *s = sb_stemmer_stem(st->snowball, (const sb_symbol *)word, (int)len);
    if (s == NULL)
        return NULL;
    size_t n = (size_t)sb_stemmer_length(st->snowball);
    if (n == 0)
        return word;
    const char *other =
        st->spell == NULL ? NULL : st->spell(st->ctx, word, len, (const char *)s, n);
    *out_len = other == NULL ? n : strlen(other);
    return other == NULL ? (const char *)s : other;
}

static enum pm_stop is_stop(const struct pm_stem *st, const char *word, size_t len)
{
    return st->stop == NULL ? PM_STOP_NO : st->stop(st->ctx, word, len);
}

const char *pm_stem_once(struct pm_stem *st, const char *word, size_t len, size_t *out_len)
{
    return stem(st, word, len, out_len);
}

static size_t slot_of(const char *word, size_t len)
{
    return XXH3_64bits(word, len) % SLOTS;
}

void pm_stem_expect(const struct pm_stem *st, const char *word, size_t len)
{
    if (len <= KEY_MAX)
        __builtin_prefetch(&st->slots[slot_of(word, len)]);
}

const char *pm_stem_word(struct pm_stem *st, const char *word, size_t len, size_t *out_len,
                         enum pm_stop *stops)
{
    if (len == 0 || len > KEY_MAX) {
        *stops = is_stop(st, word, len);
        return stem(st, word, len, out_len);
    }
    struct slot *slot = &st->slots[slot_of(word, len)];
    if (slot->key_len != len || memcmp(slot->key, word, len) != 0) {
        size_t n;
        const char *s = stem(st, word, len, &n);
        if (s == NULL || n > STEM_MAX) {
            *stops = is_stop(st, word, len);
            *out_len = n;
            return s;
        }
        slot->key_len = (unsigned char)len;
        slot->stem_len = (unsigned char)n;
        slot->stop = (unsigned char)is_stop(st, word, len);
        memcpy(slot->key, word, len);
        memcpy(slot->stem, s, n);
    }
    *out_len = slot->stem_len;
    *stops = (enum pm_stop)slot->stop;
    return slot->stem;
}
