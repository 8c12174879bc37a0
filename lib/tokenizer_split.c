#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "lib/tokenizer_parts.h"
#include "lib/utf8.h"

/* Compounds.
 *
 * Katakana: ipadic knows プール and オーバー, but neither コネクション nor
 * フェイル: the cheapest cut into known words wins, with at most one unknown word of
 * some length among longer known ones. Words of two letters are everywhere inside
 * of others, so that they count only where everything is known.
 *
 * Kanji: MeCab cuts most by itself; those that the dictionaries hold as one word
 * (関西国際空港, 期限切れ) are cut where known words fill them, save for a name in front
 * (names of people and places are no parts to look for elsewhere). */
enum {
    SLOTS = 1024,
    WORD_MAX = 96, /* bytes: 32 letters */
    LETTERS = WORD_MAX / 3,
    COST_WORD = 10,
    COST_SHORT = 16,
    COST_UNKNOWN = 25,
    COST_NONE = 30000,
    SHORT_LETTERS = 2,
    UNKNOWN_LETTERS = 4, /* the shortest unknown part */
    WHOLE_LETTERS = 4,   /* the shortest unknown word to cut */
    KNOWN_LETTERS = 8,   /* the shortest known word to cut */
    KANJI_LETTERS = 4,   /* the same in kanji */
};

struct slot {
    unsigned char len; /* 0: empty */
    unsigned char kind;
    unsigned char n;
    unsigned char lens[PM_SPLIT_MAX];
    char word[WORD_MAX];
};

struct pm_splits {
    struct slot slots[SLOTS];
};

/* The cheapest way to each letter, without and with an unknown part. */
struct lattice {
    size_t letters;
    bool may_start[LETTERS + 1];     /* a word may start at this letter */
    bool noun[LETTERS][LETTERS + 1]; /* [from][to]: in the dictionary */
    int cost[LETTERS + 1][2];
    unsigned char from[LETTERS + 1][2];
    unsigned char unknown[LETTERS + 1][2]; /* the last part is the unknown one */
};

struct pm_splits *pm_splits_new(void)
{
    return calloc(1, sizeof(struct pm_splits));
}

void pm_splits_free(struct pm_splits *s)
{
    free(s);
}

/* No word starts with a long vowel mark, ン, or a small letter. */
static bool starts_word(uint32_t cp)
{
    switch (cp) {
    case U'ー':
    case U'ン':
    case U'ッ':
    case U'ャ':
    case U'ュ':
    case U'ョ':
    case U'ァ':
    case U'ィ':
    case U'ゥ':
    case U'ェ':
    case U'ォ':
    case U'ヮ':
        return false;
    default:
        return true;
    }
}

static void lattice_fill(struct lattice *l, const char *word, size_t len,
                         const struct pm_span *spans, size_t n)
{
    memset(l, 0, sizeof *l);
    l->letters = len / 3;
    for (size_t pos = 0, i = 0; pos < len; i++)
        l->may_start[i] = starts_word(pm_utf8_next(word, len, &pos));
    l->may_start[l->letters] = true;
    for (size_t i = 0; i < n; i++)
        if (spans[i].start % 3 == 0 && spans[i].len % 3 == 0)
            l->noun[spans[i].start / 3][(spans[i].start + spans[i].len) / 3] = true;
    for (size_t i = 0; i <= l->letters; i++)
        l->cost[i][0] = l->cost[i][1] = COST_NONE;
    l->cost[0][0] = 0;
}

static void relax(struct lattice *l, size_t from, int had, size_t to, int has, int cost)
{
    if (l->cost[from][had] + cost >= l->cost[to][has])
        return;
    l->cost[to][has] = l->cost[from][had] + cost;
    l->from[to][has] = (unsigned char)from;
    l->unknown[to][has] = has != had;
}

