#include "indexer/user_lexer.h"

#include "indexer/user_files.h"
#include "lib/user_terms.h"

static enum pm_status read_terms(void *ctx, const char *path, const char *text, size_t len,
                                 struct pm_error *err)
{
    return pm_user_terms_read(path, text, len, ctx, err);
}

enum pm_status pm_user_lexer_open(const char *index, struct pm_dict *dict, struct pm_buf *terms,
                                  struct pm_lexer **out, struct pm_error *err)
{
    enum pm_status st = pm_lexer_open(dict, out, err);
    if (st == PM_OK)
        st = pm_user_file(index, "terms.tsv", read_terms, terms, err);
    return st == PM_OK ? pm_lexer_set_terms(*out, pm_buf_text(terms), err) : st;
}
