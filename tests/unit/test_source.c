/* Bytes of a file to UTF-8. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "indexer/source.h"

static void assert_decodes(const char *bytes, size_t len, const char *encoding, const char *text,
                           size_t replaced)
{
    struct pm_source s;
    struct pm_error err = {{0}};
    assert_int_equal(pm_source_decode(bytes, len, &s, &err), PM_OK);
    assert_string_equal(s.encoding, encoding);
    assert_string_equal(pm_buf_text(&s.text), text);
    assert_int_equal(s.text.len, strlen(text));
    assert_int_equal(s.replaced, replaced);
    pm_source_free(&s);
}

#define DECODES(bytes, encoding, text, replaced)                                                   \
    assert_decodes(bytes, sizeof(bytes) - 1, encoding, text, replaced)

static void utf8_passes_through(void **state)
{
    (void)state;
    DECODES("", "utf-8", "", 0);
    DECODES("plain", "utf-8", "plain", 0);
    DECODES("障害 \xf0\x9f\x9a\xa8", "utf-8", "障害 🚨", 0);
    DECODES("\xef\xbb\xbf"
            "BOM",
            "utf-8", "BOM", 0);
}

static void line_ends_become_lf(void **state)
{
    (void)state;
    DECODES("a\r\nb\rc\r\r\nd\r", "utf-8", "a\nb\nc\n\nd\n", 0);
}

static void shift_jis_is_recognised(void **state)
{
    (void)state;
    /* 障害報告：DBの接続が枯渇した */
    DECODES("\x8f\xe1\x8a\x51\x95\xf1\x8d\x90\x81\x46"
            "DB\x82\xcc\x90\xda\x91\xb1\x82\xaa"
            "\x8c\xcd\x8a\x89\x82\xb5\x82\xbd\r\n",
            "shift_jis", "障害報告：DBの接続が枯渇した\n", 0);
    /* ①髙 are in CP932 only. */
    DECODES("\x87\x40\xfb\xfc\x96\xd8\x82\xb3\x82\xf1", "shift_jis", "①髙木さん", 0);
}

static void euc_jp_is_recognised(void **state)
{
    (void)state;
    /* 原因はタイムアウトである */
    DECODES("\xb8\xb6\xb0\xf8\xa4\xcf\xa5\xbf\xa5\xa4\xa5\xe0\xa5\xa2\xa5\xa6\xa5\xc8\xa4\xc7"
            "\xa4\xa2\xa4\xeb",
            "euc-jp", "原因はタイムアウトである", 0);
}

static void iso_2022_jp_is_recognised(void **state)
{
    (void)state;
    DECODES("log: \x1b$B>c32\x1b(B end", "iso-2022-jp", "log: 障害 end", 0);
}

static void escape_sequences_of_terminals_are_left_out(void **state)
{
    (void)state;
    DECODES("\x1b[1;31mred\x1b[0m\x1b(B", "utf-8", "red", 0);
    DECODES("a\x1b[2K\x1b[?25l\x1b[38;5;1mb\x1b[m", "utf-8", "ab", 0);
    DECODES("\x1b]0;title\a<\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\>", "utf-8", "<link>", 0);
    DECODES("接続が\x1b[31m枯渇\x1b[0mした\r\n", "utf-8", "接続が枯渇した\n", 0);
}

static void an_escape_that_starts_no_whole_sequence_swallows_nothing(void **state)
{
    (void)state;
    DECODES("\x1b]0;open\nnext\a", "utf-8", "\x1b]0;open\nnext\a", 0);
    DECODES("\x1b[31\nm", "utf-8", "\x1b[31\nm", 0);
    DECODES("end\x1b[", "utf-8", "end\x1b[", 0);
    DECODES("end\x1b", "utf-8", "end\x1b", 0);
}

static void utf16_is_read_by_its_bom(void **state)
{
    (void)state;
    DECODES("\xff\xfe"
            "a\0\x9c\x96\r\0\n\0\x3d\xd8\xa8\xde",
            "utf-16", "a障\n🚨", 0);
    DECODES("\xfe\xff\0a\x96\x9c", "utf-16", "a障", 0);
    DECODES("\xfe\xff\0a\0\0\xd8\0\0b\0", "utf-16",
            "a\xef\xbf\xbd"
            "b\xef\xbf\xbd",
            3);
}

