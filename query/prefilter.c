#include "query/prefilter.h"

#include <string.h>

#include "lib/norm_parts.h"
#include "lib/utf8.h"
#include "query/fold_text.h"

enum { LANES = 16 }; /* a loop of a known length is one that compilers make vectors of */

static bool is_run(uint32_t cp)
{
    return (cp >= 'a' && cp <= 'z') || (cp >= '0' && cp <= '9');
}

static bool is_japanese(uint32_t cp)
{
    return (cp >= 0x30A1 && cp <= 0x30FA) || (cp >= 0x4E00 && cp <= 0x9FFF);
}

/* All that folds to cp and that WIDTH folding leaves alone; none when there are too many. */
static void find_forms(uint32_t cp, struct pm_prefilter *out)
{
    static const uint32_t ranges[][2] = {{0x3041, 0x30FF}, {0x3400, 0x9FFF}};
    for (size_t r = 0; r < sizeof ranges / sizeof *ranges; r++) {
        for (uint32_t k = ranges[r][0]; k <= ranges[r][1]; k++) {
            if (pm_fold_text_char(k) != cp)
                continue;
            if (out->n_forms == PM_PREFILTER_FORMS) {
                out->n_forms = 0;
                return;
            }
            out->form[out->n_forms][pm_utf8_put(k, out->form[out->n_forms])] = '\0';
            out->n_forms++;
        }
    }
}

/* Of the characters that match only themselves: a kanji, as kana are in every text. */
static void choose_forms(const struct pm_needle *nd, struct pm_prefilter *out)
{
    uint32_t best = 0;
    for (size_t i = 0; i < nd->n_head; i++)
        if (is_japanese(nd->chars[i].cp) && nd->chars[i].cp > best)
            best = nd->chars[i].cp;
    if (best != 0)
        find_forms(best, out);
}

enum pm_status pm_prefilter_make(const struct pm_needle *nd, struct pm_arena *a,
                                 struct pm_prefilter *out)
{
    char *run = pm_arena_calloc(a, nd->n + 1, 1);
    size_t best = 0;
    *out = (struct pm_prefilter){.run = run};
    if (run == NULL)
        return PM_ENOMEM;
    for (size_t i = 0, len = 0; i < nd->n; i++) {
        len = is_run(nd->chars[i].cp) ? len + 1 : 0;
        if (len > out->len) {
            out->len = len;
            best = i + 1 - len;
        }
    }
    for (size_t i = 0; i < out->len; i++)
        run[i] = (char)nd->chars[best + i].cp;
    choose_forms(nd, out);
    return PM_OK;
}

/* White space and visible ASCII: all of n bytes. */
static inline bool is_ascii_text(const unsigned char *s, size_t n)
{
    unsigned plain = 1;
    for (size_t k = 0; k < n; k++)
        plain &= ((s[k] >= ' ') & (s[k] < 0x7F)) | (s[k] == '\n') | (s[k] == '\t');
    return plain != 0;
}

/* Punctuation in full width: it stands for none but ASCII punctuation. */
static bool is_wide_mark(const unsigned char *s)
{
    if (s[0] != 0xEF || (s[1] != 0xBC && s[1] != 0xBD))
        return false;
    if (s[1] == 0xBD)
        return s[2] == 0x80 || (s[2] >= 0x9B && s[2] <= 0x9E);
    return (s[2] >= 0x81 && s[2] <= 0x8F) || (s[2] >= 0x9A && s[2] <= 0xA0) || s[2] >= 0xBB;
}

/* Signs of three bytes that are no letters and fold to none: dashes, quotes, arrows, lines,
 * shapes; the wide space. */
static bool is_sign(const unsigned char *s)
{
    if (s[0] == 0xE2 && s[1] == 0x80)
        return (s[2] >= 0x90 && s[2] <= 0xA7) || s[2] >= 0xB0;
    if (s[0] == 0xE2)
        return s[1] == 0x86 || s[1] == 0x87 || (s[1] >= 0x94 && s[1] <= 0x9E);
    return s[0] == 0xE3 && s[1] == 0x80 && s[2] == 0x80;
}

static bool is_word_byte(unsigned char c)
{
    return is_run(c | 0x20U) || is_run(c);
}

/* The middle dot is folded away: it joins what is on both sides of it. */
static bool joins(const char *text, size_t len, size_t pos)
{
    return pos > 0 && pos + 3 < len && is_word_byte((unsigned char)text[pos - 1]) &&
           is_word_byte((unsigned char)text[pos + 3]);
}

/* The bytes at pos, of which each character means itself: ASCII, marks, kana and kanji. 0:
 * it may be another letter or digit, or join its neighbours. */
static size_t plain_len(const char *text, size_t len, size_t pos)
{
    const unsigned char *s = (const unsigned char *)text + pos;
    size_t left = len - pos;
    if (left >= LANES && is_ascii_text(s, LANES))
        return LANES;
    if (is_ascii_text(s, 1))
        return 1;
    if (left >= 2 &&
        ((s[0] == 0xC2 && (s[1] == 0xA0 || s[1] == 0xA7)) || (s[0] == 0xC3 && s[1] == 0x97)))
        return 2; /* a space that does not break, a section sign, a times sign */
    if (left < 3)
        return 0;
    if (memcmp(s, "\u30FB", 3) == 0 && joins(text, len, pos))
        return 0;
    return is_sign(s) || is_wide_mark(s) ? 3 : pm_norm_plain_len(text + pos, 3);
}

static bool has_form(const struct pm_prefilter *pf, const char *text, size_t len)
{
    for (size_t i = 0; i < pf->n_forms; i++)
        if (memmem(text, len, pf->form[i], 3) != NULL)
            return true;
    return false;
}

bool pm_prefilter_may_hold(const struct pm_prefilter *pf, const char *text, size_t len,
                           struct pm_buf *lower)
{
    if ((pf->len == 0 && pf->n_forms == 0) || has_form(pf, text, len))
        return true;
    for (size_t pos = 0, n; pos < len; pos += n) {
        n = plain_len(text, len, pos);
        if (n == 0)
            return true;
    }
    if (pf->n_forms > 0)
        return false;
    pm_buf_clear(lower);
    if (!pm_buf_reserve(lower, len))
        return true;
    pm_norm_copy_lower(lower->data, text, len);
    return memmem(lower->data, len, pf->run, pf->len) != NULL;
}
