#include "indexer/dict_build.h"

#include <dirent.h>
#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#include "indexer/cards.h"
#include "lib/tsv.h"

enum { MAX_COLUMNS = 64 }; /* as lib/dict.c reads them */

struct builder {
    sqlite3 *db;
    sqlite3_stmt *insert;
    struct pm_buf *faults;
    struct pm_error *err;
};

/* The rows packed one behind the other: line and number of columns as varints,
 * then the columns, each with its NUL. The hash is of the columns alone, so that
 * a new comment changes no fingerprint. */
struct packed {
    struct pm_buf data;
    struct pm_buf columns;
};

static void pack_row(const struct pm_tsv *t, struct packed *p)
{
    pm_buf_varint(&p->data, (uint64_t)t->line);
    pm_buf_varint(&p->data, (uint64_t)t->n);
    for (int i = 0; i < t->n; i++) {
        pm_buf_add(&p->data, t->cols[i], strlen(t->cols[i]) + 1);
        pm_buf_add(&p->columns, t->cols[i], strlen(t->cols[i]) + 1);
    }
    pm_buf_addc(&p->columns, '\n');
}

static void pack(const char *path, const struct pm_buf *text, struct packed *p,
                 struct pm_buf *faults)
{
    struct pm_tsv t;
    pm_tsv_open(&t, pm_buf_text(text), text->len);
    while (pm_tsv_next(&t)) {
        if (t.fault == NULL && t.n > MAX_COLUMNS)
            t.fault = "more than 64 columns";
        if (t.fault != NULL)
            pm_buf_addf(faults, "%s:%d: %s\n", path, t.line, t.fault);
        else
            pack_row(&t, p);
    }
    pm_tsv_close(&t);
}

static enum pm_status read_file(const char *path, struct pm_buf *out, struct pm_error *err)
{
    FILE *f = fopen(path, "rb");
    if (f == NULL)
        return pm_fail(err, PM_EIO, "unable to open '%s': %s", path, strerror(errno));
    char chunk[65536];
    size_t n;
    while ((n = fread(chunk, 1, sizeof chunk, f)) > 0)
        pm_buf_add(out, chunk, n);
    bool bad = ferror(f) != 0;
    (void)fclose(f);
    if (bad)
        return pm_fail(err, PM_EIO, "unable to read '%s'", path);
    return out->failed ? pm_fail(err, PM_ENOMEM, "out of memory") : PM_OK;
}

static enum pm_status store_table(struct builder *b, const char *name, int len,
                                  const struct packed *p)
{
    char hash[17];
    (void)snprintf(hash, sizeof hash, "%016llx",
                   (unsigned long long)XXH3_64bits(pm_buf_text(&p->columns), p->columns.len));
    (void)sqlite3_reset(b->insert);
    (void)sqlite3_bind_text(b->insert, 1, name, len, SQLITE_STATIC);
    (void)sqlite3_bind_text(b->insert, 2, hash, -1, SQLITE_STATIC);
    (void)sqlite3_bind_blob(b->insert, 3, pm_buf_text(&p->data), (int)p->data.len, SQLITE_STATIC);
    if (sqlite3_step(b->insert) != SQLITE_DONE)
        return pm_fail(b->err, PM_EDB, "unable to write the dictionary: %s", sqlite3_errmsg(b->db));
    return PM_OK;
}

static enum pm_status compile_table(struct builder *b, const char *dir, const char *name)
{
    struct pm_buf path = {0}, text = {0};
    struct packed p = {0};
    pm_buf_addf(&path, "%s/%s", dir, name);
    enum pm_status st = read_file(pm_buf_text(&path), &text, b->err);
    if (st == PM_OK)
        pack(pm_buf_text(&path), &text, &p, b->faults);
    if (st == PM_OK && (p.data.failed || p.columns.failed))
        st = pm_fail(b->err, PM_ENOMEM, "out of memory");
    if (st == PM_OK)
        st = store_table(b, name, (int)strlen(name) - 4, &p);
    pm_buf_free(&p.data);
    pm_buf_free(&p.columns);
    pm_buf_free(&path);
    pm_buf_free(&text);
    return st;
}

static int is_card(const struct dirent *e)
{
    size_t len = strlen(e->d_name);
    return len > 3 && e->d_name[0] != '.' && strcmp(e->d_name + len - 3, ".md") == 0;
}

