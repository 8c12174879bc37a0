/* MeCab, and the only file that knows it: Japanese text to morphemes.
 *
 * One pm_morph (the model with its dictionaries) a process, shared by threads
 * read-only; one pm_morph_worker (tagger and lattice) a thread.
 */
#ifndef PM_MORPH_H
#define PM_MORPH_H

#include <stddef.h>
#include <stdint.h>

#include "lib/status.h"

enum pm_pos {              /* the part of speech, as far as search cares */
              PM_POS_NOUN, /* common, proper, verbal noun (サ変), adjectival noun */
              PM_POS_NUMBER,
              PM_POS_SUFFIX, /* noun suffix: 化, 中, 系 */
              PM_POS_PREFIX,
              PM_POS_VERB,    /* independent verb */
              PM_POS_AUXVERB, /* する/いる/なる... as dependent verb (非自立), 助動詞 */
              PM_POS_ADJ,     /* i-adjective */
              PM_POS_ADVERB,
              PM_POS_PARTICLE, /* 助詞, 接続詞, 連体詞, 感動詞, フィラー */
              PM_POS_SYMBOL,   /* punctuation and other symbols */
              PM_POS_OTHER,
};

struct pm_morpheme {
    const char *surface; /* points into the text given; not NUL-terminated */
    uint32_t surface_len;
    const char *base; /* base form, or the surface where the dictionary has none;
                         not NUL-terminated */
    uint32_t base_len;
    enum pm_pos pos;
    unsigned char unknown; /* 1: not in the dictionary */
};

struct pm_morph;
struct pm_morph_worker;

/* A stretch of a text, in bytes. */
struct pm_span {
    uint32_t start;
    uint32_t len;
};

/* Open the system dictionary (ipadic in UTF-8, by path, its layout checked) and,
 * where user_dic is not NULL and exists, the compiled user dictionary (an empty file
 * counts as none). $PMSEARCH_MECAB_DIC names another system dictionary of that layout. */
enum pm_status pm_morph_open(const char *user_dic, struct pm_morph **out, struct pm_error *err);

/* What pm_morph_fingerprint() would say, without opening anything: it reads a few
 * kilobytes. *out is malloc'ed, the caller frees it. */
enum pm_status pm_morph_probe(const char *user_dic, char **out, struct pm_error *err);

/* A text that changes whenever the segmentation may: dictionary path, sizes and a
 * hash of them. Owned by m. */
const char *pm_morph_fingerprint(const struct pm_morph *m);

void pm_morph_close(struct pm_morph *m);

enum pm_status pm_morph_worker_new(struct pm_morph *m, struct pm_morph_worker **out,
                                   struct pm_error *err);
void pm_morph_worker_free(struct pm_morph_worker *w);

/* Parse len bytes of WIDTH-folded UTF-8. Long runs of one character class are
 * cut so that time stays linear (MeCab is quadratic on them). *out points to *n
 * morphemes in order, owned by w, valid until the next parse. */
enum pm_status pm_morph_parse(struct pm_morph_worker *w, const char *text, size_t len,
                              const struct pm_morpheme **out, size_t *n, struct pm_error *err);

/* Every noun of the dictionaries (not names of people and places) that text, some
 * tens of bytes of one script, holds anywhere: *out points to *n spans in order of
 * their start, owned by w, valid until the next call. Morphemes of an earlier parse stay
 * valid. */
enum pm_status pm_morph_nouns(struct pm_morph_worker *w, const char *text, size_t len,
                              const struct pm_span **out, size_t *n, struct pm_error *err);

#endif
