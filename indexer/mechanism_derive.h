/* Mechanisms in the index: the catalogue's tables, each incident's vector and labels, and
 * the postings of each mechanism. Derived from what is stored, without a file being read
 * or MeCab called on a document; a change of cards, concepts or weights takes effect at
 * the next run of pmindex. */
#ifndef PM_MECHANISM_DERIVE_H
#define PM_MECHANISM_DERIVE_H

#include <sqlite3.h>
#include <stdbool.h>

#include "lib/dict.h"
#include "lib/tokenizer.h"

struct pm_mechanisms;

/* Read the cards and compare them with what the index was derived from. concepts is the
 * fingerprint of the concepts that it will have. A faulty card is PM_EDICT with file and
 * line. */
enum pm_status pm_mechanisms_open(sqlite3 *db, const char *index, struct pm_dict *dict,
                                  struct pm_lexer *lexer, const char *concepts,
                                  struct pm_mechanisms **out, struct pm_error *err);
void pm_mechanisms_close(struct pm_mechanisms *m);

/* Must everything be derived anew? */
bool pm_mechanisms_stale(const struct pm_mechanisms *m);

/* Derive what is missing: all of it when stale, else the documents written since. Inside
 * the caller's transaction, with all terms flushed and all concepts derived. */
enum pm_status pm_mechanisms_run(struct pm_mechanisms *m, struct pm_error *err);

#endif
