#include "lib/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum pm_status pm_fail(struct pm_error *err, enum pm_status st, const char *fmt, ...)
{
    if (err == NULL)
        return st;
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(err->text, sizeof err->text, fmt, args);
    va_end(args);
    return st;
}

void pm_error_prefix(struct pm_error *err, const char *prefix)
{
    if (err == NULL)
        return;
    char old[sizeof err->text];
    memcpy(old, err->text, sizeof old);
    (void)snprintf(err->text, sizeof err->text, "%.200s: %.800s", prefix, old);
}

const char *pm_status_name(enum pm_status st)
{
    switch (st) {
    case PM_OK:
        return "ok";
    case PM_ENOMEM:
        return "out of memory";
    case PM_EIO:
        return "input/output error";
    case PM_EFORMAT:
        return "bad format";
    case PM_EDB:
        return "database error";
    case PM_EDICT:
        return "dictionary error";
    case PM_EUSAGE:
        return "bad usage";
    case PM_ENOTFOUND:
        return "not found";
    case PM_EINTERRUPTED:
        return "interrupted";
    case PM_ELIMIT:
        return "limit exceeded";
    }
    return "unknown error";
}
