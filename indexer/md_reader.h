/* Inside of the Markdown reader: what markdown.c (the tree) and md_paragraph.c (raw
 * lines) share. */
#ifndef PM_MD_READER_H
#define PM_MD_READER_H

#include "indexer/block.h"
#include "indexer/lines.h"
#include "indexer/md_emit.h"
#include "indexer/md_table.h"
#include "indexer/md_text.h"

struct cmark_iter;

struct pm_md_reader {
    struct pm_arena *arena;
    struct pm_blocks *blocks;
    struct pm_lines src;
    int shift; /* line of src + shift = line of the file */
    struct cmark_iter *it;
    struct pm_md_text text; /* of the block being read */
    struct pm_md_text sub;  /* of source that is parsed by itself */
    struct pm_arena sub_nodes;
    struct pm_buf raw;
    struct pm_md_cells cells;
    struct pm_md_cells scratch;
    size_t next;   /* first line of src that no block has covered yet */
    size_t quotes; /* containers open around the current block */
    int lists;
    int tables;
    enum pm_status st; /* the first thing that went wrong */
};

/* Remember st unless something went wrong before. */
void pm_md_keep(struct pm_md_reader *r, enum pm_status st);

/* Parse inline source by itself, into r->sub: cells, and paragraphs around tables. */
void pm_md_render(struct pm_md_reader *r, const char *source, size_t len);

/* Read the lines before upto that cmark swallowed: link definitions give their URL,
 * and notes that only look like definitions ("[^1]: これは注釈") their text. */
void pm_md_read_gap(struct pm_md_reader *r, size_t upto);

/* Lines up to last belong to a block. */
void pm_md_covered(struct pm_md_reader *r, size_t last);

/* Move o behind the link definitions at its start: cmark takes them out of a
 * paragraph, but lets it begin there. last is the paragraph's last line. */
void pm_md_skip_definitions(struct pm_md_reader *r, struct pm_md_origin *o, size_t last);

/* Does a table start in these lines of a paragraph? */
bool pm_md_holds_table(struct pm_md_reader *r, const struct pm_md_origin *o, size_t lines);

/* Read a paragraph of so many lines as tables and the text between them. */
void pm_md_read_tables(struct pm_md_reader *r, struct pm_md_origin *o, size_t lines);

/* The line before the underline of the setext heading at o, at most limit: cmark's
 * end line overshoots. */
size_t pm_md_setext_last(const struct pm_md_origin *o, size_t limit);

/* Is the text of a setext heading one? Text above "---" is often a paragraph whose
 * author wanted a thematic break. */
bool pm_md_is_heading(const struct pm_md_text *t, int level);

#endif
