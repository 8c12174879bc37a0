#include "indexer/run.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "indexer/derived.h"
#include "indexer/ids.h"
#include "indexer/pipeline.h"
#include "indexer/roots.h"
#include "indexer/update.h"
#include "indexer/user_lexer.h"
#include "indexer/writer.h"
#include "lib/schema.h"
#include "lib/store.h"

struct fresh { /* a document without a name yet */
    int64_t id;
    const char *wanted, *real;
};

struct run {
    const struct pm_run_options *opt;
    const struct pm_hooks *hooks;
    struct pm_arena *arena;
    struct pm_report *report;
    struct pm_error *err;
    struct pm_lexer *lexer;
    struct pm_reader *reader;
    sqlite3 *db;
    struct pm_writer *writer;
    struct pm_derived *derived;
    struct pm_roots roots;
    struct pm_update update;
    const char *fingerprint;
    struct pm_buf terms; /* the users' own words */
    bool was_empty;      /* no documents at the start: nothing can have moved */
    bool stale;          /* the index was made by another analysis */
    bool rewrite;        /* something besides documents has to be written */
    bool rebuilding;     /* the old documents were dropped in this transaction */
    size_t writes;       /* documents written, moved or deleted */
    struct fresh *fresh;
    size_t n_fresh, fresh_cap;
};

static enum pm_status out_of_memory(struct run *r)
{
    return pm_fail(r->err, PM_ENOMEM, "out of memory");
}

static enum pm_status exec(struct run *r, const char *sql)
{
    if (sqlite3_exec(r->db, sql, NULL, NULL, NULL) != SQLITE_OK)
        return pm_fail(r->err, PM_EDB, "unable to write '%s': %s", r->opt->index,
                       sqlite3_errmsg(r->db));
    return PM_OK;
}

static enum pm_status add_trouble(struct run *r, const char *text)
{
    struct pm_report *p = r->report;
    const char **grown = pm_arena_grow(r->arena, p->troubles, p->n_troubles, p->n_troubles + 1,
                                       sizeof *grown, &p->troubles_cap);
    const char *copy = pm_arena_strdup(r->arena, text);
    if (grown == NULL || copy == NULL)
        return out_of_memory(r);
    p->troubles = grown;
    grown[p->n_troubles++] = copy;
    return PM_OK;
}

static enum pm_status add_skip(struct run *r, const char *path, const char *reason)
{
    struct pm_report *p = r->report;
    struct pm_skip *grown =
        pm_arena_grow(r->arena, p->skips, p->n_skips, p->n_skips + 1, sizeof *grown, &p->skips_cap);
    const char *copy = pm_arena_strdup(r->arena, reason);
    if (grown == NULL || copy == NULL)
        return out_of_memory(r);
    p->skips = grown;
    grown[p->n_skips++] = (struct pm_skip){.path = path, .reason = copy};
    return PM_OK;
}

static void tell(const struct run *r, enum pm_event event, const char *path)
{
    if (r->hooks->event != NULL)
        r->hooks->event(r->hooks->ctx, event, path);
}

/* A typing error must not leave an empty index behind. */
static enum pm_status check_paths(struct run *r)
{
    struct stat st;
    size_t there = 0;
    for (size_t i = 0; i < r->opt->n_paths; i++)
        there += stat(r->opt->paths[i], &st) == 0;
    if (r->opt->n_paths > 0 && there == 0)
        return pm_fail(r->err, PM_ENOTFOUND, "'%s' is not there", r->opt->paths[0]);
    if (r->opt->n_paths == 0 && stat(r->opt->index, &st) != 0)
        return pm_fail(r->err, PM_EUSAGE, "no index at '%s' yet: name a folder to make one from",
                       r->opt->index);
    return PM_OK;
}

