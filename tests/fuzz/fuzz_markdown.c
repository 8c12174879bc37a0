/* Any UTF-8 is Markdown, and plain text too; the blocks keep what block.h says. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "indexer/markdown.h"
#include "indexer/plaintext.h"
#include "lib/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct pm_blocks *b, const char *text, size_t len)
{
    int lines = 2;
    for (size_t i = 0; i < len; i++)
        lines += text[i] == '\n' || text[i] == '\r';
    for (size_t i = 0; i < b->count; i++) {
        const struct pm_block *p = &b->items[i];
        if (p->len == 0 || p->text[p->len] != '\0' || p->line < 1 || p->line > lines)
            abort();
        if ((p->kind == PM_BLOCK_ROW) != (p->n_cells > 0) ||
            (p->kind == PM_BLOCK_ROW) != (p->table > 0) || (p->key != NULL && p->key[0] == '\0'))
            abort();
        if (p->kind == PM_BLOCK_HEADING ? p->level < 1 || p->level > 6
                                        : p->kind != PM_BLOCK_ITEM && p->level != 0)
            abort();
    }
    for (size_t i = 0; i < b->n_links; i++)
        if (strstr(b->links[i], "://") == NULL)
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pm_buf utf8 = {0};
    (void)pm_utf8_repair((const char *)data, size, &utf8);
    /* An exact copy, so that a byte read behind the end is noticed. */
    char *text = malloc(utf8.len + 1);
    if (text == NULL)
        return 0;
    char *exact = utf8.len == 0 ? text : realloc(text, utf8.len);
    if (exact == NULL)
        abort();
    if (utf8.len > 0)
        memcpy(exact, utf8.data, utf8.len);
    for (int plain = 0; plain < 2; plain++) {
        struct pm_arena arena = {0};
        struct pm_blocks blocks = {0};
        enum pm_status st = plain ? pm_plaintext_read(exact, utf8.len, 1, &arena, &blocks, NULL)
                                  : pm_markdown_read(exact, utf8.len, 1, &arena, &blocks, NULL);
        if (st == PM_OK)
            check(&blocks, exact, utf8.len);
        pm_arena_free(&arena);
    }
    free(exact);
    pm_buf_free(&utf8);
    return 0;
}
