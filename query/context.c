#include "query/context.h"

#include "lib/store.h"

enum pm_status pm_context_open(struct pm_context *c, int argc, char **argv)
{
    enum pm_status st = pm_options_parse(argc, argv, &c->arena, &c->options, &c->err);
    if (st == PM_OK)
        st = pm_dict_open(&c->dict, &c->err);
    if (st == PM_OK)
        st = pm_ui_open(c->dict, c->options.ui_lang, &c->ui, &c->err);
    return st;
}

enum pm_status pm_context_open_index(struct pm_context *c)
{
    enum pm_status st = pm_store_locate(c->options.index, &c->arena, &c->index, &c->err);
    if (st == PM_OK)
        st = pm_lexer_open(c->dict, &c->lexer, &c->err);
    if (st == PM_OK)
        st = pm_tokenizer_new(c->lexer, &c->tokenizer, &c->err);
    if (st == PM_OK)
        st = pm_store_open_read(c->index, c->lexer, &c->db, &c->err);
    if (st == PM_OK)
        st = pm_lexer_set_terms(c->lexer, pm_store_meta(c->db, &c->arena, "terms"), &c->err);
    return st == PM_OK ? pm_context_open_lexicon(c) : st;
}

enum pm_status pm_context_open_lexicon(struct pm_context *c)
{
    pm_rank_weights_read(c->dict, &c->weights);
    c->lexicon = pm_lexicon_new(c->db, pm_dict_dir(c->dict), &c->weights);
    return c->lexicon == NULL ? pm_fail(&c->err, PM_ENOMEM, "out of memory") : PM_OK;
}

void pm_context_close(struct pm_context *c)
{
    pm_lexicon_free(c->lexicon);
    pm_label_reader_close(&c->labels);
    (void)sqlite3_finalize(c->info);
    pm_store_close(c->db, false);
    pm_tokenizer_free(c->tokenizer);
    pm_lexer_close(c->lexer);
    pm_ui_close(c->ui);
    pm_dict_close(c->dict);
    pm_arena_free(&c->arena);
}
