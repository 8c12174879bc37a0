/* Small corpora for tests of likeness: postmortems told by section, written as Markdown into
 * a temporary folder, indexed, and compared with a draft. */
#ifndef PM_TEST_STORIES_H
#define PM_TEST_STORIES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "indexer/run.h"
#include "lib/dict.h"
#include "lib/store.h"
#include "query/info.h"
#include "query/similar.h"
#include "query/twins.h"

/* A postmortem by section; NULL: the section is not there. name ends a list. */
struct story {
    const char *name; /* the file's stem, and so its ID */
    enum pm_lang lang;
    const char *title, *date, *company;
    const char *summary, *impact, *cause, *response, *prevention;
    const char *around; /* a template's stock text, put under every heading */
};

#define EN PM_LANG_EN
#define JA PM_LANG_JA

/* An index over some stories, and what `like` needs beside it. */
struct shelf {
    char folder[64];
    struct pm_arena arena;
    struct pm_dict *dict;
    struct pm_lexer *lexer;
    struct pm_tokenizer *tokenizer;
    struct pm_reader *reader;
    sqlite3 *db;
    struct pm_rank_weights weights;
    struct pm_error err;
};

#define must(shelf, call)                                                                          \
    do {                                                                                           \
        if ((call) != PM_OK)                                                                       \
            fail_msg("%s", (shelf)->err.text);                                                     \
    } while (0)

static inline void tell(struct pm_buf *out, const struct story *s, const char *en, const char *ja,
                        const char *text)
{
    if (text == NULL)
        return;
    pm_buf_addf(out, "## %s\n\n", s->lang == PM_LANG_JA ? ja : en);
    if (s->around != NULL)
        pm_buf_addf(out, "%s\n\n", s->around);
    pm_buf_addf(out, "%s\n\n", text);
}

static inline void story_text(const struct story *s, struct pm_buf *out)
{
    pm_buf_clear(out);
    pm_buf_addf(out, "---\ntitle: %s\n", s->title);
    if (s->date != NULL)
        pm_buf_addf(out, "date: %s\n", s->date);
    if (s->company != NULL)
        pm_buf_addf(out, "company: %s\n", s->company);
    pm_buf_addf(out, "---\n\n");
    tell(out, s, "Summary", "概要", s->summary);
    tell(out, s, "Impact", "影響", s->impact);
    tell(out, s, "Root Cause", "根本原因", s->cause);
    tell(out, s, "Response", "対応", s->response);
    tell(out, s, "Action Items", "再発防止策", s->prevention);
}

static inline void put_on(struct shelf *shelf, const struct story *stories)
{
    struct pm_buf text = {0};
    for (; stories != NULL && stories->name != NULL; stories++) {
        char path[128];
        (void)snprintf(path, sizeof path, "%s/docs/%s.md", shelf->folder, stories->name);
        FILE *f = fopen(path, "w");
        assert_non_null(f);
        story_text(stories, &text);
        assert_int_equal(fwrite(pm_buf_text(&text), 1, text.len, f), text.len);
        assert_int_equal(fclose(f), 0);
    }
    pm_buf_free(&text);
}

/* Index two lists of stories (the second may be NULL). */
static inline void open_shelf(struct shelf *shelf, const struct story *first,
                              const struct story *second)
{
    *shelf = (struct shelf){.folder = "/tmp/pm-test-similar-XXXXXX"};
    struct pm_error *err = &shelf->err;
    struct pm_report report;
    struct pm_hooks hooks = {.ctx = NULL};
    assert_non_null(mkdtemp(shelf->folder));
    const char *docs = pm_arena_printf(&shelf->arena, "%s/docs", shelf->folder);
    char command[128];
    (void)snprintf(command, sizeof command, "mkdir %s", docs);
    assert_int_equal(system(command), 0);
    put_on(shelf, first);
    put_on(shelf, second);
    struct pm_run_options run = {.index =
                                     pm_arena_printf(&shelf->arena, "%s/index.db", shelf->folder),
                                 .paths = &docs,
                                 .n_paths = 1,
                                 .threads = 1,
                                 .max_bytes = 1 << 20};
    must(shelf, pm_dict_open(&shelf->dict, err));
    must(shelf, pm_run(&run, shelf->dict, &hooks, &shelf->arena, &report, err));
    must(shelf, pm_lexer_open(shelf->dict, &shelf->lexer, err));
    must(shelf, pm_tokenizer_new(shelf->lexer, &shelf->tokenizer, err));
    must(shelf, pm_reader_open(shelf->dict, &shelf->reader, err));
    must(shelf, pm_store_open_read(run.index, shelf->lexer, &shelf->db, err));
    pm_rank_weights_read(shelf->dict, &shelf->weights);
}

