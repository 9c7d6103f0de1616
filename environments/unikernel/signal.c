#include "signal.h"

#include <string.h>

#include "memory.h"
#include "page.h"
#include "process.h"
#include "rseq.h"
#include "run.h"
#include "syscall.h"
#include "thread.h"

enum handler { SIG_DFL = 0, SIG_IGN = 1 };
enum { SA_SIGINFO = 4, SA_RESTORER = 0x4000000, SA_ONSTACK = 0x8000000, SA_RESTART = 0x10000000,
       SA_NODEFER = 0x40000000 };
#define SA_RESETHAND 0x80000000u
enum { SS_ONSTACK = 1, SS_DISABLE = 2, SMALLEST_STACK = 2048 };
#define SS_AUTODISARM (1u << 31)
enum { FIRST_REAL_TIME = 32 };

struct action {
  u32 handler, flags, restorer;
  u64 mask;
} __attribute__((packed, aligned(4)));

struct queued {
  struct queued *next;
  struct siginfo info;
};

static struct action actions[SIGNALS + 1];
static struct signal_queue of_process;
static bool stopped;

static u64 bit(u32 signal) { return 1ull << (signal - 1); }


static bool ignored_by_default(u32 signal) {
  return signal == SIGCHLD || signal == SIGCONT || signal == SIGURG || signal == SIGWINCH;
}

static bool stops_by_default(u32 signal) {
  return signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
}

static bool is_ignored(u32 signal) {
  u32 handler = actions[signal].handler;
  return handler == SIG_IGN || (handler == SIG_DFL && ignored_by_default(signal));
}

/* ---- sending ---- */

static void drop(struct signal_queue *queue, u64 signals) {
  queue->pending &= ~signals;
  for (struct queued **at = &queue->first; *at;) {
    struct queued *queued = *at;
    if (signals & bit((u32)queued->info.signal)) {
      *at = queued->next;
      kfree(queued);
    } else {
      at = &queued->next;
    }
  }
}

static void drop_everywhere(u64 signals) {
  drop(&of_process, signals);
  for (struct thread *thread = threads(); thread; thread = thread->next)
    drop(&thread->signals.queue, signals);
}

void signals_drop(struct thread *thread) { drop(&thread->signals.queue, ~0ull); }

bool signals_have_stopped(void) { return stopped; }

s32 signal_queue(struct thread *thread, const struct siginfo *info) {
  u32 signal = (u32)info->signal;
  struct signal_queue *queue = thread ? &thread->signals.queue : &of_process;
  if (signal == SIGKILL) {
    process_end(thread ? thread->process : PROCESS, ENDED_SIGNALED, SIGKILL);
    return 0;
  }
  if (signal == SIGCONT) {
    stopped = false;
    drop_everywhere(bit(SIGSTOP) | bit(SIGTSTP) | bit(SIGTTIN) | bit(SIGTTOU));
  } else if (stops_by_default(signal)) {
    drop_everywhere(bit(SIGCONT));
  }
  /* An ignored signal is kept only if it is blocked: a thread may wait for it. */
  u64 blocked = thread ? thread->signals.blocked : current ? current->signals.blocked : 0;
  if (is_ignored(signal) && !(blocked & bit(signal))) return 0;
  if (signal < FIRST_REAL_TIME && queue->pending & bit(signal)) return 0;
  struct queued *queued = pages_left() ? kalloc(sizeof *queued) : NULL;
  if (!queued && signal >= FIRST_REAL_TIME) return -EAGAIN;
  queue->pending |= bit(signal);
  if (!queued) return 0; /* it comes, and tells nothing more */
  queued->info = *info;
  struct queued **at = &queue->first;
  while (*at) at = &(*at)->next;
  *at = queued;
  return 0;
}

static bool timer_waits(struct signal_queue *queue, u32 timer, u32 overrun) {
  for (struct queued *queued = queue->first; queued; queued = queued->next)
    if (queued->info.code == SI_TIMER && queued->info.fields[0] == timer) {
      queued->info.fields[1] = overrun;
      return true;
    }
  return false;
}

bool signal_timer_waits(u32 timer, u32 overrun) {
  for (struct thread *thread = threads(); thread; thread = thread->next)
    if (timer_waits(&thread->signals.queue, timer, overrun)) return true;
  return timer_waits(&of_process, timer, overrun);
}

