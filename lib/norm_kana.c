#include <stdbool.h>
#include <string.h>
#include <uchar.h>
#include <utf8proc.h>

#include "lib/norm_parts.h"
#include "lib/utf8.h"

/* FULL folding: one pass over WIDTH-folded text, in place. Every decision looks
 * back at what was written, never at what was read, so that a second pass finds
 * nothing left to do. A kana before a combining mark is left alone: what it became
 * might compose with the mark the next time. */

enum { LONG_MARK = 0x30FC, MIDDLE_DOT = 0x30FB };

struct pass {
    struct pm_folded *f;
    size_t in;
    size_t out;
    uint32_t prev; /* the last character written */
    size_t run;    /* katakana written since the start of their run */
};

static bool is_voicing(uint32_t cp)
{
    return cp == 0x3099 || cp == 0x309A;
}

static bool is_combining(uint32_t cp)
{
    if (cp < 0x300 || (cp > 0x309C && cp < 0xA000))
        return false;
    return utf8proc_get_property((utf8proc_int32_t)cp)->combining_class != 0;
}

/* Would this character, next, have a say in what becomes of a kana? Any mark, for
 * a voicing mark may stand behind others; also the spacing voicing marks, which
 * WIDTH folding lets combine with a plain kana. */
static bool holds(uint32_t cp)
{
    return cp == 0x309B || cp == 0x309C || is_combining(cp);
}

static bool is_katakana_letter(uint32_t cp)
{
    return cp >= 0x30A1 && cp <= 0x30FA;
}

/* Kana of any kind, their marks included: what a long vowel mark may follow. */
static bool is_kana(uint32_t cp)
{
    return (cp >= 0x3041 && cp <= 0x309F && cp != 0x309B && cp != 0x309C) ||
           (cp >= 0x30A1 && cp <= 0x30FF && cp != MIDDLE_DOT) || (cp >= 0x31F0 && cp <= 0x31FF);
}

/* The character behind the one that is n bytes long at in; 0 at the end. */
static uint32_t peek(const struct pass *p, size_t n)
{
    size_t at = p->in + n;
    return pm_utf8_next(p->f->text, p->f->len, &at);
}

static void emit(struct pass *p, uint32_t cp, uint32_t source)
{
    char bytes[4];
    size_t n = pm_utf8_put(cp, bytes);
    memcpy(p->f->text + p->out, bytes, n);
    for (size_t i = 0; i < n; i++)
        p->f->map[p->out + i] = source;
    p->out += n;
    p->prev = cp;
    if (is_katakana_letter(cp) || (p->run > 0 && (cp == LONG_MARK || is_voicing(cp))))
        p->run++;
}

static void drop_final_long_marks(struct pass *p)
{
    while (p->run >= 3 && p->prev == LONG_MARK) {
        size_t at = p->out - 6;
        p->out -= 3;
        p->prev = pm_utf8_next(p->f->text, p->out, &at);
        p->run--;
    }
}

static void end_run(struct pass *p)
{
    drop_final_long_marks(p);
    p->run = 0;
}

/* Large for small, and one letter for those that sound alike. */
static uint32_t plain_katakana(uint32_t cp)
{
    switch (cp) {
    case U'ァ':
    case U'ィ':
    case U'ゥ':
    case U'ェ':
    case U'ォ':
    case U'ッ':
    case U'ャ':
    case U'ュ':
    case U'ョ':
    case U'ヮ':
        return cp + 1;
    case U'ヵ':
    case U'ヶ':
        return U'カ';
    case U'ヂ':
        return U'ジ';
    case U'ヅ':
        return U'ズ';
    case U'ヰ':
        return U'イ';
    case U'ヱ':
        return U'エ';
    case U'ヴ':
        return U'ブ';
    case U'ヷ':
        return U'バ';
    case U'ヸ':
        return U'ビ';
    case U'ヹ':
        return U'ベ';
    case U'ヺ':
        return U'ボ';
    default:
        return cp;
    }
}

