/* Signals: what a thread has blocked and pending, and what the sample wants done about each. */
#ifndef SIGNAL_H
#define SIGNAL_H

#include "abi.h"
#include "arch.h"
#include "types.h"

struct thread;

/* siginfo_t of Linux: after the code comes what belongs to the kind of signal, such as the sender's
   process and user, or the address of a fault. */
struct siginfo {
  s32 signal, error, code;
  u32 fields[4];
};

enum { SI_USER = 0, SI_KERNEL = 0x80, SI_QUEUE = -1, SI_TIMER = -2, SI_TKILL = -6 };

/* Pending signals, of a thread or of the process. */
struct signal_queue {
  u64 pending; /* bit n - 1 is signal n */
  struct queued *first;
};

struct signal_state {
  u64 blocked, blocked_before; /* before sigsuspend(2) and its like */
  bool restore;                /* blocked_before holds again after the next delivery */
  bool restart;                /* the system call may be done again */
  struct signal_queue queue;
  u32 stack, stack_size, stack_flags; /* sigaltstack(2) */
  u32 trap, fault_status, fault_address; /* of the last fault, for handlers */
};

/* A signal of the kernel's, such as SIGPIPE, to one thread. */
void signal_send(struct thread *thread, u32 signal);

/* Sends the signal to the thread or, without one, to any thread of the process that takes it.
   Returns 0, or -EAGAIN when there is no memory for its siginfo. */
s32 signal_queue(struct thread *thread, const struct siginfo *info);

/* Is the signal of that timer still pending? Then it is given the count of overruns. */
bool signal_timer_waits(u32 timer, u32 overrun);

/* Sends the signal of a fault of the current thread, which can be neither blocked nor ignored. */
void signal_force(u32 signal, s32 code, u32 address);

/* Does one of those signals wait for the thread, blocked or not? */
bool signal_waits(const struct thread *thread, u64 wanted);

/* Waits until one of those is pending for the current thread. The set may change meanwhile. */
s32 signal_wait_for(const u64 *wanted, u64 deadline);

/* Takes one of them from the current thread; false when none waits. */
bool signal_take(u64 wanted, struct siginfo *info);

/* Signals that can be neither blocked nor ignored. */
static const u64 never_blocked = 1ull << (SIGKILL - 1) | 1ull << (SIGSTOP - 1);

/* Is there a signal that ends a wait? */
bool signal_pending(const struct thread *thread);

/* Blocks other signals until the next one was delivered: for sigsuspend(2), ppoll(2) and the like.
   signals_unblock() is for when no signal came. */
void signals_block_for_now(u64 blocked);
void signals_unblock(void);

/* SIGSTOP and its like: no thread runs. */
bool signals_have_stopped(void);

/* Lets the pending signals have their effect, before the thread goes on in the sample's code. */
void signals_deliver(struct frame *frame);

/* Drops the pending signals of a thread that is gone. */
void signals_drop(struct thread *thread);

#endif
