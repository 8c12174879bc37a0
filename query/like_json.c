#include "query/like.h"

static void put_helped(const struct pm_helped_entry *e, struct pm_buf *out)
{
    struct pm_json j;
    pm_json_begin(&j, out);
    pm_json_object(&j, NULL);
    pm_json_int(&j, "v", 1);
    pm_json_string(&j, "type", "helped");
    pm_json_string(&j, "kind", pm_helped_name(e->kind));
    pm_json_string(&j, "text", e->text);
    pm_json_optional(&j, "state", e->state);
    pm_json_array(&j, "from");
    for (size_t i = 0; i < e->n_sources; i++)
        pm_json_string(&j, NULL, e->sources[i]);
    pm_json_end_array(&j);
    pm_json_end_object(&j);
    pm_buf_addc(out, '\n');
}

void pm_like_json(const struct pm_context *c, const struct pm_like *l, struct pm_buf *out)
{
    for (size_t i = 0; i < l->count; i++) {
        const struct pm_like_hit *h = &l->hits[i];
        struct pm_hit_view v = h->view;
        const struct pm_likeness likeness = {.draft = h->evidence.draft,
                                             .draft_section = h->evidence.draft_section,
                                             .past = h->evidence.past,
                                             .past_section = h->evidence.past_section,
                                             .strength = h->strength,
                                             .twin_of = h->twin_of,
                                             .other_symptoms = h->other_symptoms};
        v.likeness = &likeness;
        pm_render_json(c, &v, out);
    }
    for (size_t i = 0; i < l->helped.count; i++)
        put_helped(&l->helped.items[i], out);
}
