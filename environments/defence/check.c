/*
 * Tries what defences forbid and what they must allow, which shows before a sample runs whether they
 * do. It does no harm anywhere: what it makes, it makes in a folder of its own and removes, and what
 * it executes does nothing.
 *
 *   malassay-check prepare FOLDER   makes the folder with what is tried: by somebody who may do all
 *   malassay-check try FOLDER       a line for each attempt: its name, a blank, and "works" or why not
 *   malassay-check both FOLDER      the one and then the other
 *   malassay-check seven            exit status 7
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef __NR_memfd_create
#define __NR_memfd_create 385
#endif

enum { SEVEN = 7, NOT_EXECUTED = 100, PAGE = 4096 };

static const char *folder;
static char own[PATH_MAX];

static const char *in_folder(const char *name) {
  static char path[PATH_MAX];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  return path;
}

static int is_executable(const char *path) {
  struct stat is;
  return stat(path, &is) == 0 && (is.st_mode & 0111);
}

/* Whether a program ends with status 7; errno says why not. */
static int ends_with_seven(const char *const *words) {
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    int nowhere = open("/dev/null", O_RDWR);
    for (int fd = 0; fd < 3; fd++) dup2(nowhere, fd);
    execv(words[0], (char *const *)words);
    _exit(NOT_EXECUTED + errno);
  }
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) < 0) return 0;
  errno = WIFSIGNALED(status)                   ? EINTR
          : WEXITSTATUS(status) > NOT_EXECUTED ? WEXITSTATUS(status) - NOT_EXECUTED
                                               : EIO;
  return WIFEXITED(status) && WEXITSTATUS(status) == SEVEN;
}

static int reads(void) {
  char byte;
  int fd = open("/etc/passwd", O_RDONLY);
  return fd >= 0 && read(fd, &byte, 1) == 1 && close(fd) == 0;
}

static int writes(void) {
  int fd = open(in_folder("written"), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  return fd >= 0 && write(fd, "x", 1) == 1 && close(fd) == 0;
}

static int makes_folder(void) {
  return mkdir(in_folder("made"), 0755) == 0 && rmdir(in_folder("made")) == 0;
}

static int runs(void) {
  const char *const words[] = {own, "seven", NULL};
  return ends_with_seven(words);
}

static int runs_what_was_brought(void) {
  const char *const words[] = {in_folder("program"), "seven", NULL};
  return ends_with_seven(words);
}

static int writes_executable(void) {
  int fd = open(in_folder("executable"), O_WRONLY);
  return fd >= 0 && close(fd) == 0;
}

static int truncates_executable(void) { return truncate(in_folder("executable"), 0) == 0; }

static int starts_shell(void) {
  static const char *const words[] = {"/bin/sh", "-c", "exit 7", NULL};
  return ends_with_seven(words);
}

static int starts_busybox_shell(void) {
  static const char *const words[] = {"/bin/busybox", "sh", "-c", "exit 7", NULL};
  return ends_with_seven(words);
}

static int gives_permission(void) {
  return chmod(in_folder("plain"), 0755) == 0 && is_executable(in_folder("plain"));
}

static int creates_executable(void) {
  int fd = open(in_folder("new"), O_WRONLY | O_CREAT | O_EXCL, 0755);
  return fd >= 0 && close(fd) == 0 && is_executable(in_folder("new"));
}

/* As the dynamic linker would, for a program without execute permission. */
static int maps_what_it_wrote(void) {
  static char page[PAGE];
  int fd = open(in_folder("code"), O_RDWR | O_CREAT | O_TRUNC, 0644);
  if (fd < 0 || write(fd, page, sizeof page) != PAGE) return 0;
  void *at = mmap(NULL, PAGE, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
  int error = errno;
  close(fd);
  errno = error;
  return at != MAP_FAILED && munmap(at, PAGE) == 0;
}

static int writes_unit(void) {
  static const char unit[] = "/etc/systemd/system/malassay-check.service";
  int fd = open(unit, O_WRONLY | O_CREAT | O_EXCL, 0644);
  return fd >= 0 && close(fd) == 0 && unlink(unit) == 0;
}

/* Nothing is written to it. */
static int opens_core_pattern(void) {
  int fd = open("/proc/sys/kernel/core_pattern", O_WRONLY);
  return fd >= 0 && close(fd) == 0;
}

static int has_memory_file(void) {
  int fd = (int)syscall(__NR_memfd_create, "malassay-check", 0);
  return fd >= 0 && write(fd, "x", 1) == 1 && close(fd) == 0;
}

static int writes_to_system(void) {
  static const char file[] = "/usr/malassay-check";
  int fd = open(file, O_WRONLY | O_CREAT | O_EXCL, 0644);
  return fd >= 0 && close(fd) == 0 && unlink(file) == 0;
}

static int gives_file_away(void) { return chown(in_folder("plain"), 1, 1) == 0; }

static int could_gain_privileges(void) { return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0; }

static const struct {
  const char *name;
  int (*works)(void);
} attempts[] = {{"read", reads},
                {"write", writes},
                {"folder", makes_folder},
                {"run", runs},
                {"run-brought", runs_what_was_brought},
                {"write-executable", writes_executable},
                {"truncate-executable", truncates_executable},
                {"shell", starts_shell},
                {"busybox-shell", starts_busybox_shell},
                {"permission", gives_permission},
                {"create-executable", creates_executable},
                {"map-written", maps_what_it_wrote},
                {"memory-file", has_memory_file},
                {"unit", writes_unit},
                {"core-pattern", opens_core_pattern},
                {"write-system", writes_to_system},
                {"capability", gives_file_away},
                {"new-privileges", could_gain_privileges}};

static int copy(const char *from, const char *to, mode_t mode) {
  static char bytes[1 << 16];
  int in = open(from, O_RDONLY), out = open(to, O_WRONLY | O_CREAT | O_TRUNC, mode);
  ssize_t n = -1;
  while (in >= 0 && out >= 0 && (n = read(in, bytes, sizeof bytes)) > 0)
    if (write(out, bytes, (size_t)n) != n) return 0;
  return n == 0 && close(in) == 0 && close(out) == 0 && chmod(to, mode) == 0;
}

static int prepare(void) {
  if (mkdir(folder, 0755) && errno != EEXIST) return 0;
  unlink(in_folder("new"));
  unlink(in_folder("written"));
  unlink(in_folder("code"));
  unlink(in_folder("plain"));
  return copy(own, in_folder("program"), 0755) && copy(own, in_folder("executable"), 0755) &&
         copy("/dev/null", in_folder("plain"), 0644);
}

int main(int argc, char **argv) {
  if (argc == 2 && strcmp(argv[1], "seven") == 0) return SEVEN;
  ssize_t length = readlink("/proc/self/exe", own, sizeof own - 1);
  if (argc != 3 || length < 0) return 2;
  folder = argv[2];
  int is_prepared = strcmp(argv[1], "try") == 0;
  if (!is_prepared && !prepare()) {
    perror(folder);
    return 1;
  }
  if (strcmp(argv[1], "prepare") == 0) return 0;
  if (!is_prepared && strcmp(argv[1], "both") != 0) return 2;
  umask(022);
  for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++) {
    errno = 0;
    int works = attempts[i].works();
    int error = errno;
    printf("%s %s\n", attempts[i].name, works ? "works" : strerrorname_np(error));
  }
  return 0;
}
