#include "indexer/ids.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "lib/buf.h"
#include "lib/utf8.h"

enum { MAX_ID = 200 };

/* What an ID is made of: the next kind is tried when the path has no folder left. */
enum kind { KIND_WANTED, KIND_STEM, KIND_FILE, KIND_NUMBERED };

struct state {
    struct pm_id_request *request;
    enum kind kind;
    int depth; /* parent folders in front */
    bool clash;
};

static bool is_plain(uint32_t cp)
{
    if (cp >= ' ' && cp < 0x7F)
        return true;
    switch (utf8proc_category((utf8proc_int32_t)cp)) {
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return false;
    default:
        return cp != 0xfffd;
    }
}

const char *pm_id_clean(const char *s, size_t len, struct pm_arena *a)
{
    while (len > 0 && isspace((unsigned char)*s)) {
        s++;
        len--;
    }
    while (len > 0 && isspace((unsigned char)s[len - 1]))
        len--;
    char *out = pm_arena_alloc(a, len + 1); /* '_' is never longer than what it replaces */
    size_t n = 0;
    for (size_t pos = 0; out != NULL && pos < len;) {
        size_t start = pos;
        uint32_t cp = pm_utf8_next(s, len, &pos);
        if (is_plain(cp)) {
            memcpy(out + n, s + start, pos - start);
            n += pos - start;
        } else {
            out[n++] = '_';
        }
    }
    if (out == NULL || n == 0)
        return NULL;
    out[pm_utf8_clip(out, n, MAX_ID)] = '\0';
    return out;
}

/* The length of the file name without its extension ("a.md": 1, "v1.2": 4). */
static size_t stem_length(const char *file)
{
    size_t len = strlen(file);
    const char *dot = strrchr(file, '.');
    if (dot == NULL || dot == file || !isalpha((unsigned char)dot[1]) || strlen(dot) > 9)
        return len;
    for (const char *p = dot + 1; *p != '\0'; p++)
        if (!isalnum((unsigned char)*p))
            return len;
    return (size_t)(dot - file);
}

static const char *file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

/* Where the depth nearest parent folders of path start; NULL when it has fewer. */
static const char *parents(const char *path, int depth)
{
    const char *p = file_name(path);
    for (; depth > 0; depth--) {
        if (p - path < 2)
            return NULL;
        for (p--; p > path && p[-1] != '/'; p--)
            continue;
    }
    return p;
}

static enum pm_status make_name(struct state *s, size_t index, struct pm_arena *a)
{
    struct pm_id_request *r = s->request;
    const char *file = file_name(r->path);
    const char *from = parents(r->path, s->depth);
    struct pm_buf raw = {0};
    pm_buf_add(&raw, from, (size_t)(file - from));
    if (s->kind == KIND_WANTED)
        pm_buf_adds(&raw, r->wanted);
    else
        pm_buf_add(&raw, file, s->kind == KIND_STEM ? stem_length(file) : strlen(file));
    if (s->kind == KIND_NUMBERED)
        pm_buf_addf(&raw, "~%zu", index + 1);
    r->name = raw.failed ? NULL : pm_id_clean(pm_buf_text(&raw), raw.len, a);
    if (r->name == NULL && !raw.failed)
        r->name = pm_arena_printf(a, "document~%zu", index + 1);
    pm_buf_free(&raw);
    return r->name == NULL ? PM_ENOMEM : PM_OK;
}

/* The next longer form. */
static void lengthen(struct state *s)
{
    if (s->kind != KIND_NUMBERED && parents(s->request->path, s->depth + 1) != NULL) {
        s->depth++;
    } else if (s->kind != KIND_NUMBERED) {
        s->kind++;
        s->depth = 0;
    } else {
        s->depth = -1; /* numbers differ within a run; a stored one may still have it */
    }
}

static int by_name(const void *a, const void *b)
{
    const struct state *x = *(const struct state *const *)a, *y = *(const struct state *const *)b;
    return strcmp(x->request->name, y->request->name);
}

static size_t find_clashes(struct state **sorted, size_t n, pm_id_taken_fn taken, void *ctx)
{
    size_t clashes = 0;
    qsort(sorted, n, sizeof *sorted, by_name);
    for (size_t i = 0; i < n; i++) {
        const char *name = sorted[i]->request->name;
        sorted[i]->clash = (i > 0 && strcmp(sorted[i - 1]->request->name, name) == 0) ||
                           (i + 1 < n && strcmp(sorted[i + 1]->request->name, name) == 0) ||
                           taken(ctx, name);
        clashes += sorted[i]->clash;
    }
    return clashes;
}

static enum pm_status resolve(struct state *states, struct state **sorted, size_t n,
                              pm_id_taken_fn taken, void *ctx, struct pm_arena *a)
{
    for (size_t i = 0; i < n; i++)
        if (make_name(&states[i], i, a) != PM_OK)
            return PM_ENOMEM;
    while (find_clashes(sorted, n, taken, ctx) > 0)
        for (size_t i = 0; i < n; i++) {
            if (!states[i].clash)
                continue;
            lengthen(&states[i]);
            if (states[i].depth < 0) {
                states[i].depth = 0;
                states[i].request->name = pm_arena_printf(a, "%s~", states[i].request->name);
                if (states[i].request->name == NULL)
                    return PM_ENOMEM;
            } else if (make_name(&states[i], i, a) != PM_OK) {
                return PM_ENOMEM;
            }
        }
    return PM_OK;
}

enum pm_status pm_ids_assign(struct pm_id_request *requests, size_t n, pm_id_taken_fn taken,
                             void *ctx, struct pm_arena *a, struct pm_error *err)
{
    if (n == 0)
        return PM_OK;
    struct state *states = calloc(n, sizeof *states);
    struct state **sorted = calloc(n, sizeof *sorted);
    enum pm_status st = states == NULL || sorted == NULL ? PM_ENOMEM : PM_OK;
    for (size_t i = 0; st == PM_OK && i < n; i++) {
        const char *wanted = requests[i].wanted;
        if (wanted != NULL)
            requests[i].wanted = pm_id_clean(wanted, strlen(wanted), a);
        states[i] = (struct state){.request = &requests[i],
                                   .kind = requests[i].wanted == NULL ? KIND_STEM : KIND_WANTED};
        sorted[i] = &states[i];
    }
    if (st == PM_OK)
        st = resolve(states, sorted, n, taken, ctx, a);
    free(states);
    free(sorted);
    return st == PM_OK ? st : pm_fail(err, st, "out of memory");
}
