/*
 * How a bot hides, and how it looks whether it is watched; -DACT= one of these. None hides anything
 * but itself, and the guest is thrown away.
 */
#include "act.h"
#include "guest.h"

#include <dirent.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/utsname.h>

extern char **environ;

/* Takes the name of a service (ATT&CK T1036). */
AN_ACT renames_itself(void)
{
    prctl(PR_SET_NAME, "sshd");
}

/* Puts a folder over its own in /proc, so that ps(1) finds nothing there (T1564). */
AN_ACT hides_by_mount(void)
{
    char own[32];

    snprintf(own, sizeof own, "/proc/%d", (int)getpid());
    mount("/tmp", own, NULL, MS_BIND, NULL);
}

/* Has the loader put a library into every program; there is no such library (T1574.006). */
AN_ACT preloads_library(void)
{
    put("/etc/ld.so.preload", "/tmp/malassay-absent.so\n", O_TRUNC, 0644);
}

/* Runs a program that is in no folder: the guest's own true(1), from memory (T1620). */
AN_ACT runs_from_memory(void)
{
    char path[32], *arguments[] = {"kworker", NULL};
    int memory = (int)syscall(SYS_memfd_create, "kworker", 0);

    if (copy_true(memory) < 0)
        return;
    snprintf(path, sizeof path, "/proc/self/fd/%d", memory);
    execve(path, arguments, environ);
}

/* Empties the log of logins, and removes the shell's memory (T1070). */
AN_ACT clears_traces(void)
{
    if (truncate("/var/log/wtmp", 0) < 0)
        put("/var/log/wtmp", "", O_TRUNC, 0644);
    put("/root/.bash_history", "ls\n", O_TRUNC, 0600);
    unlink("/root/.bash_history");
}

/* Asks what a sandbox would answer otherwise (T1497.001). */
AN_ACT looks_for_sandbox(void)
{
    static const char *const places[] = {"/proc/cpuinfo",  "/proc/1/cgroup",
                                         "/proc/version",  "/proc/uptime",
                                         "/proc/mounts",   "/sys/class/dmi/id/product_name",
                                         "/proc/self/status"};
    char bytes[256];
    struct utsname name;
    size_t i;
    int file;

    uname(&name);
    access("/.dockerenv", F_OK);
    for (i = 0; i < sizeof places / sizeof *places; i++) {
        file = open(places[i], O_RDONLY);
        if (file >= 0) {
            if (read(file, bytes, sizeof bytes) < 0)
                perror(places[i]);
            close(file);
        }
    }
}

/* A program can be traced once: whoever traces it shows himself (T1622). */
AN_ACT asks_to_be_traced(void)
{
    ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}

/* Looks at every process by the path of its program (T1057). */
AN_ACT lists_processes(void)
{
    char path[300], program[256];
    struct dirent *entry;
    DIR *processes = opendir("/proc");

    if (!processes)
        return;
    while ((entry = readdir(processes)) != NULL) {
        snprintf(path, sizeof path, "/proc/%s/exe", entry->d_name);
        if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9'
            && readlink(path, program, sizeof program) < 0)
            continue;
    }
    closedir(processes);
}

/* Others shall be ended when memory is used up (T1685). */
AN_ACT outlives_others(void)
{
    put("/proc/self/oom_score_adj", "-1000\n", 0, 0);
}

/* Makes a file executable that ls(1) does not show; there is no program in it (T1564.001). */
AN_ACT makes_hidden_program(void)
{
    put("/tmp/.malassay", "no program\n", O_TRUNC, 0600);
    chmod("/tmp/.malassay", 0755);
}

int main(void)
{
    only_in_a_guest();
    ACT();
    return 0;
}
