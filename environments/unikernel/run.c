#include "run.h"

#include <string.h>

#include "abi.h"
#include "clock.h"
#include "kernel.h"
#include "page.h"
#include "recording.h"

enum { RING = 64 * 1024, LARGE_RING = 1024 * 1024, LAST_WORDS = 60 * 1024, SOON = 16 * 1024 };

static struct {
  bool started, ended, read;
  struct limits limits;
  u64 since, totals[2], killed_for_memory;
  void (*readable)(void *);
  void *argument;
} run;

/* The bytes that wait to be read. While the sample runs, they go through a ring. The frames of its
   end, for which there must always be room, are kept apart. Positions count bytes since the start.
   */
static u8 small_ring[RING], last_words[LAST_WORDS + 128];
static u8 *ring = small_ring;
static u32 ring_size = RING, reserved; /* a power of two; and what of it is kept for the end */
static u32 ring_in, ring_out, last_in, last_out;

static u8 *put(u8 *at, u64 value, int bytes) {
  for (int i = bytes - 1; i >= 0; i--) *at++ = (u8)(value >> (8 * i));
  return at;
}

static u8 *put_header(u8 *at, u8 type, u32 length) { return put(put(at, type, 1), length, 4); }

static void tell_reader(void) {
  void (*call)(void *) = run.readable;
  run.readable = NULL;
  if (call) call(run.argument);
}

int run_read(void *to, u32 length) {
  u32 n = min_u32(length, ring_in - ring_out), at = ring_out & (ring_size - 1);
  u32 straight = min_u32(n, ring_size - at);
  memcpy(to, ring + at, straight);
  memcpy((u8 *)to + straight, ring, n - straight);
  ring_out += n;
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
  if (ring_in != ring_out) tell_reader();
  if (now() >= run_deadline()) run_end(ENDED_STOPPED, REASON_TIME, "");
}

void run_out_of_memory(void) { run.killed_for_memory++; }

/* ---- start, output, end ---- */

const char *error_name(s32 error) {
  switch (error) {
    case ENOSYS: return "ENOSYS";
    case ELIBACC: return "ELIBACC";
    case ENOEXEC: return "ENOEXEC";
    case ENOMEM: return "ENOMEM";
    case ENOENT: return "ENOENT";
    case EIO: return "EIO";
    case EACCES: return "EACCES";
    case E2BIG: return "E2BIG";
    case EPERM: return "EPERM";
    case EAFNOSUPPORT: return "EAFNOSUPPORT";
    default: return "EUNKNOWN";
  }
}

void run_start(const char *path, struct limits limits, const char *arguments, u32 length) {
  run.started = run.read = true;
  run.limits = limits;
  run.since = now();
  recording_begin();
  s32 error = sample_start(path, arguments, length);
  recording_program(path, arguments, length, error < 0 ? error : 0);
  if (error == -ENOEXEC && limits.for_shell) error = -ELIBACC;
  if (error < 0) run_end(ENDED_REFUSED, 0, error_name(-error));
  if (error > 0) run_end(ENDED_SIGNALED, (u32)error, "");
}

u64 run_wants(int stream) {
  u64 total = run.totals[stream - 1];
  return run.read && total < run.limits.output ? run.limits.output - total : 0;
}

void run_count(int stream, u32 length) { run.totals[stream - 1] += length; }

bool run_has_room(u32 length) {
  return !run.read || ring_size - (ring_in - ring_out) >= FRAME_HEADER + length + reserved;
}

bool run_all_is_read(void) { return !run.read || ring_in == ring_out; }

void run_make_room(u32 for_the_end) {
  u8 *large = ring_in == ring_out ? pages_alloc(LARGE_RING / PAGE) : NULL;
  if (large) {
    ring = large;
    ring_size = LARGE_RING;
  }
  reserved = for_the_end;
}

static void to_ring(const void *bytes, u32 length) {
  u32 at = ring_in & (ring_size - 1), straight = min_u32(length, ring_size - at);
  memcpy(ring + at, bytes, straight);
  memcpy(ring, (const u8 *)bytes + straight, length - straight);
  ring_in += length;
}

static void to_ring_framed(u8 type, const void *head, u32 head_length, const void *rest,
                           u32 length) {
  u8 header[FRAME_HEADER];
  if (!run.read) return;
  put_header(header, type, head_length + length);
  to_ring(header, sizeof header);
  to_ring(head, head_length);
  to_ring(rest, length);
}

void run_tell(u8 type, const void *bytes, u32 length) {
  to_ring_framed(type, bytes, length, NULL, 0);
  tell_reader();
}

void run_tell_soon(u8 type, const void *head, u32 head_length, const void *rest, u32 length) {
  to_ring_framed(type, head, head_length, rest, length);
  if (ring_in - ring_out >= SOON) tell_reader();
}

void run_end(enum ended how, u32 code, const char *error) {
  if (!run_going()) return;
  u64 duration = how == ENDED_REFUSED ? 0 : now() - run.since, cpu = sample_end();
  reserved = 0;
  recording_end(how, code);
  char *calls = (char *)last_words + FRAME_HEADER;
  u32 length = unsupported_list(calls, LAST_WORDS - FRAME_HEADER);
  u8 *at = put_header(last_words, EV_UNSUPPORTED, length) + length;
  at = put_header(at, EV_END, 1 + 4 + 4 * 8 + 4 + 8 + strlen(error));
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
