#include "lib/sound.h"

#include <string.h>

#include "lib/sound_kana.h"
#include "lib/utf8.h"

/* Classes: K G S T D N H B P M R, and A for a word that starts with a vowel. Voiced and
 * unvoiced sibilants are one class, and so are l and r, b and v, f and h; w and y count
 * as vowels. */

/* Readings that are being written: each is a key under way. */
struct readings {
    struct pm_sound_keys *out;
};

static void put(struct readings *r, size_t i, char c)
{
    char *key = r->out->keys[i];
    size_t n = strlen(key);
    bool again = n > 0 && key[n - 1] == c && c == 'N'; /* ンナ is one n to English */
    if (!again && n + 1 < PM_SOUND_KEY)
        key[n] = c;
}

/* Go on in every reading with the classes of a; and, in a copy of each, with those of b. */
static void fork_with(struct readings *r, const char *a, const char *b)
{
    size_t n = r->out->count;
    for (size_t i = 0; i < n; i++) {
        if (b != NULL && r->out->count < PM_SOUND_KEYS) {
            size_t copy = r->out->count++;
            memcpy(r->out->keys[copy], r->out->keys[i], PM_SOUND_KEY);
            for (const char *p = b; *p != '\0'; p++)
                put(r, copy, *p);
        }
        for (const char *p = a; *p != '\0'; p++)
            put(r, i, *p);
    }
}

/* "ch" has three ways: synchronous, patch, cache. */
static void fork_three(struct readings *r, char a, char b, char c)
{
    size_t n = r->out->count;
    for (size_t i = 0; i < n; i++) {
        for (int k = 0; k < 2 && r->out->count < PM_SOUND_KEYS; k++) {
            size_t copy = r->out->count++;
            memcpy(r->out->keys[copy], r->out->keys[i], PM_SOUND_KEY);
            put(r, copy, k == 0 ? b : c);
        }
        put(r, i, a);
    }
}

static bool is_vowel(char c)
{
    return c != '\0' && strchr("aeiouy", c) != NULL;
}

struct word {
    const char *s;
    size_t len;
};

static char at(const struct word *w, size_t i)
{
    return i < w->len ? w->s[i] : '\0';
}

static bool starts(const struct word *w, size_t i, const char *with)
{
    size_t n = strlen(with);
    return i + n <= w->len && memcmp(w->s + i, with, n) == 0;
}

/* A spelling of several letters, read as one or two ways. */
struct spelling {
    const char *letters;
    const char *a, *b;
};

static const struct spelling spellings[] = {
    {"tch", "T", NULL},    {"sch", "SK", NULL},   {"tion", "SN", NULL}, {"sion", "SN", NULL},
    {"cious", "SS", NULL}, {"tious", "SS", NULL}, {"tial", "SR", NULL}, {"cial", "SR", NULL},
    {"ph", "H", NULL},     {"sh", "S", NULL},     {"th", "S", "T"},     {"ck", "K", NULL},
    {"dg", "S", "DG"},     {"gh", "", "G"},       {"gn", "N", "GN"},    {"kn", "N", "KN"},
    {"wr", "R", NULL},     {"wh", "H", ""},       {"qu", "K", NULL},    {"dj", "S", NULL},
    {"dsh", "DS", NULL},   {"tsh", "TS", NULL},   {"tz", "T", "TS"},    {"ds", "S", "DS"},
    {"ts", "T", "TS"},     {"du", "D", "S"},
};