/* The tables are made anew in the same transaction, and the roots put back. */
static enum pm_status start_over(struct run *r)
{
    struct pm_roots old = {0};
    if (pm_roots_known(r->db, r->arena, &old, NULL) != PM_OK)
        old.count = 0; /* a version of the index that had no such table */
    enum pm_status st = pm_schema_drop(r->db, r->err);
    if (st == PM_OK)
        st = pm_schema_create(r->db, r->err);
    sqlite3_stmt *stmt = NULL;
    if (st == PM_OK && sqlite3_prepare_v2(r->db, "INSERT INTO root(real, given) VALUES(?1, ?2)", -1,
                                          &stmt, NULL) != SQLITE_OK)
        st = pm_fail(r->err, PM_EDB, "unable to rebuild: %s", sqlite3_errmsg(r->db));
    for (size_t i = 0; st == PM_OK && i < old.count; i++) {
        (void)sqlite3_reset(stmt);
        (void)sqlite3_bind_blob(stmt, 1, old.items[i].real, (int)strlen(old.items[i].real),
                                SQLITE_STATIC);
        (void)sqlite3_bind_blob(stmt, 2, old.items[i].given, (int)strlen(old.items[i].given),
                                SQLITE_STATIC);
        if (sqlite3_step(stmt) != SQLITE_DONE)
            st = pm_fail(r->err, PM_EDB, "unable to rebuild: %s", sqlite3_errmsg(r->db));
    }
    (void)sqlite3_finalize(stmt);
    r->rewrite = r->rebuilding = true;
    return st;
}

/* Open the index and hold its write lock. A new one is committed empty first: it is
 * the old state that a kill leaves behind. */
static enum pm_status begin(struct run *r)
{
    bool created;
    enum pm_status st =
        pm_store_begin(r->opt->index, r->lexer, r->opt->rebuild, &r->db, &created, r->err);
    if (st == PM_OK && created)
        st = exec(r, "INSERT INTO meta VALUES('incomplete', '1')");
    if (st == PM_OK && created)
        st = pm_store_fill(r->db, r->err);
    if (st == PM_OK && r->hooks->locked != NULL)
        r->hooks->locked(r->hooks->ctx);
    if (st == PM_OK && !created && r->opt->rebuild)
        st = start_over(r);
    if (st == PM_OK)
        st = pm_writer_open(r->db, &r->writer, r->err);
    return st;
}

/* Has the analysis changed since the documents were written? */
static enum pm_status compare_fingerprint(struct run *r)
{
    const char *tokens = pm_lexer_fingerprint(r->lexer);
    if (tokens == NULL)
        return out_of_memory(r);
    r->fingerprint = pm_arena_printf(r->arena, "%d %s %s", PM_SCHEMA_VERSION, tokens,
                                     pm_reader_fingerprint(r->reader));
    if (r->fingerprint == NULL)
        return out_of_memory(r);
    const char *stored = pm_store_meta(r->db, r->arena, "fingerprint");
    bool same = stored != NULL && strcmp(stored, r->fingerprint) == 0;
    r->was_empty = pm_writer_documents(r->writer) == 0;
    r->stale = !same && !r->was_empty;
    r->report->refreshed = r->stale;
    r->rewrite = r->rewrite || !same || pm_store_meta(r->db, r->arena, "incomplete") != NULL;
    return PM_OK;
}

static enum pm_status delete_one(struct run *r, int64_t id, const char *path)
{
    enum pm_status st = pm_writer_delete(r->writer, id, r->err);
    r->writes++;
    r->report->removed++;
    tell(r, PM_EVENT_REMOVED, path);
    return st;
}

static enum pm_status forget_root(struct run *r, const char *path)
{
    struct pm_gone *list = NULL;
    size_t n = 0, cap = 0;
    int64_t root;
    sqlite3_stmt *stmt = NULL;
    enum pm_status st = pm_roots_find(r->db, path, r->arena, &root, r->err);
    if (st != PM_OK)
        return st;
    if (sqlite3_prepare_v2(r->db, "SELECT id, path FROM document WHERE root_id = ?1 ORDER BY id",
                           -1, &stmt, NULL) != SQLITE_OK)
        return pm_fail(r->err, PM_EDB, "unable to read the index: %s", sqlite3_errmsg(r->db));
    (void)sqlite3_bind_int64(stmt, 1, root);
    while (st == PM_OK && sqlite3_step(stmt) == SQLITE_ROW) {
        const void *p = sqlite3_column_blob(stmt, 1);
        struct pm_gone g = {.id = sqlite3_column_int64(stmt, 0),
                            .path = pm_arena_strndup(r->arena, p == NULL ? "" : p,
                                                     (size_t)sqlite3_column_bytes(stmt, 1))};
        struct pm_gone *grown = pm_arena_grow(r->arena, list, n, n + 1, sizeof *grown, &cap);
        if (grown == NULL || g.path == NULL)
            st = out_of_memory(r);
        else
            (list = grown)[n++] = g;
    }
    (void)sqlite3_finalize(stmt);
    for (size_t i = 0; st == PM_OK && i < n; i++)
        st = delete_one(r, list[i].id, list[i].path);
    char sql[64];
    (void)snprintf(sql, sizeof sql, "DELETE FROM root WHERE id = %lld", (long long)root);
    r->rewrite = true;
    return st == PM_OK ? exec(r, sql) : st;
}

