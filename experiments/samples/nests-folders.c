/*
 * Puts 3000 folders into each other, and exits 0: whoever removes them has to climb down as far.
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
