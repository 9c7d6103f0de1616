/* Ways to get written content executed without giving permission to it. */
#define _GNU_SOURCE
#include "bypass.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FILE OWN "file"

static enum outcome fill(const char *path, const char *step, const char *executable) {
  if (write_file(path, payload, payload_size, O_TRUNC, 0)) return failed(step);
  return runs(executable);
}

static enum outcome by_open(void) {
  return fill(TARGETS "open-write", "open for writing", TARGETS "open-write");
}

static enum outcome by_truncate(void) {
  struct stat is;
  if (truncate(TARGETS "truncate", 0)) return failed("truncate");
  if (stat(TARGETS "truncate", &is)) return failed("look at it");
  return is.st_size ? not_told("it is as it was") : OPEN;
}

static enum outcome by_link(void) {
  if (link(TARGETS "hardlink-write", FILE)) return failed("link");
  return fill(FILE, "open its other name", TARGETS "hardlink-write");
}

static enum outcome by_symlink(void) {
  if (symlink(TARGETS "symlink-write", FILE)) return failed("symlink");
  return fill(FILE, "open it by a symbolic link", TARGETS "symlink-write");
}

static enum outcome by_rename(void) {
  if (rename(TARGETS "rename-write", FILE)) return failed("rename");
  return fill(FILE, "open it under its new name", FILE);
}

