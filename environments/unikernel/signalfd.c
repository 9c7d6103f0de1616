/* signalfd(2): signals that are read from a file, by whoever has them blocked. */
#include "clock.h"
#include "file.h"
#include "memory.h"
#include "page.h"
#include "signal.h"
#include "syscall.h"
#include "thread.h"

/* struct signalfd_siginfo */
struct told {
  u32 signal;
  s32 error, code;
  u32 process, user;
  s32 file;
  u32 timer, band, overrun, trap;
  s32 status, number;
  u64 pointer, rest[9];
};
_Static_assert(sizeof(struct told) == 128, "Linux has it so");

static struct told told_of(const struct siginfo *info) {
  struct told told = {.signal = (u32)info->signal, .error = info->error, .code = info->code};
  if (info->code == SI_TIMER) {
    told.timer = info->fields[0];
    told.overrun = info->fields[1];
  } else {
    told.process = info->fields[0];
    told.user = info->fields[1];
  }
  if (info->code < 0) { /* these come with a value */
    told.number = (s32)info->fields[2];
    told.pointer = (u64)(s64)told.number;
  }
  return told;
}

/* As many as there are and fit; the first one is waited for. */
static s32 signalfd_read(struct file *file, void *to, u32 length) {
  const u64 *wanted = file->state;
  struct siginfo info;
  s32 done = 0;
  if (length < sizeof(struct told)) return -EINVAL;
  while (length - (u32)done >= sizeof(struct told)) {
    if (signal_take(*wanted, &info)) {
      struct told told = told_of(&info);
      if (!user_store((u32)to + (u32)done, &told, sizeof told)) return done ? done : -EFAULT;
      done += (s32)sizeof told;
      file->changes++;
    } else {
      if (done) break;
      if (file->flags & O_NONBLOCK) return -EAGAIN;
      s32 error = signal_wait_for(wanted, NEVER);
      if (error) return error;
    }
  }
  return done;
}

/* The thread that asks is not known here. So a signal to any thread counts, and reading decides. */
static u32 signalfd_ready(struct file *file) {
  for (const struct thread *thread = threads(); thread; thread = thread->next)
    if (!thread->dead && signal_waits(thread, *(u64 *)file->state)) return POLLIN;
  return 0;
}

static void signalfd_close(struct file *file) { kfree(file->state); }

static const struct file_operations signalfd_operations = {.read = signalfd_read,
                                                           .ready = signalfd_ready,
                                                           .close = signalfd_close,
                                                           .name = "signalfd"};

/* Makes a new file or, given a number, changes the signals of that file. */
static s32 open_signals(u32 number, u32 set, u32 size, u32 flags) {
  u64 wanted;
  if (size != sizeof wanted) return -EINVAL;
  if (!user_load(&wanted, set, sizeof wanted)) return -EFAULT;
  if (flags & ~(O_NONBLOCK | O_CLOEXEC)) return -EINVAL;
  wanted &= ~never_blocked;
  if ((s32)number != -1) {
    struct file *file = file_at(number);
    if (!file) return -EBADF;
    if (file->operations != &signalfd_operations) return -EINVAL;
    *(u64 *)file->state = wanted;
    file->changes++;
    return (s32)number;
  }
  u64 *state = kalloc(sizeof *state);
  if (!state) return -ENOMEM;
  *state = wanted;
  s32 result = file_open(&signalfd_operations, O_RDWR | flags, state);
  if (result == -ENOMEM) kfree(state);
  return result;
}

SYSCALL(signalfd) { return open_signals(a[0], a[1], a[2], 0); }
SYSCALL(signalfd4) { return open_signals(a[0], a[1], a[2], a[3]); }
