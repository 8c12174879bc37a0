/* Memory for cmark: the nodes of a document go all at once, so that they need no malloc() and
 * free() each. */
#ifndef PM_MD_MEMORY_H
#define PM_MD_MEMORY_H

#include <stddef.h>

#include "lib/arena.h"

struct cmark_node;

/* The tree of the Markdown at text, made in *a: it goes with the arena and not with
 * cmark_node_free(). guard (may be NULL) is put in front of the text. When memory is
 * out, cmark itself ends the program.
 *
 * cmark asks for memory without saying for whom, so that each thread has one arena at a time
 * in use; the one that was in use before comes back with pm_md_memory_back(). */
struct cmark_node *pm_md_parse(struct pm_arena *a, const char *guard, const char *text, size_t len,
                               struct pm_arena **before);
void pm_md_memory_back(struct pm_arena *before);

#endif
