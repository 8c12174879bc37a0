/* Mechanisms in the index: the catalogue's tables, each incident's vector and labels, and
 * the postings of each mechanism. Derived from what is stored, without a file being read
 * or MeCab called on a document; a change of cards, concepts or weights takes effect at
 * the next run of pmindex. */
#ifndef PM_MECHANISM_DERIVE_H
#define PM_MECHANISM_DERIVE_H

#include <sqlite3.h>
#include <stdbool.h>

#include "indexer/labels.h"
#include "indexer/writer_terms.h"
#include "lib/dict.h"
#include "lib/tokenizer.h"

struct pm_mechanisms;

/* Read the cards and compare them with what the index was derived from. concepts is the
 * fingerprint of the concepts that it will have, terms are those of the writer; both must
 * outlive it. A faulty card is PM_EDICT with file and line. */
enum pm_status pm_mechanisms_open(sqlite3 *db, const char *index, struct pm_dict *dict,
                                  struct pm_lexer *lexer, struct pm_terms *terms,
                                  const char *concepts, struct pm_mechanisms **out,
                                  struct pm_error *err);
void pm_mechanisms_close(struct pm_mechanisms *m);

/* Must everything be derived anew? */
bool pm_mechanisms_stale(const struct pm_mechanisms *m);

/* A document as it is stored: all that a derivation knows of it. */
struct pm_told {
    int64_t document;
    bool is_incident;
    enum pm_lang lang;
    const void *stream, *vector, *concepts; /* lib/stream.h, lib/vector.h */
    size_t stream_len, vector_len, concepts_len;
    struct pm_label_source source;
};

/* Derive a document as soon as it is written and its concepts are known. Inside the
 * caller's transaction, like all that follows. */
enum pm_status pm_mechanisms_document(struct pm_mechanisms *m, const struct pm_told *t,
                                      struct pm_error *err);

/* The rest: stored documents that have no vector, which is all of them when stale, and
 * the postings. With all terms flushed and all concepts derived. */
enum pm_status pm_mechanisms_run(struct pm_mechanisms *m, struct pm_error *err);

#endif
