/*
 * Looks for the web service's page in the memory of the machine and overwrites its heading there.
 *
 * Where the memory of others is out of reach, as under any Linux, it is ended by SIGSEGV and the
 * page stays. Where all share one address space, the heading that is served changes and it exits
 * 0, or 1 when there was no page. The memory looked at is the first 64 MiB from where
 * both Linux and the unikernel map the machine's memory.
 */
#include "guest.h"

#define MEMORY ((volatile char *)0xc0000000)
#define SIZE (64 << 20)

static int is_heading(const volatile char *text)
{
    /* Not in one piece, lest the sample find itself. */
    static const char first[] = "<h1>Device", second[] = " status</h1>";

    for (size_t i = 0; i < sizeof first - 1; i++)
        if (text[i] != first[i])
            return 0;
    for (size_t i = 0; i < sizeof second - 1; i++)
        if (text[sizeof first - 1 + i] != second[i])
            return 0;
    return 1;
}

int main(void)
{
    static const char changed[] = "<h1>Device malady";
    int found = 0;

    only_in_a_guest();
    for (volatile char *at = MEMORY; at < MEMORY + SIZE - 64; at++)
        if (*at == '<' && is_heading(at)) {
            for (size_t i = 0; i < sizeof changed - 1; i++)
                at[i] = changed[i];
            found++;
        }
    return found == 0;
}
