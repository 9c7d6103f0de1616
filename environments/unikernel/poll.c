/* poll, select, epoll: waiting for any of several files. */
#include <string.h>

#include "clock.h"
#include "file.h"
#include "memory.h"
#include "page.h"
#include "signal.h"
#include "syscall.h"
#include "thread.h"

static const u32 ALWAYS = POLL_READ | POLL_WRITE, FAILURES = POLLERR | POLLHUP;

static u32 ready(struct file *file) {
  return file->operations->ready ? file->operations->ready(file) : ALWAYS;
}

static u64 ready_at(struct file *file) {
  return file->operations->ready_at ? file->operations->ready_at(file) : NEVER;
}

/* ---- times ---- */

/* The deadline of a wait whose time-out is a timespec with words of 32 or 64 bits, or none. */
static s32 deadline_of(u32 address, bool wide, u64 *deadline) {
  s64 time[2];
  s32 narrow[2];
  *deadline = NEVER;
  if (!address) return 0;
  if (wide ? !user_load(time, address, sizeof time) : !user_load(narrow, address, sizeof narrow))
    return -EFAULT;
  if (!wide) time[0] = narrow[0], time[1] = narrow[1];
  if (time[0] < 0 || time[1] < 0 || time[1] >= (s64)NS_PER_S) return -EINVAL;
  if (time[0] < 1000000000) *deadline = now() + (u64)time[0] * NS_PER_S + (u64)time[1];
  return 0;
}

/* Writes the time that is left, as Linux does where it can. */
static void store_rest(u32 address, bool wide, u64 deadline, u32 unit) {
  if (!address || deadline == NEVER) return;
  u64 rest = deadline > now() ? deadline - now() : 0;
  u64 time[2] = {rest / NS_PER_S, rest % NS_PER_S / unit};
  u32 narrow[2] = {(u32)time[0], (u32)time[1]};
  if (wide) user_store(address, time, sizeof time);
  else user_store(address, narrow, sizeof narrow);
}

/* ---- waiting, with other signals blocked meanwhile ---- */

/* Waits for the condition. Some files become ready by themselves, at a known time. */
static s32 wait_until(bool (*condition)(void *), u64 (*at)(void *), void *argument, u64 deadline) {
  for (;;) {
    s32 error = wait_for(condition, argument, min_u64(deadline, at(argument)));
    if (error != -ETIMEDOUT || now() >= deadline) return error;
  }
}

static s32 mask(u32 set, u32 size) {
  u64 blocked;
  if (!set) return 0;
  if (size != sizeof blocked) return -EINVAL;
  if (!user_load(&blocked, set, sizeof blocked)) return -EFAULT;
  signals_block_for_now(blocked);
  return 0;
}

/* After a wait that a signal ended, the handler still runs with the signal mask of the call. */
static void unmask(u32 set, s32 result) {
  if (set && result != -EINTR) signals_unblock();
}

/* ---- poll ---- */

struct pollfd {
  s32 number;
  u16 events, ready;
};

struct polls {
  struct pollfd *all;
  u32 count;
};

static u32 poll_one(const struct pollfd *poll) {
  if (poll->number < 0) return 0;
  struct file *file = file_at((u32)poll->number);
  return file ? ready(file) & (poll->events | FAILURES) : POLLNVAL;
}

static bool any_polled(void *argument) {
  const struct polls *polls = argument;
  for (u32 i = 0; i < polls->count; i++)
    if (poll_one(&polls->all[i])) return true;
  return false;
}

static u64 polled_at(void *argument) {
  const struct polls *polls = argument;
  u64 at = NEVER;
  for (u32 i = 0; i < polls->count; i++) {
    struct file *file = polls->all[i].number < 0 ? NULL : file_at((u32)polls->all[i].number);
    if (file) at = min_u64(at, ready_at(file));
  }
  return at;
}

static s32 poll(u32 address, u32 count, u64 deadline) {
  if (count > FILES) return -EINVAL;
  u32 length = count * sizeof(struct pollfd), pages = ROUND_UP(length, PAGE) / PAGE;
  if (!user_readable(address, length)) return -EFAULT;
  struct polls polls = {pages ? pages_alloc(pages) : NULL, count};
  if (pages && !polls.all) return -ENOMEM;
  memcpy(polls.all, (const void *)address, length);
  s32 result = wait_until(any_polled, polled_at, &polls, deadline);
  if (result == -ETIMEDOUT) result = 0;
  if (result == 0)
    for (u32 i = 0; i < count; i++) {
      u16 events = (u16)poll_one(&polls.all[i]);
      u32 at = address + i * sizeof(struct pollfd) + offsetof(struct pollfd, ready);
      if (events) result++;
      if (!user_store(at, &events, sizeof events)) {
        result = -EFAULT;
        break;
      }
    }
  if (pages) pages_free(polls.all, pages);
  return result;
}

