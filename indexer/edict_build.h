/* Compiling EDICT into edict.db (a step of the build). */
#ifndef PM_EDICT_BUILD_H
#define PM_EDICT_BUILD_H

#include "lib/status.h"

struct pm_edict_sources {
    const char *edict;   /* the dictionary, EUC-JP or UTF-8 */
    const char *compdic; /* its computing terms; NULL: none */
    const char *data;    /* the folder of pmsearch.dict and user.dic */
};

/* Make out from the sources: both directions, in the form of index terms. The file is
 * replaced only when all went well. */
enum pm_status pm_edict_build(const struct pm_edict_sources *s, const char *out,
                              struct pm_error *err);

#endif
