#include "lib/sound_kana.h"

#include <string.h>

#include "lib/utf8.h"

struct kana {
    const char *letters;
    const char *consonant;
};

/* Rows of five, アイウエオ; "" where there is none. */
static const struct {
    const char *kana[5];
    const char *consonant[5];
} rows[] = {
    {{"ア", "イ", "ウ", "エ", "オ"}, {"", "", "", "", ""}},
    {{"カ", "キ", "ク", "ケ", "コ"}, {"k", "k", "k", "k", "k"}},
    {{"ガ", "ギ", "グ", "ゲ", "ゴ"}, {"g", "g", "g", "g", "g"}},
    {{"サ", "シ", "ス", "セ", "ソ"}, {"s", "sh", "s", "s", "s"}},
    {{"ザ", "ジ", "ズ", "ゼ", "ゾ"}, {"z", "j", "z", "z", "z"}},
    {{"タ", "チ", "ツ", "テ", "ト"}, {"t", "ch", "ts", "t", "t"}},
    {{"ダ", "ヂ", "ヅ", "デ", "ド"}, {"d", "j", "z", "d", "d"}},
    {{"ナ", "ニ", "ヌ", "ネ", "ノ"}, {"n", "n", "n", "n", "n"}},
    {{"ハ", "ヒ", "フ", "ヘ", "ホ"}, {"h", "h", "f", "h", "h"}},
    {{"バ", "ビ", "ブ", "ベ", "ボ"}, {"b", "b", "b", "b", "b"}},
    {{"パ", "ピ", "プ", "ペ", "ポ"}, {"p", "p", "p", "p", "p"}},
    {{"マ", "ミ", "ム", "メ", "モ"}, {"m", "m", "m", "m", "m"}},
    {{"ヤ", "", "ユ", "", "ヨ"}, {"y", "", "y", "", "y"}},
    {{"ラ", "リ", "ル", "レ", "ロ"}, {"r", "r", "r", "r", "r"}},
    {{"ワ", "ヰ", "", "ヱ", "ヲ"}, {"w", "", "", "", ""}},
    {{"", "", "ヴ", "", ""}, {"", "", "b", "", ""}},
};

static const char vowels[] = "aiueo";

static bool read_base(const char *letter, struct pm_mora *out)
{
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++)
        for (int v = 0; v < 5; v++)
            if (rows[r].kana[v][0] != '\0' && memcmp(rows[r].kana[v], letter, 3) == 0) {
                *out = (struct pm_mora){.vowel = vowels[v]};
                memcpy(out->consonant, rows[r].consonant[v], strlen(rows[r].consonant[v]) + 1);
                return true;
            }
    return false;
}

/* ファ, ティ, シャ: the small letter gives the vowel, and makes a glide of イ and ウ rows. */
static bool join_small(const char *letter, struct pm_mora *last)
{
    static const char *const small[] = {"ァ", "ィ", "ゥ", "ェ", "ォ", "ャ", "ュ", "ョ"};
    static const char *const given = "aiueoauo";
    for (size_t i = 0; i < 8; i++) {
        if (memcmp(small[i], letter, 3) != 0)
            continue;
        if (last->consonant[0] == '\0' && last->vowel == 'u' && i < 5)
            memcpy(last->consonant, "w", 2);
        else if (last->consonant[0] == '\0' && last->vowel == 'i' && i == 3)
            memcpy(last->consonant, "y", 2);
        else if (strcmp(last->consonant, "ts") == 0 || strcmp(last->consonant, "t") == 0)
            memcpy(last->consonant, "t", 2);
        last->vowel = given[i];
        return true;
    }
    return false;
}

bool pm_kana_read(const char *word, size_t len, struct pm_kana *out)
{
    bool doubled = false;
    out->n = 0;
    for (size_t i = 0; i < len; i += 3) {
        const char *letter = word + i;
        struct pm_mora *last = out->n > 0 ? &out->m[out->n - 1] : NULL;
        if (len - i < 3 || out->n == PM_KANA_MAX)
            return false;
        if (memcmp(letter, "ー", 3) == 0) {
            if (last == NULL)
                return false;
            last->is_long = true;
        } else if (memcmp(letter, "ッ", 3) == 0) {
            doubled = true;
        } else if (memcmp(letter, "ン", 3) == 0) {
            out->m[out->n++] = (struct pm_mora){.consonant = "n"};
        } else if (last == NULL || !join_small(letter, last)) {
            if (!read_base(letter, &out->m[out->n]))
                return false;
            out->m[out->n++].doubled = doubled;
            doubled = false;
        }
    }
    return out->n > 0;
}

char pm_kana_class(const struct pm_mora *m)
{
    switch (m->consonant[0]) {
    case 'c':
        return 'T';
    case 'j':
    case 'z':
        return 'S';
    case 'f':
        return 'H';
    case 'w':
    case 'y':
        return 'W';
    case '\0':
        return 'A';
    default:
        return (char)(m->consonant[0] - 'a' + 'A');
    }
}