void signal_send(struct thread *thread, u32 signal) {
  struct siginfo info = {.signal = (s32)signal, .code = SI_USER, .fields = {PROCESS, 0}};
  signal_queue(thread, &info);
}

void signal_force(u32 signal, s32 code, u32 address) {
  struct siginfo info = {.signal = (s32)signal, .code = code, .fields = {address}};
  if (is_ignored(signal) || current->signals.blocked & bit(signal)) {
    actions[signal].handler = SIG_DFL;
    current->signals.blocked &= ~bit(signal);
  }
  drop(&current->signals.queue, bit(signal));
  signal_queue(current, &info);
}

/* ---- taking ---- */

/* The signals pending for the sample's process, if the thread belongs to it. */
static struct signal_queue *queue_of_process(const struct thread *thread) {
  static struct signal_queue none;
  return thread->process == PROCESS ? &of_process : &none;
}

/* The oldest thread that takes the signal gets it, as on Linux. */
static bool takes(const struct thread *thread, u64 signal) {
  for (const struct thread *older = thread->next; older; older = older->next)
    if (!older->dead && older->process == PROCESS && !(older->signals.blocked & signal))
      return false;
  return true;
}

bool signal_pending(const struct thread *thread) {
  if (thread->signals.queue.pending & ~thread->signals.blocked) return true;
  u64 ready = queue_of_process(thread)->pending & ~thread->signals.blocked;
  for (u32 signal = 1; ready && signal <= SIGNALS; signal++)
    if (ready & bit(signal) && takes(thread, bit(signal))) return true;
  return false;
}

/* The signals of faults come first, then the lowest number. */
static u32 next_of(u64 ready) {
  static const u64 faults = 1ull << (SIGSEGV - 1) | 1ull << (SIGBUS - 1) | 1ull << (SIGILL - 1) |
                            1ull << (SIGTRAP - 1) | 1ull << (SIGFPE - 1) | 1ull << (SIGSYS - 1);
  u64 first = ready & faults ? ready & faults : ready;
  return first ? (u32)__builtin_ctzll(first) + 1 : 0;
}

static bool take_from(struct signal_queue *queue, u64 wanted, struct siginfo *info) {
  u32 signal = next_of(queue->pending & wanted);
  if (!signal) return false;
  *info = (struct siginfo){.signal = (s32)signal, .code = SI_USER};
  struct queued **at = &queue->first;
  while (*at && (u32)(*at)->info.signal != signal) at = &(*at)->next;
  struct queued *queued = *at;
  if (queued) {
    *info = queued->info;
    *at = queued->next;
    kfree(queued);
  }
  for (queued = queue->first; queued; queued = queued->next)
    if ((u32)queued->info.signal == signal) return true;
  queue->pending &= ~bit(signal);
  return true;
}

bool signal_take(u64 wanted, struct siginfo *info) {
  return take_from(&current->signals.queue, wanted, info) ||
         take_from(queue_of_process(current), wanted, info);
}

/* ---- handlers: the frame on the sample's stack (arch/arm/kernel/signal.c) ---- */

struct context {
  u32 flags, link, stack, stack_flags, stack_size;
  u32 trap, fault_status, old_mask, r[13], sp, lr, pc, psr, fault_address;
  u64 mask;
  u32 unused[30];
  struct {
    u32 magic, size;
    struct vfp vfp;
    u32 exception[3], pad;
  } vfp;
  u32 end, rest[55];
};
struct signal_frame {
  struct context context;
  u32 code[4];
};
struct info_frame {
  struct siginfo info;
  u32 rest[32 - sizeof(struct siginfo) / 4];
  struct signal_frame frame;
};
_Static_assert(sizeof(struct context) == 744 && sizeof(struct info_frame) == 888,
               "Linux has it so");

enum { VFP_MAGIC = 0x56465001, VFP_SIZE = 288, NO_INFO = 0x5ac3c35a };
/* The bits that a program may set: flags, GE, IT, byte order, Thumb. It sees itself in user mode.
   */
#define PSR_KEPT 0xfe0ffe20u
enum { USER_MODE = 0x10 };

