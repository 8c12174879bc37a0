/* All that is derived from documents as they are stored: concepts, then mechanisms. A
 * document that is written is derived at once, in the writer's thread, while others are
 * analysed; what is stored already is derived at the end, where dictionaries changed. */
#ifndef PM_DERIVED_H
#define PM_DERIVED_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "indexer/analysis.h"
#include "indexer/writer.h"
#include "lib/dict.h"
#include "lib/tokenizer.h"

struct pm_derived;

/* Read the dictionaries and compare them with what the index was derived from. writer
 * must outlive it. A faulty line of a user's file is PM_EDICT with file and line. The
 * caller closes, on failure too. */
enum pm_status pm_derived_open(sqlite3 *db, const char *index, struct pm_dict *dict,
                               struct pm_lexer *lexer, struct pm_writer *writer,
                               struct pm_derived **out, struct pm_error *err);
void pm_derived_close(struct pm_derived *d);

/* Must everything be derived anew? */
bool pm_derived_stale(const struct pm_derived *d);

/* Derive the document that the writer wrote last. */
enum pm_status pm_derived_document(struct pm_derived *d, int64_t document,
                                   const struct pm_analysis *an, struct pm_error *err);

/* Derive what is missing and write the postings; the writer has finished. */
enum pm_status pm_derived_finish(struct pm_derived *d, struct pm_error *err);

#endif
