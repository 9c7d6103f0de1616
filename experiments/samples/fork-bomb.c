/*
 * Forks, and so does every child, as often as the guest allows, until no process is left for
 * anybody else.
 *
 * The children are the first that the kernel kills if memory runs out, so that processes are what
 * the guest runs short of. (memory-hog makes it run short of memory.)
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
