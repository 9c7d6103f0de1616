/*
 * Makes CALLS system calls, all of which fail, as fast as it can, and prints how long that took.
 */
#include <stdio.h>
#include <time.h>
#include <unistd.h>

int main(void)
{
    struct timespec from, to;
    long i;

    clock_gettime(CLOCK_MONOTONIC, &from);
    for (i = 0; i < CALLS; i++)
        if (access("/malassay-absent", F_OK) == 0)
            return 1;
    clock_gettime(CLOCK_MONOTONIC, &to);
    printf("%ld calls in %ld us\n", (long)CALLS,
           (to.tv_sec - from.tv_sec) * 1000000 + (to.tv_nsec - from.tv_nsec) / 1000);
    return 0;
}
