#include <string.h>
#include <utf8proc.h>

#include "lib/tokenizer_parts.h"
#include "lib/utf8.h"

/* Latin runs: words, and identifiers made of several. */

enum {
    PARTS_MAX = 24,  /* words of a run; the rest is a run of its own */
    WHOLE_MAX = 64,  /* bytes of a whole identifier */
    OPAQUE_MIN = 20, /* bytes from which on a run may be a hash or the like */
    RIGHT_QUOTE = 0x2019,
    HYPHEN = 0x2010,
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

/* On folded text: ASCII letters and digits, or a byte of another letter. */
static bool is_word_byte(char c)
{
    return is_lower(c) || is_digit(c) || (unsigned char)c >= 0x80;
}

bool pm_latin_is_letter(uint32_t cp)
{
    if (cp < 0x80)
        return is_lower((char)cp) || is_digit((char)cp) || (cp >= 'A' && cp <= 'Z');
    if (pm_is_japanese(cp) || (cp >= 0x3000 && cp <= 0x30FF))
        return false;
    switch (utf8proc_category((utf8proc_int32_t)cp)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ND:
        return true;
    default:
        return false;
    }
}

static size_t word_end(const char *s, size_t len, size_t pos)
{
    while (pos < len) {
        if ((unsigned char)s[pos] < 0x80) {
            if (!is_word_byte(s[pos]))
                break;
            pos++;
            continue;
        }
        size_t next = pos;
        if (!pm_latin_is_letter(pm_utf8_next(s, len, &next)))
            break;
        pos = next;
    }
    return pos;
}

/* A comma that groups digits: "1,000". */
static bool groups_digits(const char *s, size_t len, size_t comma)
{
    return comma > 0 && is_digit(s[comma - 1]) && comma + 3 < len && is_digit(s[comma + 1]) &&
           is_digit(s[comma + 2]) && is_digit(s[comma + 3]) &&
           (comma + 4 == len || !is_word_byte(s[comma + 4]));
}

/* Does the character join two words by itself? */
static bool joins(uint32_t cp)
{
    switch (cp) {
    case '.':
    case '-':
    case '/':
    case '+':
    case '#':
    case '\'':
    case '@':
    case '&':
    case RIGHT_QUOTE:
    case HYPHEN:
        return true;
    default:
        return false;
    }
}

/* The length of what joins the word that ends at pos to another one; 0: nothing. */
static size_t joiner_len(const char *s, size_t len, size_t pos)
{
    size_t n = 1;
    uint32_t cp = (unsigned char)s[pos];
    if (cp >= 0x80) {
        size_t next = pos;
        cp = pm_utf8_next(s, len, &next);
        n = next - pos;
    }
    if (cp == ',')
        return groups_digits(s, len, pos) ? n : 0;
    if (cp == '_') {
        while (pos + n < len && s[pos + n] == '_')
            n++;
    } else if (cp == ':') {
        if (pos + 2 < len && memcmp(s + pos, "://", 3) == 0)
            n = 3;
        else if (pos + 1 < len && s[pos + 1] == ':')
            n = 2;
    } else if (!joins(cp)) {
        return 0;
    }
    return word_end(s, len, pos + n) > pos + n ? n : 0;
}

/* "c++", "c#": what belongs to the word [start, end) although nothing follows. */
static size_t suffix_len(const char *s, size_t len, size_t start, size_t end)
{
    size_t n = 0;
    if (end + 1 < len && s[end] == '+' && s[end + 1] == '+' && is_lower(s[end - 1]))
        n = 2;
    else if (end < len && s[end] == '#' && end - start == 1 && is_lower(s[start]))
        n = 1;
    if (n == 0 || end + n == len)
        return n;
    size_t next = end + n;
    char c = s[next];
    return c == '+' || c == '#' || pm_latin_is_letter(pm_utf8_next(s, len, &next)) ? 0 : n;
}

size_t pm_latin_end(const char *s, size_t len, size_t pos)
{
    size_t end = word_end(s, len, pos);
    for (size_t words = 1; end > pos && end < len && words < PARTS_MAX; words++) {
        size_t n = joiner_len(s, len, end);
        if (n == 0)
            break;
        end = word_end(s, len, end + n);
    }
    return end > pos ? end + suffix_len(s, len, pos, end) : pos;
}

/* Was the letter at i of the folded text upper case in the original? */
static bool was_upper(const struct pm_tokenizer *t, size_t i)
{
    const unsigned char *p = (const unsigned char *)t->source + t->text.map[i];
    if (!is_lower(t->text.text[i]))
        return false;
    return (*p >= 'A' && *p <= 'Z') ||
           (p[0] == 0xEF && p[1] == 0xBC && p[2] >= 0xA1 && p[2] <= 0xBA);
}

/* Does a new part start at i, between two bytes of one word that ends at end?
 * Between letters and digits, before the upper case of "poolSize", before the last
 * upper case of "HTTPServer", before the s of "VMs". */
static bool part_starts(const struct pm_tokenizer *t, size_t i, size_t end)
{
    const char *s = t->text.text;
    if (is_digit(s[i]) != is_digit(s[i - 1]))
        return true;
    if (!was_upper(t, i))
        return s[i] == 's' && i + 1 == end && i >= 2 && was_upper(t, i - 1) && was_upper(t, i - 2);
    if (!was_upper(t, i - 1))
        return true;
    return i + 2 < end && is_lower(s[i + 1]) && !was_upper(t, i + 1) && is_lower(s[i + 2]) &&
           !was_upper(t, i + 2);
}

/* The end of the part that starts at i, inside a run that ends at end. */
static size_t part_end(const struct pm_tokenizer *t, size_t i, size_t end)
{
    size_t stop = word_end(t->text.text, end, i);
    for (i++; i < stop; i++)
        if (part_starts(t, i, stop))
            break;
    return i;
}

/* What a run is made of, in one look. */
struct shape {
    bool joined; /* other characters than letters, digits, apostrophes, commas */
    bool letters;
    bool digits;
    bool plural;    /* ends in an s behind upper case: "VMs" */
    size_t changes; /* starts of parts inside of words */
};

static struct shape shape_of(const struct pm_tokenizer *t, size_t start, size_t end)
{
    const char *s = t->text.text;
    struct shape h = {0};
    for (size_t i = start, stop = start; i < end; i++) {
        if (is_digit(s[i]))
            h.digits = true;
        else if (is_lower(s[i]))
            h.letters = true;
        else if ((unsigned char)s[i] < 0x80)
            h.joined = h.joined || (s[i] != '\'' && s[i] != ',');
        else if (end - i >= 3 && memcmp(s + i, "\xE2\x80\x90", 3) == 0)
            h.joined = true;
        else
            h.letters = true;
        if (i >= stop)
            stop = word_end(s, end, i);
        else
            h.changes += part_starts(t, i, stop);
    }
    size_t last = end - 1;
    h.plural = end - start > 1 && s[last] == 's' && !was_upper(t, last) && was_upper(t, last - 1);
    return h;
}

/* The run as a term: typographic apostrophes and hyphens in ASCII, no commas. */
static void write_name(struct pm_tokenizer *t, size_t start, size_t end)
{
    const char *s = t->text.text;
    size_t kept = start; /* the start of what is not yet written */
    pm_buf_clear(&t->name);
    for (size_t i = start; i < end; i++) {
        bool wide = s[i] == '\xE2' && end - i >= 3 && s[i + 1] == '\x80' &&
                    (s[i + 2] == '\x99' || s[i + 2] == '\x90');
        if (s[i] != ',' && !wide)
            continue;
        pm_buf_add(&t->name, s + kept, i - kept);
        if (wide)
            pm_buf_addc(&t->name, s[i + 2] == '\x99' ? '\'' : '-');
        i += wide ? 2 : 0;
        kept = i + 1;
    }
    pm_buf_add(&t->name, s + kept, end - kept);
}

/* One word, stemmed unless it is a number. */
static enum pm_status add_word(struct pm_tokenizer *t, const char *word, size_t len, size_t from,
                               size_t to, unsigned flags, uint32_t position)
{
    enum pm_stop stop = PM_STOP_NO;
    flags |= PM_TOKEN_LATIN;
    if (is_digit(word[0]))
        return pm_token_add(t, word, len, from, to, flags | PM_TOKEN_NUMBER, PM_POS_NUMBER,
                            position);
    size_t n = 0;
    const char *stem = pm_stem_word(t->stem, word, len, &n, &stop);
    if (stem == NULL)
        return pm_fail(t->err, PM_ENOMEM, "out of memory");
    return pm_token_add(t, stem, n, from, to, flags | pm_token_stop_flags(stop), PM_POS_OTHER,
                        position);
}

static enum pm_status add_parts(struct pm_tokenizer *t, size_t start, size_t end)
{
    const char *s = t->text.text;
    uint32_t first = t->out->next_position;
    for (size_t i = start, stop; i < end && t->out->next_position - first < PARTS_MAX; i = stop) {
        stop = word_end(s, end, i);
        if (stop == i) {
            pm_utf8_next(s, end, &stop);
            continue;
        }
        stop = part_end(t, i, end);
        if (stop - i == 1 && !is_digit(s[i]))
            continue;
        enum pm_status st =
            add_word(t, s + i, stop - i, i, stop, PM_TOKEN_PART, t->out->next_position);
        if (st != PM_OK)
            return st;
        t->out->next_position++;
    }
    return PM_OK;
}

/* Hashes, uuids, base64: letters and digits change more often than in a name. */
static bool is_opaque(const struct shape *h, size_t len)
{
    size_t enough = len / 6 < 5 ? 5 : len / 6 > 12 ? 12 : len / 6;
    return len >= OPAQUE_MIN && h->letters && h->digits && h->changes >= enough;
}

/* Is the one part of an identifier no word of its own? The same term ("APIs"), a small number
 * that single letters stand around ("s3", "n+1", "k8s", not "Y2038": letters are no parts), or
 * two letters that a last one stands behind ("IoT"; not "VMs", "PodA"), also in "SaaS". */
static bool is_needless(const struct pm_token *whole, const struct pm_token *part,
                        const struct shape *h)
{
    size_t len = part->end - part->start;
    if (strcmp(whole->text, part->text) == 0)
        return true;
    if ((part->flags & PM_TOKEN_NUMBER) != 0)
        return h->letters && len <= 2;
    if (h->joined || h->digits || h->plural || part->start != whole->start ||
        part->end == whole->end)
        return false;
    return len == 2 || (len == 3 && memcmp(part->text + 1, "aa", 2) == 0);
}

/* A whole without parts, or with a needless one, is a word. */
static void drop_needless_part(struct pm_tokenizer *t, size_t whole, const struct shape *h)
{
    struct pm_token *w = &t->out->items[whole];
    size_t parts = t->out->count - whole - 1;
    if (parts > 1 || (parts == 1 && !is_needless(&w[0], &w[1], h)))
        return;
    t->out->count = whole + 1;
    w->flags &= (uint8_t)~PM_TOKEN_WHOLE;
}

/* An identifier: the whole, then its parts from the same position on. The whole of
 * letters alone ("GitHub") is stemmed like a word, so that "github" finds it. */
static enum pm_status add_identifier(struct pm_tokenizer *t, size_t start, size_t end,
                                     const struct shape *h)
{
    uint32_t position = t->out->next_position;
    size_t at = t->out->count;
    size_t n = pm_utf8_clip(t->name.data, t->name.len, WHOLE_MAX);
    enum pm_status st;
    if (!h->joined && !h->digits)
        st = add_word(t, t->name.data, t->name.len, start, end, PM_TOKEN_WHOLE, position);
    else
        st = pm_token_add(t, t->name.data, n, start, end, PM_TOKEN_WHOLE | PM_TOKEN_LATIN,
                          PM_POS_OTHER, position);
    if (st == PM_OK && !is_opaque(h, t->name.len))
        st = add_parts(t, start, end);
    if (st == PM_OK)
        drop_needless_part(t, at, h);
    if (t->out->next_position == position)
        t->out->next_position++;
    return st;
}

/* Behind an identifier, 's is not a part of it; 0: there is none. */
static size_t possessive_len(const char *s, size_t start, size_t end)
{
    if (end - start > 2 && memcmp(s + end - 2, "'s", 2) == 0)
        return 2;
    return end - start > 4 && memcmp(s + end - 4, "\xE2\x80\x99s", 4) == 0 ? 4 : 0;
}

/* Is the run one word of ASCII letters, written low, High or HIGH? Most are, and need no
 * second look. */
static bool is_plain_word(const struct pm_tokenizer *t, size_t start, size_t end)
{
    const char *s = t->text.text + start, *source = t->source + t->text.map[start];
    size_t n = end - start, i = 0;
    if (t->text.map[end - 1] - t->text.map[start] != n - 1)
        return false;
    while (i < n && is_lower(s[i]))
        i++;
    if (i < n)
        return false;
    if (memcmp(source + 1, s + 1, n - 1) == 0)
        return n != 2 || *source == *s; /* "As": part_starts() asks what stands before it */
    for (i = 0; i < n; i++)
        if (source[i] - 'A' != s[i] - 'a')
            return false;
    return true;
}

enum pm_status pm_latin_tokens(struct pm_tokenizer *t, size_t start, size_t end)
{
    if (is_plain_word(t, start, end))
        return add_word(t, t->text.text + start, end - start, start, end, 0,
                        t->out->next_position++);
    struct shape h = shape_of(t, start, end);
    bool identifier = h.joined || (h.letters && h.digits) || h.changes > 0;
    if (identifier)
        end -= possessive_len(t->text.text, start, end);
    write_name(t, start, end);
    if (t->name.failed)
        return pm_fail(t->err, PM_ENOMEM, "out of memory");
    if (identifier)
        return add_identifier(t, start, end, &h);
    return add_word(t, t->name.data, t->name.len, start, end, 0, t->out->next_position++);
}
