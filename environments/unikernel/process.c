/* What the sample asks about itself and the system, and how it ends. */
#include <string.h>

#include "abi.h"
#include "arch.h"
#include "clock.h"
#include "memory.h"
#include "run.h"
#include "syscall.h"
#include "thread.h"

SYSCALL(exit) { thread_exit((a[0] & 0xff)); }

SYSCALL(exit_group) {
  run_end(ENDED_EXITED, a[0] & 0xff, "");
  return 0;
}

SYSCALL(getpid) { return PROCESS; }
SYSCALL(getppid) { return PARENT; }
SYSCALL(gettid) { return (s32)current->id; }

SYSCALL(set_tid_address) {
  current->clear_at_exit = a[0];
  return (s32)current->id;
}

/* The list of locks a thread holds is walked when one dies while others live on. */
SYSCALL(set_robust_list) { return a[1] == 12 ? 0 : -EINVAL; }

SYSCALL(set_tls) {
  write_tls(a[0]);
  return 0;
}

SYSCALL(cacheflush) {
  forget_code();
  return 0;
}

SYSCALL(uname) {
  struct utsname name = {0};
  strcpy(name.system, "Linux"); /* what programs expect whose system calls we take */
  strcpy(name.node, "malassay-guest");
  strcpy(name.release, "6.1.0-malassay-unikernel");
  strcpy(name.version, "#1");
  strcpy(name.machine, "armv7l");
  strcpy(name.domain, "(none)");
  return user_store(a[0], &name, sizeof name) ? 0 : -EFAULT;
}

SYSCALL(root) { return 0; }

SYSCALL(getrandom) {
  u32 length = min_u32(a[1], 1024 * 1024);
  if (!user_writable(a[0], length)) return -EFAULT;
  random_bytes((void *)a[0], length);
  return (s32)length;
}

/* ---- limits ---- */

enum { RLIMITS = 16, RLIMIT_FSIZE = 1, RLIMIT_STACK = 3, RLIMIT_CORE = 4, RLIMIT_NOFILE = 7 };

static u64 limit_of(u32 resource) {
  switch (resource) {
    case RLIMIT_FSIZE: return run_limits()->file_size;
    case RLIMIT_STACK: return STACK_SIZE;
    case RLIMIT_CORE: return 0;
    case RLIMIT_NOFILE: return 1024;
    default: return UINT64_MAX;
  }
}

SYSCALL(ugetrlimit) {
  if (a[0] >= RLIMITS) return -EINVAL;
  u32 limit = (u32)min_u64(limit_of(a[0]), 0xffffffff), both[2] = {limit, limit};
  return user_store(a[1], both, sizeof both) ? 0 : -EFAULT;
}

/* Limits cannot be lowered: what asks for that is told so by nothing worse than their not holding. */
SYSCALL(prlimit64) {
  if (a[1] >= RLIMITS) return -EINVAL;
  if (a[0] && a[0] != PROCESS) return -ESRCH;
  u64 both[2] = {limit_of(a[1]), limit_of(a[1])};
  return a[3] && !user_store(a[3], both, sizeof both) ? -EFAULT : 0;
}