SYSCALL(poll) {
  s32 ms = (s32)a[2];
  return poll(a[0], a[1], ms < 0 ? NEVER : now() + (u64)ms * NS_PER_MS);
}

static s32 masked_poll(const u32 *a, bool wide) {
  u64 deadline;
  s32 result = deadline_of(a[2], wide, &deadline);
  if (!result) result = mask(a[3], a[4]);
  if (result) return result;
  result = poll(a[0], a[1], deadline);
  unmask(a[3], result);
  store_rest(a[2], wide, deadline, 1);
  return result;
}

SYSCALL(ppoll) { return masked_poll(a, false); }
SYSCALL(ppoll_time64) { return masked_poll(a, true); }

/* ---- select ---- */

enum { READS, WRITES, EXCEPTS, SETS, SET_WORDS = FILES / 32 };

static const u32 select_events[SETS] = {
    POLLIN | POLLRDNORM | POLLRDBAND | POLLHUP | POLLERR,
    POLLOUT | POLLWRNORM | POLLWRBAND | POLLERR,
    POLLPRI,
};

struct selects {
  u32 count;
  u32 sets[SETS][SET_WORDS];
};

static bool has(const u32 *set, u32 i) { return set[i / 32] >> i % 32 & 1; }

/* Is any file ready? Fills the sets in where there is a place for them. */
static u32 select_all(const struct selects *selects, u32 (*result)[SET_WORDS]) {
  u32 found = 0;
  for (u32 i = 0; i < selects->count; i++) {
    if (!has(selects->sets[READS], i) && !has(selects->sets[WRITES], i) &&
        !has(selects->sets[EXCEPTS], i))
      continue;
    struct file *file = file_at(i);
    u32 events = file ? ready(file) : POLLERR;
    for (u32 set = 0; set < SETS; set++)
      if (has(selects->sets[set], i) && events & select_events[set]) {
        found++;
        if (!result) return found;
        result[set][i / 32] |= 1u << i % 32;
      }
  }
  return found;
}

static bool any_selected(void *argument) { return select_all(argument, NULL) != 0; }

static u64 selected_at(void *argument) {
  const struct selects *selects = argument;
  u64 at = NEVER;
  for (u32 i = 0; i < selects->count; i++) {
    bool asked = has(selects->sets[READS], i) || has(selects->sets[WRITES], i);
    struct file *file = asked ? file_at(i) : NULL;
    if (file) at = min_u64(at, ready_at(file));
  }
  return at;
}

static s32 select(u32 count, const u32 addresses[SETS], u64 deadline) {
  struct selects selects = {0};
  u32 result[SETS][SET_WORDS] = {{0}};
  if ((s32)count < 0) return -EINVAL;
  selects.count = min_u32(count, FILES);
  u32 length = ROUND_UP(selects.count, 32) / 8;
  for (u32 set = 0; set < SETS; set++)
    if (addresses[set] && !user_load(selects.sets[set], addresses[set], length)) return -EFAULT;
  for (u32 i = 0; i < selects.count; i++)
    if ((has(selects.sets[READS], i) || has(selects.sets[WRITES], i) ||
         has(selects.sets[EXCEPTS], i)) && !file_at(i))
      return -EBADF;
  s32 error = wait_until(any_selected, selected_at, &selects, deadline);
  if (error && error != -ETIMEDOUT) return error;
  u32 found = select_all(&selects, result);
  for (u32 set = 0; set < SETS; set++)
    if (addresses[set] && !user_store(addresses[set], result[set], length)) return -EFAULT;
  return (s32)found;
}

SYSCALL(_newselect) {
  s32 time[2];
  u64 deadline = NEVER;
  if (a[4]) {
    if (!user_load(time, a[4], sizeof time)) return -EFAULT;
    s64 seconds = (s64)time[0] + time[1] / 1000000;
    if (seconds < 0 || time[1] < 0) return -EINVAL;
    deadline = now() + (u64)seconds * NS_PER_S + (u64)(time[1] % 1000000) * 1000;
  }
  s32 result = select(a[0], a + 1, deadline);
  store_rest(a[4], false, deadline, 1000);
  return result;
}