static void damaged_utf8_stays_utf8(void **state)
{
    (void)state;
    DECODES("接続が\xff枯渇した", "utf-8", "接続が\xef\xbf\xbd枯渇した", 1);
}

static void latin_text_is_not_taken_for_japanese(void **state)
{
    (void)state;
    DECODES("caf\xe9 na\xefve r\xe9sum\xe9s", "utf-8",
            "caf\xef\xbf\xbd na\xef\xbf\xbdve r\xef\xbf\xbdsum\xef\xbf\xbds", 4);
}

static void binary_content_is_refused(void **state)
{
    (void)state;
    static const char png[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
    static const char controls[] = "\x01\x02\x03\x04 text \x05\x06";
    struct pm_source s;
    struct pm_error err = {{0}};
    assert_int_equal(pm_source_decode(png, sizeof png - 1, &s, &err), PM_EFORMAT);
    assert_true(err.text[0] != '\0');
    assert_int_equal(pm_source_decode(controls, sizeof controls - 1, &s, NULL), PM_EFORMAT);
    pm_source_free(&s);
}

static void the_hash_sees_raw_bytes(void **state)
{
    (void)state;
    struct pm_source lf, crlf, again;
    assert_int_equal(pm_source_decode("a\n", 2, &lf, NULL), PM_OK);
    assert_int_equal(pm_source_decode("a\r\n", 3, &crlf, NULL), PM_OK);
    assert_int_equal(pm_source_decode("a\n", 2, &again, NULL), PM_OK);
    assert_memory_not_equal(lf.hash, crlf.hash, 16);
    assert_memory_equal(lf.hash, again.hash, 16);
    pm_source_free(&lf);
    pm_source_free(&crlf);
    pm_source_free(&again);
}

static char folder[] = "/tmp/pm-source-XXXXXX";

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) == NULL;
}

static int remove_folder(void **state)
{
    (void)state;
    return rmdir(folder);
}

static void files_are_read_up_to_a_limit(void **state)
{
    (void)state;
    char path[100];
    (void)snprintf(path, sizeof path, "%s/a file", folder);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_true(fputs("12345\r\n", f) >= 0);
    assert_int_equal(fclose(f), 0);
    struct pm_source s;
    struct pm_error err = {{0}};
    assert_int_equal(pm_source_read(path, 7, &s, &err), PM_OK);
    assert_string_equal(pm_buf_text(&s.text), "12345\n");
    pm_source_free(&s);
    assert_int_equal(pm_source_read(path, 6, &s, &err), PM_ELIMIT);
    assert_non_null(strstr(err.text, "a file"));
    assert_int_equal(unlink(path), 0);
    assert_int_equal(pm_source_read(path, 6, &s, &err), PM_EIO);
    assert_non_null(strstr(err.text, "unable to open"));
}

static void fifos_devices_and_folders_never_block(void **state)
{
    (void)state;
    char path[100];
    struct pm_source s;
    struct pm_error err = {{0}};
    (void)snprintf(path, sizeof path, "%s/fifo.md", folder);
    assert_int_equal(mkfifo(path, 0600), 0);
    alarm(10);
    assert_int_equal(pm_source_read(path, 100, &s, &err), PM_EIO);
    assert_non_null(strstr(err.text, "not a regular file"));
    assert_int_equal(pm_source_read("/dev/zero", 100, &s, &err), PM_EIO);
    assert_int_equal(pm_source_read(folder, 100, &s, &err), PM_EIO);
    alarm(0);
    assert_int_equal(unlink(path), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf8_passes_through),
        cmocka_unit_test(line_ends_become_lf),
        cmocka_unit_test(shift_jis_is_recognised),
        cmocka_unit_test(euc_jp_is_recognised),
        cmocka_unit_test(iso_2022_jp_is_recognised),
        cmocka_unit_test(escape_sequences_of_terminals_are_left_out),
        cmocka_unit_test(an_escape_that_starts_no_whole_sequence_swallows_nothing),
        cmocka_unit_test(utf16_is_read_by_its_bom),
        cmocka_unit_test(damaged_utf8_stays_utf8),
        cmocka_unit_test(latin_text_is_not_taken_for_japanese),
        cmocka_unit_test(binary_content_is_refused),
        cmocka_unit_test(the_hash_sees_raw_bytes),
        cmocka_unit_test(files_are_read_up_to_a_limit),
        cmocka_unit_test(fifos_devices_and_folders_never_block),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
