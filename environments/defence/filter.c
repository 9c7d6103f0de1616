/*
 * Sets a filter that refuses execute permission to all that it starts, and becomes the shell of a
 * remote login: for kernels that have nothing else than seccomp.
 *
 *   malassay-filter ARGUMENT...               the shell that /etc/malassay-filtered-shell names, else
 *                                             busybox's, with these arguments and this name
 *   malassay-filter --run PROGRAM ARGUMENT... a program
 *
 * Refused is what gives execute permission by its arguments: chmod and its relatives, open, mknod with
 * such a mode, access lists; and what a filter cannot look into (openat2, io_uring), or what makes
 * executables without a name (memfd_create). It sees no files: folders cannot be given x either, and
 * who writes to an executable that is there is not stopped. Calls are those of 32-bit ARM; other
 * architectures' are ended.
 */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef AUDIT_ARCH_ARM
#define AUDIT_ARCH_ARM (40 | __AUDIT_ARCH_LE)
#endif

enum { FCHMODAT2 = 452, OPENAT2 = 437, IO_URING_SETUP = 425, MEMFD_CREATE = 385 };
enum { X = 0111, CREATES = 0100 | 020000000 /* O_CREAT, and __O_TMPFILE */, MOST = 128, PATH = 4096 };

static struct sock_filter filter[MOST];
static unsigned short length;

static void add(unsigned short code, unsigned int k, unsigned char if_true, unsigned char if_false) {
  filter[length++] =
      (struct sock_filter){.code = code, .jt = if_true, .jf = if_false, .k = k};
}

static void load(size_t offset) { add(BPF_LD | BPF_W | BPF_ABS, (unsigned)offset, 0, 0); }

static void load_argument(int i) {
  load(offsetof(struct seccomp_data, args) + sizeof(__u64) * (size_t)i);
}

static void answer(unsigned int with) { add(BPF_RET | BPF_K, with, 0, 0); }

static void refuse(unsigned int error) { answer(SECCOMP_RET_ERRNO | error); }

/* The next COUNT instructions are for this call only. */
static void for_call(int call, unsigned char count) {
  load(offsetof(struct seccomp_data, nr));
  add(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)call, 0, count);
}

static void unless(int argument, unsigned int bits, unsigned char skip) {
  load_argument(argument);
  add(BPF_JMP | BPF_JSET | BPF_K, bits, 0, skip);
}

static void refuse_mode(int call, int mode) {
  for_call(call, 3);
  unless(mode, X, 1);
  refuse(EPERM);
}

static void refuse_creating(int call, int flags, int mode) {
  for_call(call, 5);
  unless(flags, CREATES, 3);
  unless(mode, X, 1);
  refuse(EPERM);
}

static void refuse_all(int call, unsigned int error) {
  for_call(call, 1);
  refuse(error);
}

static void make_filter(void) {
  load(offsetof(struct seccomp_data, arch));
  add(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_ARM, 1, 0);
  answer(SECCOMP_RET_KILL_PROCESS);
  refuse_mode(__NR_chmod, 1);
  refuse_mode(__NR_fchmod, 1);
  refuse_mode(__NR_fchmodat, 2);
  refuse_mode(FCHMODAT2, 2);
  refuse_mode(__NR_creat, 1);
  refuse_mode(__NR_mknod, 1);
  refuse_mode(__NR_mknodat, 2);
  refuse_creating(__NR_open, 1, 2);
  refuse_creating(__NR_openat, 2, 3);
  refuse_all(OPENAT2, ENOSYS);        /* programs then take openat */
  refuse_all(IO_URING_SETUP, ENOSYS); /* the same */
  refuse_all(MEMFD_CREATE, ENOSYS);
  refuse_all(__NR_setxattr, EOPNOTSUPP); /* as of a file system without access lists */
  refuse_all(__NR_lsetxattr, EOPNOTSUPP);
  refuse_all(__NR_fsetxattr, EOPNOTSUPP);
  answer(SECCOMP_RET_ALLOW);
}

static const char *shell(void) {
  static char path[PATH];
  FILE *file = fopen("/etc/malassay-filtered-shell", "re");
  if (!file || !fgets(path, sizeof path, file)) return "/bin/busybox";
  path[strcspn(path, "\n")] = 0;
  return path;
}

int main(int argc, char **argv) {
  const char *program = shell();
  if (argc > 2 && strcmp(argv[1], "--run") == 0) {
    argv += 2;
    program = argv[0];
  }
  make_filter();
  struct sock_fprog all = {.len = length, .filter = filter};
  /* Without privileges to be gained no right is needed to set it; and none may be: not by su either. */
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
      prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &all, 0, 0)) {
    perror("no filter can be set");
    return 126;
  }
  execv(program, argv);
  perror(program);
  return 126;
}