/* The select(2) of before the EABI: its arguments are in memory. */
SYSCALL(select) {
  u32 arguments[5];
  return user_load(arguments, a[0], sizeof arguments) ? sys__newselect(arguments) : -EFAULT;
}

static s32 masked_select(const u32 *a, bool wide) {
  u32 set[2] = {0, 0};
  u64 deadline;
  s32 result = deadline_of(a[4], wide, &deadline);
  if (result) return result;
  if (a[5] && !user_load(set, a[5], sizeof set)) return -EFAULT;
  result = mask(set[0], set[1]);
  if (result) return result;
  result = select(a[0], a + 1, deadline);
  unmask(set[0], result);
  store_rest(a[4], wide, deadline, 1);
  return result;
}

SYSCALL(pselect6) { return masked_select(a, false); }
SYSCALL(pselect6_time64) { return masked_select(a, true); }

/* ---- epoll ---- */

enum { EPOLLEXCLUSIVE = 1 << 28, EPOLLWAKEUP = 1 << 29, EPOLLONESHOT = 1 << 30 };
static const u32 EPOLLET = 1u << 31;
enum { EPOLL_CTL_ADD = 1, EPOLL_CTL_DEL = 2, EPOLL_CTL_MOD = 3 };

/* The OABI has no padding in it. */
struct epoll_event {
  u32 events, pad;
  u64 data;
};
enum { OLD_EVENT = 12 };

static u32 event_size(void) { return current->old_abi ? OLD_EVENT : sizeof(struct epoll_event); }

static bool load_event(struct epoll_event *event, u32 from) {
  if (!current->old_abi) return user_load(event, from, sizeof *event);
  return user_load(&event->events, from, 4) && user_load(&event->data, from + 4, 8);
}

static bool store_event(u32 to, const struct epoll_event *event) {
  if (!current->old_abi) return user_store(to, event, sizeof *event);
  return user_store(to, &event->events, 4) && user_store(to + 4, &event->data, 8);
}

/* A watched file, and the number under which it was added. */
struct watch {
  struct watch *next;
  struct file *file; /* holds no reference: poll_forget() */
  u32 number;
  struct epoll_event event;
  u32 told, changes; /* EPOLLET: what was ready when it was last looked at, and file->changes */
};

struct epoll {
  struct epoll *next;
  struct watch *watches;
};

static struct epoll *epolls;

static const struct file_operations epoll_operations;

static u32 watched(const struct watch *watch) {
  u32 events = watch->event.events;
  if (!(events & ~(EPOLLET | EPOLLONESHOT | EPOLLEXCLUSIVE | EPOLLWAKEUP))) return 0; /* one shot */
  u32 found = ready(watch->file) & (events | FAILURES);
  if (events & EPOLLET && !(found & ~watch->told) && watch->file->changes == watch->changes)
    return 0;
  return found;
}

static bool any_watched(void *argument) {
  for (const struct watch *watch = ((struct epoll *)argument)->watches; watch; watch = watch->next)
    if (watched(watch)) return true;
  return false;
}

static u64 watched_at(void *argument) {
  u64 at = NEVER;
  for (const struct watch *watch = ((struct epoll *)argument)->watches; watch; watch = watch->next)
    at = min_u64(at, ready_at(watch->file));
  return at;
}

static u32 epoll_ready(struct file *file) { return any_watched(file->state) ? POLL_READ : 0; }
static u64 epoll_ready_at(struct file *file) { return watched_at(file->state); }

static void epoll_close(struct file *file) {
  struct epoll *epoll = file->state;
  while (epoll->watches) {
    struct watch *watch = epoll->watches;
    epoll->watches = watch->next;
    kfree(watch);
  }
  for (struct epoll **at = &epolls; *at; at = &(*at)->next)
    if (*at == epoll) {
      *at = epoll->next;
      break;
    }
  kfree(epoll);
}

static const struct file_operations epoll_operations = {.ready = epoll_ready,
                                                        .ready_at = epoll_ready_at,
                                                        .close = epoll_close,
                                                        .name = "eventpoll"};

