/* The compiled dictionary: every table of dict/ in one SQLite file, made at build
 * time (pmsearch.dict), opened read-only in well under a millisecond, plus the
 * compiled MeCab user dictionary (user.dic) beside it.
 *
 * A table is a .tsv of dict/ under its stem ("headings"): rows of columns, in
 * file order, comments and blank lines gone, checked when compiled.
 */
#ifndef PM_DICT_H
#define PM_DICT_H

#include "lib/status.h"

struct pm_dict;

/* The folder that holds pmsearch.dict: $PMSEARCH_DATA if set, else ../share/pmsearch
 * beside the running program's folder (the build tree and an installation look
 * alike), else the PREFIX of the build. Opens it. The caller closes. */
enum pm_status pm_dict_open(struct pm_dict **out, struct pm_error *err);

/* As pm_dict_open, on the given folder. */
enum pm_status pm_dict_open_dir(const char *dir, struct pm_dict **out, struct pm_error *err);

void pm_dict_close(struct pm_dict *d);

/* The folder it was opened from. Owned by d. */
const char *pm_dict_dir(const struct pm_dict *d);

/* Hash of a table's content, for fingerprints: 16 hex digits; "" where there is
 * no such table. Owned by d. */
const char *pm_dict_hash(struct pm_dict *d, const char *table);

/* Called for each row; line is the line in the .tsv; a status other than PM_OK
 * ends the walk and is returned. The columns live for the call. */
typedef enum pm_status (*pm_dict_row_fn)(void *ctx, int line, const char *const *cols, int n,
                                         struct pm_error *err);

/* Walk a table in file order. An unknown table is PM_EDICT. */
enum pm_status pm_dict_each(struct pm_dict *d, const char *table, pm_dict_row_fn fn, void *ctx,
                            struct pm_error *err);

/* The number named name (column 0) in dict/weights.tsv (column 1), or fallback.
 * All weights are read at the first call. */
double pm_dict_weight(struct pm_dict *d, const char *name, double fallback);

#endif
