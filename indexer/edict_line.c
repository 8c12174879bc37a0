#include "indexer/edict_line.h"

#include <string.h>

/* "HEADWORD [READING] /(n,vs) (1) gloss/gloss/(n) (2) (comp) gloss/(P)/" */

struct sense {
    int number;
    bool computing, useless;
};

/* Marks of senses that no report is written in, and of words that are no notions. */
static bool is_useless(const char *mark, size_t len)
{
    static const char *const marks[] = {"arch", "obs", "obsc", "X",   "vulg", "derog", "prt",
                                        "conj", "int", "pref", "suf", "ctr",  "num",   "pn",
                                        "ok",   "oK",  "io",   "iK",  "ik",   "aux",   "chn"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (strlen(marks[i]) == len && memcmp(marks[i], mark, len) == 0)
            return true;
    return false;
}

/* What stands in one bracket before a gloss: a number opens a sense, the rest marks it. A
 * word with several parts of speech is useless only where each of them is. */
static void read_marks(const char *p, size_t len, struct sense *s)
{
    bool all = true;
    if (len > 0 && *p >= '0' && *p <= '9') {
        int number = 0;
        for (size_t i = 0; i < len && p[i] >= '0' && p[i] <= '9' && number < 100; i++)
            number = number * 10 + (p[i] - '0');
        s->number = number;
        s->computing = false;
        return;
    }
    for (size_t i = 0; i < len;) {
        size_t n = 0;
        while (i + n < len && p[i + n] != ',')
            n++;
        if (n == 4 && memcmp(p + i, "comp", 4) == 0)
            s->computing = true;
        all = all && is_useless(p + i, n);
        i += n + 1;
    }
    s->useless = s->useless || all;
}

static const char *skip_word(const char *p, const char *end, const char *word)
{
    size_t n = strlen(word);
    return (size_t)(end - p) > n && memcmp(p, word, n) == 0 ? p + n : p;
}

/* The gloss without articles and brackets; NULL when nothing is left. */
static const char *clean(const char *p, const char *end, struct pm_arena *a)
{
    char *out = pm_arena_alloc(a, (size_t)(end - p) + 1);
    size_t n = 0;
    int depth = 0;
    if (out == NULL)
        return NULL;
    p = skip_word(p, end, "to ");
    p = skip_word(p, end, "be ");
    p = skip_word(p, end, "being ");
    p = skip_word(skip_word(skip_word(p, end, "the "), end, "an "), end, "a ");
    for (; p < end; p++) {
        depth += *p == '(' || *p == '{' || *p == '[';
        if (depth == 0 && (*p != ' ' || (n > 0 && out[n - 1] != ' ')))
            out[n++] = *p;
        depth -= depth > 0 && (*p == ')' || *p == '}' || *p == ']');
    }
    while (n > 0 && (out[n - 1] == ' ' || out[n - 1] == '.' || out[n - 1] == '!'))
        n--;
    out[n] = '\0';
    return n > 0 ? out : NULL;
}

static void add_gloss(struct pm_edict_line *out, const char *p, const char *end, struct sense *s,
                      struct pm_arena *a)
{
    int before = s->number;
    bool marked = false;
    while (p < end && *p == '(') {
        const char *close = memchr(p, ')', (size_t)(end - p));
        if (close == NULL)
            break;
        if (!marked) /* a new sense, or a mark of the whole word */
            s->useless = false;
        marked = true;
        if (close - p == 2 && p[1] == 'P')
            out->common = true;
        else
            read_marks(p + 1, (size_t)(close - p - 1), s);
        p = close + 1;
        while (p < end && *p == ' ')
            p++;
    }
    if (s->number != before)
        out->senses = s->number;
    const char *text = p < end && !s->useless ? clean(p, end, a) : NULL;
    if (text == NULL || out->count == PM_EDICT_GLOSSES)
        return;
    out->glosses[out->count++] =
        (struct pm_edict_gloss){.text = text, .sense = s->number, .computing = s->computing};
}

bool pm_edict_line_read(const char *line, size_t len, struct pm_arena *a, struct pm_edict_line *out)
{
    const char *end = line + len, *slash = memchr(line, '/', len);
    size_t head = 0;
    *out = (struct pm_edict_line){.senses = 1};
    while (head < len && line[head] != ' ' && line[head] != '/')
        head++;
    if (slash == NULL || head == 0)
        return false;
    out->headword = pm_arena_strndup(a, line, head);
    struct sense s = {.number = 1};
    for (const char *p = slash + 1; p < end;) {
        const char *next = memchr(p, '/', (size_t)(end - p));
        next = next == NULL ? end : next;
        if (next > p)
            add_gloss(out, p, next, &s, a);
        p = next + 1;
    }
    for (size_t i = 0; i < out->count; i++)
        for (size_t k = 0; k < out->count; k++)
            out->glosses[i].of_sense += out->glosses[k].sense == out->glosses[i].sense;
    return out->headword != NULL && out->count > 0;
}
