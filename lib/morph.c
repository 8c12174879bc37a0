#include "lib/morph.h"

#include <mecab.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/morph_dic.h"
#include "lib/utf8.h"

/* MeCab is quadratic on runs of one character class and keeps a lattice over all
 * that it is given: longer texts are handed over in pieces. */
enum { RUN_MAX = 1024, PIECE_MAX = 4096 };

struct pm_morph {
    mecab_model_t *model;
    struct pm_morph_dic dic;
};

/* What a feature of the dictionary says. Its address is its name: it stands in the
 * dictionary for as long as the model is open. */
struct known {
    const char *feature; /* NULL: empty */
    const char *base;    /* NULL: it names none */
    uint32_t base_len;
    enum pm_pos pos;
};

enum {
    KNOWN_BITS = 12,
    AHEAD = 6, /* nodes whose features are on their way into the cache */
};

struct pm_morph_worker {
    struct known known[1 << KNOWN_BITS]; /* recent ones */
    mecab_t *tagger;
    mecab_lattice_t *lattice;
    struct pm_morpheme *items;
    size_t count;
    size_t cap;
    struct pm_span *spans;
    size_t n_spans;
    size_t cap_spans;
};

enum pm_status pm_morph_open(const char *user_dic, struct pm_morph **out, struct pm_error *err)
{
    struct pm_morph *m = calloc(1, sizeof *m);
    *out = NULL;
    if (m == NULL)
        return pm_fail(err, PM_ENOMEM, "out of memory");
    enum pm_status st = pm_morph_dic_find(user_dic, &m->dic, err);
    if (st != PM_OK) {
        free(m);
        return st;
    }
    /* No mecabrc: the user's own settings must not change the index. */
    char *args[] = {"mecab", "-r", "/dev/null", "-d", m->dic.dir, "-u", m->dic.user, NULL};
    m->model = mecab_model_new(m->dic.user != NULL ? 7 : 5, args);
    if (m->model == NULL) {
        st = pm_fail(err, PM_EDICT, "unable to open the MeCab dictionary '%s'%s%s", m->dic.dir,
                     m->dic.user != NULL ? " with " : "", m->dic.user != NULL ? m->dic.user : "");
        pm_morph_close(m);
        return st;
    }
    *out = m;
    return PM_OK;
}

enum pm_status pm_morph_probe(const char *user_dic, char **out, struct pm_error *err)
{
    struct pm_morph_dic dic;
    enum pm_status st = pm_morph_dic_find(user_dic, &dic, err);
    *out = dic.fingerprint;
    dic.fingerprint = NULL;
    pm_morph_dic_free(&dic);
    return st;
}

const char *pm_morph_fingerprint(const struct pm_morph *m)
{
    return m->dic.fingerprint;
}

void pm_morph_close(struct pm_morph *m)
{
    if (m == NULL)
        return;
    if (m->model != NULL)
        mecab_model_destroy(m->model);
    pm_morph_dic_free(&m->dic);
    free(m);
}

enum pm_status pm_morph_worker_new(struct pm_morph *m, struct pm_morph_worker **out,
                                   struct pm_error *err)
{
    struct pm_morph_worker *w = calloc(1, sizeof *w);
    *out = NULL;
    if (w != NULL) {
        w->tagger = mecab_model_new_tagger(m->model);
        w->lattice = mecab_model_new_lattice(m->model);
    }
    if (w == NULL || w->tagger == NULL || w->lattice == NULL) {
        pm_morph_worker_free(w);
        return pm_fail(err, PM_ENOMEM, "out of memory for MeCab");
    }
    *out = w;
    return PM_OK;
}

void pm_morph_worker_free(struct pm_morph_worker *w)
{
    if (w == NULL)
        return;
    if (w->lattice != NULL)
        mecab_lattice_destroy(w->lattice);
    if (w->tagger != NULL)
        mecab_destroy(w->tagger);
    free(w->items);
    free(w->spans);
    free(w);
}