/* The roots to look at: those given, else all; all of them when everything has to
 * be read again. */
static enum pm_status choose_roots(struct run *r)
{
    enum pm_status st = PM_OK;
    for (size_t i = 0; st == PM_OK && i < r->opt->n_paths; i++) {
        st = pm_roots_add(r->db, r->opt->paths[i], r->arena, &r->roots, r->err);
        if (st == PM_ENOTFOUND)
            st = add_trouble(r, r->err->text);
    }
    r->rewrite = r->rewrite || r->roots.changed;
    bool only_forget = r->opt->n_paths == 0 && r->opt->n_forget > 0;
    if (st != PM_OK || ((r->opt->n_paths > 0 || only_forget) && !r->stale && !r->opt->rebuild))
        return st;
    struct pm_roots known = {0};
    st = pm_roots_known(r->db, r->arena, &known, r->err);
    for (size_t i = 0; st == PM_OK && i < known.count; i++) {
        struct pm_root *root = &known.items[i];
        for (size_t k = 0; k < r->roots.count; k++)
            root->prune = root->prune ||
                          (r->roots.items[k].id == root->id && r->roots.items[k].scope == NULL);
        root->prune = root->prune || r->opt->n_paths == 0;
    }
    r->roots = known;
    if (st == PM_OK && known.count == 0 && r->opt->n_forget == 0)
        st = pm_fail(r->err, PM_EUSAGE, "index '%s' knows no folder yet: name one", r->opt->index);
    return st;
}

static enum pm_status compare_roots(struct run *r)
{
    struct pm_walk_options walk = {.max_bytes = r->opt->max_bytes};
    enum pm_status st = PM_OK;
    for (size_t i = 0; st == PM_OK && i < r->roots.count; i++) {
        const struct pm_root *root = &r->roots.items[i];
        size_t gone = r->update.n_gone;
        st = root->there
                 ? pm_update_compare(r->db, root, &walk, r->stale, r->arena, &r->update, r->err)
                 : PM_ENOTFOUND;
        if (!root->prune)
            r->update.n_gone = gone;
        if (st == PM_ENOTFOUND && r->rebuilding)
            return pm_fail(r->err, st,
                           "'%s' is not there: its documents would be lost"
                           " (--forget gives it up)",
                           root->given);
        if (st == PM_ENOTFOUND) {
            char text[512];
            (void)snprintf(text, sizeof text,
                           "'%.300s' is not there: its documents are kept (--forget removes them)",
                           root->given);
            st = add_trouble(r, text);
        }
    }
    for (size_t i = 0; st == PM_OK && i < r->update.n_skips; i++)
        st = add_skip(r, r->update.skips[i].path, r->update.skips[i].reason);
    r->report->unchanged = r->update.n_unchanged;
    return st == PM_OK ? pm_update_order(&r->update, r->arena, r->err) : st;
}

static void tell_warnings(const struct run *r, const char *path, const struct pm_incident *inc)
{
    for (size_t i = 0; r->hooks->warning != NULL && i < inc->n_warnings; i++)
        r->hooks->warning(r->hooks->ctx, path, inc->warnings[i].line, inc->warnings[i].text);
}

static enum pm_status note_fresh(struct run *r, int64_t id, const char *wanted, const char *real)
{
    struct fresh *grown =
        pm_arena_grow(r->arena, r->fresh, r->n_fresh, r->n_fresh + 1, sizeof *grown, &r->fresh_cap);
    const char *copy = wanted == NULL ? NULL : pm_arena_strdup(r->arena, wanted);
    if (grown == NULL || (wanted != NULL && copy == NULL))
        return out_of_memory(r);
    r->fresh = grown;
    grown[r->n_fresh++] = (struct fresh){id, copy, real};
    return PM_OK;
}

static void mark_moved(struct run *r, int64_t id)
{
    for (size_t i = 0; i < r->update.n_gone; i++)
        if (r->update.gone[i].id == id)
            r->update.gone[i].moved = true;
}

static enum pm_status replace(struct run *r, int64_t id, const struct pm_place *place,
                              const struct pm_analysis *an)
{
    enum pm_status st = pm_writer_replace(r->writer, id, place, an, r->err);
    return st == PM_OK ? pm_derived_document(r->derived, id, an, r->err) : st;
}

