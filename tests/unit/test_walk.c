/* Finding files, and the patterns that leave some out. */
#include <errno.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "indexer/ignore.h"
#include "indexer/walk.h"

static char start[4096];
static char folder[64];
static struct pm_arena arena;
static struct pm_walk walk;

static int enter_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/pm-walk-XXXXXX");
    return getcwd(start, sizeof start) == NULL || mkdtemp(folder) == NULL || chdir(folder) != 0;
}

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *ftw)
{
    (void)info;
    (void)type;
    (void)ftw;
    return remove(path);
}

static int leave_folder(void **state)
{
    (void)state;
    pm_arena_free(&arena);
    return chdir(start) != 0 || nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS) != 0;
}

/* Make a file and the folders that lead to it. */
static void make(const char *path, const char *text)
{
    char copy[400];
    (void)snprintf(copy, sizeof copy, "%s", path);
    for (char *p = strchr(copy, '/'); p != NULL; p = strchr(p + 1, '/')) {
        *p = '\0';
        (void)mkdir(copy, 0700);
        *p = '/';
    }
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    (void)fputs(text, f);
    assert_int_equal(fclose(f), 0);
}

static void run(const char *root)
{
    pm_arena_free(&arena);
    walk = (struct pm_walk){0};
    struct pm_walk_options opt = {.max_bytes = 1 << 20};
    struct pm_error err = {{0}};
    assert_int_equal(pm_walk_root(root, &opt, &arena, &walk, &err), PM_OK);
}

static void assert_files(size_t n, const char *const *want)
{
    for (size_t i = 0; i < n && i < walk.n_files; i++)
        assert_string_equal(walk.files[i].rel, want[i]);
    assert_int_equal(walk.n_files, n);
}

#define FILES(...)                                                                                 \
    do {                                                                                           \
        static const char *const want[] = {__VA_ARGS__};                                           \
        assert_files(sizeof want / sizeof *want, want);                                            \
    } while (0)

static void assert_skip(size_t i, const char *path, const char *reason)
{
    assert_true(i < walk.n_skips);
    assert_string_equal(walk.skips[i].path, path);
    assert_string_equal(walk.skips[i].reason, reason);
}

static void candidates_are_taken_and_sorted_bytewise(void **state)
{
    (void)state;
    make("b.md", "");
    make("a/z.TXT", "");
    make("a.markdown", "");
    make("B.rst", "");
    make("LICENSE", "");
    make("PM-9 - Bad image causing issues", "");
    make("v1.2 outage", "");
    make("data.json", "");
    make("photo.png", "");
    make("notes.md~", "");
    make(".hidden.md", "");
    make(".git/x.md", "");
    make("node_modules/y/z.md", "");
    make("CVS/c.md", "");
    run(".");
    FILES("B.rst", "LICENSE", "PM-9 - Bad image causing issues", "a.markdown", "a/z.TXT", "b.md",
          "v1.2 outage");
    assert_int_equal(walk.n_skips, 0);
    assert_string_equal(walk.files[4].path, "./a/z.TXT");
    assert_true(walk.files[4].real[0] == '/');
    assert_non_null(strstr(walk.files[4].real, "/a/z.TXT"));
    assert_null(strstr(walk.files[4].real, "/./"));
}

static void size_time_and_inode_are_told(void **state)
{
    (void)state;
    make("x/a.md", "12345");
    struct stat info;
    assert_int_equal(stat("x/a.md", &info), 0);
    run("x/");
    FILES("a.md");
    assert_string_equal(walk.files[0].path, "x/a.md");
    assert_int_equal(walk.files[0].size, 5);
    assert_true(walk.files[0].inode == info.st_ino);
    assert_true(walk.files[0].mtime_ns / 1000000000 == info.st_mtim.tv_sec);
}

static void strange_names_survive(void **state)
{
    (void)state;
    make("a 'quoted\" name.md", "");
    make("line\nbreak.md", "");
    make("not\xff utf8\x83.md", "");
    make("障害 報告.md", "");
    run(".");
    FILES("a 'quoted\" name.md", "line\nbreak.md", "not\xff utf8\x83.md", "障害 報告.md");
}

static void a_file_as_root_is_taken_whatever_its_name(void **state)
{
    (void)state;
    make("d/report.json", "{}");
    run("./d/report.json");
    FILES("report.json");
    assert_string_equal(walk.files[0].path, "./d/report.json");
    assert_non_null(strstr(walk.files[0].real, "/d/report.json"));
}

static void a_missing_root_is_not_found(void **state)
{
    (void)state;
    struct pm_walk_options opt = {.max_bytes = 10};
    struct pm_error err = {{0}};
    walk = (struct pm_walk){0};
    assert_int_equal(pm_walk_root("nowhere", &opt, &arena, &walk, &err), PM_ENOTFOUND);
    assert_non_null(strstr(err.text, "'nowhere'"));
}

static void what_cannot_be_read_is_told(void **state)
{
    (void)state;
    make("big.md", "");
    assert_int_equal(truncate("big.md", (1 << 20) + 1), 0);
    assert_int_equal(mkfifo("pipe.md", 0600), 0);
    assert_int_equal(mkfifo("pipe.sock", 0600), 0);
    assert_int_equal(symlink("gone.md", "dangling.md"), 0);
    assert_int_equal(symlink("gone.png", "dangling.png"), 0);
    run(".");
    assert_int_equal(walk.n_files, 0);
    assert_int_equal(walk.n_skips, 3);
    assert_skip(0, "./big.md", "larger than 1 MiB");
    assert_skip(1, "./dangling.md", "dangling link");
    assert_skip(2, "./pipe.md", "not a regular file");
    run("pipe.md");
    assert_skip(0, "pipe.md", "not a regular file");
}

