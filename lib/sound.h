/* How words sound, so that サーキットブレーカー and "circuit breaker" meet without a
 * dictionary: consonant classes as a key to look words up by (after the idea of Soundex:
 * Russell 1918), then a letter-by-letter comparison that judges vowels too (a weighted
 * edit distance, as in Knight and Graehl, "Machine transliteration", 1998, without their
 * training).
 *
 * Words are ASCII letters in lower case, or katakana in WIDTH folding (small letters and
 * long vowels kept: lib/norm.h).
 */
#ifndef PM_SOUND_H
#define PM_SOUND_H

#include <stdbool.h>
#include <stddef.h>

enum {
    PM_SOUND_KEY = 24,  /* bytes of a key with its NUL */
    PM_SOUND_KEYS = 12, /* ways to read one word */
    PM_SOUND_MIN = 3,   /* letters of the shortest English word, of the shortest katakana one */
    PM_SOUND_MAX = 20,  /* letters of the longest */
};

struct pm_sound_keys {
    char keys[PM_SOUND_KEYS][PM_SOUND_KEY];
    size_t count; /* 0: the word says too little */
};

/* The keys of a word of ASCII letters. English spelling leaves sounds open ("ch", "g"),
 * hence several. */
void pm_sound_latin(const char *word, size_t len, struct pm_sound_keys *out);

/* The one key of a katakana word. */
void pm_sound_katakana(const char *word, size_t len, struct pm_sound_keys *out);

/* How well the two words sound alike, 0 to 1. */
double pm_sound_likeness(const char *katakana, size_t len, const char *latin, size_t latin_len);

/* May two words of equal keys be one at that likeness? Short words must be closer. */
bool pm_sound_same(const char *katakana, size_t len, const char *latin, size_t latin_len,
                   double *likeness);

#endif
