/* pmdict DICTDIR OUT: compile the dictionary (a step of the build). */
#include <stdio.h>

#include "indexer/dict_build.h"

int main(int argc, char **argv)
{
    if (argc != 3) {
        (void)fprintf(stderr, "usage: pmdict DICTDIR OUT\n");
        return 2;
    }
    struct pm_error err = {0};
    struct pm_buf faults = {0};
    enum pm_status st = pm_dict_build(argv[1], argv[2], &faults, &err);
    if (st != PM_OK)
        (void)fprintf(stderr, "%spmdict: %s\n", pm_buf_text(&faults), err.text);
    pm_buf_free(&faults);
    return st == PM_OK ? 0 : 2;
}
