#include "timer.h"

#include "abi.h"
#include "clock.h"
#include "memory.h"
#include "page.h"
#include "signal.h"
#include "syscall.h"
#include "thread.h"

/* ---- clocks ---- */

enum clock {
  REALTIME, MONOTONIC, PROCESS_CPU, THREAD_CPU, MONOTONIC_RAW, REALTIME_COARSE, MONOTONIC_COARSE,
  BOOTTIME, REALTIME_ALARM, BOOTTIME_ALARM, TAI = 11
};

/* The clock of a process or thread has the negated id in its upper bits, and its kind in the lower
   three. There is only this process, and of threads only the current one has a clock. */
static u32 simplify(u32 clock) {
  return (s32)clock >= 0 ? clock : clock & 4 ? THREAD_CPU : PROCESS_CPU;
}

static bool is_clock(u32 clock) { return clock <= BOOTTIME_ALARM || clock == TAI; }

static bool is_real_time(u32 clock) {
  return clock == REALTIME || clock == REALTIME_COARSE || clock == REALTIME_ALARM || clock == TAI;
}

static bool is_cpu_time(u32 clock) { return clock == PROCESS_CPU || clock == THREAD_CPU; }

static u64 read_clock(u32 clock) {
  if (is_real_time(clock)) return now() + time_of_day_offset();
  if (clock == PROCESS_CPU) return threads_cpu_time();
  return clock == THREAD_CPU ? thread_cpu_time(current) : now();
}

static s32 store32(u32 to, u64 time) {
  struct timespec32 told = {(s32)(time / NS_PER_S), (s32)(time % NS_PER_S)};
  return user_store(to, &told, sizeof told) ? 0 : -EFAULT;
}

static s32 store64(u32 to, u64 time) {
  struct timespec64 told = {(s64)(time / NS_PER_S), (s64)(time % NS_PER_S)};
  return user_store(to, &told, sizeof told) ? 0 : -EFAULT;
}

/* A time from the sample's memory, of either size. */
static s32 load(u32 from, bool wide, u64 *time) {
  struct timespec32 narrow;
  struct timespec64 given;
  if (wide ? !user_load(&given, from, sizeof given) : !user_load(&narrow, from, sizeof narrow))
    return -EFAULT;
  if (!wide) given = (struct timespec64){narrow.seconds, narrow.ns};
  given.ns = (s32)given.ns;
  if (!is_time(given.seconds, given.ns)) return -EINVAL;
  *time = to_ns(given.seconds, given.ns);
  return 0;
}

static s32 store(u32 to, bool wide, u64 time) {
  return wide ? store64(to, time) : store32(to, time);
}

static s32 get_time(const u32 *a, bool wide) {
  u32 clock = simplify(a[0]);
  return is_clock(clock) ? store(a[1], wide, read_clock(clock)) : -EINVAL;
}

static s32 set_time(const u32 *a, bool wide) {
  u64 time;
  if (a[0] != REALTIME) return -EINVAL;
  s32 error = load(a[1], wide, &time);
  if (error) return error;
  set_time_of_day_offset(time - now());
  return 0;
}

/* The resolutions of a Linux with high resolution timers; its coarse clocks are read at each tick.
   */
static s32 get_resolution(const u32 *a, bool wide) {
  u32 clock = simplify(a[0]);
  if (!is_clock(clock)) return -EINVAL;
  bool coarse = clock == REALTIME_COARSE || clock == MONOTONIC_COARSE;
  return a[1] ? store(a[1], wide, coarse ? NS_PER_S / 100 : 1) : 0;
}

SYSCALL(clock_gettime) { return get_time(a, false); }
SYSCALL(clock_gettime64) { return get_time(a, true); }
SYSCALL(clock_settime) { return set_time(a, false); }
SYSCALL(clock_settime64) { return set_time(a, true); }
SYSCALL(clock_getres) { return get_resolution(a, false); }
SYSCALL(clock_getres_time64) { return get_resolution(a, true); }

