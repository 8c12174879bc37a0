/* The facts of an incident: when, how long, how bad, what, whose, what is to do. */
#ifndef PM_FACTS_H
#define PM_FACTS_H

#include "indexer/dates.h"
#include "indexer/frontmatter.h"
#include "indexer/outline.h"
#include "indexer/reader.h"
#include "lib/incident.h"

/* Moments as read so far, before the best of them becomes inc->date. */
struct pm_moments {
    struct pm_when date, start, end, published;
};

/* The facts of the front matter. What is already told in inc or moments stays. */
enum pm_status pm_meta_front(const struct pm_reader *r, const struct pm_metas *metas,
                             struct pm_incident *inc, struct pm_moments *moments);

/* The facts of metadata tables, "Key: value" lines and metadata headings. */
enum pm_status pm_meta_body(const struct pm_reader *r, const struct pm_outline *o,
                            struct pm_incident *inc, struct pm_moments *moments);

/* Note one fact from its value (UTF-8 as written, trimmed here). */
enum pm_status pm_meta_note(struct pm_incident *inc, struct pm_moments *moments, int fact,
                            const char *value, size_t len);

/* The events of timelines: tables, lists, lines and headings that start with a
 * time. */
enum pm_status pm_timeline_read(const struct pm_reader *r, const struct pm_outline *o,
                                struct pm_incident *inc);

/* The action items of prevention sections and action tables. */
enum pm_status pm_actions_read(const struct pm_reader *r, const struct pm_outline *o,
                               struct pm_incident *inc);

/* Find out inc->date, start, end and the duration from the moments, else from the
 * file's name, the title, the timeline and the first paragraphs. */
enum pm_status pm_facts_dates(const struct pm_outline *o, const char *path,
                              const struct pm_moments *moments, struct pm_incident *inc);

/* The title: the front matter's (already in inc->title if not empty), the naming
 * heading, the first other heading, or the file's stem tidied. */
enum pm_status pm_facts_title(const struct pm_outline *o, const char *path,
                              struct pm_incident *inc);

/* Add the title and the words of the metadata as sections (before all others). */
enum pm_status pm_facts_sections(struct pm_incident *inc);

/* inc->lang from the letters of the text where nothing told it. */
void pm_facts_lang(struct pm_incident *inc);

/* inc->is_incident: false for a README, a template, a licence, an empty form. */
void pm_facts_kind(const struct pm_reader *r, const struct pm_outline *o, const char *path,
                   struct pm_incident *inc);

#endif
