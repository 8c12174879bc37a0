#include "lib/edict.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/dburi.h"

/* The value of a key: for each translation a byte of weight, then its text, its terms and
 * their offsets (see pm_form_write), each with its NUL. */

struct pm_edict {
    sqlite3 *db;
    sqlite3_stmt *find;
};

static enum pm_status refuse(const struct pm_edict *e, struct pm_error *err)
{
    return pm_fail(err, PM_EDICT, "unable to read the lexicon 'edict.db': %s",
                   e->db == NULL ? "out of memory" : sqlite3_errmsg(e->db));
}

static enum pm_status connect(struct pm_edict *e, const char *path, struct pm_error *err)
{
    char *uri = pm_db_uri(path, "mode=ro&immutable=1");
    if (uri == NULL)
        return pm_fail(err, PM_ENOMEM, "out of memory");
    int rc = sqlite3_open_v2(uri, &e->db,
                             SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, NULL);
    free(uri);
    if (rc != SQLITE_OK || sqlite3_prepare_v2(e->db, "SELECT value FROM word WHERE key = ?1", -1,
                                              &e->find, NULL) != SQLITE_OK)
        return refuse(e, err);
    return PM_OK;
}

enum pm_status pm_edict_open(const char *dir, struct pm_edict **out, struct pm_error *err)
{
    const char *wish = getenv("PMSEARCH_EDICT");
    struct pm_buf path = {0};
    enum pm_status st = PM_OK;
    *out = NULL;
    if (wish != NULL && strcmp(wish, "no") == 0)
        return PM_OK;
    pm_buf_addf(&path, "%s/edict.db", dir);
    if (path.failed)
        return pm_fail(err, PM_ENOMEM, "out of memory");
    if (access(path.data, R_OK) == 0) {
        struct pm_edict *e = calloc(1, sizeof *e);
        st = e == NULL ? pm_fail(err, PM_ENOMEM, "out of memory") : connect(e, path.data, err);
        if (st == PM_OK)
            *out = e;
        else
            pm_edict_close(e);
    }
    pm_buf_free(&path);
    return st;
}

void pm_edict_close(struct pm_edict *e)
{
    if (e == NULL)
        return;
    (void)sqlite3_finalize(e->find);
    (void)sqlite3_close(e->db);
    free(e);
}

void pm_edict_pack(struct pm_buf *value, double weight, const char *text, const char *terms,
                   const char *offsets)
{
    pm_buf_addc(value, (char)(unsigned char)(weight >= 1 ? 255 : weight * 255));
    pm_buf_add(value, text, strlen(text) + 1);
    pm_buf_add(value, terms, strlen(terms) + 1);
    pm_buf_add(value, offsets, strlen(offsets) + 1);
}

/* The text at *pos, in a; NULL when no NUL ends it. */
static const char *take_text(const char *data, size_t len, size_t *pos, struct pm_arena *a)
{
    const char *end = *pos < len ? memchr(data + *pos, '\0', len - *pos) : NULL;
    if (end == NULL)
        return NULL;
    const char *text = pm_arena_strdup(a, data + *pos);
    *pos = (size_t)(end - data) + 1;
    return text;
}

static enum pm_status unpack(const char *data, size_t len, struct pm_arena *a,
                             struct pm_glosses *out, struct pm_error *err)
{
    for (size_t pos = 0; pos < len;) {
        struct pm_gloss g = {.weight = (unsigned char)data[pos++] / 255.0};
        g.text = take_text(data, len, &pos, a);
        const char *terms = take_text(data, len, &pos, a);
        const char *offsets = take_text(data, len, &pos, a);
        struct pm_gloss *grown =
            pm_arena_grow(a, out->items, out->count, out->count + 1, sizeof *grown, &out->cap);
        if (g.text == NULL || terms == NULL || offsets == NULL || grown == NULL ||
            !pm_form_read(terms, offsets, a, &g.form))
            return pm_fail(err, PM_EDICT, "the lexicon 'edict.db' is damaged");
        out->items = grown;
        grown[out->count++] = g;
    }
    return PM_OK;
}

enum pm_status pm_edict_find(struct pm_edict *e, const char *key, size_t len, struct pm_arena *a,
                             struct pm_glosses *out, struct pm_error *err)
{
    enum pm_status st = PM_OK;
    (void)sqlite3_reset(e->find);
    (void)sqlite3_bind_text(e->find, 1, key, (int)len, SQLITE_STATIC);
    int rc = sqlite3_step(e->find);
    if (rc == SQLITE_ROW)
        st = unpack(sqlite3_column_blob(e->find, 0), (size_t)sqlite3_column_bytes(e->find, 0), a,
                    out, err);
    else if (rc != SQLITE_DONE)
        st = refuse(e, err);
    (void)sqlite3_reset(e->find);
    return st;
}
