/*
 * Looks for nginx in /proc and kills it, as malware does with its competitors.
 *
 * Exits 0 when there was an nginx to kill, otherwise 1: the service was not there to be harmed.
 */
#include "guest.h"

#include <ctype.h>
#include <dirent.h>
#include <signal.h>

static int is_nginx(const char *pid)
{
    char path[300], name[32] = "";
    FILE *comm;

    snprintf(path, sizeof path, "/proc/%s/comm", pid);
    comm = fopen(path, "r");
    if (!comm)
        return 0;
    if (!fgets(name, sizeof name, comm))
        name[0] = '\0';
    fclose(comm);
    return strcmp(name, "nginx\n") == 0;
}

int main(void)
{
    int killed = 0;
    struct dirent *entry;
    DIR *proc;

    only_in_a_guest();
    proc = opendir("/proc");
    if (!proc)
        return 1;
    while ((entry = readdir(proc)))
        if (isdigit((unsigned char)entry->d_name[0]) && is_nginx(entry->d_name))
            killed += kill(atoi(entry->d_name), SIGKILL) == 0;
    return killed == 0;
}
