#include "query/options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/utf8.h"
#include "query/parse.h"

enum option_id {
    OPT_INDEX,
    OPT_COUNT,
    OPT_JSON,
    OPT_EXPLAIN,
    OPT_COLOR,
    OPT_LANG,
    OPT_SINCE,
    OPT_UNTIL,
    OPT_BY,
    OPT_WEAK,
    OPT_MECHANISM,
    OPT_SECTION,
    OPT_SUBSTRING,
    OPT_COMPANY,
    OPT_SERVICE,
    OPT_COMPONENT,
    OPT_PATHS,
    OPT_ZERO,
    OPT_UI_LANG,
    OPT_HELP,
    OPT_VERSION,
};

struct option_row {
    enum option_id id;
    char letter;         /* 0: none */
    const char *name;    /* long name, NULL: none */
    const char *operand; /* NULL: takes none */
    unsigned group;
    const char *message; /* key of its help */
};

static const struct option_row rows[] = {
    {OPT_INDEX, 'i', "index", "INDEX", PM_OPT_COMMON, "option.index"},
    {OPT_COUNT, 'n', "limit", "N", PM_OPT_COUNT, "option.limit"},
    {OPT_JSON, 0, "json", NULL, PM_OPT_COMMON, "option.json"},
    {OPT_EXPLAIN, 0, "explain", NULL, PM_OPT_LIST, "option.explain"},
    {OPT_PATHS, 'l', "paths", NULL, PM_OPT_LIST, "option.paths"},
    {OPT_ZERO, '0', "null", NULL, PM_OPT_LIST, "option.null"},
    {OPT_LANG, 0, "lang", "ja|en", PM_OPT_LIST, "option.lang"},
    {OPT_SINCE, 0, "since", "DATE", PM_OPT_LIST, "option.since"},
    {OPT_UNTIL, 0, "until", "DATE", PM_OPT_LIST, "option.until"},
    {OPT_BY, 0, "by", "WHAT", PM_OPT_LIKE, "option.by"},
    {OPT_WEAK, 0, "weak", NULL, PM_OPT_LIKE, "option.weak"},
    {OPT_MECHANISM, 0, "mechanism", "ID", PM_OPT_LIST, "option.mechanism"},
    {OPT_SECTION, 0, "section", "NAME", PM_OPT_SEARCH, "option.section"},
    {OPT_SUBSTRING, 0, "substring", NULL, PM_OPT_SEARCH, "option.substring"},
    {OPT_COMPANY, 0, "company", "NAME", PM_OPT_LIST, "option.company"},
    {OPT_SERVICE, 0, "service", "NAME", PM_OPT_LIST, "option.service"},
    {OPT_COMPONENT, 0, "component", "NAME", PM_OPT_LIST, "option.component"},
    {OPT_COLOR, 0, "color", "WHEN", PM_OPT_COMMON, "option.color"},
    {OPT_UI_LANG, 0, "ui-lang", "ja|en", PM_OPT_COMMON, "option.ui-lang"},
    {OPT_HELP, 'h', "help", NULL, PM_OPT_COMMON, "option.help"},
    {OPT_VERSION, 'V', "version", NULL, PM_OPT_COMMON, "option.version"},
};

enum { N_ROWS = sizeof rows / sizeof *rows };

static enum pm_status set_count(struct pm_options *o, const char *v, struct pm_error *err)
{
    char *end = NULL;
    errno = 0;
    unsigned long n = strtoul(v, &end, 10);
    if (errno != 0 || end == v || *end != '\0' || *v < '0' || *v > '9' || n > 1000000000UL)
        return pm_fail(err, PM_EUSAGE, "'-n' takes a number, not '%s'", v);
    o->n = n;
    return PM_OK;
}

static enum pm_status set_color(struct pm_options *o, const char *v, struct pm_error *err)
{
    static const char *const names[] = {"auto", "always", "never"};
    for (int i = 0; i < 3; i++) {
        if (strcmp(v, names[i]) == 0) {
            o->color = (enum pm_color)i;
            return PM_OK;
        }
    }
    return pm_fail(err, PM_EUSAGE, "'--color' takes auto, always or never, not '%s'", v);
}