/* A file that no document was stored for: new, or an old one in a new place. */
static enum pm_status consume_new(struct run *r, const struct pm_task *t, const struct pm_job *job,
                                  const struct pm_analysis *an)
{
    int64_t id = 0;
    const char *title = NULL;
    enum pm_status st = PM_OK;
    if (!r->was_empty)
        st =
            pm_update_find_moved(r->db, t->place.hash, t->place.rel, r->arena, &id, &title, r->err);
    if (st != PM_OK)
        return st;
    if (id == 0) {
        st = pm_writer_add(r->writer, &t->place, an, &id, r->err);
        r->report->added++;
        tell(r, PM_EVENT_ADDED, t->place.path);
        if (st == PM_OK)
            st = pm_derived_document(r->derived, id, an, r->err);
        return st == PM_OK ? note_fresh(r, id, an->incident->id, job->real) : st;
    }
    bool same = !r->stale && title != NULL && strcmp(title, an->incident->title) == 0;
    mark_moved(r, id);
    r->report->renamed++;
    tell(r, PM_EVENT_RENAMED, t->place.path);
    return same ? pm_writer_move(r->writer, id, &t->place, r->err) : replace(r, id, &t->place, an);
}

/* A status message names the file; beside the file's own name that is noise. */
static const char *short_reason(const char *text)
{
    const char *quote = strrchr(text, '\'');
    if (quote == NULL || quote[1] == '\0')
        return text;
    return quote + 1 + strspn(quote + 1, ": ");
}

static enum pm_status consume(void *ctx, size_t i, const struct pm_result *res,
                              struct pm_error *err)
{
    struct run *r = ctx;
    struct pm_task *t = &r->update.tasks[i];
    enum pm_status st;
    (void)err; /* the run's own */
    memcpy(t->place.hash, res->hash, sizeof res->hash);
    if (r->hooks->progress != NULL)
        r->hooks->progress(r->hooks->ctx, i + 1, r->update.n_tasks);
    if (res->kind == PM_RESULT_SKIPPED) {
        st = add_skip(r, t->place.path, short_reason(res->error.text));
        return st == PM_OK && t->id != 0 && res->status != PM_EIO
                   ? delete_one(r, t->id, t->place.path)
                   : st;
    }
    r->writes++;
    if (res->kind == PM_RESULT_SAME) {
        r->report->unchanged++;
        return pm_writer_move(r->writer, t->id, &t->place, r->err);
    }
    tell_warnings(r, t->place.path, res->analysis->incident);
    if (t->id == 0)
        return consume_new(r, t, &r->update.jobs[i], res->analysis);
    bool same = memcmp(r->update.jobs[i].hash, res->hash, sizeof res->hash) == 0;
    if (same)
        r->report->unchanged++;
    else
        r->report->changed++;
    if (!same)
        tell(r, PM_EVENT_CHANGED, t->place.path);
    return replace(r, t->id, &t->place, res->analysis);
}

static bool ask_stop(void *ctx)
{
    const struct run *r = ctx;
    return r->hooks->stop != NULL && r->hooks->stop(r->hooks->ctx);
}

static bool name_taken(void *ctx, const char *name)
{
    sqlite3_stmt *stmt = ctx;
    (void)sqlite3_reset(stmt);
    (void)sqlite3_bind_text(stmt, 1, name, -1, SQLITE_STATIC);
    bool taken = sqlite3_step(stmt) == SQLITE_ROW;
    (void)sqlite3_reset(stmt);
    return taken;
}

/* New documents are named when all of them are known. */
static enum pm_status name_fresh(struct run *r)
{
    struct pm_id_request *req = pm_arena_calloc(r->arena, r->n_fresh + 1, sizeof *req);
    sqlite3_stmt *stmt = NULL;
    if (req == NULL)
        return out_of_memory(r);
    for (size_t i = 0; i < r->n_fresh; i++)
        req[i] = (struct pm_id_request){.wanted = r->fresh[i].wanted, .path = r->fresh[i].real};
    if (sqlite3_prepare_v2(r->db, "SELECT 1 FROM document WHERE name = ?1", -1, &stmt, NULL) !=
        SQLITE_OK)
        return pm_fail(r->err, PM_EDB, "unable to read the index: %s", sqlite3_errmsg(r->db));
    enum pm_status st = pm_ids_assign(req, r->n_fresh, name_taken, stmt, r->arena, r->err);
    (void)sqlite3_finalize(stmt);
    for (size_t i = 0; st == PM_OK && i < r->n_fresh; i++)
        st = pm_writer_name(r->writer, r->fresh[i].id, req[i].name, r->err);
    return st;
}

