#define _GNU_SOURCE
#include "disk.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

enum {
  MAX_DEPTH = 200, /* folders in each other; each costs a descriptor while it is walked */
  ENTRIES = 2 * 1024,
  MAX_HIDDEN = 4 * 1024, /* files that are open and have no name */
  BYTES_PER_INODE = 16 * 1024, /* as mke2fs has it: a disk of that size would have no more */
  LEAST_INODES = 1024,
  WHOLE = 1 << 16, /* an inode; of one with several names, each counts for a part */
  BLOCK = 512
};

static const long long NS_PER_S = 1000000000LL;
static const long long LOOK_EVERY = 100000000LL, MEASURE_EVERY = 1000000000LL;
static const long long SLICE = 5000000LL;       /* of measuring, in one turn */
static const long long LONGEST = 10000000000LL; /* for a sample may change what is walked */

struct level {
  int fd;
  dev_t device;
  long at, length;
  char entries[ENTRIES];
};

static struct {
  int root, proc;
  bool (*is_samples)(int pid);
  uint64_t most_bytes, most_inodes;
  struct timespec since;
  dev_t own_device;
  ino_t own_inode;
  uint64_t own_bytes;
} disk = {.root = -1, .proc = -1};

/* What the file system has lost since the share was last suspected; gains, which are others', take
   nothing from it. */
static struct {
  uint64_t free_bytes, free_inodes, lost_bytes, lost_inodes, may_lose_bytes, may_lose_inodes;
  uint64_t left_bytes, left_inodes; /* of what the sample may take, by its share then */
  long long next_look, next_measurement;
} watched;

static struct {
  enum { IDLE, TREE, PROCESSES, DESCRIPTORS } what;
  bool suspected; /* so much is gone that the share may be too much */
  long long deadline;
  uint64_t bytes, inodes;
  struct level stack[MAX_DEPTH];
  int depth, pid, hidden_count;
  struct {
    dev_t device;
    ino_t inode;
  } hidden[MAX_HIDDEN];
} measured;

static long long monotonic(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * NS_PER_S + t.tv_nsec;
}

bool disk_open(void) {
  disk.root = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  disk.proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  memset(&measured, 1, sizeof measured); /* its pages must be there before memory runs out */
  memset(&measured, 0, sizeof measured);
  return disk.root >= 0 && disk.proc >= 0;
}

static uint64_t larger(uint64_t a, uint64_t b) { return a > b ? a : b; }

/* Until what is lost from now on, with the share as it is, could be too much; not by crumbs. */
static void watch_from_here(uint64_t share_bytes, uint64_t share_inodes) {
  watched.lost_bytes = watched.lost_inodes = 0;
  watched.left_bytes = disk.most_bytes - share_bytes;
  watched.left_inodes = disk.most_inodes - share_inodes;
  watched.may_lose_bytes = larger(watched.left_bytes, disk.most_bytes / 8);
  watched.may_lose_inodes = larger(watched.left_inodes, disk.most_inodes / 8);
}

/* Where others delete, that hides what the sample takes. On a disk of its own nobody else does:
   there all that it takes is lost, and most samples take nothing. */
static bool may_be_over(void) {
#ifdef AGENT_DISK_IS_ITS_OWN
  return watched.lost_bytes > watched.left_bytes || watched.lost_inodes > watched.left_inodes;
#else
  return true;
#endif
}

static bool look(void) {
  struct statfs now;
  if (fstatfs(disk.root, &now) < 0) return false;
  uint64_t bytes = (uint64_t)now.f_bfree * (uint64_t)now.f_bsize, inodes = now.f_ffree;
  if (bytes < watched.free_bytes) watched.lost_bytes += watched.free_bytes - bytes;
  if (inodes < watched.free_inodes) watched.lost_inodes += watched.free_inodes - inodes;
  watched.free_bytes = bytes;
  watched.free_inodes = inodes;
  return true;
}

