/* Markdown to blocks, through cmark; the only file with cmark.h. */
#ifndef PM_MARKDOWN_H
#define PM_MARKDOWN_H

#include "indexer/block.h"

/* Parse len bytes of UTF-8 Markdown into out (memory in a). first_line is the
 * file's line number of the first byte. Pipe tables become ROW blocks; links and
 * images keep their text and give their URL to out->links; HTML tags are dropped
 * and their text kept; code keeps its lines. Hostile nesting costs linear time. */
enum pm_status pm_markdown_read(const char *text, size_t len, int first_line, struct pm_arena *a,
                                struct pm_blocks *out, struct pm_error *err);

#endif
