#include "query/draft.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "lib/concept.h"
#include "lib/sentence.h"
#include "query/info.h"
#include "query/labels.h"

enum { SLOTS = 4096, MAX_FEATURES = 2048, MAX_SENTENCES = 400 };

struct maker {
    sqlite3_stmt *forms, *name;
    struct pm_tokenizer *tokenizer;
    struct pm_arena *arena;
    struct pm_arena scratch;
    struct pm_draft *draft;
    uint32_t slots[SLOTS]; /* index + 1 in features, open addressing */
    size_t room;           /* for features of the sentence at hand */
    size_t letters[PM_LANG_COUNT];
    struct pm_error *err;
};

static enum pm_status out_of_memory(struct maker *m)
{
    return pm_fail(m->err, PM_ENOMEM, "out of memory");
}

/* The index of a feature, a new one if need be. PM_ELIMIT: enough of them. */
static enum pm_status feature_of(struct maker *m, const char *text, const char *label, size_t len,
                                 uint32_t *index)
{
    struct pm_draft *d = m->draft;
    size_t slot = XXH3_64bits(text, strlen(text)) % SLOTS;
    for (; m->slots[slot] != 0; slot = (slot + 1) % SLOTS)
        if (strcmp(d->features[m->slots[slot] - 1].text, text) == 0) {
            *index = m->slots[slot] - 1;
            return PM_OK;
        }
    if (d->n_features == MAX_FEATURES)
        return PM_ELIMIT;
    struct pm_draft_feature *grown = pm_arena_grow(
        m->arena, d->features, d->n_features, d->n_features + 1, sizeof *grown, &d->features_cap);
    if (grown == NULL)
        return out_of_memory(m);
    d->features = grown;
    grown[d->n_features] = (struct pm_draft_feature){
        .text = pm_arena_strdup(m->arena, text), .label = pm_arena_strndup(m->arena, label, len)};
    if (grown[d->n_features].text == NULL || grown[d->n_features].label == NULL)
        return out_of_memory(m);
    *index = (uint32_t)d->n_features++;
    m->slots[slot] = *index + 1;
    return PM_OK;
}

static enum pm_status note(struct maker *m, struct pm_draft_sentence *s, const char *text,
                           const char *label, size_t len)
{
    uint32_t index = 0;
    enum pm_status st = feature_of(m, text, label, len, &index);
    if (st != PM_OK)
        return st == PM_ELIMIT ? PM_OK : st;
    m->draft->features[index].counts[s->section]++;
    size_t at = s->n_uses;
    while (at > 0 && s->uses[at - 1].feature > index)
        at--;
    if (at > 0 && s->uses[at - 1].feature == index) {
        s->uses[at - 1].times++;
        return PM_OK;
    }
    if (s->n_uses == m->room)
        return PM_OK;
    memmove(&s->uses[at + 1], &s->uses[at], (s->n_uses - at) * sizeof *s->uses);
    s->uses[at] = (struct pm_draft_use){index, 1};
    s->n_uses++;
    return PM_OK;
}

/* Numbers say nothing alone, but a status or error code behind its name does. */
static bool is_code(const struct pm_tokens *tokens, size_t i)
{
    static const char *const names[] = {"http",     "status", "code", "error",
                                        "sqlstate", "errno",  "exit"};
    if (i == 0 || tokens->items[i].len < 2 || tokens->items[i].len > 5)
        return false;
    for (size_t k = i; k > 0 && i - k < 2; k--)
        for (size_t n = 0; n < sizeof names / sizeof *names; n++)
            if (strcmp(tokens->items[k - 1].text, names[n]) == 0)
                return true;
    return false;
}

/* Hashes, uuids, pod suffixes, addresses: letters and digits without a word among them. */
static bool is_noise(const struct pm_token *t)
{
    size_t digits = 0, letters = 0;
    for (uint32_t i = 0; i < t->len; i++) {
        digits += isdigit((unsigned char)t->text[i]) != 0;
        letters += isalpha((unsigned char)t->text[i]) != 0 || (unsigned char)t->text[i] >= 0x80;
    }
    return letters == 0 || (t->len >= 8 && digits * 3 > t->len) || t->len > 48;
}

static enum pm_status note_concepts(struct maker *m, struct pm_draft_sentence *s, const char *text,
                                    const struct pm_tokens *tokens, size_t i)
{
    const struct pm_token *first = &tokens->items[i];
    (void)sqlite3_reset(m->forms);
    (void)sqlite3_bind_text(m->forms, 1, first->text, (int)first->len, SQLITE_STATIC);
    enum pm_status st = PM_OK;
    while (st == PM_OK && sqlite3_step(m->forms) == SQLITE_ROW) {
        struct pm_form f;
        size_t last = i;
        if (!pm_form_read((const char *)sqlite3_column_text(m->forms, 1),
                          (const char *)sqlite3_column_text(m->forms, 2), &m->scratch, &f) ||
            !pm_form_matches(&f, tokens, i, &last))
            continue;
        const char *feature = pm_arena_printf(&m->scratch, PM_MECHANISM_CONCEPT "%s",
                                              (const char *)sqlite3_column_text(m->forms, 0));
        if (feature == NULL)
            return out_of_memory(m);
        st = note(m, s, feature, text + first->start, tokens->items[last].end - first->start);
    }
    return st;
}

