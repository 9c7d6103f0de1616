/* New threads. New processes are what this system has not: one program in one address space. */
#include "abi.h"
#include "memory.h"
#include "page.h"
#include "syscall.h"
#include "thread.h"

enum {
  VM = 0x100, FS = 0x200, FILES_SHARED = 0x400, SIGHAND = 0x800, THREAD = 0x10000, SETTLS = 0x80000,
  PARENT_SETTID = 0x100000, CHILD_CLEARTID = 0x200000, CHILD_SETTID = 0x1000000,
  A_THREAD = VM | FS | FILES_SHARED | SIGHAND | THREAD
};

static s32 clone(u32 flags, u32 sp, u32 parent_id, u32 tls, u32 child_id) {
  if ((flags & A_THREAD) != A_THREAD)
    return flags & THREAD && !(flags & SIGHAND) ? -EINVAL : -ENOSYS;
  if (!pages_left()) return -EAGAIN;
  struct frame frame = *thread_frame(current);
  frame.r[0] = 0;
  if (sp) frame.sp = sp;
  struct thread *thread = thread_new(&frame);
  if (!thread) return -EAGAIN;
  thread->signals.blocked = current->signals.blocked;
  thread->tls = flags & SETTLS ? tls : read_tls();
  if (flags & CHILD_CLEARTID) thread->clear_at_exit = child_id;
  if (flags & CHILD_SETTID) user_store(child_id, &thread->id, sizeof thread->id);
  if (flags & PARENT_SETTID) user_store(parent_id, &thread->id, sizeof thread->id);
  return (s32)thread->id;
}

SYSCALL(clone) { return clone(a[0], a[1], a[2], a[3], a[4]); }

SYSCALL(clone3) {
  struct {
    u64 flags, pidfd, child_id, parent_id, signal, stack, stack_size, tls;
  } wanted;
  if (a[1] < sizeof wanted) return -EINVAL;
  if (!user_load(&wanted, a[0], sizeof wanted)) return -EFAULT;
  if (!wanted.stack != !wanted.stack_size) return -EINVAL;
  return clone((u32)wanted.flags, (u32)(wanted.stack + wanted.stack_size), (u32)wanted.parent_id,
               (u32)wanted.tls, (u32)wanted.child_id);
}

SYSCALL(set_tid_address) {
  current->clear_at_exit = a[0];
  return (s32)current->id;
}

SYSCALL(gettid) { return (s32)current->id; }

/* With one processor, all others have run the barrier already. */
SYSCALL(membarrier) {
  enum { QUERY = 0, KNOWN = 0x1ff };
  if (a[1]) return -EINVAL;
  return a[0] == QUERY ? KNOWN : a[0] & (a[0] - 1) || !(a[0] & KNOWN) ? -EINVAL : 0;
}
