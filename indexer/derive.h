/* What is derived from stored token streams, without reading a file or calling
 * MeCab: the concepts of each document, with their postings.
 *
 * Sources of names, in order: dict/concepts.tsv, $XDG_CONFIG_HOME/pmsearch/dict/
 * concepts.tsv (else ~/.config), and concepts.tsv beside the index. A change of any
 * of them takes effect at the next run.
 */
#ifndef PM_DERIVE_H
#define PM_DERIVE_H

#include <sqlite3.h>
#include <stdbool.h>

#include "indexer/writer_terms.h"
#include "lib/arena.h"
#include "lib/buf.h"
#include "lib/dict.h"
#include "lib/tokenizer.h"

struct pm_derive;

/* Read the sources (not yet their words) and compare them with what the index was
 * derived from. terms are those of the writer and must outlive it. A faulty line of a user's file
 * is PM_EDICT with file and line. */
enum pm_status pm_derive_open(sqlite3 *db, const char *index, struct pm_dict *dict,
                              struct pm_lexer *lexer, struct pm_terms *terms,
                              struct pm_derive **out, struct pm_error *err);

/* Must everything be derived anew? */
bool pm_derive_stale(const struct pm_derive *d);

/* What the concepts depend on; owned by d. */
const char *pm_derive_fingerprint(const struct pm_derive *d);

/* Derive a document from its token stream, as soon as it is written: the work is then
 * done while others are analysed. vector gets its concepts (lib/vector.h). Inside the
 * caller's transaction, like all that follows. */
enum pm_status pm_derive_document(struct pm_derive *d, int64_t document, const void *stream,
                                  size_t len, struct pm_buf *vector, struct pm_error *err);

/* The rest: stored documents that have nothing derived, which is all of them when stale,
 * and the postings. With all terms flushed. */
enum pm_status pm_derive_run(struct pm_derive *d, struct pm_error *err);

void pm_derive_close(struct pm_derive *d);

#endif