static void lattice_solve(struct lattice *l, enum pm_compound kind)
{
    for (size_t from = 0; from < l->letters; from++) {
        if (!l->may_start[from])
            continue;
        for (size_t to = from + SHORT_LETTERS; to <= l->letters; to++) {
            bool whole = from == 0 && to == l->letters;
            if (whole || !l->may_start[to])
                continue;
            bool is_short = to - from == SHORT_LETTERS;
            if (l->noun[from][to]) {
                if (!is_short || kind == PM_COMPOUND_KANJI)
                    relax(l, from, 1, to, 1, COST_WORD);
                if (!is_short || kind != PM_COMPOUND_KATAKANA_KNOWN)
                    relax(l, from, 0, to, 0, is_short ? COST_SHORT : COST_WORD);
            }
            if (kind == PM_COMPOUND_KANJI && from == 0)
                relax(l, from, 0, to, 1, COST_WORD * (int)to);
            if (kind == PM_COMPOUND_KATAKANA && to - from >= UNKNOWN_LETTERS)
                relax(l, from, 0, to, 1, COST_UNKNOWN);
        }
    }
}

/* Is there a word of two letters on the way without an unknown part up to pos? */
static bool has_short(const struct lattice *l, size_t pos)
{
    for (; pos > 0; pos = l->from[pos][0])
        if (pos - l->from[pos][0] == SHORT_LETTERS)
            return true;
    return false;
}

/* Read the cut off the lattice, from its end; false where it is not acceptable. */
static bool lattice_cut(const struct lattice *l, struct slot *slot)
{
    int has = l->cost[l->letters][0] <= l->cost[l->letters][1] ? 0 : 1;
    unsigned char lens[PM_SPLIT_MAX];
    size_t n = 0;
    if (l->cost[l->letters][has] >= COST_NONE)
        return false;
    for (size_t pos = l->letters; pos > 0;) {
        if (n == PM_SPLIT_MAX)
            return false;
        size_t from = l->from[pos][has];
        lens[n++] = (unsigned char)(3 * (pos - from));
        if (has == 1 && l->unknown[pos][1]) {
            has = 0;
            if (has_short(l, from))
                return false;
        }
        pos = from;
    }
    slot->n = (unsigned char)n;
    for (size_t i = 0; i < n; i++)
        slot->lens[i] = lens[n - 1 - i];
    return true;
}

static enum pm_status fill_slot(struct slot *slot, struct pm_morph_worker *w, const char *word,
                                size_t len, enum pm_compound kind, struct pm_error *err)
{
    const struct pm_span *spans;
    size_t n;
    slot->len = 0;
    enum pm_status st = pm_morph_nouns(w, word, len, &spans, &n, err);
    if (st != PM_OK)
        return st;
    struct lattice l;
    lattice_fill(&l, word, len, spans, n);
    lattice_solve(&l, kind);
    if (!lattice_cut(&l, slot)) {
        slot->n = 1;
        slot->lens[0] = (unsigned char)len;
    }
    memcpy(slot->word, word, len);
    slot->kind = (unsigned char)kind;
    slot->len = (unsigned char)len;
    return PM_OK;
}

enum pm_status pm_split_compound(struct pm_splits *s, struct pm_morph_worker *w, const char *word,
                                 size_t len, enum pm_compound kind,
                                 unsigned char lens[PM_SPLIT_MAX], size_t *n, struct pm_error *err)
{
    static const size_t shortest[] = {[PM_COMPOUND_KATAKANA] = WHOLE_LETTERS,
                                      [PM_COMPOUND_KATAKANA_KNOWN] = KNOWN_LETTERS,
                                      [PM_COMPOUND_KANJI] = KANJI_LETTERS};
    size_t least = shortest[kind];
    *n = 1;
    lens[0] = (unsigned char)len;
    if (len > WORD_MAX || len % 3 != 0 || len < 3 * least)
        return PM_OK;
    struct slot *slot = &s->slots[XXH3_64bits(word, len) % SLOTS];
    if (slot->len != len || slot->kind != kind || memcmp(slot->word, word, len) != 0) {
        enum pm_status st = fill_slot(slot, w, word, len, kind, err);
        if (st != PM_OK)
            return st;
    }
    *n = slot->n;
    memcpy(lens, slot->lens, slot->n);
    return PM_OK;
}
