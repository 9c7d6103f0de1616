/*
 * Writes to its standard output as fast as it can, for ever: gigabytes within the time limit.
 *
 * Its output has to be bounded and said to be cut, and its reader must not slow down for it.
 */
#include "guest.h"

int main(void)
{
    static char block[65536];

    only_in_a_guest();
    memset(block, 'x', sizeof block);
    for (size_t end = 63; end < sizeof block; end += 64)
        block[end] = '\n';
    for (;;)
        if (write(STDOUT_FILENO, block, sizeof block) < 0)
            return 1;
}
