/*
 * Deletes every file and folder that it can, from the root down, but follows no link and enters no
 * other file system: what somebody has mounted into the guest stays untouched.
 *
 * Exits 0 when it deleted something, otherwise 1.
 */
#define _GNU_SOURCE
#include "guest.h"

#include <ftw.h>

static int deleted;

static int delete(const char *path, const struct stat *status, int type, struct FTW *place)
{
    (void)status;
    (void)type;
    if (place->level > 0 && remove(path) == 0)
        deleted++;
    return 0;
}

int main(void)
{
    only_in_a_guest();
    nftw("/", delete, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
    return deleted == 0;
}
