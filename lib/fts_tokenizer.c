#include "lib/fts_tokenizer.h"

#include <string.h>

#include "lib/sentence.h"

struct instance { /* one for each FTS5 table of a connection */
    struct pm_lexer *lexer;
    struct pm_tokenizer *tokenizer; /* NULL until text has to be analysed */
};

typedef int (*token_fn)(void *ctx, int flags, const char *text, int len, int start, int end);

static int create(void *ctx, const char **args, int n, Fts5Tokenizer **out)
{
    (void)args;
    (void)n;
    struct instance *in = sqlite3_malloc(sizeof *in);
    if (in == NULL)
        return SQLITE_NOMEM;
    *in = (struct instance){.lexer = ctx};
    *out = (Fts5Tokenizer *)in;
    return SQLITE_OK;
}

static void destroy(Fts5Tokenizer *t)
{
    struct instance *in = (struct instance *)t;
    pm_tokenizer_free(in->tokenizer);
    sqlite3_free(in);
}

static int feed(const char *text, int len, void *ctx, token_fn emit)
{
    int rc = SQLITE_OK;
    for (int at = 1; rc == SQLITE_OK && at < len;) {
        const char *sep = memchr(text + at, PM_FTS_SEPARATOR, (size_t)(len - at));
        int end = sep == NULL ? len : (int)(sep - text);
        if (end > at)
            rc = emit(ctx, 0, text + at, end - at, at, end);
        at = end + 1;
    }
    return rc;
}

static int emit_tokens(const struct pm_tokens *tokens, size_t base, uint32_t *last, void *ctx,
                       token_fn emit)
{
    int rc = SQLITE_OK;
    for (size_t i = 0; rc == SQLITE_OK && i < tokens->count; i++) {
        const struct pm_token *t = &tokens->items[i];
        if ((t->flags & PM_TOKEN_STOP) != 0)
            continue;
        int flags = t->position == *last ? FTS5_TOKEN_COLOCATED : 0;
        rc = emit(ctx, flags, t->text, (int)t->len, (int)(base + t->start), (int)(base + t->end));
        *last = t->position;
    }
    return rc;
}

static int analyse(struct instance *in, const char *text, size_t len, void *ctx, token_fn emit)
{
    if (in->lexer == NULL)
        return SQLITE_MISUSE;
    if (in->tokenizer == NULL && pm_tokenizer_new(in->lexer, &in->tokenizer, NULL) != PM_OK)
        return SQLITE_ERROR;
    struct pm_arena arena = {0};
    struct pm_tokens tokens = {0};
    uint32_t last = UINT32_MAX;
    size_t pos = 0, start, n;
    int rc = SQLITE_OK;
    while (rc == SQLITE_OK && pm_sentence_next(text, len, &pos, &start, &n)) {
        tokens.count = 0;
        if (pm_tokenize(in->tokenizer, text + start, n, &arena, &tokens, NULL) != PM_OK)
            rc = SQLITE_ERROR;
        else
            rc = emit_tokens(&tokens, start, &last, ctx, emit);
    }
    pm_arena_free(&arena);
    return rc;
}

static int tokenize(Fts5Tokenizer *t, void *ctx, int flags, const char *text, int len,
                    token_fn emit)
{
    (void)flags;
    if (text == NULL || len <= 0)
        return SQLITE_OK;
    if (text[0] == PM_FTS_FEED)
        return feed(text, len, ctx, emit);
    return analyse((struct instance *)t, text, (size_t)len, ctx, emit);
}

static fts5_api *find_api(sqlite3 *db)
{
    fts5_api *api = NULL;
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &stmt, NULL) == SQLITE_OK) {
        (void)sqlite3_bind_pointer(stmt, 1, (void *)&api, "fts5_api_ptr", NULL);
        (void)sqlite3_step(stmt);
    }
    (void)sqlite3_finalize(stmt);
    return api;
}

enum pm_status pm_fts_register(sqlite3 *db, struct pm_lexer *lexer, struct pm_error *err)
{
    static const fts5_tokenizer methods = {create, destroy, tokenize};
    fts5_api *api = find_api(db);
    if (api == NULL)
        return pm_fail(err, PM_EDB, "this SQLite has no FTS5");
    fts5_tokenizer copy = methods;
    if (api->xCreateTokenizer(api, "pm", lexer, &copy, NULL) != SQLITE_OK)
        return pm_fail(err, PM_EDB, "unable to register the tokenizer: %s", sqlite3_errmsg(db));
    return PM_OK;
}
