/*
 * Writes zeros to the memory of the machine from its first byte on, until something stops it.
 *
 * Where the memory of others is out of reach, as under any Linux, it is ended by SIGSEGV. Where all
 * share one address space, it takes the web service and the kernel down with it.
 */
#include "guest.h"

#define MEMORY ((volatile unsigned *)0xc0000000) /* where Linux and the unikernel map it */

int main(void)
{
    only_in_a_guest();
    for (volatile unsigned *at = MEMORY;; at++)
        *at = 0;
}
