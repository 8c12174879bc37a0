/* Widths of text that holds our own styles. */
#ifndef PM_WRAP_H
#define PM_WRAP_H

#include <stddef.h>

/* Columns that the text takes on a terminal, its styles left out. */
size_t pm_styled_width(const char *s, size_t len);

#endif
