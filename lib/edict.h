/* The wider lexicon: Japanese words to English ones and back, compiled on this machine
 * from Debian's package `edict` where that is installed (edict.db beside pmsearch.dict).
 * Nothing is parsed when it is opened; a word is one look-up.
 *
 * Words are keys in the form of index terms (stems, base forms), those of an expression
 * joined by U+001F. A translation that several words stand for is weaker in each of its
 * senses: weights are made when the file is compiled, from 0 to 1.
 */
#ifndef PM_EDICT_H
#define PM_EDICT_H

#include "lib/arena.h"
#include "lib/concept.h"
#include "lib/status.h"

enum { PM_EDICT_KEY_TERMS = 3 }; /* terms of the longest key */

struct pm_gloss {
    const char *text;    /* as people write it */
    struct pm_form form; /* as it is indexed */
    double weight;       /* 0 to 1 */
};

struct pm_glosses {
    struct pm_gloss *items; /* best first */
    size_t count, cap;
};

struct pm_edict;

/* Open edict.db of the dictionary's folder. *out is NULL, and that no failure, where there
 * is none or $PMSEARCH_EDICT is "no". The caller closes. */
enum pm_status pm_edict_open(const char *dir, struct pm_edict **out, struct pm_error *err);
void pm_edict_close(struct pm_edict *e);

/* Append the translations of a key to out, memory in a. */
enum pm_status pm_edict_find(struct pm_edict *e, const char *key, size_t len, struct pm_arena *a,
                             struct pm_glosses *out, struct pm_error *err);

/* Append one translation to the value of a key, as pm_edict_find reads it. */
void pm_edict_pack(struct pm_buf *value, double weight, const char *text, const char *terms,
                   const char *offsets);

#endif
