#include <string.h>

#include "lib/tokenizer_parts.h"
#include "lib/utf8.h"

/* Japanese runs, by MeCab. It reads the whole piece, with one letter or digit in the
 * place of each Latin run: a particle behind "Redis" is then a particle, and nothing
 * of the Latin run is MeCab's to cut. */

enum {
    MIDDLE_DOT = 0x30FB,
    GROUP_MAX = 32, /* morphemes of one katakana compound */
};

#define LETTER_PLACE "\xC8\xB6" /* a Latin letter that no dictionary holds */
#define DIGIT_PLACE "1"
#define DOT "\xE3\x83\xBB"
#define BLANK "   " /* as long as DOT; nothing else leaves three blanks */

/* The morphemes of a piece, and where we are in it. */
struct walk {
    const struct pm_morpheme *m;
    size_t n;
    size_t run; /* the first run not yet left behind */
};

size_t pm_japanese_end(const char *s, size_t len, size_t pos)
{
    uint32_t prev = 0;
    for (size_t next = pos; pos < len; pos = next) {
        uint32_t cp = pm_utf8_next(s, len, &next);
        if (cp == MIDDLE_DOT) {
            size_t after = next;
            if (!pm_is_katakana(prev) || !pm_is_katakana(pm_utf8_next(s, len, &after)))
                break;
        } else if (!pm_is_japanese(cp) && (cp < 0x3099 || cp > 0x309A) && cp != 0x30FD &&
                   cp != 0x30FE) {
            break;
        }
        prev = cp;
    }
    return pos;
}

/* Add a Japanese run with blanks for its middle dots: to MeCab they are katakana, and
 * it makes one unknown word of "デプロイ・キュー". */
static void write_japanese(struct pm_buf *piece, const char *s, size_t len)
{
    for (size_t i = 0; i < len;) {
        const char *dot = memmem(s + i, len - i, DOT, sizeof DOT - 1);
        size_t n = dot == NULL ? len - i : (size_t)(dot - (s + i));
        pm_buf_add(piece, s + i, n);
        if (dot != NULL)
            pm_buf_adds(piece, BLANK);
        i += n + (dot == NULL ? 0 : sizeof DOT - 1);
    }
}

/* Write what MeCab reads; false when there is no Japanese in the piece. */
static bool write_piece(struct pm_tokenizer *t)
{
    const char *s = t->text.text;
    bool japanese = false;
    pm_buf_clear(&t->piece);
    for (size_t i = 0; i < t->n_runs; i++) {
        struct pm_run *r = &t->runs[i];
        if (i > 0 && (t->runs[i - 1].end < r->start || t->runs[i - 1].latin == r->latin))
            pm_buf_addc(&t->piece, ' ');
        r->at = (uint32_t)t->piece.len;
        if (!r->latin)
            write_japanese(&t->piece, s + r->start, r->end - r->start);
        else if (s[r->end - 1] >= '0' && s[r->end - 1] <= '9')
            pm_buf_adds(&t->piece, DIGIT_PLACE);
        else
            pm_buf_adds(&t->piece, LETTER_PLACE);
        japanese = japanese || !r->latin;
    }
    return japanese;
}

static size_t piece_offset(const struct pm_tokenizer *t, const char *surface)
{
    return (size_t)(surface - t->piece.data);
}

static bool is_only(const char *s, size_t len, bool (*test)(uint32_t))
{
    for (size_t pos = 0; pos < len;)
        if (!test(pm_utf8_next(s, len, &pos)))
            return false;
    return len > 0;
}

static bool is_mark(uint32_t cp)
{
    return cp == 0x30FC || (cp >= 0x3099 && cp <= 0x309E) || cp == 0x30FD || cp == 0x30FE ||
           cp == 0x3005;
}

static bool is_katakana_word(const struct pm_morpheme *m)
{
    return is_only(m->surface, m->surface_len, pm_is_katakana);
}

static bool touches(const struct pm_morpheme *a, const struct pm_morpheme *b)
{
    return a->surface + a->surface_len == b->surface;
}

/* A term from the bytes at base, FULL-folded, for [from, to). */
static enum pm_status add_term(struct pm_tokenizer *t, const char *base, size_t len, size_t from,
                               size_t to, unsigned flags, enum pm_pos pos, uint32_t position)
{
    struct pm_base word;
    enum pm_status st = pm_base_term(t, base, len, &word);
    if (st != PM_OK)
        return st;
    flags |= pm_token_stop_flags(word.stop);
    return pm_token_add(t, word.term, word.len, from, to, flags, pos, position);
}

