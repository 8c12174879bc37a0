#include "query/stock.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "lib/sentence.h"
#include "query/labels.h"

enum {
    WITNESSES = 3, /* incidents that hold a sentence of a template */
    TOGETHER = 3,  /* different sentences that an incident of that template shares */
};

static const double copy = 0.95; /* of an incident's text: it is the draft told again */
static const double much = 0.15; /* of the draft's words; a few stock phrases move nothing */

/* A sentence of the draft; one that stands there twice is one line. */
struct line {
    uint64_t hash;
    size_t seen; /* in the incident of that number, from 1 */
    size_t witnesses;
};

struct search {
    sqlite3_stmt *sections;
    struct pm_arena arena, scratch;
    struct line *lines; /* ascending by hash */
    size_t n_lines;
    size_t incident;  /* number of the one at hand */
    size_t shared;    /* lines of it */
    double same, all; /* bytes of it */
};

static int by_hash(const void *a, const void *b)
{
    const struct line *x = a, *y = b;
    return (x->hash > y->hash) - (x->hash < y->hash);
}

static struct line *find(const struct search *s, const char *text)
{
    struct line wanted = {.hash = XXH3_64bits(text, strlen(text))};
    return bsearch(&wanted, s->lines, s->n_lines, sizeof wanted, by_hash);
}

static bool read_lines(struct search *s, const struct pm_draft *draft)
{
    s->lines = pm_arena_calloc(&s->arena, draft->n_sentences + 1, sizeof *s->lines);
    if (s->lines == NULL)
        return false;
    for (size_t i = 0; i < draft->n_sentences; i++) {
        const char *text = draft->sentences[i].text;
        s->lines[i].hash = XXH3_64bits(text, strlen(text));
    }
    qsort(s->lines, draft->n_sentences, sizeof *s->lines, by_hash);
    for (size_t i = 0; i < draft->n_sentences; i++)
        if (i == 0 || s->lines[i].hash != s->lines[s->n_lines - 1].hash)
            s->lines[s->n_lines++] = s->lines[i];
    return true;
}

static void compare(struct search *s, const char *text, size_t len)
{
    size_t pos = 0, start, n;
    while (pm_sentence_next(text, len, &pos, &start, &n)) {
        pm_arena_reset(&s->scratch);
        const char *one = pm_one_line(&s->scratch, text + start, n);
        struct line *line = one == NULL ? NULL : find(s, one);
        s->all += (double)n;
        if (line == NULL)
            continue;
        s->same += (double)n;
        s->shared += line->seen != s->incident;
        line->seen = s->incident;
    }
}

static void look_at(struct search *s, int64_t document)
{
    s->incident++;
    s->shared = 0;
    s->same = s->all = 0;
    (void)sqlite3_reset(s->sections);
    (void)sqlite3_bind_int64(s->sections, 1, document);
    while (sqlite3_step(s->sections) == SQLITE_ROW) {
        const char *text = (const char *)sqlite3_column_text(s->sections, 0);
        if (text != NULL)
            compare(s, text, (size_t)sqlite3_column_bytes(s->sections, 0));
    }
    if (s->shared < TOGETHER || s->same > copy * s->all)
        return;
    for (size_t i = 0; i < s->n_lines; i++)
        s->lines[i].witnesses += s->lines[i].seen == s->incident;
}

static bool is_stock(const struct search *s, const struct pm_draft_sentence *sentence)
{
    const struct line *line = find(s, sentence->text);
    return line != NULL && line->witnesses >= WITNESSES;
}

static size_t forget(const struct search *s, struct pm_draft *draft)
{
    double stock = 0, all = 0;
    size_t n = 0;
    for (size_t i = 0; i < draft->n_sentences; i++) {
        all += (double)draft->sentences[i].words;
        stock += is_stock(s, &draft->sentences[i]) ? (double)draft->sentences[i].words : 0;
    }
    for (size_t i = 0; stock > much * all && i < draft->n_sentences; i++)
        if (is_stock(s, &draft->sentences[i])) {
            pm_draft_forget(draft, i);
            n++;
        }
    return n;
}

enum pm_status pm_stock_forget(sqlite3 *db, const struct pm_hits *hits, struct pm_draft *draft,
                               size_t *forgotten, struct pm_error *err)
{
    struct search s = {0};
    *forgotten = 0;
    if (draft->n_sentences < TOGETHER || hits->count < WITNESSES)
        return PM_OK;
    if (sqlite3_prepare_v2(db, "SELECT text FROM section WHERE document_id = ?1", -1, &s.sections,
                           NULL) != SQLITE_OK)
        return pm_fail(err, PM_EDB, "unable to read the index: %s", sqlite3_errmsg(db));
    bool ready = read_lines(&s, draft);
    for (size_t i = 0; ready && i < hits->count && i < PM_STOCK_NEAREST; i++)
        look_at(&s, hits->items[i].document);
    *forgotten = ready ? forget(&s, draft) : 0;
    (void)sqlite3_finalize(s.sections);
    pm_arena_free(&s.scratch);
    pm_arena_free(&s.arena);
    return ready ? PM_OK : pm_fail(err, PM_ENOMEM, "out of memory");
}
