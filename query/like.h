/* What `pmsearch like` found, ready to be written. */
#ifndef PM_LIKE_H
#define PM_LIKE_H

#include "query/context.h"
#include "query/evidence.h"
#include "query/helped.h"
#include "query/render.h"

struct pm_like_hit {
    struct pm_hit_view view;
    struct pm_evidence evidence;
    double strength;     /* 0 to 1; below 0.5 the hit is weak */
    const char *twin_of; /* ID of what tells the same event, or NULL */
    bool same_event;     /* that is the draft, else a hit before this one */
    bool other_symptoms; /* the same cause behind symptoms that differ */
};

struct pm_like {
    struct pm_draft draft;
    struct pm_similar similar;
    struct pm_like_hit *hits;
    size_t count, strong; /* strong: of them not weak */
    struct pm_helped helped;
};

/* Write the hits (weak ones only when asked for) and what helped. */
void pm_like_text(const struct pm_context *c, const struct pm_like *l, struct pm_out *out);

/* The same as NDJSON: hits, weak ones too, then objects of type "helped". */
void pm_like_json(const struct pm_context *c, const struct pm_like *l, struct pm_buf *out);

#endif
