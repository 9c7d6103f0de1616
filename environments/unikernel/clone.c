/*
 * New threads. This system has no new processes: one program runs in one address space. But a
 * process that shares everything except its id with its parent (CLONE_VM and its like without
 * CLONE_THREAD, as LinuxThreads makes its threads) is a thread here, too. It has an id of its own
 * by which it is known, sent signals, and waited for.
 */
#include "abi.h"
#include "memory.h"
#include "page.h"
#include "process.h"
#include "recording.h"
#include "signal.h"
#include "syscall.h"
#include "thread.h"

enum {
  EXIT_SIGNAL = 0xff, VM = 0x100, FS = 0x200, FILES_SHARED = 0x400, SIGHAND = 0x800, VFORK = 0x4000,
  THREAD = 0x10000, SETTLS = 0x80000, PARENT_SETTID = 0x100000, CHILD_CLEARTID = 0x200000,
  CHILD_SETTID = 0x1000000,
  SHARED = VM | FS | FILES_SHARED | SIGHAND
};

static s32 clone(u32 flags, u32 sp, u32 parent_id, u32 tls, u32 child_id) {
  bool is_thread = flags & THREAD;
  if ((is_thread && !(flags & SIGHAND)) || (flags & SIGHAND && !(flags & VM))) return -EINVAL;
  /* Without a copy of the memory, it would run on its parent's stack. */
  if ((flags & SHARED) != SHARED || flags & VFORK || (!is_thread && !sp)) return -ENOSYS;
  if (!pages_left()) return -EAGAIN;
  struct frame frame = *thread_frame(current);
  frame.r[0] = 0;
  if (sp) frame.sp = sp;
  struct thread *thread = thread_new(&frame);
  if (!thread) return -EAGAIN;
  if (!is_thread) {
    thread->process = thread->id;
    thread->parent = current->process;
    thread->exit_signal = flags & EXIT_SIGNAL;
  }
  thread->signals.blocked = current->signals.blocked;
  thread->tls = flags & SETTLS ? tls : read_tls();
  if (flags & CHILD_CLEARTID) thread->clear_at_exit = child_id;
  if (flags & CHILD_SETTID) user_store(child_id, &thread->id, sizeof thread->id);
  if (flags & PARENT_SETTID) user_store(parent_id, &thread->id, sizeof thread->id);
  if (recording) recording_fork(thread->process, thread->id, current->process, is_thread);
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
  return clone((u32)wanted.flags | (u32)wanted.signal, (u32)(wanted.stack + wanted.stack_size),
               (u32)wanted.parent_id, (u32)wanted.tls, (u32)wanted.child_id);
}

/* ---- the end of a process, and waiting for it ---- */

/* Processes that have ended and that nobody has waited for yet. */
static struct child {
  struct child *next;
  u32 id, parent, exit_signal;
  s32 status; /* as wait4(2) tells it */
} *ended;

static struct thread *thread_of_process(u32 process) {
  for (struct thread *thread = threads(); thread; thread = thread->next)
    if (!thread->dead && thread->process == process) return thread;
  return NULL;
}

SYSCALL(getpid) { return (s32)current->process; }
SYSCALL(getppid) { return thread_of_process(current->parent) ? (s32)current->parent : PARENT; }

void process_end(u32 process, enum ended how, u32 code) {
  if (process == PROCESS) {
    run_end(how, code, "");
    return;
  }
  s32 status = (s32)(how == ENDED_EXITED ? code << 8 : code);
  if (recording) recording_exit(process, (u32)status);
  struct thread *thread = thread_of_process(process);
  struct child *child = thread ? kalloc(sizeof *child) : NULL;
  threads_end(process);
  if (!child) return; /* without memory, nobody is told */
  *child = (struct child){.next = ended,
                          .id = process,
                          .parent = thread->parent,
                          .exit_signal = thread->exit_signal,
                          .status = status};
  ended = child;
  struct thread *parent = thread_of_process(child->parent);
  if (parent && child->exit_signal)
    signal_send(child->parent == PROCESS ? NULL : parent, child->exit_signal);
}

SYSCALL(exit_group) {
  process_end(current->process, ENDED_EXITED, a[0] & 0xff);
  return 0;
}

/* The children that a thread waits for. */
struct wanted {
  u32 parent, options;
  s32 id; /* or -1 for any */
};
enum { NO_HANG = 1, CLONES = 0x80000000, ALL = 0x40000000, OPTIONS = 0xe000000b };

static bool is_wanted(const struct wanted *wanted, u32 id, u32 parent, u32 exit_signal) {
  return parent == wanted->parent && (wanted->id == -1 || (u32)wanted->id == id) &&
         (wanted->options & ALL || (exit_signal != SIGCHLD) == !!(wanted->options & CLONES));
}

static struct child **find_ended(const struct wanted *wanted) {
  struct child **at = &ended;
  while (*at && !is_wanted(wanted, (*at)->id, (*at)->parent, (*at)->exit_signal))
    at = &(*at)->next;
  return at;
}

static bool has_ended(void *wanted) { return *find_ended(wanted); }

static bool has_any(const struct wanted *wanted) {
  for (struct thread *thread = threads(); thread; thread = thread->next)
    if (!thread->dead && is_wanted(wanted, thread->process, thread->parent, thread->exit_signal))
      return true;
  return *find_ended(wanted);
}

SYSCALL(wait4) {
  struct wanted wanted = {current->process, a[2], (s32)a[0]};
  if (a[2] & ~OPTIONS) return -EINVAL;
  /* All are of one group. */
  if (wanted.id == 0 || wanted.id == -PROCESS) wanted.id = -1;
  if (!has_any(&wanted)) return -ECHILD;
  if (!has_ended(&wanted)) {
    if (a[2] & NO_HANG) return 0;
    s32 error = wait_for(has_ended, &wanted, NEVER);
    if (error) return error;
  }
  static const u32 no_usage[18];
  struct child **at = find_ended(&wanted), *child = *at;
  if (a[1] && !user_store(a[1], &child->status, sizeof child->status)) return -EFAULT;
  if (a[3] && !user_store(a[3], no_usage, sizeof no_usage)) return -EFAULT;
  u32 id = child->id;
  *at = child->next;
  kfree(child);
  return (s32)id;
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
