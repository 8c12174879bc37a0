#include "indexer/source.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "indexer/escapes.h"
#include "indexer/source_ja.h"
#include "lib/utf8.h"

enum { CHUNK = 64 * 1024 };

static void hash_bytes(const char *bytes, size_t len, unsigned char hash[16])
{
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits(bytes, len));
    memcpy(hash, canonical.digest, 16);
}

static uint32_t unit16(const char *p, bool big)
{
    uint32_t a = (unsigned char)p[0];
    uint32_t b = (unsigned char)p[1];
    return big ? a << 8 | b : b << 8 | a;
}

/* UTF-16 behind its BOM. Lone surrogates and an odd last byte become U+FFFD. */
static void decode_utf16(const char *bytes, size_t len, bool big, struct pm_source *out)
{
    char utf8[4];
    for (size_t i = 0; i + 1 < len; i += 2) {
        uint32_t cp = unit16(bytes + i, big);
        if (cp >= 0xd800 && cp < 0xdc00 && i + 3 < len) {
            uint32_t low = unit16(bytes + i + 2, big);
            if (low >= 0xdc00 && low < 0xe000) {
                cp = 0x10000 + ((cp - 0xd800) << 10) + (low - 0xdc00);
                i += 2;
            }
        }
        if (cp >= 0xd800 && cp < 0xe000) {
            cp = 0xfffd;
            out->replaced += 2;
        }
        if (cp != 0)
            pm_buf_add(&out->text, utf8, pm_utf8_put(cp, utf8));
    }
    if (len % 2 != 0) {
        pm_buf_add(&out->text, utf8, pm_utf8_put(0xfffd, utf8));
        out->replaced++;
    }
    out->encoding = "utf-16";
}

static bool is_binary(const char *bytes, size_t len)
{
    static const uint32_t usual =
        1U << '\b' | 1U << '\t' | 1U << '\n' | 1U << '\v' | 1U << '\f' | 1U << '\r' | 1U << '\033';
    size_t controls = 0;
    if (len > 0 && memchr(bytes, '\0', len) != NULL)
        return true;
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)bytes[i];
        controls += ((c < 0x20) & ~(usual >> (c & 31))) | (c == 0x7f);
    }
    return controls > len / 10;
}

/* Is it UTF-8 that was damaged in a few places, rather than something else? */
static bool mostly_utf8(const char *bytes, size_t len)
{
    size_t good = 0;
    size_t bad = 0;
    for (size_t pos = 0; pos < len;) {
        size_t at = pos;
        (void)pm_utf8_next(bytes, len, &pos);
        if (pos - at > 1)
            good++;
        else if ((unsigned char)bytes[at] & 0x80)
            bad++;
    }
    return good > bad * 4;
}

/* Does it change to Japanese by an escape, as ISO-2022-JP does? Hardly any text has the
 * byte at all. */
static bool has_escape(const char *bytes, size_t len)
{
    const char *esc = len == 0 ? NULL : memchr(bytes, '\033', len);
    return esc != NULL && memmem(esc, len - (size_t)(esc - bytes), "\033$", 2) != NULL;
}

static enum pm_status decode_text(const char *bytes, size_t len, struct pm_source *out)
{
    bool escapes = has_escape(bytes, len);
    bool valid = pm_utf8_valid(bytes, len, NULL);
    const char *name = NULL;
    if (escapes || (!valid && !mostly_utf8(bytes, len))) {
        enum pm_status st = pm_source_japanese(bytes, len, &out->text, &name, &out->replaced);
        if (st != PM_OK)
            return st;
    }
    out->encoding = name != NULL ? name : "utf-8";
    if (name == NULL && valid)
        pm_buf_add(&out->text, bytes, len);
    else if (name == NULL)
        out->replaced = pm_utf8_repair(bytes, len, &out->text);
    return PM_OK;
}

