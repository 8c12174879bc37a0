/* Terms that somebody looks for in documents, the forms of concepts or the features of
 * mechanisms. Texts get marks, numbers of the index's terms lead to them; a number is
 * looked up once, when a document first holds it, so that tables made before the first
 * document serve every later one. */
#ifndef PM_WATCH_H
#define PM_WATCH_H

#include <stddef.h>
#include <stdint.h>

#include "indexer/writer_terms.h"
#include "lib/status.h"

struct pm_watch;

/* terms must outlive it. The caller closes. */
enum pm_status pm_watch_open(struct pm_terms *terms, struct pm_watch **out, struct pm_error *err);
void pm_watch_close(struct pm_watch *w);

/* The mark of a text, a new one if need be: 1 and up, without gaps. All texts are to be
 * marked before the first number is asked for. */
enum pm_status pm_watch_mark(struct pm_watch *w, const char *text, size_t len, uint32_t *mark,
                             struct pm_error *err);

/* The mark that a text has; 0: nobody looks for it. */
uint32_t pm_watch_find(const struct pm_watch *w, const char *text, size_t len);

/* The mark of the index's term number id, 0: nobody looks for it. */
enum pm_status pm_watch_term(struct pm_watch *w, uint32_t id, uint32_t *mark, struct pm_error *err);

/* How many marks there are. */
size_t pm_watch_count(const struct pm_watch *w);

#endif
