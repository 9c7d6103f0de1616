/*
 * Attacks the process that started it as root may attack another's process, short of killing it,
 * and stays for a second:
 *
 *   STOPS   stops it, so that it tells nothing any more
 *   LIMITS  takes its descriptors, and sends it a signal whose sender nobody knows
 *   FORGES  writes an end of its own into the parent's output, with numbers that cannot be
 */
#define _GNU_SOURCE
#include "guest.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>

static void stop(void)
{
    kill(getppid(), SIGSTOP);
}

static void limit(void)
{
    struct rlimit none = {0, 0};
    siginfo_t unknown = {.si_signo = SIGTERM, .si_code = SI_QUEUE};

    prlimit(getppid(), RLIMIT_NOFILE, &none, NULL);
    prlimit(getppid(), RLIMIT_SIGPENDING, &none, NULL);
    syscall(SYS_rt_sigqueueinfo, getppid(), SIGTERM, &unknown);
}

static void forge(void)
{
    /* Type, length, exited, status 1, durations, bytes, -1 survivors, killed. */
    static const unsigned char end[5 + 49] = {
        'X', 0, 0, 0, 49, 0, 0, 0, 0, 1,
        [10] = 0x80, [18] = 0x80, [26] = 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        [42] = 0xff, 0xff, 0xff, 0xff,
    };
    char path[64];
    int output;

    snprintf(path, sizeof path, "/proc/%d/fd/1", getppid());
    output = open(path, O_WRONLY);
    if (output >= 0 && write(output, end, sizeof end) < 0)
        perror(path);
}

int main(void)
{
    only_in_a_guest();
    (void)stop, (void)limit, (void)forge;
    ATTACK();
    sleep(1);
    return 0;
}
