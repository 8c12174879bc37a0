#include "indexer/card.h"

#include <stdbool.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/utf8.h"

struct reader {
    const char *file;
    const char *text;
    size_t len, pos;
    int line; /* of the line read last */
    struct pm_arena *arena;
    struct pm_card *card;
    struct pm_error *err;
};

struct line {
    const char *s;
    size_t len;
};

static const char *const part_names[PM_CARD_PARTS] = {"told",  "signatures", "checks",
                                                      "fixes", "prevention", "watch"};

static const struct heading {
    const char *text;
    enum pm_card_part part;
    enum pm_lang lang;
} headings[] = {
    {"How it is told", PM_CARD_TOLD, PM_LANG_EN},
    {"語られ方", PM_CARD_TOLD, PM_LANG_JA},
    {"Signatures", PM_CARD_SIGNATURES, PM_LANG_EN},
    {"First checks", PM_CARD_CHECKS, PM_LANG_EN},
    {"最初に見るところ", PM_CARD_CHECKS, PM_LANG_JA},
    {"What fixes it", PM_CARD_FIXES, PM_LANG_EN},
    {"直し方", PM_CARD_FIXES, PM_LANG_JA},
    {"Prevention", PM_CARD_PREVENTION, PM_LANG_EN},
    {"再発防止", PM_CARD_PREVENTION, PM_LANG_JA},
    {"Watch", PM_CARD_WATCH, PM_LANG_EN},
    {"監視", PM_CARD_WATCH, PM_LANG_JA},
};

const char *pm_card_part_name(enum pm_card_part part)
{
    return part_names[part];
}

static enum pm_status out_of_memory(struct reader *r)
{
    return pm_fail(r->err, PM_ENOMEM, "out of memory");
}

static bool next_line(struct reader *r, struct line *out)
{
    if (r->pos >= r->len)
        return false;
    const char *start = r->text + r->pos;
    const char *end = memchr(start, '\n', r->len - r->pos);
    size_t n = end == NULL ? r->len - r->pos : (size_t)(end - start);
    r->pos += n + (end != NULL);
    r->line++;
    while (n > 0 && (start[n - 1] == '\r' || start[n - 1] == ' ' || start[n - 1] == '\t'))
        n--;
    *out = (struct line){start, n};
    return true;
}

static bool is(struct line l, const char *text)
{
    return strlen(text) == l.len && memcmp(l.s, text, l.len) == 0;
}

/* "[a, b]" as "a b". */
static const char *list_of(struct reader *r, struct line value)
{
    struct pm_buf b = {0};
    for (size_t i = 0; i < value.len; i++) {
        char c = value.s[i];
        bool between = c == '[' || c == ']' || c == ',' || c == ' ';
        if (!between)
            pm_buf_addc(&b, c);
        else if (b.len > 0 && b.data[b.len - 1] != ' ')
            pm_buf_addc(&b, ' ');
    }
    size_t n = b.len > 0 && b.data[b.len - 1] == ' ' ? b.len - 1 : b.len;
    const char *list = b.failed ? NULL : pm_arena_strndup(r->arena, pm_buf_text(&b), n);
    pm_buf_free(&b);
    return list;
}

static enum pm_status set_key(struct reader *r, struct line key, struct line value)
{
    struct pm_card *c = r->card;
    const struct {
        const char *name;
        const char **slot;
        bool list;
    } keys[] = {
        {"id", &c->id, false},
        {"en", &c->names[PM_LANG_EN], false},
        {"ja", &c->names[PM_LANG_JA], false},
        {"axis", &c->axis, false},
        {"class", &c->class, false},
        {"related", &c->related, true},
        {"components", &c->components, true},
        {"not", &c->nots[PM_LANG_EN], false},
        {"not_ja", &c->nots[PM_LANG_JA], false},
    };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (!is(key, keys[i].name))
            continue;
        if (**keys[i].slot != '\0')
            return pm_fail(r->err, PM_EDICT, "%s:%d: '%s' stands twice", r->file, r->line,
                           keys[i].name);
        *keys[i].slot =
            keys[i].list ? list_of(r, value) : pm_arena_strndup(r->arena, value.s, value.len);
        if (keys[i].slot == &c->related)
            c->related_line = r->line;
        if (keys[i].slot == &c->class)
            c->class_line = r->line;
        return *keys[i].slot == NULL ? out_of_memory(r) : PM_OK;
    }
    return pm_fail(r->err, PM_EDICT, "%s:%d: unknown key '%.*s'", r->file, r->line, (int)key.len,
                   key.s);
}

