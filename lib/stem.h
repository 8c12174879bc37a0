/* The English stems of words, with a memory of the recent ones. One a thread. */
#ifndef PM_STEM_H
#define PM_STEM_H

#include <stddef.h>

#include "lib/stop.h"

struct pm_stem;

/* Is this lower-case word (not NUL-terminated) a stop word? Asked once a word. */
typedef enum pm_stop (*pm_stem_stop_fn)(const void *ctx, const char *word, size_t len);

/* The stem that takes the place of this one of a word (neither is NUL-terminated), or NULL:
 * "behaviour" is "behavior"; "responsibility" is no "response". */
typedef const char *(*pm_stem_spell_fn)(const void *ctx, const char *word, size_t word_len,
                                        const char *stem, size_t len);

/* A new stemmer that asks stop(ctx, ...) and spell(ctx, ...), each of which may be NULL;
 * NULL when memory is out. */
struct pm_stem *pm_stem_new(pm_stem_stop_fn stop, pm_stem_spell_fn spell, const void *ctx);

void pm_stem_free(struct pm_stem *st);

/* The Snowball English stem of a lower-case word in UTF-8; words with other than
 * ASCII characters are their own stem. *out_len is its length, *stop whether the
 * word is a stop word. Valid until the next call; NULL when memory is out. */
const char *pm_stem_word(struct pm_stem *st, const char *word, size_t len, size_t *out_len,
                         enum pm_stop *stop);

/* Fetch into the cache what pm_stem_word will need for the word. */
void pm_stem_expect(const struct pm_stem *st, const char *word, size_t len);

/* The same as pm_stem_word for a word that is not expected again, without the memory of recent
 * words. */
const char *pm_stem_once(struct pm_stem *st, const char *word, size_t len, size_t *out_len);

#endif
