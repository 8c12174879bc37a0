/* The command line of pmindex: one table feeds parsing and --help. */
#ifndef PM_INDEX_OPTIONS_H
#define PM_INDEX_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/arena.h"
#include "lib/buf.h"
#include "lib/status.h"
#include "lib/ui.h"

struct pm_index_options {
    const char *index;   /* -i, or NULL */
    const char *ui_lang; /* --ui-lang, or NULL */
    unsigned threads;    /* -j; 0: a thread for each processor */
    uint64_t max_bytes;  /* --max-size */
    bool quiet, verbose, json, rebuild, help, version;
    const char **forget;
    size_t n_forget;
    const char **paths;
    size_t n_paths;
};

/* Parse argv (argv[0] is passed over). Options may stand before and behind paths;
 * "--" ends them. Strings point into argv, arrays live in a. PM_EUSAGE with a
 * message for what makes no sense. */
enum pm_status pm_index_options_parse(int argc, char **argv, struct pm_arena *a,
                                      struct pm_index_options *out, struct pm_error *err);

/* Append the list of options, one a line, aligned. */
void pm_index_options_help(const struct pm_ui *ui, struct pm_buf *out);

#endif
