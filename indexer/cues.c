#include "indexer/cues.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "indexer/namemap.h"
#include "lib/arena.h"

enum {
    MAX_PARTS = 4,
    MAX_GAP = 60,
    MAX_CUES = 4096,
    KEY_BYTES = 3,
    BUCKET_BITS = 16,
    BUCKETS = 1 << BUCKET_BITS
};

struct part {
    const char *text;
    size_t len;
    bool open; /* a Latin word may go on behind it */
};

struct cue {
    struct part parts[MAX_PARTS];
    int n_parts;
    bool at_start;
    bool at_end;
    enum pm_section section;
    double weight;
    uint32_t next; /* in its bucket: index + 1, 0 none */
};

struct pm_cues {
    struct pm_arena arena;
    struct cue *items;
    size_t count;
    size_t cap;
    uint32_t buckets[BUCKETS];
    uint64_t used[BUCKETS / 64]; /* a bit for each bucket: most of a text falls into none */
    double first[PM_SEC_COUNT];
    double late[PM_SEC_COUNT];
    double item[PM_SEC_COUNT];
    double threshold[PM_SEC_COUNT];
};

struct pm_cues *pm_cues_new(void)
{
    struct pm_cues *c = calloc(1, sizeof *c);
    for (int s = 0; c != NULL && s < PM_SEC_COUNT; s++)
        c->threshold[s] = 1.0;
    return c;
}

void pm_cues_free(struct pm_cues *c)
{
    if (c == NULL)
        return;
    pm_arena_free(&c->arena);
    free(c);
}

static bool set_number(struct pm_cues *c, const char *pattern, enum pm_section s, double w)
{
    double *table = NULL;
    if (strcmp(pattern, "@first") == 0)
        table = c->first;
    else if (strcmp(pattern, "@late") == 0)
        table = c->late;
    else if (strcmp(pattern, "@item") == 0)
        table = c->item;
    else if (strcmp(pattern, "@threshold") == 0)
        table = c->threshold;
    if (table != NULL)
        table[s] = w;
    return table != NULL;
}

static enum pm_status add_part(struct pm_cues *c, struct cue *cue, const char *s, size_t len)
{
    struct pm_folded f = {0};
    struct part *p = &cue->parts[cue->n_parts];
    p->open = len > 0 && s[len - 1] == '*';
    enum pm_status st = pm_name_fold(s, p->open ? len - 1 : len, &f);
    if (st == PM_OK) {
        p->text = pm_arena_strndup(&c->arena, f.text ? f.text : "", f.len);
        p->len = f.len;
        st = p->text == NULL ? PM_ENOMEM : f.len == 0 ? PM_EDICT : PM_OK;
        cue->n_parts++;
    }
    pm_folded_free(&f);
    return st;
}

static enum pm_status compile(struct pm_cues *c, struct cue *cue, const char *pattern)
{
    size_t len = strlen(pattern);
    cue->at_start = len > 0 && pattern[0] == '^';
    cue->at_end = len > 0 && pattern[len - 1] == '$';
    const char *s = pattern + cue->at_start;
    const char *end = pattern + len - cue->at_end;
    enum pm_status st = PM_OK;
    while (st == PM_OK && s < end) {
        const char *gap = strstr(s, "...");
        size_t n = (size_t)((gap != NULL && gap < end ? gap : end) - s);
        if (cue->n_parts == MAX_PARTS)
            return PM_EDICT;
        st = add_part(c, cue, s, n);
        s += n + 3;
    }
    if (st == PM_OK && (cue->n_parts == 0 || cue->parts[0].len < KEY_BYTES))
        st = PM_EDICT;
    return st;
}

enum pm_status pm_cues_add(struct pm_cues *c, const char *section, const char *weight,
                           const char *pattern, int line, struct pm_error *err)
{
    char *rest = NULL;
    double w = strtod(weight, &rest);
    struct cue cue = {.section = pm_section_from_name(section, strlen(section)), .weight = w};
    if (cue.section == PM_SEC_COUNT || *weight == '\0' || *rest != '\0')
        return pm_fail(err, PM_EDICT, "cues.tsv:%d: no section '%s' or no number '%s'", line,
                       section, weight);
    if (set_number(c, pattern, cue.section, w))
        return PM_OK;
    enum pm_status st = c->count >= MAX_CUES ? PM_ELIMIT : compile(c, &cue, pattern);
    if (st != PM_OK)
        return pm_fail(err, st, "cues.tsv:%d: unable to read the pattern '%s'", line, pattern);
    struct cue *grown =
        pm_arena_grow(&c->arena, c->items, c->count, c->count + 1, sizeof *grown, &c->cap);
    if (grown == NULL)
        return pm_fail(err, PM_ENOMEM, "out of memory");
    c->items = grown;
    grown[c->count++] = cue;
    return PM_OK;
}

static enum pm_status add_row(void *ctx, int line, const char *const *cols, int n,
                              struct pm_error *err)
{
    if (n < 4)
        return pm_fail(err, PM_EDICT, "cues.tsv:%d: four columns wanted", line);
    return pm_cues_add(ctx, cols[1], cols[2], cols[3], line, err);
}

