#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "indexer/document.h"
#include "query/like.h"
#include "query/twins.h"

/* pmsearch like FILE|-|ID: past incidents that share the cause of a new one. */

enum { MAX_DRAFT = 4 << 20, FIXES = 3, ACTIONS = 4, CARDS = 2, WRONGS = 2 };

static const double strong = 0.5, symptom_share = 0.12;

static enum pm_status read_input(struct pm_context *c, struct pm_buf *out)
{
    char chunk[65536];
    for (;;) {
        ssize_t n = read(STDIN_FILENO, chunk, sizeof chunk);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return pm_fail(&c->err, PM_EIO, "unable to read the standard input: %s",
                           strerror(errno));
        if (n == 0)
            return out->failed ? pm_fail(&c->err, PM_ENOMEM, "out of memory") : PM_OK;
        if (out->len + (size_t)n > MAX_DRAFT)
            return pm_fail(&c->err, PM_ELIMIT, "the draft is larger than %d bytes", MAX_DRAFT);
        pm_buf_add(out, chunk, (size_t)n);
    }
}

static enum pm_status parse(struct pm_context *c, const struct pm_reader *r, const char *operand,
                            struct pm_incident **inc)
{
    if (strcmp(operand, "-") != 0)
        return pm_document_read(r, operand, MAX_DRAFT, inc, NULL, &c->err);
    struct pm_buf text = {0};
    enum pm_status st = read_input(c, &text);
    if (st == PM_OK)
        st = pm_document_decode(r, "-", pm_buf_text(&text), text.len, inc, &c->err);
    pm_buf_free(&text);
    return st;
}

/* A new incident. Where its file is in the index already, that document is left out. */
static enum pm_status draft_of_file(struct pm_context *c, const char *operand, struct pm_draft *out)
{
    struct pm_reader *reader = NULL;
    struct pm_incident *inc = NULL;
    struct pm_error ignored;
    enum pm_status st = pm_reader_open(c->dict, &reader, &c->err);
    if (st == PM_OK)
        st = parse(c, reader, operand, &inc);
    pm_reader_close(reader);
    if (st != PM_OK)
        return st;
    /* A title that is the file's name alone says nothing; the stem is not in the text. */
    const char *title = pm_arena_strdup(&c->arena, inc->titled ? inc->title : "");
    st = pm_draft_make(c->db, c->tokenizer, title, inc->sections, inc->n_sections, &c->arena, out,
                       &c->err);
    out->date = inc->date == NULL ? NULL : pm_arena_strdup(&c->arena, inc->date);
    out->company = inc->company == NULL ? NULL : pm_arena_strdup(&c->arena, inc->company);
    out->product = inc->product == NULL ? NULL : pm_arena_strdup(&c->arena, inc->product);
    pm_incident_free(inc);
    if (st == PM_OK && strcmp(operand, "-") != 0 &&
        pm_info_of_file(c->db, operand, &out->document, &ignored) != PM_OK)
        out->document = 0;
    return st;
}

static enum pm_status make_draft(struct pm_context *c, const char *operand, struct pm_draft *out)
{
    struct stat s;
    if (strcmp(operand, "-") == 0 || stat(operand, &s) == 0)
        return draft_of_file(c, operand, out);
    int64_t document = 0;
    enum pm_status st = pm_info_find(c->db, operand, &document, &c->err);
    return st == PM_OK
               ? pm_draft_of_document(c->db, c->tokenizer, document, &c->arena, out, &c->err)
               : st;
}

/* Most of what makes them alike is the cause, and of the words that they share, hardly any tell
 * what was seen of it. Text outside known sections may tell just that. */
static bool symptoms_differ(const struct pm_hit *hit)
{
    double cause = 0, symptoms = 0, words = 0;
    for (size_t i = 0; i < hit->parts.count; i++) {
        const struct pm_part *p = &hit->parts.items[i];
        bool mechanism = p->kind == PM_PART_MECHANISM;
        if (p->kind == PM_PART_EVENT)
            continue;
        if (mechanism || p->section == PM_SEC_CAUSE || p->section == PM_SEC_TRIGGER)
            cause += p->share;
        if (mechanism)
            continue;
        words += p->share;
        if (p->section == PM_SEC_IMPACT || p->section == PM_SEC_DETECTION ||
            p->section == PM_SEC_SUMMARY || p->section == PM_SEC_TITLE ||
            p->section == PM_SEC_OTHER)
            symptoms += p->share;
    }
    return cause > 0.5 * hit->score && symptoms < symptom_share * words;
}

