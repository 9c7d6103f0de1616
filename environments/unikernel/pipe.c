/* Pipes, and the files that only exist to be waited for: eventfd and timerfd. */
#include "clock.h"
#include "file.h"
#include "memory.h"
#include "page.h"
#include "queue.h"
#include "signal.h"
#include "syscall.h"
#include "thread.h"

static bool blocks(const struct file *file) { return !(file->flags & O_NONBLOCK); }

/* ---- pipes ---- */

enum { PIPE_SIZE = 65536, PIPE_WHOLE = 4096 };

struct pipe {
  struct queue queue;
  struct file *reader, *writer; /* NULL: closed */
};

static bool has_bytes_or_end(void *argument) {
  const struct pipe *pipe = argument;
  return pipe->queue.length || !pipe->writer;
}

static s32 pipe_read(struct file *file, void *to, u32 length) {
  struct pipe *pipe = file->state;
  if (length == 0) return 0;
  while (!pipe->queue.length) {
    if (!pipe->writer) return 0;
    if (!blocks(file)) return -EAGAIN;
    if (wait_for(has_bytes_or_end, pipe, NEVER) == -EINTR) return -EINTR;
  }
  if (!user_writable((u32)to, min_u32(length, pipe->queue.length))) return -EFAULT;
  u32 n = queue_peek(&pipe->queue, 0, to, length);
  queue_drop(&pipe->queue, n);
  if (pipe->writer) pipe->writer->changes++;
  return (s32)n;
}

struct space {
  struct pipe *pipe;
  u32 least;
};

static bool has_space(void *argument) {
  const struct space *space = argument;
  return !space->pipe->reader || PIPE_SIZE - space->pipe->queue.length >= space->least;
}

/* A write of at most a page is not split. */
static s32 pipe_write(struct file *file, const void *from, u32 length) {
  struct pipe *pipe = file->state;
  struct space space = {pipe, length <= PIPE_WHOLE ? length : 1};
  u32 done = 0;
  while (done < length) {
    if (!pipe->reader) {
      signal_send(current, SIGPIPE);
      return done ? (s32)done : -EPIPE;
    }
    if (has_space(&space)) {
      u32 n = min_u32(length - done, PIPE_SIZE - pipe->queue.length);
      if (!user_readable((u32)from + done, n)) return done ? (s32)done : -EFAULT;
      if (!queue_reserve(&pipe->queue, n)) return done ? (s32)done : -ENOMEM;
      queue_put(&pipe->queue, (const u8 *)from + done, n);
      pipe->reader->changes++;
      done += n;
    } else if (!blocks(file)) {
      return done ? (s32)done : -EAGAIN;
    } else if (wait_for(has_space, &space, NEVER) == -EINTR) {
      return done ? (s32)done : -EINTR;
    }
  }
  return (s32)done;
}

static u32 reader_ready(struct file *file) {
  const struct pipe *pipe = file->state;
  return (pipe->queue.length ? POLL_READ : 0) | (pipe->writer ? 0 : POLLHUP);
}

static u32 writer_ready(struct file *file) {
  const struct pipe *pipe = file->state;
  return (PIPE_SIZE - pipe->queue.length >= PIPE_WHOLE ? POLL_WRITE : 0) |
         (pipe->reader ? 0 : POLLERR);
}

static s32 pipe_ioctl(struct file *file, u32 request, u32 argument) {
  enum { FIONREAD = 0x541b };
  const struct pipe *pipe = file->state;
  if (request != FIONREAD) return -ENOTTY;
  return user_store(argument, &pipe->queue.length, sizeof(u32)) ? 0 : -EFAULT;
}

static void pipe_status(struct file *file, struct stat64 *status) {
  (void)file;
  status->mode = S_IFIFO | 0600;
}

static void pipe_close(struct file *file) {
  struct pipe *pipe = file->state;
  struct file *other = pipe->reader == file ? pipe->writer : pipe->reader;
  *(pipe->reader == file ? &pipe->reader : &pipe->writer) = NULL;
  if (other) {
    other->changes++;
    return;
  }
  queue_free(&pipe->queue);
  kfree(pipe);
}

static const struct file_operations reader_operations = {.read = pipe_read,
                                                         .ioctl = pipe_ioctl,
                                                         .ready = reader_ready,
                                                         .status = pipe_status,
                                                         .close = pipe_close};
static const struct file_operations writer_operations = {.write = pipe_write,
                                                         .ioctl = pipe_ioctl,
                                                         .ready = writer_ready,
                                                         .status = pipe_status,
                                                         .close = pipe_close};

