/* Signals: what a thread has blocked and pending, and what the sample wants done about each. */
#ifndef SIGNAL_H
#define SIGNAL_H

#include "abi.h"
#include "arch.h"
#include "types.h"

struct thread;

struct signal_state {
  u64 blocked, pending; /* bit n - 1 is signal n */
};

/* The signal goes to one thread, or to one that takes it. */
void signal_send(struct thread *thread, u32 signal);

/* The processor refused what the current thread did; that cannot be blocked or ignored. */
void signal_force(u32 signal, u32 address);

/* Is there a signal that ends a wait? */
bool signal_pending(const struct thread *thread);

/* Lets the pending signals have their effect, before the thread goes on in the sample's code. */
void signals_deliver(struct frame *frame);

#endif
