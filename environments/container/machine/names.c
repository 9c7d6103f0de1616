/*
 * The part of awake.c that is a container's machine's: a clone has the host names and the machine
 * ids of the template that it was made from, and so all clones would be one machine to whoever
 * counts machines. Here a clone gets its own: the machine and the container, each in its kernel
 * and in its files.
 *
 * The container's host name goes on beginning with what samples look for before they do harm
 * (experiments/samples/guest.h). The files keep their time: nothing else tells a clone from another.
 */
#define _GNU_SOURCE
#include "names.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* malassay-network makes these two when the container runs. */
static const char CONTAINER[] = "/run/malassay-root", CONTAINERS_NAME[] = "/run/malassay-uts";

/* Links are followed as who stands in ROOT follows them: an image of the user's may have any. What is
   missing, empty or no file is left so. */
static bool write_over(int root, const char *path, const char *text) {
  struct open_how how = {.flags = O_WRONLY | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT};
  int fd = (int)syscall(SYS_openat2, root, path, &how, sizeof how);
  if (fd < 0) return errno == ENOENT || errno == ENOTDIR || errno == ELOOP || errno == EISDIR;
  struct stat was;
  ssize_t length = (ssize_t)strlen(text);
  bool done = fstat(fd, &was) == 0;
  if (done && S_ISREG(was.st_mode) && was.st_size > 0) {
    struct timespec times[] = {was.st_atim, was.st_mtim};
    done = write(fd, text, (size_t)length) == length && ftruncate(fd, length) == 0 &&
           futimens(fd, times) == 0;
  }
  close(fd);
  return done;
}

/* The name and the id of whoever has this root, in the namespace of names that we are in. */
static bool rename_in(const char *folder, const char *kind) {
  uint32_t drawn[5];
  if (getrandom(drawn, sizeof drawn, 0) != sizeof drawn) return false;
  char name[64], line[66], id[34];
  int length = snprintf(name, sizeof name, "malassay-%s-%08x", kind, drawn[0]);
  snprintf(line, sizeof line, "%s\n", name);
  snprintf(id, sizeof id, "%08x%08x%08x%08x\n", drawn[1], drawn[2], drawn[3], drawn[4]);
  int root = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (root < 0) return false;
  bool done = sethostname(name, (size_t)length) == 0 && write_over(root, "etc/hostname", line) &&
              write_over(root, "etc/machine-id", id);
  close(root);
  return done;
}

bool give_names(void) {
  int theirs = open(CONTAINERS_NAME, O_RDONLY | O_CLOEXEC);
  if (theirs < 0) return errno == ENOENT;
  int own = open("/proc/self/ns/uts", O_RDONLY | O_CLOEXEC);
  bool done = own >= 0 && rename_in("/", "machine") && setns(theirs, CLONE_NEWUTS) == 0 &&
              rename_in(CONTAINER, "guest") && setns(own, CLONE_NEWUTS) == 0;
  close(own);
  close(theirs);
  return done;
}