void poll_forget(const struct file *file) {
  for (struct epoll *epoll = epolls; epoll; epoll = epoll->next)
    for (struct watch **at = &epoll->watches; *at;) {
      struct watch *watch = *at;
      if (watch->file == file) {
        *at = watch->next;
        kfree(watch);
      } else {
        at = &watch->next;
      }
    }
}

static s32 epoll_make(u32 flags) {
  struct epoll *epoll = kalloc(sizeof *epoll);
  if (!epoll) return -ENOMEM;
  s32 number = file_open(&epoll_operations, O_RDWR | flags, epoll);
  if (number == -ENOMEM) kfree(epoll);
  if (number < 0) return number;
  epoll->next = epolls;
  epolls = epoll;
  return number;
}

SYSCALL(epoll_create) { return (s32)a[0] > 0 ? epoll_make(0) : -EINVAL; }
SYSCALL(epoll_create1) { return a[0] & ~O_CLOEXEC ? -EINVAL : epoll_make(a[0]); }

SYSCALL(epoll_ctl) {
  struct epoll_event event = {0};
  if (a[1] != EPOLL_CTL_DEL && !load_event(&event, a[3])) return -EFAULT;
  struct file *epolling = file_at(a[0]), *file = file_at(a[2]);
  if (!epolling || !file) return -EBADF;
  if (!file->operations->ready && file->node) return -EPERM; /* a regular file */
  if (epolling == file || epolling->operations != &epoll_operations) return -EINVAL;
  if (file->operations == &epoll_operations) return -ELOOP; /* one in another: not here */
  struct epoll *epoll = epolling->state;
  struct watch **at = &epoll->watches;
  while (*at && ((*at)->file != file || (*at)->number != a[2])) at = &(*at)->next;
  struct watch *watch = *at;
  switch (a[1]) {
    case EPOLL_CTL_ADD:
      if (watch) return -EEXIST;
      watch = kalloc(sizeof *watch);
      if (!watch) return -ENOMEM;
      *watch = (struct watch){.file = file, .number = a[2], .event = event};
      watch->changes = file->changes;
      *at = watch; /* at the end */
      return 0;
    case EPOLL_CTL_MOD:
      if (!watch) return -ENOENT;
      watch->event = event;
      watch->told = 0;
      return 0;
    case EPOLL_CTL_DEL:
      if (!watch) return -ENOENT;
      *at = watch->next;
      kfree(watch);
      return 0;
    default: return -EINVAL;
  }
}

static s32 epoll_wait(const u32 *a, u64 deadline) {
  struct file *file = file_at(a[0]);
  if ((s32)a[2] <= 0 || a[2] > 0x7fffffff / sizeof(struct epoll_event)) return -EINVAL;
  if (!file) return -EBADF;
  if (file->operations != &epoll_operations) return -EINVAL;
  struct epoll *epoll = file->state;
  file->references++;
  s32 result = wait_until(any_watched, watched_at, epoll, deadline);
  if (result == -ETIMEDOUT) result = 0;
  u32 count = 0;
  if (result == 0)
    for (struct watch *watch = epoll->watches; watch && count < a[2]; watch = watch->next) {
      struct epoll_event event = {.events = watched(watch), .data = watch->event.data};
      watch->told = ready(watch->file);
      watch->changes = watch->file->changes;
      if (!event.events) continue;
      if (!store_event(a[1] + count * event_size(), &event)) {
        result = count ? 0 : -EFAULT;
        break;
      }
      count++;
      if (watch->event.events & EPOLLONESHOT) watch->event.events = EPOLLONESHOT;
    }
  file_put(file);
  return result ? result : (s32)count;
}

static u64 epoll_deadline(u32 ms) { return (s32)ms < 0 ? NEVER : now() + (u64)ms * NS_PER_MS; }

SYSCALL(epoll_wait) { return epoll_wait(a, epoll_deadline(a[3])); }

static s32 masked_epoll_wait(const u32 *a, u64 deadline) {
  s32 result = mask(a[4], a[5]);
  if (result) return result;
  result = epoll_wait(a, deadline);
  unmask(a[4], result);
  return result;
}

SYSCALL(epoll_pwait) { return masked_epoll_wait(a, epoll_deadline(a[3])); }

SYSCALL(epoll_pwait2) {
  u64 deadline;
  s32 error = deadline_of(a[3], true, &deadline);
  return error ? error : masked_epoll_wait(a, deadline);
}
