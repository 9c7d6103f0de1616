/*
 * Sends SIGNAL to itself and is ended by it.
 *
 * SIGTERM and SIGKILL are also what a framework sends to a sample that reached a limit, and what
 * the kernel sends when memory runs out: here it is neither.
 */
#include <signal.h>

int main(void)
{
    raise(SIGNAL);
    return 0;
}