/* How many morphemes from i on make one katakana compound: words that touch, or that
 * one middle dot stands between. */
static size_t group_len(const struct walk *w, size_t i)
{
    size_t n = 1;
    for (; i + n < w->n && n < GROUP_MAX && is_katakana_word(&w->m[i + n]); n++) {
        const char *end = w->m[i + n - 1].surface + w->m[i + n - 1].surface_len;
        size_t gap = (size_t)(w->m[i + n].surface - end);
        if (gap != 0 && (gap != sizeof BLANK - 1 || memcmp(end, BLANK, gap) != 0))
            break;
    }
    return n;
}

static bool is_kanji_or_kana(uint32_t cp)
{
    return pm_is_han(cp) || pm_is_hiragana(cp);
}

static enum pm_compound compound_kind(const struct pm_morpheme *m)
{
    return !is_katakana_word(m) ? PM_COMPOUND_KANJI
           : m->unknown         ? PM_COMPOUND_KATAKANA
                                : PM_COMPOUND_KATAKANA_KNOWN;
}

/* The parts of one morpheme; from is where it stands. */
static enum pm_status add_parts(struct pm_tokenizer *t, const struct pm_morpheme *m, size_t from,
                                unsigned flags)
{
    unsigned char lens[PM_SPLIT_MAX];
    size_t n;
    enum pm_status st = pm_split_compound(t->splits, t->worker, m->surface, m->surface_len,
                                          compound_kind(m), lens, &n, t->err);
    size_t at = 0;
    for (size_t i = 0; i < n && st == PM_OK; i++) {
        size_t len = n == 1 ? m->surface_len : lens[i];
        if (len > 3) {
            st = add_term(t, m->surface + at, len, from + at, from + at + len, flags, PM_POS_NOUN,
                          t->out->next_position);
            t->out->next_position++;
        }
        at += len;
    }
    return st;
}

static size_t count_parts(struct pm_tokenizer *t, const struct pm_morpheme *m)
{
    unsigned char lens[PM_SPLIT_MAX];
    size_t n = 1;
    (void)pm_split_compound(t->splits, t->worker, m->surface, m->surface_len, compound_kind(m),
                            lens, &n, NULL);
    return n;
}

/* A noun that the dictionaries hold as one word, but that is several. */
static bool is_kanji_compound(struct pm_tokenizer *t, const struct pm_morpheme *m)
{
    enum { LEAST = 12 }; /* bytes: four letters */
    return m->pos == PM_POS_NOUN && !m->unknown && m->surface_len >= LEAST &&
           is_only(m->surface, m->surface_len, is_kanji_or_kana) &&
           !is_only(m->surface, m->surface_len, pm_is_hiragana) && count_parts(t, m) > 1;
}

/* A compound of n morphemes from m on: the whole, and its parts from the
 * same position on. */
static enum pm_status add_compound(struct pm_tokenizer *t, const struct pm_morpheme *m, size_t n,
                                   size_t from)
{
    uint32_t position = t->out->next_position;
    const struct pm_morpheme *last = &m[n - 1];
    size_t len = (size_t)(last->surface + last->surface_len - m->surface);
    bool compound = n > 1 || count_parts(t, m) > 1;
    enum pm_status st = add_term(t, t->text.text + from, len, from, from + len,
                                 compound ? PM_TOKEN_WHOLE : 0, PM_POS_NOUN, position);
    for (size_t i = 0; compound && i < n && st == PM_OK; i++)
        st = add_parts(t, &m[i], from + (size_t)(m[i].surface - m->surface), PM_TOKEN_PART);
    if (t->out->next_position == position)
        t->out->next_position++;
    return st;
}

/* Numerals of kanji that touch are one number: 二 千 is 二千. */
static size_t number_len(const struct walk *w, size_t i)
{
    size_t n = 1;
    while (i + n < w->n && w->m[i + n].pos == PM_POS_NUMBER &&
           touches(&w->m[i + n - 1], &w->m[i + n]) &&
           is_only(w->m[i + n].surface, w->m[i + n].surface_len, pm_is_han))
        n++;
    return n;
}