/* Letters whose sound hangs on what follows. */
static void put_consonant(struct readings *r, const struct word *w, size_t i)
{
    char c = at(w, i), next = at(w, i + 1);
    bool soft = next == 'e' || next == 'i' || next == 'y';
    switch (c) {
    case 'c':
        fork_with(r, soft ? "S" : "K", NULL);
        break;
    case 'g':
        fork_with(r, "G", soft ? "S" : NULL);
        break;
    case 'x':
        if (i == 0)
            fork_with(r, "S", NULL);
        else
            fork_with(r, "KS", is_vowel(next) ? "GS" : NULL);
        break;
    case 'm':
        fork_with(r, next == 'p' || next == 'b' ? "N" : "M", NULL);
        break;
    case 'r': /* behind a vowel it only makes it longer */
        if (is_vowel(next))
            fork_with(r, "R", next == 'e' && !is_vowel(at(w, i + 2)) ? "" : NULL);
        else if (i == 0 || !is_vowel(at(w, i - 1)))
            fork_with(r, "R", NULL);
        break;
    case 'h':
        if (is_vowel(next))
            fork_with(r, "H", i == 0 ? "" : NULL);
        break;
    default: {
        static const char letters[] = "bdfjklnpqstvz", classes[] = "BDHSKRNPKSTBS";
        const char *p = strchr(letters, c);
        if (p != NULL)
            fork_with(r, (char[]){classes[p - letters], '\0'}, NULL);
        break;
    }
    }
}

static void read_word(const struct word *w, struct readings *r)
{
    size_t i = 0;
    if (starts(w, 0, "ps") || starts(w, 0, "pn") || starts(w, 0, "wr") || starts(w, 0, "kn"))
        i = 1;
    char first = at(w, i);
    if (is_vowel(first) || (first == 'w' && at(w, 1) != 'h'))
        fork_with(r, "A", NULL);
    while (i < w->len) {
        size_t k = 0, n = sizeof spellings / sizeof *spellings;
        while (k < n && !starts(w, i, spellings[k].letters))
            k++;
        if (k < n) {
            fork_with(r, spellings[k].a, spellings[k].b);
            i += strlen(spellings[k].letters);
        } else if (starts(w, i, "ch")) {
            fork_three(r, 'K', 'T', 'S');
            i += 2;
        } else {
            put_consonant(r, w, i);
            i += at(w, i) == at(w, i + 1) && !is_vowel(at(w, i)) &&
                         !(at(w, i) == 'c' && (at(w, i + 2) == 'e' || at(w, i + 2) == 'i'))
                     ? 2
                     : 1;
        }
    }
}

/* One consonant can be anything. */
static void drop_poor(struct pm_sound_keys *out)
{
    size_t kept = 0;
    for (size_t i = 0; i < out->count; i++) {
        size_t k = 0;
        while (k < kept && strcmp(out->keys[k], out->keys[i]) != 0)
            k++;
        if (k == kept && strlen(out->keys[i] + (out->keys[i][0] == 'A')) >= 2)
            memmove(out->keys[kept++], out->keys[i], PM_SOUND_KEY);
    }
    out->count = kept;
}

void pm_sound_latin(const char *word, size_t len, struct pm_sound_keys *out)
{
    struct word w = {word, len};
    struct readings r = {.out = out};
    memset(out, 0, sizeof *out);
    if (len < PM_SOUND_MIN || len > PM_SOUND_MAX)
        return;
    out->count = 1;
    read_word(&w, &r);
    if (word[len - 1] == 's' && len > 4 && word[len - 2] != 's' && word[len - 2] != 'u') {
        size_t n = out->count; /* a plural is said without its s */
        for (size_t i = 0; i < n && out->count < PM_SOUND_KEYS; i++) {
            size_t end = strlen(out->keys[i]);
            if (end > 0 && out->keys[i][end - 1] == 'S') {
                memcpy(out->keys[out->count], out->keys[i], PM_SOUND_KEY);
                out->keys[out->count++][end - 1] = '\0';
            }
        }
    }
    drop_poor(out);
}

void pm_sound_katakana(const char *word, size_t len, struct pm_sound_keys *out)
{
    struct pm_kana kana;
    struct readings r = {.out = out};
    memset(out, 0, sizeof *out);
    if (!pm_kana_read(word, len, &kana) || kana.n < 2)
        return;
    out->count = 1;
    if (strchr("AW", pm_kana_class(&kana.m[0])) != NULL)
        fork_with(&r, "A", NULL);
    for (size_t i = 0; i < kana.n; i++) {
        char c = pm_kana_class(&kana.m[i]);
        if (c != 'A' && c != 'W')
            put(&r, 0, c);
    }
    drop_poor(out);
}
