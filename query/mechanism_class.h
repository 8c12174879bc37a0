/* pmsearch mechanisms CLASS: the mechanisms of a class, and the corpus' own incidents of it. */
#ifndef PM_MECHANISM_CLASS_H
#define PM_MECHANISM_CLASS_H

#include <stdbool.h>

#include "query/context.h"
#include "query/out.h"

/* Is there a class of that ID? */
enum pm_status pm_mechanism_class_find(sqlite3 *db, const char *id, bool *found,
                                       struct pm_error *err);

/* Write the incidents of a class, surest first, at most -n, under their number: those of a
 * class of causes, else those that show a mechanism of the class. */
enum pm_status pm_mechanism_class_incidents(struct pm_context *c, const char *id,
                                            struct pm_out *out);

/* The class as one JSON object, with its mechanisms and its incidents. */
enum pm_status pm_mechanism_class_json(struct pm_context *c, const char *id, struct pm_buf *out);

#endif