static bool is_on_stack(const struct signal_state *state, u32 sp) {
  return !(state->stack_flags & SS_AUTODISARM) && sp > state->stack &&
         sp - state->stack <= state->stack_size;
}

static u32 stack_state(const struct signal_state *state, u32 sp) {
  return !state->stack_size ? SS_DISABLE : is_on_stack(state, sp) ? SS_ONSTACK : 0;
}

static void fill_context(struct context *context, const struct frame *frame, u64 mask, bool info) {
  const struct signal_state *state = &current->signals;
  *context = (struct context){
      .flags = info ? 0 : NO_INFO, .stack = state->stack,
      .stack_flags = stack_state(state, frame->sp), .stack_size = state->stack_size,
      .trap = state->trap, .fault_status = state->fault_status,
      .old_mask = (u32)mask, .sp = frame->sp, .lr = frame->lr, .pc = frame->pc,
      .psr = (frame->psr & PSR_KEPT) | USER_MODE, .fault_address = state->fault_address,
      .mask = mask};
  memcpy(context->r, frame->r, sizeof context->r);
  context->vfp.magic = VFP_MAGIC;
  context->vfp.size = VFP_SIZE;
  vfp_save(&context->vfp.vfp);
  context->vfp.exception[0] = 1 << 30; /* FPEXC: on */
}

/* False when the stack does not take the frame. */
static bool call_handler(struct frame *frame, const struct action *action,
                         const struct siginfo *info, u64 mask) {
  struct signal_state *state = &current->signals;
  bool with_info = action->flags & SA_SIGINFO;
  u32 sp = frame->sp;
  if (action->flags & SA_ONSTACK && state->stack_size && !is_on_stack(state, sp))
    sp = state->stack + state->stack_size;
  struct info_frame *at = (struct info_frame *)ROUND_DOWN(sp - sizeof *at, 8);
  if ((u32)at > sp || !user_writable((u32)at, sizeof *at)) return false;
  /* Without siginfo the frame is the second part alone. */
  struct signal_frame *inner = &at->frame;
  if (with_info) {
    memset(at->rest, 0, sizeof at->rest);
    at->info = *info;
  }
  fill_context(&inner->context, frame, mask, with_info);
  if (state->stack_flags & SS_AUTODISARM) state->stack = state->stack_size = state->stack_flags = 0;

  bool thumb = action->handler & 1;
  const u32 *code = &sigreturn_codes[(with_info ? 3 : 0) + (thumb ? 2 : 0)];
  memset(inner->code, 0, sizeof inner->code);
  memcpy(inner->code, code, thumb ? 4 : 8);
  frame->lr = action->flags & SA_RESTORER
                  ? action->restorer
                  : VECTORS + ((u32)code - (u32)vectors_page) + (thumb ? 1 : 0);
  frame->r[0] = (u32)info->signal;
  if (with_info) {
    frame->r[1] = (u32)&at->info;
    frame->r[2] = (u32)&inner->context;
  }
  frame->sp = with_info ? (u32)at : (u32)inner;
  frame->pc = action->handler & (thumb ? ~1u : ~3u);
  frame->psr = MODE_SYS | (thumb ? PSR_THUMB : 0);
  return true;
}

static void begin_handler(struct frame *frame, const struct siginfo *info) {
  struct signal_state *state = &current->signals;
  u32 signal = (u32)info->signal;
  struct action action = actions[signal];
  u64 mask = state->restore ? state->blocked_before : state->blocked;
  if (action.flags & SA_RESETHAND) actions[signal].handler = SIG_DFL;
  rseq_abort(frame);
  if (!call_handler(frame, &action, info, mask)) {
    if (signal == SIGSEGV) actions[SIGSEGV].handler = SIG_DFL;
    signal_force(SIGSEGV, SI_KERNEL, 0);
    return;
  }
  state->restore = false;
  state->blocked |= action.mask | (action.flags & SA_NODEFER ? 0 : bit(signal));
  state->blocked &= ~never_blocked;
}

/* ---- before the sample's code goes on ---- */

/* Restarts the system call: at its instruction, with the number and r0 that it had. */
static void restart(struct frame *frame) {
  frame->pc -= frame->psr & PSR_THUMB ? 2 : 4;
  frame->r[0] = frame->first_r0;
}

