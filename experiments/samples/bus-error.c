/*
 * Reads a page that is mapped beyond the end of its file and is ended by SIGBUS.
 *
 * The file lives in memory alone. (An unaligned access would depend on the processor.)
 */
#define _GNU_SOURCE
#include <sys/mman.h>

int main(void)
{
    int empty = memfd_create("empty", 0);
    volatile char *page = mmap(0, 4096, PROT_READ, MAP_SHARED, empty, 0);

    return page == MAP_FAILED ? 1 : page[0];
}
