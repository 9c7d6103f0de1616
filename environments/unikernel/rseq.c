#include "rseq.h"

#include "abi.h"
#include "memory.h"
#include "signal.h"
#include "syscall.h"
#include "thread.h"

/* include/uapi/linux/rseq.h */
struct rseq {
  u32 cpu_at_start, cpu;
  u64 section;
  u32 flags, pad[3];
};
struct section {
  u32 version, flags;
  u64 start, length, abort;
};

enum { UNREGISTER = 1, NO_PROCESSOR = -1 };

SYSCALL(rseq) {
  struct rseq area;
  if (a[2] & ~UNREGISTER || a[1] < sizeof area || a[0] % 32) return -EINVAL;
  if (a[2] & UNREGISTER ? current->rseq != a[0] : current->rseq) return a[2] ? -EINVAL : -EBUSY;
  if (!user_load(&area, a[0], sizeof area)) return -EFAULT;
  area.cpu_at_start = 0;
  area.cpu = a[2] ? (u32)NO_PROCESSOR : 0;
  current->rseq = a[2] ? 0 : a[0];
  return user_store(a[0], &area, sizeof area) ? 0 : -EFAULT;
}

void rseq_abort(struct frame *frame) {
  struct rseq area;
  struct section section;
  if (!current->rseq || !user_load(&area, current->rseq, sizeof area) || !area.section) return;
  if (!user_load(&section, (u32)area.section, sizeof section)) return;
  if (frame->pc - section.start < section.length) frame->pc = (u32)section.abort;
  area.section = 0;
  user_store(current->rseq, &area, sizeof area);
}
