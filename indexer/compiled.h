/* The compiled catalogue: the tables of concepts and mechanisms as an index without
 * documents has them, made at build time (catalogue.db, beside pmsearch.dict). A new index
 * takes them from there; one whose team has words or cards of its own, or whose MeCab cuts
 * words otherwise, derives them itself. */
#ifndef PM_COMPILED_H
#define PM_COMPILED_H

#include <sqlite3.h>
#include <stdbool.h>

#include "lib/dict.h"
#include "lib/status.h"

/* Make out from the dictionary (a step of the build). The file is replaced only when all
 * went well. */
enum pm_status pm_compiled_build(struct pm_dict *dict, const char *out, struct pm_error *err);

/* Copy the tables (names, NULL at the end) into db, where they are empty, if the compiled
 * catalogue stands beside the dictionary and was made from the same: its meta row key is
 * the fingerprint. *copied tells whether it was; a catalogue that cannot be read is none. */
enum pm_status pm_compiled_copy(sqlite3 *db, struct pm_dict *dict, const char *key,
                                const char *fingerprint, const char *const *tables, bool *copied,
                                struct pm_error *err);

#endif
