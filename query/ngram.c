#include "query/ngram.h"

#include <stdlib.h>

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

static void count_folded(const struct pm_ngrams *g, enum pm_section section,
                         const struct pm_folded *f, struct pm_ngram_counts *counts)
{
    size_t pos = 0;
    uint32_t last = 0;
    uint64_t gram;
    while (next_pair(f->text, f->len, &pos, &last, &gram)) {
        counts->length++;
        uint32_t bit = filter_bit(gram);
        if ((g->filter[bit / 64] >> bit % 64 & 1) == 0)
            continue;
        const uint64_t *found = bsearch(&gram, g->grams, g->count, sizeof *g->grams, by_value);
        if (found == NULL)
            continue;
        uint16_t *count = &counts->count[found - g->grams];
        *count += *count < UINT16_MAX;
        counts->by_section[section]++;
    }
}

/* The next piece of s, from *pos on, that may hold bigrams: what is not ASCII, and the
 * ASCII character on either side, beyond which folding does not look. False: none. */
static bool next_piece(const char *s, size_t len, size_t *pos, size_t *start)
{
    size_t at = *pos;
    while (at < len && (unsigned char)s[at] < 0x80)
        at++;
    *start = at > 0 ? at - 1 : 0;
    bool found = at < len;
    while (at < len && (unsigned char)s[at] >= 0x80)
        at++;
    *pos = at < len ? at + 1 : len;
    return found;
}

enum pm_status pm_ngrams_count(const struct pm_ngrams *g, enum pm_section section, const char *text,
                               size_t len, struct pm_folded *fold, struct pm_ngram_counts *counts)
{
    enum pm_status st = PM_OK;
    size_t pos = 0, start;
    while (st == PM_OK && next_piece(text, len, &pos, &start)) {
        st = pm_fold(PM_FOLD_FULL, text + start, pos - start, fold);
        if (st == PM_OK)
            count_folded(g, section, fold, counts);
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
