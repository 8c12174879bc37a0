#include "indexer/walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "indexer/ignore.h"
#include "indexer/source.h"
#include "indexer/walk_names.h"

enum { MAX_DEPTH = 256, MAX_IGNORE_BYTES = 1 << 20 };

static const char IGNORE_FILE[] = ".pmsearchignore";

/* A folder still to be read. */
struct folder {
    const char *rel; /* "" for the root itself */
    const struct pm_ignore *ignore;
    int depth;
};

struct folders {
    struct folder *items;
    size_t count;
    size_t cap;
};

struct walk {
    const struct pm_walk_options *opt;
    struct pm_arena *a;
    struct pm_walk *out;
    const char *path;      /* root as given, a '/' at its end */
    const char *real;      /* the same, resolved */
    struct folders own;    /* folders proper, a stack */
    struct folders linked; /* folders reached by links: read last, so that the proper
                              path of a folder wins over a link to it */
    struct pm_inodes seen;
    bool failed; /* memory ran out */
};

static void skip(struct walk *w, const char *rel, const char *reason)
{
    struct pm_walk *out = w->out;
    struct pm_skip *grown = pm_arena_grow(w->a, out->skips, out->n_skips, out->n_skips + 1,
                                          sizeof *grown, &out->skips_cap);
    const char *path = pm_arena_printf(w->a, "%s%s", w->path, rel);
    if (grown == NULL || path == NULL || reason == NULL) {
        w->failed = true;
        return;
    }
    out->skips = grown;
    grown[out->n_skips++] = (struct pm_skip){.path = path, .reason = reason};
}

static void skip_errno(struct walk *w, const char *rel, int error)
{
    skip(w, rel, pm_walk_reason(w->a, error));
}

static void add_file(struct walk *w, const char *rel, const struct stat *info)
{
    struct pm_walk *out = w->out;
    struct pm_file *grown = pm_arena_grow(w->a, out->files, out->n_files, out->n_files + 1,
                                          sizeof *grown, &out->files_cap);
    struct pm_file f = {
        .path = pm_arena_printf(w->a, "%s%s", w->path, rel),
        .real = pm_arena_printf(w->a, "%s%s", w->real, rel),
        .rel = rel,
        .size = info->st_size,
        .mtime_ns = (int64_t)info->st_mtim.tv_sec * 1000000000 + info->st_mtim.tv_nsec,
        .inode = info->st_ino,
    };
    if (grown == NULL || f.path == NULL || f.real == NULL) {
        w->failed = true;
        return;
    }
    out->files = grown;
    grown[out->n_files++] = f;
}

static void push(struct walk *w, struct folders *to, const char *rel,
                 const struct pm_ignore *ignore, int depth)
{
    struct folder *grown =
        pm_arena_grow(w->a, to->items, to->count, to->count + 1, sizeof *grown, &to->cap);
    if (grown == NULL) {
        w->failed = true;
        return;
    }
    to->items = grown;
    grown[to->count++] = (struct folder){.rel = rel, .ignore = ignore, .depth = depth};
}

static void visit_file(struct walk *w, int fd, const char *name, const char *rel,
                       const struct stat *info)
{
    if (!S_ISREG(info->st_mode))
        skip(w, rel, "not a regular file");
    else if ((uint64_t)info->st_size > w->opt->max_bytes)
        skip(w, rel, pm_walk_too_large(w->a, w->opt->max_bytes));
    else if (faccessat(fd, name, R_OK, AT_EACCESS) != 0)
        skip_errno(w, rel, errno);
    else
        add_file(w, rel, info);
}

/* One name of a folder that is neither hidden nor the kind of file we pass over. */
static void visit(struct walk *w, const struct folder *in, int fd, const char *name)
{
    struct stat own;
    struct stat info;
    const char *rel = pm_arena_printf(w->a, "%s%s%s", in->rel, *in->rel == '\0' ? "" : "/", name);
    if (rel == NULL) {
        w->failed = true;
        return;
    }
    if (fstatat(fd, name, &own, AT_SYMLINK_NOFOLLOW) != 0) {
        skip_errno(w, rel, errno);
        return;
    }
    bool link = S_ISLNK(own.st_mode);
    int error = link && fstatat(fd, name, &info, 0) != 0 ? errno : 0;
    if (!link)
        info = own;
    bool is_dir = error == 0 && S_ISDIR(info.st_mode);
    if ((!is_dir && !pm_walk_candidate(name)) || (is_dir && pm_walk_passed_over(name)) ||
        pm_ignore_match(in->ignore, rel, is_dir))
        return;
    if (error != 0)
        skip(w, rel, error == ENOENT ? "dangling link" : pm_walk_reason(w->a, error));
    else if (is_dir && in->depth >= MAX_DEPTH)
        skip(w, rel, "more than 256 folders deep");
    else if (is_dir)
        push(w, link ? &w->linked : &w->own, rel, in->ignore, in->depth + 1);
    else
        visit_file(w, fd, name, rel, &info);
}

