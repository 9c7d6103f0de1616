/*
 * Writes one file in the guest's root until not a byte more fits, and stays.
 *
 * Never more than 2 GiB, lest a guest whose own limit fails take the disk of its host with it.
 */
#include "guest.h"

#include <fcntl.h>

#define MOST (2ULL << 30)

int main(void)
{
    static char block[1 << 20];
    unsigned long long size = 0;
    int file;

    only_in_a_guest();
    file = open("/malassay-filler", O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (file < 0)
        return 1;
    memset(block, 'x', sizeof block);
    while (size < MOST) {
        ssize_t written = write(file, block, sizeof block);

        if (written <= 0)
            break;
        size += written;
    }
    for (;;)
        pause();
}
