#include "indexer/user_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/buf.h"

struct walk {
    const char *ending;
    pm_user_file_fn fn;
    void *ctx;
    struct pm_error *err;
};

static enum pm_status read_file(const struct walk *w, const char *path)
{
    /* Without O_NONBLOCK a FIFO would wait for its writer. */
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    struct stat info;
    if (fd >= 0 && fstat(fd, &info) == 0 && !S_ISREG(info.st_mode)) {
        (void)close(fd);
        return pm_fail(w->err, PM_EIO, "unable to read '%s': not a regular file", path);
    }
    FILE *f = fd < 0 ? NULL : fdopen(fd, "rb");
    if (f == NULL) {
        enum pm_status st =
            pm_fail(w->err, PM_EIO, "unable to open '%s': %s", path, strerror(errno));
        if (fd >= 0)
            (void)close(fd);
        return st;
    }
    struct pm_buf text = {0};
    char chunk[8192];
    for (size_t n; (n = fread(chunk, 1, sizeof chunk, f)) > 0;)
        pm_buf_add(&text, chunk, n);
    enum pm_status st = ferror(f) ? pm_fail(w->err, PM_EIO, "unable to read '%s'", path) : PM_OK;
    (void)fclose(f);
    if (st == PM_OK && text.failed)
        st = pm_fail(w->err, PM_ENOMEM, "out of memory");
    if (st == PM_OK)
        st = w->fn(w->ctx, path, pm_buf_text(&text), text.len, w->err);
    pm_buf_free(&text);
    return st;
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_visible(const struct dirent *e)
{
    return e->d_name[0] != '.';
}

static enum pm_status read_folder(const struct walk *w, const char *folder)
{
    struct dirent **names = NULL;
    int n = scandir(folder, &names, is_visible, by_bytes);
    size_t ending = strlen(w->ending);
    enum pm_status st = PM_OK;
    for (int i = 0; i < n; i++) {
        size_t len = strlen(names[i]->d_name);
        char *path = NULL;
        if (st == PM_OK && len > ending && strcmp(names[i]->d_name + len - ending, w->ending) == 0)
            st = asprintf(&path, "%s/%s", folder, names[i]->d_name) < 0
                     ? pm_fail(w->err, PM_ENOMEM, "out of memory")
                     : read_file(w, path);
        free(path);
        free(names[i]);
    }
    free(names);
    return st;
}

/* name in the two places that the users' own files live in; freed by the caller. */
static enum pm_status places(const char *index, const char *name, char *out[2],
                             struct pm_error *err)
{
    const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    const char *slash = index == NULL ? NULL : strrchr(index, '/');
    int n = 0;
    out[0] = out[1] = NULL;
    if (config != NULL && *config == '/')
        n = asprintf(&out[0], "%s/pmsearch/dict/%s", config, name);
    else if (home != NULL && *home == '/')
        n = asprintf(&out[0], "%s/.config/pmsearch/dict/%s", home, name);
    if (n < 0)
        out[0] = NULL;
    int folder = slash == NULL ? 0 : (int)(slash - index) + 1;
    if (n >= 0 && index != NULL && (n = asprintf(&out[1], "%.*s%s", folder, index, name)) < 0)
        out[1] = NULL;
    return n < 0 ? pm_fail(err, PM_ENOMEM, "out of memory") : PM_OK;
}

enum pm_status pm_user_files(const char *index, const char *name, const char *ending,
                             pm_user_file_fn fn, void *ctx, struct pm_error *err)
{
    const struct walk w = {ending, fn, ctx, err};
    char *folders[2];
    enum pm_status st = places(index, name, folders, err);
    for (int i = 0; i < 2; i++) {
        if (st == PM_OK && folders[i] != NULL)
            st = read_folder(&w, folders[i]);
        free(folders[i]);
    }
    return st;
}

enum pm_status pm_user_file(const char *index, const char *name, pm_user_file_fn fn, void *ctx,
                            struct pm_error *err)
{
    const struct walk w = {NULL, fn, ctx, err};
    char *paths[2];
    enum pm_status st = places(index, name, paths, err);
    for (int i = 0; i < 2; i++) {
        if (st == PM_OK && paths[i] != NULL && access(paths[i], F_OK) == 0)
            st = read_file(&w, paths[i]);
        free(paths[i]);
    }
    return st;
}
