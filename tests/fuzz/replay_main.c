/* replay_main - runs a fuzz target over each file of its corpus, so that what was once found stays found.   Layer:
 * tests */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A heap block of exactly the file's size, so that a read past its end is seen by ASan. */
static int replay_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    struct stat st;
    uint8_t *data = NULL;
    int rc = -1;

    if (f == NULL || fstat(fileno(f), &st) != 0)
        goto out;
    data = malloc(st.st_size > 0 ? (size_t)st.st_size : 1);
    if (data == NULL || fread(data, 1, (size_t)st.st_size, f) != (size_t)st.st_size)
        goto out;
    (void)LLVMFuzzerTestOneInput(data, (size_t)st.st_size);
    rc = 0;
out:
    if (rc != 0)
        perror(path);
    free(data);
    if (f != NULL)
        (void)fclose(f);
    return rc;
}

/* Returns the number of files replayed, -1 when one could not be read. */
static int replay_folder(const char *folder)
{
    struct dirent **names = NULL;
    char path[4096];
    int n = scandir(folder, &names, NULL, alphasort);
    int done = 0;

    if (n < 0)
        perror(folder);
    for (int i = 0; i < n; i++) {
        if (names[i]->d_name[0] != '.' && done >= 0) {
            (void)snprintf(path, sizeof path, "%s/%s", folder, names[i]->d_name);
            done = replay_file(path) == 0 ? done + 1 : -1;
        }
        free(names[i]);
    }
    free(names);
    return n < 0 ? -1 : done;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        (void)fprintf(stderr, "usage: %s CORPUS-FOLDER\n", argv[0]);
        return 2;
    }
    (void)LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
    int n = replay_folder(argv[1]);
    if (n <= 0) {
        (void)fprintf(stderr, "%s: no input replayed\n", argv[1]);
        return 1;
    }
    (void)printf("%d inputs replayed\n", n);
    return 0;
}