/* A consonant and a small vowel that are often written as one letter: ヴァ, ブァ to
 * バ; グァ to ガ; ズァ to ザ. 0: not such a pair. */
static uint32_t small_vowel_pair(uint32_t cp, uint32_t vowel)
{
    static const char32_t *const rows[] = {U"バビブベボ", U"ガギグゲゴ", U"ザジズゼゾ"};
    int row = -1;
    if (cp == U'ヴ' || cp == U'ブ')
        row = 0;
    else if (cp == U'グ')
        row = 1;
    else if (cp == U'ズ' || cp == U'ヅ')
        row = 2;
    if (row < 0 || vowel < U'ァ' || vowel > U'ォ' || vowel % 2 == 0 || vowel == U'ゥ')
        return 0;
    return rows[row][(vowel - U'ァ') / 2];
}

static size_t katakana(struct pass *p, uint32_t cp, uint32_t source)
{
    uint32_t next = peek(p, 3);
    if (holds(next)) {
        emit(p, cp, source);
        return 3;
    }
    if (is_katakana_letter(next) && !holds(peek(p, 6))) {
        uint32_t one = small_vowel_pair(cp, next);
        if (one != 0) {
            emit(p, one, source);
            return 6;
        }
        if (cp == U'ヴ' && next == U'ュ') {
            emit(p, U'ビ', source);
            return 3;
        }
    }
    emit(p, plain_katakana(cp), source);
    return 3;
}

/* cp (hiragana or katakana) with or without its voicing; cp where it has none. */
uint32_t pm_norm_voiced(uint32_t cp, bool voiced)
{
    uint32_t shift = cp >= 0x30A1 ? 0x60 : 0;
    uint32_t h = cp - shift;
    if (h >= U'か' && h <= U'ぢ')
        h = voiced ? (h % 2 == 1 ? h + 1 : h) : (h % 2 == 0 ? h - 1 : h);
    else if (h >= U'つ' && h <= U'ど')
        h = voiced ? (h % 2 == 0 ? h + 1 : h) : (h % 2 == 1 ? h - 1 : h);
    else if (h >= U'は' && h <= U'ぽ')
        h = U'は' + (h - U'は') / 3 * 3 + (voiced ? 1 : 0);
    return h + shift;
}

/* 々 ゝ ゞ ヽ ヾ: the character before it once more, where there is one of its kind. */
static void iteration(struct pass *p, uint32_t cp, uint32_t source)
{
    bool kata = cp == U'ヽ' || cp == U'ヾ';
    if (kata)
        drop_final_long_marks(p);
    else
        end_run(p);
    if (holds(peek(p, 3))) {
        end_run(p);
        emit(p, cp, source);
    } else if (cp == U'々') {
        bool repeat = pm_is_han(p->prev) && p->prev < 0x10000;
        emit(p, repeat ? p->prev : cp, source);
    } else if (kata ? is_katakana_letter(p->prev) : p->prev >= 0x3041 && p->prev <= 0x3096) {
        emit(p, plain_katakana(pm_norm_voiced(p->prev, cp == U'ゞ' || cp == U'ヾ')), source);
    } else {
        end_run(p);
        emit(p, cp, source);
    }
}

static bool is_dash(uint32_t cp)
{
    return (cp >= 0x2010 && cp <= 0x2015) || cp == 0x2212 || cp == 0x2500 || cp == 0x2501;
}

/* What a punctuation character is compared as; cp where it is itself. */
static uint32_t plain_punctuation(uint32_t cp)
{
    switch (cp) {
    case 0x2018:
    case 0x2019:
    case 0x201B:
        return '\'';
    case 0x201C:
    case 0x201D:
    case 0x201F:
        return '"';
    case 0x301C:
    case 0xFF5E:
    case 0x223C:
        return '~';
    default:
        return is_dash(cp) ? '-' : cp;
    }
}

