/* The command line of pmsearch: one table feeds parsing and --help. */
#ifndef PM_OPTIONS_H
#define PM_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/arena.h"
#include "lib/section.h"
#include "lib/ui.h"
#include "query/filter.h"
#include "query/similar.h"

enum pm_color { PM_COLOR_AUTO, PM_COLOR_ALWAYS, PM_COLOR_NEVER };

/* What a command lets the user say; bits of pm_option_allowed(). */
enum pm_option_group {
    PM_OPT_COMMON = 1, /* -i --ui-lang --color --json --help --version */
    PM_OPT_LIST = 2,   /* --explain, filters, -l -0 */
    PM_OPT_SEARCH = 4, /* --section --substring */
    PM_OPT_LIKE = 8,   /* --by --weak */
    PM_OPT_COUNT = 16, /* -n */
};

struct pm_options {
    const char *index;   /* -i, or NULL */
    const char *ui_lang; /* --ui-lang, or NULL */
    enum pm_color color;
    enum pm_by by; /* of like */
    bool weak;     /* of like: weak hits too */
    bool json, explain, list_paths, zero, substring, help, version;
    size_t n;                /* 0: all */
    enum pm_section section; /* PM_SEC_COUNT: any */
    struct pm_filter filter;
    const char **operands; /* what is no option, in order */
    size_t n_operands;
    uint32_t given; /* bits of the options that were, whatever their values */
    size_t fixed;   /* operands from this one on stood behind "--": never a verb */
};

/* Parse argv (argv[0] is passed over). Options may stand anywhere before "--".
 * Strings point into argv; arrays live in a. PM_EUSAGE with a message for what
 * makes no sense. */
enum pm_status pm_options_parse(int argc, char **argv, struct pm_arena *a, struct pm_options *out,
                                struct pm_error *err);

/* Append the list of options of these groups, one a line, aligned. */
void pm_options_help(const struct pm_ui *ui, unsigned groups, struct pm_buf *out);

/* The long name of an option that was given and is in none of these groups, or NULL. */
const char *pm_options_stray(const struct pm_options *o, unsigned groups);

#endif
