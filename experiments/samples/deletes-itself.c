/*
 * Deletes its own file, as malware does to hide, and exits 0 when it is gone.
 *
 * The copy that was delivered has to tell what it was: the guest cannot.
 */
#include "guest.h"

#include <limits.h>

int main(void)
{
    char self[PATH_MAX];
    ssize_t length;

    only_in_a_guest();
    length = readlink("/proc/self/exe", self, sizeof self - 1);
    if (length < 0)
        return 1;
    self[length] = '\0';
    return unlink(self) < 0;
}
