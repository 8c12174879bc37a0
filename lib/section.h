/* The canonical sections of a postmortem. */
#ifndef PM_SECTION_H
#define PM_SECTION_H

#include <stddef.h>

/* The order is the order of display and of the FTS5 columns; the numbers are
 * stored in token streams, so that a change of them is a change of schema. */
enum pm_section {
    PM_SEC_TITLE = 0,
    PM_SEC_SUMMARY,
    PM_SEC_IMPACT,
    PM_SEC_DETECTION,
    PM_SEC_TRIGGER,
    PM_SEC_CAUSE,
    PM_SEC_RESPONSE,
    PM_SEC_TIMELINE,
    PM_SEC_PREVENTION,
    PM_SEC_LESSONS,
    PM_SEC_OTHER,
    PM_SEC_COUNT
};

/* The name used in the index, the query language and JSON ("cause"); static.
 * For a number outside the list: "other". */
const char *pm_section_name(enum pm_section s);

/* The section of that name (len bytes, case matters), or PM_SEC_COUNT. */
enum pm_section pm_section_from_name(const char *name, size_t len);

#endif
