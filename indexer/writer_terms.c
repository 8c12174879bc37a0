#include "indexer/writer_terms.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "lib/arena.h"
#include "lib/sound.h"

enum {
    FIRST_SLOTS = 1 << 14,
    CACHE_LINE = 64,
    WORDS = 4,
    ASKED = 256, /* documents of a run after which no new ways to write a term are looked for */
};

/* One to a cache line: every term of every document asks for its own. */
struct entry {
    _Alignas(CACHE_LINE) uint64_t hash;
    const char *text;
    uint32_t len;
    uint32_t id;
    int32_t df;
    uint16_t asked; /* documents of this run that write it */
    bool stored;    /* the table has a row */
    bool dirty;
    const char *words[WORDS]; /* ways to write it seen in this run */
};

struct pm_terms {
    sqlite3 *db;
    sqlite3_stmt *by_text, *by_id;
    struct pm_arena arena;
    struct entry *entries;
    size_t count, cap;
    uint32_t *slots;     /* hash table of index + 1 in entries, 0: empty */
    size_t n_slots;      /* a power of two */
    uint32_t *by_number; /* id to index + 1 in entries, 0: not loaded */
    size_t numbers_cap;
    uint32_t next_id, first_new;
};

static enum pm_status out_of_memory(struct pm_error *err)
{
    return pm_fail(err, PM_ENOMEM, "out of memory");
}

static enum pm_status db_error(struct pm_terms *t, struct pm_error *err)
{
    return pm_fail(err, PM_EDB, "unable to write the terms: %s", sqlite3_errmsg(t->db));
}

static enum pm_status read_next_id(struct pm_terms *t, struct pm_error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool ok = sqlite3_prepare_v2(t->db, "SELECT coalesce(max(id), 0) + 1 FROM term", -1, &stmt,
                                 NULL) == SQLITE_OK &&
              sqlite3_step(stmt) == SQLITE_ROW;
    if (ok)
        t->first_new = t->next_id = (uint32_t)sqlite3_column_int64(stmt, 0);
    (void)sqlite3_finalize(stmt);
    return ok ? PM_OK : db_error(t, err);
}

enum pm_status pm_terms_open(sqlite3 *db, struct pm_terms **out, struct pm_error *err)
{
    *out = NULL;
    struct pm_terms *t = calloc(1, sizeof *t);
    if (t == NULL)
        return out_of_memory(err);
    t->db = db;
    t->n_slots = FIRST_SLOTS;
    t->slots = calloc(t->n_slots, sizeof *t->slots);
    enum pm_status st = t->slots == NULL ? out_of_memory(err) : read_next_id(t, err);
    if (st == PM_OK && (sqlite3_prepare_v2(db, "SELECT id, df FROM term WHERE text = ?1", -1,
                                           &t->by_text, NULL) != SQLITE_OK ||
                        sqlite3_prepare_v2(db, "SELECT text, df FROM term WHERE id = ?1", -1,
                                           &t->by_id, NULL) != SQLITE_OK))
        st = db_error(t, err);
    if (st != PM_OK) {
        pm_terms_close(t);
        return st;
    }
    *out = t;
    return PM_OK;
}

void pm_terms_close(struct pm_terms *t)
{
    if (t == NULL)
        return;
    (void)sqlite3_finalize(t->by_text);
    (void)sqlite3_finalize(t->by_id);
    pm_arena_free(&t->arena);
    free(t->entries);
    free(t->slots);
    free(t->by_number);
    free(t);
}

static size_t find_slot(const struct pm_terms *t, uint64_t hash, const char *text, uint32_t len)
{
    for (size_t i = hash & (t->n_slots - 1);; i = (i + 1) & (t->n_slots - 1)) {
        if (t->slots[i] == 0)
            return i;
        const struct entry *e = &t->entries[t->slots[i] - 1];
        if (e->hash == hash && e->len == len && memcmp(e->text, text, len) == 0)
            return i;
    }
}