void signals_deliver(struct frame *frame) {
  struct signal_state *state = &current->signals;
  bool may_restart = state->restart;
  state->restart = false;
  struct siginfo info;
  while (run_going() && signal_take(~state->blocked, &info)) {
    u32 signal = (u32)info.signal;
    const struct action *action = &actions[signal];
    if (is_ignored(signal)) continue;
    if (action->handler != SIG_DFL) {
      if (may_restart) {
        if (action->flags & SA_RESTART) {
          restart(frame);
        } else {
          frame->r[0] = (u32)-EINTR;
        }
        may_restart = false;
      }
      begin_handler(frame, &info);
    } else if (stops_by_default(signal)) {
      stopped = true; /* and nobody is there to send SIGCONT but a timer of the sample's */
      thread_yield();
    } else if (signal == SIGXFSZ) {
      run_end(ENDED_STOPPED, REASON_DISK, "");
    } else {
      process_end(current->process, ENDED_SIGNALED, signal);
      if (current->dead) return;
    }
  }
  if (may_restart) restart(frame);
  if (state->restore) signals_unblock();
}

void signals_block_for_now(u64 blocked) {
  current->signals.blocked_before = current->signals.blocked;
  current->signals.restore = true;
  current->signals.blocked = blocked & ~never_blocked;
}

void signals_unblock(void) {
  current->signals.restore = false;
  current->signals.blocked = current->signals.blocked_before;
}

/* ---- the handler's end ---- */

static s32 refuse_frame(void) {
  signal_force(SIGSEGV, SI_KERNEL, 0);
  return 0;
}

static s32 set_stack(u32 stack, u32 size, u32 flags) {
  if (flags & SS_DISABLE) stack = size = 0;
  current->signals.stack = stack;
  current->signals.stack_size = size;
  current->signals.stack_flags = flags & SS_AUTODISARM;
  return 0;
}

static s32 return_from(u32 address, bool with_stack) {
  struct frame *frame = thread_frame(current);
  static struct context context;
  if (frame->sp % 8 || !user_load(&context, address, sizeof context)) return refuse_frame();
  if (context.vfp.magic != VFP_MAGIC || context.vfp.size != VFP_SIZE) return refuse_frame();
  memcpy(frame->r, context.r, sizeof frame->r);
  frame->sp = context.sp;
  frame->lr = context.lr;
  frame->pc = context.pc;
  frame->psr = (context.psr & PSR_KEPT) | MODE_SYS;
  current->signals.blocked = context.mask & ~never_blocked;
  vfp_load(&context.vfp.vfp);
  if (with_stack) set_stack(context.stack, context.stack_size, context.stack_flags);
  return (s32)frame->r[0]; /* which syscall_entry puts there */
}

SYSCALL(sigreturn) { return return_from(thread_frame(current)->sp, false); }
SYSCALL(rt_sigreturn) {
  return return_from(thread_frame(current)->sp + offsetof(struct info_frame, frame), true);
}

SYSCALL(sigaltstack) {
  struct signal_state *state = &current->signals;
  bool on_it = is_on_stack(state, thread_frame(current)->sp);
  u32 new[3], old[3] = {state->stack,
                        stack_state(state, thread_frame(current)->sp) | state->stack_flags,
                        state->stack_size};
  if (a[0]) {
    if (!user_load(new, a[0], sizeof new)) return -EFAULT;
    u32 mode = new[1] & ~SS_AUTODISARM;
    if (on_it) return -EPERM;
    if (mode > SS_DISABLE) return -EINVAL;
    if (mode != SS_DISABLE && new[2] < SMALLEST_STACK) return -ENOMEM;
    set_stack(new[0], new[2], new[1]);
  }
  return a[1] && !user_store(a[1], old, sizeof old) ? -EFAULT : 0;
}

/* ---- the sample's actions ---- */

static s32 set_action(u32 signal, const struct action *new) {
  if (signal == SIGKILL || signal == SIGSTOP) return -EINVAL;
  actions[signal] = *new;
  actions[signal].mask &= ~never_blocked;
  if (is_ignored(signal)) drop_everywhere(bit(signal));
  return 0;
}

