/* Ways to give execute permission to what one has written. */
#define _GNU_SOURCE
#include "bypass.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

enum { OPENAT2 = 437, FCHMODAT2 = 452, IO_URING_SETUP = 425, IO_URING_ENTER = 426 };

#define FILE OWN "file"

static enum outcome by_chmod(void) {
  if (write_payload(FILE, 0644)) return failed("write");
  if (syscall(__NR_chmod, FILE, 0755)) return failed("chmod");
  return runs(FILE);
}

static enum outcome by_fchmod(void) {
  if (write_payload(FILE, 0644)) return failed("write");
  int fd = open(FILE, O_RDONLY | O_CLOEXEC);
  if (fd < 0 || fchmod(fd, 0755)) return failed("fchmod");
  close(fd);
  return runs(FILE);
}

static enum outcome by_fchmodat(void) {
  if (write_payload(FILE, 0644)) return failed("write");
  if (syscall(__NR_fchmodat, AT_FDCWD, FILE, 0755)) return failed("fchmodat");
  return runs(FILE);
}

static enum outcome by_fchmodat2(void) {
  if (write_payload(FILE, 0644)) return failed("write");
  if (syscall(FCHMODAT2, AT_FDCWD, FILE, 0755, 0))
    return errno == ENOSYS ? absent("the kernel has no fchmodat2, or hides it") : failed("fchmodat2");
  return runs(FILE);
}

static enum outcome fill(int fd, const char *step) {
  if (fd < 0) return failed(step);
  ssize_t n = write(fd, payload, payload_size);
  if (n != (ssize_t)payload_size) return failed("write");
  close(fd);
  return runs(FILE);
}

static enum outcome by_open(void) {
  return fill(open(FILE, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0755), "open with a mode");
}

static enum outcome by_creat(void) { return fill((int)syscall(__NR_creat, FILE, 0755), "creat"); }

static enum outcome by_openat2(void) {
  struct { uint64_t flags, mode, resolve; } how = {O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0755, 0};
  int fd = (int)syscall(OPENAT2, AT_FDCWD, FILE, &how, sizeof how);
  if (fd < 0 && errno == ENOSYS) return absent("the kernel has no openat2, or hides it");
  return fill(fd, "openat2 with a mode");
}

static enum outcome by_mknod(void) {
  if (mknod(FILE, S_IFREG | 0755, 0)) return failed("mknod with a mode");
  return fill(open(FILE, O_WRONLY | O_CLOEXEC), "open what mknod made");
}

static enum outcome by_tmpfile(void) {
  char name[64];
  int fd = open(OWN, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0755);
  if (fd < 0) return failed("open without a name, with a mode");
  if (write(fd, payload, payload_size) != (ssize_t)payload_size) return failed("write");
  snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
  if (linkat(AT_FDCWD, name, AT_FDCWD, FILE, AT_SYMLINK_FOLLOW)) return failed("linkat");
  close(fd);
  return runs(FILE);
}

/* Owner, group, a named user, mask and others; all may read, and execute. */
static const unsigned char list[] = {2, 0, 0, 0, /* version */
                                     1,    0, 7, 0, 255, 255, 255, 255, 4,    0, 5, 0, 255, 255, 255, 255,
                                     0x20, 0, 5, 0, 255, 255, 255, 255};

static enum outcome by_acl(void) {
  if (write_payload(FILE, 0644)) return failed("write");
  if (setxattr(FILE, "system.posix_acl_access", list, sizeof list, 0))
    return failed("set an access list");
  return runs(FILE);
}

/* What is made in a folder has the folder's list, as far as it is asked for. */
static enum outcome by_default_acl(void) {
  mkdir(OWN "folder", 0755);
  if (setxattr(OWN "folder", "system.posix_acl_default", list, sizeof list, 0))
    return failed("set a folder's access list");
  int fd = open(OWN "folder/file", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0777);
  if (fd < 0) return failed("open in that folder");
  if (write(fd, payload, payload_size) != (ssize_t)payload_size) return failed("write");
  close(fd);
  return runs(OWN "folder/file");
}

static enum outcome by_cp(void) {
  static const char *const words[] = {"/usr/bin/cp", TARGETS "cp", FILE, NULL};
  int status = run(words); /* which may fail, and leave an empty file that is executable */
  if (access(FILE, X_OK)) return ended("cp", status);
  return fill(open(FILE, O_WRONLY | O_TRUNC | O_CLOEXEC), "write to the copy");
}

static enum outcome by_install(void) {
  static const char *const words[] = {"/usr/bin/install", "-m", "755", OWN "plain", FILE, NULL};
  if (write_payload(OWN "plain", 0644)) return failed("write");
  int status = run(words);
  return status == 0 ? runs(FILE) : ended("install", status);
}

static enum outcome by_script(void) {
  static const char script[] = "#!/bin/sh\n" SAY_SEVEN "\n";
  if (write_text(FILE, script)) return failed("write");
  if (chmod(FILE, 0755)) return failed("chmod");
  return runs(FILE);
}