static enum pm_status read_tokens(struct maker *m, struct pm_draft_sentence *s, const char *text,
                                  const struct pm_tokens *tokens)
{
    enum pm_status st = PM_OK;
    for (size_t i = 0; st == PM_OK && i < tokens->count; i++) {
        const struct pm_token *t = &tokens->items[i];
        if (t->flags & PM_TOKEN_STOP) {
            if (t->flags & PM_TOKEN_HELD)
                st = note_concepts(m, s, text, tokens, i);
            continue;
        }
        m->letters[(t->flags & PM_TOKEN_LATIN) ? PM_LANG_EN : PM_LANG_JA]++;
        bool number = (t->flags & PM_TOKEN_NUMBER) != 0;
        if (number ? !is_code(tokens, i) : is_noise(t))
            continue;
        if ((t->flags & PM_TOKEN_WHOLE) == 0) {
            m->draft->length[s->section]++;
            s->words++;
        }
        st = note(m, s, t->text, text + t->start, t->end - t->start);
        if (st == PM_OK && (t->flags & PM_TOKEN_WHOLE) == 0)
            st = note_concepts(m, s, text, tokens, i);
    }
    return st;
}

static enum pm_status read_sentence(struct maker *m, enum pm_section section, const char *text,
                                    size_t len)
{
    struct pm_draft *d = m->draft;
    struct pm_tokens tokens = {0};
    pm_arena_reset(&m->scratch);
    struct pm_draft_sentence *grown =
        pm_arena_grow(m->arena, d->sentences, d->n_sentences, d->n_sentences + 1, sizeof *grown,
                      &d->sentences_cap);
    if (grown == NULL)
        return out_of_memory(m);
    d->sentences = grown;
    struct pm_draft_sentence *s = &grown[d->n_sentences];
    *s = (struct pm_draft_sentence){.text = pm_one_line(m->arena, text, len), .section = section};
    enum pm_status st = pm_tokenize(m->tokenizer, text, len, &m->scratch, &tokens, m->err);
    /* Each token gives itself and the concepts that start at it. */
    m->room = tokens.count * 8 + 8;
    s->uses = pm_arena_calloc(&m->scratch, m->room, sizeof *s->uses);
    if (st == PM_OK && (s->text == NULL || s->uses == NULL))
        st = out_of_memory(m);
    if (st == PM_OK)
        st = read_tokens(m, s, text, &tokens);
    struct pm_draft_use *kept = pm_arena_calloc(m->arena, s->n_uses + 1, sizeof *kept);
    if (st == PM_OK && kept == NULL)
        st = out_of_memory(m);
    if (st != PM_OK)
        return st;
    if (kept != NULL && s->uses != NULL && s->n_uses > 0)
        memcpy(kept, s->uses, s->n_uses * sizeof *kept);
    s->uses = kept;
    d->n_sentences++;
    return PM_OK;
}

static enum pm_status read_section(struct maker *m, enum pm_section section, const char *text,
                                   size_t len)
{
    size_t pos = 0, start, n;
    enum pm_status st = PM_OK;
    while (st == PM_OK && m->draft->n_sentences < MAX_SENTENCES &&
           pm_sentence_next(text, len, &pos, &start, &n))
        st = read_sentence(m, section, text + start, n);
    return st;
}

enum pm_status pm_draft_make(sqlite3 *db, struct pm_tokenizer *t, const char *title,
                             const struct pm_section_text *sections, size_t n, struct pm_arena *a,
                             struct pm_draft *out, struct pm_error *err)
{
    struct maker *m = pm_arena_alloc(a, sizeof *m);
    if (m == NULL)
        return pm_fail(err, PM_ENOMEM, "out of memory");
    *m = (struct maker){.tokenizer = t, .arena = a, .draft = out, .err = err};
    *out = (struct pm_draft){.title = title};
    enum pm_status st = PM_OK;
    if (sqlite3_prepare_v2(db,
                           "SELECT c.name, f.terms, f.offsets FROM concept_form f JOIN concept c"
                           " ON c.id = f.concept_id WHERE f.first = ?1 ORDER BY f.id",
                           -1, &m->forms, NULL) != SQLITE_OK)
        st = pm_fail(err, PM_EDB, "unable to read concepts: %s", sqlite3_errmsg(db));
    if (st == PM_OK && title != NULL)
        st = read_section(m, PM_SEC_TITLE, title, strlen(title));
    for (size_t i = 0; st == PM_OK && i < n; i++) {
        bool meta = sections[i].heading != NULL && strcmp(sections[i].heading, "meta") == 0;
        if (sections[i].section != PM_SEC_TITLE && !meta)
            st = read_section(m, sections[i].section, sections[i].text, sections[i].len);
    }
    out->lang = m->letters[PM_LANG_JA] * 3 > m->letters[PM_LANG_EN] ? PM_LANG_JA : PM_LANG_EN;
    (void)sqlite3_finalize(m->forms);
    pm_arena_free(&m->scratch);
    return st;
}