enum pm_status pm_cues_load(struct pm_cues *c, struct pm_dict *dict, struct pm_error *err)
{
    enum pm_status st = pm_dict_each(dict, "cues", add_row, c, err);
    if (st == PM_OK)
        pm_cues_ready(c);
    return st;
}

static size_t bucket(const char *s)
{
    const unsigned char *u = (const unsigned char *)s;
    uint32_t h = (uint32_t)u[0] << 16 | (uint32_t)u[1] << 8 | u[2];
    return h * 2654435761u >> (32 - BUCKET_BITS);
}

void pm_cues_ready(struct pm_cues *c)
{
    memset(c->buckets, 0, sizeof c->buckets);
    memset(c->used, 0, sizeof c->used);
    for (size_t i = 0; i < c->count; i++) {
        size_t b = bucket(c->items[i].parts[0].text);
        uint32_t *head = &c->buckets[b];
        c->used[b / 64] |= (uint64_t)1 << (b % 64);
        c->items[i].next = *head;
        *head = (uint32_t)i + 1;
    }
}

static bool bounded(const char *text, size_t len, size_t at, const struct part *p)
{
    return p->open ? pm_name_bounded(text, at + p->len, at, p->len)
                   : pm_name_bounded(text, len, at, p->len);
}

/* The sentence's length without its closing marks. */
static size_t bare_length(const char *s, size_t len)
{
    static const char *const marks[] = {".", "!", "?", ")", "\"", "。", "」", "』", "】", " "};
    for (bool cut = true; cut;) {
        cut = false;
        for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
            size_t n = strlen(marks[i]);
            if (len >= n && memcmp(s + len - n, marks[i], n) == 0) {
                len -= n;
                cut = true;
            }
        }
    }
    return len;
}

/* The cue's first part stands at text[at]: do the others follow? */
static bool rest_follows(const struct cue *cue, const char *text, size_t len, size_t at)
{
    size_t pos = at + cue->parts[0].len;
    for (int k = 1; k < cue->n_parts; k++) {
        const struct part *p = &cue->parts[k];
        size_t room = len - pos;
        if (room > MAX_GAP + p->len)
            room = MAX_GAP + p->len;
        const char *hit = memmem(text + pos, room, p->text, p->len);
        if (hit == NULL || !bounded(text, len, (size_t)(hit - text), p))
            return false;
        pos = (size_t)(hit - text) + p->len;
    }
    return !cue->at_end || pos == bare_length(text, len);
}

static bool matches(const struct cue *cue, const char *text, size_t len, size_t at)
{
    const struct part *p = &cue->parts[0];
    if (at + p->len > len || memcmp(text + at, p->text, p->len) != 0)
        return false;
    if ((cue->at_start && at != 0) || !bounded(text, len, at, p))
        return false;
    return rest_follows(cue, text, len, at);
}

/* No cue starts within a Latin word or within a character. */
static bool may_start(const char *text, size_t at)
{
    unsigned char here = (unsigned char)text[at];
    if (here >= 0x80)
        return here >= 0xC0;
    return at == 0 || !isalnum((unsigned char)text[at - 1]) || !isalnum(here);
}

void pm_cues_score(const struct pm_cues *c, const char *folded, size_t len,
                   double score[PM_SEC_COUNT])
{
    uint64_t seen[MAX_CUES / 64] = {0};
    double best[PM_SEC_COUNT] = {0};
    double sum[PM_SEC_COUNT] = {0};
    double against[PM_SEC_COUNT] = {0};
    for (size_t at = 0; at + KEY_BYTES <= len; at++) {
        if (!may_start(folded, at))
            continue;
        size_t b = bucket(folded + at);
        if ((c->used[b / 64] >> (b % 64) & 1) == 0)
            continue;
        for (uint32_t i = c->buckets[b]; i != 0; i = c->items[i - 1].next) {
            const struct cue *cue = &c->items[i - 1];
            if (seen[(i - 1) / 64] >> ((i - 1) % 64) & 1 || !matches(cue, folded, len, at))
                continue;
            seen[(i - 1) / 64] |= (uint64_t)1 << ((i - 1) % 64);
            if (cue->weight < 0)
                against[cue->section] += cue->weight;
            else
                sum[cue->section] += cue->weight;
            if (cue->weight > best[cue->section])
                best[cue->section] = cue->weight;
        }
    }
    for (int s = 0; s < PM_SEC_COUNT; s++)
        score[s] = best[s] + (sum[s] - best[s]) / 2 + against[s];
}

void pm_cues_place(const struct pm_cues *c, const struct pm_cue_place *place,
                   double score[PM_SEC_COUNT])
{
    for (int s = 0; s < PM_SEC_COUNT; s++)
        score[s] += (place->first ? c->first[s] : 0) + (place->late ? c->late[s] : 0) +
                    (place->item ? c->item[s] : 0);
}

enum pm_section pm_cues_best(const struct pm_cues *c, const double score[PM_SEC_COUNT])
{
    enum pm_section best = PM_SEC_COUNT;
    for (int s = 0; s < PM_SEC_COUNT; s++)
        if (score[s] >= c->threshold[s] && (best == PM_SEC_COUNT || score[s] > score[best]))
            best = (enum pm_section)s;
    return best;
}
