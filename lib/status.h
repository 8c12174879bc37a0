/* Result codes and error messages: how trouble travels up.
 *
 * Every function that can fail returns an enum pm_status and, where it takes a
 * struct pm_error, leaves there one line for people: lower case, no full stop,
 * the subject in quotes.  Only the main functions print it and exit.
 */
#ifndef PM_STATUS_H
#define PM_STATUS_H

enum pm_status {
    PM_OK = 0,
    PM_ENOMEM,       /* out of memory */
    PM_EIO,          /* a file could not be read or written */
    PM_EFORMAT,      /* bytes that are not what they should be */
    PM_EDB,          /* SQLite refused */
    PM_EDICT,        /* the dictionary is missing, old or faulty */
    PM_EUSAGE,       /* the caller's arguments make no sense */
    PM_ENOTFOUND,    /* the thing asked for is not there */
    PM_EINTERRUPTED, /* a signal asked us to stop */
    PM_ELIMIT,       /* a size limit was hit */
};

/* A message for people, UTF-8, NUL-terminated; empty while nothing went wrong. */
struct pm_error {
    char text[1024];
};

/* Format a message into err and return st, so that a failing function can end
 * with `return pm_fail(err, PM_EIO, "unable to open '%s': %s", ...)`.  err may
 * be NULL: then only the code travels. A message that is too long is cut. */
enum pm_status pm_fail(struct pm_error *err, enum pm_status st, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Put "prefix: " before the message that err holds. err may be NULL. */
void pm_error_prefix(struct pm_error *err, const char *prefix);

/* A short name of the code ("out of memory"); static storage. */
const char *pm_status_name(enum pm_status st);

#endif
