#include "indexer/index_options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_THREADS = 256, HELP_COLUMN = 24 };

enum option_id {
    OPT_INDEX,
    OPT_THREADS,
    OPT_QUIET,
    OPT_VERBOSE,
    OPT_JSON,
    OPT_REBUILD,
    OPT_FORGET,
    OPT_MAX_SIZE,
    OPT_UI_LANG,
    OPT_HELP,
    OPT_VERSION,
};

struct option_row {
    enum option_id id;
    char letter; /* 0: none */
    const char *name;
    const char *operand; /* NULL: takes none */
    const char *message; /* key of its help */
};

static const struct option_row rows[] = {
    {OPT_INDEX, 'i', "index", "INDEX", "index.option.index"},
    {OPT_THREADS, 'j', "jobs", "N", "index.option.jobs"},
    {OPT_QUIET, 'q', "quiet", NULL, "index.option.quiet"},
    {OPT_VERBOSE, 'v', "verbose", NULL, "index.option.verbose"},
    {OPT_JSON, 0, "json", NULL, "index.option.json"},
    {OPT_REBUILD, 0, "rebuild", NULL, "index.option.rebuild"},
    {OPT_FORGET, 0, "forget", "ROOT", "index.option.forget"},
    {OPT_MAX_SIZE, 0, "max-size", "SIZE", "index.option.max-size"},
    {OPT_UI_LANG, 0, "ui-lang", "ja|en", "index.option.ui-lang"},
    {OPT_HELP, 'h', "help", NULL, "index.option.help"},
    {OPT_VERSION, 'V', "version", NULL, "index.option.version"},
};

enum { N_ROWS = sizeof rows / sizeof *rows };

struct parser {
    char **argv;
    int argc, at;
    struct pm_index_options *out;
    struct pm_error *err;
};

static enum pm_status set_threads(struct pm_index_options *o, const char *v, struct pm_error *err)
{
    char *end = NULL;
    unsigned long n = strtoul(v, &end, 10);
    if (*v < '0' || *v > '9' || *end != '\0' || n < 1 || n > MAX_THREADS)
        return pm_fail(err, PM_EUSAGE, "'-j' takes a number from 1 to %d, not '%s'", MAX_THREADS,
                       v);
    o->threads = (unsigned)n;
    return PM_OK;
}

static enum pm_status set_size(struct pm_index_options *o, const char *v, struct pm_error *err)
{
    static const char units[] = "KMG";
    char *end = NULL;
    errno = 0;
    unsigned long long n = strtoull(v, &end, 10);
    const char *unit = *end == '\0' ? NULL : strchr(units, *end >= 'a' ? *end - 32 : *end);
    unsigned shift = unit == NULL ? 0 : 10 * (unsigned)(unit - units + 1);
    if (unit != NULL)
        end++;
    if (errno != 0 || *v < '0' || *v > '9' || *end != '\0' || n == 0 || n > UINT32_MAX >> shift)
        return pm_fail(err, PM_EUSAGE,
                       "'--max-size' takes a size below 4G such as 512K or 16M, not '%s'", v);
    o->max_bytes = n << shift;
    return PM_OK;
}

static enum pm_status set_lang(struct pm_index_options *o, const char *v, struct pm_error *err)
{
    if (strcmp(v, "ja") != 0 && strcmp(v, "en") != 0)
        return pm_fail(err, PM_EUSAGE, "'--ui-lang' takes ja or en, not '%s'", v);
    o->ui_lang = v;
    return PM_OK;
}

static enum pm_status set_flag(struct pm_index_options *o, enum option_id id)
{
    o->quiet = o->quiet || id == OPT_QUIET;
    o->verbose = o->verbose || id == OPT_VERBOSE;
    o->json = o->json || id == OPT_JSON;
    o->rebuild = o->rebuild || id == OPT_REBUILD;
    o->help = o->help || id == OPT_HELP;
    o->version = o->version || id == OPT_VERSION;
    return PM_OK;
}

static enum pm_status set(struct parser *p, enum option_id id, const char *value)
{
    struct pm_index_options *o = p->out;
    if (value == NULL) /* flags take none */
        value = "";
    switch (id) {
    case OPT_INDEX:
        o->index = value;
        return PM_OK;
    case OPT_THREADS:
        return set_threads(o, value, p->err);
    case OPT_FORGET:
        o->forget[o->n_forget++] = value;
        return PM_OK;
    case OPT_MAX_SIZE:
        return set_size(o, value, p->err);
    case OPT_UI_LANG:
        return set_lang(o, value, p->err);
    default:
        return set_flag(o, id);
    }
}

