#include "thread.h"

#include <string.h>

#include "abi.h"
#include "clock.h"
#include "file.h"
#include "futex.h"
#include "interrupt.h"
#include "memory.h"
#include "net.h"
#include "page.h"
#include "process.h"
#include "rseq.h"
#include "run.h"
#include "timer.h"

static const u64 SLICE = 10 * NS_PER_MS;

struct thread *current;

static struct thread *all;
static u32 last_id = PROCESS - 1, count;
static u32 *idle_sp;
static struct vfp idle_vfp;
static u64 cpu_time, since, looked;

struct thread *threads(void) { return all; }
u32 thread_count(void) { return count; }
u64 threads_cpu_time(void) { return cpu_time + (current ? now() - since : 0); }
u64 thread_cpu_time(const struct thread *thread) {
  return thread->cpu_time + (thread == current ? now() - since : 0);
}

/* The current thread has run until now. */
static void account(void) {
  u64 time = now();
  if (current) {
    cpu_time += time - since;
    current->cpu_time += time - since;
  }
  since = time;
}

struct frame *thread_frame(struct thread *thread) {
  return (struct frame *)(thread->stack + KERNEL_STACK) - 1;
}

struct thread *thread_new(const struct frame *frame) {
  struct thread *thread = kalloc(sizeof *thread);
  u8 *stack = thread ? pages_alloc(KERNEL_STACK / PAGE) : NULL;
  if (!stack) {
    kfree(thread);
    return NULL;
  }
  thread->stack = stack;
  thread->id = ++last_id;
  thread->process = PROCESS;
  thread->parent = PARENT;
  if (current) {
    thread->process = current->process;
    thread->parent = current->parent;
    vfp_save(&thread->vfp);
    memcpy(thread->name, current->name, sizeof thread->name);
  }
  *thread_frame(thread) = *frame;
  /* The words that context_switch() pops: r4 to r11, and the address to go on at. */
  thread->kernel_sp = (u32 *)thread_frame(thread) - 9;
  memset(thread->kernel_sp, 0, 8 * sizeof(u32));
  thread->kernel_sp[8] = (u32)return_to_sample;
  thread->next = all;
  all = thread;
  count++;
  return thread;
}

/* ---- scheduling ---- */

static bool can_run(struct thread *thread) {
  if (thread->dead || signals_have_stopped()) return false;
  if (!thread->ready) return true;
  if (thread->ready(thread->argument)) {
    thread->wait_result = 0;
  } else if (signal_pending(thread)) {
    thread->wait_result = -EINTR;
  } else if (now() >= thread->deadline) {
    thread->wait_result = -ETIMEDOUT;
  } else {
    return false;
  }
  thread->ready = NULL;
  return true;
}

/* The next one that can run, in turn; the current one comes last. */
static struct thread *pick(void) {
  struct thread *begin = current && current->next ? current->next : all, *thread = begin;
  if (begin) do {
      if (can_run(thread)) return thread;
      thread = thread->next ? thread->next : all;
    } while (thread != begin);
  return NULL;
}

/* NULL is the idle loop. */
static void switch_to(struct thread *to) {
  struct thread *from = current;
  if (from == to) return;
  account();
  if (from) from->tls = read_tls();
  current = to;
  if (to) write_tls(to->tls);
  context_switch(from ? &from->kernel_sp : &idle_sp, to ? to->kernel_sp : idle_sp,
                 from ? &from->vfp : &idle_vfp, to ? &to->vfp : &idle_vfp);
}

static bool always(void *argument) {
  (void)argument;
  return true;
}

static u64 next_deadline(void) {
  u64 deadline = min_u64(min_u64(net_deadline(), run_deadline()), timers_deadline());
  for (struct thread *thread = all; thread; thread = thread->next)
    if (!thread->dead && thread->ready) deadline = min_u64(deadline, thread->deadline);
  return deadline;
}

/* Serves the card, the server, the run's limits and the timers, and sets the next interrupt. */
static void look_around(void) {
  interrupts_handle();
  run_poll();
  timers_poll();
  looked = now();
  timer_set(min_u64(looked + SLICE, next_deadline()));
}

s32 wait_for(bool (*ready)(void *), void *argument, u64 deadline) {
  /* Interrupts are off here: a thread that is always ready and never content must not shut them
     out. */
  if (now() - looked >= SLICE) look_around();
  current->ready = ready;
  current->argument = argument;
  current->deadline = deadline;
  net_poll(); /* what this thread has sent over the loopback may be what it waits for */
  switch_to(pick());
  return current->wait_result;
}

void thread_yield(void) { wait_for(always, NULL, NEVER); }

/* Frees the dead threads, on a stack that is not theirs. */
static void bury(void) {
  if (!all) return;
  for (struct thread **at = &all; *at;) {
    struct thread *thread = *at;
    if (!thread->dead) {
      at = &thread->next;
      continue;
    }
    *at = thread->next;
    pages_free(thread->stack, KERNEL_STACK / PAGE);
    kfree(thread->recorded);
    kfree(thread);
  }
  if (!all) files_end();
}

_Noreturn void serve(void) {
  for (;;) {
    look_around();
    bury();
    struct thread *thread = pick();
    if (thread) {
      switch_to(thread);
    } else {
      timer_set(next_deadline());
      wait_for_interrupt();
    }
  }
}

void irq_entry(struct frame *frame) {
  look_around();
  if (now() - since >= SLICE) {
    account();
    rseq_abort(frame);
    thread_yield();
  }
}

/* The last thing before the sample's own code goes on. */
void before_return(struct frame *frame) {
  if (current->dead) switch_to(NULL);
  signals_deliver(frame);
  if (current->dead) switch_to(NULL);
}

/* ---- the end ---- */

static bool is_last_of_process(const struct thread *thread) {
  for (struct thread *other = all; other; other = other->next)
    if (other != thread && !other->dead && other->process == thread->process) return false;
  return true;
}

_Noreturn void thread_exit(u32 status) {
  u32 zero = 0;
  futex_give_up(current->robust_list, current->id);
  if (current->clear_at_exit && user_store(current->clear_at_exit, &zero, sizeof zero))
    futex_wake(current->clear_at_exit, 1);
  signals_drop(current);
  if (is_last_of_process(current)) process_end(current->process, ENDED_EXITED, status);
  if (!current->dead) count--;
  current->dead = true;
  switch_to(NULL);
  __builtin_unreachable();
}

void threads_end(u32 process) {
  for (struct thread *thread = all; thread; thread = thread->next) {
    if (thread->dead || (process != PROCESS && thread->process != process)) continue;
    thread->dead = true;
    count--;
  }
}
