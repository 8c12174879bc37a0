/* What every command has at hand, opened once by main. */
#ifndef PM_CONTEXT_H
#define PM_CONTEXT_H

#include <sqlite3.h>

#include "lib/arena.h"
#include "lib/dict.h"
#include "lib/tokenizer.h"
#include "lib/ui.h"
#include "query/labels.h"
#include "query/lexicon.h"
#include "query/options.h"
#include "query/rank.h"

struct pm_context {
    struct pm_arena arena; /* lives as long as the program */
    struct pm_options options;
    struct pm_dict *dict;
    struct pm_ui *ui;
    struct pm_lexer *lexer;
    struct pm_tokenizer *tokenizer;
    sqlite3 *db;
    const char *index; /* path of db */
    struct pm_rank_weights weights;
    struct pm_lexicon *lexicon;
    struct pm_label_reader labels;
    sqlite3_stmt *info; /* pm_info_read_next, of hits */
    struct pm_error err;
};

/* Parse the command line, then open dictionary and messages. Fields not reached
 * stay NULL. The caller closes in any case. */
enum pm_status pm_context_open(struct pm_context *c, int argc, char **argv);

/* Open the index for a command that reads it, with the words that its users gave it. */
enum pm_status pm_context_open_index(struct pm_context *c);

/* Its last step: weights and lexicon, over the index if one is open. */
enum pm_status pm_context_open_lexicon(struct pm_context *c);

void pm_context_close(struct pm_context *c);

/* A command: writes to standard output; *found tells whether there was anything
 * (exit status 0 or 1). operands are what stands behind the verb. */
typedef enum pm_status (*pm_command_fn)(struct pm_context *c, const char *const *operands, size_t n,
                                        bool *found);

enum pm_status pm_cmd_search(struct pm_context *c, const char *const *operands, size_t n,
                             bool *found);
enum pm_status pm_cmd_show(struct pm_context *c, const char *const *operands, size_t n,
                           bool *found);
enum pm_status pm_cmd_like(struct pm_context *c, const char *const *operands, size_t n,
                           bool *found);
enum pm_status pm_cmd_mechanisms(struct pm_context *c, const char *const *operands, size_t n,
                                 bool *found);
enum pm_status pm_cmd_terms(struct pm_context *c, const char *const *operands, size_t n,
                            bool *found);
enum pm_status pm_cmd_status(struct pm_context *c, const char *const *operands, size_t n,
                             bool *found);

#endif
