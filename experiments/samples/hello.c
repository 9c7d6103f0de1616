/*
 * Prints one line and exits 0. Needs nothing but the C library.
 *
 * How it is linked is what matters: each way of linking asks something else of the guest (a loader
 * of that name, that ABI, that instruction set), and one that is absent stops it before main().
 */
#include <stdio.h>

int main(void)
{
    puts("Hello.");
    return 0;
}