void disk_begin(const char *sample, uint64_t bytes, bool (*is_samples)(int pid)) {
  disk.is_samples = is_samples;
  disk.most_bytes = bytes;
  disk.most_inodes = larger(bytes / BYTES_PER_INODE, LEAST_INODES);
  clock_gettime(CLOCK_REALTIME_COARSE, &disk.since); /* which files have their times from */
  struct stat own;
  if (stat(sample, &own) == 0) {
    disk.own_device = own.st_dev;
    disk.own_inode = own.st_ino;
    disk.own_bytes = (uint64_t)own.st_blocks * BLOCK;
  }
  look();
  watch_from_here(0, 0);
  watched.next_look = monotonic() + LOOK_EVERY;
  watched.next_measurement = monotonic() + MEASURE_EVERY;
}

/* ---- measuring ---- */

enum step { GOES_ON, DONE, UNKNOWN };

static void push(int fd, dev_t device) {
  measured.stack[measured.depth++] = (struct level){.fd = fd, .device = device};
}

static void pop(void) { close(measured.stack[--measured.depth].fd); }

/* The next name in the folder on top; NULL with 0 in errno at its end. */
static const char *next_name(void) {
  struct level *top = &measured.stack[measured.depth - 1];
  if (top->at == top->length) {
    errno = 0;
    top->at = 0;
    top->length = syscall(SYS_getdents64, top->fd, top->entries, sizeof top->entries);
    if (top->length <= 0) {
      top->length = 0;
      return NULL;
    }
  }
  uint16_t length;
  memcpy(&length, top->entries + top->at + 16, sizeof length);
  const char *name = top->entries + top->at + 19;
  top->at += length;
  return name;
}

static void count(const struct stat *file, nlink_t names) {
  uint64_t bytes = (uint64_t)file->st_blocks * BLOCK;
  if (file->st_dev == disk.own_device && file->st_ino == disk.own_inode)
    bytes -= bytes < disk.own_bytes ? bytes : disk.own_bytes;
  measured.bytes += bytes / names;
  measured.inodes += WHOLE / names;
}

/* Not on a disk, and bounded by the memory of the guest where it holds anything. */
static bool is_virtual(const struct statfs *of) {
  switch ((uint32_t)of->f_type) {
    case PROC_SUPER_MAGIC:
    case SYSFS_MAGIC:
    case TMPFS_MAGIC:
    case DEVPTS_SUPER_MAGIC:
    case CGROUP_SUPER_MAGIC:
    case CGROUP2_SUPER_MAGIC:
    case 0x19800202: /* mqueue */ return true;
  }
  return false;
}

static bool has_changed(const struct stat *file) {
  return file->st_ctim.tv_sec > disk.since.tv_sec ||
         (file->st_ctim.tv_sec == disk.since.tv_sec &&
          file->st_ctim.tv_nsec >= disk.since.tv_nsec);
}

/* Something is gone, or another thing than it was a moment ago: so fast is the sample. */
static bool is_race(int error) { return error == ENOENT || error == ENOTDIR || error == ELOOP; }

static enum step walk_tree(void) {
  struct level *top = &measured.stack[measured.depth - 1];
  const char *name = next_name();
  if (!name) {
    if (errno && errno != ENOENT) return UNKNOWN;
    pop();
    return measured.depth == 0 ? DONE : GOES_ON;
  }
  if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) return GOES_ON;
  struct stat file;
  if (fstatat(top->fd, name, &file, AT_SYMLINK_NOFOLLOW) < 0)
    return is_race(errno) ? GOES_ON : UNKNOWN;
  bool is_folder = S_ISDIR(file.st_mode);
  if (has_changed(&file)) count(&file, is_folder || file.st_nlink == 0 ? 1 : file.st_nlink);
  if (!is_folder) return GOES_ON;
  if (measured.depth == MAX_DEPTH) return UNKNOWN;
  int fd = openat(top->fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) return is_race(errno) ? GOES_ON : UNKNOWN;
  struct statfs of;
  if (file.st_dev != top->device && (fstatfs(fd, &of) < 0 || is_virtual(&of))) {
    close(fd);
  } else {
    push(fd, file.st_dev);
  }
  return GOES_ON;
}

