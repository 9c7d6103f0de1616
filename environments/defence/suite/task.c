/*
 * Whether a task of administration had its effect, which is looked at on the device itself, without a
 * shell. The task is done before, in the same session.
 *
 *   check NAME    malassay task NAME: works | warns (WHAT) | breaks (WHAT)
 *   check --list  a line each: its name, a tabulator, what it is
 *
 * The exit status is 0 when it says so, whatever it says.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define DPKG_STATUS "/var/lib/dpkg/status"

enum { SEVEN = 7 };
enum outcome { WORKS, WARNS, BREAKS };

static char why[160];

__attribute__((format(printf, 1, 2))) static enum outcome breaks(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(why, sizeof why, format, arguments);
  va_end(arguments);
  return BREAKS;
}

static enum outcome warns(const char *what) {
  snprintf(why, sizeof why, "%s", what);
  return WARNS;
}

/* ---- looking ---- */

/* A whole file as text, which is the caller's until the next call; empty when it cannot be read. */
static const char *text_of(const char *path) {
  static char text[1 << 19];
  ssize_t length = 0, n = 0;
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  while (fd >= 0 && (n = read(fd, text + length, sizeof text - 1 - (size_t)length)) > 0) length += n;
  if (fd >= 0) close(fd);
  text[length] = 0;
  return text;
}

static int has(const char *path, const char *text) { return strstr(text_of(path), text) != NULL; }

static int is_there(const char *path) { return access(path, F_OK) == 0; }

/* Its exit status, or -1; what it says is in *said, where that is asked for. */
static int run(const char *const *words, char *said, size_t room) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) < 0) return -1;
  pid_t child = fork();
  if (child == 0) {
    int nowhere = open("/dev/null", O_RDWR);
    dup2(nowhere, STDIN_FILENO);
    dup2(ends[1], STDOUT_FILENO);
    dup2(ends[1], STDERR_FILENO);
    execv(words[0], (char *const *)words);
    _exit(127);
  }
  close(ends[1]);
  size_t length = 0;
  char byte;
  while (read(ends[0], &byte, 1) == 1)
    if (said && length + 1 < room) said[length++] = byte;
  if (said) said[length] = 0;
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* What an installed program of ours does. */
static enum outcome runs(const char *path) {
  const char *const words[] = {path, NULL};
  if (!is_there(path)) return breaks("there is no %s", path);
  if (access(path, X_OK)) return breaks("%s is not executable", path);
  int status = run(words, NULL, 0);
  return status == SEVEN ? WORKS : breaks("%s ended with %d", path, status);
}

/* The state that dpkg has a package in; NULL: it does not know it. */
static const char *state_of(const char *package) {
  char line[128];
  snprintf(line, sizeof line, "Package: %s\nStatus: ", package);
  char *at = strstr(text_of(DPKG_STATUS), line);
  if (!at) return NULL;
  at += strlen(line);
  at[strcspn(at, "\n")] = 0;
  return at;
}

static enum outcome installed(const char *package) {
  char path[128];
  snprintf(path, sizeof path, "/usr/bin/%s", package);
  const char *state = state_of(package);
  if (!state) return breaks("dpkg does not know %s", package);
  if (strcmp(state, "install ok installed")) return breaks("%s: %s", package, state);
  return runs(path);
}

/* When a process began, in the kernel's ticks since the guest did; 0: there is none. */
static unsigned long long began(pid_t id) {
  char path[64];
  unsigned long long at = 0;
  snprintf(path, sizeof path, "/proc/%d/stat", (int)id);
  const char *rest = strrchr(text_of(path), ')');
  if (rest) sscanf(rest, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu", &at);
  return at;
}

static pid_t child_of(pid_t parent) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)parent, (int)parent);
  return atoi(text_of(path));
}

static pid_t nginx(void) { return atoi(text_of("/run/nginx.pid")); }

/* Whether something began after the login: after its shell, whose process this one's parent is. */
static int is_new(pid_t id) { return began(id) > began(getppid()); }

