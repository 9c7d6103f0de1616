/* What a program can learn about itself, and what of that it may change. */
#include "check.h"

#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <linux/capability.h>
#include <linux/reboot.h>
#include <sys/fsuid.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>

int main(void) {
  char buffer[64];
  gid_t groups[32];
  setvbuf(stdout, NULL, _IONBF, 0);

  topic("family");
  IS(getpgrp() == getpid());
  IS(getpgid(0) == getpid());
  IS(getsid(0) == getpid());
  CHECK(getsid(99999));
  CHECK(setsid());
  CHECK(setpgid(0, 0));
  CHECK(setpgid(99999, 0));
  CHECK(setpgid(0, -1));
  CHECK(kill(-1, 0) < 0 ? -1 : 0);

  topic("system");
  struct utsname name;
  CHECK(uname(&name));
  puts(name.sysname);
  puts(name.nodename);
  puts(name.machine);
  puts(name.domainname);
  CHECK(sethostname("other", 5));
  CHECK(gethostname(buffer, sizeof buffer));
  puts(buffer);
  memset(buffer, 'x', sizeof buffer);
  CHECK(syscall(SYS_sethostname, buffer, 65));
  CHECK(setdomainname("domain", 6));
  CHECK(uname(&name));
  puts(name.domainname);
  CHECK(syscall(SYS_uname, NOWHERE));
  struct sysinfo system;
  CHECK(sysinfo(&system));
  IS(system.totalram * system.mem_unit > 200 << 20 && system.freeram < system.totalram);
  CHECK(getrandom(buffer, 16, 0));
  CHECK(getrandom(buffer, 16, 99));
  CHECK(getrandom(NOWHERE, 16, 0));
  CHECK(reboot(12345));
  CHECK(syscall(SYS_reboot, 1, 2, 3, 4));
  CHECK(reboot(LINUX_REBOOT_CMD_CAD_OFF));
  CHECK(sysconf(_SC_NPROCESSORS_ONLN));
  CHECK(sysconf(_SC_CLK_TCK));

  topic("wishes");
  CHECK(getpriority(PRIO_PROCESS, 0));
  CHECK(setpriority(PRIO_PROCESS, 0, 5));
  CHECK(getpriority(PRIO_PROCESS, 0));
  CHECK(nice(3));
  CHECK(setpriority(PRIO_PROCESS, 0, -100));
  CHECK(getpriority(PRIO_PROCESS, 0));
  CHECK(getpriority(99, 0));
  CHECK(personality(0xffffffff));
  CHECK(personality(ADDR_NO_RANDOMIZE));
  CHECK(personality(0xffffffff));
  CHECK(prctl(PR_SET_NAME, "checks"));
  CHECK(prctl(PR_GET_NAME, buffer));
  puts(buffer);
  CHECK(prctl(PR_GET_DUMPABLE));
  CHECK(prctl(PR_SET_DUMPABLE, 0));
  CHECK(prctl(PR_GET_DUMPABLE));
  CHECK(prctl(PR_SET_DUMPABLE, 7));
  int signal_ = 5;
  CHECK(prctl(PR_SET_PDEATHSIG, 9));
  CHECK(prctl(PR_GET_PDEATHSIG, &signal_));
  CHECK(signal_);
  CHECK(prctl(PR_SET_PDEATHSIG, 99));
  CHECK(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
  CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
  CHECK(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
  CHECK(prctl(PR_CAPBSET_READ, 0));
  CHECK(prctl(PR_CAPBSET_READ, 99));
  CHECK(prctl(12345));

  topic("limits");
  struct rlimit limit;
  CHECK(getrlimit(RLIMIT_FSIZE, &limit));
  printf("%lld\n", (long long)limit.rlim_cur);
  CHECK(prlimit(99999, RLIMIT_CPU, NULL, &limit));
  CHECK(getrlimit(RLIMIT_CPU, &limit));
  IS(limit.rlim_cur == RLIM_INFINITY);
  limit.rlim_cur = 5;
  limit.rlim_max = 4;
  CHECK(setrlimit(RLIMIT_CPU, &limit));

  topic("capabilities");
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2];
  CHECK(syscall(SYS_capget, &header, data));
  printf("%x %x %x\n", data[0].effective, data[1].permitted, data[0].inheritable);
  header.version = 1;
  CHECK(syscall(SYS_capget, &header, data));
  CHECK(header.version == _LINUX_CAPABILITY_VERSION_3);

  topic("users");
  uid_t r, e, s;
  CHECK(getgroups(32, groups));
  groups[0] = 7;
  groups[1] = 8;
  CHECK(setgroups(2, groups));
  CHECK(getgroups(32, groups));
  CHECK(getgroups(1, groups));
  CHECK(getgroups(0, NULL));
  CHECK(setfsuid(0));
  CHECK(syscall(SYS_setresgid32, 5, 6, 7));
  CHECK(getresgid(&r, &e, &s));
  printf("%u %u %u\n", r, e, s);
  CHECK(syscall(SYS_setreuid32, 1000, -1));
  CHECK(getresuid(&r, &e, &s));
  printf("%u %u %u\n", r, e, s);
  CHECK(syscall(SYS_setuid32, -1));
  CHECK(syscall(SYS_setresuid32, -1, 65534, 0));
  CHECK(getuid());
  CHECK(geteuid());
  CHECK(syscall(SYS_setuid32, 5));
  CHECK(syscall(SYS_setuid32, 0));
  CHECK(geteuid());
  CHECK(syscall(SYS_setuid32, 65534));
  CHECK(getresuid(&r, &e, &s));
  printf("%u %u %u\n", r, e, s);
  CHECK(syscall(SYS_setuid32, 0));
  CHECK(setgroups(0, NULL));
  return 0;
}
