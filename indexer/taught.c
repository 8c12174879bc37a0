#include "indexer/taught.h"

#include <ctype.h>
#include <string.h>

#include "lib/sound.h"
#include "lib/utf8.h"

enum {
    NAME_MAX_BYTES = 80,
    NAME_TERMS = 5,
    SHORT_FORM = 6, /* letters of an abbreviation */
};

enum script { SCRIPT_NONE, SCRIPT_LATIN, SCRIPT_SHORT, SCRIPT_JAPANESE }; /* SHORT: "SLO" */

struct span { /* tokens [first, last] and their bytes */
    size_t first, last;
    uint32_t start, end;
    size_t words; /* tokens, wholes and stop words left out */
};

struct finder {
    const char *text;
    size_t len;
    const struct pm_tokens *tokens;
};

static bool counts(const struct pm_token *t)
{
    return (t->flags & (PM_TOKEN_STOP | PM_TOKEN_WHOLE)) == 0;
}

/* Names in a program ("StreamSummarize"), options ("--build"): not what a thing is called. */
static bool is_code(const char *s, size_t len)
{
    for (size_t i = 1; i < len; i++)
        if ((isupper((unsigned char)s[i]) && islower((unsigned char)s[i - 1])) ||
            (s[i - 1] == ' ' && s[i] == '-'))
            return true;
    return false;
}

/* What a name is written in; NONE for a mixture, for signs and for numbers. */
static enum script script_of(const char *s, size_t len)
{
    size_t latin = 0, upper = 0, japanese = 0, kanji = 0;
    for (size_t pos = 0; pos < len;) {
        uint32_t cp = pm_utf8_next(s, len, &pos);
        if (cp < 0x80 && isalpha((int)cp)) {
            latin++;
            upper += isupper((int)cp) != 0;
        } else if (pm_is_japanese(cp) || cp == 0x30FB) {
            japanese++;
            kanji += pm_is_han(cp);
        } else if (!(cp == ' ' || cp == '-' || cp == '\'' || (cp < 0x80 && isdigit((int)cp)))) {
            return SCRIPT_NONE;
        }
    }
    if (japanese > 1 && latin == 0 && (kanji > 0 || japanese > 2))
        return SCRIPT_JAPANESE;
    if (latin < 2 || japanese > 0 || is_code(s, len))
        return SCRIPT_NONE;
    return upper == latin && len <= SHORT_FORM && strchr("0123456789", *s) == NULL ? SCRIPT_SHORT
                                                                                   : SCRIPT_LATIN;
}

static bool is_noun(const struct pm_token *t)
{
    return t->pos == PM_POS_NOUN || t->pos == PM_POS_SUFFIX || t->pos == PM_POS_PREFIX;
}

/* The tokens inside of [start, end); false when there is nothing to go by. */
static bool span_inside(const struct finder *f, uint32_t start, uint32_t end, enum script script,
                        struct span *out)
{
    *out = (struct span){.start = start, .end = end};
    bool any = false;
    for (size_t i = 0; i < f->tokens->count; i++) {
        const struct pm_token *t = &f->tokens->items[i];
        if (t->start < start || t->end > end)
            continue;
        if (t->flags & PM_TOKEN_NUMBER)
            return false;
        if (script == SCRIPT_JAPANESE && counts(t) && !is_noun(t))
            return false;
        if (script == SCRIPT_JAPANESE && (t->flags & PM_TOKEN_STOP))
            return false;
        out->first = any ? out->first : i;
        out->last = i;
        any = true;
        out->words += counts(t);
    }
    return any && out->words > 0 && out->words <= NAME_TERMS;
}

/* Where the name before a bracket ends: blanks and closing quotes between them. */
static uint32_t name_end(const struct finder *f, size_t bracket)
{
    static const char *const between[] = {" ", "\"", "'", "`", "*", "」", "』", "”", "\u3000"};
    size_t end = bracket;
    for (size_t i = 0; i < sizeof between / sizeof *between; i++) {
        size_t n = strlen(between[i]);
        if (end < n || memcmp(f->text + end - n, between[i], n) != 0)
            continue;
        end -= n;
        i = (size_t)-1;
    }
    return (uint32_t)end;
}

/* The last token that counts and ends at end; SIZE_MAX: none. */
static size_t token_before(const struct finder *f, uint32_t end)
{
    for (size_t i = f->tokens->count; i-- > 0;)
        if (counts(&f->tokens->items[i]) && f->tokens->items[i].end == end)
            return i;
    return SIZE_MAX;
}

/* Take one more word in front, if it belongs to the compound. */
static bool widen(const struct finder *f, struct span *s, bool japanese)
{
    uint32_t gap = japanese ? 0 : 1;
    for (size_t i = s->first; i-- > 0;) {
        const struct pm_token *t = &f->tokens->items[i];
        if (t->flags & PM_TOKEN_WHOLE)
            continue;
        bool latin = (t->flags & PM_TOKEN_LATIN) != 0;
        if (!counts(t) || (t->flags & PM_TOKEN_NUMBER) || t->end > s->start ||
            s->start - t->end > gap || (japanese ? !latin && !is_noun(t) : !latin))
            return false;
        if (s->start > t->end && f->text[t->end] != ' ' && f->text[t->end] != '-')
            return false;
        s->first = i;
        s->start = t->start;
        s->words++;
        return true;
    }
    return false;
}

