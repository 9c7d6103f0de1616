/*
 * Makes a child that stays, and ends before it: by exit status 1, or with KILLED by the child's
 * SIGKILL. Bots do both, to look dead.
 */
#include <signal.h>

#include "guest.h"

int main(void)
{
    pid_t child;

    only_in_a_guest();
    child = fork();
    if (child < 0)
        return 2;
    if (child > 0 && !KILLED)
        return 1;
    if (child == 0 && KILLED)
        kill(getppid(), SIGKILL);
    for (;;)
        pause();
}
