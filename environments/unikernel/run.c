#include "run.h"

#include <string.h>

#include "abi.h"
#include "clock.h"
#include "console.h"
#include "page.h"
#ifndef SEALED
#include "memory.h"
#include "sample.h"
#include "syscall.h"
#include "thread.h"
#endif

enum { RING = 64 * 1024, CHUNK = 4096, LAST_WORDS = 60 * 1024, REFUSALS = 512 };

static struct {
  bool started, ended, read;
  struct limits limits;
  u64 since, totals[2], killed_for_memory;
  void (*readable)(void *);
  void *argument;
} run;

/* What waits to be read: as the sample runs, through a ring; its end, which must find room at any
   time, lies apart. Positions count bytes since the start. */
static u8 ring[RING], last_words[LAST_WORDS + 128];
static u32 ring_in, ring_out, last_in, last_out;

static u8 *put(u8 *at, u64 value, int bytes) {
  for (int i = bytes - 1; i >= 0; i--) *at++ = (u8)(value >> (8 * i));
  return at;
}

static void tell_reader(void) {
  void (*call)(void *) = run.readable;
  run.readable = NULL;
  if (call) call(run.argument);
}

int run_read(void *to, u32 length) {
  u32 n = min_u32(length, ring_in - ring_out);
  for (u32 i = 0; i < n; i++) ((u8 *)to)[i] = ring[ring_out++ % RING];
  if (n == 0 && run.ended) {
    n = min_u32(length, last_in - last_out);
    memcpy(to, last_words + last_out, n);
    last_out += n;
    if (n == 0) return -1;
  }
  return (int)n;
}

void run_when_readable(void (*call)(void *), void *argument) {
  run.readable = call;
  run.argument = argument;
}

void run_unread(void) {
  run.read = false;
  run.readable = NULL;
}

bool run_going(void) { return run.started && !run.ended; }
const struct limits *run_limits(void) { return &run.limits; }

u64 run_deadline(void) { return run_going() ? run.since + run.limits.time : NEVER; }

void run_poll(void) {
  if (now() >= run_deadline()) run_end(ENDED_STOPPED, REASON_TIME, "");
}

void run_out_of_memory(void) { run.killed_for_memory++; }

/* ---- refused system calls ---- */

#ifdef SEALED
static u32 list_refusals(char *text, u32 size) {
  (void)text, (void)size;
  return 0;
}
#else
static struct {
  u32 call, count;
  int error;
} refusals[REFUSALS];
static u32 refusal_count;
static char interpreter[LONGEST_INTERPRETER + 1];

static u32 list_refusals(char *text, u32 size) {
  u32 length = 0;
  for (u32 i = 0; i < refusal_count + (*interpreter != 0); i++) {
    char line[sizeof interpreter + 32], name[32];
    bool is_call = i < refusal_count;
    u32 n = is_call ? (u32)format(line, sizeof line, "%s %s %u\n",
                                  syscall_name(refusals[i].call, name, sizeof name),
                                  error_name(refusals[i].error), refusals[i].count)
                    : (u32)format(line, sizeof line, "open:%s ENOENT 1\n", interpreter);
    if (length + n > size) break;
    memcpy(text + length, line, n);
    length += n;
  }
  return length;
}
#endif

static u32 tell_refusals(u8 *frame, u32 size) {
  u32 length = list_refusals((char *)frame + FRAME_HEADER, size - FRAME_HEADER);
  *frame = EV_UNSUPPORTED;
  put(frame + 1, length, 4);
  return FRAME_HEADER + length;
}

#ifndef SEALED
static void to_ring(const void *bytes, u32 length) {
  for (u32 i = 0; i < length; i++) ring[ring_in++ % RING] = ((const u8 *)bytes)[i];
}

/* A guest that goes down does not tell the end. So each call that is refused for the first time is
   told with all before it, if there is room just now, and takes the place of what was told. */
static void tell_refusals_so_far(void) {
  static u8 frame[RING / 2];
  u32 length = tell_refusals(frame, sizeof frame);
  if (!run.read || RING - (ring_in - ring_out) < length) return;
  to_ring(frame, length);
  tell_reader();
}

void run_refused(u32 call, int error) {
  u32 i = 0;
  while (i < refusal_count && (refusals[i].call != call || refusals[i].error != error)) i++;
  if (i == REFUSALS) return;
  refusals[i].call = call;
  refusals[i].error = error;
  refusals[i].count++;
  if (i < refusal_count) return;
  refusal_count++;
  tell_refusals_so_far();
}

void run_refused_interpreter(const char *path) { strcpy(interpreter, path); }
#endif

/* ---- start, output, end ---- */

void run_start(const char *path, struct limits limits, const char *arguments, u32 length) {
  run.started = run.read = true;
  run.limits = limits;
  run.since = now();
#ifdef SEALED
  (void)path, (void)arguments, (void)length;
  run_end(ENDED_REFUSED, 0, "ENOSYS"); /* there is no loader in this kernel */
#else
  int error = sample_start(path, arguments, length);
  if (error == -ENOEXEC && limits.for_shell) error = -ELIBACC;
  if (error < 0) run_end(ENDED_REFUSED, 0, error_name(-error));
  if (error > 0) run_end(ENDED_SIGNALED, (u32)error, "");
#endif
}

#ifndef SEALED
static bool has_room(void *argument) {
  u32 needed = *(u32 *)argument;
  return !run.read || RING - (ring_in - ring_out) >= needed;
}

s32 run_output(int stream, const void *bytes, u32 length) {
  u64 *total = &run.totals[stream - 1];
  u32 done = 0;
  while (done < length && run.read && *total < run.limits.output) {
    u32 n = (u32)min_u64(min_u32(length - done, CHUNK), run.limits.output - *total);
    u32 needed = n + FRAME_HEADER;
    if (wait_for(has_room, &needed, NEVER) == -EINTR) return done ? (s32)done : -EINTR;
    if (!run.read) break;
    if (!still_readable((const u8 *)bytes + done, n)) return done ? (s32)done : -EFAULT;
    u8 header[FRAME_HEADER];
    header[0] = (u8)('0' + stream);
    put(header + 1, n, 4);
    to_ring(header, sizeof header);
    to_ring((const u8 *)bytes + done, n);
    *total += n;
    done += n;
    tell_reader();
  }
  *total += length - done;
  return (s32)length;
}
#endif

void run_end(enum ended how, u32 code, const char *error) {
  if (!run_going()) return;
  u64 duration = how == ENDED_REFUSED ? 0 : now() - run.since, cpu = 0;
#ifndef SEALED
  cpu = threads_cpu_time();
  threads_end(PROCESS);
#endif
  u8 *at = last_words + tell_refusals(last_words, LAST_WORDS);
  *at++ = EV_END;
  at = put(at, 1 + 4 + 4 * 8 + 4 + 8 + strlen(error), 4);
  at = put(at, how, 1);
  at = put(at, code, 4);
  at = put(at, duration, 8);
  at = put(at, cpu, 8);
  at = put(at, run.totals[0], 8);
  at = put(at, run.totals[1], 8);
  at = put(at, 0, 4); /* nothing outlives the one process */
  at = put(at, run.killed_for_memory, 8);
  memcpy(at, error, strlen(error));
  last_in = (u32)(at - last_words) + (u32)strlen(error);
  run.ended = true;
  tell_reader();
}