static bool starts(const char *s, const char *prefix)
{
    return strncmp(s, prefix, strlen(prefix)) == 0;
}

static enum pm_pos noun_kind(const char *detail)
{
    if (starts(detail, "数,"))
        return PM_POS_NUMBER;
    if (starts(detail, "接尾,助動詞語幹") || starts(detail, "特殊,助動詞語幹") ||
        starts(detail, "非自立,助動詞語幹"))
        return PM_POS_AUXVERB;
    return starts(detail, "接尾,") ? PM_POS_SUFFIX : PM_POS_NOUN;
}

static enum pm_pos kind_of(const char *feature)
{
    static const struct {
        const char *prefix;
        enum pm_pos pos;
    } table[] = {
        {"助詞,", PM_POS_PARTICLE},     {"助動詞,", PM_POS_AUXVERB},  {"動詞,自立,", PM_POS_VERB},
        {"動詞,", PM_POS_AUXVERB},      {"記号,", PM_POS_SYMBOL},     {"形容詞,自立,", PM_POS_ADJ},
        {"形容詞,", PM_POS_AUXVERB},    {"副詞,", PM_POS_ADVERB},     {"接頭詞,", PM_POS_PREFIX},
        {"接続詞,", PM_POS_PARTICLE},   {"連体詞,", PM_POS_PARTICLE}, {"感動詞,", PM_POS_PARTICLE},
        {"フィラー,", PM_POS_PARTICLE},
    };
    static const char noun[] = "名詞,";
    if (starts(feature, noun))
        return noun_kind(feature + sizeof noun - 1);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (starts(feature, table[i].prefix))
            return table[i].pos;
    return PM_POS_OTHER;
}

/* The base form, field 6 of nine; unknown words have seven fields. */
static const char *base_of(const char *feature, size_t *len)
{
    for (int field = 0; field < 6; field++) {
        feature = strchr(feature, ',');
        if (feature == NULL)
            return NULL;
        feature++;
    }
    *len = strcspn(feature, ",");
    return *len == 0 || (*len == 1 && *feature == '*') ? NULL : feature;
}

static struct known *known_of(struct pm_morph_worker *w, const char *feature)
{
    uint64_t mixed = (uint64_t)(uintptr_t)feature * UINT64_C(0x9E3779B97F4A7C15);
    return &w->known[mixed >> (64 - KNOWN_BITS)];
}

static const struct known *look_up(struct pm_morph_worker *w, const char *feature)
{
    struct known *k = known_of(w, feature);
    if (k->feature != feature) {
        size_t len = 0;
        *k = (struct known){.feature = feature, .base = base_of(feature, &len)};
        k->base_len = (uint32_t)len;
        k->pos = kind_of(feature);
    }
    return k;
}

static bool add_morpheme(struct pm_morph_worker *w, const mecab_node_t *node)
{
    if (w->count == w->cap) {
        size_t cap = w->cap == 0 ? 256 : w->cap * 2;
        struct pm_morpheme *grown = realloc(w->items, cap * sizeof *grown);
        if (grown == NULL)
            return false;
        w->items = grown;
        w->cap = cap;
    }
    struct pm_morpheme *m = &w->items[w->count++];
    const struct known *k = look_up(w, node->feature);
    bool based = node->stat == MECAB_NOR_NODE && k->base != NULL;
    m->surface = node->surface;
    m->surface_len = node->length;
    m->base = based ? k->base : node->surface;
    m->base_len = based ? k->base_len : node->length;
    m->pos = k->pos;
    m->unknown = node->stat == MECAB_UNK_NODE;
    return true;
}

static bool run_lattice(struct pm_morph_worker *w, const char *text, size_t len)
{
    mecab_lattice_set_sentence2(w->lattice, text, len);
    return mecab_parse_lattice(w->tagger, w->lattice) != 0;
}

