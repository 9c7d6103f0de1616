/*
 * Sends SIGKILL to every process that it may (all but itself and the first one), then exits 0.
 *
 * The web service dies, and with it every part of the framework that runs in the guest.
 */
#include "guest.h"

#include <signal.h>

int main(void)
{
    only_in_a_guest();
    return kill(-1, SIGKILL) < 0;
}