static enum pm_status view_hit(struct pm_context *c, struct pm_like *l, size_t i)
{
    struct pm_like_hit *h = &l->hits[i];
    const struct pm_hit *hit = &l->similar.hits.items[i];
    h->view = (struct pm_hit_view){.rank = i + 1, .hit = hit};
    enum pm_status st =
        pm_info_read_next(&c->info, c->db, hit->document, &c->arena, &h->view.info, &c->err);
    if (st == PM_OK)
        st = pm_labels_read(&c->labels, c->db, hit->document, &c->arena, &h->view.labels, &c->err);
    if (st == PM_OK)
        st = pm_evidence_find(c->db, &l->draft, &l->similar, hit, &h->view.labels, &c->arena,
                              &h->evidence, &c->err);
    if (st != PM_OK)
        return st;
    h->strength = pm_similar_strength(c->dict, &l->similar, hit);
    h->other_symptoms = h->strength >= strong && symptoms_differ(hit);
    l->strong += h->strength >= strong;
    const char *past = h->evidence.past == NULL ? "" : h->evidence.past;
    h->view.snippet = (struct pm_snippet){
        .text = past,
        .len = strlen(past),
        .section = h->evidence.past == NULL ? PM_SEC_OTHER : h->evidence.past_section,
        .line = h->evidence.line};
    return PM_OK;
}

static bool tells_the_draft(const struct pm_like_hit *h)
{
    const struct pm_parts *p = &h->view.hit->parts;
    bool tells = false;
    for (size_t i = 0; i < p->count; i++)
        tells = tells || p->items[i].kind == PM_PART_EVENT;
    return tells;
}

/* Hits that tell the event of the draft, where that is a document of the index. */
static enum pm_status mark_same_event(struct pm_context *c, struct pm_like *l)
{
    struct pm_info own = {0};
    enum pm_status st = PM_OK;
    for (size_t i = 0; st == PM_OK && l->hits != NULL && i < l->count; i++) {
        struct pm_like_hit *h = &l->hits[i];
        h->same_event = tells_the_draft(h);
        if (h->same_event && own.name == NULL)
            st = pm_info_read(c->db, l->draft.document, &c->arena, &own, &c->err);
        if (h->same_event)
            h->twin_of = own.name;
    }
    return st;
}

/* Hits that tell the event of one before them. */
static enum pm_status mark_twins(struct pm_context *c, struct pm_like *l)
{
    int64_t *ids = pm_arena_calloc(&c->arena, l->count + 1, sizeof *ids);
    int64_t *twins = pm_arena_calloc(&c->arena, l->count + 1, sizeof *twins);
    if (ids == NULL || twins == NULL || l->hits == NULL)
        return pm_fail(&c->err, PM_ENOMEM, "out of memory");
    for (size_t i = 0; i < l->count; i++)
        ids[i] = l->hits[i].view.hit->document;
    enum pm_status st = pm_twins_find(c->db, ids, l->count, &c->arena, twins, &c->err);
    for (size_t i = 0; st == PM_OK && i < l->count; i++)
        for (size_t k = 0; twins[i] != 0 && k < i; k++)
            if (ids[k] == twins[i])
                l->hits[i].twin_of = l->hits[k].view.info.name;
    return st == PM_OK ? mark_same_event(c, l) : st;
}

static enum pm_status add_helped(struct pm_context *c, struct pm_like *l, enum pm_helped_kind kind,
                                 const struct pm_remedy *items, size_t n,
                                 const struct pm_like_hit *h)
{
    enum pm_status st = PM_OK;
    for (size_t i = 0; st == PM_OK && i < n; i++)
        st = pm_helped_add(c->db, c->tokenizer, &l->helped, kind, items[i].text, items[i].state,
                           h->view.info.name, &c->arena, &c->err);
    return st;
}

/* What mechanisms of the response show: but not in the telling of the cause, which is there
 * already. */
static enum pm_status add_response_labels(struct pm_context *c, struct pm_like *l,
                                          const struct pm_like_hit *h)
{
    enum pm_status st = PM_OK;
    for (size_t i = 0, n = 0; st == PM_OK && n < WRONGS && i < h->view.labels.count; i++) {
        const struct pm_shown_label *label = &h->view.labels.items[i];
        if (strcmp(label->axis, "response") != 0 || label->section == PM_SEC_CAUSE ||
            label->section == PM_SEC_TRIGGER)
            continue;
        n++;
        st = pm_helped_add(c->db, c->tokenizer, &l->helped, PM_HELPED_WRONG, label->sentence, NULL,
                           h->view.info.name, &c->arena, &c->err);
    }
    return st;
}

