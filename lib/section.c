#include "lib/section.h"

#include <string.h>

static const char *const names[PM_SEC_COUNT] = {
    "title",    "summary",  "impact",     "detection", "trigger", "cause",
    "response", "timeline", "prevention", "lessons",   "other",
};

const char *pm_section_name(enum pm_section s)
{
    return (unsigned)s < PM_SEC_COUNT ? names[s] : names[PM_SEC_OTHER];
}

enum pm_section pm_section_from_name(const char *name, size_t len)
{
    for (int i = 0; i < PM_SEC_COUNT; i++)
        if (strlen(names[i]) == len && memcmp(names[i], name, len) == 0)
            return (enum pm_section)i;
    return PM_SEC_COUNT;
}