SYSCALL(rt_sigaction) {
  u32 signal = a[0];
  struct action new, before;
  if (a[3] != 8) return -EINVAL;
  if (a[1] && !user_load(&new, a[1], sizeof new)) return -EFAULT;
  if (signal < 1 || signal > SIGNALS) return -EINVAL;
  before = actions[signal];
  s32 error = a[1] ? set_action(signal, &new) : 0;
  if (error) return error;
  return a[2] && !user_store(a[2], &before, sizeof before) ? -EFAULT : 0;
}

/* From the time when there were only 32 signals. */
struct old_action {
  u32 handler, mask, flags, restorer;
};

SYSCALL(sigaction) {
  u32 signal = a[0];
  struct old_action old;
  if (a[1] && !user_load(&old, a[1], sizeof old)) return -EFAULT;
  if (signal < 1 || signal > SIGNALS) return -EINVAL;
  struct action before = actions[signal], new = {old.handler, old.flags, old.restorer, old.mask};
  s32 error = a[1] ? set_action(signal, &new) : 0;
  if (error) return error;
  old = (struct old_action){before.handler, (u32)before.mask, before.flags, before.restorer};
  return a[2] && !user_store(a[2], &old, sizeof old) ? -EFAULT : 0;
}

/* Of the mask, the signals in `changed` can be set. */
static s32 set_mask(const u32 *a, u64 changed, u32 size) {
  enum { BLOCK, UNBLOCK, SETMASK };
  u64 set = 0, *blocked = &current->signals.blocked, before = *blocked;
  if (a[1]) {
    if (!user_load(&set, a[1], size)) return -EFAULT;
    set &= ~never_blocked;
    switch (a[0]) {
      case BLOCK: *blocked |= set; break;
      case UNBLOCK: *blocked &= ~set; break;
      case SETMASK: *blocked = (*blocked & ~changed) | set; break;
      default: return -EINVAL;
    }
  }
  return a[2] && !user_store(a[2], &before, size) ? -EFAULT : 0;
}

SYSCALL(rt_sigprocmask) { return a[3] != 8 ? -EINVAL : set_mask(a, ~0ull, 8); }
SYSCALL(sigprocmask) { return set_mask(a, 0xffffffff, 4); }

SYSCALL(rt_sigpending) {
  u64 pending = (current->signals.queue.pending | queue_of_process(current)->pending) &
                current->signals.blocked;
  if (a[1] > sizeof pending) return -EINVAL;
  return user_store(a[0], &pending, a[1]) ? 0 : -EFAULT;
}

SYSCALL(sigpending) { return sys_rt_sigpending((u32[]){a[0], 4}); }

/* ---- waiting for signals ---- */

static bool never(void *argument) {
  (void)argument;
  return false;
}

static s32 suspend(u64 blocked) {
  signals_block_for_now(blocked);
  return wait_for(never, NULL, NEVER);
}

SYSCALL(pause) { return wait_for(never, NULL, NEVER); }
SYSCALL(sigsuspend) { return suspend(a[2]); }
SYSCALL(rt_sigsuspend) {
  u64 blocked;
  if (a[1] != sizeof blocked) return -EINVAL;
  return user_load(&blocked, a[0], sizeof blocked) ? suspend(blocked) : -EFAULT;
}

bool signal_waits(const struct thread *thread, u64 wanted) {
  return (thread->signals.queue.pending | queue_of_process(thread)->pending) & wanted;
}

struct wish {
  const struct thread *thread;
  const u64 *wanted;
};

static bool is_granted(void *argument) {
  const struct wish *wish = argument;
  return signal_waits(wish->thread, *wish->wanted);
}

s32 signal_wait_for(const u64 *wanted, u64 deadline) {
  struct wish wish = {current, wanted};
  return wait_for(is_granted, &wish, deadline);
}

static s32 wait_for_signal(const u32 *a, u64 patience) {
  u64 wanted;
  struct siginfo info;
  if (a[3] != sizeof wanted) return -EINVAL;
  if (!user_load(&wanted, a[0], sizeof wanted)) return -EFAULT;
  wanted &= ~never_blocked;
  u64 deadline = patience == NEVER ? NEVER : now() + patience;
  while (!signal_take(wanted, &info)) {
    if (!patience) return -EAGAIN;
    s32 error = signal_wait_for(&wanted, deadline);
    if (error) return error == -ETIMEDOUT ? -EAGAIN : error;
  }
  if (a[1]) {
    u32 told[32] = {0};
    memcpy(told, &info, sizeof info);
    if (!user_store(a[1], told, sizeof told)) return -EFAULT;
  }
  return info.signal;
}

