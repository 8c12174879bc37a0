#include <stdio.h>
#include <string.h>

#include "query/like.h"

enum { INDENT = 4, HANGING = 6, SHARE_COLUMNS = 15, LINES = 3, ENTRIES = 5 };

static void put_sentence(const struct pm_context *c, struct pm_out *out, const char *key,
                         const char *text, enum pm_section section)
{
    struct pm_snippet line = {.text = text, .len = strlen(text)};
    pm_out_pad(out, INDENT);
    pm_out_text(out, PM_STYLE_FAINT, pm_ui_text(c->ui, key));
    if (section < PM_SEC_COUNT) {
        pm_out_text(out, PM_STYLE_FAINT, " (");
        pm_out_text(out, PM_STYLE_SECTION, pm_ui_section(c->ui, section));
        pm_out_text(out, PM_STYLE_FAINT, ")");
    }
    pm_out_raw(out, "\n");
    pm_out_passage(out, &line, INDENT + 2, LINES);
}

/* The mechanisms that gave the hit its score, in the reader's language. */
static void put_shared(const struct pm_context *c, struct pm_out *out, const struct pm_hit *hit)
{
    size_t n = 0;
    for (size_t i = 0; i < hit->parts.count && n < 3; i++) {
        const struct pm_part *p = &hit->parts.items[i];
        if (p->kind != PM_PART_MECHANISM || p->name == NULL)
            continue;
        if (n == 0) {
            pm_out_pad(out, INDENT);
            pm_out_text(out, PM_STYLE_FAINT, pm_ui_text(c->ui, "like.shared"));
            pm_out_text(out, PM_STYLE_FAINT, ": ");
        }
        pm_out_text(out, PM_STYLE_FAINT, n > 0 ? " · " : "");
        pm_out_text(out, PM_STYLE_PLAIN, pm_ui_choose(c->ui, p->en, p->ja));
        n++;
    }
    if (n == 0)
        return;
    pm_out_wrap(out, HANGING, SIZE_MAX);
    pm_out_raw(out, "\n");
}

static void put_twins(const struct pm_context *c, const struct pm_like *l,
                      const struct pm_like_hit *hit, struct pm_out *out)
{
    for (size_t i = 0; i < l->count; i++) {
        const struct pm_like_hit *t = &l->hits[i];
        if (t->twin_of == NULL || strcmp(t->twin_of, hit->view.info.name) != 0)
            continue;
        pm_out_pad(out, INDENT);
        pm_out_text(out, PM_STYLE_FAINT, pm_ui_text(c->ui, "like.twin"));
        pm_out_text(out, PM_STYLE_FAINT, ": ");
        pm_out_title(out, t->view.info.title);
        pm_out_raw(out, "  ");
        pm_out_text(out, PM_STYLE_FAINT, t->view.info.path);
        pm_out_wrap(out, HANGING, SIZE_MAX);
        pm_out_raw(out, "\n");
    }
}

static void put_head(const struct pm_context *c, const struct pm_like_hit *h, size_t rank,
                     struct pm_out *out)
{
    const struct pm_info *info = &h->view.info;
    char number[24];
    (void)snprintf(number, sizeof number, "%2zu. ", rank);
    pm_out_raw(out, number);
    pm_out_title(out, info->title);
    const char *badge = h->same_event       ? "like.badge.event"
                        : h->strength < 0.5 ? "like.badge.weak"
                        : h->other_symptoms ? "like.badge.cause"
                                            : NULL;
    if (badge != NULL) {
        pm_out_raw(out, "  ");
        pm_out_text(out, PM_STYLE_MARK, pm_ui_text(c->ui, badge));
    }
    pm_out_wrap(out, INDENT, SIZE_MAX);
    pm_out_raw(out, "\n");
    pm_out_pad(out, INDENT);
    if (info->date != NULL) {
        pm_out_text(out, PM_STYLE_FAINT, info->date);
        pm_out_raw(out, "  ");
    }
    if (info->company != NULL) {
        pm_out_text(out, PM_STYLE_FAINT, info->company);
        pm_out_raw(out, "  ");
    }
    char line[24];
    (void)snprintf(line, sizeof line, ":%d", h->evidence.line > 0 ? h->evidence.line : 1);
    pm_out_text(out, PM_STYLE_FAINT, info->path);
    pm_out_text(out, PM_STYLE_FAINT, line);
    pm_out_raw(out, "\n");
}

