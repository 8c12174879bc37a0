#include <string.h>

#include "lib/json.h"
#include "lib/utf8.h"
#include "query/render.h"

static void write_why(struct pm_json *j, const struct pm_parts *parts)
{
    pm_json_array(j, "why");
    for (size_t i = 0; i < parts->count; i++) {
        static const char *const kinds[] = {"word",       "concept",   "lexicon",
                                            "characters", "near",      "phrase",
                                            "mechanism",  "substring", "event"};
        const struct pm_part *p = &parts->items[i];
        pm_json_object(j, NULL);
        pm_json_string(j, "what", p->what);
        pm_json_string(j, "kind", kinds[p->kind]);
        pm_json_optional(j, "name", p->name);
        pm_json_optional(j, "lexicon", p->source);
        pm_json_optional(j, "en", p->en);
        pm_json_optional(j, "ja", p->ja);
        pm_json_string(j, "section", pm_section_name(p->section));
        pm_json_double(j, "share", p->share);
        pm_json_end_object(j);
    }
    pm_json_end_array(j);
}

static void write_marks(struct pm_json *j, const struct pm_snippet *s)
{
    pm_json_array(j, "marks");
    for (size_t i = 0; i < s->n_marks; i++) {
        pm_json_array(j, NULL);
        pm_json_int(j, NULL, s->marks[i].start);
        pm_json_int(j, NULL, s->marks[i].end);
        pm_json_end_array(j);
    }
    pm_json_end_array(j);
}

static void write_likeness(struct pm_json *j, const struct pm_likeness *l)
{
    pm_json_double(j, "strength", l->strength);
    if (l->strength < 0.5)
        pm_json_bool(j, "weak", true);
    pm_json_optional(j, "twin_of", l->twin_of);
    if (l->other_symptoms)
        pm_json_string(j, "badge", "same-cause");
    pm_json_object(j, "evidence");
    pm_json_string(j, "draft", l->draft);
    if (l->draft != NULL)
        pm_json_string(j, "draft_section", pm_section_name(l->draft_section));
    pm_json_string(j, "past", l->past);
    if (l->past != NULL)
        pm_json_string(j, "past_section", pm_section_name(l->past_section));
    pm_json_end_object(j);
}

void pm_render_labels_json(struct pm_json *j, const struct pm_shown_labels *labels)
{
    pm_json_array(j, "classes");
    for (size_t i = 0; i < labels->n_classes; i++) {
        const struct pm_shown_class *k = &labels->classes[i];
        pm_json_object(j, NULL);
        pm_json_string(j, "id", k->name);
        pm_json_double(j, "score", k->confidence);
        pm_json_string(j, "en", k->en);
        pm_json_string(j, "ja", k->ja);
        pm_json_end_object(j);
    }
    pm_json_end_array(j);
    pm_json_array(j, "mechanisms");
    for (size_t i = 0; i < labels->count; i++) {
        const struct pm_shown_label *l = &labels->items[i];
        pm_json_object(j, NULL);
        pm_json_string(j, "id", l->name);
        pm_json_double(j, "score", l->confidence);
        pm_json_string(j, "en", l->en);
        pm_json_string(j, "ja", l->ja);
        pm_json_string(j, "axis", l->axis);
        pm_json_string(j, "class", l->class_name);
        pm_json_string(j, "section", pm_section_name(l->section));
        pm_json_string(j, "sentence", l->sentence);
        pm_json_end_object(j);
    }
    pm_json_end_array(j);
}

void pm_render_json(const struct pm_context *c, const struct pm_hit_view *v, struct pm_buf *out)
{
    (void)c;
    struct pm_json j;
    pm_json_begin(&j, out);
    pm_json_object(&j, NULL);
    pm_json_int(&j, "v", 1);
    pm_json_string(&j, "type", "hit");
    pm_json_int(&j, "rank", (int64_t)v->rank);
    pm_json_double(&j, "score", v->hit->score);
    pm_json_string(&j, "id", v->info.name);
    pm_json_stringn(&j, "path", v->info.path, v->info.path_len);
    if (!pm_utf8_valid(v->info.path, v->info.path_len, NULL))
        pm_json_base64(&j, "path_b64", v->info.path, v->info.path_len);
    pm_json_string(&j, "title", v->info.title);
    pm_json_string(&j, "date", v->info.date);
    pm_json_string(&j, "lang", v->info.lang);
    pm_json_string(&j, "kind", v->info.kind);
    pm_json_optional(&j, "company", v->info.company);
    pm_json_optional(&j, "service", v->info.service);
    if (v->hit->substring != 0)
        pm_json_bool(&j, "substring", true);
    pm_json_string(&j, "section", pm_section_name(v->snippet.section));
    pm_json_int(&j, "line", v->snippet.line);
    pm_json_stringn(&j, "snippet", v->snippet.text, v->snippet.len);
    write_marks(&j, &v->snippet);
    pm_render_labels_json(&j, &v->labels);
    write_why(&j, &v->hit->parts);
    if (v->likeness != NULL)
        write_likeness(&j, v->likeness);
    pm_json_end_object(&j);
    pm_buf_addc(out, '\n');
}

void pm_render_json_note(const char *kind, size_t documents, const char *text, struct pm_buf *out)
{
    struct pm_json j;
    pm_json_begin(&j, out);
    pm_json_object(&j, NULL);
    pm_json_int(&j, "v", 1);
    pm_json_string(&j, "type", "note");
    pm_json_string(&j, "kind", kind);
    pm_json_int(&j, "documents", (int64_t)documents);
    pm_json_string(&j, "text", text);
    pm_json_end_object(&j);
    pm_buf_addc(out, '\n');
}
