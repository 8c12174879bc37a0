#include "indexer/document.h"

#include <string.h>
#include <strings.h>

#include "indexer/facts.h"
#include "indexer/markdown.h"
#include "indexer/plaintext.h"
#include "indexer/source.h"

/* One document on its way; all memory is the incident's. */
struct parse {
    const struct pm_reader *r;
    const char *path;
    struct pm_incident *inc;
    struct pm_metas metas;
    struct pm_blocks blocks;
    struct pm_outline outline;
    struct pm_moments moments;
};

static bool named_plain(const char *path)
{
    static const char *const ends[] = {".txt", ".text", ".log", ".rst", ".org", ".adoc"};
    const char *dot = strrchr(path, '.');
    for (size_t i = 0; dot != NULL && i < sizeof ends / sizeof *ends; i++)
        if (strcasecmp(dot, ends[i]) == 0)
            return true;
    return false;
}

/* "## " at the start of a line, outside fences: Markdown whatever its name. */
static bool has_atx(const char *text, size_t len)
{
    bool fenced = false;
    for (size_t at = 0; at < len;) {
        const char *line = text + at;
        const char *nl = memchr(line, '\n', len - at);
        size_t n = nl == NULL ? len - at : (size_t)(nl - line);
        size_t marks = 0;
        if (n >= 3 && (memcmp(line, "```", 3) == 0 || memcmp(line, "~~~", 3) == 0))
            fenced = !fenced;
        while (marks < n && line[marks] == '#')
            marks++;
        if (!fenced && marks >= 1 && marks <= 6 && marks < n && line[marks] == ' ')
            return true;
        at += n + 1;
    }
    return false;
}

static enum pm_status read_blocks(struct parse *p, const char *text, size_t len,
                                  struct pm_error *err)
{
    size_t body = 0;
    int line = 1;
    enum pm_status st = pm_frontmatter_read(text, len, p->inc, &p->metas, &body, &line, err);
    if (st != PM_OK)
        return st;
    const char *rest = text + body;
    size_t n = len - body;
    if (named_plain(p->path) && !has_atx(rest, n))
        return pm_plaintext_read(rest, n, line, &p->inc->arena, &p->blocks, err);
    return pm_markdown_read(rest, n, line, &p->inc->arena, &p->blocks, err);
}

static enum pm_status read_facts(struct parse *p)
{
    struct pm_incident *inc = p->inc;
    enum pm_status st = pm_meta_front(p->r, &p->metas, inc, &p->moments);
    if (st == PM_OK)
        st = pm_meta_body(p->r, &p->outline, inc, &p->moments);
    if (st == PM_OK)
        st = pm_facts_title(&p->outline, p->path, inc);
    if (st == PM_OK)
        st = pm_timeline_read(p->r, &p->outline, inc);
    if (st == PM_OK)
        st = pm_actions_read(p->r, &p->outline, inc);
    if (st == PM_OK)
        st = pm_facts_dates(&p->outline, p->path, &p->moments, inc);
    inc->links = p->blocks.links;
    inc->n_links = p->blocks.n_links;
    return st;
}

static enum pm_status assemble(struct parse *p, struct pm_error *err)
{
    struct pm_arena *a = &p->inc->arena;
    enum pm_status st = pm_outline_build(p->r, a, &p->blocks, &p->outline, err);
    if (st == PM_OK)
        st = pm_outline_front(p->r, a, &p->metas, &p->outline, err);
    if (st != PM_OK)
        return st;
    st = read_facts(p);
    if (st == PM_OK)
        st = pm_facts_sections(p->inc);
    if (st != PM_OK)
        return pm_fail(err, st, "out of memory");
    st = pm_outline_write(p->r, &p->outline, p->inc, err);
    if (st != PM_OK)
        return st;
    pm_facts_lang(p->inc);
    pm_facts_kind(p->r, &p->outline, p->path, p->inc);
    return PM_OK;
}

enum pm_status pm_document_parse(const struct pm_reader *r, const char *path, const char *text,
                                 size_t len, struct pm_incident **out, struct pm_error *err)
{
    *out = NULL;
    struct parse p = {.r = r, .path = path, .inc = pm_incident_new()};
    if (p.inc == NULL)
        return pm_fail(err, PM_ENOMEM, "out of memory");
    enum pm_status st = read_blocks(&p, text, len, err);
    if (st == PM_OK)
        st = assemble(&p, err);
    if (st != PM_OK) {
        pm_incident_free(p.inc);
        return st;
    }
    *out = p.inc;
    return PM_OK;
}

enum pm_status pm_document_decode(const struct pm_reader *r, const char *path, const char *bytes,
                                  size_t len, struct pm_incident **out, struct pm_error *err)
{
    struct pm_source src = {0};
    *out = NULL;
    enum pm_status st = pm_source_decode(bytes, len, &src, err);
    if (st == PM_OK)
        st = pm_document_parse(r, path, pm_buf_text(&src.text), src.text.len, out, err);
    pm_source_free(&src);
    return st;
}

enum pm_status pm_document_read(const struct pm_reader *r, const char *path, uint64_t limit,
                                struct pm_incident **out, unsigned char hash[16],
                                struct pm_error *err)
{
    struct pm_source src = {0};
    *out = NULL;
    enum pm_status st = pm_source_read(path, limit, &src, err);
    if (st == PM_OK)
        st = pm_document_parse(r, path, pm_buf_text(&src.text), src.text.len, out, err);
    if (st == PM_OK && hash != NULL)
        memcpy(hash, src.hash, 16);
    if (st == PM_OK && src.replaced > 0)
        pm_incident_warn(*out, 0, "%zu bytes are not in encoding %s and were replaced",
                         src.replaced, src.encoding);
    pm_source_free(&src);
    return st;
}
