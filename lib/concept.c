#include "lib/concept.h"

#include <stdlib.h>
#include <string.h>

enum pm_status pm_form_make(struct pm_tokenizer *t, const char *name, size_t len,
                            struct pm_arena *a, struct pm_form *out, struct pm_error *err)
{
    struct pm_tokens tokens = {0};
    uint32_t first = 0, words = 0;
    *out = (struct pm_form){.slop = PM_FORM_SLOP};
    enum pm_status st = pm_tokenize(t, name, len, a, &tokens, err);
    for (size_t i = 0; st == PM_OK && i < tokens.count; i++) {
        const struct pm_token *tok = &tokens.items[i];
        if (!pm_token_in_name(tok))
            continue;
        words += (tok->flags & PM_TOKEN_STOP) == 0;
        if (out->n == PM_FORM_TERMS) {
            out->n = 0;
            return PM_OK;
        }
        if (tok->flags & (PM_TOKEN_TIGHT | PM_TOKEN_LOOSE))
            out->slop = tok->flags & PM_TOKEN_TIGHT ? PM_FORM_TIGHT : PM_FORM_LOOSE;
        first = out->n == 0 ? tok->position : first;
        out->terms[out->n] = tok->text;
        out->offsets[out->n++] = tok->position - first;
    }
    if (words == 0)
        out->n = 0;
    return st;
}

void pm_form_write(const struct pm_form *f, struct pm_buf *terms, struct pm_buf *offsets)
{
    for (uint32_t i = 0; i < f->n; i++) {
        pm_buf_addf(terms, "%s%s", i == 0 ? "" : "\x1f", f->terms[i]);
        pm_buf_addf(offsets, "%s%u", i == 0 ? "" : ",", (unsigned)f->offsets[i]);
    }
    if (f->slop != PM_FORM_SLOP)
        pm_buf_addf(offsets, "~%u", (unsigned)f->slop);
}

bool pm_form_read(const char *terms, const char *offsets, struct pm_arena *a, struct pm_form *out)
{
    *out = (struct pm_form){.slop = PM_FORM_SLOP};
    while (*terms != '\0' && out->n < PM_FORM_TERMS) {
        size_t len = strcspn(terms, "\x1f");
        char *end = NULL;
        out->terms[out->n] = pm_arena_strndup(a, terms, len);
        out->offsets[out->n] = (uint32_t)strtoul(offsets, &end, 10);
        if (out->terms[out->n] == NULL || end == offsets)
            return false;
        out->n++;
        terms += len + (terms[len] != '\0');
        offsets = end + (*end == ',');
    }
    if (*offsets == '~')
        out->slop = (uint32_t)strtoul(offsets + 1, NULL, 10);
    return out->n > 0 && *terms == '\0';
}

uint32_t pm_form_reach(const struct pm_form *f, uint32_t k)
{
    return f->offsets[k] - f->offsets[k - 1] + f->slop;
}

bool pm_form_reaches(const struct pm_form *f, uint32_t k, uint32_t step)
{
    return step > 0 && step <= pm_form_reach(f, k);
}

bool pm_form_matches(const struct pm_form *f, const struct pm_tokens *tokens, size_t i,
                     size_t *last)
{
    if (strcmp(f->terms[0], tokens->items[i].text) != 0)
        return false;
    size_t at = i;
    for (uint32_t k = 1; k < f->n; k++) {
        size_t next = at + 1;
        for (; next < tokens->count; next++) {
            const struct pm_token *tok = &tokens->items[next];
            uint32_t step = tok->position - tokens->items[at].position;
            if (step > 0 && !pm_form_reaches(f, k, step))
                return false;
            if (step > 0 && pm_token_in_name(tok) && strcmp(tok->text, f->terms[k]) == 0)
                break;
        }
        if (next >= tokens->count)
            return false;
        at = next;
    }
    if (last != NULL)
        *last = at;
    return true;
}
