#include "indexer/heading.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "lib/utf8.h"

enum { WEAK = 1, ALONE = 2, META = 4 };

/* Longer headings are sentences: a known word at an end of one means little. */
enum { MAX_HEADING = 400, MAX_SUFFIXED = 60, MAX_PREFIXED = 120 };

struct view {
    const char *s;
    size_t len;
};

enum pm_status pm_headings_add(struct pm_headings *h, const char *section, const char *strength,
                               const char *name, int line, struct pm_error *err)
{
    unsigned flags = 0;
    enum pm_section sec = pm_section_from_name(section, strlen(section));
    if (strcmp(section, "meta") == 0) {
        sec = PM_SEC_OTHER;
        flags |= META;
    }
    if (sec == PM_SEC_COUNT)
        return pm_fail(err, PM_EDICT, "headings.tsv:%d: no section named '%s'", line, section);
    if (strcmp(strength, "weak") == 0)
        flags |= WEAK;
    else if (strcmp(strength, "alone") == 0)
        flags |= WEAK | ALONE;
    else if (strcmp(strength, "strong") != 0)
        return pm_fail(err, PM_EDICT, "headings.tsv:%d: no strength named '%s'", line, strength);
    return pm_namemap_add(&h->names, 0, name, (int)sec, flags, err);
}

static enum pm_status add_row(void *ctx, int line, const char *const *cols, int n,
                              struct pm_error *err)
{
    if (n < 3)
        return pm_fail(err, PM_EDICT, "headings.tsv:%d: three columns wanted", line);
    return pm_headings_add(ctx, cols[0], cols[1], cols[2], line, err);
}

enum pm_status pm_headings_load(struct pm_headings *h, struct pm_dict *dict, struct pm_error *err)
{
    return pm_dict_each(dict, "headings", add_row, h, err);
}

void pm_headings_free(struct pm_headings *h)
{
    pm_namemap_free(&h->names);
}

static bool is_symbol(uint32_t cp)
{
    if (cp < 0x80)
        return !isalnum((int)cp) && cp != '(' && cp != ')';
    return cp < 0xC0 || (cp >= 0x2000 && cp < 0x2C00) ||
           (cp >= 0x3000 && cp < 0x3040 && cp != 0x3005 && cp != 0x3007) ||
           (cp >= 0xFE00 && cp < 0xFE70) || cp >= 0x1F000;
}

static struct view trim(struct view v)
{
    size_t pos = 0;
    size_t at = 0;
    while (pos < v.len && is_symbol(pm_utf8_next(v.s, v.len, &pos)))
        at = pos;
    v.s += at;
    v.len -= at;
    size_t end = 0;
    for (pos = 0; pos < v.len;)
        if (!is_symbol(pm_utf8_next(v.s, v.len, &pos)))
            end = pos;
    v.len = end;
    return v;
}

static struct view skip(struct view v, size_t n)
{
    return trim((struct view){v.s + n, v.len - n});
}

/* "q1", "phase 2", "step 3": a word that only counts. */
static size_t counter_word(struct view v)
{
    static const char *const words[] = {"q", "phase", "step", "part", "section", "第"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t n = strlen(words[i]);
        if (v.len <= n || memcmp(v.s, words[i], n) != 0)
            continue;
        if (v.s[n] == ' ')
            n++;
        if (n < v.len && isdigit((unsigned char)v.s[n]))
            return n;
    }
    return 0;
}

/* Drop "1.", "1.2", "(2)", "q3b.", "phase 1:" in front. */
static struct view strip_number(struct view v)
{
    size_t i = counter_word(v);
    bool counted = i > 0;
    bool paren = v.len > 0 && v.s[0] == '(';
    if (paren)
        i = 1;
    size_t digits = i;
    while (i < v.len && (isdigit((unsigned char)v.s[i]) || (v.s[i] == '.' && i > digits)))
        i++;
    if (i == digits)
        return v;
    if (counted && i < v.len && isalpha((unsigned char)v.s[i]))
        i++;
    if (paren && (i >= v.len || v.s[i] != ')'))
        return v;
    if (i < v.len && isalnum((unsigned char)v.s[i]))
        return v;
    if (i < v.len && v.s[i] == ')')
        i++;
    return i >= v.len ? v : skip(v, i);
}

static const struct pm_name *exact(const struct pm_headings *h, struct view v)
{
    return v.len == 0 ? NULL : pm_namemap_find(&h->names, 0, v.s, v.len);
}

/* Copy v without its parenthesised parts; *inner is the first of them. */
static struct view without_parens(struct view v, char *room, struct view *inner)
{
    size_t w = 0;
    int depth = 0;
    size_t open = 0;
    for (size_t i = 0; i < v.len; i++) {
        if (v.s[i] == '(' && depth++ == 0)
            open = i + 1;
        else if (v.s[i] == ')' && depth > 0) {
            if (--depth == 0 && inner->len == 0)
                *inner = trim((struct view){v.s + open, i - open});
        } else if (depth == 0)
            room[w++] = v.s[i];
    }
    return trim((struct view){room, w});
}

