/* The lexer of an index: MeCab's words, and those of the users over them. */
#ifndef PM_USER_LEXER_H
#define PM_USER_LEXER_H

#include "lib/buf.h"
#include "lib/dict.h"
#include "lib/tokenizer.h"

/* Open the lexer with the words of terms.tsv in $XDG_CONFIG_HOME/pmsearch/dict and beside
 * the index; they are appended to terms, as the index keeps them. A faulty row is PM_EDICT
 * with its file and line. The caller closes *out in any case. */
enum pm_status pm_user_lexer_open(const char *index, struct pm_dict *dict, struct pm_buf *terms,
                                  struct pm_lexer **out, struct pm_error *err);

#endif
