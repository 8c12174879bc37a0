/* Where the index is (lib/store.h). */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/store.h"

/* A cloned repository must not bring an index of its own: the folder and the file
 * are the user's, neither is a link, and the file is private, as pmindex makes it
 * and as no version control keeps it. */
static bool trusted(const char *folder, const char *file)
{
    struct stat st;
    uid_t user = geteuid();
    if (lstat(folder, &st) != 0 || !S_ISDIR(st.st_mode) || st.st_uid != user)
        return false;
    return lstat(file, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == user &&
           (st.st_mode & 077) == 0;
}

/* The nearest trusted .pmsearch/index.db from the current folder up, or NULL. */
static const char *find_upwards(struct pm_arena *a)
{
    char dir[PATH_MAX];
    if (getcwd(dir, sizeof dir) == NULL || dir[0] != '/')
        return NULL;
    for (;;) {
        const char *base = strcmp(dir, "/") == 0 ? "" : dir;
        const char *folder = pm_arena_printf(a, "%s/.pmsearch", base);
        const char *file = pm_arena_printf(a, "%s/.pmsearch/index.db", base);
        if (folder != NULL && file != NULL && trusted(folder, file))
            return file;
        if (*base == '\0')
            return NULL;
        char *slash = strrchr(dir, '/');
        slash[slash == dir ? 1 : 0] = '\0';
    }
}

static const char *data_home(struct pm_arena *a)
{
    const char *xdg = getenv("XDG_DATA_HOME");
    if (xdg != NULL && xdg[0] == '/')
        return pm_arena_printf(a, "%s/pmsearch/index.db", xdg);
    const char *home = getenv("HOME");
    if (home != NULL && *home != '\0')
        return pm_arena_printf(a, "%s/.local/share/pmsearch/index.db", home);
    return NULL;
}

enum pm_status pm_store_locate(const char *option, struct pm_arena *a, const char **path,
                               struct pm_error *err)
{
    const char *env = getenv("PMSEARCH_INDEX");
    if (option == NULL && env != NULL && *env != '\0')
        option = env;
    if (option != NULL && *option == '\0')
        return pm_fail(err, PM_EUSAGE, "the name of the index is empty");
    if (option != NULL)
        *path = pm_arena_strdup(a, option);
    else if ((*path = find_upwards(a)) == NULL)
        *path = data_home(a);
    if (*path == NULL)
        return pm_fail(err, PM_ENOTFOUND, "no home folder: name the index with -i");
    return PM_OK;
}
