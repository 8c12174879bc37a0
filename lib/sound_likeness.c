#include <string.h>

#include "lib/sound.h"
#include "lib/sound_kana.h"

/* A weighted edit distance between English letters and a katakana word in Latin ones.
 * Costs are what a reader would forgive: silent letters and the vowels that katakana has
 * to put behind consonants cost next to nothing, other consonants a whole point. */

enum { SIGNS = 96 };

struct signs {
    char s[SIGNS]; /* a consonant or vowel each; '-' a long vowel */
    size_t n;
};

static void add_sign(struct signs *out, char c)
{
    if (out->n < SIGNS)
        out->s[out->n++] = c;
}

static void spell(const struct pm_kana *k, struct signs *out)
{
    out->n = 0;
    for (size_t i = 0; i < k->n; i++) {
        const struct pm_mora *m = &k->m[i];
        switch (m->consonant[0]) {
        case 's':
            add_sign(out, m->consonant[1] == 'h' ? 'x' : 's');
            break;
        case 't':
            add_sign(out, 't');
            if (m->consonant[1] == 's')
                add_sign(out, '+'); /* ツ: perhaps a t, perhaps ts */
            break;
        case '\0':
            break;
        default:
            add_sign(out, m->consonant[0]);
        }
        if (m->vowel != 0)
            add_sign(out, m->vowel);
        if (m->is_long)
            add_sign(out, '-');
    }
}

static bool is_vowel(char c)
{
    return c != '\0' && strchr("aeiouy", c) != NULL;
}

/* Pairs of an English letter and a sign that agree, and at what cost. */
static double consonant_cost(char e, char k, char next)
{
    static const struct {
        char letter;
        const char *signs;
    } same[] = {
        {'b', "b"},  {'d', "dj"}, {'f', "fh"},  {'g', "gj"},   {'h', "hf"},
        {'j', "jy"}, {'k', "k"},  {'l', "r"},   {'m', "mn"},   {'n', "n"},
        {'p', "p"},  {'q', "k"},  {'r', "r"},   {'s', "szxj"}, {'t', "tcszx"},
        {'v', "bf"}, {'w', "w"},  {'x', "ksz"}, {'z', "zjs"},
    };
    bool soft = next == 'e' || next == 'i' || next == 'y';
    if (e == 'p' && next == 'h' && (k == 'f' || k == 'h'))
        return 0;
    if (e == 't' && next == 'h' && (k == 's' || k == 'z'))
        return 0;
    if (e == 't' && next == 'i' && k == 'x')
        return 0;
    if (e == 'g' && k == 'j' && soft)
        return 0;
    if (e == 't' && next != 'h' && next != 'i' && (k == 's' || k == 'z' || k == 'x'))
        return 0.6;
    if (e == 't' && k == 'c')
        return next == 'u' || next == 'c' || next == 'i' ? 0 : 0.2;
    if (e == 's' && k == 'x')
        return next == 'e' ? 0.1 : next != '\0' && strchr("hsiuy", next) != NULL ? 0 : 0.5;
    if (e == 'c' && k == 'k')
        return soft ? 1 : next == 'h' ? 0.1 : 0;
    if (e == 'c')
        return k == 'c'   ? (next == 'h' ? 0 : 0.8)
               : k == 'x' ? (next == 'h' || next == 'i' ? 0
                             : soft                     ? 0.3
                                                        : 1)
               : k == 's' ? (soft ? 0 : 1)
                          : 1;
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        if (same[i].letter == e)
            return strchr(same[i].signs, k) == NULL    ? 1
                   : same[i].signs[0] == k || e == 's' ? 0
                                                       : 0.1;
    return 1;
}

static double vowel_cost(char e, char k)
{
    if (e == k || (e == 'y' && k == 'i'))
        return 0;
    if ((e == 'i' || e == 'y') && k == 'a')
        return 0.05; /* the ai of time */
    if ((e == 'u' && k == 'a') || (e == 'a' && k == 'e') || (e == 'e' && k == 'i') ||
        (e == 'o' && k == 'a'))
        return 0.15;
    if ((e == 'i' && k == 'e') || (e == 'o' && k == 'u') || (e == 'a' && k == 'o'))
        return 0.25;
    return 0.45;
}

static double agree(const char *latin, size_t len, size_t i, char k)
{
    char e = latin[i], next = i + 1 < len ? latin[i + 1] : '\0';
    bool vowel_sign = k != '\0' && strchr("aiueo", k) != NULL;
    bool coloured = next == 'r' && (i + 2 >= len || !is_vowel(latin[i + 2]));
    if (k == 'a' && coloured && is_vowel(e))
        return 0; /* er, ir, ur, or: the long a of サーバー */
    if (k == 'i' && e == 'e' && (next == 'a' || next == 'e'))
        return 0;
    if (k == 'u' && e == 'e' && next != '\0' && strchr("nlm", next) != NULL)
        return 0.1; /* token, kernel: hardly a vowel at all */
    if (k == 'u' && e == 'o' && (next == 'o' || next == 'u' || (i > 0 && latin[i - 1] == 'o')))
        return 0;
    if (k == '-' || k == '+')
        return 1;
    if (vowel_sign && (is_vowel(e) || e == 'w'))
        return e == 'w' ? 0.2 : vowel_cost(e, k);
    if (e == 'y' && k == 'y')
        return 0;
    return vowel_sign || is_vowel(e) ? 1 : consonant_cost(e, k, next);
}