static size_t letters_of(const char *s, size_t len)
{
    size_t n = 0;
    for (size_t i = 0; i < len; i++)
        n += ((unsigned char)s[i] & 0xC0) != 0x80 && s[i] != ' ';
    return n;
}

/* How many English words a Japanese name stands for: a run of katakana one, kanji in pairs. */
static size_t english_words(const struct finder *f, const struct span *ja)
{
    size_t kanji = 0, words = 0;
    bool run = false;
    for (size_t pos = ja->start; pos < ja->end;) {
        uint32_t cp = pm_utf8_next(f->text, f->len, &pos);
        kanji += pm_is_han(cp);
        words += pm_is_katakana(cp) && !run;
        run = pm_is_katakana(cp);
    }
    words += kanji / 2;
    return words > 0 ? words : 1;
}

/* The Japanese compound before the bracket. "本番接続プール（connection pool）": as many of
 * its words as the other side has, and what else would leave a single kanji. */
static bool japanese_name(const struct finder *f, const struct span *other, bool whole,
                          struct span *s)
{
    size_t last = token_before(f, s->end);
    if (last == SIZE_MAX || !is_noun(&f->tokens->items[last]) ||
        (f->tokens->items[last].flags & PM_TOKEN_NUMBER))
        return false;
    s->first = s->last = last;
    s->start = f->tokens->items[last].start;
    s->words = 1;
    struct span full = *s;
    while (full.words < NAME_TERMS && widen(f, &full, true))
        continue;
    if (whole || full.words <= other->words + 1) {
        *s = full;
        return true;
    }
    while ((s->words < other->words || letters_of(f->text + s->start, s->end - s->start) < 2) &&
           widen(f, s, true))
        continue;
    return true;
}

static bool latin_name(const struct finder *f, size_t words, struct span *s)
{
    size_t last = token_before(f, s->end);
    if (last == SIZE_MAX || (f->tokens->items[last].flags & PM_TOKEN_LATIN) == 0 ||
        (f->tokens->items[last].flags & PM_TOKEN_NUMBER))
        return false;
    s->first = s->last = last;
    s->start = f->tokens->items[last].start;
    s->words = 1;
    while (s->words < words && widen(f, s, false))
        continue;
    return true;
}

/* How the words before the bracket sound like a name in katakana, 0 to 1. */
static double likeness(const struct finder *f, const struct span *name, const struct span *kana)
{
    char letters[NAME_MAX_BYTES];
    size_t n = 0;
    for (uint32_t i = name->start; i < name->end && n < sizeof letters; i++)
        if (isalpha((unsigned char)f->text[i]))
            letters[n++] = (char)tolower((unsigned char)f->text[i]);
    return pm_sound_likeness(f->text + kana->start, kana->end - kana->start, letters, n);
}

/* Of katakana the words that sound most like it; else as many as it stands for. */
static bool english_name(const struct finder *f, const struct span *other, struct span *s)
{
    struct span best = *s;
    double most = 0.6;
    for (size_t words = 1; words < NAME_TERMS; words++) {
        struct span name = *s;
        double here = latin_name(f, words, &name) ? likeness(f, &name, other) : 0;
        if (here > most) {
            most = here;
            best = name;
        }
    }
    if (most <= 0.6)
        return latin_name(f, english_words(f, other), s);
    *s = best;
    return true;
}

/* Do the words begin with the letters of the short form? */
static bool spells(const char *words, size_t len, const char *letters, size_t n)
{
    size_t k = 0;
    for (size_t i = 0; i < len; i++) {
        bool begins = isalpha((unsigned char)words[i]) &&
                      (i == 0 || words[i - 1] == ' ' || words[i - 1] == '-');
        if (begins && k < n &&
            tolower((unsigned char)words[i]) == tolower((unsigned char)letters[k]))
            k++;
    }
    return k == n && n > 1;
}

/* Do the lengths go together? A short form stands for more than itself. */
static bool plausible(const struct finder *f, const struct span *name, const struct span *other,
                      enum script a, enum script b)
{
    const char *left = f->text + name->start, *right = f->text + other->start;
    size_t n = name->end - name->start, m = other->end - other->start;
    if (n == 0 || m == 0 || n > NAME_MAX_BYTES || m > NAME_MAX_BYTES)
        return false;
    if (a != SCRIPT_JAPANESE && b != SCRIPT_JAPANESE)
        return a == SCRIPT_SHORT ? spells(right, m, left, n)
                                 : b == SCRIPT_SHORT && spells(left, n, right, m);
    if (a == b)
        return false;
    if (a == SCRIPT_SHORT || b == SCRIPT_SHORT)
        return true;
    double ja =
        (double)letters_of(a == SCRIPT_JAPANESE ? left : right, a == SCRIPT_JAPANESE ? n : m);
    double en =
        (double)letters_of(a == SCRIPT_JAPANESE ? right : left, a == SCRIPT_JAPANESE ? m : n);
    return en >= ja * 0.6 && en <= ja * 7;
}