static s32 make_pipe(u32 address, u32 flags) {
  s32 numbers[2];
  if (flags & ~(O_NONBLOCK | O_CLOEXEC)) return -EINVAL;
  if (!user_writable(address, sizeof numbers)) return -EFAULT;
  struct pipe *pipe = kalloc(sizeof *pipe);
  if (!pipe) return -ENOMEM;
  numbers[0] = file_open(&reader_operations, O_RDONLY | flags, pipe);
  if (numbers[0] < 0) {
    if (numbers[0] == -ENOMEM) kfree(pipe);
    return numbers[0];
  }
  pipe->reader = file_at((u32)numbers[0]);
  numbers[1] = file_open(&writer_operations, O_WRONLY | flags, pipe);
  if (numbers[1] < 0) {
    /* The writer's end is closed by now, if its file was made; the reader's end remains. */
    file_close((u32)numbers[0]);
    return numbers[1];
  }
  pipe->writer = file_at((u32)numbers[1]);
  return user_store(address, numbers, sizeof numbers) ? 0 : -EFAULT;
}

SYSCALL(pipe) { return make_pipe(a[0], 0); }
SYSCALL(pipe2) { return make_pipe(a[0], a[1]); }

/* ---- eventfd: a counter ---- */

enum { EFD_SEMAPHORE = 1 };

struct counter {
  u64 value;
  bool semaphore;
};

static bool is_counted(void *argument) { return ((struct counter *)argument)->value; }

static s32 counter_read(struct file *file, void *to, u32 length) {
  struct counter *counter = file->state;
  if (length < sizeof(u64)) return -EINVAL;
  while (!counter->value) {
    if (!blocks(file)) return -EAGAIN;
    if (wait_for(is_counted, counter, NEVER) == -EINTR) return -EINTR;
  }
  u64 value = counter->semaphore ? 1 : counter->value;
  if (!user_store((u32)to, &value, sizeof value)) return -EFAULT;
  counter->value -= value;
  file->changes++;
  return sizeof value;
}

struct addition {
  struct counter *counter;
  u64 value;
};

static bool can_add(void *argument) {
  const struct addition *addition = argument;
  return UINT64_MAX - addition->counter->value > addition->value;
}

static s32 counter_write(struct file *file, const void *from, u32 length) {
  struct addition addition = {.counter = file->state};
  if (length < sizeof(u64)) return -EINVAL;
  if (!user_load(&addition.value, (u32)from, sizeof addition.value)) return -EFAULT;
  if (addition.value == UINT64_MAX) return -EINVAL;
  while (!can_add(&addition)) {
    if (!blocks(file)) return -EAGAIN;
    if (wait_for(can_add, &addition, NEVER) == -EINTR) return -EINTR;
  }
  addition.counter->value += addition.value;
  file->changes++;
  return sizeof addition.value;
}

static u32 counter_ready(struct file *file) {
  const struct counter *counter = file->state;
  return (counter->value ? POLLIN : 0) | (counter->value < UINT64_MAX - 1 ? POLLOUT : 0);
}

static void state_close(struct file *file) { kfree(file->state); }

static const struct file_operations counter_operations = {.read = counter_read,
                                                          .write = counter_write,
                                                          .ready = counter_ready,
                                                          .close = state_close,
                                                          .name = "eventfd"};

static s32 make_counter(u32 value, u32 flags) {
  if (flags & ~(O_NONBLOCK | O_CLOEXEC | EFD_SEMAPHORE)) return -EINVAL;
  struct counter *counter = kalloc(sizeof *counter);
  if (!counter) return -ENOMEM;
  counter->value = value;
  counter->semaphore = flags & EFD_SEMAPHORE;
  s32 number = file_open(&counter_operations, O_RDWR | (flags & ~EFD_SEMAPHORE), counter);
  if (number == -ENOMEM) kfree(counter);
  return number;
}

SYSCALL(eventfd) { return make_counter(a[0], 0); }
SYSCALL(eventfd2) { return make_counter(a[0], a[1]); }

/* ---- timerfd ---- */

enum { CLOCK_REALTIME = 0, CLOCK_MONOTONIC = 1, CLOCK_BOOTTIME = 7, TFD_TIMER_ABSTIME = 1 };

struct timer {
  u64 at, interval; /* NEVER: not set; 0: once */
  bool real;        /* CLOCK_REALTIME: of the time of day */
};

static bool is_due(void *argument) { return now() >= ((struct timer *)argument)->at; }

