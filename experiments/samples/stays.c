/*
 * How a bot sees to it that it runs again after a reboot, or is let in again; -DACT= one of these.
 * What they put there starts nothing and opens nothing: it names a file that is not there.
 */
#include "act.h"
#include "guest.h"

#define ABSENT "/tmp/malassay-absent"

/* T1053.003 */
AN_ACT persists_by_cron(void)
{
    mkdir("/etc/cron.d", 0755);
    put("/etc/cron.d/malassay", "* * * * * root " ABSENT "\n", O_TRUNC, 0644);
    mkdir("/var/spool/cron", 0755);
    mkdir("/var/spool/cron/crontabs", 0755);
    put("/var/spool/cron/crontabs/root", "* * * * * " ABSENT "\n", O_APPEND, 0600);
}

/* T1037.004 */
AN_ACT persists_by_init(void)
{
    mkdir("/etc/init.d", 0755);
    put("/etc/init.d/S99malassay", "#!/bin/sh\n" ABSENT " &\n", O_TRUNC, 0755);
    put("/etc/inittab", "::respawn:" ABSENT "\n", O_APPEND, 0644);
}

/* T1037.004 */
AN_ACT persists_by_rc_local(void)
{
    put("/etc/rc.local", "#!/bin/sh\n" ABSENT " &\n", O_TRUNC, 0755);
}

/* T1543.002 */
AN_ACT persists_by_systemd(void)
{
    mkdir("/etc/systemd", 0755);
    mkdir("/etc/systemd/system", 0755);
    put("/etc/systemd/system/malassay.service", "[Service]\nExecStart=" ABSENT "\n", O_TRUNC, 0644);
    mkdir("/etc/systemd/system/multi-user.target.wants", 0755);
    if (symlink("/etc/systemd/system/malassay.service",
                "/etc/systemd/system/multi-user.target.wants/malassay.service")
        < 0)
        perror("symlink");
}

/* T1546.004 */
AN_ACT persists_by_profile(void)
{
    put("/etc/profile", ABSENT " 2>/dev/null\n", O_APPEND, 0644);
    put("/root/.bashrc", ABSENT " 2>/dev/null\n", O_APPEND, 0644);
}

/* A line that is no key (T1098.004). */
AN_ACT adds_login_key(void)
{
    mkdir("/root/.ssh", 0700);
    put("/root/.ssh/authorized_keys", "# malassay: no key\n", O_APPEND, 0600);
}

/* An account that nobody can log in to (T1136.001). */
AN_ACT adds_account(void)
{
    put("/etc/passwd", "malassay:x:60000:60000::/:/usr/sbin/nologin\n", O_APPEND, 0644);
    put("/etc/shadow", "malassay:!:20000::::::\n", O_APPEND, 0600);
}

/* A rule for devices that are found, which is empty (T1546.017). */
AN_ACT persists_by_udev(void)
{
    mkdir("/etc/udev", 0755);
    mkdir("/etc/udev/rules.d", 0755);
    put("/etc/udev/rules.d/99-malassay.rules", "# malassay: no rule\n", O_TRUNC, 0644);
}

/* A program among those of the device, with nothing in it (T1554). */
AN_ACT adds_program(void)
{
    put("/usr/bin/malassay", "#!/bin/sh\n", O_TRUNC, 0755);
}

/* A file of its own, without a program in it, that would run as root whoever starts it (T1548.001). */
AN_ACT gives_owners_rights(void)
{
    put("/tmp/malassay-root", "no program\n", O_TRUNC, 0600);
    chmod("/tmp/malassay-root", 04755);
}

int main(void)
{
    only_in_a_guest();
    ACT();
    return 0;
}