/* The tokens of a span as a form of terms copied into a. */
static bool make_form(const struct finder *f, const struct span *s, struct pm_arena *a,
                      struct pm_form *out)
{
    uint32_t first = 0;
    *out = (struct pm_form){.n = 0};
    for (size_t i = s->first; i <= s->last; i++) {
        const struct pm_token *t = &f->tokens->items[i];
        if (!counts(t) || t->start < s->start || t->end > s->end)
            continue;
        if (out->n == PM_FORM_TERMS)
            return false;
        first = out->n == 0 ? t->position : first;
        out->terms[out->n] = pm_arena_strndup(a, t->text, t->len);
        out->offsets[out->n++] = t->position - first;
        if (out->terms[out->n - 1] == NULL)
            return false;
    }
    return out->n > 0;
}

static enum pm_status add(const struct finder *f, const struct span *name, const struct span *other,
                          struct pm_arena *a, struct pm_taught_list *out)
{
    struct pm_taught pair = {
        .name = pm_arena_strndup(a, f->text + name->start, name->end - name->start),
        .other = pm_arena_strndup(a, f->text + other->start, other->end - other->start)};
    if (pair.name == NULL || pair.other == NULL)
        return PM_ENOMEM;
    if (!make_form(f, name, a, &pair.name_form) || !make_form(f, other, a, &pair.other_form))
        return PM_OK;
    struct pm_taught *grown =
        pm_arena_grow(a, out->items, out->count, out->count + 1, sizeof *grown, &out->cap);
    if (grown == NULL)
        return PM_ENOMEM;
    out->items = grown;
    grown[out->count++] = pair;
    return PM_OK;
}

/* In a Japanese sentence what stands behind an English word is a remark as often as not,
 * unless it is katakana. */
static bool is_remark(const struct finder *f, const struct span *other)
{
    bool japanese = false, kanji = false;
    for (size_t i = 0; i < f->tokens->count; i++) {
        const struct pm_token *t = &f->tokens->items[i];
        size_t pos = t->start;
        uint32_t cp = pm_utf8_next(f->text, f->len, &pos);
        if (t->start >= other->start && t->end <= other->end)
            kanji = kanji || !pm_is_katakana(cp);
        else
            japanese = japanese || pm_is_japanese(cp);
    }
    return japanese && kanji;
}

/* The pair of a bracket that opens at bracket, with its inside at [start, end). */
static enum pm_status look(const struct finder *f, size_t bracket, size_t start, size_t end,
                           struct pm_arena *a, struct pm_taught_list *out)
{
    while (start < end && f->text[start] == ' ')
        start++;
    while (end > start && f->text[end - 1] == ' ')
        end--;
    struct span other, name = {.end = name_end(f, bracket)};
    enum script inside =
        end - start > NAME_MAX_BYTES ? SCRIPT_NONE : script_of(f->text + start, end - start);
    if (inside == SCRIPT_NONE || name.end == 0 ||
        !span_inside(f, (uint32_t)start, (uint32_t)end, inside, &other))
        return PM_OK;
    bool latin_before = (unsigned char)f->text[name.end - 1] < 0x80, found;
    if (latin_before && inside == SCRIPT_SHORT)
        found = latin_name(f, end - start, &name);
    else if (latin_before)
        found =
            inside == SCRIPT_JAPANESE ? english_name(f, &other, &name) : latin_name(f, 1, &name);
    else
        found =
            inside != SCRIPT_JAPANESE && japanese_name(f, &other, inside == SCRIPT_SHORT, &name);
    if (!found)
        return PM_OK;
    enum script before = script_of(f->text + name.start, name.end - name.start);
    if (latin_before && inside == SCRIPT_JAPANESE &&
        (before == SCRIPT_NONE || is_remark(f, &other)))
        return PM_OK;
    if (!latin_before && letters_of(f->text + name.start, name.end - name.start) < 2)
        return PM_OK;
    if (!latin_before)
        before = SCRIPT_JAPANESE; /* Latin words may stand in a Japanese compound */
    return plausible(f, &name, &other, before, inside) ? add(f, &name, &other, a, out) : PM_OK;
}

enum pm_status pm_taught_find(const char *text, size_t len, const struct pm_tokens *tokens,
                              struct pm_arena *a, struct pm_taught_list *out)
{
    static const char wide_open[] = "（", wide_close[] = "）";
    struct finder f = {text, len, tokens};
    enum pm_status st = PM_OK;
    for (size_t i = 1; st == PM_OK && i < len; i++) {
        bool wide = len - i > 3 && memcmp(text + i, wide_open, 3) == 0;
        if (!wide && text[i] != '(')
            continue;
        size_t start = i + (wide ? 3 : 1), end = start;
        while (end < len && text[end] != ')' && text[end] != '(' &&
               (len - end < 3 || memcmp(text + end, wide_close, 3) != 0))
            end++;
        if (end < len && text[end] != '(')
            st = look(&f, i, start, end, a, out);
        i = start - 1;
    }
    return st;
}
