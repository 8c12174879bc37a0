/* pmsearch: the command table, and the only place of this program that exits. */
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/utf8.h"
#include "lib/version.h"
#include "query/context.h"
#include "query/listing.h"
#include "query/out.h"

enum { HELP_COLUMN = 64 }; /* bytes of a line of the help, before which explanations start */

enum { EXIT_FOUND = 0, EXIT_NONE = 1, EXIT_TROUBLE = 2 };

struct command {
    const char *verb;   /* NULL: the search without a verb */
    bool needs_operand; /* without one the word is searched for */
    unsigned groups;    /* options that make sense */
    pm_command_fn run;
    const char *usage;
    const char *message; /* key of its help */
};

static const struct command commands[] = {
    {NULL, true, PM_OPT_COMMON | PM_OPT_COUNT | PM_OPT_LIST | PM_OPT_SEARCH, pm_cmd_search,
     "QUERY...", "help.search"},
    {"show", true, PM_OPT_COMMON, pm_cmd_show, "show ID", "help.show"},
    {"like", true, PM_OPT_COMMON | PM_OPT_COUNT | PM_OPT_LIST | PM_OPT_LIKE, pm_cmd_like,
     "like FILE|-|ID", "help.like"},
    {"mechanisms", false, PM_OPT_COMMON | PM_OPT_COUNT, pm_cmd_mechanisms, "mechanisms [ID|TEXT]",
     "help.mechanisms"},
    {"terms", true, PM_OPT_COMMON, pm_cmd_terms, "terms TEXT", "help.terms"},
    {"status", false, PM_OPT_COMMON, pm_cmd_status, "status", "help.status"},
};

enum { N_COMMANDS = sizeof commands / sizeof *commands };

/* The verb, if the first operand is one and has what it needs; else the search. */
static const struct command *find_command(const struct pm_options *o)
{
    if (o->n_operands == 0 || o->fixed == 0)
        return &commands[0];
    for (size_t i = 1; i < N_COMMANDS; i++)
        if (strcmp(o->operands[0], commands[i].verb) == 0 &&
            (!commands[i].needs_operand || o->n_operands > 1))
            return &commands[i];
    return &commands[0];
}

/* Where the explanation in a line of the help starts: behind its last wide gap. 0: nowhere. */
static size_t hanging(const char *line, size_t len)
{
    size_t at = 0;
    for (size_t i = 3; i + 1 < len && i < HELP_COLUMN; i++)
        if (line[i - 2] == ' ' && line[i - 1] == ' ' && line[i] != ' ')
            at = i;
    return pm_utf8_width(line, at);
}

static void print_wrapped(struct pm_context *c, const char *text)
{
    struct pm_out out;
    pm_out_init(&out, c->options.color);
    while (*text != '\0') {
        size_t len = strcspn(text, "\n");
        pm_out_textn(&out, PM_STYLE_PLAIN, text, len);
        pm_out_wrap(&out, hanging(text, len), SIZE_MAX);
        pm_out_raw(&out, "\n");
        text += len + (text[len] == '\n');
    }
    (void)pm_out_flush(&out, &c->err);
}

static void print_help(struct pm_context *c)
{
    struct pm_buf text = {0};
    pm_buf_addf(&text, "%s\n\n", pm_ui_text(c->ui, "help.what"));
    for (size_t i = 0; i < N_COMMANDS; i++)
        pm_buf_addf(&text, "  pmsearch [%s] %-20s  %s\n", pm_ui_text(c->ui, "help.options"),
                    commands[i].usage, pm_ui_text(c->ui, commands[i].message));
    pm_buf_addf(&text, "\n%s\n", pm_ui_text(c->ui, "help.language"));
    pm_buf_addf(&text, "\n%s:\n", pm_ui_text(c->ui, "help.options"));
    pm_options_help(c->ui, PM_OPT_COMMON | PM_OPT_COUNT | PM_OPT_LIST | PM_OPT_SEARCH | PM_OPT_LIKE,
                    &text);
    pm_buf_addf(&text, "\n%s\n", pm_ui_text(c->ui, "help.exit"));
    if (isatty(STDOUT_FILENO))
        print_wrapped(c, pm_buf_text(&text));
    else
        (void)fputs(pm_buf_text(&text), stdout);
    pm_buf_free(&text);
}

static enum pm_status run(struct pm_context *c, bool *found)
{
    const struct command *cmd = find_command(&c->options);
    size_t skip = cmd->verb == NULL ? 0 : 1;
    if (c->options.n_operands == 0 && !pm_filter_is_set(&c->options.filter))
        return pm_fail(&c->err, PM_EUSAGE, "nothing to search for; see 'pmsearch --help'");
    const char *stray = pm_options_stray(&c->options, cmd->groups);
    if (stray != NULL && cmd->verb == NULL)
        return pm_fail(&c->err, PM_EUSAGE, "option '--%s' makes no sense in a search", stray);
    if (stray != NULL)
        return pm_fail(&c->err, PM_EUSAGE, "option '--%s' makes no sense with '%s'", stray,
                       cmd->verb);
    enum pm_status st = pm_context_open_index(c);
    if (st == PM_ENOTFOUND && cmd->run == pm_cmd_terms && c->options.index == NULL)
        st = pm_context_open_lexicon(c); /* it has something to tell without one */
    if (st != PM_OK)
        return st;
    return cmd->run(c, c->options.operands + skip, c->options.n_operands - skip, found);
}

static void complain(const struct pm_error *err)
{
    struct pm_buf safe = {0};
    pm_utf8_safe(err->text, strlen(err->text), &safe);
    (void)fprintf(stderr, "pmsearch: %s\n", pm_buf_text(&safe));
    pm_buf_free(&safe);
}

/* Damage that a statement meets ends its rows early: whoever reads them may take it for their
 * end, but never this. */
static void note_damage(void *damaged, int code, const char *message)
{
    int kind = code & 0xFF;
    (void)message;
    if (kind == SQLITE_CORRUPT || kind == SQLITE_NOTADB || kind == SQLITE_IOERR)
        *(bool *)damaged = true;
}

int main(int argc, char **argv)
{
    struct pm_context c = {0};
    bool found = true, damaged = false;
    (void)signal(SIGPIPE, SIG_IGN);
    /* nobody asks how much memory it holds, an account that costs a lock at each call */
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    (void)sqlite3_config(SQLITE_CONFIG_LOG, note_damage, (void *)&damaged);
    enum pm_status st = pm_context_open(&c, argc, argv);
    if (c.options.version)
        (void)printf("pmsearch %s\n", PM_VERSION);
    else if (st == PM_OK && c.options.help)
        print_help(&c);
    else if (st == PM_OK)
        st = run(&c, &found);
    if (st == PM_OK && damaged)
        st = pm_fail(&c.err, PM_EFORMAT,
                     "the index is damaged, and this may not be all: make it anew with"
                     " pmindex --rebuild");
    if (st != PM_OK && !c.options.version)
        complain(&c.err);
    int status = c.options.version ? EXIT_FOUND
                 : st != PM_OK     ? EXIT_TROUBLE
                 : found           ? EXIT_FOUND
                                   : EXIT_NONE;
    pm_context_close(&c);
    return status;
}
