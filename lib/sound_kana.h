/* Katakana as morae. */
#ifndef PM_SOUND_KANA_H
#define PM_SOUND_KANA_H

#include <stdbool.h>
#include <stddef.h>

enum { PM_KANA_MAX = 24 };

/* A consonant in Latin letters ("k", "sh", "ky", "" for none) and a vowel (0 for ン). */
struct pm_mora {
    char consonant[3];
    char vowel;
    bool is_long; /* ー follows */
    bool doubled; /* ッ stands before */
};

struct pm_kana {
    struct pm_mora m[PM_KANA_MAX];
    size_t n;
};

/* Read a katakana word; false when something in it is none, or it is too long. */
bool pm_kana_read(const char *word, size_t len, struct pm_kana *out);

/* The consonant class of a mora: A none, W a glide, else as in sound.c. */
char pm_kana_class(const struct pm_mora *m);

#endif