SYSCALL(rt_sigtimedwait) {
  struct timespec32 time;
  if (!a[2]) return wait_for_signal(a, NEVER);
  if (!user_load(&time, a[2], sizeof time)) return -EFAULT;
  if (!is_time(time.seconds, time.ns)) return -EINVAL;
  return wait_for_signal(a, to_ns(time.seconds, time.ns));
}

SYSCALL(rt_sigtimedwait_time64) {
  struct timespec64 time;
  if (!a[2]) return wait_for_signal(a, NEVER);
  if (!user_load(&time, a[2], sizeof time)) return -EFAULT;
  time.ns = (s32)time.ns;
  if (!is_time(time.seconds, time.ns)) return -EINVAL;
  return wait_for_signal(a, to_ns(time.seconds, time.ns));
}

/* ---- sending, as the sample does ---- */

static struct thread *thread_of(u32 id) {
  for (struct thread *thread = threads(); thread; thread = thread->next)
    if (thread->id == id && !thread->dead) return thread;
  return NULL;
}

static s32 send_to(u32 thread_id, u32 signal) {
  if ((s32)thread_id <= 0 || signal > SIGNALS) return -EINVAL;
  struct thread *thread = thread_of(thread_id);
  struct siginfo info = {.signal = (s32)signal, .code = SI_TKILL, .fields = {current->process, 0}};
  return !thread ? -ESRCH : signal ? signal_queue(thread, &info) : 0;
}

SYSCALL(tkill) { return send_to(a[0], a[1]); }
SYSCALL(tgkill) {
  if ((s32)a[0] <= 0) return -EINVAL;
  struct thread *thread = thread_of(a[1]);
  return thread && thread->process != a[0] ? -ESRCH : send_to(a[1], a[2]);
}

/* The id may be the process's, a thread's or the group's. All processes (-1) are all except the
   caller and the first process, which is the server in other environments and takes no signal. It
   succeeds when there is none: on Linux, threads of the kernel would be left, which take no signal
   either. */
SYSCALL(kill) {
  u32 to = a[0], signal = a[1], caller = current->process;
  bool all = (s32)to == -1, group = to == 0 || to == (u32)-PROCESS;
  struct thread *named = thread_of(to);
  if (signal > SIGNALS) return -EINVAL;
  if (to == PARENT) return 0;
  if (!all && !group && !named && to != PROCESS) return -ESRCH;
  struct siginfo info = {.signal = (s32)signal, .code = SI_USER, .fields = {caller, 0}};
  u32 process = named ? named->process : to;
  for (struct thread *thread = threads(); signal && thread; thread = thread->next) {
    if (thread->dead || thread->id != thread->process || thread->process == PROCESS) continue;
    if (group || (all && thread->process != caller) || thread->process == process)
      signal_queue(thread, &info);
  }
  bool own = group || (all && caller != PROCESS) || process == PROCESS;
  return own && signal ? signal_queue(NULL, &info) : 0;
}

static s32 queue_to(struct thread *thread, u32 signal, u32 address) {
  struct siginfo info;
  if (!user_load(&info, address, sizeof info)) return -EFAULT;
  info.signal = (s32)signal;
  return signal ? signal_queue(thread, &info) : 0;
}

SYSCALL(rt_sigqueueinfo) {
  if (a[1] > SIGNALS) return -EINVAL;
  struct thread *thread = a[0] == PROCESS ? NULL : thread_of(a[0]);
  if (a[0] != PROCESS && (!thread || thread->process != a[0])) return -ESRCH;
  return queue_to(thread, a[1], a[2]);
}

SYSCALL(rt_tgsigqueueinfo) {
  if (a[2] > SIGNALS) return -EINVAL;
  struct thread *thread = thread_of(a[1]);
  return thread && thread->process == a[0] ? queue_to(thread, a[2], a[3]) : -ESRCH;
}
