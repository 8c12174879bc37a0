#include "query/twins.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/vector.h"

enum { RARE = 4, SHARED = 3, MAX_RARE = 400, LOOKED_UP = 4096 };

/* Two incidents of one day and team have many words in common. Where both are in one language,
 * this share of what is rare in the shorter has to be in the other; across languages, only
 * names can be shared, and a few tell enough. */
static const double alike = 0.35;

/* What tells one event from another. */
struct event {
    int64_t document;
    long day; /* of the calendar; 0: no date */
    bool japanese;
    const char *url;         /* or NULL */
    uint32_t rare[MAX_RARE]; /* terms that few documents hold, ascending; once read */
    size_t n_rare;
    bool is_read;
};

/* A term that was looked up: incidents of one kind share most of theirs. */
struct known {
    uint32_t term; /* 0: none */
    bool rare;
};

struct reader {
    sqlite3_stmt *facts, *vector, *df;
    struct pm_arena *arena;
    int64_t rare;        /* documents that a rare term stands in at most */
    struct known *known; /* LOOKED_UP of them; of two in one place the later */
    struct pm_error *err;
};

static bool is_rare(struct reader *r, uint32_t term)
{
    struct known *k = &r->known[term % LOOKED_UP];
    if (k->term == term)
        return k->rare;
    (void)sqlite3_reset(r->df);
    (void)sqlite3_bind_int64(r->df, 1, term);
    bool there = sqlite3_step(r->df) == SQLITE_ROW;
    *k = (struct known){term, there && sqlite3_column_int64(r->df, 0) <= r->rare};
    return k->rare;
}

static enum pm_status read_event(struct reader *r, int64_t document, struct event *out)
{
    *out = (struct event){.document = document};
    (void)sqlite3_reset(r->facts);
    (void)sqlite3_bind_int64(r->facts, 1, document);
    if (sqlite3_step(r->facts) != SQLITE_ROW)
        return PM_OK;
    out->day = (long)sqlite3_column_int64(r->facts, 0);
    const char *url = (const char *)sqlite3_column_text(r->facts, 1);
    out->url = url == NULL ? NULL : pm_arena_strdup(r->arena, url);
    out->japanese = sqlite3_column_int(r->facts, 2) != 0;
    return url != NULL && out->url == NULL ? pm_fail(r->err, PM_ENOMEM, "out of memory") : PM_OK;
}

/* The rare terms, which are read for events of one day only. */
static void read_rare(struct reader *r, struct event *e)
{
    struct pm_vector_reader v;
    struct pm_vector_entry entry;
    if (e->is_read)
        return;
    e->is_read = true;
    (void)sqlite3_reset(r->vector);
    (void)sqlite3_bind_int64(r->vector, 1, e->document);
    if (sqlite3_step(r->vector) != SQLITE_ROW ||
        !pm_vector_open(&v, sqlite3_column_blob(r->vector, 0),
                        (size_t)sqlite3_column_bytes(r->vector, 0)))
        return;
    while (e->n_rare < MAX_RARE && pm_vector_next(&v, &entry))
        if (is_rare(r, entry.term))
            e->rare[e->n_rare++] = entry.term;
}

static size_t count_shared(const struct event *x, const struct event *y)
{
    size_t n = 0;
    for (size_t i = 0, j = 0; i < x->n_rare && j < y->n_rare;) {
        n += x->rare[i] == y->rare[j];
        bool step = x->rare[i] <= y->rare[j];
        j += x->rare[i] >= y->rare[j];
        i += step;
    }
    return n;
}

static bool same_event(struct reader *r, struct event *x, struct event *y)
{
    if (x->url != NULL && y->url != NULL && strcmp(x->url, y->url) == 0)
        return true;
    if (x->day == 0 || y->day == 0 || labs(x->day - y->day) > 1)
        return false;
    read_rare(r, x);
    read_rare(r, y);
    size_t shared = count_shared(x, y), less = x->n_rare < y->n_rare ? x->n_rare : y->n_rare;
    return shared >= SHARED &&
           (x->japanese != y->japanese || (double)shared >= alike * (double)less);
}

static enum pm_status prepare(struct reader *r, sqlite3 *db)
{
    static const char facts[] = "SELECT coalesce(cast(julianday(date) AS INTEGER), 0), url,"
                                " lang = 'ja' FROM document WHERE id = ?1";
    sqlite3_stmt *count = NULL;
    if (sqlite3_prepare_v2(db, facts, -1, &r->facts, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(db, "SELECT data FROM term_vector WHERE document_id = ?1", -1,
                           &r->vector, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(db, "SELECT df FROM term WHERE id = ?1", -1, &r->df, NULL) !=
            SQLITE_OK ||
        sqlite3_prepare_v2(db, "SELECT value FROM meta WHERE key = 'documents'", -1, &count,
                           NULL) != SQLITE_OK)
        return pm_fail(r->err, PM_EDB, "unable to read the index: %s", sqlite3_errmsg(db));
    int64_t n = sqlite3_step(count) == SQLITE_ROW ? sqlite3_column_int64(count, 0) : 0;
    (void)sqlite3_finalize(count);
    r->rare = n / 50 > RARE ? n / 50 : RARE;
    return PM_OK;
}

enum pm_status pm_twins_find(sqlite3 *db, const int64_t *documents, size_t n, struct pm_arena *a,
                             int64_t *twin, struct pm_error *err)
{
    struct reader r = {.arena = a, .err = err};
    struct event *events = pm_arena_calloc(a, n + 1, sizeof *events);
    r.known = pm_arena_calloc(a, LOOKED_UP, sizeof *r.known);
    enum pm_status st = events == NULL || r.known == NULL ? pm_fail(err, PM_ENOMEM, "out of memory")
                                                          : prepare(&r, db);
    for (size_t i = 0; st == PM_OK && events != NULL && i < n; i++) {
        twin[i] = 0;
        st = read_event(&r, documents[i], &events[i]);
        for (size_t k = 0; st == PM_OK && twin[i] == 0 && k < i; k++)
            if (twin[k] == 0 && same_event(&r, &events[k], &events[i]))
                twin[i] = documents[k];
    }
    (void)sqlite3_finalize(r.facts);
    (void)sqlite3_finalize(r.vector);
    (void)sqlite3_finalize(r.df);
    return st;
}
