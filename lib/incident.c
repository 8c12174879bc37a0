#include "lib/incident.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct pm_incident *pm_incident_new(void)
{
    struct pm_incident *inc = calloc(1, sizeof *inc);
    if (inc != NULL) {
        inc->duration_min = -1;
        inc->is_incident = true;
        inc->title = "";
    }
    return inc;
}

void pm_incident_free(struct pm_incident *inc)
{
    if (inc == NULL)
        return;
    pm_arena_free(&inc->arena);
    free(inc);
}

void pm_incident_warn(struct pm_incident *inc, int line, const char *fmt, ...)
{
    char text[400];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    size_t cap = inc->n_warnings;
    struct pm_warning *grown = pm_arena_calloc(&inc->arena, cap + 1, sizeof *grown);
    char *copy = pm_arena_strdup(&inc->arena, text);
    if (grown == NULL || copy == NULL)
        return;
    for (size_t i = 0; i < cap; i++)
        grown[i] = inc->warnings[i];
    grown[cap] = (struct pm_warning){.line = line, .text = copy};
    inc->warnings = grown;
    inc->n_warnings = cap + 1;
}