static enum pm_status set_lang(const char **field, const char *name, const char *v,
                               struct pm_error *err)
{
    if (strcmp(v, "ja") != 0 && strcmp(v, "en") != 0)
        return pm_fail(err, PM_EUSAGE, "'%s' takes ja or en, not '%s'", name, v);
    *field = v;
    return PM_OK;
}

static enum pm_status set_date(const char **field, bool last, const char *name, const char *v,
                               struct pm_arena *a, struct pm_error *err)
{
    char date[11];
    if (!pm_date_bound(v, strlen(v), last, date))
        return pm_fail(err, PM_EUSAGE, "'%s' takes a date such as 2024-03 or 2024-03-31, not '%s'",
                       name, v);
    *field = pm_arena_strdup(a, date);
    return *field == NULL ? pm_fail(err, PM_ENOMEM, "out of memory") : PM_OK;
}

static enum pm_status set_section(struct pm_options *o, const char *v, struct pm_error *err)
{
    o->section = pm_section_from_name(v, strlen(v));
    if (o->section == PM_SEC_COUNT)
        return pm_fail(err, PM_EUSAGE,
                       "'--section' takes title, summary, impact, detection, trigger, cause, "
                       "response, timeline, prevention, lessons or other, not '%s'",
                       v);
    return PM_OK;
}

static enum pm_status apply(struct pm_options *o, const struct option_row *row, const char *v,
                            struct pm_arena *a, struct pm_error *err)
{
    if (v == NULL) /* flags take none */
        v = "";
    o->given |= 1U << row->id;
    switch (row->id) {
    case OPT_INDEX:
        o->index = v;
        return PM_OK;
    case OPT_COUNT:
        return set_count(o, v, err);
    case OPT_JSON:
        o->json = true;
        return PM_OK;
    case OPT_EXPLAIN:
        o->explain = true;
        return PM_OK;
    case OPT_COLOR:
        return set_color(o, v, err);
    case OPT_BY:
        o->by = pm_by_from_name(v);
        return o->by < PM_BY_COUNT
                   ? PM_OK
                   : pm_fail(err, PM_EUSAGE,
                             "'--by' takes cause, trigger, fix, impact or all, not '%s'", v);
    case OPT_WEAK:
        o->weak = true;
        return PM_OK;
    case OPT_MECHANISM:
        o->filter.mechanism = v;
        return PM_OK;
    case OPT_LANG:
        return set_lang(&o->filter.lang, "--lang", v, err);
    case OPT_UI_LANG:
        return set_lang(&o->ui_lang, "--ui-lang", v, err);
    case OPT_SINCE:
        return set_date(&o->filter.since, false, "--since", v, a, err);
    case OPT_UNTIL:
        return set_date(&o->filter.until, true, "--until", v, a, err);
    case OPT_SUBSTRING:
        o->substring = true;
        return PM_OK;
    case OPT_SECTION:
        return set_section(o, v, err);
    case OPT_COMPANY:
        o->filter.company = v;
        return PM_OK;
    case OPT_SERVICE:
    case OPT_COMPONENT:
        o->filter.service = v;
        return PM_OK;
    case OPT_PATHS:
        o->list_paths = true;
        return PM_OK;
    case OPT_ZERO:
        o->list_paths = o->zero = true;
        return PM_OK;
    case OPT_HELP:
        o->help = true;
        return PM_OK;
    case OPT_VERSION:
        o->version = true;
        return PM_OK;
    }
    return PM_OK;
}

static const struct option_row *by_name(const char *name, size_t len)
{
    for (size_t i = 0; i < N_ROWS; i++)
        if (strlen(rows[i].name) == len && memcmp(rows[i].name, name, len) == 0)
            return &rows[i];
    return NULL;
}

static const struct option_row *by_letter(char c)
{
    for (size_t i = 0; i < N_ROWS; i++)
        if (rows[i].letter == c && c != 0)
            return &rows[i];
    return NULL;
}

static enum pm_status long_option(struct pm_options *o, char **argv, int argc, int *i,
                                  struct pm_arena *a, struct pm_error *err)
{
    const char *name = argv[*i] + 2;
    const char *equals = strchr(name, '=');
    size_t len = equals == NULL ? strlen(name) : (size_t)(equals - name);
    const struct option_row *row = by_name(name, len);
    if (row == NULL)
        return pm_fail(err, PM_EUSAGE, "unknown option '--%.*s'", (int)len, name);
    if (row->operand == NULL && equals != NULL)
        return pm_fail(err, PM_EUSAGE, "option '--%s' takes no value", row->name);
    if (row->operand == NULL)
        return apply(o, row, NULL, a, err);
    if (equals == NULL && *i + 1 >= argc)
        return pm_fail(err, PM_EUSAGE, "option '--%s' needs a value", row->name);
    return apply(o, row, equals == NULL ? argv[++*i] : equals + 1, a, err);
}