/* The patterns in force in a folder: its own .pmsearchignore above those given. */
static const struct pm_ignore *read_ignore(struct walk *w, const struct folder *in, int fd)
{
    struct stat info;
    if (fstatat(fd, IGNORE_FILE, &info, AT_SYMLINK_NOFOLLOW) != 0)
        return in->ignore;
    const char *sep = *in->rel == '\0' ? "" : "/";
    const char *path = pm_arena_printf(w->a, "%s%s%s%s", w->path, in->rel, sep, IGNORE_FILE);
    struct pm_ignore *ig = pm_arena_alloc(w->a, sizeof *ig);
    if (path == NULL || ig == NULL) {
        w->failed = true;
        return in->ignore;
    }
    ig->up = in->ignore;
    ig->base = strlen(in->rel) + strlen(sep);
    struct pm_buf text = {0};
    struct pm_error err = {{0}};
    enum pm_status st = pm_source_load(path, MAX_IGNORE_BYTES, &text, &err);
    if (st != PM_OK)
        skip(w, path + strlen(w->path), pm_arena_strdup(w->a, err.text));
    else if (pm_ignore_parse(ig, pm_buf_text(&text), text.len, w->a) != PM_OK)
        w->failed = true;
    pm_buf_free(&text);
    return ig->count > 0 ? ig : in->ignore;
}

static void read_folder(struct walk *w, struct folder *in)
{
    const char *path = pm_arena_printf(w->a, "%s%s", w->path, in->rel);
    int fd = path == NULL ? -1 : open(path, O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC);
    struct stat info;
    struct pm_names names = {0};
    if (fd < 0 || fstat(fd, &info) != 0) {
        skip_errno(w, in->rel, errno);
    } else if (pm_inodes_add(&w->seen, info.st_dev, info.st_ino)) {
        in->ignore = read_ignore(w, in, fd);
        int error = pm_names_read(&names, fd);
        if (error != 0)
            skip_errno(w, in->rel, error);
        for (size_t i = 0; i < names.count && !w->failed; i++)
            visit(w, in, fd, names.items[i]);
    }
    w->failed = w->failed || w->seen.failed || path == NULL;
    pm_names_free(&names);
    if (fd >= 0)
        (void)close(fd);
}

static void read_tree(struct walk *w)
{
    push(w, &w->own, "", NULL, 1);
    size_t next_link = 0;
    while (!w->failed) {
        if (w->own.count == 0 && next_link == w->linked.count)
            return;
        struct folder in =
            w->own.count > 0 ? w->own.items[--w->own.count] : w->linked.items[next_link++];
        read_folder(w, &in);
    }
}

static int by_rel(const void *a, const void *b)
{
    return strcmp(((const struct pm_file *)a)->rel, ((const struct pm_file *)b)->rel);
}

/* A root that is a file is taken whatever its name. */
static void single_file(struct walk *w, const char *root, const char *real, const struct stat *info)
{
    const char *slash = strrchr(root, '/');
    const char *rel = pm_arena_strdup(w->a, slash == NULL ? root : slash + 1);
    if (rel == NULL) {
        w->failed = true;
        return;
    }
    w->path = w->real = "";
    size_t files = w->out->n_files;
    visit_file(w, AT_FDCWD, root, rel, info);
    char *path = pm_arena_strdup(w->a, root);
    char *full = pm_arena_strdup(w->a, real);
    if (path == NULL || full == NULL) {
        w->failed = true;
    } else if (w->out->n_files > files) {
        w->out->files[files].path = path;
        w->out->files[files].real = full;
    } else if (w->out->n_skips > 0) {
        w->out->skips[w->out->n_skips - 1].path = path;
    }
}

static const char *with_slash(struct pm_arena *a, const char *path)
{
    size_t len = strlen(path);
    return pm_arena_printf(a, "%s%s", path, len > 0 && path[len - 1] == '/' ? "" : "/");
}

enum pm_status pm_walk_root(const char *root, const struct pm_walk_options *opt, struct pm_arena *a,
                            struct pm_walk *out, struct pm_error *err)
{
    struct stat info;
    char *real = realpath(root, NULL);
    if (real == NULL || stat(root, &info) != 0) {
        int error = errno;
        free(real);
        return pm_fail(err, error == ENOENT || error == ENOTDIR ? PM_ENOTFOUND : PM_EIO,
                       "unable to open '%s': %s", root, strerror(error));
    }
    struct walk w = {.opt = opt, .a = a, .out = out};
    size_t first = out->n_files;
    if (S_ISDIR(info.st_mode)) {
        w.path = with_slash(a, root);
        w.real = with_slash(a, real);
        w.failed = w.path == NULL || w.real == NULL;
        read_tree(&w);
    } else {
        single_file(&w, root, real, &info);
    }
    free(real);
    pm_inodes_free(&w.seen);
    if (w.failed)
        return pm_fail(err, PM_ENOMEM, "out of memory");
    if (out->n_files > first)
        qsort(out->files + first, out->n_files - first, sizeof *out->files, by_rel);
    return PM_OK;
}
