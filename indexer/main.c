/* pmindex: make or update an index of postmortems. The only file of the indexer
 * that prints and exits. */
#include <malloc.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>

#include "indexer/index_options.h"
#include "indexer/progress.h"
#include "indexer/report.h"
#include "indexer/run.h"
#include "lib/store.h"
#include "lib/utf8.h"
#include "lib/version.h"

enum { EXIT_FINE = 0, EXIT_NO_DOCUMENTS = 1, EXIT_TROUBLE = 2 };

struct app {
    struct pm_arena arena;
    struct pm_index_options options;
    struct pm_dict *dict;
    struct pm_ui *ui;
    struct pm_progress progress;
    struct pm_report_warnings warnings;
    struct pm_error err;
};

static void print(struct app *app, FILE *to, struct pm_buf *text)
{
    pm_progress_clear(&app->progress);
    (void)fwrite(pm_buf_text(text), 1, text->len, to);
    pm_buf_free(text);
}

static int complain(struct app *app, const char *message)
{
    struct pm_buf line = {0};
    pm_report_line("pmindex", 0, message, &line);
    print(app, stderr, &line);
    return EXIT_TROUBLE;
}

/* Ctrl-C is not an emergency: it is looked at between documents. */
static void hold_signals(void *ctx)
{
    sigset_t set;
    struct sigaction hangup;
    (void)ctx;
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGINT);
    (void)sigaddset(&set, SIGTERM);
    /* nohup means it; a blocked signal would come through all the same */
    if (sigaction(SIGHUP, NULL, &hangup) == 0 && hangup.sa_handler != SIG_IGN)
        (void)sigaddset(&set, SIGHUP);
    (void)pthread_sigmask(SIG_BLOCK, &set, NULL);
}

static bool signalled(void *ctx)
{
    sigset_t set;
    (void)ctx;
    return sigpending(&set) == 0 &&
           (sigismember(&set, SIGINT) == 1 || sigismember(&set, SIGTERM) == 1 ||
            sigismember(&set, SIGHUP) == 1);
}

static void on_progress(void *ctx, size_t done, size_t all)
{
    struct app *app = ctx;
    pm_progress_draw(&app->progress, done, all);
}

static void on_event(void *ctx, enum pm_event event, const char *path)
{
    static const char *const keys[] = {"index.event.added", "index.event.changed",
                                       "index.event.renamed", "index.event.removed"};
    struct app *app = ctx;
    struct pm_buf line = {0};
    if (!app->options.verbose)
        return;
    pm_report_line(pm_ui_text(app->ui, keys[event]), 0, path, &line);
    print(app, stderr, &line);
}

static void on_warning(void *ctx, const char *path, int line, const char *text)
{
    struct app *app = ctx;
    struct pm_report_warnings *w = &app->warnings;
    struct pm_buf out = {0};
    if (app->options.json) {
        struct pm_report_warning *grown =
            pm_arena_grow(&app->arena, w->items, w->count, w->count + 1, sizeof *grown, &w->cap);
        const char *copy = pm_arena_strdup(&app->arena, text);
        if (grown == NULL || copy == NULL)
            return;
        w->items = grown;
        grown[w->count++] = (struct pm_report_warning){path, line, copy};
    } else if (!app->options.quiet) {
        pm_report_line(path, line, text, &out);
        print(app, stderr, &out);
    }
}

static int help(struct app *app)
{
    struct pm_buf out = {0};
    pm_buf_addf(&out, "%s\n\n", pm_ui_text(app->ui, "index.usage"));
    pm_index_options_help(app->ui, &out);
    print(app, stdout, &out);
    return EXIT_FINE;
}

static void show_skips(struct app *app, const struct pm_report *r)
{
    struct pm_buf out = {0};
    for (size_t i = 0; i < r->n_skips; i++)
        pm_report_line(r->skips[i].path, 0, r->skips[i].reason, &out);
    print(app, stderr, &out);
}

static int show_report(struct app *app, const struct pm_report *r)
{
    struct pm_buf out = {0};
    if (app->options.verbose && !app->options.json)
        show_skips(app, r);
    for (size_t i = 0; i < r->n_troubles; i++)
        (void)complain(app, r->troubles[i]);
    if (r->refreshed && !app->options.quiet)
        (void)complain(app, pm_ui_text(app->ui, "index.refreshed"));
    if (r->rederived && !app->options.quiet)
        (void)complain(app, pm_ui_text(app->ui, "index.rederived"));
    if (r->interrupted)
        (void)complain(app, pm_ui_text(app->ui, "index.interrupted"));
    if (app->options.json)
        pm_report_json(r, &app->warnings, pm_progress_seconds(&app->progress), &out);
    else if (!app->options.quiet)
        pm_report_text(app->ui, r, &out);
    print(app, stdout, &out);
    if (r->n_troubles > 0 || r->interrupted)
        return EXIT_TROUBLE;
    if (r->documents > 0 || app->options.n_forget > 0)
        return EXIT_FINE;
    if (!app->options.quiet)
        (void)complain(app, pm_ui_text(app->ui, "index.none"));
    return EXIT_NO_DOCUMENTS;
}

static int run(struct app *app)
{
    const struct pm_index_options *o = &app->options;
    int cores = get_nprocs();
    struct pm_run_options run = {.paths = o->paths,
                                 .n_paths = o->n_paths,
                                 .forget = o->forget,
                                 .n_forget = o->n_forget,
                                 .rebuild = o->rebuild,
                                 .threads = o->threads > 0 ? o->threads : (unsigned)cores,
                                 .max_bytes = o->max_bytes};
    struct pm_hooks hooks = {.ctx = app,
                             .locked = hold_signals,
                             .stop = signalled,
                             .progress = o->quiet ? NULL : on_progress,
                             .event = on_event,
                             .warning = on_warning};
    struct pm_report report;
    if (pm_store_locate(o->index, &app->arena, &run.index, &app->err) != PM_OK ||
        pm_run(&run, app->dict, &hooks, &app->arena, &report, &app->err) != PM_OK)
        return complain(app, app->err.text);
    return show_report(app, &report);
}

static int start(struct app *app, int argc, char **argv)
{
    enum pm_status usage =
        pm_index_options_parse(argc, argv, &app->arena, &app->options, &app->err);
    if (usage != PM_OK)
        return complain(app, app->err.text);
    if (app->options.version) {
        (void)puts("pmindex " PM_VERSION);
        return EXIT_FINE;
    }
    if (pm_dict_open(&app->dict, &app->err) != PM_OK ||
        pm_ui_open(app->dict, app->options.ui_lang, &app->ui, &app->err) != PM_OK)
        return complain(app, app->err.text);
    return app->options.help ? help(app) : run(app);
}

/* Memory of one document is soon that of another: it is not given back in between. And
 * nobody asks SQLite how much of it it holds, an account that costs a lock at each call. */
static void tune_memory(void)
{
    enum { MEGABYTE = 1024 * 1024 };
    (void)mallopt(M_MMAP_THRESHOLD, 16 * MEGABYTE);
    (void)mallopt(M_TRIM_THRESHOLD, 256 * MEGABYTE);
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

int main(int argc, char **argv)
{
    struct app app = {0};
    tune_memory();
    (void)umask(077); /* postmortems are confidential */
    pm_progress_start(&app.progress, stderr);
    int status = start(&app, argc, argv);
    if (fflush(stdout) != 0)
        status = EXIT_TROUBLE;
    pm_ui_close(app.ui);
    pm_dict_close(app.dict);
    pm_arena_free(&app.arena);
    return status;
}