static s32 timer_read(struct file *file, void *to, u32 length) {
  struct timer *timer = file->state;
  if (length < sizeof(u64)) return -EINVAL;
  while (!is_due(timer)) {
    if (!blocks(file)) return -EAGAIN;
    /* Another thread may set it anew meanwhile: it is looked at again now and then. */
    s32 error = wait_for(is_due, timer, min_u64(timer->at, now() + 10 * NS_PER_MS));
    if (error == -EINTR) return -EINTR;
  }
  u64 count = 1;
  u64 late = now() - timer->at;
  if (timer->interval) count += late / timer->interval;
  if (!user_store((u32)to, &count, sizeof count)) return -EFAULT;
  timer->at = timer->interval ? timer->at + count * timer->interval : NEVER;
  file->changes++;
  return sizeof count;
}

static u32 timer_ready(struct file *file) { return is_due(file->state) ? POLLIN : 0; }
static u64 timer_ready_at(struct file *file) { return ((struct timer *)file->state)->at; }

static const struct file_operations timer_operations = {.read = timer_read,
                                                        .ready = timer_ready,
                                                        .ready_at = timer_ready_at,
                                                        .close = state_close,
                                                        .name = "timerfd"};

SYSCALL(timerfd_create) {
  if (a[1] & ~(O_NONBLOCK | O_CLOEXEC)) return -EINVAL;
  if (a[0] != CLOCK_REALTIME && a[0] != CLOCK_MONOTONIC && a[0] != CLOCK_BOOTTIME) return -EINVAL;
  struct timer *timer = kalloc(sizeof *timer);
  if (!timer) return -ENOMEM;
  *timer = (struct timer){.at = NEVER, .real = a[0] == CLOCK_REALTIME};
  s32 number = file_open(&timer_operations, O_RDWR | a[1], timer);
  if (number == -ENOMEM) kfree(timer);
  return number;
}

/* struct itimerspec: interval and time, each seconds and nanoseconds. */
static s32 load_times(u32 address, bool wide, u64 times[2]) {
  s64 words[4];
  s32 narrow[4];
  if (wide ? !user_load(words, address, sizeof words) : !user_load(narrow, address, sizeof narrow))
    return -EFAULT;
  for (u32 i = 0; i < 2; i++) {
    s64 seconds = wide ? words[2 * i] : narrow[2 * i];
    s64 ns = wide ? words[2 * i + 1] : narrow[2 * i + 1];
    if (seconds < 0 || ns < 0 || ns >= (s64)NS_PER_S) return -EINVAL;
    times[i] = min_u64((u64)seconds, 4000000000u) * NS_PER_S + (u64)ns;
  }
  return 0;
}

static s32 store_times(u32 address, bool wide, const struct timer *timer) {
  u64 rest = 0;
  if (timer->at != NEVER) {
    rest = timer->at > now() ? timer->at - now() : timer->interval;
    if (timer->at <= now() && timer->interval)
      rest = timer->interval - (now() - timer->at) % timer->interval;
  }
  u64 words[4] = {timer->interval / NS_PER_S, timer->interval % NS_PER_S, rest / NS_PER_S,
                  rest % NS_PER_S};
  u32 narrow[4] = {(u32)words[0], (u32)words[1], (u32)words[2], (u32)words[3]};
  return (wide ? user_store(address, words, sizeof words)
               : user_store(address, narrow, sizeof narrow))
             ? 0
             : -EFAULT;
}

static struct timer *timer_at(u32 number, s32 *error) {
  struct file *file = file_at(number);
  *error = !file ? -EBADF : file->operations != &timer_operations ? -EINVAL : 0;
  return *error ? NULL : file->state;
}

static s32 timer_set_times(const u32 *a, bool wide) {
  s32 error;
  u64 times[2] = {0};
  struct timer *timer = timer_at(a[0], &error);
  if (!timer) return error;
  if (a[1] & ~(TFD_TIMER_ABSTIME | 2)) return -EINVAL;
  error = load_times(a[2], wide, times);
  if (!error && a[3]) error = store_times(a[3], wide, timer);
  if (error) return error;
  u64 from = !(a[1] & TFD_TIMER_ABSTIME) ? now() : timer->real ? -time_of_day_offset() : 0;
  timer->interval = times[0];
  timer->at = times[1] ? from + times[1] : NEVER;
  /* An absolute time before this machine was switched on is over. */
  if (times[1] && a[1] & TFD_TIMER_ABSTIME && timer->real && times[1] < time_of_day_offset())
    timer->at = now();
  file_at(a[0])->changes++;
  return 0;
}

SYSCALL(timerfd_settime) { return timer_set_times(a, false); }
SYSCALL(timerfd_settime64) { return timer_set_times(a, true); }

static s32 timer_get_times(const u32 *a, bool wide) {
  s32 error;
  struct timer *timer = timer_at(a[0], &error);
  return timer ? store_times(a[1], wide, timer) : error;
}

SYSCALL(timerfd_gettime) { return timer_get_times(a, false); }
SYSCALL(timerfd_gettime64) { return timer_get_times(a, true); }
