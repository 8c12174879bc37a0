#include "indexer/edict_build.h"

#include <errno.h>
#include <iconv.h>
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "indexer/edict_line.h"
#include "lib/edict.h"
#include "lib/utf8.h"

enum {
    GLOSS_TERMS = 3,  /* a gloss with more words explains, it does not translate */
    KEEP = 10,        /* translations kept of a key */
    COMMON_BONUS = 2, /* how much more a frequent or computing headword counts backwards */
};

struct builder {
    sqlite3 *db;
    sqlite3_stmt *insert;
    struct pm_tokenizer *tokenizer;
    struct pm_arena scratch;
    struct pm_buf terms[2], offsets[2]; /* of the Japanese and the English side */
    struct pm_error *err;
};

static enum pm_status db_error(const struct builder *b)
{
    return pm_fail(b->err, PM_EDB, "unable to write the lexicon: %s", sqlite3_errmsg(b->db));
}

static enum pm_status read_file(const char *path, struct pm_buf *out, struct pm_error *err)
{
    FILE *f = fopen(path, "rb");
    if (f == NULL)
        return pm_fail(err, PM_EIO, "unable to open '%s': %s", path, strerror(errno));
    char chunk[65536];
    for (size_t n; (n = fread(chunk, 1, sizeof chunk, f)) > 0;)
        pm_buf_add(out, chunk, n);
    bool bad = ferror(f) != 0;
    (void)fclose(f);
    return bad           ? pm_fail(err, PM_EIO, "unable to read '%s'", path)
           : out->failed ? pm_fail(err, PM_ENOMEM, "out of memory")
                         : PM_OK;
}

/* The form of a text into terms[side]; *n is its number of words, 0 when it has too many
 * or words are passed over in it. */
static enum pm_status make_form(struct builder *b, const char *text, int side, uint32_t *n)
{
    struct pm_form f;
    enum pm_status st = pm_form_make(b->tokenizer, text, strlen(text), &b->scratch, &f, b->err);
    pm_buf_clear(&b->terms[side]);
    pm_buf_clear(&b->offsets[side]);
    *n = st == PM_OK && f.n <= GLOSS_TERMS ? f.n : 0;
    if (side == 0 && *n > 1 && f.offsets[*n - 1] != *n - 1)
        *n = 0;
    if (*n > 0)
        pm_form_write(&f, &b->terms[side], &b->offsets[side]);
    return st;
}

/* How much a gloss tells: less with each sense before it and each gloss beside it, and
 * less for paraphrases; computing terms are what incidents are about. */
static double gloss_weight(const struct pm_edict_line *l, const struct pm_edict_gloss *g,
                           bool computing, uint32_t words)
{
    double w = 1 / sqrt((double)g->of_sense) / (1 + 0.3 * (g->sense - 1));
    if (l->senses > 1)
        w *= 0.8;
    if (words > 1)
        w *= 0.8;
    if (g->computing || computing)
        w *= 1.5;
    return w > 1 ? 1 : w;
}

static enum pm_status insert_pair(struct builder *b, const char *head, const char *gloss, double w,
                                  double rank)
{
    const char *texts[] = {head, gloss};
    (void)sqlite3_reset(b->insert);
    for (int side = 0; side < 2; side++) {
        if (b->terms[side].failed || b->offsets[side].failed)
            return pm_fail(b->err, PM_ENOMEM, "out of memory");
        (void)sqlite3_bind_text(b->insert, 3 * side + 1, texts[side], -1, SQLITE_STATIC);
        (void)sqlite3_bind_text(b->insert, 3 * side + 2, pm_buf_text(&b->terms[side]), -1,
                                SQLITE_STATIC);
        (void)sqlite3_bind_text(b->insert, 3 * side + 3, pm_buf_text(&b->offsets[side]), -1,
                                SQLITE_STATIC);
    }
    (void)sqlite3_bind_double(b->insert, 7, w);
    (void)sqlite3_bind_double(b->insert, 8, rank);
    return sqlite3_step(b->insert) == SQLITE_DONE ? PM_OK : db_error(b);
}

/* Headwords that are one kana or kanji, or short hiragana, mean too much. */
static bool is_vague(const char *head)
{
    size_t letters = 0, hiragana = 0, len = strlen(head);
    for (size_t pos = 0; pos < len; letters++)
        hiragana += pm_is_hiragana(pm_utf8_next(head, len, &pos));
    return letters < 2 || (hiragana == letters && letters < 4);
}