static void forbidden_files_are_told(void **state)
{
    (void)state;
    make("a.md", "");
    make("d/b.md", "");
    assert_int_equal(chmod("a.md", 0), 0);
    assert_int_equal(chmod("d", 0), 0);
    run(".");
    if (geteuid() != 0) { /* root may read everything */
        assert_skip(0, "./a.md", "permission denied");
        assert_skip(1, "./d", "permission denied");
    }
    assert_int_equal(chmod("d", 0700), 0);
}

static void links_are_followed_but_each_folder_once(void **state)
{
    (void)state;
    make("real/a.md", "");
    make("out.md", "");
    assert_int_equal(symlink("real", "alias"), 0);
    assert_int_equal(symlink("..", "real/up"), 0);
    assert_int_equal(symlink("out.md", "link.md"), 0);
    assert_int_equal(symlink("self", "self"), 0);
    run(".");
    FILES("link.md", "out.md", "real/a.md");
    assert_skip(0, "./self", "too many links");
}

static void very_deep_trees_are_cut(void **state)
{
    (void)state;
    for (int i = 0; i < 300; i++) {
        make("in.md", "");
        assert_int_equal(mkdir("d", 0700), 0);
        assert_int_equal(chdir("d"), 0);
    }
    assert_int_equal(chdir(folder), 0);
    run(".");
    assert_int_equal(walk.n_files, 256);
    assert_int_equal(walk.n_skips, 1);
    assert_string_equal(walk.skips[0].reason, "more than 256 folders deep");
}

static void ignored_names_are_passed_over(void **state)
{
    (void)state;
    make(".pmsearchignore", "# drafts\n*.txt\n!keep.txt\n/top.md\nbuild/\ndocs/**/old\n");
    make("a.txt", "");
    make("keep.txt", "");
    make("top.md", "");
    make("sub/top.md", "");
    make("build/x.md", "");
    make("sub/build", "");
    make("docs/a/b/old/x.md", "");
    make("docs/new/x.md", "");
    make("sub/.pmsearchignore", "!a.txt\nz.md\n");
    make("sub/a.txt", "");
    make("sub/z.md", "");
    make("z.md", "");
    run(".");
    FILES("docs/new/x.md", "keep.txt", "sub/a.txt", "sub/build", "sub/top.md", "z.md");
    assert_int_equal(walk.n_skips, 0);
}

static bool ignores(const char *patterns, const char *path, bool is_dir)
{
    struct pm_ignore ig = {0};
    pm_arena_free(&arena);
    assert_int_equal(pm_ignore_parse(&ig, patterns, strlen(patterns), &arena), PM_OK);
    return pm_ignore_match(&ig, path, is_dir);
}

static void patterns_follow_gitignore(void **state)
{
    (void)state;
    assert_true(ignores("*.md", "a/b.md", false));
    assert_true(ignores("/*.md", "b.md", false));
    assert_false(ignores("/*.md", "a/b.md", false));
    assert_true(ignores("a/*.md", "a/b.md", false));
    assert_false(ignores("a/*.md", "a/c/b.md", false));
    assert_false(ignores("a/*.md", "x/a/b.md", false));
    assert_true(ignores("**/a/*.md", "x/a/b.md", false));
    assert_true(ignores("a/**", "a/b/c", false));
    assert_false(ignores("a/**", "a", true));
    assert_true(ignores("a/**/z", "a/z", false));
    assert_true(ignores("a/**/z", "a/b/c/z", false));
    assert_true(ignores("d/", "x/d", true));
    assert_false(ignores("d/", "x/d", false));
    assert_true(ignores("[a-c]?.md", "bx.md", false));
    assert_false(ignores("[!a-c]?.md", "bx.md", false));
    assert_true(ignores("[]]", "]", false));
    assert_true(ignores("[a", "[a", false));
    assert_true(ignores("\\#x", "#x", false));
    assert_true(ignores("\\!x", "!x", false));
    assert_true(ignores("x \r\n", "x", false));
    assert_true(ignores("x\\ ", "x ", false));
    assert_false(ignores("*\n!*.md\n", "a.md", false));
    assert_false(ignores("#x\n\n  \n/\n!\n", "x", false));
    assert_true(ignores("\xff*", "\xff\xfe", false));
}

static void hostile_patterns_end_soon(void **state)
{
    (void)state;
    char name[2001], deep[4001];
    memset(name, 'a', 2000);
    name[2000] = '\0';
    for (size_t i = 0; i < 4000; i += 2)
        memcpy(deep + i, "a/", 2);
    deep[4000] = '\0';
    deep[3999] = 'b';
    clock_t begin = clock();
    assert_false(pm_glob_match("*a*a*a*a*a*a*a*a*a*a*a*a*a*b", name));
    assert_false(pm_glob_match("**/a/**/a/**/a/**/a/**/a/**/a/**/a/**/c", deep));
    assert_true(clock() - begin < 5 * CLOCKS_PER_SEC);
}

int main(void)
{
#define IN_FOLDER(f) cmocka_unit_test_setup_teardown(f, enter_folder, leave_folder)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(candidates_are_taken_and_sorted_bytewise),
        IN_FOLDER(size_time_and_inode_are_told),
        IN_FOLDER(strange_names_survive),
        IN_FOLDER(a_file_as_root_is_taken_whatever_its_name),
        IN_FOLDER(a_missing_root_is_not_found),
        IN_FOLDER(what_cannot_be_read_is_told),
        IN_FOLDER(forbidden_files_are_told),
        IN_FOLDER(links_are_followed_but_each_folder_once),
        IN_FOLDER(very_deep_trees_are_cut),
        IN_FOLDER(ignored_names_are_passed_over),
        IN_FOLDER(patterns_follow_gitignore),
        IN_FOLDER(hostile_patterns_end_soon),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
