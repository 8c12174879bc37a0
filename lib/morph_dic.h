/* Where the dictionaries of MeCab are, whether they are what we need, and what
 * identifies them. Needs no MeCab. */
#ifndef PM_MORPH_DIC_H
#define PM_MORPH_DIC_H

#include "lib/status.h"

struct pm_morph_dic {
    char *dir;         /* folder of the system dictionary */
    char *user;        /* path of the compiled user dictionary, or NULL */
    char *fingerprint; /* changes whenever the segmentation may */
};

/* Find and check both; user_dic may be NULL, and its file missing or empty. On
 * failure *out is empty; otherwise to be freed with pm_morph_dic_free. */
enum pm_status pm_morph_dic_find(const char *user_dic, struct pm_morph_dic *out,
                                 struct pm_error *err);

void pm_morph_dic_free(struct pm_morph_dic *d);

#endif