SYSCALL(time) {
  s32 seconds = (s32)(read_clock(REALTIME) / NS_PER_S);
  return a[0] && !user_store(a[0], &seconds, sizeof seconds) ? -EFAULT : seconds;
}

SYSCALL(stime) {
  s32 seconds;
  if (!user_load(&seconds, a[0], sizeof seconds)) return -EFAULT;
  set_time_of_day_offset((u64)seconds * NS_PER_S - now());
  return 0;
}

/* The zone, minutes west and daylight saving, is UTC until somebody sets it. */
static s32 zone[2];

SYSCALL(gettimeofday) {
  u64 time = read_clock(REALTIME);
  struct timeval32 told = {(s32)(time / NS_PER_S), (s32)(time % NS_PER_S / 1000)};
  if (a[0] && !user_store(a[0], &told, sizeof told)) return -EFAULT;
  return a[1] && !user_store(a[1], zone, sizeof zone) ? -EFAULT : 0;
}

SYSCALL(settimeofday) {
  struct timeval32 given;
  if (a[0]) {
    if (!user_load(&given, a[0], sizeof given)) return -EFAULT;
    if (!is_time(given.seconds, (s64)given.us * 1000)) return -EINVAL;
    set_time_of_day_offset(to_ns(given.seconds, (s64)given.us * 1000) - now());
  }
  return a[1] && !user_load(zone, a[1], sizeof zone) ? -EFAULT : 0;
}

/* ---- sleeping ---- */

static bool never(void *argument) {
  (void)argument;
  return false;
}

static s32 sleep(u64 deadline, u32 left, bool wide) {
  s32 error = wait_for(never, NULL, deadline);
  if (error == -ETIMEDOUT) return 0;
  u64 time = now();
  if (left && store(left, wide, deadline > time ? deadline - time : 0)) return -EFAULT;
  return error;
}

static s32 sleep_by(const u32 *a, bool wide) {
  enum { ABSOLUTE = 1 };
  u32 clock = simplify(a[0]);
  u64 time;
  if (!is_clock(clock) || clock == THREAD_CPU) return -EINVAL;
  if (is_cpu_time(clock) || clock == MONOTONIC_RAW || clock == REALTIME_COARSE ||
      clock == MONOTONIC_COARSE)
    return -EOPNOTSUPP;
  s32 error = load(a[2], wide, &time);
  if (error) return error;
  if (!(a[1] & ABSOLUTE)) return sleep(now() + time, a[3], wide);
  u64 offset = is_real_time(clock) ? time_of_day_offset() : 0;
  return sleep(time > offset ? time - offset : 0, 0, wide);
}

SYSCALL(nanosleep) {
  u64 time;
  s32 error = load(a[0], false, &time);
  return error ? error : sleep(now() + time, a[1], false);
}

SYSCALL(clock_nanosleep) { return sleep_by(a, false); }
SYSCALL(clock_nanosleep_time64) { return sleep_by(a, true); }

/* ---- timers ---- */

enum { SIGNALS_NOBODY = 1, BY_THREAD = 4, TIMERS = 256 };

struct timer {
  struct timer *next;
  u32 id, clock;
  u64 deadline, interval; /* by its clock; real time by now(). A deadline of 0: it stands still */
  struct thread *thread;  /* or NULL: the process */
  u32 thread_id;          /* as the thread may have ended */
  bool silent;
  struct siginfo info;
  u32 overrun;
};

/* Those of setitimer(2); then those of timer_create(2). */
enum { ITIMERS = 3 };
static struct timer interval_timers[ITIMERS] = {
    {.next = &interval_timers[1], .clock = MONOTONIC, .info = {SIGALRM, 0, SI_KERNEL, {0}}},
    {.next = &interval_timers[2], .clock = PROCESS_CPU, .info = {SIGVTALRM, 0, SI_KERNEL, {0}}},
    {.clock = PROCESS_CPU, .info = {SIGPROF, 0, SI_KERNEL, {0}}}};
