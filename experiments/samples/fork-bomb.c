/*
 * Forks, and so does every child, as often as the guest allows, until no process is left for
 * anybody else.
 *
 * The children offer themselves to the kernel for the case that memory runs out first, so that what
 * is seen is the want of processes. (memory-hog shows the want of memory.)
 */
#include "guest.h"

static void offer_to_oom_killer(void)
{
    FILE *adjustment = fopen("/proc/self/oom_score_adj", "w");

    if (!adjustment)
        return;
    fputs("1000", adjustment);
    fclose(adjustment);
}

int main(void)
{
    only_in_a_guest();
    for (;;)
        if (fork() == 0)
            offer_to_oom_killer();
}
