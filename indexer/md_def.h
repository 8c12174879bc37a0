/* Link reference definitions ("[label]: url"), which cmark takes out of the text. */
#ifndef PM_MD_DEF_H
#define PM_MD_DEF_H

#include <stdbool.h>
#include <stddef.h>

struct pm_md_def {
    const char *label; /* between the brackets */
    size_t label_len;
    const char *dest; /* without angle brackets */
    size_t dest_len;
    bool prose;      /* the "url" is really a note or a value, and worth keeping as text */
    bool wants_next; /* nothing behind the colon: the next line must hold the url */
};

/* Read a line (blanks in front are allowed) as a definition; false when it is none. */
bool pm_md_definition(const char *line, size_t len, struct pm_md_def *out);

/* Read the line below one that wants it; false when it is no destination, and the
 * line above then no definition. */
bool pm_md_definition_dest(const char *line, size_t len, struct pm_md_def *out);

#endif
