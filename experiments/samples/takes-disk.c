/*
 * Takes several times its share of the disk, in a way that the lengths of its files do not tell:
 *
 *   HIDDEN     blocks beyond the end of a file
 *   FOLDERS    folders, each empty
 *   LONG_PATH  files below a path that is longer than any system call takes
 *
 * Then it waits to be stopped, and exits 0. It takes at most 1 GiB, so that a guest whose own limit
 * fails does not fill the disk of its host.
 */
#define _GNU_SOURCE
#include "guest.h"

#include <fcntl.h>
#include <sys/stat.h>

#define MIB 1048576
#define MOST 1024

int main(void)
{
    static char block[MIB], name[251];
    int file;

    only_in_a_guest();
    memset(block, 'x', sizeof block);
    memset(name, 'n', sizeof name - 1);
#if defined HIDDEN
    file = open("/tmp/hidden", O_WRONLY | O_CREAT, 0600);
    for (off_t i = 0; i < MOST; i++)
        if (fallocate(file, FALLOC_FL_KEEP_SIZE, i * MIB, MIB) < 0)
            break;
#elif defined FOLDERS
    (void)file;
    for (int i = 0; i < 38000; i++) {
        snprintf(name, sizeof name, "/tmp/folder-%d", i);
        if (mkdir(name, 0700) < 0)
            break;
    }
#elif defined LONG_PATH
    for (int i = 0; i < 20; i++)
        if (mkdir(name, 0700) < 0 || chdir(name) < 0)
            break;
    for (int i = 0; i < MOST; i++) {
        snprintf(name, sizeof name, "file-%d", i);
        file = open(name, O_WRONLY | O_CREAT, 0600);
        if (file < 0 || write(file, block, sizeof block) < 0)
            break;
        close(file);
    }
#endif
    sleep(3);
    return 0;
}
