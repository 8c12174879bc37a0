/* What a hit's line says about its document, and whether its file is still as it
 * was indexed. */
#ifndef PM_INFO_H
#define PM_INFO_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "lib/arena.h"
#include "lib/status.h"

struct pm_info {
    const char *name; /* the public ID */
    const char *path; /* as given to pmindex, or absolute where that leads elsewhere from here:
                         bytes, NUL-terminated */
    size_t path_len;
    const char *real; /* absolute path */
    const char *title;
    const char *date, *start, *end, *published; /* or NULL */
    const char *lang, *kind;
    const char *company, *product, *severity, *status, *url; /* or NULL */
    const char *service;                                     /* the first service, or NULL */
    int64_t size, mtime_ns, duration_min;                    /* duration -1: not told */
};

enum pm_file_state { PM_FILE_FRESH, PM_FILE_CHANGED, PM_FILE_GONE, PM_FILE_UNREADABLE };

/* Read the document's facts; memory in a. PM_ENOTFOUND: no such document. */
enum pm_status pm_info_read(sqlite3 *db, int64_t document, struct pm_arena *a, struct pm_info *out,
                            struct pm_error *err);

/* The same for one document after the other: *kept is NULL before the first, and the statement
 * that the caller finalizes afterwards. */
enum pm_status pm_info_read_next(sqlite3_stmt **kept, sqlite3 *db, int64_t document,
                                 struct pm_arena *a, struct pm_info *out, struct pm_error *err);

/* Is the file as it was when indexed, by its size and time? What is not there is gone; what is
 * there, but may not be read now, is unreadable. */
enum pm_file_state pm_file_state(const char *path, int64_t size, int64_t mtime_ns);
enum pm_file_state pm_info_state(const struct pm_info *info);

/* The same of a file or a folder of which no more is known: fresh, gone or unreadable. */
enum pm_file_state pm_path_state(const char *path);

/* The document of a file that is there. PM_ENOTFOUND: it is not in the index; no message. */
enum pm_status pm_info_of_file(sqlite3 *db, const char *path, int64_t *document,
                               struct pm_error *err);

/* The document of an ID: its name, in any case and width, a path (as given, or of the file
 * itself), a unique file stem, or a unique prefix of a name. PM_ENOTFOUND: none, with a message;
 * PM_EUSAGE: several, with a message that names some of them. */
enum pm_status pm_info_find(sqlite3 *db, const char *id, int64_t *document, struct pm_error *err);

#endif
