/* pmdict DICTDIR OUT: compile the dictionary (a step of the build).
 * pmdict --edict EDICT COMPDIC DATADIR OUT: compile the wider lexicon; COMPDIC may be
 * missing, DATADIR has the compiled dictionary. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "indexer/dict_build.h"
#include "indexer/edict_build.h"

static int finish(enum pm_status st, struct pm_buf *faults, const struct pm_error *err)
{
    if (st != PM_OK)
        (void)fprintf(stderr, "%spmdict: %s\n", pm_buf_text(faults), err->text);
    pm_buf_free(faults);
    return st == PM_OK ? 0 : 2;
}

int main(int argc, char **argv)
{
    struct pm_error err = {0};
    struct pm_buf faults = {0};
    if (argc == 6 && strcmp(argv[1], "--edict") == 0) {
        const struct pm_edict_sources s = {argv[2], access(argv[3], R_OK) == 0 ? argv[3] : NULL,
                                           argv[4]};
        return finish(pm_edict_build(&s, argv[5], &err), &faults, &err);
    }
    if (argc != 3) {
        (void)fprintf(stderr, "usage: pmdict DICTDIR OUT\n"
                              "       pmdict --edict EDICT COMPDIC DATADIR OUT\n");
        return 2;
    }
    return finish(pm_dict_build(argv[1], argv[2], &faults, &err), &faults, &err);
}
