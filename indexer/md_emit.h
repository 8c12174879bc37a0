/* Text without markup to blocks: cut at bold keys and at headings in disguise. */
#ifndef PM_MD_EMIT_H
#define PM_MD_EMIT_H

#include "indexer/block.h"
#include "indexer/lines.h"
#include "indexer/md_text.h"

/* Where a stretch of text comes from and what it is. */
struct pm_md_origin {
    struct pm_arena *arena;
    struct pm_blocks *blocks;
    const struct pm_lines *src;
    int shift; /* a line of src plus this is the file's line */
    enum pm_block_kind kind;
    int level;
    size_t line;   /* line of src, from 1, where the text starts */
    size_t column; /* bytes in front of the text in that line */
    size_t quotes; /* how many quotes it is in */
};

/* The raw line k lines below the first, without what its containers put before it. */
const char *pm_md_raw(const struct pm_md_origin *o, size_t k, size_t *len);

/* Append the blocks that t makes. An ITEM's later parts become paragraphs. */
enum pm_status pm_md_emit(const struct pm_md_text *t, const struct pm_md_origin *o);

#endif