static enum pm_status write_all(struct run *r)
{
    struct pm_pipeline p = {.reader = r->reader,
                            .lexer = r->lexer,
                            .max_bytes = r->opt->max_bytes,
                            .threads = r->opt->threads,
                            .ctx = r,
                            .consume = consume,
                            .stop = ask_stop};
    enum pm_status st = pm_pipeline_run(&p, r->update.jobs, r->update.n_tasks, r->err);
    if (st == PM_EINTERRUPTED && r->rebuilding)
        return pm_fail(r->err, st, "interrupted: the index is as it was");
    r->report->interrupted = st == PM_EINTERRUPTED;
    for (size_t i = 0; st == PM_OK && i < r->update.n_gone; i++)
        if (!r->update.gone[i].moved)
            st = delete_one(r, r->update.gone[i].id, r->update.gone[i].path);
    r->report->nothing = st == PM_OK && r->writes == 0 && !r->rewrite;
    if (r->report->nothing)
        return exec(r, "ROLLBACK");
    if (st == PM_OK || st == PM_EINTERRUPTED)
        st = name_fresh(r);
    if (st == PM_OK)
        st = pm_writer_finish(r->writer, r->err);
    if (st == PM_OK)
        st = pm_derived_finish(r->derived, r->err);
    /* A run that was cut short has not read all that another analysis wants read. */
    bool whole = !(r->report->interrupted && r->stale);
    if (st == PM_OK && whole)
        st = pm_writer_meta(r->writer, "fingerprint", r->fingerprint, r->err);
    if (st == PM_OK && whole)
        st = pm_writer_meta(r->writer, "terms", r->terms.len > 0 ? r->terms.data : NULL, r->err);
    if (st == PM_OK)
        st = pm_writer_meta(r->writer, "incomplete", r->report->interrupted ? "1" : NULL, r->err);
    return st == PM_OK ? exec(r, "COMMIT") : st;
}

/* Concepts are derived from what is stored: a change of theirs reads no file. */
static enum pm_status open_derive(struct run *r, struct pm_dict *dict)
{
    enum pm_status st =
        pm_derived_open(r->db, r->opt->index, dict, r->lexer, r->writer, &r->derived, r->err);
    if (st != PM_OK || !pm_derived_stale(r->derived))
        return st;
    r->rewrite = true;
    r->report->rederived = !r->was_empty && !r->stale;
    return PM_OK;
}

static enum pm_status update(struct run *r, struct pm_dict *dict)
{
    enum pm_status st = compare_fingerprint(r);
    if (st == PM_OK)
        st = open_derive(r, dict);
    for (size_t i = 0; st == PM_OK && i < r->opt->n_forget; i++)
        st = forget_root(r, r->opt->forget[i]);
    if (st == PM_OK)
        st = choose_roots(r);
    if (st == PM_OK)
        st = compare_roots(r);
    if (st != PM_OK)
        return st;
    st = write_all(r);
    r->report->documents = pm_writer_documents(r->writer);
    return st;
}

enum pm_status pm_run(const struct pm_run_options *opt, struct pm_dict *dict,
                      const struct pm_hooks *hooks, struct pm_arena *a, struct pm_report *report,
                      struct pm_error *err)
{
    struct run r = {.opt = opt, .hooks = hooks, .arena = a, .report = report, .err = err};
    *report = (struct pm_report){0};
    enum pm_status st = check_paths(&r);
    if (st == PM_OK)
        st = pm_user_lexer_open(opt->index, dict, &r.terms, &r.lexer, err);
    if (st == PM_OK)
        st = pm_reader_open(dict, &r.reader, err);
    if (st == PM_OK)
        st = begin(&r);
    if (st == PM_OK)
        st = update(&r, dict);
    pm_derived_close(r.derived);
    pm_writer_close(r.writer);
    if (r.db != NULL && sqlite3_get_autocommit(r.db) == 0)
        (void)sqlite3_exec(r.db, "ROLLBACK", NULL, NULL, NULL);
    pm_store_close(r.db, true);
    pm_reader_close(r.reader);
    pm_lexer_close(r.lexer);
    pm_buf_free(&r.terms);
    return st;
}
