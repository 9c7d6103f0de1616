#include "signal.h"

#include "memory.h"
#include "run.h"
#include "syscall.h"
#include "thread.h"

enum handler { SIG_DFL = 0, SIG_IGN = 1 };

struct action {
  u32 handler, flags, restorer, mask[2];
};

static struct action actions[SIGNALS + 1];

static u64 bit(u32 signal) { return 1ull << (signal - 1); }

static bool ignored_by_default(u32 signal) {
  return signal == SIGCHLD || signal == SIGCONT || signal == SIGURG || signal == SIGWINCH;
}

static bool is_ignored(u32 signal) {
  u32 handler = actions[signal].handler;
  return handler == SIG_IGN || (handler == SIG_DFL && ignored_by_default(signal));
}

void signal_send(struct thread *thread, u32 signal) {
  if (signal == SIGKILL) {
    run_end(ENDED_SIGNALED, SIGKILL, "");
  } else if (!is_ignored(signal)) {
    thread->signals.pending |= bit(signal);
  }
}

void signal_force(u32 signal, u32 address) {
  (void)address;
  run_end(ENDED_SIGNALED, signal, "");
}

bool signal_pending(const struct thread *thread) {
  return thread->signals.pending & ~thread->signals.blocked;
}

void signals_deliver(struct frame *frame) {
  (void)frame;
  u64 ready = current->signals.pending & ~current->signals.blocked;
  for (u32 signal = 1; ready && signal <= SIGNALS; signal++) {
    if (!(ready & bit(signal))) continue;
    current->signals.pending &= ~bit(signal);
    if (signal == SIGXFSZ) {
      run_end(ENDED_STOPPED, REASON_DISK, ""); /* only the limit of a run sends it */
    } else if (!is_ignored(signal)) {
      run_end(ENDED_SIGNALED, signal, "");
    }
  }
}

/* ---- system calls ---- */

SYSCALL(rt_sigaction) {
  u32 signal = a[0], new = a[1], old = a[2];
  if (signal < 1 || signal > SIGNALS || a[3] != 8) return -EINVAL;
  if (new && (signal == SIGKILL || signal == SIGSTOP)) return -EINVAL;
  struct action before = actions[signal];
  if (new && !user_load(&actions[signal], new, sizeof(struct action))) return -EFAULT;
  if (old && !user_store(old, &before, sizeof before)) return -EFAULT;
  return 0;
}

SYSCALL(rt_sigprocmask) {
  enum { BLOCK, UNBLOCK, SETMASK };
  u64 set, before = current->signals.blocked;
  if (a[3] != sizeof set) return -EINVAL;
  if (a[1]) {
    if (!user_load(&set, a[1], sizeof set)) return -EFAULT;
    set &= ~(bit(SIGKILL) | bit(SIGSTOP));
    switch (a[0]) {
      case BLOCK: current->signals.blocked |= set; break;
      case UNBLOCK: current->signals.blocked &= ~set; break;
      case SETMASK: current->signals.blocked = set; break;
      default: return -EINVAL;
    }
  }
  return a[2] && !user_store(a[2], &before, sizeof before) ? -EFAULT : 0;
}

static s32 send_to(u32 thread_id, u32 signal) {
  if (signal > SIGNALS) return -EINVAL;
  for (struct thread *thread = threads(); thread; thread = thread->next)
    if (thread->id == thread_id && !thread->dead) {
      if (signal) signal_send(thread, signal);
      return 0;
    }
  return -ESRCH;
}

SYSCALL(tkill) { return send_to(a[0], a[1]); }
SYSCALL(tgkill) { return a[0] == PROCESS ? send_to(a[1], a[2]) : -ESRCH; }

/* The one process, its group, or everybody: kill(-1) leaves the caller alone on Linux. */
SYSCALL(kill) {
  if (a[1] > SIGNALS) return -EINVAL;
  if (a[0] != PROCESS && a[0] != 0) return -ESRCH;
  if (a[1]) signal_send(current, a[1]);
  return 0;
}