/* "-n5", "-n 5", "-l0": letters may be joined. Returns PM_ENOTFOUND when the first
 * letter is no option: then the argument is a word of the query ("-redis"). */
static enum pm_status short_options(struct pm_options *o, char **argv, int argc, int *i,
                                    struct pm_arena *a, struct pm_error *err)
{
    const char *p = argv[*i] + 1;
    const struct option_row *first = by_letter(*p);
    if (first == NULL)
        return PM_ENOTFOUND;
    /* A flag followed by letters that are no flags is an excluded word ("-latency"). */
    for (const char *q = p; first->operand == NULL && *q != '\0'; q++)
        if (by_letter(*q) == NULL)
            return PM_ENOTFOUND;
    /* "-network" is a word too: -n takes digits. */
    if (first->id == OPT_COUNT && p[1] != '\0' && (p[1] < '0' || p[1] > '9'))
        return PM_ENOTFOUND;
    if (first->id == OPT_INDEX && p[1] != '\0')
        return PM_ENOTFOUND;
    for (; *p != '\0'; p++) {
        const struct option_row *row = by_letter(*p);
        if (row->operand == NULL) {
            enum pm_status st = apply(o, row, NULL, a, err);
            if (st != PM_OK)
                return st;
            continue;
        }
        if (p[1] != '\0')
            return apply(o, row, p + 1, a, err);
        if (*i + 1 >= argc)
            return pm_fail(err, PM_EUSAGE, "option '-%c' needs a value", row->letter);
        return apply(o, row, argv[++*i], a, err);
    }
    return PM_OK;
}

enum pm_status pm_options_parse(int argc, char **argv, struct pm_arena *a, struct pm_options *out,
                                struct pm_error *err)
{
    *out = (struct pm_options){.n = 10, .section = PM_SEC_COUNT};
    out->operands = pm_arena_calloc(a, (size_t)argc + 1, sizeof *out->operands);
    if (out->operands == NULL)
        return pm_fail(err, PM_ENOMEM, "out of memory");
    out->fixed = (size_t)argc;
    bool ended = false;
    for (int i = 1; i < argc; i++) {
        const char *arg = argv[i];
        enum pm_status st = PM_ENOTFOUND;
        if (!ended && strcmp(arg, "--") == 0) {
            ended = true;
            out->fixed = out->n_operands;
            continue;
        }
        if (!ended && arg[0] == '-' && arg[1] == '-')
            st = long_option(out, argv, argc, &i, a, err);
        else if (!ended && arg[0] == '-' && arg[1] != '\0')
            st = short_options(out, argv, argc, &i, a, err);
        if (st == PM_ENOTFOUND)
            out->operands[out->n_operands++] = arg;
        else if (st != PM_OK)
            return st;
    }
    return PM_OK;
}

static void help_row(const struct pm_ui *ui, const struct option_row *row, struct pm_buf *out)
{
    size_t start = out->len;
    pm_buf_adds(out, "  ");
    if (row->letter != 0)
        pm_buf_addf(out, "-%c, ", row->letter);
    else
        pm_buf_adds(out, "    ");
    pm_buf_addf(out, "--%s", row->name);
    if (row->operand != NULL)
        pm_buf_addf(out, "=%s", row->operand);
    while (out->len - start < 26)
        pm_buf_addc(out, ' ');
    pm_buf_addf(out, " %s\n", pm_ui_text(ui, row->message));
}

void pm_options_help(const struct pm_ui *ui, unsigned groups, struct pm_buf *out)
{
    for (size_t i = 0; i < N_ROWS; i++)
        if (rows[i].group & groups)
            help_row(ui, &rows[i], out);
}

const char *pm_options_stray(const struct pm_options *o, unsigned groups)
{
    for (size_t i = 0; i < N_ROWS; i++)
        if ((o->given >> rows[i].id & 1) != 0 && (rows[i].group & groups) == 0)
            return rows[i].name;
    return NULL;
}
