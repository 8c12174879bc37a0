/* Translations of query words that the concepts do not name, from three lexicons: what
 * the documents themselves teach (indexer/taught.h), EDICT (lib/edict.h), and the sound of
 * katakana against the English words of the index, both ways (lib/sound.h). */
#ifndef PM_LEXICON_H
#define PM_LEXICON_H

#include <sqlite3.h>
#include <stdbool.h>

#include "lib/arena.h"
#include "lib/concept.h"
#include "query/rank.h"

enum pm_lexicon_source {
    PM_LEXICON_TAUGHT,
    PM_LEXICON_EDICT,
    PM_LEXICON_SOUND,
    PM_LEXICON_SOURCES,
};

struct pm_translation {
    const char *text; /* as people write it */
    struct pm_form form;
    enum pm_lexicon_source source;
    double weight; /* to the exact word's 1 */
    uint32_t df;   /* documents that hold all of its words, at most; 0 without an index */
};

struct pm_translations {
    struct pm_translation *items; /* best first */
    size_t count, cap;
};

enum { PM_TRANSLATIONS = 6 }; /* of one word: the best of them */

struct pm_lexicon;

/* Make one over an index (NULL: EDICT alone, whatever occurs where). The folder is that of
 * the dictionary; EDICT is opened at the first word that asks for it. The strings and
 * weights are the caller's and must outlive it. NULL when memory is out. */
struct pm_lexicon *pm_lexicon_new(sqlite3 *db, const char *dir, const struct pm_rank_weights *w);
void pm_lexicon_free(struct pm_lexicon *x);

/* "taught", "edict" or "sound"; static. */
const char *pm_lexicon_name(enum pm_lexicon_source source);

/* The translations of the longest expression that starts at token i: *last is its last
 * token (i itself where nothing is found). Tokens that taken marks (NULL: none) are left
 * alone. text is what the tokens were made of. With an index only what occurs in it, and
 * not in too many documents, counts. Memory in a. */
enum pm_status pm_lexicon_find(struct pm_lexicon *x, const char *text,
                               const struct pm_tokens *tokens, size_t i, const bool *taken,
                               struct pm_arena *a, struct pm_translations *out, size_t *last,
                               struct pm_error *err);

#endif
