/*
 * A library for LD_PRELOAD (or /etc/ld.so.preload of an image that has but the one service): before
 * the program's main, it sets a seccomp filter that lets through the calls whose numbers are in
 * calls.h, in order, and refuses all others with EPERM. Calls of another architecture's end the
 * process. Threads and processes that come later have it, too; nobody can take it off.
 *
 *   arm-linux-gnueabihf-gcc -shared -fPIC -Os -I FOLDER-OF-CALLS.H -o filter.so filter.c
 */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

static const unsigned allowed[] = {
#include "calls.h"
};

enum { CALLS = sizeof allowed / sizeof *allowed, HEAD = 4, TAIL = 1, MOST = HEAD + 3 * CALLS + TAIL };
_Static_assert(MOST <= BPF_MAXINSNS, "more calls than a filter can tell");

/* A service without its filter must not serve. */
static void fail(const char *what) {
  perror(what);
  _exit(126);
}

__attribute__((constructor)) static void filter(void) {
  static struct sock_filter code[MOST];
  unsigned size = 0;
  code[size++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
  code[size++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_ARM, 1, 0);
  code[size++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
  code[size++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
  for (unsigned i = 0; i < CALLS;) { /* each range of numbers in turn */
    unsigned last = i;
    while (last + 1 < CALLS && allowed[last + 1] == allowed[last] + 1) last++;
    code[size++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, allowed[i], 0, 2);
    code[size++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, allowed[last], 1, 0);
    code[size++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    i = last + 1;
  }
  code[size++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
  struct sock_fprog program = {size, code};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) fail("malassay filter: no_new_privs");
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) != 0) fail("malassay filter");
}
