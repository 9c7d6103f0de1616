/*
 * Writes to address 0 and is ended by SIGSEGV.
 */
#include <stddef.h>

int main(void)
{
    char *volatile nowhere = NULL;

    *(volatile char *)nowhere = 1;
    return 0;
}