/* CRLF and lone CR become LF, in place. */
static void unify_line_ends(struct pm_buf *text)
{
    size_t n = 0;
    if (text->len == 0 || memchr(text->data, '\r', text->len) == NULL)
        return;
    for (size_t i = 0; i < text->len; i++) {
        char c = text->data[i];
        if (c == '\r' && i + 1 < text->len && text->data[i + 1] == '\n')
            continue;
        text->data[n++] = c == '\r' ? '\n' : c;
    }
    text->data[n] = '\0';
    text->len = n;
}

enum pm_status pm_source_decode(const char *bytes, size_t len, struct pm_source *out,
                                struct pm_error *err)
{
    *out = (struct pm_source){0};
    hash_bytes(bytes, len, out->hash);
    enum pm_status st = PM_OK;
    bool little = len >= 2 && memcmp(bytes, "\xff\xfe", 2) == 0;
    bool big = len >= 2 && memcmp(bytes, "\xfe\xff", 2) == 0;
    if (little || big) {
        decode_utf16(bytes + 2, len - 2, big, out);
    } else if (is_binary(bytes, len)) {
        return pm_fail(err, PM_EFORMAT, "not text: binary content");
    } else {
        size_t bom = len >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
        st = decode_text(bytes + bom, len - bom, out);
    }
    if (st != PM_OK || out->text.failed) {
        pm_source_free(out);
        return pm_fail(err, PM_ENOMEM, "out of memory");
    }
    unify_line_ends(&out->text);
    pm_escapes_strip(&out->text);
    return PM_OK;
}

/* Read to the end; the file may grow meanwhile, but never above limit. */
static enum pm_status read_all(int fd, const char *path, uint64_t limit, struct pm_buf *out,
                               struct pm_error *err)
{
    char chunk[CHUNK];
    size_t before = out->len;
    for (;;) {
        ssize_t got = read(fd, chunk, sizeof chunk);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return pm_fail(err, PM_EIO, "unable to read '%s': %s", path, strerror(errno));
        if (got == 0)
            return out->failed ? pm_fail(err, PM_ENOMEM, "out of memory") : PM_OK;
        pm_buf_add(out, chunk, (size_t)got);
        if (out->len - before > limit)
            return pm_fail(err, PM_ELIMIT, "'%s' is larger than %llu bytes", path,
                           (unsigned long long)limit);
    }
}

enum pm_status pm_source_load(const char *path, uint64_t limit, struct pm_buf *out,
                              struct pm_error *err)
{
    /* O_NONBLOCK: opening a FIFO without a writer must not wait for one. */
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return pm_fail(err, PM_EIO, "unable to open '%s': %s", path, strerror(errno));
    struct stat info;
    enum pm_status st = PM_OK;
    if (fstat(fd, &info) != 0)
        st = pm_fail(err, PM_EIO, "unable to open '%s': %s", path, strerror(errno));
    else if (!S_ISREG(info.st_mode))
        st = pm_fail(err, PM_EIO, "unable to read '%s': not a regular file", path);
    else if ((uint64_t)info.st_size > limit)
        st = pm_fail(err, PM_ELIMIT, "'%s' is larger than %llu bytes", path,
                     (unsigned long long)limit);
    else
        st = read_all(fd, path, limit, out, err);
    (void)close(fd);
    return st;
}

enum pm_status pm_source_read(const char *path, uint64_t limit, struct pm_source *out,
                              struct pm_error *err)
{
    *out = (struct pm_source){0};
    struct pm_buf raw = {0};
    enum pm_status st = pm_source_load(path, limit, &raw, err);
    if (st == PM_OK) {
        st = pm_source_decode(pm_buf_text(&raw), raw.len, out, err);
        if (st != PM_OK) {
            char prefix[201];
            size_t n = pm_utf8_clip(path, strlen(path), sizeof prefix - 3);
            prefix[0] = '\'';
            memcpy(prefix + 1, path, n);
            prefix[1 + n] = '\'';
            prefix[2 + n] = '\0';
            pm_error_prefix(err, prefix);
        }
    }
    pm_buf_free(&raw);
    return st;
}

void pm_source_free(struct pm_source *s)
{
    pm_buf_free(&s->text);
}
