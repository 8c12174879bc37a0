/* The facade of the readers: a file, or bytes, to one incident. The only header of
 * indexer/ that query/ may include (a new incident is a file too). */
#ifndef PM_DOCUMENT_H
#define PM_DOCUMENT_H

#include <stddef.h>
#include <stdint.h>

#include "lib/dict.h"
#include "lib/incident.h"
#include "lib/status.h"

/* Headings, cues and component words, read once from the dictionary; read-only
 * afterwards, so that threads share it. */
struct pm_reader;

enum pm_status pm_reader_open(struct pm_dict *dict, struct pm_reader **out, struct pm_error *err);
void pm_reader_close(struct pm_reader *r);

/* Changes whenever the same bytes may give another incident. Owned by r. */
const char *pm_reader_fingerprint(const struct pm_reader *r);

/* Read len bytes already decoded to UTF-8 (see source.h). path gives the format
 * (.md and unknown names: Markdown; .txt and the like: plain text unless it has
 * ATX headings) and the title in need. *out is the caller's to free. */
enum pm_status pm_document_parse(const struct pm_reader *r, const char *path, const char *text,
                                 size_t len, struct pm_incident **out, struct pm_error *err);

/* As pm_document_parse, on raw bytes in whatever encoding. */
enum pm_status pm_document_decode(const struct pm_reader *r, const char *path, const char *bytes,
                                  size_t len, struct pm_incident **out, struct pm_error *err);

/* Read, decode and parse a file of at most limit bytes; hash (may be NULL)
 * receives XXH3-128 of its raw bytes. */
enum pm_status pm_document_read(const struct pm_reader *r, const char *path, uint64_t limit,
                                struct pm_incident **out, unsigned char hash[16],
                                struct pm_error *err);

#endif
