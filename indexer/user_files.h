/* The team's own dictionary files, read when pmindex runs. */
#ifndef PM_USER_FILES_H
#define PM_USER_FILES_H

#include <stddef.h>

#include "lib/status.h"

/* Called with a file's path and bytes (NUL-terminated). */
typedef enum pm_status (*pm_user_file_fn)(void *ctx, const char *path, const char *text, size_t len,
                                          struct pm_error *err);

/* Call fn for each file named *ending in the folder `name` of
 * $XDG_CONFIG_HOME/pmsearch/dict (else ~/.config/pmsearch/dict), then of the folder of the
 * index, in order of their names. A folder that is not there is nothing; a file that
 * cannot be read is PM_EIO. */
enum pm_status pm_user_files(const char *index, const char *name, const char *ending,
                             pm_user_file_fn fn, void *ctx, struct pm_error *err);

/* Call fn for the file `name` in $XDG_CONFIG_HOME/pmsearch/dict, then for the one beside the
 * index, where they are there. */
enum pm_status pm_user_file(const char *index, const char *name, pm_user_file_fn fn, void *ctx,
                            struct pm_error *err);

#endif
