/* Runs a fuzz target over its seeds as an ordinary test, with any compiler: the
 * target's name is that of the program (seeds_norm reads tests/fuzz/seeds/norm). */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int run_file(const char *path)
{
    static uint8_t data[1 << 20];
    FILE *f = fopen(path, "rb");
    if (f == NULL)
        return 1;
    size_t n = fread(data, 1, sizeof data, f);
    (void)fclose(f);
    (void)LLVMFuzzerTestOneInput(data, n);
    return 0;
}

int main(int argc, char **argv)
{
    const char *name = strrchr(argc > 0 ? argv[0] : "", '/');
    name = strstr(name == NULL ? argv[0] : name, "seeds_");
    char folder[300], path[600];
    (void)snprintf(folder, sizeof folder, "tests/fuzz/seeds/%s", name == NULL ? "" : name + 6);
    DIR *dir = opendir(folder);
    int n = 0;
    if (dir != NULL) {
        for (struct dirent *e; (e = readdir(dir)) != NULL;) {
            if (e->d_name[0] == '.')
                continue;
            (void)snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
            printf("%sok %d - %s\n", run_file(path) == 0 ? "" : "not ", n + 1, path);
            n++;
        }
        (void)closedir(dir);
    }
    if (n == 0)
        printf("not ok %d - seeds of '%s'\n", ++n, folder);
    printf("1..%d\n", n);
    return 0;
}
