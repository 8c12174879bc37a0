/* Sections told in the front matter. */
#include <string.h>

#include "indexer/outline.h"

/* Shorter values are facts, not text. */
enum { MIN_TEXT = 20 };

/* The last part of a nested key: "incident.summary" is a summary. */
static const char *leaf(const char *key)
{
    const char *dot = strrchr(key, '.');
    return dot == NULL ? key : dot + 1;
}

static bool tells_section(const struct pm_reader *r, const struct pm_meta *m,
                          enum pm_section *section)
{
    const char *key = leaf(m->key);
    struct pm_heading_match match;
    if (m->n_values != 1 || strlen(m->values[0]) < MIN_TEXT)
        return false;
    int fact = pm_words_value(&r->words, PM_WORD_KEY, key, strlen(key));
    *section = PM_SEC_SUMMARY;
    if (fact != PM_FACT_NONE)
        return fact == PM_FACT_SUMMARY;
    char name[64];
    size_t n = strlen(key);
    if (n >= sizeof name)
        return false;
    for (size_t i = 0; i <= n; i++)
        name[i] = key[i] == '_' || key[i] == '-' ? ' ' : key[i];
    if (pm_headings_match(&r->headings, name, n, &match) != PM_OK || !match.exact || match.meta)
        return false;
    *section = match.section;
    return true;
}

/* Short reports repeat their summary as their body. */
static bool told_in_body(const struct pm_outline *o, const char *text)
{
    size_t len = strlen(text);
    for (size_t i = 0; i < o->count; i++)
        if (memmem(o->units[i].b.text, o->units[i].b.len, text, len) != NULL)
            return true;
    return false;
}

enum pm_status pm_outline_front(const struct pm_reader *r, struct pm_arena *a,
                                const struct pm_metas *metas, struct pm_outline *out,
                                struct pm_error *err)
{
    struct pm_unit *units = pm_arena_calloc(a, metas->count + out->count + 1, sizeof *units);
    if (units == NULL)
        return pm_fail(err, PM_ENOMEM, "out of memory");
    size_t n = 0;
    for (size_t i = 0; i < metas->count; i++) {
        const struct pm_meta *m = &metas->items[i];
        enum pm_section section = PM_SEC_OTHER;
        if (!tells_section(r, m, &section) || told_in_body(out, m->values[0]))
            continue;
        struct pm_block b = {.kind = PM_BLOCK_PARAGRAPH,
                             .line = m->line,
                             .text = m->values[0],
                             .len = strlen(m->values[0]),
                             .checked = -1};
        units[n++] = (struct pm_unit){.b = b, .heading = m->key, .section = section};
        if (section == PM_SEC_CAUSE)
            out->headed_cause = true;
    }
    if (n == 0)
        return PM_OK;
    if (out->count > 0)
        memcpy(units + n, out->units, out->count * sizeof *units);
    out->units = units;
    out->count += n;
    out->cap = out->count;
    return PM_OK;
}
