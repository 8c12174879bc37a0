#include "lib/morph_dic.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

/* A compiled dictionary starts with ten 32-bit numbers in the machine's order
 * (magic: the file's size under a mask; version; kind; words; left and right
 * contexts; ...) and the name of the charset. */
enum {
    VERSION = 102,
    IPADIC_CONTEXTS = 1316,
    CHARSET_AT = 40,
    HEADER_SIZE = 72,
    EDGE = 4096, /* bytes of each end of sys.dic that enter the fingerprint */
    BLOCK = 16 * EDGE,
};
#define MAGIC_MASK UINT32_C(0xef718f77)

/* Parts of a file that identify it: its size, and a hash of its two ends. */
struct facts {
    uint64_t size;
    uint64_t hash;
    unsigned char header[HEADER_SIZE];
};

static XXH64_hash_t hash_block(const unsigned char *block, size_t n, XXH64_hash_t hash)
{
    for (size_t at = 0; at < n; at += EDGE)
        hash = XXH64(block + at, n - at < EDGE ? n - at : EDGE, hash);
    return hash;
}

/* Hash the whole file, or only its first and last EDGE bytes. */
static bool read_facts(const char *path, bool whole, struct facts *out)
{
    unsigned char block[BLOCK];
    FILE *f = fopen(path, "rb");
    struct stat st;
    if (f == NULL)
        return false;
    bool good = fstat(fileno(f), &st) == 0 && S_ISREG(st.st_mode);
    XXH64_hash_t hash = 0;
    memset(out, 0, sizeof *out);
    size_t most = whole ? BLOCK : EDGE;
    for (size_t n, at = 0; good && (n = fread(block, 1, most, f)) > 0; at += n) {
        if (at == 0)
            memcpy(out->header, block, n < HEADER_SIZE ? n : HEADER_SIZE);
        hash = hash_block(block, n, hash);
        if (!whole && at == 0 && st.st_size > 2L * EDGE)
            good = fseek(f, -(long)EDGE, SEEK_END) == 0;
    }
    out->size = good ? (uint64_t)st.st_size : 0;
    out->hash = hash;
    good = good && ferror(f) == 0;
    (void)fclose(f);
    return good;
}

static uint32_t header_number(const struct facts *f, size_t index)
{
    uint32_t v;
    memcpy(&v, f->header + index * sizeof v, sizeof v);
    return v;
}

static bool is_compiled_dictionary(const struct facts *f)
{
    return f->size > HEADER_SIZE && (header_number(f, 0) ^ MAGIC_MASK) == f->size &&
           header_number(f, 1) == VERSION;
}

static bool is_utf8_ipadic(const struct facts *f)
{
    const char *charset = (const char *)f->header + CHARSET_AT;
    return is_compiled_dictionary(f) && header_number(f, 4) == IPADIC_CONTEXTS &&
           header_number(f, 5) == IPADIC_CONTEXTS &&
           (strncasecmp(charset, "utf-8", 6) == 0 || strncasecmp(charset, "utf8", 5) == 0);
}

static char *join(const char *dir, const char *name)
{
    char *path = NULL;
    return asprintf(&path, "%s/%s", dir, name) < 0 ? NULL : path;
}

/* Do the features have the nine fields of ipadic? Its dicrc says so. */
static bool has_ipadic_features(const char *dir)
{
    char *path = join(dir, "dicrc");
    FILE *f = path == NULL ? NULL : fopen(path, "r");
    free(path);
    if (f == NULL)
        return false;
    bool good = false;
    char line[512];
    while (!good && fgets(line, sizeof line, f) != NULL)
        good = strncmp(line, "bos-feature", 11) == 0 &&
               strstr(line, "BOS/EOS,*,*,*,*,*,*,*,*\n") != NULL;
    (void)fclose(f);
    return good;
}

static bool is_usable(const char *dir, struct facts *out)
{
    char *path = join(dir, "sys.dic");
    bool good = path != NULL && read_facts(path, false, out) && is_utf8_ipadic(out);
    free(path);
    return good && has_ipadic_features(dir);
}

static enum pm_status find_system(struct facts *facts, const char **dir, struct pm_error *err)
{
    static const char *const usual[] = {
        "/var/lib/mecab/dic/ipadic-utf8", "/usr/share/mecab/dic/ipadic-utf8",
        "/usr/share/mecab/dic/ipadic",    "/usr/lib/mecab/dic/ipadic-utf8",
        "/usr/lib/mecab/dic/ipadic",      "/usr/local/lib/mecab/dic/ipadic",
    };
    *dir = getenv("PMSEARCH_MECAB_DIC");
    if (*dir != NULL && **dir != '\0') {
        if (is_usable(*dir, facts))
            return PM_OK;
        return pm_fail(err, PM_EDICT, "'%s' is not an ipadic dictionary of MeCab in UTF-8", *dir);
    }
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
        *dir = usual[i];
        if (is_usable(*dir, facts))
            return PM_OK;
    }
    return pm_fail(err, PM_EDICT,
                   "no ipadic dictionary of MeCab in UTF-8 at '%s': install mecab-ipadic-utf8, "
                   "or set PMSEARCH_MECAB_DIC",
                   usual[0]);
}

/* *present: is there a user dictionary to speak of? */
static enum pm_status check_user(const char *path, struct facts *facts, bool *present,
                                 struct pm_error *err)
{
    struct stat st;
    *present = false;
    if (path == NULL || (stat(path, &st) != 0 && (errno == ENOENT || errno == ENOTDIR)))
        return PM_OK;
    if (!read_facts(path, true, facts))
        return pm_fail(err, PM_EIO, "unable to read '%s'", path);
    if (facts->size == 0)
        return PM_OK;
    if (!is_utf8_ipadic(facts))
        return pm_fail(err, PM_EDICT, "'%s' is not a user dictionary for ipadic in UTF-8", path);
    if (strchr(path, ',') != NULL) /* MeCab takes a list here */
        return pm_fail(err, PM_EDICT, "'%s': a comma in the path of a user dictionary", path);
    *present = true;
    return PM_OK;
}

enum pm_status pm_morph_dic_find(const char *user_dic, struct pm_morph_dic *out,
                                 struct pm_error *err)
{
    struct facts sys = {0}, user = {0};
    const char *dir = NULL;
    bool has_user;
    *out = (struct pm_morph_dic){0};
    enum pm_status st = find_system(&sys, &dir, err);
    if (st == PM_OK)
        st = check_user(user_dic, &user, &has_user, err);
    if (st != PM_OK)
        return st;
    if (!has_user)
        user = (struct facts){0};
    out->dir = strdup(dir);
    out->user = has_user ? strdup(user_dic) : NULL;
    int n =
        asprintf(&out->fingerprint, "%s %" PRIu64 " %016" PRIx64 " user %" PRIu64 " %016" PRIx64,
                 dir, sys.size, sys.hash, user.size, user.hash);
    if (n < 0)
        out->fingerprint = NULL;
    if (n < 0 || out->dir == NULL || (has_user && out->user == NULL)) {
        pm_morph_dic_free(out);
        return pm_fail(err, PM_ENOMEM, "out of memory");
    }
    return PM_OK;
}

void pm_morph_dic_free(struct pm_morph_dic *d)
{
    free(d->dir);
    free(d->user);
    free(d->fingerprint);
    *d = (struct pm_morph_dic){0};
}
