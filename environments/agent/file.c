/* A file of the guest, read for the host in pieces: whatever stands at its path, nothing waits. */
#define _GNU_SOURCE
#include "agent.h"
#include "parts.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

enum { PIECES_AT_ONCE = 8 };

static struct {
  int file; /* -1: none is being read */
  uint64_t left;
} reading = {.file = -1};

static struct timespec begun;

void sample_begins(void) { clock_gettime(CLOCK_REALTIME_COARSE, &begun); }

static bool has_changed(const struct stat *status) {
  return status->st_ctim.tv_sec > begun.tv_sec ||
         (status->st_ctim.tv_sec == begun.tv_sec && status->st_ctim.tv_nsec >= begun.tv_nsec);
}

static void tell_end_of_file(uint64_t size, uint32_t mode, bool changed, const char *error) {
  unsigned char payload[64], *at = payload;
  at = put(at, size, 8);
  at = put(at, mode, 4);
  at = put(at, changed, 1);
  memcpy(at, error, strlen(error));
  emit(EV_FILE_END, payload, (size_t)(at - payload) + strlen(error));
}

/* What the kernel makes up as it is read is on no disk, and no sample left it there. */
static bool is_made_up(int file) {
  struct statfs system;
  if (fstatfs(file, &system) < 0) return false;
  switch ((unsigned long)system.f_type) {
    case PROC_SUPER_MAGIC:
    case SYSFS_MAGIC:
    case CGROUP_SUPER_MAGIC:
    case CGROUP2_SUPER_MAGIC:
    case DEBUGFS_MAGIC:
    case TRACEFS_MAGIC:
    case SECURITYFS_MAGIC:
      return true;
    default:
      return false;
  }
}

void read_file(const char *path, uint64_t most) {
  if (reading.file >= 0) fail("one file at a time");
  struct stat status;
  /* A device is not even opened: some begin to do something then. */
  if (lstat(path, &status) < 0) return tell_end_of_file(0, 0, false, error_name(errno));
  if (!S_ISREG(status.st_mode)) return tell_end_of_file(0, status.st_mode, true, "");
  int file = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (file < 0) return tell_end_of_file(0, 0, false, error_name(errno));
  if (fstat(file, &status) < 0 || !S_ISREG(status.st_mode) || is_made_up(file)) {
    close(file);
    return tell_end_of_file(0, S_ISREG(status.st_mode) ? S_IFCHR : status.st_mode, true, "");
  }
  reading.file = file;
  reading.left = most;
}

bool file_is_due(void) { return reading.file >= 0 && room_for_chunk(); }

static void read_piece(void) {
  static char chunk[CHUNK];
  ssize_t n = reading.left > 0
                  ? read(reading.file, chunk, reading.left < CHUNK ? reading.left : CHUNK)
                  : 0;
  int error = errno;
  if (n > 0) {
    emit(EV_FILE_BYTES, chunk, (size_t)n);
    reading.left -= (uint64_t)n;
    return;
  }
  struct stat status = {0};
  fstat(reading.file, &status);
  close(reading.file);
  reading.file = -1;
  tell_end_of_file((uint64_t)status.st_size, status.st_mode, has_changed(&status),
                   n < 0 ? error_name(error) : "");
}

void file_go_on(void) {
  for (int i = 0; i < PIECES_AT_ONCE && file_is_due(); i++) read_piece();
}