uint32_t pm_norm_plain(uint32_t cp)
{
    if (is_katakana_letter(cp))
        return plain_katakana(cp);
    return pm_is_han(cp) ? pm_norm_han(cp) : plain_punctuation(cp);
}

/* Everything that is neither ASCII nor a katakana letter; n is its length. */
static void other(struct pass *p, uint32_t cp, size_t n, uint32_t source)
{
    if (p->prev == LONG_MARK && !is_voicing(cp) && is_combining(cp))
        p->run = 0; /* the mark belongs to the long vowel mark: keep that */
    bool in_katakana = pm_is_katakana(p->prev) && pm_is_katakana(peek(p, n));
    if ((cp == MIDDLE_DOT || cp == 0x00B7) && in_katakana)
        return;
    if (is_dash(cp) && in_katakana)
        cp = LONG_MARK;
    if (cp == LONG_MARK && is_kana(p->prev)) {
        emit(p, cp, source);
    } else if (cp == LONG_MARK) {
        end_run(p);
        emit(p, '-', source);
    } else if (cp == U'々' || cp == U'ゝ' || cp == U'ゞ' || cp == U'ヽ' || cp == U'ヾ') {
        iteration(p, cp, source);
    } else if (is_voicing(cp)) {
        emit(p, cp, source);
    } else {
        end_run(p);
        emit(p, pm_is_han(cp) ? pm_norm_han(cp) : plain_punctuation(cp), source);
    }
}

/* Take over hiragana and kanji, which nothing around them changes, up to the next
 * character of another kind. */
static void take_plain(struct pass *p)
{
    char *text = p->f->text;
    while (p->f->len - p->in >= 3) {
        unsigned char a = (unsigned char)text[p->in], b = (unsigned char)text[p->in + 1];
        unsigned char c = (unsigned char)text[p->in + 2];
        bool hiragana = a == 0xE3 && (b == 0x81 || (b == 0x82 && c <= 0x93));
        bool kanji = (a >= 0xE5 && a <= 0xE9) || (a == 0xE4 && b >= 0xB8);
        if (!hiragana && !kanji)
            return;
        uint32_t cp = (uint32_t)(a & 0x0F) << 12 | (uint32_t)(b & 0x3F) << 6 | (c & 0x3F);
        uint32_t plain = hiragana ? cp : pm_norm_han(cp), source = p->f->map[p->in];
        if (p->run > 0)
            end_run(p);
        if (plain == cp && p->in == p->out) { /* it stands where it belongs */
            p->out += 3;
            p->prev = cp;
        } else if (plain == cp) { /* as emit() would, for its three bytes */
            uint32_t *map = p->f->map + p->out;
            memmove(text + p->out, text + p->in, 3);
            map[0] = map[1] = map[2] = source;
            p->out += 3;
            p->prev = cp;
        } else {
            emit(p, plain, source);
        }
        p->in += 3;
    }
}

void pm_norm_full(struct pm_folded *f)
{
    struct pass p = {f, 0, 0, 0, 0};
    while (p.in < f->len) {
        unsigned char c = (unsigned char)f->text[p.in];
        if (c < 0x80) {
            if (p.run > 0)
                end_run(&p);
            f->map[p.out] = f->map[p.in];
            f->text[p.out++] = (char)c;
            p.prev = c;
            p.in++;
            continue;
        }
        take_plain(&p);
        if (p.in == f->len || (unsigned char)f->text[p.in] < 0x80)
            continue;
        size_t next = p.in;
        uint32_t cp = pm_utf8_next(f->text, f->len, &next);
        size_t used = next - p.in;
        uint32_t source = f->map[p.in];
        if (is_katakana_letter(cp))
            used = katakana(&p, cp, source);
        else
            other(&p, cp, used, source);
        p.in += used;
    }
    end_run(&p);
    f->map[p.out] = f->map[f->len];
    f->len = p.out;
}
