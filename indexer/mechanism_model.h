/* The catalogue's model: weights of features, and the statistics of each card over the
 * catalogue; see lib/mechanism.h for the formulas. */
#ifndef PM_MECHANISM_MODEL_H
#define PM_MECHANISM_MODEL_H

#include <sqlite3.h>

#include "indexer/cards.h"
#include "lib/tokenizer.h"

/* Fill the tables mechanism, mechanism_part, mechanism_class and mechanism_feature anew
 * from the cards, with the concepts that the index has. Inside the caller's transaction. */
enum pm_status pm_mechanism_model(sqlite3 *db, struct pm_lexer *lexer, struct pm_dict *dict,
                                  const struct pm_cards *cards, struct pm_error *err);

#endif