/* As an open with a mode that no process calls. */
static int open_by_ring(void) {
  struct io_uring_params made = {0};
  int ring = (int)syscall(IO_URING_SETUP, 4, &made);
  if (ring < 0) return -1;
  size_t size = made.sq_off.array + made.sq_entries * sizeof(unsigned);
  size_t answers = made.cq_off.cqes + made.cq_entries * sizeof(struct io_uring_cqe);
  char *at = mmap(NULL, size > answers ? size : answers, PROT_READ | PROT_WRITE, MAP_SHARED, ring,
                  IORING_OFF_SQ_RING);
  struct io_uring_sqe *orders = mmap(NULL, made.sq_entries * sizeof *orders, PROT_READ | PROT_WRITE,
                                     MAP_SHARED, ring, IORING_OFF_SQES);
  if (at == MAP_FAILED || orders == MAP_FAILED) return -1;
  memset(orders, 0, sizeof *orders);
  orders->opcode = IORING_OP_OPENAT;
  orders->fd = AT_FDCWD;
  orders->addr = (uintptr_t)FILE;
  orders->len = 0755;
  orders->open_flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
  ((unsigned *)(at + made.sq_off.array))[0] = 0;
  __atomic_store_n((unsigned *)(at + made.sq_off.tail), 1, __ATOMIC_RELEASE);
  if (syscall(IO_URING_ENTER, ring, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) < 0) return -1;
  int result = ((struct io_uring_cqe *)(at + made.cq_off.cqes))->res;
  close(ring);
  if (result >= 0) return result;
  errno = -result;
  return -1;
}

static enum outcome by_io_uring(void) {
  int fd = open_by_ring();
  if (fd < 0 && errno == ENOSYS) return absent("the kernel has no io_uring, or hides it");
  return fill(fd, "open with a mode by io_uring");
}

/* By a program (chmod-64.S) whose calls have other numbers. */
static enum outcome by_other_architecture(void) {
  static const char *const words[] = {TARGETS "chmod-64", NULL};
  if (write_payload(FILE, 0644)) return failed("write");
  int status = run(words);
  if (status < 0 && errno == ENOEXEC) return absent("the kernel runs no 64-bit programs");
  if (status < 0) return failed("execute a 64-bit program");
  if (status == 0) return runs(FILE);
  if (status > 128 && status < 192) return ended("the 64-bit program", status);
  errno = 256 - status; /* it ends with what the kernel answered */
  return failed("chmod by the 64-bit program");
}

/* ---- past the file system ---- */

static uint32_t number(const unsigned char *at, int bytes) {
  uint32_t all = 0;
  for (int i = 0; i < bytes; i++) all |= (uint32_t)at[i] << 8 * i;
  return all;
}

/* Where an ext4 file system (https://docs.kernel.org/filesystems/ext4) keeps what it knows of a file;
   0 where the disk holds none. */
static off64_t place_on_disk(int disk, ino_t file) {
  unsigned char super[1024], group[64] = {0};
  if (pread64(disk, super, sizeof super, 1024) != sizeof super || number(super + 56, 2) != 0xef53)
    return 0;
  uint32_t block = 1024u << number(super + 24, 4), a_group = number(super + 40, 4);
  uint32_t group_size = number(super + 96, 4) & 0x80 ? number(super + 254, 2) : 32;
  uint32_t of_group = (uint32_t)(file - 1) / a_group, in_group = (uint32_t)(file - 1) % a_group;
  off64_t groups = (off64_t)(number(super + 20, 4) + 1) * block;
  if (group_size > sizeof group ||
      pread64(disk, group, group_size, groups + (off64_t)of_group * group_size) != (ssize_t)group_size)
    return 0;
  off64_t table = number(group + 8, 4) | (off64_t)(group_size > 40 ? number(group + 40, 4) : 0) << 32;
  return table * block + (off64_t)in_group * number(super + 88, 2);
}

static enum outcome by_disk(void) {
  struct stat is;
  unsigned char mode[2];
  if (write_payload(FILE, 0644) || stat(FILE, &is)) return failed("write");
  sync();
  if (mknod(OWN "disk", S_IFBLK | 0600, is.st_dev)) return failed("make a node of the disk");
  int disk = open(OWN "disk", O_RDWR | O_CLOEXEC);
  if (disk < 0) return failed("open the disk for writing");
  off64_t at = place_on_disk(disk, is.st_ino);
  if (at == 0 || pread64(disk, mode, 2, at) != 2 || number(mode, 2) != is.st_mode)
    return absent("the disk holds no ext4");
  mode[0] |= 0111;
  if (pwrite64(disk, mode, 2, at) != 2 || fsync(disk)) return failed("write to the disk");
  close(disk);
  for (int tries = 0; tries < 20 && access(FILE, X_OK); tries++) {
    write_file("/proc/sys/vm/drop_caches", "3", 1, 0, 0);
    usleep(50000);
  }
  return runs(FILE);
}

const struct bypass PERMISSIONS[] = {
    {"chmod", "a written file is made executable by chmod", by_chmod},
    {"fchmod", "the same by fchmod", by_fchmod},
    {"fchmodat", "the same by fchmodat, as coreutils do", by_fchmodat},
    {"fchmodat2", "the same by fchmodat2", by_fchmodat2},
    {"open-mode", "a file is made with a mode that has x, and written to", by_open},
    {"creat-mode", "the same by creat", by_creat},
    {"openat2-mode", "the same by openat2", by_openat2},
    {"mknod-mode", "the same by mknod", by_mknod},
    {"tmpfile-linkat", "a file without a name, with x, is written to and gets a name", by_tmpfile},
    {"io-uring-open", "a file with x is made by io_uring, which is no call", by_io_uring},
    {"acl", "a written file is made executable by an access list", by_acl},
    {"default-acl", "a file is made executable by its folder's access list", by_default_acl},
    {"cp", "an executable is copied by cp, and the copy overwritten", by_cp},
    {"install", "a written file is installed as executable by install", by_install},
    {"script-chmod", "a written script is made executable", by_script},
    {"other-architecture", "the same by a 64-bit program", by_other_architecture},
    {"disk", "a written file is made executable on the disk itself", by_disk},
    {NULL, NULL, NULL}};