enum pm_status pm_draft_of_document(sqlite3 *db, struct pm_tokenizer *t, int64_t document,
                                    struct pm_arena *a, struct pm_draft *out, struct pm_error *err)
{
    struct pm_info info;
    struct pm_section_text *sections = NULL;
    size_t n = 0, cap = 0;
    sqlite3_stmt *rows = NULL;
    enum pm_status st = pm_info_read(db, document, a, &info, err);
    if (st == PM_OK &&
        sqlite3_prepare_v2(db,
                           "SELECT name, heading, text FROM section WHERE document_id = ?1"
                           " ORDER BY seq",
                           -1, &rows, NULL) != SQLITE_OK)
        st = pm_fail(err, PM_EDB, "unable to read the index: %s", sqlite3_errmsg(db));
    if (st == PM_OK)
        (void)sqlite3_bind_int64(rows, 1, document);
    while (st == PM_OK && sqlite3_step(rows) == SQLITE_ROW) {
        struct pm_section_text *grown = pm_arena_grow(a, sections, n, n + 1, sizeof *grown, &cap);
        const char *name = (const char *)sqlite3_column_text(rows, 0);
        const char *heading = (const char *)sqlite3_column_text(rows, 1);
        const char *text = (const char *)sqlite3_column_text(rows, 2);
        if (grown == NULL || name == NULL || text == NULL) {
            st = pm_fail(err, PM_ENOMEM, "out of memory");
            break;
        }
        sections = grown;
        grown[n++] = (struct pm_section_text){
            .section = pm_section_from_name(name, strlen(name)),
            .heading = heading == NULL ? NULL : pm_arena_strdup(a, heading),
            .text = pm_arena_strdup(a, text),
            .len = (size_t)sqlite3_column_bytes(rows, 2)};
    }
    (void)sqlite3_finalize(rows);
    if (st == PM_OK)
        st = pm_draft_make(db, t, info.title, sections, n, a, out, err);
    out->document = document;
    out->date = info.date;
    out->company = info.company;
    out->product = info.product;
    out->url = info.url;
    return st;
}

void pm_draft_forget(struct pm_draft *d, size_t sentence)
{
    struct pm_draft_sentence *s = &d->sentences[sentence];
    for (size_t i = 0; i < s->n_uses; i++)
        d->features[s->uses[i].feature].counts[s->section] -= s->uses[i].times;
    d->length[s->section] -= (double)s->words;
    s->n_uses = s->words = 0;
}

static double weigh(const double counts[PM_SEC_COUNT], const double section[PM_SEC_COUNT])
{
    double sum = 0;
    for (int s = 0; s < PM_SEC_COUNT; s++)
        sum += counts[s] * section[s];
    return sum;
}

enum pm_status pm_draft_mechanisms(sqlite3 *db, const struct pm_draft *d,
                                   const double section[PM_SEC_COUNT], struct pm_arena *a,
                                   float **z, size_t *n, struct pm_error *err)
{
    struct pm_catalogue *catalogue = NULL;
    double length = weigh(d->length, section);
    enum pm_status st = pm_catalogue_open(db, &catalogue, err);
    *n = st == PM_OK ? pm_catalogue_size(catalogue) : 0;
    *z = pm_arena_calloc(a, *n + 1, sizeof **z);
    if (st == PM_OK && *z == NULL)
        st = pm_fail(err, PM_ENOMEM, "out of memory");
    for (size_t i = 0; st == PM_OK && i < d->n_features; i++) {
        const struct pm_draft_feature *f = &d->features[i];
        struct pm_pairs p;
        st = pm_catalogue_feature(catalogue, d->lang, f->text, strlen(f->text), &p, err);
        if (st == PM_OK)
            pm_mechanism_add(&p, pm_mechanism_count(weigh(f->counts, section), length), *z, *n);
    }
    if (st == PM_OK)
        st = pm_catalogue_standardise(catalogue, d->lang, *z, err);
    pm_catalogue_close(catalogue);
    return st;
}