static int is_table(const struct dirent *e)
{
    size_t len = strlen(e->d_name);
    return len > 4 && e->d_name[0] != '.' && strcmp(e->d_name + len - 4, ".tsv") == 0;
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

/* A card is a row of its own: the file's name and its text, read when it is used. What
 * is wrong with it is told now. */
static void pack_card(struct packed *p, const char *path, const char *name,
                      const struct pm_buf *text, struct pm_buf *faults)
{
    struct pm_arena arena = {0};
    struct pm_error fault;
    struct pm_card card;
    if (pm_card_read(path, pm_buf_text(text), text->len, &arena, &card, &fault) != PM_OK)
        pm_buf_addf(faults, "%s\n", fault.text);
    pm_arena_free(&arena);
    struct pm_buf *to[] = {&p->data, &p->columns};
    pm_buf_varint(&p->data, 1);
    pm_buf_varint(&p->data, 2);
    for (int i = 0; i < 2; i++) {
        pm_buf_add(to[i], name, strlen(name) + 1);
        pm_buf_add(to[i], pm_buf_text(text), text->len + 1);
    }
}

/* The cards of mechanisms/ as one table. */
static enum pm_status compile_cards(struct builder *b, const char *dir)
{
    struct dirent **names = NULL;
    struct pm_buf path = {0};
    struct packed p = {0};
    pm_buf_addf(&path, "%s/mechanisms", dir);
    int n = scandir(pm_buf_text(&path), &names, is_card, by_bytes);
    enum pm_status st = PM_OK;
    for (int i = 0; i < n; i++) {
        struct pm_buf text = {0};
        pm_buf_clear(&path);
        pm_buf_addf(&path, "%s/mechanisms/%s", dir, names[i]->d_name);
        if (st == PM_OK)
            st = read_file(pm_buf_text(&path), &text, b->err);
        if (st == PM_OK)
            pack_card(&p, pm_buf_text(&path), names[i]->d_name, &text, b->faults);
        pm_buf_free(&text);
        free(names[i]);
    }
    free(names);
    if (st == PM_OK && (p.data.failed || p.columns.failed))
        st = pm_fail(b->err, PM_ENOMEM, "out of memory");
    if (st == PM_OK)
        st = store_table(b, "mechanisms", (int)strlen("mechanisms"), &p);
    pm_buf_free(&p.data);
    pm_buf_free(&p.columns);
    pm_buf_free(&path);
    return st;
}

static enum pm_status compile_all(struct builder *b, const char *dir)
{
    struct dirent **names = NULL;
    int n = scandir(dir, &names, is_table, by_bytes);
    if (n < 0)
        return pm_fail(b->err, PM_EIO, "unable to read the folder '%s': %s", dir, strerror(errno));
    enum pm_status st = n == 0 ? pm_fail(b->err, PM_ENOTFOUND, "no .tsv in '%s'", dir) : PM_OK;
    for (int i = 0; i < n; i++) {
        if (st == PM_OK)
            st = compile_table(b, dir, names[i]->d_name);
        free(names[i]);
    }
    free(names);
    if (st == PM_OK)
        st = compile_cards(b, dir);
    if (st == PM_OK && b->faults->len > 0)
        st = pm_fail(b->err, PM_EFORMAT, "faulty rows in '%s'", dir);
    return st;
}

static enum pm_status build_into(struct builder *b, const char *dir, const char *file)
{
    static const char create[] = "PRAGMA journal_mode=OFF; PRAGMA page_size=4096; BEGIN;"
                                 "CREATE TABLE dict(name TEXT PRIMARY KEY, hash TEXT NOT NULL,"
                                 " data BLOB NOT NULL);";
    if (sqlite3_open_v2(file, &b->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) !=
            SQLITE_OK ||
        sqlite3_exec(b->db, create, NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(b->db, "INSERT INTO dict VALUES(?1, ?2, ?3)", -1, &b->insert, NULL) !=
            SQLITE_OK)
        return pm_fail(b->err, PM_EIO, "unable to write '%s': %s", file, sqlite3_errmsg(b->db));
    enum pm_status st = compile_all(b, dir);
    (void)sqlite3_finalize(b->insert);
    if (st == PM_OK && sqlite3_exec(b->db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
        st = pm_fail(b->err, PM_EIO, "unable to write '%s': %s", file, sqlite3_errmsg(b->db));
    return st;
}

enum pm_status pm_dict_build(const char *dir, const char *out, struct pm_buf *faults,
                             struct pm_error *err)
{
    struct pm_buf temp = {0};
    pm_buf_addf(&temp, "%s.new", out);
    if (temp.failed)
        return pm_fail(err, PM_ENOMEM, "out of memory");
    (void)unlink(temp.data);
    struct builder b = {.faults = faults, .err = err};
    enum pm_status st = build_into(&b, dir, temp.data);
    (void)sqlite3_close(b.db);
    if (st == PM_OK && rename(temp.data, out) != 0)
        st = pm_fail(err, PM_EIO, "unable to write '%s': %s", out, strerror(errno));
    if (st != PM_OK)
        (void)unlink(temp.data);
    pm_buf_free(&temp);
    return st;
}