static bool grow_slots(struct pm_terms *t)
{
    size_t n = t->n_slots == 0 ? FIRST_SLOTS : t->n_slots * 2;
    uint32_t *grown = calloc(n, sizeof *grown);
    if (grown == NULL)
        return false;
    for (size_t e = 0; e < t->count; e++) {
        size_t at = t->entries[e].hash & (n - 1);
        while (grown[at] != 0)
            at = (at + 1) & (n - 1);
        grown[at] = (uint32_t)e + 1;
    }
    free(t->slots);
    t->slots = grown;
    t->n_slots = n;
    return true;
}

static bool reserve(struct pm_terms *t, uint32_t id)
{
    if (t->count == t->cap) {
        size_t cap = t->cap == 0 ? 4096 : t->cap * 2;
        struct entry *grown = aligned_alloc(CACHE_LINE, cap * sizeof *grown);
        if (grown == NULL)
            return false;
        if (t->count > 0)
            memcpy(grown, t->entries, t->count * sizeof *grown);
        free(t->entries);
        t->entries = grown;
        t->cap = cap;
    }
    if (id >= t->numbers_cap) {
        size_t cap = t->numbers_cap == 0 ? 4096 : t->numbers_cap;
        while (cap <= id)
            cap *= 2;
        uint32_t *grown = realloc(t->by_number, cap * sizeof *grown);
        if (grown == NULL)
            return false;
        memset(grown + t->numbers_cap, 0, (cap - t->numbers_cap) * sizeof *grown);
        t->by_number = grown;
        t->numbers_cap = cap;
    }
    return t->count * 2 < t->n_slots || grow_slots(t);
}

static enum pm_status add_entry(struct pm_terms *t, const struct entry *e, struct pm_error *err)
{
    const char *text = pm_arena_strndup(&t->arena, e->text, e->len);
    if (text == NULL || !reserve(t, e->id))
        return out_of_memory(err);
    t->entries[t->count] = *e;
    t->entries[t->count++].text = text;
    t->slots[find_slot(t, e->hash, text, e->len)] = (uint32_t)t->count;
    t->by_number[e->id] = (uint32_t)t->count;
    return PM_OK;
}

void pm_terms_expect(const struct pm_terms *t, uint64_t hash, enum pm_terms_way way)
{
    const uint32_t *slot = &t->slots[hash & (t->n_slots - 1)];
    if (way == PM_TERMS_SLOT)
        __builtin_prefetch(slot);
    else if (*slot != 0 && way == PM_TERMS_ENTRY)
        __builtin_prefetch(&t->entries[*slot - 1]);
    else if (*slot != 0)
        __builtin_prefetch(t->entries[*slot - 1].text);
}

/* The entry of a text that is new to this run: from the table, if that has it. */
static enum pm_status load_text(struct pm_terms *t, const char *text, uint32_t len, uint64_t hash,
                                struct pm_error *err)
{
    struct entry e = {.text = text, .len = len, .hash = hash};
    if (t->first_new > 1) { /* the table was not empty: it may be there */
        (void)sqlite3_reset(t->by_text);
        (void)sqlite3_bind_text(t->by_text, 1, text, (int)len, SQLITE_STATIC);
        int rc = sqlite3_step(t->by_text);
        if (rc != SQLITE_ROW && rc != SQLITE_DONE)
            return db_error(t, err);
        if (rc == SQLITE_ROW) {
            e.id = (uint32_t)sqlite3_column_int64(t->by_text, 0);
            e.df = sqlite3_column_int(t->by_text, 1);
            e.stored = true;
        }
    }
    if (!e.stored)
        e.id = t->next_id++;
    return add_entry(t, &e, err);
}

static enum pm_status note_word(struct pm_terms *t, struct entry *e, const char *word,
                                struct pm_error *err)
{
    if (e->asked >= ASKED)
        return PM_OK;
    e->asked++;
    for (size_t i = 0; i < WORDS; i++) {
        if (e->words[i] != NULL && strcmp(e->words[i], word) == 0)
            return PM_OK;
        if (e->words[i] != NULL)
            continue;
        e->words[i] = pm_arena_strdup(&t->arena, word);
        return e->words[i] == NULL ? out_of_memory(err) : PM_OK;
    }
    return PM_OK;
}