static enum pm_status parse_piece(struct pm_morph_worker *w, const char *text, size_t len,
                                  struct pm_error *err)
{
    size_t fetched = 0;
    if (!run_lattice(w, text, len))
        return pm_fail(err, PM_ENOMEM, "MeCab gave up on a text of %zu bytes", len);
    const mecab_node_t *node = mecab_lattice_get_bos_node(w->lattice), *ahead = node;
    for (size_t i = 0; node != NULL; node = node->next, i++) {
        for (; ahead != NULL && i + AHEAD > fetched; ahead = ahead->next, fetched++)
            __builtin_prefetch(known_of(w, ahead->feature));
        if (node->stat == MECAB_BOS_NODE || node->stat == MECAB_EOS_NODE)
            continue;
        if (!add_morpheme(w, node))
            return pm_fail(err, PM_ENOMEM, "out of memory");
    }
    return PM_OK;
}

static int class_of(uint32_t cp)
{
    if (pm_is_katakana(cp))
        return 1;
    if (pm_is_hiragana(cp))
        return 2;
    return pm_is_han(cp) ? 3 : 4;
}

/* How much of the text to parse at once: to its end, to the first change of class
 * beyond PIECE_MAX, or to where one class has gone on for too long. */
static size_t piece_len(const char *text, size_t len)
{
    if (len <= RUN_MAX)
        return len;
    int class = 0;
    for (size_t pos = 0, run = 0; pos < len;) {
        size_t next = pos;
        int here = class_of(pm_utf8_next(text, len, &next));
        if (pos > 0 && here != class && pos >= PIECE_MAX)
            return pos;
        if (here != class)
            run = pos;
        else if (next - run > RUN_MAX)
            return pos;
        class = here;
        pos = next;
    }
    return len;
}

enum pm_status pm_morph_parse(struct pm_morph_worker *w, const char *text, size_t len,
                              const struct pm_morpheme **out, size_t *n, struct pm_error *err)
{
    w->count = 0;
    for (size_t pos = 0, piece; pos < len; pos += piece) {
        piece = piece_len(text + pos, len - pos);
        enum pm_status st = parse_piece(w, text + pos, piece, err);
        if (st != PM_OK)
            return st;
    }
    *out = w->items;
    *n = w->count;
    return PM_OK;
}

static bool is_common_noun(const mecab_node_t *node)
{
    static const char *const kinds[] = {"名詞,一般,", "名詞,サ変接続,", "名詞,形容動詞語幹,",
                                        "名詞,固有名詞,一般,", "名詞,固有名詞,組織,"};
    if (node->stat != MECAB_NOR_NODE)
        return false;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (starts(node->feature, kinds[i]))
            return true;
    return false;
}

static bool add_span(struct pm_morph_worker *w, size_t start, size_t len)
{
    if (w->n_spans == w->cap_spans) {
        size_t cap = w->cap_spans == 0 ? 64 : w->cap_spans * 2;
        struct pm_span *grown = realloc(w->spans, cap * sizeof *grown);
        if (grown == NULL)
            return false;
        w->spans = grown;
        w->cap_spans = cap;
    }
    w->spans[w->n_spans++] = (struct pm_span){(uint32_t)start, (uint32_t)len};
    return true;
}

/* MeCab's lattice holds every word that starts at each byte, not only the best. */
enum pm_status pm_morph_nouns(struct pm_morph_worker *w, const char *text, size_t len,
                              const struct pm_span **out, size_t *n, struct pm_error *err)
{
    w->n_spans = 0;
    *n = 0;
    if (!run_lattice(w, text, len))
        return pm_fail(err, PM_ENOMEM, "MeCab gave up on a text of %zu bytes", len);
    for (size_t at = 0; at < len; at++) {
        const mecab_node_t *node = mecab_lattice_get_begin_nodes(w->lattice, at);
        for (; node != NULL; node = node->bnext)
            if (is_common_noun(node) && !add_span(w, at, node->length))
                return pm_fail(err, PM_ENOMEM, "out of memory");
    }
    *out = w->spans;
    *n = w->n_spans;
    return PM_OK;
}