static inline void close_shelf(struct shelf *shelf)
{
    char command[128];
    pm_store_close(shelf->db, false);
    pm_reader_close(shelf->reader);
    pm_tokenizer_free(shelf->tokenizer);
    pm_lexer_close(shelf->lexer);
    pm_dict_close(shelf->dict);
    pm_arena_free(&shelf->arena);
    (void)snprintf(command, sizeof command, "rm -rf %s", shelf->folder);
    assert_int_equal(system(command), 0);
}

/* What is like a text, all of it. path says how to read it: "-", or a name's ending. */
static inline void like_text(struct shelf *shelf, enum pm_by by, const char *text,
                             struct pm_similar *out)
{
    struct pm_incident *inc = NULL;
    struct pm_draft draft;
    static const struct pm_filter everything;
    struct pm_error *err = &shelf->err;
    must(shelf, pm_document_decode(shelf->reader, "-", text, strlen(text), &inc, err));
    const char *title = pm_arena_strdup(&shelf->arena, inc->titled ? inc->title : "");
    must(shelf, pm_draft_make(shelf->db, shelf->tokenizer, title, inc->sections, inc->n_sections,
                              &shelf->arena, &draft, err));
    draft.company = inc->company == NULL ? NULL : pm_arena_strdup(&shelf->arena, inc->company);
    pm_incident_free(inc);
    must(shelf, pm_similar_find(shelf->db, shelf->dict, &shelf->weights, &draft, by, &everything, 0,
                                &shelf->arena, out, err));
}

static inline void like_story(struct shelf *shelf, enum pm_by by, const struct story *s,
                              struct pm_similar *out)
{
    struct pm_buf text = {0};
    story_text(s, &text);
    like_text(shelf, by, pm_buf_text(&text), out);
    pm_buf_free(&text);
}

static inline const char *name_of(struct shelf *shelf, const struct pm_hit *hit)
{
    struct pm_info info;
    must(shelf, pm_info_read(shelf->db, hit->document, &shelf->arena, &info, &shelf->err));
    return info.name;
}

/* The rank of a story, from 1; one that was not found stands behind all that were. */
static inline size_t rank_of(struct shelf *shelf, const struct pm_similar *s, const char *name)
{
    size_t i = 0;
    while (i < s->hits.count && strcmp(name_of(shelf, &s->hits.items[i]), name) != 0)
        i++;
    return i + 1;
}

static inline void assert_first(struct shelf *shelf, const struct pm_similar *s, const char *name)
{
    assert_true(s->hits.count > 0);
    assert_string_equal(name_of(shelf, &s->hits.items[0]), name);
}

static inline void assert_prefers(struct shelf *shelf, const struct pm_similar *s,
                                  const char *better, const char *worse)
{
    assert_true(rank_of(shelf, s, better) <= s->hits.count);
    if (rank_of(shelf, s, better) > rank_of(shelf, s, worse))
        fail_msg("%s stands before %s", worse, better);
}

static inline double strength(struct shelf *shelf, const struct pm_similar *s, size_t i)
{
    return pm_similar_strength(shelf->dict, s, &s->hits.items[i]);
}

#endif
