/*
 * Goes into the background: the parent exits 0 at once, the child stays in a session of its own.
 *
 * The child keeps its parent's standard output open on purpose. A tool that waits for the end of the
 * output instead of the end of the process waits for ever.
 */
#include "guest.h"

int main(void)
{
    pid_t child;

    only_in_a_guest();
    child = fork();
    if (child != 0)
        return child < 0;
    setsid();
    for (;;)
        pause();
}
