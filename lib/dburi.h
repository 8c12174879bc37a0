/* Paths as SQLite URIs: the only way to ask for `immutable`. */
#ifndef PM_DBURI_H
#define PM_DBURI_H

/* "file:" + path with everything but plain characters percent-encoded + "?" +
 * query. path is any bytes, NUL-terminated. The caller frees with free(); NULL
 * when memory is out. */
char *pm_db_uri(const char *path, const char *query);

#endif