enum pm_status pm_terms_add(struct pm_terms *t, const struct pm_analysis_term *term, uint32_t *id,
                            struct pm_error *err)
{
    size_t slot = find_slot(t, term->hash, term->text, term->len);
    size_t at = t->slots[slot] != 0 ? t->slots[slot] - 1 : t->count;
    enum pm_status st =
        at < t->count ? PM_OK : load_text(t, term->text, term->len, term->hash, err);
    if (st != PM_OK)
        return st;
    struct entry *e = &t->entries[at];
    *id = e->id;
    e->df++;
    e->dirty = true;
    for (size_t k = 0; st == PM_OK && k < PM_TERM_WORDS && term->words[k] != NULL; k++)
        st = note_word(t, e, term->words[k], err);
    return st;
}

static enum pm_status load_number(struct pm_terms *t, uint32_t id, struct pm_error *err)
{
    (void)sqlite3_reset(t->by_id);
    (void)sqlite3_bind_int64(t->by_id, 1, id);
    int rc = sqlite3_step(t->by_id);
    if (rc == SQLITE_DONE)
        return pm_fail(err, PM_EFORMAT,
                       "the index is damaged (no term %u): make it anew with pmindex --rebuild",
                       (unsigned)id);
    if (rc != SQLITE_ROW)
        return db_error(t, err);
    const char *text = (const char *)sqlite3_column_text(t->by_id, 0);
    struct entry e = {.text = text == NULL ? "" : text,
                      .len = (uint32_t)sqlite3_column_bytes(t->by_id, 0),
                      .id = id,
                      .df = sqlite3_column_int(t->by_id, 1),
                      .stored = true};
    e.hash = XXH3_64bits(e.text, e.len);
    return add_entry(t, &e, err);
}

enum pm_status pm_terms_text(struct pm_terms *t, uint32_t id, const char **text, uint32_t *len,
                             struct pm_error *err)
{
    if (id >= t->numbers_cap || t->by_number[id] == 0) {
        enum pm_status st = load_number(t, id, err);
        if (st != PM_OK)
            return st;
    }
    const struct entry *e = &t->entries[t->by_number[id] - 1];
    *text = e->text;
    *len = e->len;
    return PM_OK;
}

void pm_terms_drop(struct pm_terms *t, uint32_t id)
{
    if (id >= t->numbers_cap || t->by_number[id] == 0)
        return;
    struct entry *e = &t->entries[t->by_number[id] - 1];
    e->df--;
    e->dirty = true;
}

static int by_id(const void *a, const void *b)
{
    const struct entry *x = *(const struct entry *const *)a, *y = *(const struct entry *const *)b;
    return (x->id > y->id) - (x->id < y->id);
}

/* The changed entries, in order of number: the order of the table. */
static struct entry **changed(struct pm_terms *t, size_t *n)
{
    struct entry **list = calloc(t->count + 1, sizeof *list);
    *n = 0;
    for (size_t i = 0; list != NULL && i < t->count; i++)
        if (t->entries[i].dirty)
            list[(*n)++] = &t->entries[i];
    if (list != NULL && *n > 0)
        qsort(list, *n, sizeof *list, by_id);
    return list;
}

static int write_entry(struct entry *e, sqlite3_stmt *insert, sqlite3_stmt *update,
                       sqlite3_stmt *drop)
{
    sqlite3_stmt *stmt = e->df <= 0 ? drop : e->stored ? update : insert;
    if (e->df <= 0 && !e->stored)
        return SQLITE_DONE;
    (void)sqlite3_reset(stmt);
    (void)sqlite3_bind_int64(stmt, 1, e->id);
    if (e->df > 0)
        (void)sqlite3_bind_int(stmt, 2, e->df);
    if (stmt == insert)
        (void)sqlite3_bind_text(stmt, 3, e->text, (int)e->len, SQLITE_STATIC);
    e->stored = e->df > 0;
    e->dirty = false;
    return sqlite3_step(stmt);
}

