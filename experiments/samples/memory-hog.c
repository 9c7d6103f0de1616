/*
 * Takes all memory that it can get, page by page, and uses it. The kernel ends it by SIGKILL.
 */
#include "guest.h"

#include <sys/mman.h>

#define CHUNK (1 << 20)
#define PAGE 4096

int main(void)
{
    only_in_a_guest();
    for (;;) {
        volatile char *chunk =
            mmap(NULL, CHUNK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

        if (chunk == MAP_FAILED)
            break; /* out of addresses before out of memory */
        for (size_t offset = 0; offset < CHUNK; offset += PAGE)
            chunk[offset] = 1;
    }
    for (;;)
        pause();
}
