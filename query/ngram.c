#include "query/ngram.h"

#include <stdlib.h>

#include "lib/norm_parts.h"
#include "lib/utf8.h"

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* The next pair of neighbouring Japanese characters behind *pos, whose first is *last
 * (0: none yet). False at the end. */
static bool next_pair(const char *s, size_t len, size_t *pos, uint32_t *last, uint64_t *out)
{
    while (*pos < len) {
        if ((unsigned char)s[*pos] < 0x80) {
            (*pos)++;
            *last = 0;
            continue;
        }
        uint32_t cp = pm_utf8_next(s, len, pos);
        uint32_t before = *last;
        *last = pm_is_japanese(cp) ? cp : 0;
        if (before != 0 && *last != 0) {
            *out = (uint64_t)before << 32 | cp;
            return true;
        }
    }
    return false;
}

/* The bit of a bigram in the filter. */
static inline uint32_t filter_bit(uint64_t gram)
{
    return ((uint32_t)(gram >> 32) * 37 + (uint32_t)gram) % PM_NGRAM_FILTER;
}

static void add_clause(const struct pm_folded *f, struct pm_ngrams *out)
{
    size_t pos = 0;
    uint32_t last = 0;
    uint64_t gram;
    while (out->count < PM_NGRAM_MAX && next_pair(f->text, f->len, &pos, &last, &gram))
        out->grams[out->count++] = gram;
}

enum pm_status pm_ngrams_of(const struct pm_query *q, struct pm_ngrams *out, struct pm_error *err)
{
    struct pm_folded f = {0};
    enum pm_status st = PM_OK;
    *out = (struct pm_ngrams){.count = 0};
    for (size_t i = 0; st == PM_OK && i < q->count; i++) {
        if (q->clauses[i].negated)
            continue;
        st = pm_fold(PM_FOLD_FULL, q->clauses[i].text, q->clauses[i].len, &f);
        if (st == PM_OK)
            add_clause(&f, out);
    }
    pm_folded_free(&f);
    if (st != PM_OK)
        return pm_fail(err, st, "out of memory");
    if (out->count > 0)
        qsort(out->grams, out->count, sizeof *out->grams, by_value);
    size_t kept = 0;
    for (size_t i = 0; i < out->count; i++)
        if (kept == 0 || out->grams[i] != out->grams[kept - 1])
            out->grams[kept++] = out->grams[i];
    out->count = kept;
    for (size_t i = 0; i < kept; i++)
        out->filter[filter_bit(out->grams[i]) / 64] |= UINT64_C(1)
                                                       << filter_bit(out->grams[i]) % 64;
    return PM_OK;
}

/* Where a bigram may end: the folded text goes by a character at a time. */
struct scan {
    const struct pm_ngrams *grams;
    struct pm_ngram_counts *counts;
    enum pm_section section;
    uint32_t last; /* the last character, 0 unless it is Japanese */
};

static void count_gram(const struct scan *c, uint64_t gram)
{
    const struct pm_ngrams *g = c->grams;
    uint32_t bit = filter_bit(gram);
    c->counts->length++;
    if ((g->filter[bit / 64] >> bit % 64 & 1) == 0)
        return;
    const uint64_t *found = bsearch(&gram, g->grams, g->count, sizeof *g->grams, by_value);
    if (found == NULL)
        return;
    uint16_t *count = &c->counts->count[found - g->grams];
    *count += *count < UINT16_MAX;
    c->counts->by_section[c->section]++;
}

static inline void add_char(struct scan *c, uint32_t cp)
{
    uint32_t before = c->last;
    c->last = pm_is_japanese(cp) ? cp : 0;
    if (before != 0 && c->last != 0)
        count_gram(c, (uint64_t)before << 32 | cp);
}

/* What the hiragana, kanji or Japanese punctuation at s is folded to, which nothing before
 * it changes and nothing behind it but a mark; 0: another character. */
static inline uint32_t plain_at(const unsigned char *s, size_t left)
{
    if (left < 3 || s[0] < 0xE3 || s[0] > 0xE9 || (s[1] & 0xC0) != 0x80 || (s[2] & 0xC0) != 0x80)
        return 0;
    uint32_t cp = (uint32_t)(s[0] & 0x0F) << 12 | (uint32_t)(s[1] & 0x3F) << 6 | (s[2] & 0x3F);
    if (cp >= 0x4E00)
        return pm_norm_han(cp);
    bool plain = (cp >= 0x3041 && cp <= 0x3093) || cp == 0x3001 || cp == 0x3002 ||
                 (cp >= 0x3008 && cp <= 0x3011);
    return plain ? cp : 0;
}

/* The same, with 0 also where what follows may be a mark or look back at this character. */
static inline uint32_t settled_at(const unsigned char *s, size_t left)
{
    uint32_t cp = plain_at(s, left);
    bool alone = cp != 0 && (left == 3 || s[3] < 0x80 || plain_at(s + 3, left - 3) != 0);
    return alone ? cp : 0;
}

/* The end of the characters from pos on that must be folded together. */
static size_t piece_end(const unsigned char *s, size_t len, size_t pos)
{
    do
        pos++;
    while (pos < len && s[pos] >= 0x80 &&
           ((s[pos] & 0xC0) == 0x80 || settled_at(s + pos, len - pos) == 0));
    return pos;
}

/* Fold a piece, and what is ASCII before it: marks may join that. */
static enum pm_status add_piece(struct scan *c, const char *s, size_t start, size_t end,
                                struct pm_folded *fold)
{
    if (start > 0 && (unsigned char)s[start - 1] < 0x80)
        start--;
    enum pm_status st = pm_fold(PM_FOLD_FULL, s + start, end - start, fold);
    for (size_t pos = 0; st == PM_OK && pos < fold->len;)
        add_char(c, pm_utf8_next(fold->text, fold->len, &pos));
    return st;
}

enum pm_status pm_ngrams_count(const struct pm_ngrams *g, enum pm_section section, const char *text,
                               size_t len, struct pm_folded *fold, struct pm_ngram_counts *counts)
{
    struct scan c = {.grams = g, .counts = counts, .section = section};
    const unsigned char *s = (const unsigned char *)text;
    enum pm_status st = PM_OK;
    for (size_t pos = 0; st == PM_OK && pos < len;) {
        uint32_t cp;
        if (s[pos] < 0x80) {
            c.last = 0;
            pos = pm_ascii_end(text, len, pos);
        } else if ((cp = settled_at(s + pos, len - pos)) != 0) {
            add_char(&c, cp);
            pos += 3;
        } else {
            size_t end = piece_end(s, len, pos);
            st = add_piece(&c, text, pos, end, fold);
            pos = end;
        }
    }
    return st;
}

void pm_ngrams_score(const struct pm_ngrams *g, const struct pm_rank_weights *w,
                     const struct pm_ngram_counts *docs, size_t n, double *scores)
{
    double length = 0;
    for (size_t d = 0; d < n; d++) {
        scores[d] = 0;
        length += docs[d].length;
    }
    double mean = n > 0 && length > 0 ? length / (double)n : 1;
    for (size_t i = 0; i < g->count; i++) {
        double df = 0;
        for (size_t d = 0; d < n; d++)
            df += docs[d].count[i] > 0;
        double idf = pm_rank_idf((double)n, df);
        for (size_t d = 0; d < n; d++) {
            double tf = docs[d].count[i] / (1 - w->b + w->b * docs[d].length / mean);
            scores[d] += w->ngram * idf * tf * (w->k1 + 1) / (w->k1 + tf);
        }
    }
}
