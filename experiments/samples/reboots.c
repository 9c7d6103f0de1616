/*
 * Asks the kernel for the end of the machine, HOW: RB_POWER_OFF or RB_AUTOBOOT.
 *
 * Exits 1 where it may not, as in a container, whose root lacks CAP_SYS_BOOT.
 */
#include "guest.h"

#include <sys/reboot.h>

int main(void)
{
    only_in_a_guest();
    reboot(HOW);
    return 1;
}