static enum outcome serves(void) {
  static const char request[] = "GET / HTTP/1.0\r\nHost: device\r\n\r\n";
  char answer[16] = {0};
  struct sockaddr_in there = {.sin_family = AF_INET,
                              .sin_port = htons(80),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connect(fd, (struct sockaddr *)&there, sizeof there)) return breaks("nginx: %s", strerror(errno));
  if (write(fd, request, sizeof request - 1) < 0 || read(fd, answer, sizeof answer - 1) < 12 ||
      strncmp(answer + 8, " 200", 4))
    return breaks("nginx does not serve");
  close(fd);
  return WORKS;
}

/* Workers come a moment after a reload. */
static int has_new_worker(void) {
  for (int tries = 0; tries < 60; tries++) {
    if (is_new(child_of(nginx()))) return 1;
    usleep(50000);
  }
  return 0;
}

/* ---- tasks ---- */

static enum outcome dpkg_install(void) { return installed("malassay-tiny"); }

static enum outcome apt_install(void) { return installed("malassay-small"); }

static enum outcome package_remove(void) {
  const char *state = state_of("malassay-old");
  if (state && strstr(state, " installed")) return breaks("dpkg has it still: %s", state);
  return is_there("/usr/bin/malassay-old") ? breaks("its program is there still") : WORKS;
}

static enum outcome script(void) {
  return has("/root/script-ran", "ran") ? WORKS : breaks("the script has not run");
}

static enum outcome update_tar(void) {
  if (!has("/opt/malassay/version", "2")) return breaks("the new version was not unpacked");
  return runs("/opt/malassay/bin/app");
}

static enum outcome user_add(void) {
  struct stat is;
  if (!has("/etc/passwd", "\nbob:")) return breaks("there is no user bob");
  if (stat("/home/bob", &is)) return breaks("bob has no home");
  if (!(is.st_mode & S_IXUSR)) return warns("bob's home has no permission to be entered");
  if (is.st_uid == 0) return warns("bob's home is not his");
  return is_there("/home/bob/.profile") ? WORKS : warns("bob's home is not filled");
}

static enum outcome password(void) {
  return has("/etc/shadow", "games:$6$malassay$") ? WORKS : breaks("the password is as it was");
}

static enum outcome group(void) {
  if (!has("/etc/group", "\noperators:")) return breaks("there is no group operators");
  const char *line = strstr(text_of("/etc/group"), "\noperators:") + 1;
  return memmem(line, strcspn(line, "\n"), ":games", 6) ? WORKS : breaks("games is not in the group");
}

static enum outcome crontab(void) {
  return has("/var/spool/cron/crontabs/root", "/usr/bin/true") ||
                 has("/var/spool/cron/crontabs/admin", "/usr/bin/true")
             ? WORKS
             : breaks("the table is not there");
}

static enum outcome service_restart(void) {
  if (!is_new(nginx())) return breaks("nginx was not started anew");
  return serves();
}

static enum outcome service_reload(void) {
  if (!has_new_worker()) return breaks("nginx has no new worker");
  return serves();
}

static enum outcome config_edit(void) {
  if (!has("/etc/nginx/nginx.conf", "worker_connections 128")) return breaks("the setting is as it was");
  return service_reload();
}

static enum outcome config_test(void) {
  static const char *const words[] = {"/usr/sbin/nginx", "-t", NULL};
  char said[2048];
  int status = run(words, said, sizeof said);
  return status == 0 && strstr(said, "successful") ? WORKS : breaks("nginx -t ended with %d", status);
}

static enum outcome logs(void) {
  static const char *const journal[] = {"/usr/bin/journalctl", "-n", "3", "--no-pager", NULL};
  static const char *const tail[] = {"/usr/bin/tail", "-n", "1", "/var/log/device.log", NULL};
  char said[4096];
  int status = run(journal, said, sizeof said);
  if (status != 0 || !strchr(said, ':')) return breaks("journalctl ended with %d", status);
  status = run(tail, said, sizeof said);
  return status == 0 && strchr(said, ':') ? WORKS : breaks("tail ended with %d", status);
}

static enum outcome backup(void) {
  static const char *const test[] = {"/usr/bin/gzip", "-t", "/root/backup.tgz", NULL};
  struct stat is;
  if (stat("/root/backup.tgz", &is)) return breaks("there is no backup");
  if (is.st_size < 500) return breaks("the backup has %d bytes", (int)is.st_size);
  return run(test, NULL, 0) == 0 ? WORKS : breaks("the backup is damaged");
}

