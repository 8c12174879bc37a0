/* pmdict DICTDIR OUT: compile the dictionary (a step of the build).
 * pmdict --catalogue DATADIR OUT: compile the catalogue of concepts and mechanisms.
 * pmdict --edict EDICT COMPDIC DATADIR OUT: compile the wider lexicon; COMPDIC may be
 * missing. DATADIR has the compiled dictionary. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "indexer/compiled.h"
#include "indexer/dict_build.h"
#include "indexer/edict_build.h"

static int finish(enum pm_status st, struct pm_buf *faults, const struct pm_error *err)
{
    if (st != PM_OK)
        (void)fprintf(stderr, "%spmdict: %s\n", pm_buf_text(faults), err->text);
    pm_buf_free(faults);
    return st == PM_OK ? 0 : 2;
}

static enum pm_status compile_catalogue(const char *dir, const char *out, struct pm_error *err)
{
    struct pm_dict *dict = NULL;
    enum pm_status st = pm_dict_open_dir(dir, &dict, err);
    if (st == PM_OK)
        st = pm_compiled_build(dict, out, err);
    pm_dict_close(dict);
    return st;
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
    if (argc == 4 && strcmp(argv[1], "--catalogue") == 0)
        return finish(compile_catalogue(argv[2], argv[3], &err), &faults, &err);
    if (argc != 3) {
        (void)fprintf(stderr, "usage: pmdict DICTDIR OUT\n"
                              "       pmdict --catalogue DATADIR OUT\n"
                              "       pmdict --edict EDICT COMPDIC DATADIR OUT\n");
        return 2;
    }
    return finish(pm_dict_build(argv[1], argv[2], &faults, &err), &faults, &err);
}