/* One process after the other, each with the folder of what it has open on top. */
static enum step walk_processes(void) {
  const char *name = next_name();
  if (!name) {
    if (errno) return UNKNOWN;
    pop();
    return DONE;
  }
  measured.pid = atoi(name);
  if (measured.pid <= 1 || !disk.is_samples(measured.pid)) return GOES_ON;
  char path[32];
  snprintf(path, sizeof path, "%d/fd", measured.pid);
  int fd = openat(disk.proc, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return errno == ENOENT || errno == ESRCH ? GOES_ON : UNKNOWN;
  push(fd, 0);
  measured.what = DESCRIPTORS;
  return GOES_ON;
}

static bool is_counted(const struct stat *file) {
  for (int i = 0; i < measured.hidden_count; i++)
    if (measured.hidden[i].inode == file->st_ino && measured.hidden[i].device == file->st_dev)
      return true;
  return false;
}

static enum step walk_descriptors(void) {
  const char *name = next_name();
  if (!name) {
    /* A process that has just ended has nothing open, and its memory cannot be looked at. */
    if (errno && errno != ENOENT && errno != ESRCH && disk.is_samples(measured.pid)) return UNKNOWN;
    pop();
    measured.what = PROCESSES;
    return GOES_ON;
  }
  struct stat file;
  struct statfs of;
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/fd/%.20s", measured.pid, name);
  if (name[0] == '.' || stat(path, &file) < 0 || !S_ISREG(file.st_mode) || file.st_nlink > 0 ||
      statfs(path, &of) < 0 || is_virtual(&of) || is_counted(&file))
    return GOES_ON;
  if (measured.hidden_count == MAX_HIDDEN) return UNKNOWN;
  measured.hidden[measured.hidden_count].device = file.st_dev;
  measured.hidden[measured.hidden_count++].inode = file.st_ino;
  count(&file, 1);
  return GOES_ON;
}

static enum step step(void) {
  switch (measured.what) {
    case TREE: return walk_tree();
    case PROCESSES: return walk_processes();
    case DESCRIPTORS: return walk_descriptors();
    case IDLE: break;
  }
  return DONE;
}

/* Opened anew each time: who reads a folder shares the place with all that have it open. */
static bool begin(int what, int folder) {
  int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  struct stat is;
  if (fd < 0 || fstat(fd, &is) < 0) return false;
  push(fd, is.st_dev);
  measured.what = what;
  return true;
}

static void stop(void) {
  while (measured.depth > 0) pop();
  measured.what = IDLE;
}

/* One that is not to be had is too much only where there is a reason to suspect it. */
static bool is_over(enum step result) {
  return measured.bytes > disk.most_bytes || measured.inodes / WHOLE > disk.most_inodes ||
         (result == UNKNOWN && measured.suspected);
}

static bool measure(void) {
  long long slice_ends = monotonic() + SLICE;
  enum step result = GOES_ON;
  while (result == GOES_ON && monotonic() < slice_ends) {
    result = step();
    if (result == DONE && measured.what == TREE)
      result = begin(PROCESSES, disk.proc) ? GOES_ON : UNKNOWN;
    if (is_over(result)) {
      stop();
      return true;
    }
  }
  if (result == GOES_ON && measured.suspected && monotonic() > measured.deadline) result = UNKNOWN;
  if (result == GOES_ON) return false;
  stop();
  if (result == DONE && measured.suspected)
    watch_from_here(measured.bytes, measured.inodes / WHOLE);
  watched.next_measurement = monotonic() + MEASURE_EVERY;
  return is_over(result);
}

static bool start_to_measure(bool suspected) {
  stop();
  measured.suspected = suspected;
  measured.bytes = measured.inodes = 0;
  measured.hidden_count = 0;
  measured.deadline = monotonic() + LONGEST;
  return begin(TREE, disk.root) ? measure() : suspected;
}

bool disk_is_over(void) {
  bool measures = measured.what != IDLE;
  if (measures && measured.suspected) return measure();
  if (monotonic() < watched.next_look) return false;
  watched.next_look = monotonic() + LOOK_EVERY;
  if (!look() || watched.lost_bytes > watched.may_lose_bytes ||
      watched.lost_inodes > watched.may_lose_inodes)
    return start_to_measure(true);
  if (measures) return measure();
  return may_be_over() && monotonic() >= watched.next_measurement && start_to_measure(false);
}

long long disk_deadline(void) {
  return measured.what != IDLE && measured.suspected ? 0 : watched.next_look;
}
