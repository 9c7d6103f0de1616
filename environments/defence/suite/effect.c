/* What the ways have in common: writing, running, and why one is closed. */
#define _GNU_SOURCE
#include "bypass.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* The payload (payload.S) and the shared object (preload.c), as build-suite.sh has made them. */
__asm__(".section .rodata\n"
        ".global payload, preload, payload_end, preload_end\n"
        "payload: .incbin \"payload\"\npayload_end:\n"
        "preload: .incbin \"preload\"\npreload_end:\n"
        ".balign 4\n.global payload_size, preload_size\n"
        "payload_size: .word payload_end - payload\n"
        "preload_size: .word preload_end - preload\n"
        ".previous\n");

enum { NOT_PERMITTED = 126 /* as shells, env and the like say it */, NOT_EXECUTED = 127 };

static char why[160];

const char *reason(void) { return why; }

static enum outcome meaning_of(int error) {
  switch (error) {
    case EPERM:
    case EACCES:
    case EROFS:
    case ENOSYS:
      return CLOSED;
    case ENOENT:
    case ENODEV:
    case ENXIO:
    case ENOEXEC:
    case EXDEV:
    case EINVAL:
    case EOPNOTSUPP:
    case EAFNOSUPPORT:
      return NOT_APPLICABLE;
    default:
      return NOT_TOLD;
  }
}

enum outcome failed(const char *step) {
  snprintf(why, sizeof why, "%s: %s", step, strerror(errno));
  return meaning_of(errno);
}

enum outcome not_told(const char *text) {
  snprintf(why, sizeof why, "%s", text);
  return NOT_TOLD;
}

enum outcome closed(const char *text) {
  snprintf(why, sizeof why, "%s", text);
  return CLOSED;
}

enum outcome absent(const char *what) {
  snprintf(why, sizeof why, "%s", what);
  return NOT_APPLICABLE;
}

int write_file(const char *path, const void *bytes, size_t size, int flags, mode_t mode) {
  int fd = open(path, O_WRONLY | O_CLOEXEC | flags, mode);
  if (fd < 0) return -1;
  ssize_t written = write(fd, bytes, size);
  int error = written < 0 ? errno : EIO;
  close(fd);
  if (written == (ssize_t)size) return 0;
  errno = error;
  return -1;
}

int write_text(const char *path, const char *text) {
  return write_file(path, text, strlen(text), O_CREAT | O_TRUNC, 0644);
}

int write_payload(const char *path, mode_t mode) {
  return write_file(path, payload, payload_size, O_CREAT | O_TRUNC, mode);
}

ssize_t read_text(const char *path, char *text, size_t room) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t n = fd < 0 ? -1 : read(fd, text, room - 1);
  if (fd >= 0) close(fd);
  text[n > 0 ? n : 0] = 0;
  return n;
}

void wait_a_moment(void) {
  static struct timespec last;
  struct timespec short_time = {.tv_nsec = 50 * 1000 * 1000}, now;
  nanosleep(&short_time, NULL);
  clock_gettime(CLOCK_MONOTONIC, &now);
  if (now.tv_sec < last.tv_sec + 2) return;
  if (last.tv_sec) puts("waiting"), fflush(stdout);
  last = now;
}

/* In a file, as what it starts may hold a pipe open. */
#define SAID OWN "said"

const char *said(const char *text) {
  static char all[4096];
  read_text(SAID, all, sizeof all);
  char *at = strstr(all, text);
  if (!at) return NULL;
  at[strcspn(at, "\r\n")] = 0;
  while (at > all && at[-1] != '\n') at--;
  for (char *letter = at; *letter; letter++)
    if (*letter < ' ' || *letter > '~') *letter = '?'; /* of a line that is read by others */
  return at;
}

const char *said_of_loading(const char *path) {
  struct stat is;
  const char *line = said("failed to map segment");
  return line || stat(path, &is) ? line : said("cannot open shared object file");
}

int await(pid_t child) {
  int status = 0;
  if (child > 0)
    while (waitpid(child, &status, WNOHANG) == 0) wait_a_moment();
  return status;
}

static int run_with(const char *const *words, int keeps_complaints) {
  int told[2];
  if (pipe2(told, O_CLOEXEC) < 0) return -1;
  pid_t child = fork();
  if (child == 0) {
    dup2(open("/dev/null", O_RDWR), 0);
    dup2(open(SAID, O_WRONLY | O_CREAT | O_TRUNC, 0600), 1);
    dup2(keeps_complaints ? 1 : 0, 2);
    execv(words[0], (char *const *)words);
    int error = errno;
    (void)!write(told[1], &error, sizeof error);
    _exit(NOT_EXECUTED);
  }
  close(told[1]);
  int error = 0;
  if (child < 0) error = errno;
  else if (read(told[0], &error, sizeof error) != sizeof error) error = 0;
  close(told[0]);
  int status = await(child);
  errno = error;
  if (error) return -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int run(const char *const *words) { return run_with(words, 1); }

int run_for_output(const char *const *words) { return run_with(words, 0); }

enum outcome ended(const char *program, int status) {
  if (status < 0) return failed(program);
  if (status > 128) {
    int signal = status - 128;
    snprintf(why, sizeof why, "%s: ended by signal %d", program, signal);
    return signal == SIGKILL || signal == SIGSYS ? CLOSED : NOT_TOLD;
  }
  static const char *const refusals[] = {"Operation not permitted", "Permission denied", "Access denied",
                                         "Read-only file system", "Function not implemented",
                                         "failed to map segment"};
  for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
    const char *line = said(refusals[i]);
    if (!line) continue;
    snprintf(why, sizeof why, "%s: ended with %d: %.110s", program, status, line);
    return CLOSED;
  }
  snprintf(why, sizeof why, "%s: ended with %d", program, status);
  return status == NOT_PERMITTED ? CLOSED : NOT_TOLD;
}

static enum outcome seven(const char *who, const char *const *words) {
  int status = run(words);
  return status == SEVEN ? OPEN : ended(who, status);
}

enum outcome runs(const char *path) {
  const char *const words[] = {path, NULL};
  return seven("execute what was written", words);
}

enum outcome says_seven(const char *const *words) {
  if (access(words[0], F_OK) < 0) {
    snprintf(why, sizeof why, "there is no %s", words[0]);
    return NOT_APPLICABLE;
  }
  return seven("execute", words);
}
