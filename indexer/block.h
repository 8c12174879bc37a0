/* What a reader makes of a file: a flat list of blocks in document order, before
 * anybody asks which section they belong to. */
#ifndef PM_BLOCK_H
#define PM_BLOCK_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/arena.h"
#include "lib/status.h"

enum pm_block_kind {
    PM_BLOCK_HEADING, /* a heading of the format itself (ATX, setext, HTML h1-h6) */
    PM_BLOCK_PARAGRAPH,
    PM_BLOCK_ITEM, /* one list item's own text */
    PM_BLOCK_ROW,  /* one row of a table */
    PM_BLOCK_CODE, /* fenced or indented code, log excerpts */
    PM_BLOCK_QUOTE,
};

struct pm_block {
    enum pm_block_kind kind;
    int level;        /* HEADING: 1-6; ITEM: nesting depth from 1; else 0 */
    int line;         /* 1-based line in the file where the block starts */
    const char *text; /* plain text, markup removed; '\n' where the source broke the
                         line, so that line + k is the k-th line's number. ROW: the
                         cells joined by " | " */
    size_t len;
    bool bold_only; /* the whole block (one line) is emphasised: a heading in disguise */
    const char *key; /* a leading bold run ("**Key:** value", `**原因：**接続`) without its colon,
                        read from the raw line too where CommonMark misses it; or NULL.
                        Set along with bold_only; a line that starts with a bold key and
                        a colon always starts a block of its own */
    const char **cells; /* ROW: trimmed cells */
    size_t n_cells;
    int table;   /* ROW: number of the table in the file, from 1; else 0 */
    bool header; /* ROW: the table's header row */
    int checked; /* ITEM with a check box: 0 open, 1 done; else -1 */
};

struct pm_blocks {
    struct pm_block *items;
    size_t count;
    size_t cap;
    const char **links; /* URLs met, document order, no repeats, http(s) only */
    size_t n_links;
    size_t links_cap;
    size_t *link_slots; /* hash table of links (index + 1), so that many stay cheap */
    size_t n_link_slots;
};

/* Append a block (zeroed apart from kind, line and checked = -1) and return it, or
 * NULL when memory is out. The pointer is valid until the next append. */
struct pm_block *pm_blocks_add(struct pm_arena *a, struct pm_blocks *b, enum pm_block_kind kind,
                               int line);

/* Remember a link once; anything but http:// and https:// is passed over. */
enum pm_status pm_blocks_link(struct pm_arena *a, struct pm_blocks *b, const char *url, size_t len);

/* Remember the bare URLs that stand in running text. One ends at a blank, at
 * anything that is not ASCII, or at <>"`{}|\\^; closing punctuation is not part of it. */
enum pm_status pm_blocks_scan(struct pm_arena *a, struct pm_blocks *b, const char *text,
                              size_t len);

/* Give a block its text (copied). */
enum pm_status pm_block_text(struct pm_arena *a, struct pm_block *b, const char *text, size_t len);

/* Append a ROW of n cells (each copied, trimmed, its line breaks made blanks), with
 * the cells' text joined by " | ". A row that is all empty leaves nothing. Rows are
 * filled up with empty cells to columns, within reason. */
enum pm_status pm_blocks_row(struct pm_arena *a, struct pm_blocks *b, int line, int table,
                             bool header, const char *const *cells, size_t n, size_t columns);

#endif
