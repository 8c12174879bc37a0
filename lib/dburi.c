#include "lib/dburi.h"

#include <string.h>

#include "lib/buf.h"

char *pm_db_uri(const char *path, const char *query)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-";
    struct pm_buf uri = {0};
    pm_buf_adds(&uri, "file:");
    /* a path that starts with "//" would be read as an authority */
    if (path[0] == '/')
        pm_buf_adds(&uri, "//");
    for (const char *p = path; *p != '\0'; p++) {
        if (strchr(plain, *p) != NULL)
            pm_buf_addc(&uri, *p);
        else
            pm_buf_addf(&uri, "%%%02X", (unsigned)(unsigned char)*p);
    }
    pm_buf_addc(&uri, '?');
    pm_buf_adds(&uri, query);
    if (uri.failed)
        pm_buf_free(&uri);
    return uri.data;
}
