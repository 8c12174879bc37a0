#include "query/verbatim.h"

#include <string.h>

static bool is_between(unsigned char c)
{
    return c < 0x80 && !pm_fold_is_word(c);
}

static bool is_letter(char c)
{
    return (unsigned char)c < 0x80 && pm_fold_is_word((unsigned char)c);
}

/* The folded text with a space for whatever is between words. */
static enum pm_status spell(struct pm_verbatim *v, const char *s, size_t len, struct pm_buf *out)
{
    pm_fold_text_begin(&v->fold, false);
    if (pm_fold_text_add(&v->fold, s, len) != PM_OK)
        return PM_ENOMEM;
    pm_buf_clear(out);
    for (size_t i = 0; i < v->fold.text.len; i++) {
        char c = v->fold.text.data[i];
        if (!is_between((unsigned char)c))
            pm_buf_addc(out, c);
        else if (out->len > 0 && out->data[out->len - 1] != ' ')
            pm_buf_addc(out, ' ');
    }
    if (out->len > 0 && out->data[out->len - 1] == ' ')
        out->len--;
    return out->failed ? PM_ENOMEM : PM_OK;
}

/* Latin words end where their letters do; Japanese ones have no ends that could be told. */
static bool is_whole(const struct pm_buf *words, size_t from, size_t to)
{
    const char *s = words->data;
    bool starts = from == 0 || !is_letter(s[from - 1]) || !is_letter(s[from]);
    return starts && (to == words->len || !is_letter(s[to - 1]) || !is_letter(s[to]));
}

enum pm_status pm_verbatim_find(struct pm_verbatim *v, const char *phrase, size_t phrase_len,
                                const char *text, size_t len)
{
    if (spell(v, phrase, phrase_len, &v->phrase) != PM_OK ||
        spell(v, text, len, &v->words) != PM_OK)
        return PM_ENOMEM;
    size_t n = v->phrase.len;
    for (size_t from = 0; n > 0 && from + n <= v->words.len; from++) {
        const char *at = memmem(v->words.data + from, v->words.len - from, v->phrase.data, n);
        if (at == NULL)
            break;
        from = (size_t)(at - v->words.data);
        if (is_whole(&v->words, from, from + n))
            return PM_OK;
    }
    return PM_ENOTFOUND;
}

void pm_verbatim_free(struct pm_verbatim *v)
{
    pm_fold_text_free(&v->fold);
    pm_buf_free(&v->words);
    pm_buf_free(&v->phrase);
}