static enum pm_status read_front(struct reader *r)
{
    struct line l;
    if (!next_line(r, &l) || !is(l, "---"))
        return pm_fail(r->err, PM_EDICT, "%s:1: a card starts with front matter ('---')", r->file);
    while (next_line(r, &l) && !is(l, "---")) {
        const char *colon = l.len == 0 ? NULL : memchr(l.s, ':', l.len);
        if (l.len == 0)
            continue;
        if (colon == NULL)
            return pm_fail(r->err, PM_EDICT, "%s:%d: 'key: value' wanted", r->file, r->line);
        struct line key = {l.s, (size_t)(colon - l.s)};
        struct line value = {colon + 1, l.len - key.len - 1};
        while (value.len > 0 && *value.s == ' ')
            value = (struct line){value.s + 1, value.len - 1};
        enum pm_status st = set_key(r, key, value);
        if (st != PM_OK)
            return st;
    }
    return PM_OK;
}

static const struct heading *heading_of(struct line l)
{
    struct line name = {l.s + 3, l.len - 3};
    for (size_t i = 0; i < sizeof headings / sizeof *headings; i++)
        if (is(name, headings[i].text))
            return &headings[i];
    return NULL;
}

static enum pm_status end_part(struct reader *r, const struct heading *h, const char *from,
                               const char *to)
{
    while (from < to && (*from == '\n' || *from == '\r'))
        from++;
    while (to > from && (to[-1] == '\n' || to[-1] == '\r' || to[-1] == ' '))
        to--;
    if (h == NULL)
        return PM_OK;
    const char **slot = &r->card->parts[h->part][h->lang];
    *slot = pm_arena_strndup(r->arena, from, (size_t)(to - from));
    return *slot == NULL ? out_of_memory(r) : PM_OK;
}

static enum pm_status read_parts(struct reader *r)
{
    const struct heading *open = NULL;
    const char *from = r->text + r->pos;
    struct line l;
    enum pm_status st = PM_OK;
    while (st == PM_OK && next_line(r, &l)) {
        if (l.len < 3 || memcmp(l.s, "## ", 3) != 0)
            continue;
        st = end_part(r, open, from, l.s);
        open = heading_of(l);
        from = r->text + r->pos;
        if (st == PM_OK && open == NULL)
            st = pm_fail(r->err, PM_EDICT, "%s:%d: a card has no section '%.*s'", r->file, r->line,
                         (int)(l.len - 3), l.s + 3);
    }
    return st == PM_OK ? end_part(r, open, from, r->text + r->len) : st;
}

/* The file's name without folder and ending. */
static struct line stem_of(const char *file)
{
    const char *slash = strrchr(file, '/');
    const char *name = slash == NULL ? file : slash + 1;
    const char *dot = strrchr(name, '.');
    return (struct line){name, dot == NULL ? strlen(name) : (size_t)(dot - name)};
}

static bool is_identifier(const char *s)
{
    return *s != '\0' && strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(s);
}

static enum pm_status check(struct reader *r)
{
    const struct pm_card *c = r->card;
    const struct {
        const char *what;
        const char *value;
    } wanted[] = {
        {"no 'id'", c->id},
        {"no 'en' name", c->names[PM_LANG_EN]},
        {"no 'ja' name", c->names[PM_LANG_JA]},
        {"no 'axis'", c->axis},
        {"no 'class'", c->class},
        {"no 'not': how does it differ from its neighbours?", c->nots[PM_LANG_EN]},
        {"no 'not_ja'", c->nots[PM_LANG_JA]},
        {"nothing under 'How it is told'", c->parts[PM_CARD_TOLD][PM_LANG_EN]},
        {"nothing under '語られ方'", c->parts[PM_CARD_TOLD][PM_LANG_JA]},
    };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        if (*wanted[i].value == '\0')
            return pm_fail(r->err, PM_EDICT, "%s:1: %s", r->file, wanted[i].what);
    if (!is_identifier(c->id))
        return pm_fail(r->err, PM_EDICT, "%s:1: the id '%s' is not of a-z, 0-9 and '-'", r->file,
                       c->id);
    if (!is(stem_of(r->file), c->id))
        return pm_fail(r->err, PM_EDICT, "%s:1: the id '%s' is not the file's name", r->file,
                       c->id);
    return PM_OK;
}

enum pm_status pm_card_read(const char *file, const char *text, size_t len, struct pm_arena *a,
                            struct pm_card *out, struct pm_error *err)
{
    size_t bad = 0;
    struct reader r = {.file = file, .text = text, .len = len, .arena = a, .card = out, .err = err};
    *out = (struct pm_card){.id = "", .axis = "", .class = "", .related = "", .components = ""};
    for (int l = 0; l < PM_LANG_COUNT; l++) {
        out->names[l] = out->nots[l] = "";
        for (int p = 0; p < PM_CARD_PARTS; p++)
            out->parts[p][l] = "";
    }
    if (!pm_utf8_valid(text, len, &bad) || memchr(text, '\0', len) != NULL)
        return pm_fail(err, PM_EDICT, "%s:1: the card is not UTF-8 text", file);
    enum pm_status st = read_front(&r);
    if (st == PM_OK)
        st = read_parts(&r);
    return st == PM_OK ? check(&r) : st;
}