static void put_shares(const struct pm_context *c, const struct pm_hit *hit, struct pm_out *out)
{
    char number[40];
    (void)snprintf(number, sizeof number, "%9.4f  ", hit->score);
    pm_out_pad(out, INDENT);
    pm_out_raw(out, number);
    pm_out_text(out, PM_STYLE_TITLE, pm_ui_text(c->ui, "search.score"));
    pm_out_raw(out, "\n");
    for (size_t i = 0; i < hit->parts.count; i++) {
        const struct pm_part *p = &hit->parts.items[i];
        bool mechanism = p->kind == PM_PART_MECHANISM, event = p->kind == PM_PART_EVENT;
        (void)snprintf(number, sizeof number, "%9.4f  ", p->share);
        pm_out_pad(out, INDENT);
        pm_out_raw(out, number);
        if (!mechanism && !event)
            pm_out_text(out, PM_STYLE_SECTION, pm_ui_section(c->ui, p->section));
        pm_out_raw(out, mechanism || event ? "" : "  ");
        pm_out_text(out, PM_STYLE_PLAIN,
                    p->en != NULL ? pm_ui_choose(c->ui, p->en, p->ja) : p->what);
        if (mechanism) {
            pm_out_raw(out, p->en != NULL ? "  " : "");
            pm_out_text(out, PM_STYLE_FAINT,
                        pm_ui_text(c->ui, p->en == NULL ? "search.part.mechanisms"
                                                        : "search.part.mechanism"));
        }
        if (event)
            pm_out_text(out, PM_STYLE_FAINT, pm_ui_text(c->ui, "search.part.event"));
        pm_out_wrap(out, SHARE_COLUMNS, SIZE_MAX);
        pm_out_raw(out, "\n");
    }
}

static void put_entry(const struct pm_helped_entry *e, struct pm_out *out)
{
    bool done = e->state != NULL && strcmp(e->state, "done") == 0;
    bool dropped = e->state != NULL && strcmp(e->state, "dropped") == 0;
    struct pm_buf text = {0};
    pm_buf_adds(&text, e->text);
    pm_buf_adds(&text, "  (");
    for (size_t i = 0; i < e->n_sources && i < 3; i++)
        pm_buf_addf(&text, "%s%s", i > 0 ? ", " : "", e->sources[i]);
    if (e->n_sources > 3)
        pm_buf_addf(&text, ", +%zu", e->n_sources - 3);
    pm_buf_adds(&text, ")");
    struct pm_snippet line = {.text = pm_buf_text(&text), .len = text.len};
    pm_out_raw(out, e->kind != PM_HELPED_ACTION ? "  - "
                    : done                      ? "  [x] "
                    : dropped                   ? "  [-] "
                                                : "  [ ] ");
    pm_out_passage(out, &line, e->kind == PM_HELPED_ACTION ? 6 : 4, LINES);
    pm_buf_free(&text);
}

static void put_helped(const struct pm_context *c, const struct pm_like *l, struct pm_out *out)
{
    static const char *const keys[] = {"like.helped.fix", "like.helped.action", "like.helped.check",
                                       "like.helped.wrong"};
    size_t shown = 0;
    for (size_t i = 0; i < l->helped.count; i++) {
        const struct pm_helped_entry *e = &l->helped.items[i];
        if (i == 0 || e->kind != l->helped.items[i - 1].kind) {
            pm_out_text(out, PM_STYLE_SECTION, pm_ui_text(c->ui, keys[e->kind]));
            pm_out_raw(out, "\n");
            shown = 0;
        }
        if (shown++ < ENTRIES)
            put_entry(e, out);
    }
}

void pm_like_text(const struct pm_context *c, const struct pm_like *l, struct pm_out *out)
{
    size_t rank = 0;
    for (size_t i = 0; i < l->count; i++) {
        const struct pm_like_hit *h = &l->hits[i];
        bool folded = h->twin_of != NULL && !h->same_event;
        if (folded || (h->strength < 0.5 && !c->options.weak))
            continue;
        put_head(c, h, ++rank, out);
        if (h->evidence.draft != NULL)
            put_sentence(c, out, "like.draft", h->evidence.draft, h->evidence.draft_section);
        if (h->evidence.past != NULL)
            put_sentence(c, out, "like.past", h->evidence.past, h->evidence.past_section);
        if (c->options.explain)
            put_shares(c, h->view.hit, out);
        else
            put_shared(c, out, h->view.hit);
        put_twins(c, l, h, out);
        pm_out_raw(out, "\n");
    }
    put_helped(c, l, out);
}