/* The value of an option: attached, or the next word. */
static enum pm_status take_value(struct parser *p, const char *attached, const char *shown,
                                 const char **value)
{
    *value = attached;
    if (*value == NULL && p->at + 1 < p->argc)
        *value = p->argv[++p->at];
    if (*value == NULL || **value == '\0')
        return pm_fail(p->err, PM_EUSAGE, "option '%s' takes a value", shown);
    return PM_OK;
}

static enum pm_status parse_long(struct parser *p, const char *arg)
{
    const char *name = arg + 2;
    const char *equals = strchr(name, '=');
    size_t len = equals == NULL ? strlen(name) : (size_t)(equals - name);
    for (size_t i = 0; i < N_ROWS; i++) {
        const struct option_row *row = &rows[i];
        const char *value = NULL;
        if (strlen(row->name) != len || memcmp(row->name, name, len) != 0)
            continue;
        if (row->operand == NULL && equals != NULL)
            return pm_fail(p->err, PM_EUSAGE, "option '--%s' takes no value", row->name);
        enum pm_status st = row->operand == NULL
                                ? PM_OK
                                : take_value(p, equals == NULL ? NULL : equals + 1, arg, &value);
        return st == PM_OK ? set(p, row->id, value) : st;
    }
    return pm_fail(p->err, PM_EUSAGE, "unknown option '%s'", arg);
}

static const struct option_row *find_letter(char letter)
{
    for (size_t i = 0; i < N_ROWS; i++)
        if (rows[i].letter == letter)
            return &rows[i];
    return NULL;
}

/* A word of one-letter options: -qv, -j4, -i FILE. */
static enum pm_status parse_short(struct parser *p, const char *arg)
{
    enum pm_status st = PM_OK;
    for (const char *c = arg + 1; st == PM_OK && *c != '\0'; c++) {
        const struct option_row *row = find_letter(*c);
        const char *value = NULL;
        if (row == NULL)
            return pm_fail(p->err, PM_EUSAGE, "unknown option '%s'", arg);
        if (row->operand == NULL) {
            st = set(p, row->id, NULL);
            continue;
        }
        st = take_value(p, c[1] == '\0' ? NULL : c + 1, arg, &value);
        return st == PM_OK ? set(p, row->id, value) : st;
    }
    return st;
}

enum pm_status pm_index_options_parse(int argc, char **argv, struct pm_arena *a,
                                      struct pm_index_options *out, struct pm_error *err)
{
    *out = (struct pm_index_options){.max_bytes = 16 << 20};
    struct parser p = {.argv = argv, .argc = argc, .out = out, .err = err};
    out->paths = pm_arena_calloc(a, (size_t)argc + 1, sizeof *out->paths);
    out->forget = pm_arena_calloc(a, (size_t)argc + 1, sizeof *out->forget);
    if (out->paths == NULL || out->forget == NULL)
        return pm_fail(err, PM_ENOMEM, "out of memory");
    enum pm_status st = PM_OK;
    bool ended = false;
    for (p.at = 1; st == PM_OK && p.at < argc; p.at++) {
        const char *arg = argv[p.at];
        if (ended || arg[0] != '-' || arg[1] == '\0') {
            if (*arg == '\0')
                return pm_fail(err, PM_EUSAGE, "a path is empty");
            out->paths[out->n_paths++] = arg;
        } else if (strcmp(arg, "--") == 0) {
            ended = true;
        } else {
            st = arg[1] == '-' ? parse_long(&p, arg) : parse_short(&p, arg);
        }
    }
    return st;
}

void pm_index_options_help(const struct pm_ui *ui, struct pm_buf *out)
{
    for (size_t i = 0; i < N_ROWS; i++) {
        const struct option_row *row = &rows[i];
        size_t start = out->len;
        if (row->letter != 0)
            pm_buf_addf(out, "  -%c, --%s", row->letter, row->name);
        else
            pm_buf_addf(out, "      --%s", row->name);
        if (row->operand != NULL)
            pm_buf_addf(out, "=%s", row->operand);
        do
            pm_buf_addc(out, ' ');
        while (out->len - start < HELP_COLUMN);
        pm_buf_addf(out, "%s\n", pm_ui_text(ui, row->message));
    }
}