/* Known name among the parts between separators: the first, then the last. */
static const struct pm_name *part(const struct pm_headings *h, struct view v)
{
    static const char *const seps[] = {":",   "/",  "・",     "】", "—",     "–",  " - ", "|",
                                       " & ", "と", "および", "、", " and ", "; ", " — "};
    const struct pm_name *found = NULL;
    for (size_t i = 0; i < sizeof seps / sizeof *seps; i++) {
        size_t n = strlen(seps[i]);
        const char *hit = memmem(v.s, v.len, seps[i], n);
        if (hit == NULL)
            continue;
        size_t at = (size_t)(hit - v.s);
        found = exact(h, trim((struct view){v.s, at}));
        if (found == NULL)
            found = exact(h, strip_number(skip(v, at + n)));
        if (found != NULL)
            return found;
    }
    return NULL;
}

static bool at_char(struct view v, size_t i)
{
    return i >= v.len || ((unsigned char)v.s[i] & 0xC0) != 0x80;
}

static const struct pm_name *longest_prefix(const struct pm_headings *h, struct view v)
{
    for (size_t n = v.len; n > 0; n--) {
        if (!at_char(v, n) || !pm_name_bounded(v.s, v.len, 0, n))
            continue;
        const struct pm_name *e = exact(h, (struct view){v.s, n});
        if (e != NULL && !(e->flags & ALONE))
            return e;
    }
    return NULL;
}

static const struct pm_name *longest_suffix(const struct pm_headings *h, struct view v)
{
    for (size_t at = 0; at < v.len; at++) {
        if (!at_char(v, at) || !pm_name_bounded(v.s, v.len, at, v.len - at))
            continue;
        const struct pm_name *e = exact(h, (struct view){v.s + at, v.len - at});
        if (e != NULL && !(e->flags & ALONE))
            return e;
    }
    return NULL;
}

/* After "impact of ...", "timeline for ..." the head noun stood in front. */
static bool preposition_follows(struct view v, size_t at)
{
    size_t end = at + 1;
    while (end < v.len && v.s[end] != ' ')
        end++;
    return at < v.len && v.s[at] == ' ' && end < v.len && end - at <= 4;
}

static const struct pm_name *partial(const struct pm_headings *h, struct view v)
{
    const struct pm_name *pre = v.len <= MAX_PREFIXED ? longest_prefix(h, v) : NULL;
    const struct pm_name *suf = v.len <= MAX_SUFFIXED ? longest_suffix(h, v) : NULL;
    if (pre != NULL && (suf == NULL || preposition_follows(v, pre->len)))
        return pre;
    return suf;
}

static const struct pm_name *look_up(const struct pm_headings *h, struct view v, bool *whole)
{
    char room[MAX_HEADING];
    struct view inner = {"", 0};
    *whole = true;
    const struct pm_name *e = exact(h, v);
    struct view bare = strip_number(v);
    if (e == NULL)
        e = exact(h, bare);
    bare = without_parens(bare, room, &inner);
    if (e == NULL)
        e = exact(h, bare);
    if (e == NULL)
        e = exact(h, strip_number(bare));
    if (e != NULL)
        return e;
    *whole = false;
    bare = strip_number(bare);
    if ((e = part(h, bare)) == NULL && (e = partial(h, bare)) == NULL)
        e = exact(h, inner);
    return e;
}

enum pm_status pm_headings_match(const struct pm_headings *h, const char *text, size_t len,
                                 struct pm_heading_match *out)
{
    *out = (struct pm_heading_match){.section = PM_SEC_COUNT};
    if (len == 0 || len >= MAX_HEADING)
        return PM_OK;
    struct pm_folded f = {0};
    enum pm_status st = pm_name_fold(text, len, &f);
    if (st == PM_OK && f.len > 0 && f.len < MAX_HEADING) {
        bool whole = false;
        const struct pm_name *e = look_up(h, trim((struct view){f.text, f.len}), &whole);
        if (e != NULL)
            *out = (struct pm_heading_match){.section = (enum pm_section)e->value,
                                             .meta = (e->flags & META) != 0,
                                             .exact = whole,
                                             .strong = !(e->flags & WEAK)};
    }
    pm_folded_free(&f);
    return st;
}

bool pm_heading_decorated(const char *text, size_t len)
{
    size_t pos = 0;
    uint32_t cp = pm_utf8_next(text, len, &pos);
    switch (cp) {
    case 0x25A0:
    case 0x25A1:
    case 0x25B2:
    case 0x25B3:
    case 0x25B6:
    case 0x25BC:
    case 0x25BD:
    case 0x25C6:
    case 0x25C7:
    case 0x25CE:
    case 0x25CF:
    case 0x3010:
    case 0x2605:
        return true;
    default:
        return false;
    }
}

/* Sections that are sorted by topic inside: their parts stay theirs unless a part
 * has an unmistakable name. */
static bool holds_topics(enum pm_section s)
{
    return s == PM_SEC_PREVENTION || s == PM_SEC_LESSONS || s == PM_SEC_TIMELINE;
}

/* Sections that tell one story: a loose resemblance does not end them. */
static bool holds_story(enum pm_section s)
{
    return s == PM_SEC_CAUSE || s == PM_SEC_DETECTION || s == PM_SEC_IMPACT || s == PM_SEC_RESPONSE;
}

struct pm_heading_match pm_heading_under(const struct pm_heading_match *parent,
                                         const struct pm_heading_match *child)
{
    if (parent == NULL || parent->section == PM_SEC_COUNT)
        return *child;
    bool takes_over = child->section != PM_SEC_COUNT;
    if (holds_topics(parent->section))
        takes_over = takes_over && child->strong && child->exact;
    else if (holds_story(parent->section))
        takes_over = takes_over && child->exact;
    if (takes_over)
        return *child;
    struct pm_heading_match inherited = *parent;
    inherited.exact = false;
    return inherited;
}