static enum pm_status add_line(struct builder *b, const char *text, size_t len, bool computing)
{
    struct pm_edict_line l;
    uint32_t head = 0, words = 0;
    pm_arena_reset(&b->scratch);
    if (!pm_utf8_valid(text, len, NULL) || !pm_edict_line_read(text, len, &b->scratch, &l) ||
        is_vague(l.headword))
        return PM_OK;
    enum pm_status st = make_form(b, l.headword, 0, &head);
    for (size_t i = 0; st == PM_OK && head > 0 && i < l.count; i++) {
        st = make_form(b, l.glosses[i].text, 1, &words);
        if (st != PM_OK || words == 0)
            continue;
        double w = gloss_weight(&l, &l.glosses[i], computing, words);
        bool known = l.common || computing || l.glosses[i].computing;
        st = insert_pair(b, l.headword, l.glosses[i].text, w, known ? w * COMMON_BONUS : w);
    }
    return st;
}

/* The file's text in UTF-8: EUC-JP as the package has it, or already decoded. */
static enum pm_status decode(const char *path, struct pm_buf *out, struct pm_error *err)
{
    struct pm_buf raw = {0};
    enum pm_status st = read_file(path, &raw, err);
    if (st == PM_OK && pm_utf8_valid(pm_buf_text(&raw), raw.len, NULL)) {
        *out = raw;
        return PM_OK;
    }
    iconv_t cd = st == PM_OK ? iconv_open("UTF-8", "EUC-JP") : (iconv_t)-1;
    if (st == PM_OK && cd == (iconv_t)-1)
        st = pm_fail(err, PM_EIO, "unable to decode '%s': no EUC-JP here", path);
    char *in = raw.data, chunk[16384];
    size_t left = raw.len;
    while (st == PM_OK && left > 0) {
        char *to = chunk;
        size_t room = sizeof chunk;
        if (iconv(cd, &in, &left, &to, &room) == (size_t)-1 && errno != E2BIG && left > 0) {
            in++; /* a byte that is none; its line is passed over */
            left--;
            pm_buf_addc(out, '\xFF');
        }
        pm_buf_add(out, chunk, (size_t)(to - chunk));
    }
    if (cd != (iconv_t)-1)
        (void)iconv_close(cd);
    pm_buf_free(&raw);
    return st == PM_OK && out->failed ? pm_fail(err, PM_ENOMEM, "out of memory") : st;
}

/* compdic marks its words by being in it. */
static enum pm_status add_file(struct builder *b, const char *path, bool computing)
{
    struct pm_buf text = {0};
    enum pm_status st = decode(path, &text, b->err);
    const char *p = pm_buf_text(&text), *end = p + text.len;
    while (st == PM_OK && p < end) {
        const char *newline = memchr(p, '\n', (size_t)(end - p));
        size_t len = newline == NULL ? (size_t)(end - p) : (size_t)(newline - p);
        st = add_line(b, p, len, computing);
        p += len + 1;
    }
    pm_buf_free(&text);
    return st;
}

/* One key with what it translates to. */
struct entry {
    struct pm_buf key, value;
    size_t kept;
};

static enum pm_status flush(struct builder *b, struct entry *e, sqlite3_stmt *put)
{
    if (e->kept == 0)
        return PM_OK;
    (void)sqlite3_reset(put);
    (void)sqlite3_bind_text(put, 1, pm_buf_text(&e->key), (int)e->key.len, SQLITE_STATIC);
    (void)sqlite3_bind_blob64(put, 2, pm_buf_text(&e->value), e->value.len, SQLITE_STATIC);
    if (e->key.failed || e->value.failed)
        return pm_fail(b->err, PM_ENOMEM, "out of memory");
    return sqlite3_step(put) == SQLITE_DONE ? PM_OK : db_error(b);
}

/* Rows come by key, the best translation first. Backwards the weight is shared by all the
 * headwords that have the gloss. */
static enum pm_status write_direction(struct builder *b, const char *sql, sqlite3_stmt *put)
{
    sqlite3_stmt *rows = NULL;
    struct entry e = {0};
    enum pm_status st = PM_OK;
    if (sqlite3_prepare_v2(b->db, sql, -1, &rows, NULL) != SQLITE_OK)
        return db_error(b);
    while (st == PM_OK && sqlite3_step(rows) == SQLITE_ROW) {
        const char *key = (const char *)sqlite3_column_text(rows, 0);
        if (strcmp(key, pm_buf_text(&e.key)) != 0) {
            st = flush(b, &e, put);
            pm_buf_clear(&e.key);
            pm_buf_clear(&e.value);
            pm_buf_adds(&e.key, key);
            e.kept = 0;
        }
        if (e.kept++ < KEEP)
            pm_edict_pack(&e.value, sqlite3_column_double(rows, 4),
                          (const char *)sqlite3_column_text(rows, 1),
                          (const char *)sqlite3_column_text(rows, 2),
                          (const char *)sqlite3_column_text(rows, 3));
    }
    (void)sqlite3_finalize(rows);
    if (st == PM_OK)
        st = flush(b, &e, put);
    pm_buf_free(&e.key);
    pm_buf_free(&e.value);
    return st;
}