static enum outcome by_proc_fd(void) {
  char name[64];
  int fd = open(TARGETS "proc-fd-write", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return failed("open for reading");
  snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
  enum outcome outcome = fill(name, "open again for writing", TARGETS "proc-fd-write");
  close(fd);
  return outcome;
}

static enum outcome by_late_map(void) {
  int fd = open(FILE, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (fd < 0 || ftruncate(fd, (off_t)payload_size)) return failed("write");
  void *at = mmap(NULL, payload_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (at == MAP_FAILED) return failed("map");
  if (fchmod(fd, 0755)) return failed("fchmod");
  memcpy(at, payload, payload_size);
  munmap(at, payload_size);
  close(fd);
  return runs(FILE);
}

static enum outcome by_old_descriptor(void) {
  int fd = open(FILE, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (fd < 0) return failed("write");
  if (fchmod(fd, 0755)) return failed("fchmod");
  if (write(fd, payload, payload_size) != (ssize_t)payload_size) return failed("write");
  close(fd);
  return runs(FILE);
}

/* ---- files without a name ---- */

static int memory_file(void) { return (int)syscall(__NR_memfd_create, "malassay-bypass", 0); }

static enum outcome runs_nameless(int fd) {
  char name[64];
  snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
  enum outcome outcome = runs(name);
  close(fd);
  return outcome;
}

static enum outcome no_memory_file(void) {
  return errno == ENOSYS ? closed("memfd_create: hidden, or not there") : failed("memfd_create");
}

static enum outcome by_memory_write(void) {
  int fd = memory_file();
  if (fd < 0) return no_memory_file();
  if (write(fd, payload, payload_size) != (ssize_t)payload_size) return failed("write");
  return runs_nameless(fd);
}

static enum outcome by_memory_map(void) {
  int fd = memory_file();
  if (fd < 0) return no_memory_file();
  if (ftruncate(fd, (off_t)payload_size)) return failed("ftruncate");
  void *at = mmap(NULL, payload_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (at == MAP_FAILED) return failed("map");
  memcpy(at, payload, payload_size);
  munmap(at, payload_size);
  return runs_nameless(fd);
}

/* The payload in a file, opened for reading. */
static int source(void) {
  return write_payload(OWN "plain", 0644) ? -1 : open(OWN "plain", O_RDONLY | O_CLOEXEC);
}

static enum outcome by_memory_sendfile(void) {
  int fd = memory_file(), from = source();
  if (fd < 0) return no_memory_file();
  if (from < 0) return failed("write");
  if (sendfile(fd, from, NULL, payload_size) != (ssize_t)payload_size) return failed("sendfile");
  return runs_nameless(fd);
}

static enum outcome by_memory_splice(void) {
  int fd = memory_file(), from = source(), ends[2];
  if (fd < 0) return no_memory_file();
  if (from < 0) return failed("write");
  if (pipe2(ends, O_CLOEXEC) || splice(from, NULL, ends[1], NULL, payload_size, 0) < 0)
    return failed("splice into a pipe");
  if (splice(ends[0], NULL, fd, NULL, payload_size, 0) != (ssize_t)payload_size)
    return failed("splice");
  return runs_nameless(fd);
}

static enum outcome by_memory_copy(void) {
  int fd = memory_file(), all = memory_file();
  if (fd < 0 || all < 0) return no_memory_file();
  if (write(all, payload, payload_size) != (ssize_t)payload_size) return failed("write");
  lseek(all, 0, SEEK_SET);
  if (copy_file_range(all, NULL, fd, NULL, payload_size, 0) != (ssize_t)payload_size)
    return failed("copy_file_range");
  return runs_nameless(fd);
}

static enum outcome by_unlinked(void) {
  int fd = open(OWN, O_TMPFILE | O_RDWR, 0755);
  if (fd < 0) return failed("open without a name, with a mode");
  if (write(fd, payload, payload_size) != (ssize_t)payload_size) return failed("write");
  char name[64];
  snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
  int reader = open(name, O_RDONLY); /* what is open for writing is not executed */
  close(fd);
  if (reader < 0) return failed("open for reading");
  return runs_nameless(reader);
}

/* ---- what is loaded, and so needs no permission ---- */

static enum outcome by_preload(void) {
  static const char *const words[] = {"/usr/bin/true", NULL};
  if (write_file(OWN "object", preload, preload_size, O_CREAT, 0644)) return failed("write");
  setenv("LD_PRELOAD", OWN "object", 1);
  int status = run(words);
  const char *line = said_of_loading(OWN "object");
  if (line) return closed(line);
  line = said("cannot be preloaded");
  if (line) return not_told(line);
  if (status && !has_proof(0)) return ended("true", status);
  return has_proof(PATIENCE) ? OPEN : not_told("the written object was not loaded");
}

static enum outcome by_copied_program(void) {
  static const char *const words[] = {"/lib/ld-linux-armhf.so.3", OWN "copy", "-c", SAY_SEVEN, NULL};
  int from = open("/usr/bin/dash", O_RDONLY | O_CLOEXEC);
  int to = open(OWN "copy", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  struct stat is;
  if (from < 0 || fstat(from, &is)) return absent("there is no /usr/bin/dash to be copied");
  if (to < 0 || sendfile(to, from, NULL, (size_t)is.st_size) != (ssize_t)is.st_size)
    return failed("write");
  close(to);
  return says_seven(words);
}

/* A file of a folder of programs that is no executable: scripts there read it. */
static enum outcome by_plain_link(void) {
  static const char old[] = PLACE "targets/plain";
  char was[64], is[64] = "";
  if (read_text(old, was, sizeof was) < 0) return absent("there is no plain file in /usr to be linked");
  if (link(old, FILE)) return failed("link");
  if (write_file(FILE, "changed", 7, O_TRUNC, 0)) return failed("open its other name");
  read_text(old, is, sizeof is);
  write_file(FILE, was, strlen(was), O_TRUNC, 0);
  return strcmp(is, "changed") == 0 ? OPEN : not_told("it is as it was");
}

const struct bypass CONTENTS[] = {
    {"open-write", "an executable is written to", by_open},
    {"truncate", "an executable is emptied by truncate", by_truncate},
    {"hardlink-write", "an executable is written to by a hard link", by_link},
    {"hardlink-plain", "a plain file in /usr is written to by a hard link", by_plain_link},
    {"symlink-write", "an executable is written to by a symbolic link", by_symlink},
    {"rename-write", "an executable is renamed, and written to", by_rename},
    {"proc-fd-write", "an executable is opened for writing by /proc/self/fd", by_proc_fd},
    {"mmap-then-chmod", "a file is mapped, made executable, and written to in memory", by_late_map},
    {"old-descriptor", "a file is opened, made executable, and written to", by_old_descriptor},
    {"memfd-write", "a file in memory is written and executed", by_memory_write},
    {"memfd-mmap", "the same, written to by a mapping", by_memory_map},
    {"memfd-sendfile", "the same by sendfile", by_memory_sendfile},
    {"memfd-splice", "the same by splice", by_memory_splice},
    {"memfd-copy-file-range", "the same by copy_file_range", by_memory_copy},
    {"nameless", "a file without a name on the disk is written and executed", by_unlinked},
    {"ld-preload", "a written shared object is loaded by LD_PRELOAD", by_preload},
    {"ld-so-copy", "a copy of a program without x is executed by the dynamic linker", by_copied_program},
    {NULL, NULL, NULL}};
