/*
 * Puts 3000 folders into each other, and exits 0. A tool that removes them must get as deep.
 */
#include "guest.h"

#include <sys/stat.h>

int main(void)
{
    only_in_a_guest();
    for (int i = 0; i < 3000; i++)
        if (mkdir("d", 0700) < 0 || chdir("d") < 0)
            return 1;
    return 0;
}
