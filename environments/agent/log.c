/* The log that qemu-user writes of the sample's system calls (log.h). */
#define _GNU_SOURCE
#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* In the root folder, which is there after chroot(2), too: qemu-user does not start a program whose
   log it cannot open. */
#define LOG "/.malassay-calls"

enum { LOG_LIMIT = 32 * 1024 * 1024 };

static int log_pipe = -1;
static bool begun;
static bool at_end; /* ready at any time until somebody writes: looked at once a second */
static uint64_t passed;

void log_open(void) {
  if (log_pipe >= 0) return;
  if (mkfifo(LOG, 0622) < 0 || chmod(LOG, 0622) < 0) fail("mkfifo %s: %s", LOG, error_name(errno));
  log_pipe = open(LOG, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (log_pipe < 0) fail("open %s: %s", LOG, error_name(errno));
  fcntl(log_pipe, F_SETPIPE_SZ, 1024 * 1024); /* the more, the less the sample waits */
}

void log_ask_for(void) {
  if (log_pipe < 0) return;
  setenv("QEMU_STRACE", "1", 1);
  setenv("QEMU_LOG_FILENAME", LOG, 1);
}

void log_watch(fd_set *readable, int *highest) {
  if (room_for_chunk() && !at_end) watch(log_pipe, readable, highest);
}

/* A pipe that nobody writes to any more is at its end for whoever opened it before. There must be a
   reader at any time: a program would wait for one as it starts. So where no descriptor is free, the
   old end stays, which reads what the next one writes, too. */
static void await_next_writer(void) {
  char path[32];
  snprintf(path, sizeof path, "/proc/self/fd/%d", log_pipe);
  int next = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (next < 0) return;
  close(log_pipe);
  log_pipe = next;
  at_end = false;
}

/* Passes on the beginning of the log, and drops unread what is beyond it. An empty frame tells that
   nobody is left who could write. */
void log_go_on(fd_set *readable) {
  static char chunk[CHUNK];
  if ((!at_end && !is_ready(log_pipe, readable)) || !room_for_chunk()) return;
  ssize_t n = passed < LOG_LIMIT ? read(log_pipe, chunk, CHUNK)
                                 : splice(log_pipe, NULL, dev_null, NULL, 1024 * 1024, SPLICE_F_NONBLOCK);
  at_end = n == 0;
  if (n > 0) {
    begun = true;
    if (passed < LOG_LIMIT) emit(EV_RECORD, chunk, (size_t)n);
    passed += (uint64_t)n;
  } else if (n == 0) {
    if (begun) emit(EV_RECORD, "", 0);
    begun = false;
    await_next_writer();
  }
}