static enum outcome restore(void) {
  if (!has("/root/restored/settings", "restored")) return breaks("the files are not back");
  if (access("/root/restored/hook", F_OK)) return breaks("a script is not back");
  return access("/root/restored/hook", X_OK) ? warns("a script is back, not executable") : WORKS;
}

static enum outcome git(void) {
  if (!has("/root/work/settings", "1")) return breaks("the repository was not cloned");
  if (!has("/root/work/.git/logs/HEAD", "commit: second")) return breaks("nothing was committed");
  return has("/root/work/.git/FETCH_HEAD", "branch 'main'") ? WORKS : breaks("nothing was pulled");
}

static enum outcome unit_enable(void) {
  if (!is_there("/etc/systemd/system/multi-user.target.wants/malassay-hello.service"))
    return breaks("the unit is not enabled");
  return is_there("/run/malassay-hello") ? WORKS : breaks("the unit has not run");
}

static enum outcome ssh_key(void) {
  struct stat is;
  if (!has("/root/.ssh/authorized_keys", "operator@malassay")) return breaks("the key is not there");
  if (!has("/root/.ssh/authorized_keys", " malassay\n")) return breaks("the key that was there is gone");
  if (stat("/root/.ssh/authorized_keys", &is) || is.st_mode & 077)
    return warns("others may read the keys");
  return WORKS;
}

static enum outcome firmware_swap(void) { return runs("/opt/malassay-app/app"); }

static enum outcome settings(void) {
  char name[65] = {0};
  gethostname(name, sizeof name - 1);
  if (!has("/proc/sys/net/ipv4/ip_default_ttl", "77")) return breaks("the kernel's value is as it was");
  return strcmp(name, "device-2") ? breaks("the host's name is as it was") : WORKS;
}

static enum outcome update_by_gate(void) { return installed("malassay-gate"); }

static const struct {
  const char *name, *what;
  enum outcome (*look)(void);
} TASKS[] = {
    {"dpkg-install", "a package is installed from a file, by dpkg", dpkg_install},
    {"apt-install", "a package is installed from a file, by apt-get", apt_install},
    {"package-remove", "a package is removed", package_remove},
    {"script", "a script is brought, made executable and run", script},
    {"update-tar", "an update with a program is unpacked by tar", update_tar},
    {"user-add", "a user is added, with a home", user_add},
    {"password", "a password is changed", password},
    {"group", "a group is added, and a user put into it", group},
    {"crontab", "a table of cron is set", crontab},
    {"service-restart", "nginx is restarted", service_restart},
    {"service-reload", "nginx is reloaded", service_reload},
    {"config-edit", "a setting of nginx is edited, and it is reloaded", config_edit},
    {"config-test", "nginx's settings are tested", config_test},
    {"logs", "logs are read by journalctl and tail", logs},
    {"backup", "settings are backed up by tar and gzip", backup},
    {"restore", "a backup is restored", restore},
    {"git", "a repository is cloned, changed and brought up to date by git", git},
    {"unit-enable", "a new unit is enabled and started", unit_enable},
    {"ssh-key", "a key for SSH is added", ssh_key},
    {"firmware-swap", "a program is verified by its digest, and swapped by mv", firmware_swap},
    {"settings", "a value of the kernel and the host's name are set", settings},
    {"update-by-gate", "a package is installed by the way out for updates", update_by_gate},
};

int main(int argc, char **argv) {
  static const char *const words[] = {"works", "warns", "breaks"};
  if (argc != 2) return 2;
  for (size_t i = 0; i < sizeof TASKS / sizeof *TASKS; i++) {
    if (strcmp(argv[1], "--list") == 0) {
      printf("%s\t%s\n", TASKS[i].name, TASKS[i].what);
    } else if (strcmp(argv[1], TASKS[i].name) == 0) {
      enum outcome outcome = TASKS[i].look();
      if (outcome == WORKS) printf("malassay task %s: works\n", TASKS[i].name);
      else printf("malassay task %s: %s (%s)\n", TASKS[i].name, words[outcome], why);
      return 0;
    }
  }
  if (strcmp(argv[1], "--list") == 0) return 0;
  fprintf(stderr, "there is no task of this name; --list tells all\n");
  return 2;
}
