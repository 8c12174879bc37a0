/* Plain text to blocks: paragraphs at blank lines, bullets and numbered items,
 * underlined headings, indented and fenced stretches as code, pipe tables. */
#ifndef PM_PLAINTEXT_H
#define PM_PLAINTEXT_H

#include "indexer/block.h"

/* As pm_markdown_read, for text that is not Markdown. */
enum pm_status pm_plaintext_read(const char *text, size_t len, int first_line, struct pm_arena *a,
                                 struct pm_blocks *out, struct pm_error *err);

#endif
