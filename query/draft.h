/* A new incident, or one of the index, as what it is compared by: its sentences, and the
 * words and concepts that they hold, weighted by section. */
#ifndef PM_DRAFT_H
#define PM_DRAFT_H

#include <sqlite3.h>
#include <stdint.h>

#include "lib/arena.h"
#include "lib/incident.h"
#include "lib/mechanism.h"
#include "lib/tokenizer.h"

struct pm_draft_feature {
    const char *text;  /* a term, or PM_MECHANISM_CONCEPT and a concept's name */
    const char *label; /* as it is written in the draft, the first time */
    double counts[PM_SEC_COUNT];
};

struct pm_draft_use {
    uint32_t feature; /* index in the draft's */
    uint32_t times;
};

struct pm_draft_sentence {
    const char *text; /* UTF-8, one line */
    enum pm_section section;
    struct pm_draft_use *uses; /* ascending by feature, each once */
    size_t n_uses;
    size_t words;
};

struct pm_draft {
    const char *title;
    const char *date;    /* YYYY-MM-DD or NULL */
    const char *company; /* or NULL; its words are no reason to be alike */
    const char *product;
    const char *url;
    int64_t document; /* the index's own; 0: a new one */
    enum pm_lang lang;
    struct pm_draft_feature *features;
    size_t n_features, features_cap;
    struct pm_draft_sentence *sentences;
    size_t n_sentences, sentences_cap;
    double length[PM_SEC_COUNT]; /* words by section */
};

/* Read a draft out of sections of text. Numbers, times, addresses and identifiers without
 * meaning fall away; error names, codes and exception classes stay. Memory in a. */
enum pm_status pm_draft_make(sqlite3 *db, struct pm_tokenizer *t, const char *title,
                             const struct pm_section_text *sections, size_t n, struct pm_arena *a,
                             struct pm_draft *out, struct pm_error *err);

/* The draft of a document of the index. */
enum pm_status pm_draft_of_document(sqlite3 *db, struct pm_tokenizer *t, int64_t document,
                                    struct pm_arena *a, struct pm_draft *out, struct pm_error *err);

/* Take a sentence's words and concepts out of what the draft is compared by; its text stays. */
void pm_draft_forget(struct pm_draft *d, size_t sentence);

/* z of every mechanism for the draft (lib/mechanism.h); n is the catalogue's size. Memory
 * in a. */
enum pm_status pm_draft_mechanisms(sqlite3 *db, const struct pm_draft *d,
                                   const double section[PM_SEC_COUNT], struct pm_arena *a,
                                   float **z, size_t *n, struct pm_error *err);

#endif
