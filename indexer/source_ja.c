#include "indexer/source_ja.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>

#include "lib/utf8.h"

/* Damage that is still bearable: one byte, and one more in so many. */
enum { DAMAGE_PER = 500, CHUNK = 16 * 1024 };

struct encoding {
    const char *iconv_name;
    const char *name;
};

static const char REPLACEMENT[] = "\xef\xbf\xbd";

/* Convert all; false when it is not in that encoding (or iconv does not know it). */
static bool convert(const char *charset, const char *bytes, size_t len, struct pm_buf *out,
                    size_t *replaced)
{
    iconv_t cd = iconv_open("UTF-8", charset);
    if (cd == (iconv_t)-1)
        return false;
    char *in = (char *)(size_t)bytes; /* iconv does not write there */
    size_t left = len;
    size_t bearable = 1 + len / DAMAGE_PER;
    *replaced = 0;
    while (left > 0 && *replaced <= bearable && !out->failed) {
        char chunk[CHUNK];
        char *to = chunk;
        size_t room = sizeof chunk;
        size_t got = iconv(cd, &in, &left, &to, &room);
        pm_buf_add(out, chunk, sizeof chunk - room);
        if (got == (size_t)-1 && errno != E2BIG) {
            pm_buf_adds(out, REPLACEMENT);
            ++*replaced;
            in++;
            left--;
        }
    }
    (void)iconv_close(cd);
    return *replaced <= bearable;
}

static bool is_good(uint32_t cp)
{
    return pm_is_japanese(cp) || (cp >= 0x3000 && cp <= 0x303f) || (cp >= 0xff01 && cp <= 0xff60);
}

/* Signs of a wrong guess: half-width katakana, C1 controls, private use. */
static bool is_odd(uint32_t cp)
{
    return (cp >= 0xff61 && cp <= 0xff9f) || (cp >= 0x80 && cp <= 0xa0) ||
           (cp >= 0xe000 && cp <= 0xf8ff);
}

/* How much like Japanese it reads; not above 0: not at all. A lone kanji between
 * Latin letters is an accented letter of another encoding. */
static long score(const char *s, size_t len)
{
    long good = 0;
    long odd = 0;
    bool before = false;
    size_t pos = 0;
    while (pos < len) {
        uint32_t cp = pm_utf8_next(s, len, &pos);
        bool is = is_good(cp);
        if (is_odd(cp) || cp == 0xfffd)
            odd++;
        else if (is && before)
            good += pm_is_hiragana(cp) || pm_is_katakana(cp) ? 3 : 2;
        else if (cp >= 0x80)
            odd += !is;
        before = is;
    }
    return good - 2 * odd;
}

static bool has_escapes(const char *bytes, size_t len)
{
    return memmem(bytes, len, "\033$B", 3) != NULL || memmem(bytes, len, "\033$@", 3) != NULL;
}

enum pm_status pm_source_japanese(const char *bytes, size_t len, struct pm_buf *out,
                                  const char **name, size_t *replaced)
{
    static const struct encoding encodings[] = {
        {"CP932", "shift_jis"}, {"EUC-JP", "euc-jp"}, {"ISO-2022-JP", "iso-2022-jp"}};
    bool escapes = has_escapes(bytes, len);
    struct pm_buf best = {0};
    long best_score = 0;
    bool failed = false;
    *name = NULL;
    for (size_t i = 0; i < sizeof encodings / sizeof *encodings; i++) {
        struct pm_buf text = {0};
        size_t damage = 0;
        long points = 0;
        if (escapes == (i == 2) && convert(encodings[i].iconv_name, bytes, len, &text, &damage))
            points = score(pm_buf_text(&text), text.len) - 10 * (long)damage;
        failed = failed || text.failed;
        if (points > best_score) {
            struct pm_buf old = best;
            best = text;
            text = old;
            best_score = points;
            *name = encodings[i].name;
            *replaced = damage;
        }
        pm_buf_free(&text);
    }
    pm_buf_add(out, pm_buf_text(&best), best.len);
    pm_buf_free(&best);
    return failed || out->failed ? PM_ENOMEM : PM_OK;
}
