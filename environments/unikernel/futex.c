#include "futex.h"

#include "abi.h"
#include "clock.h"
#include "memory.h"
#include "syscall.h"
#include "thread.h"

enum operation {
  WAIT = 0, WAKE = 1, REQUEUE = 3, CMP_REQUEUE = 4, WAKE_OP = 5, WAIT_BITSET = 9, WAKE_BITSET = 10,
  PRIVATE = 128, REAL_TIME = 256
};
enum { ANY = -1, ROBUST_LOCKS = 2048 };
#define OWNER 0x3fffffffu
#define OWNER_DIED 0x40000000u
#define HAS_WAITERS 0x80000000u

/* The waiters, the longest waiting first; each lies on its thread's stack. */
struct waiter {
  struct waiter *next;
  u32 address, bits;
  bool woken;
};
static struct waiter *waiters;

static bool is_woken(void *argument) { return ((struct waiter *)argument)->woken; }

static void leave(const struct waiter *waiter) {
  struct waiter **at = &waiters;
  while (*at && *at != waiter) at = &(*at)->next;
  if (*at) *at = waiter->next;
}

static s32 load_word(u32 address, u32 *value) {
  return address % 4 ? -EINVAL : user_load(value, address, sizeof *value) ? 0 : -EFAULT;
}

static s32 wait(u32 address, u32 expected, u32 bits, u64 deadline) {
  u32 value;
  s32 error = load_word(address, &value);
  if (error) return error;
  if (!bits) return -EINVAL;
  if (value != expected) return -EAGAIN;
  struct waiter waiter = {.address = address, .bits = bits}, **at = &waiters;
  while (*at) at = &(*at)->next;
  *at = &waiter;
  error = wait_for(is_woken, &waiter, deadline);
  leave(&waiter);
  /* A call with a time-out is not restarted: it would wait too long. */
  return error == -EINTR && deadline == NEVER ? -ERESTART : error;
}

static s32 wake(u32 address, u32 most, u32 bits) {
  s32 count = 0;
  for (struct waiter **at = &waiters; *at && (u32)count < most;) {
    struct waiter *waiter = *at;
    if (waiter->address == address && waiter->bits & bits) {
      waiter->woken = true;
      *at = waiter->next;
      count++;
    } else {
      at = &waiter->next;
    }
  }
  return count;
}

s32 futex_wake(u32 address, u32 most) { return wake(address, most, (u32)ANY); }

static s32 requeue(u32 from, u32 to, u32 woken, u32 moved) {
  s32 count = futex_wake(from, woken);
  struct waiter *stays = NULL, **kept = &stays, *goes = NULL, **last = &goes;
  for (struct waiter *waiter = waiters; waiter; waiter = waiter->next) {
    if (waiter->address == from && moved && from != to) {
      waiter->address = to;
      moved--;
      count++;
      *last = waiter;
      last = &waiter->next;
    } else {
      *kept = waiter;
      kept = &waiter->next;
    }
  }
  *last = NULL;
  *kept = goes;
  waiters = stays;
  return count;
}

/* FUTEX_WAKE_OP: changes the second word, wakes waiters at the first one, and waiters at the second
   if the comparison with its old value holds. */
static s32 wake_after(u32 first, u32 most, u32 second, u32 most_of_second, u32 how) {
  enum { SET, ADD, OR, ANDN, XOR };
  enum { EQ, NE, LT, LE, GT, GE };
  u32 operation = how >> 28 & 7, comparison = how >> 24 & 15;
  s32 argument = (s32)(how << 8) >> 20, compared = (s32)(how << 20) >> 20, old;
  s32 error = load_word(second, (u32 *)&old);
  if (error) return error;
  if (how >> 31) argument = 1 << (argument & 31);
  u32 new = operation == SET    ? (u32)argument
            : operation == ADD  ? (u32)old + (u32)argument
            : operation == OR   ? (u32)(old | argument)
            : operation == ANDN ? (u32)(old & ~argument)
                                : (u32)(old ^ argument);
  if (operation > XOR || comparison > GE) return -ENOSYS;
  if (!user_store(second, &new, sizeof new)) return -EFAULT;
  bool holds = comparison == EQ   ? old == compared
               : comparison == NE ? old != compared
               : comparison == LT ? old < compared
               : comparison == LE ? old <= compared
               : comparison == GT ? old > compared
                                  : old >= compared;
  return futex_wake(first, most) + (holds ? futex_wake(second, most_of_second) : 0);
}

