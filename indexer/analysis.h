/* A document analysed: everything about it that needs no other document. Made in
 * worker threads; the writer adds what only it knows, the numbers of terms. */
#ifndef PM_ANALYSIS_H
#define PM_ANALYSIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "indexer/taught.h"
#include "lib/arena.h"
#include "lib/buf.h"
#include "lib/incident.h"
#include "lib/section.h"
#include "lib/status.h"
#include "lib/stream.h"
#include "lib/tokenizer.h"

enum { PM_TERM_WORDS = 3 };

struct pm_analysis_term { /* a different term of the document, in order of appearance */
    const char *text;
    uint32_t len;
    uint32_t mask;                    /* bit s: it stands in section s */
    uint64_t hash;                    /* XXH3 of the text */
    const char *words[PM_TERM_WORDS]; /* how it is written, where that tells how it sounds:
                                         Latin in lower case, katakana; NULL: no more */
};

struct pm_analysis_token {
    uint32_t term; /* index in terms */
    uint32_t position;
    bool whole;
};

struct pm_analysis {
    struct pm_incident *incident;
    struct pm_section_text *sections; /* the title, then the incident's; index is seq */
    size_t n_sections;
    struct pm_analysis_term *terms;
    size_t n_terms, terms_cap;
    struct pm_stream_sentence *sentences;
    size_t n_sentences, sentences_cap;
    struct pm_analysis_token *tokens; /* of all sentences, one behind the other */
    size_t n_tokens, tokens_cap;
    struct pm_taught_list taught;
    uint32_t length[PM_SEC_COUNT]; /* tokens a section, wholes of compounds left out */
    struct pm_arena arena;
};

/* What a thread needs for the work. */
struct pm_analyzer;

enum pm_status pm_analyzer_new(struct pm_lexer *lexer, struct pm_analyzer **out,
                               struct pm_error *err);
void pm_analyzer_free(struct pm_analyzer *z);

/* Analyse a parsed document; takes the incident over, on failure too. The caller
 * frees *out. */
enum pm_status pm_analyze(struct pm_analyzer *z, struct pm_incident *incident,
                          struct pm_analysis **out, struct pm_error *err);

/* Free it with its incident; NULL is allowed. */
void pm_analysis_free(struct pm_analysis *an);

#endif