static enum pm_status add_remedies(struct pm_context *c, struct pm_like *l,
                                   const struct pm_remedy_cues *cues, const struct pm_like_hit *h)
{
    static const struct pm_remedy_limits max = {FIXES, ACTIONS, WRONGS};
    struct pm_remedies r;
    enum pm_status st =
        pm_remedies_read(c->db, cues, h->view.hit->document, &max, &c->arena, &r, &c->err);
    if (st == PM_OK)
        st = add_helped(c, l, PM_HELPED_FIX, r.fixes, r.n_fixes, h);
    if (st == PM_OK)
        st = add_helped(c, l, PM_HELPED_ACTION, r.actions, r.n_actions, h);
    if (st == PM_OK)
        st = add_helped(c, l, PM_HELPED_WRONG, r.wrongs, r.n_wrongs, h);
    return st == PM_OK && r.n_wrongs == 0 ? add_response_labels(c, l, h) : st;
}

/* What helped in the strong hits, and the first checks of the nearest mechanisms. */
static enum pm_status gather(struct pm_context *c, struct pm_like *l)
{
    struct pm_remedy_cues cues = {0};
    enum pm_status st = pm_remedy_cues_read(c->dict, &c->arena, &cues, &c->err);
    for (size_t i = 0; st == PM_OK && l->hits != NULL && i < l->count; i++)
        if (l->hits[i].strength >= strong)
            st = add_remedies(c, l, &cues, &l->hits[i]);
    for (size_t i = 0; st == PM_OK && l->strong > 0 && i < CARDS && i < l->similar.affinity.n_cards;
         i++)
        st = pm_helped_add_card(c->db, c->tokenizer, &l->helped, l->similar.affinity.cards[i].name,
                                pm_ui_lang(c->ui), &c->arena, &c->err);
    pm_helped_sort(&l->helped);
    return st;
}

static enum pm_status find(struct pm_context *c, struct pm_like *l)
{
    enum pm_status st =
        pm_similar_find(c->db, c->dict, &c->weights, &l->draft, c->options.by, &c->options.filter,
                        c->options.n, &c->arena, &l->similar, &c->err);
    l->count = st == PM_OK ? l->similar.hits.count : 0;
    l->hits = pm_arena_calloc(&c->arena, l->count + 1, sizeof *l->hits);
    if (st == PM_OK && l->hits == NULL)
        st = pm_fail(&c->err, PM_ENOMEM, "out of memory");
    for (size_t i = 0; st == PM_OK && l->hits != NULL && i < l->count; i++)
        st = view_hit(c, l, i);
    if (st == PM_OK)
        st = mark_twins(c, l);
    return st == PM_OK ? gather(c, l) : st;
}

static void say(const struct pm_context *c, const char *key)
{
    (void)fprintf(stderr, "pmsearch: %s\n", pm_ui_text(c->ui, key));
}

static enum pm_status put(struct pm_context *c, const struct pm_like *l)
{
    struct pm_out out;
    pm_out_init(&out, c->options.color);
    if (c->options.list_paths) {
        for (size_t i = 0; i < l->count; i++) {
            if (l->hits[i].strength < strong && !c->options.weak)
                continue;
            pm_buf_add(&out.buf, l->hits[i].view.info.path, l->hits[i].view.info.path_len);
            pm_buf_addc(&out.buf, c->options.zero ? '\0' : '\n');
        }
    } else if (c->options.json) {
        pm_like_json(c, l, &out.buf);
    } else {
        pm_like_text(c, l, &out);
    }
    return pm_out_flush(&out, &c->err);
}

enum pm_status pm_cmd_like(struct pm_context *c, const char *const *operands, size_t n, bool *found)
{
    struct pm_like l = {0};
    *found = false;
    if (n != 1)
        return pm_fail(&c->err, PM_EUSAGE, "'like' takes one file, '-' or ID");
    enum pm_status st = make_draft(c, operands[0], &l.draft);
    if (st != PM_OK)
        return st;
    if (l.draft.n_features == 0) {
        say(c, "like.nowords");
        return PM_OK;
    }
    st = find(c, &l);
    if (st == PM_OK)
        st = put(c, &l);
    *found = l.strong > 0 || (c->options.weak && l.count > 0);
    if (st == PM_OK && l.strong == 0)
        say(c, l.count > 0 ? "like.weak" : "like.none");
    return st;
}
