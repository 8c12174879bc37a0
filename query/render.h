/* Hits as text and as NDJSON. */
#ifndef PM_RENDER_H
#define PM_RENDER_H

#include "lib/json.h"
#include "query/context.h"
#include "query/info.h"
#include "query/labels.h"
#include "query/out.h"
#include "query/search.h"
#include "query/snippet.h"

/* What `like` says of a hit besides. */
struct pm_likeness {
    const char *draft, *past; /* the pair of sentences, or NULL */
    enum pm_section draft_section, past_section;
    double strength; /* 0 to 1; below 0.5 weak */
    const char *twin_of;
    bool other_symptoms;
};

/* One hit with all that is printed of it. */
struct pm_hit_view {
    size_t rank; /* from 1 */
    const struct pm_hit *hit;
    struct pm_info info;
    struct pm_snippet snippet;
    struct pm_shown_labels labels;
    const struct pm_likeness *likeness; /* NULL: a hit of a search */
};

/* Append the hit as a few lines of text; with the parts of the score when explain. */
void pm_render_text(const struct pm_context *c, const struct pm_hit_view *v, struct pm_out *out);

/* Append "name · name": the labels in the reader's language. */
void pm_render_labels(const struct pm_context *c, const struct pm_shown_labels *labels,
                      struct pm_out *out);

/* Write the labels as the array "mechanisms" of the object that is open. */
void pm_render_labels_json(struct pm_json *j, const struct pm_shown_labels *labels);

/* Append the hit as one line of JSON (DESIGN: "type":"hit"). */
void pm_render_json(const struct pm_context *c, const struct pm_hit_view *v, struct pm_buf *out);

/* Append {"v":1,"type":"note","kind":KIND,"documents":N,"text":TEXT}: what was done besides
 * listing hits; text in the reader's language. */
void pm_render_json_note(const char *kind, size_t documents, const char *text, struct pm_buf *out);

#endif