static u32 timer_count;

static u64 base(const struct timer *timer) {
  return is_cpu_time(timer->clock) ? threads_cpu_time() : now();
}

static bool is_gone(const struct timer *timer) {
  if (!timer->thread_id) return false;
  for (struct thread *thread = threads(); thread; thread = thread->next)
    if (thread == timer->thread && thread->id == timer->thread_id) return thread->dead;
  return true;
}

static void expire(struct timer *timer, u64 time) {
  u64 missed = timer->interval ? (time - timer->deadline) / timer->interval : 0;
  timer->deadline = timer->interval ? timer->deadline + (missed + 1) * timer->interval : 0;
  if (timer->silent || is_gone(timer)) return;
  if (timer->info.code == SI_TIMER) {
    timer->overrun += (u32)missed;
    if (signal_timer_waits(timer->id, timer->overrun + 1)) {
      timer->overrun++;
      return;
    }
    timer->overrun = (u32)missed;
    timer->info.fields[1] = timer->overrun;
  }
  signal_queue(timer->thread, &timer->info);
}

void timers_poll(void) {
  for (struct timer *timer = interval_timers; timer; timer = timer->next) {
    if (!timer->deadline) continue;
    u64 time = base(timer);
    if (time >= timer->deadline) expire(timer, time);
  }
}

u64 timers_deadline(void) {
  u64 deadline = NEVER;
  for (const struct timer *timer = interval_timers; timer; timer = timer->next)
    if (timer->deadline && !is_cpu_time(timer->clock))
      deadline = min_u64(deadline, timer->deadline);
  return deadline;
}

static u64 left(const struct timer *timer) {
  u64 time = base(timer);
  return !timer->deadline ? 0 : timer->deadline > time ? timer->deadline - time : 1;
}

static void arm(struct timer *timer, u64 value, u64 interval) {
  timer->deadline = value ? base(timer) + value : 0;
  timer->interval = value ? interval : 0;
}

SYSCALL(alarm) {
  struct timer *timer = &interval_timers[0];
  u64 before = left(timer), rest = before % NS_PER_S;
  arm(timer, a[0] * NS_PER_S, 0);
  /* Half a second is rounded up, and less than a second is still one. */
  return before ? (s32)(before / NS_PER_S + (rest >= NS_PER_S / 2 || before < NS_PER_S)) : 0;
}

static s32 store_interval(u32 to, const struct timer *timer) {
  u64 rest = left(timer);
  struct timeval32 told[2] = {
      {(s32)(timer->interval / NS_PER_S), (s32)(timer->interval % NS_PER_S / 1000)},
      {(s32)(rest / NS_PER_S), (s32)(rest % NS_PER_S / 1000)}};
  return user_store(to, told, sizeof told) ? 0 : -EFAULT;
}

SYSCALL(getitimer) {
  return a[0] < ITIMERS ? store_interval(a[1], &interval_timers[a[0]]) : -EINVAL;
}

SYSCALL(setitimer) {
  struct timeval32 given[2] = {{0, 0}, {0, 0}};
  if (a[1] && !user_load(given, a[1], sizeof given)) return -EFAULT;
  for (u32 i = 0; i < 2; i++)
    if (!is_time(given[i].seconds, (s64)given[i].us * 1000)) return -EINVAL;
  if (a[0] >= ITIMERS) return -EINVAL;
  struct timer *timer = &interval_timers[a[0]];
  s32 error = a[2] ? store_interval(a[2], timer) : 0;
  if (error) return error;
  arm(timer, to_ns(given[1].seconds, (s64)given[1].us * 1000),
      to_ns(given[0].seconds, (s64)given[0].us * 1000));
  return 0;
}

/* ---- timer_create(2) and the like ---- */

static struct timer *timer_of(u32 id) {
  for (struct timer *timer = interval_timers[ITIMERS - 1].next; timer; timer = timer->next)
    if (timer->id == id) return timer;
  return NULL;
}