/* The auxiliaries of negation are one word: 気づかない, 気づかず, 気づきません. */
static const char *negation(const struct pm_morpheme *m, size_t *len)
{
    static const char *const others[] = {"ん", "ぬ", "無い"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if ((m->pos == PM_POS_AUXVERB || i == 2) && *len == strlen(others[i]) &&
            memcmp(m->base, others[i], *len) == 0) {
            *len = strlen("ない");
            return "ない";
        }
    return m->base;
}

static enum pm_status add_morpheme(struct pm_tokenizer *t, const struct pm_morpheme *m, size_t from)
{
    unsigned flags = m->pos == PM_POS_NUMBER ? PM_TOKEN_NUMBER : 0;
    if (m->pos == PM_POS_PARTICLE || m->pos == PM_POS_AUXVERB || m->pos == PM_POS_SYMBOL ||
        is_only(m->surface, m->surface_len, is_mark))
        flags |= PM_TOKEN_STOP;
    size_t len = m->base_len;
    const char *base = negation(m, &len);
    return add_term(t, base, len, from, from + m->surface_len, flags, m->pos,
                    t->out->next_position++);
}

/* The morphemes from i on that are one word; *used is how many. */
static enum pm_status add_words(struct pm_tokenizer *t, const struct walk *w, size_t i,
                                const struct pm_run *r, size_t *used)
{
    const struct pm_morpheme *m = &w->m[i];
    size_t from = r->start + piece_offset(t, m->surface) - r->at;
    *used = 1;
    if (is_katakana_word(m) && !is_only(m->surface, m->surface_len, is_mark)) {
        *used = group_len(w, i);
        return add_compound(t, m, *used, from);
    }
    if (m->pos == PM_POS_NUMBER && is_only(m->surface, m->surface_len, pm_is_han)) {
        *used = number_len(w, i);
        const struct pm_morpheme *last = m + *used - 1;
        size_t len = (size_t)(last->surface + last->surface_len - m->surface);
        return add_term(t, m->surface, len, from, from + len, PM_TOKEN_NUMBER, PM_POS_NUMBER,
                        t->out->next_position++);
    }
    if (is_kanji_compound(t, m))
        return add_compound(t, m, 1, from);
    return add_morpheme(t, m, from);
}

/* Latin runs that start before the byte at before, in their turn. */
static enum pm_status pass_latin(struct pm_tokenizer *t, struct walk *w, size_t before)
{
    for (; w->run < t->n_runs; w->run++) {
        struct pm_run *r = &t->runs[w->run];
        if (r->at >= before)
            break;
        if (!r->latin && r->at + (r->end - r->start) > before)
            break;
        enum pm_status st = r->latin ? pm_token_add_user(t, r) : PM_OK;
        if (st == PM_OK && r->latin)
            st = pm_latin_tokens(t, r->start, r->end);
        if (st != PM_OK)
            return st;
    }
    return PM_OK;
}

static enum pm_status add_all(struct pm_tokenizer *t, struct walk *w)
{
    size_t used;
    for (size_t i = 0; i < w->n; i += used) {
        size_t at = piece_offset(t, w->m[i].surface);
        used = 1;
        enum pm_status st = pass_latin(t, w, at + 1);
        if (st != PM_OK)
            return st;
        /* The place of a Latin run: its tokens are out. */
        if (w->run == t->n_runs || at < t->runs[w->run].at)
            continue;
        st = pm_token_add_user(t, &t->runs[w->run]);
        if (st == PM_OK)
            st = add_words(t, w, i, &t->runs[w->run], &used);
        if (st != PM_OK)
            return st;
    }
    return pass_latin(t, w, SIZE_MAX);
}

static enum pm_status latin_piece(struct pm_tokenizer *t)
{
    enum pm_status st = PM_OK;
    for (size_t i = 0; i < t->n_runs && st == PM_OK; i++) {
        st = pm_token_add_user(t, &t->runs[i]);
        if (st == PM_OK)
            st = pm_latin_tokens(t, t->runs[i].start, t->runs[i].end);
    }
    return st;
}

enum pm_status pm_piece_tokens(struct pm_tokenizer *t)
{
    enum pm_status st = PM_OK;
    if (t->n_runs == 0)
        return PM_OK;
    if (!write_piece(t)) {
        st = latin_piece(t);
    } else {
        struct walk w = {NULL, 0, 0};
        st = pm_tokenizer_need_morph(t);
        if (st == PM_OK && t->piece.failed)
            st = pm_fail(t->err, PM_ENOMEM, "out of memory");
        if (st == PM_OK)
            st = pm_morph_parse(t->worker, t->piece.data, t->piece.len, &w.m, &w.n, t->err);
        if (st == PM_OK)
            st = add_all(t, &w);
    }
    t->n_runs = 0;
    return st;
}
