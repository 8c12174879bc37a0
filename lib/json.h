/* Writing JSON into a buffer: commas are taken care of, strings are escaped, and
 * numbers do not depend on the locale. */
#ifndef PM_JSON_H
#define PM_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"

struct pm_json {
    struct pm_buf *out;
    bool comma; /* a comma is due before the next value or key */
};

/* Start writing into out (appends). */
void pm_json_begin(struct pm_json *j, struct pm_buf *out);

/* {, }, [, ]: key is NULL inside arrays and at the top. */
void pm_json_object(struct pm_json *j, const char *key);
void pm_json_end_object(struct pm_json *j);
void pm_json_array(struct pm_json *j, const char *key);
void pm_json_end_array(struct pm_json *j);

/* A string of len bytes; bytes that are not UTF-8 become U+FFFD. */
void pm_json_stringn(struct pm_json *j, const char *key, const char *s, size_t len);

/* A NUL-terminated string; NULL writes null. */
void pm_json_string(struct pm_json *j, const char *key, const char *s);

/* A string, left out altogether when it is NULL. */
void pm_json_optional(struct pm_json *j, const char *key, const char *s);

void pm_json_int(struct pm_json *j, const char *key, int64_t v);

/* With four decimals; not-a-number and infinities write null. */
void pm_json_double(struct pm_json *j, const char *key, double v);

void pm_json_bool(struct pm_json *j, const char *key, bool v);

/* The bytes as base64: for paths that are not UTF-8. */
void pm_json_base64(struct pm_json *j, const char *key, const void *bytes, size_t len);

#endif