/* Two letters that are one vowel. */
static bool is_digraph(char a, char b)
{
    static const char *const pairs[] = {"ea", "ee", "oo", "ou", "ai", "ay", "ei", "oa", "ui"};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (pairs[i][0] == a && pairs[i][1] == b)
            return true;
    return false;
}

/* A letter that is not heard. */
static double drop_letter(const char *latin, size_t len, size_t i)
{
    char e = latin[i], before = i > 0 ? latin[i - 1] : '\0';
    char next = i + 1 < len ? latin[i + 1] : '\0';
    if (e == before && !is_vowel(e))
        return 0;
    if (is_digraph(before, e) || (e == 't' && next == 'c'))
        return 0;
    if (e == 'h')
        return before != '\0' && strchr("stcpwg", before) != NULL ? 0 : 0.4;
    if (e == 'e' && next == '\0')
        return 0;
    if (e == 'k' && before == 'c')
        return 0;
    if (e == 'r' && is_vowel(before))
        return 0.05;
    if (e == 'g' && (next == 'h' || next == 'n'))
        return 0.1;
    if (e == 'd' && next == 'g')
        return 0.05;
    if (e == 's' && next == '\0')
        return 0.25;
    if (e == 'k' && i == 0 && next == 'n')
        return 0;
    if (e == 'w' || e == 't')
        return e == 'w' ? 0.1 : 0.6;
    return is_vowel(e) ? (is_vowel(before) || is_vowel(next) ? 0.1 : 0.3) : 1;
}

/* A sign that English does not write: the vowel that katakana puts behind a consonant. */
static double drop_sign(const struct signs *k, size_t j)
{
    char c = k->s[j], before = j > 0 ? k->s[j - 1] : '\0';
    if (c == '-' || c == '+')
        return 0.02;
    bool behind_k =
        before == 'k' || ((before == 'i' || before == 'u') && j > 1 && k->s[j - 2] == 'k');
    if ((c == 's' || c == 'x') && behind_k)
        return 0.1; /* the letter x */
    if (c == 'y' || c == 'w')
        return 0.1;
    if (strchr("aiueo", c) == NULL)
        return 1;
    if (c == 'i' && (before == 'a' || before == 'c' || before == 'j' || before == 'x'))
        return 0.03;
    bool behind = before != '\0' && strchr("aiueo-", before) == NULL;
    if (behind && c == 'u')
        return 0.05;
    if (behind && c == 'o' && (before == 't' || before == 'd'))
        return 0.05;
    if (behind && c == 'i' && before == 'k')
        return 0.1;
    return behind ? 0.4 : 0.2;
}

static double smaller(double a, double b)
{
    return a < b ? a : b;
}

static double distance(const struct signs *k, const char *latin, size_t len)
{
    double row[SIGNS + 1], above[SIGNS + 1];
    row[0] = 0;
    for (size_t j = 0; j < k->n; j++)
        row[j + 1] = row[j] + drop_sign(k, j);
    for (size_t i = 0; i < len; i++) {
        memcpy(above, row, sizeof above);
        row[0] = above[0] + drop_letter(latin, len, i);
        for (size_t j = 0; j < k->n; j++) {
            row[j + 1] = smaller(above[j] + agree(latin, len, i, k->s[j]),
                                 above[j + 1] + drop_letter(latin, len, i));
            row[j + 1] = smaller(row[j + 1], row[j] + drop_sign(k, j));
        }
    }
    return row[k->n];
}

double pm_sound_likeness(const char *katakana, size_t len, const char *latin, size_t latin_len)
{
    struct pm_kana kana;
    struct signs signs;
    if (latin_len == 0 || latin_len > PM_SOUND_MAX || !pm_kana_read(katakana, len, &kana))
        return 0;
    spell(&kana, &signs);
    double score = 1 - distance(&signs, latin, latin_len) / (0.5 * (double)(kana.n + latin_len));
    return score < 0 ? 0 : score;
}

bool pm_sound_same(const char *katakana, size_t len, const char *latin, size_t latin_len,
                   double *likeness)
{
    size_t letters = len / 3;
    *likeness = pm_sound_likeness(katakana, len, latin, latin_len);
    double wanted = letters <= 3 || latin_len <= 4 ? 0.96 : letters <= 5 ? 0.92 : 0.89;
    return letters >= PM_SOUND_MIN && *likeness >= wanted;
}
