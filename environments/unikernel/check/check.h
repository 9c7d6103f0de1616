/*
 * Programs that make system calls and print what comes of them, a line each: run in `unikernel` and
 * in `unikernel-linux`, their output must be the same. Where it is not, the shim is wrong.
 *
 * Nothing that differs from run to run is printed: no ports that were chosen, no times, no process
 * ids. Everything stays on the loopback.
 */
#ifndef CHECK_H
#define CHECK_H

#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The result, or the error's name. */
static inline long tell(long result, const char *what, ...) {
  int error = errno;
  va_list arguments;
  va_start(arguments, what);
  vprintf(what, arguments);
  va_end(arguments);
  if (result < 0) printf(": %s\n", strerrorname_np(error));
  else printf(": %ld\n", result);
  errno = error;
  return result;
}

/* Like tell(), for a new descriptor, whose number says nothing. */
static inline int made(int number, const char *what) {
  if (number < 0) printf("%s: %s\n", what, strerrorname_np(errno));
  else printf("%s: ok\n", what);
  return number;
}

/* The call as it is written, and its result or the error's name. */
#define CHECK(call)        \
  ({                       \
    errno = 0;             \
    tell((long)(call), "%s", #call); \
  })
#define IS(condition) printf("%s: %s\n", #condition, (condition) ? "yes" : "no")

static inline void topic(const char *name) {
  printf("\n%s\n", name);
  fflush(stdout);
}

/* An address at which there is nothing. */
static inline void *nowhere(void) {
  void *volatile address = (void *)0x10;
  return address;
}
#define NOWHERE nowhere()

#endif
