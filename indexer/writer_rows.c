/* The plain rows of a document. */
#include "indexer/writer_internal.h"

static enum pm_status put_sections(struct pm_writer *w, int64_t id, const struct pm_analysis *an,
                                   struct pm_error *err)
{
    enum pm_status st = PM_OK;
    for (size_t i = 0; st == PM_OK && i < an->n_sections; i++) {
        const struct pm_section_text *s = &an->sections[i];
        sqlite3_stmt *stmt = pm_writer_statement(w, W_SECTION, err);
        if (stmt == NULL)
            return PM_EDB;
        (void)sqlite3_bind_int64(stmt, 1, id);
        (void)sqlite3_bind_int64(stmt, 2, (int64_t)i);
        pm_writer_bind(stmt, 3, pm_section_name(s->section));
        pm_writer_bind(stmt, 4, s->heading);
        (void)sqlite3_bind_int(stmt, 5, s->line);
        (void)sqlite3_bind_text64(stmt, 6, s->text == NULL ? "" : s->text, s->len, SQLITE_STATIC,
                                  SQLITE_UTF8);
        st = pm_writer_step(w, stmt, err);
    }
    return st;
}

static enum pm_status put_actions(struct pm_writer *w, int64_t id, const struct pm_incident *inc,
                                  struct pm_error *err)
{
    enum pm_status st = PM_OK;
    for (size_t i = 0; st == PM_OK && i < inc->n_actions; i++) {
        const struct pm_action_item *a = &inc->actions[i];
        sqlite3_stmt *stmt = pm_writer_statement(w, W_ACTION, err);
        if (stmt == NULL)
            return PM_EDB;
        (void)sqlite3_bind_int64(stmt, 1, id);
        (void)sqlite3_bind_int64(stmt, 2, (int64_t)i);
        pm_writer_bind(stmt, 3, a->what == NULL ? "" : a->what);
        pm_writer_bind(stmt, 4, a->owner);
        pm_writer_bind(stmt, 5, a->due);
        pm_writer_bind(stmt, 6, a->state);
        pm_writer_bind(stmt, 7, a->kind);
        (void)sqlite3_bind_int(stmt, 8, a->line);
        st = pm_writer_step(w, stmt, err);
    }
    return st;
}

static enum pm_status put_events(struct pm_writer *w, int64_t id, const struct pm_incident *inc,
                                 struct pm_error *err)
{
    enum pm_status st = PM_OK;
    for (size_t i = 0; st == PM_OK && i < inc->n_events; i++) {
        const struct pm_timeline_event *e = &inc->events[i];
        sqlite3_stmt *stmt = pm_writer_statement(w, W_EVENT, err);
        if (stmt == NULL)
            return PM_EDB;
        (void)sqlite3_bind_int64(stmt, 1, id);
        (void)sqlite3_bind_int64(stmt, 2, (int64_t)i);
        pm_writer_bind(stmt, 3, e->time == NULL ? "" : e->time);
        pm_writer_bind(stmt, 4, e->what == NULL ? "" : e->what);
        (void)sqlite3_bind_int(stmt, 5, e->line);
        st = pm_writer_step(w, stmt, err);
    }
    return st;
}

static enum pm_status put_warnings(struct pm_writer *w, int64_t id, const struct pm_incident *inc,
                                   struct pm_error *err)
{
    enum pm_status st = PM_OK;
    for (size_t i = 0; st == PM_OK && i < inc->n_warnings; i++) {
        sqlite3_stmt *stmt = pm_writer_statement(w, W_WARNING, err);
        if (stmt == NULL)
            return PM_EDB;
        (void)sqlite3_bind_int64(stmt, 1, id);
        (void)sqlite3_bind_int64(stmt, 2, (int64_t)i);
        (void)sqlite3_bind_int(stmt, 3, inc->warnings[i].line);
        pm_writer_bind(stmt, 4, inc->warnings[i].text);
        st = pm_writer_step(w, stmt, err);
    }
    return st;
}

static enum pm_status put_list(struct pm_writer *w, int64_t id, enum pm_writer_statement which,
                               const char *const *values, size_t n, struct pm_error *err)
{
    enum pm_status st = PM_OK;
    for (size_t i = 0; st == PM_OK && i < n; i++) {
        sqlite3_stmt *stmt = pm_writer_statement(w, which, err);
        if (stmt == NULL)
            return PM_EDB;
        (void)sqlite3_bind_int64(stmt, 1, id);
        pm_writer_bind(stmt, 2, values[i]);
        st = pm_writer_step(w, stmt, err);
    }
    return st;
}

static enum pm_status put_pairs(struct pm_writer *w, int64_t id, const struct pm_analysis *an,
                                struct pm_error *err)
{
    struct pm_buf text[4] = {{0}};
    enum pm_status st = PM_OK;
    for (size_t i = 0; st == PM_OK && i < an->taught.count; i++) {
        const struct pm_taught *p = &an->taught.items[i];
        sqlite3_stmt *stmt = pm_writer_statement(w, W_TAUGHT, err);
        if (stmt == NULL)
            return PM_EDB;
        for (int k = 0; k < 4; k++)
            pm_buf_clear(&text[k]);
        pm_form_write(&p->name_form, &text[0], &text[1]);
        pm_form_write(&p->other_form, &text[2], &text[3]);
        (void)sqlite3_bind_int64(stmt, 1, id);
        (void)sqlite3_bind_int64(stmt, 2, (int64_t)i);
        pm_writer_bind(stmt, 3, p->name);
        pm_writer_bind(stmt, 4, p->other);
        for (int k = 0; k < 4; k++)
            pm_writer_bind(stmt, 5 + k, pm_buf_text(&text[k]));
        st = pm_writer_step(w, stmt, err);
    }
    for (int k = 0; k < 4; k++)
        pm_buf_free(&text[k]);
    return st;
}

enum pm_status pm_writer_rows(struct pm_writer *w, int64_t id, const struct pm_analysis *an,
                              struct pm_error *err)
{
    const struct pm_incident *inc = an->incident;
    enum pm_status st = put_sections(w, id, an, err);
    if (st == PM_OK)
        st = put_pairs(w, id, an, err);
    if (st == PM_OK)
        st = put_actions(w, id, inc, err);
    if (st == PM_OK)
        st = put_events(w, id, inc, err);
    if (st == PM_OK)
        st = put_warnings(w, id, inc, err);
    if (st == PM_OK)
        st = put_list(w, id, W_COMPONENT, inc->services, inc->n_services, err);
    if (st == PM_OK)
        st = put_list(w, id, W_TAG, inc->tags, inc->n_tags, err);
    if (st == PM_OK)
        st = put_list(w, id, W_AUTHOR, inc->authors, inc->n_authors, err);
    if (st == PM_OK)
        st = put_list(w, id, W_LINK, inc->links, inc->n_links, err);
    return st;
}

enum pm_status pm_writer_drop_rows(struct pm_writer *w, int64_t id, struct pm_error *err)
{
    static const char *const tables[] = {
        "section",         "action_item",   "timeline_event", "document_component", "document_tag",
        "document_author", "document_link", "warning",        "taught_pair",
    };
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        char *sql =
            sqlite3_mprintf("DELETE FROM %s WHERE document_id = %lld", tables[i], (long long)id);
        int rc = sql == NULL ? SQLITE_NOMEM : sqlite3_exec(w->db, sql, NULL, NULL, NULL);
        sqlite3_free(sql);
        if (rc != SQLITE_OK)
            return pm_fail(err, PM_EDB, "unable to write the index: %s", sqlite3_errmsg(w->db));
    }
    return PM_OK;
}
