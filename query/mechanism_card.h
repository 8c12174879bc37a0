/* pmsearch mechanisms ID: a card, and the corpus' own incidents under it. */
#ifndef PM_MECHANISM_CARD_H
#define PM_MECHANISM_CARD_H

#include <sqlite3.h>
#include <stdint.h>

#include "query/context.h"

/* The number of the mechanism of that ID; 0: there is none. */
enum pm_status pm_mechanism_find(sqlite3 *db, const char *id, int64_t *number,
                                 struct pm_error *err);

/* Write the card, with the incidents that show it: what fixed it here, what was promised
 * against it. At most -n incidents. */
enum pm_status pm_mechanism_card(struct pm_context *c, int64_t number);

#endif
