/* Our tokenizer registered with FTS5 under the name "pm".
 *
 * Text is analysed with pm_tokenize(). A text that starts with PM_FTS_FEED is a
 * feed: terms analysed before, separated by PM_FTS_SEPARATOR; they are emitted as
 * they stand, a position each. The indexer and the query tool use feeds, so that
 * worker threads can analyse and deletes never meet another dictionary.
 */
#ifndef PM_FTS_TOKENIZER_H
#define PM_FTS_TOKENIZER_H

#include <sqlite3.h>

#include "lib/status.h"
#include "lib/tokenizer.h"

#define PM_FTS_FEED '\x01'
#define PM_FTS_SEPARATOR '\x1f'

/* Register on db. lexer must outlive the connection; NULL is allowed for programs
 * that use feeds only: analysing text then fails with SQLITE_MISUSE. */
enum pm_status pm_fts_register(sqlite3 *db, struct pm_lexer *lexer, struct pm_error *err);

#endif