static struct thread *thread_by(u32 id) {
  for (struct thread *thread = threads(); thread; thread = thread->next)
    if (thread->id == id && !thread->dead) return thread;
  return NULL;
}

SYSCALL(timer_create) {
  struct {
    u32 value, signal, notify, thread;
  } event = {0, SIGALRM, 0, 0};
  u32 clock = simplify(a[0]);
  if (!is_clock(clock)) return -EINVAL;
  if (clock == MONOTONIC_RAW || clock == REALTIME_COARSE || clock == MONOTONIC_COARSE)
    return -EOPNOTSUPP;
  if (timer_count >= TIMERS || !pages_left()) return -EAGAIN;
  u32 id = 0;
  while (timer_of(id)) id++;
  event.value = id;
  if (a[1] && !user_load(&event, a[1], sizeof event)) return -EFAULT;
  struct thread *thread = event.notify == BY_THREAD ? thread_by(event.thread) : NULL;
  if (event.notify & ~(SIGNALS_NOBODY | 2u | BY_THREAD) || (event.notify == BY_THREAD && !thread))
    return -EINVAL;
  if (event.notify != SIGNALS_NOBODY && (event.signal < 1 || event.signal > SIGNALS))
    return -EINVAL;
  struct timer *timer = kalloc(sizeof *timer);
  if (!timer) return -EAGAIN;
  *timer = (struct timer){.id = id, .clock = clock, .thread = thread,
                          .thread_id = thread ? thread->id : 0,
                          .silent = event.notify == SIGNALS_NOBODY,
                          .info = {(s32)event.signal, 0, SI_TIMER, {id, 0, event.value}}};
  if (!user_store(a[2], &id, sizeof id)) {
    kfree(timer);
    return -EFAULT;
  }
  timer->next = interval_timers[ITIMERS - 1].next;
  interval_timers[ITIMERS - 1].next = timer;
  timer_count++;
  return 0;
}

SYSCALL(timer_delete) {
  for (struct timer **at = &interval_timers[ITIMERS - 1].next; *at; at = &(*at)->next) {
    struct timer *timer = *at;
    if (timer->id != a[0]) continue;
    *at = timer->next;
    kfree(timer);
    timer_count--;
    return 0;
  }
  return -EINVAL;
}

static s32 store_timer(u32 to, bool wide, u64 interval, u64 rest) {
  s32 error = store(to, wide, interval);
  return error ? error : store(to + (wide ? 16 : 8), wide, rest);
}

static s32 set_timer(const u32 *a, bool wide) {
  enum { ABSOLUTE = 1 };
  struct timer *timer = timer_of(a[0]);
  u64 interval, value;
  if (!a[2]) return -EINVAL;
  s32 error = load(a[2], wide, &interval);
  if (!error) error = load(a[2] + (wide ? 16 : 8), wide, &value);
  if (error) return error;
  if (!timer) return -EINVAL;
  u64 interval_before = timer->interval, rest = left(timer);
  arm(timer, value, interval);
  timer->overrun = 0;
  if (value && a[1] & ABSOLUTE) {
    u64 offset = is_real_time(timer->clock) ? time_of_day_offset() : 0;
    timer->deadline = value > offset ? value - offset : 1;
  }
  return a[3] ? store_timer(a[3], wide, interval_before, rest) : 0;
}

static s32 get_timer(const u32 *a, bool wide) {
  const struct timer *timer = timer_of(a[0]);
  return timer ? store_timer(a[1], wide, timer->interval, left(timer)) : -EINVAL;
}

SYSCALL(timer_settime) { return set_timer(a, false); }
SYSCALL(timer_settime64) { return set_timer(a, true); }
SYSCALL(timer_gettime) { return get_timer(a, false); }
SYSCALL(timer_gettime64) { return get_timer(a, true); }
SYSCALL(timer_getoverrun) {
  const struct timer *timer = timer_of(a[0]);
  return timer ? (s32)timer->overrun : -EINVAL;
}
