/* The dictionary compiler: every .tsv of a folder into one file that opens in no
 * time. A build tool; lib/dict.h reads what it writes. */
#ifndef PM_DICT_BUILD_H
#define PM_DICT_BUILD_H

#include "lib/buf.h"
#include "lib/status.h"

/* Compile every *.tsv of dir (not of its subfolders) into the file out, in order
 * of name, replacing it at the end only. Faulty rows do not end the reading: each
 * is a line `path:line: what` in faults, and the result is then PM_EFORMAT and no
 * file. The same tables give the same bytes. */
enum pm_status pm_dict_build(const char *dir, const char *out, struct pm_buf *faults,
                             struct pm_error *err);

#endif