static enum pm_status write_words(struct builder *b)
{
    static const char forth[] =
        "SELECT ja, en_text, en, en_offsets, max(w) FROM pair GROUP BY ja, en"
        " ORDER BY ja, max(w) DESC, en";
    static const char back[] =
        "SELECT en, ja_text, ja, ja_offsets, w FROM (SELECT en, ja_text, ja, ja_offsets,"
        " max(rank) AS r, min(1.0, max(rank) / sqrt(count(*) OVER (PARTITION BY en))) AS w"
        " FROM pair WHERE rank > w * 1.5 GROUP BY en, ja) ORDER BY en, w DESC, ja";
    sqlite3_stmt *put = NULL;
    if (sqlite3_prepare_v2(b->db, "INSERT OR IGNORE INTO out.word VALUES(?1, ?2)", -1, &put,
                           NULL) != SQLITE_OK)
        return db_error(b);
    enum pm_status st = write_direction(b, forth, put);
    if (st == PM_OK)
        st = write_direction(b, back, put);
    (void)sqlite3_finalize(put);
    return st;
}

static enum pm_status fill(struct builder *b, const struct pm_edict_sources *s, const char *file)
{
    char *sql = sqlite3_mprintf(
        "ATTACH %Q AS out; PRAGMA out.journal_mode=OFF; PRAGMA out.page_size=4096;"
        "CREATE TABLE out.word(key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;"
        "CREATE TEMP TABLE pair(ja_text TEXT, ja TEXT, ja_offsets TEXT, en_text TEXT, en TEXT,"
        " en_offsets TEXT, w REAL, rank REAL); BEGIN",
        file);
    enum pm_status st = PM_OK;
    if (sql == NULL || sqlite3_exec(b->db, sql, NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(b->db, "INSERT INTO pair VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)", -1,
                           &b->insert, NULL) != SQLITE_OK)
        st = db_error(b);
    sqlite3_free(sql);
    if (st == PM_OK && s->compdic != NULL)
        st = add_file(b, s->compdic, true);
    if (st == PM_OK)
        st = add_file(b, s->edict, false);
    if (st == PM_OK)
        st = write_words(b);
    (void)sqlite3_finalize(b->insert);
    if (st == PM_OK && sqlite3_exec(b->db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
        st = db_error(b);
    return st;
}

/* A scratch database in memory, the result attached to it. */
static enum pm_status build_into(struct builder *b, const struct pm_edict_sources *s,
                                 const char *file)
{
    struct pm_dict *dict = NULL;
    struct pm_lexer *lexer = NULL;
    enum pm_status st = pm_dict_open_dir(s->data, &dict, b->err);
    if (st == PM_OK)
        st = pm_lexer_open(dict, &lexer, b->err);
    if (st == PM_OK)
        st = pm_tokenizer_new(lexer, &b->tokenizer, b->err);
    if (st == PM_OK &&
        (sqlite3_open(":memory:", &b->db) != SQLITE_OK ||
         sqlite3_exec(b->db, "PRAGMA temp_store=MEMORY", NULL, NULL, NULL) != SQLITE_OK))
        st = db_error(b);
    if (st == PM_OK)
        st = fill(b, s, file);
    (void)sqlite3_close(b->db);
    pm_tokenizer_free(b->tokenizer);
    pm_lexer_close(lexer);
    pm_dict_close(dict);
    return st;
}

enum pm_status pm_edict_build(const struct pm_edict_sources *s, const char *out,
                              struct pm_error *err)
{
    struct pm_buf temp = {0};
    struct builder b = {.err = err};
    pm_buf_addf(&temp, "%s.new", out);
    if (temp.failed)
        return pm_fail(err, PM_ENOMEM, "out of memory");
    (void)unlink(temp.data);
    enum pm_status st = build_into(&b, s, temp.data);
    if (st == PM_OK && rename(temp.data, out) != 0)
        st = pm_fail(err, PM_EIO, "unable to write '%s': %s", out, strerror(errno));
    if (st != PM_OK)
        (void)unlink(temp.data);
    for (int side = 0; side < 2; side++) {
        pm_buf_free(&b.terms[side]);
        pm_buf_free(&b.offsets[side]);
    }
    pm_arena_free(&b.scratch);
    pm_buf_free(&temp);
    return st;
}
