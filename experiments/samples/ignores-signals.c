/*
 * Ignores every signal that can be ignored and stays, using all of the processor that it gets.
 *
 * It runs until the time limit, and only SIGKILL ends it.
 */
#include "guest.h"

#include <signal.h>

int main(void)
{
    only_in_a_guest();
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_IGN);
    for (volatile unsigned long rounds = 0;; rounds++)
        ;
}