static int write_keys(const struct entry *e, const char *word, sqlite3_stmt *insert)
{
    struct pm_sound_keys keys;
    if ((unsigned char)*word < 0x80)
        pm_sound_latin(word, strlen(word), &keys);
    else
        pm_sound_katakana(word, strlen(word), &keys);
    int rc = SQLITE_DONE;
    for (size_t k = 0; rc == SQLITE_DONE && k < keys.count; k++) {
        (void)sqlite3_reset(insert);
        (void)sqlite3_bind_text(insert, 1, keys.keys[k], -1, SQLITE_STATIC);
        (void)sqlite3_bind_text(insert, 2, word, -1, SQLITE_STATIC);
        (void)sqlite3_bind_int64(insert, 3, e->id);
        rc = sqlite3_step(insert);
    }
    return rc;
}

/* Is the term an English stem, and none of the words? It is known by that, too. */
static bool has_stem(const struct entry *e)
{
    if (e->words[0] == NULL || (unsigned char)*e->words[0] >= 0x80)
        return false;
    for (size_t k = 0; k < WORDS && e->words[k] != NULL; k++)
        if (strcmp(e->words[k], e->text) == 0)
            return false;
    return true;
}

/* How the terms of this run sound. A term that is gone is silent. */
static enum pm_status write_sounds(struct pm_terms *t, struct entry *const *list, size_t n,
                                   struct pm_error *err)
{
    sqlite3_stmt *insert = NULL;
    bool gone = false;
    int rc = sqlite3_prepare_v2(t->db, "INSERT OR IGNORE INTO term_sound VALUES(?1, ?2, ?3)", -1,
                                &insert, NULL) == SQLITE_OK
                 ? SQLITE_DONE
                 : SQLITE_ERROR;
    for (size_t i = 0; rc == SQLITE_DONE && i < n; i++) {
        gone = gone || list[i]->df <= 0;
        for (size_t k = 0; rc == SQLITE_DONE && list[i]->df > 0 && k < WORDS; k++)
            if (list[i]->words[k] != NULL)
                rc = write_keys(list[i], list[i]->words[k], insert);
        if (rc == SQLITE_DONE && list[i]->df > 0 && has_stem(list[i]))
            rc = write_keys(list[i], list[i]->text, insert);
    }
    (void)sqlite3_finalize(insert);
    if (rc == SQLITE_DONE && gone &&
        sqlite3_exec(t->db, "DELETE FROM term_sound WHERE term_id NOT IN (SELECT id FROM term)",
                     NULL, NULL, NULL) != SQLITE_OK)
        rc = SQLITE_ERROR;
    return rc == SQLITE_DONE ? PM_OK : db_error(t, err);
}

enum pm_status pm_terms_flush(struct pm_terms *t, struct pm_error *err)
{
    sqlite3_stmt *insert = NULL, *update = NULL, *drop = NULL;
    size_t n;
    struct entry **list = changed(t, &n);
    if (list == NULL)
        return out_of_memory(err);
    int rc = SQLITE_ERROR;
    if (sqlite3_prepare_v2(t->db, "INSERT INTO term(id, df, text) VALUES(?1, ?2, ?3)", -1, &insert,
                           NULL) == SQLITE_OK &&
        sqlite3_prepare_v2(t->db, "UPDATE term SET df = ?2 WHERE id = ?1", -1, &update, NULL) ==
            SQLITE_OK &&
        sqlite3_prepare_v2(t->db, "DELETE FROM term WHERE id = ?1", -1, &drop, NULL) == SQLITE_OK)
        rc = SQLITE_DONE;
    for (size_t i = 0; rc == SQLITE_DONE && i < n; i++)
        rc = write_entry(list[i], insert, update, drop);
    enum pm_status st = rc == SQLITE_DONE ? PM_OK : db_error(t, err);
    (void)sqlite3_finalize(insert);
    (void)sqlite3_finalize(update);
    (void)sqlite3_finalize(drop);
    if (st == PM_OK)
        st = write_sounds(t, list, n, err);
    free(list);
    return st;
}
