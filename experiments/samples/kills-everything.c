/*
 * Sends SIGKILL to every process that it may (all but itself and the first one), then exits 0.
 *
 * The web service dies, and whatever of the framework's own runs in the guest with it.
 */
#include "guest.h"

#include <signal.h>

int main(void)
{
    only_in_a_guest();
    return kill(-1, SIGKILL) < 0;
}
