/*
 * The threads of the sample, and the one way to wait.
 *
 * Each thread has a kernel stack, on which its system calls run. The kernel is not preempted
 * (interrupt.h): a thread gives the processor up only in wait_for() and thread_yield(), or when an
 * interrupt finds its slice used up. When none can run, the idle loop waits for an interrupt.
 *
 * There are no wait queues and no wake-ups. A thread that waits gives a condition, and the
 * scheduler asks all conditions whenever it looks for work, which it does after every interrupt:
 *
 *   static bool has_data(void *argument) { return ((struct socket *)argument)->length; }
 *   ...
 *   s32 error = wait_for(has_data, socket, deadline);   0, -ETIMEDOUT or -EINTR
 *
 * A condition only looks: it changes nothing, does not wait, and may be asked any number of times
 * on any stack. After wait_for() other threads have run: user memory must be checked again
 * (memory.h), and a reference must hold whatever may go away meanwhile. It does not return when the
 * sample has ended.
 */
#ifndef THREAD_H
#define THREAD_H

#include "arch.h"
#include "signal.h"
#include "types.h"

struct thread {
  struct thread *next; /* in the list of all */
  u32 *kernel_sp;      /* while it does not run */
  u8 *stack;
  struct vfp vfp;
  u32 tls;
  u32 id;
  u32 process;         /* what getpid(2) tells (clone.c) */
  u32 parent;          /* what getppid(2) tells */
  u32 exit_signal;     /* to the parent, when the last thread of the process ends */
  bool dead;
  bool old_abi; /* its system call came by the OABI */
  bool (*ready)(void *); /* what it waits for, or NULL */
  void *argument;
  u64 deadline;
  s32 wait_result;
  u32 clear_at_exit;   /* set_tid_address(2) */
  u32 robust_list;     /* set_robust_list(2) */
  u32 rseq;            /* rseq(2) */
  u64 cpu_time;        /* ns, until it was last taken off the processor */
  char name[16];
  struct signal_state signals;
  struct recorded_call *recorded; /* or NULL */
};

/* The thread whose system call or interrupt this is; NULL in the idle loop. */
extern struct thread *current;

/* The first thread of the list. Dead threads are in it until they are freed. */
struct thread *threads(void);

/* A thread that begins with these registers, and the floating point of this one; NULL without
   memory. */
struct thread *thread_new(const struct frame *frame);

/* The registers with which the thread will go on in the sample's code. */
struct frame *thread_frame(struct thread *thread);

s32 wait_for(bool (*ready)(void *), void *argument, u64 deadline);
void thread_yield(void);

/* Ends the current thread. The process ends with its last thread, with that status. */
_Noreturn void thread_exit(u32 status);

/* Ends the threads of the process, and all threads when it is the sample's own. */
void threads_end(u32 process);

/* Nanoseconds for which threads have run. */
u64 threads_cpu_time(void);
u64 thread_cpu_time(const struct thread *thread);
u32 thread_count(void);

#endif