static s32 futex(const u32 *a, u64 time) {
  u32 operation = a[1] & ~(u32)(PRIVATE | REAL_TIME), value;
  u64 deadline = NEVER;
  s32 error;
  if (time != NEVER) {
    deadline = operation == WAIT && !(a[1] & REAL_TIME) ? now() + time : time;
    if (a[1] & REAL_TIME) deadline = time > time_of_day_offset() ? time - time_of_day_offset() : 0;
  }
  switch (operation) {
    case WAIT: return wait(a[0], a[2], (u32)ANY, deadline);
    case WAIT_BITSET: return wait(a[0], a[2], a[5], deadline);
    case WAKE: return a[0] % 4 ? -EINVAL : futex_wake(a[0], a[2] ? a[2] : 1);
    case WAKE_BITSET: return a[0] % 4 || !a[5] ? -EINVAL : wake(a[0], a[2] ? a[2] : 1, a[5]);
    case WAKE_OP: return wake_after(a[0], a[2], a[4], a[3], a[5]);
    case REQUEUE: return requeue(a[0], a[4], a[2], a[3]);
    case CMP_REQUEUE:
      error = load_word(a[0], &value);
      return error ? error : value != a[5] ? -EAGAIN : requeue(a[0], a[4], a[2], a[3]);
    default: return -ENOSYS;
  }
}

static bool has_time(const u32 *a) {
  u32 operation = a[1] & ~(u32)(PRIVATE | REAL_TIME);
  return a[3] && (operation == WAIT || operation == WAIT_BITSET);
}

SYSCALL(futex) {
  struct timespec32 time;
  if (!has_time(a)) return futex(a, NEVER);
  if (!user_load(&time, a[3], sizeof time)) return -EFAULT;
  return is_time(time.seconds, time.ns) ? futex(a, to_ns(time.seconds, time.ns)) : -EINVAL;
}

SYSCALL(futex_time64) {
  struct timespec64 time;
  if (!has_time(a)) return futex(a, NEVER);
  if (!user_load(&time, a[3], sizeof time)) return -EFAULT;
  time.ns = (s32)time.ns;
  return is_time(time.seconds, time.ns) ? futex(a, to_ns(time.seconds, time.ns)) : -EINVAL;
}

/* ---- locks of threads that end ---- */

struct robust_list {
  u32 first;
  s32 offset; /* from an entry to its word */
  u32 pending;
};

SYSCALL(set_robust_list) {
  if (a[1] != sizeof(struct robust_list)) return -EINVAL;
  current->robust_list = a[0];
  return 0;
}

SYSCALL(get_robust_list) {
  u32 size = sizeof(struct robust_list);
  struct thread *thread = threads();
  while (a[0] && thread && thread->id != a[0]) thread = thread->next;
  if (!thread) return -ESRCH;
  u32 *list = a[0] ? &thread->robust_list : &current->robust_list;
  return user_store(a[1], list, sizeof *list) && user_store(a[2], &size, sizeof size) ? 0 : -EFAULT;
}

static void give_up(u32 entry, s32 offset, u32 thread) {
  u32 address = (entry & ~1u) + (u32)offset, value;
  if (load_word(address, &value) || (value & OWNER) != thread) return;
  u32 died = (value & HAS_WAITERS) | OWNER_DIED;
  if (user_store(address, &died, sizeof died) && value & HAS_WAITERS) futex_wake(address, 1);
}

void futex_give_up(u32 address, u32 thread) {
  struct robust_list list;
  if (!address || !user_load(&list, address, sizeof list)) return;
  u32 entry = list.first;
  for (u32 i = 0; i < ROBUST_LOCKS && (entry & ~1u) != address; i++) {
    u32 next;
    if (!user_load(&next, entry & ~1u, sizeof next)) return;
    if (entry != list.pending) give_up(entry, list.offset, thread);
    entry = next;
  }
  if (list.pending) give_up(list.pending, list.offset, thread);
}
