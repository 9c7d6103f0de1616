#include "recording.h"

#include <string.h>

#include "abi.h"
#include "clock.h"
#include "kinds.h"

enum { EXECVE = 11, NOT_EXECUTED = 127 };

bool recording;

static bool wanted;
static u64 cookie;
static struct bounds bounds;
static struct guest guest;
static struct {
  u32 calls, failed;
} counts[NUMBERS];

void recording_order(const u64 words[RECORDING_WORDS]) {
  cookie = words[0];
  bounds = (struct bounds){words[1], words[2], words[3], words[4], words[5]};
  wanted = true;
}

void recording_head(struct record *record, u8 type, u32 process, u32 thread, u64 time) {
  memset(record, 0, sizeof *record);
  record->type = type;
  record->abi = ABI_ARM;
  record->guest = cookie;
  record->from = record->to = time;
  record->process = process;
  record->thread = thread;
}

/* Most words of a record are as in the one before, and are not sent again: first goes a bit for
   each that is, from the lowest on, then these. */
enum { HEADER_WORDS = sizeof(struct record) / 8 };
_Static_assert(HEADER_WORDS <= 16 && sizeof(struct record) % 8 == 0, "a bit each");

static void send(struct record *record, const void *data, u32 length) {
  static u64 before[HEADER_WORDS];
  const u64 *words = (const u64 *)record;
  u8 changed[2 + sizeof *record];
  u32 bits = 0, used = 2;
  record->size = (u16)(sizeof *record + length);
  record->lost = guest.lost;
  for (u32 i = 0; i < HEADER_WORDS; i++) {
    if (words[i] == before[i]) continue;
    before[i] = words[i];
    bits |= 1u << i;
    memcpy(changed + used, &words[i], 8);
    used += 8;
  }
  changed[0] = (u8)bits;
  changed[1] = (u8)(bits >> 8);
  run_tell_soon(EV_RECORD, changed, used, data, length);
}

/* Takes as many bytes from a bucket, which is refilled each millisecond at most. */
static bool take(struct bucket *from, u32 bytes, u64 time) {
  if (time - from->filled >= NS_PER_MS) {
    u64 since = min_u64((time - from->filled) / NS_PER_MS, 1000);
    from->bytes = (s64)min_u64((u64)from->bytes + since * bounds.rate / 1000, bounds.burst);
    from->filled = time;
  }
  if (from->bytes < (s64)bytes) return false;
  from->bytes -= bytes;
  return true;
}

/* ---- processes ---- */

static void tell(struct record *record, const void *data, u32 length) {
  u32 size = sizeof *record + length;
  bool is_vital = record->type == BEGIN || record->type == END;
  if (!is_vital && (guest.processes_told >= bounds.processes || !run_has_room(size) ||
                    !take(&guest.bucket[OF_PROCESSES], size, record->from))) {
    guest.account.processes_lost++;
    return;
  }
  guest.processes_told++;
  send(record, data, length);
}

void recording_begin(void) {
  struct record record;
  if (!wanted) return;
  recording = true;
  run_make_room(RECORDING_END);
  for (u32 i = 0; i < BUCKETS; i++)
    guest.bucket[i] = (struct bucket){(s64)bounds.burst, now()};
  recording_head(&record, BEGIN, PROCESS, PROCESS, now());
  record.parent = PARENT;
  tell(&record, NULL, 0);
}

void recording_fork(u32 process, u32 thread, u32 parent, bool is_thread) {
  struct record record;
  recording_head(&record, FORK, process, thread, now());
  record.parent = parent;
  record.flags = (u8)(SHARED | (is_thread ? THREAD : 0));
  tell(&record, NULL, 0);
}

void recording_exit(u32 process, u32 status) {
  struct record record;
  recording_head(&record, EXIT, process, process, now());
  record.flags = LAST | WHOLE;
  record.result = status;
  tell(&record, NULL, 0);
}

/* ---- calls ---- */

bool recording_counts(u32 number, u32 kind, u64 time) {
  u64 *why = NULL;
  guest.account.calls++;
  u32 before = counts[number].calls++;
  if (kind & COUNT_ONLY) return false;
  if (before >= bounds.share) {
    why = &guest.account.over_share;
  } else if (guest.account.told >= bounds.calls) {
    why = &guest.account.over_total;
  } else if (!take(&guest.bucket[OF_CALLS], sizeof(struct record) + BYTES, time)) {
    why = &guest.account.over_rate;
  }
  if (!why) return true;
  (*why)++;
  if (kind & CHANGES_DESCRIPTORS) guest.lost++;
  return false;
}

void recording_failed(u32 number) { counts[number].failed++; }

void recording_lost(u32 kind) {
  guest.account.no_room++;
  if (kind & CHANGES_DESCRIPTORS) guest.lost++;
}

void recording_call(struct record *record, const void *data, u32 length) {
  guest.account.told++;
  send(record, data, length);
}

/* ---- the program ---- */

/* The words as the program gets them, its name first; what does not fit is left out. */
static u32 words_of(u8 *to, const char *path, const char *arguments, u32 length, u8 *flags) {
  u32 name = strlen(path) + 1, rest = min_u32(length, ARGUMENTS - 1 - name);
  memcpy(to, path, name);
  memcpy(to + name, arguments, rest);
  if (rest < length) *flags |= CUT;
  return name + rest;
}

/* What loads a program here is told as the call that does so on Linux. */
void recording_program(const char *path, const char *arguments, u32 length, s32 error) {
  static u8 data[PIECE + ARGUMENTS]; /* paths are short: http.c */
  struct record record;
  u32 name = strlen(path) + 1;
  if (!recording) return;
  memcpy(data, path, name);
  if (!error) {
    recording_head(&record, EXEC, PROCESS, PROCESS, now());
    record.piece[0] = (u16)name;
    record.piece[1] = (u16)words_of(data + name, path, arguments, length, &record.flags);
    tell(&record, data, record.piece[0] + record.piece[1]);
  }
  recording_counts(EXECVE, 0, now());
  if (error) recording_failed(EXECVE);
  recording_head(&record, CALL, PROCESS, PROCESS, now());
  record.number = EXECVE;
  record.args[0] = (u32)path;
  record.result = error;
  record.piece[0] = (u16)name;
  recording_call(&record, data, name);
}

/* ---- the end ---- */

static u32 wait_status(enum ended how, u32 code) {
  switch (how) {
    case ENDED_EXITED: return code << 8;
    case ENDED_SIGNALED: return code;
    case ENDED_STOPPED: return SIGKILL;
    default: return NOT_EXECUTED << 8;
  }
}

static void tell_counts(void) {
  static struct counted rows[NUMBERS];
  struct record record;
  u32 n = 0;
  for (u16 i = 0; i < NUMBERS; i++)
    if (counts[i].calls)
      rows[n++] = (struct counted){i, ABI_ARM, 0, counts[i].calls, counts[i].failed};
  recording_head(&record, COUNTS, PROCESS, PROCESS, now());
  send(&record, rows, n * sizeof rows[0]);
}

void recording_end(enum ended how, u32 code) {
  struct record record;
  if (!recording) return;
  recording_exit(PROCESS, wait_status(how, code));
  recording_head(&record, END, PROCESS, PROCESS, now());
  tell(&record, NULL, 0);
  tell_counts();
  recording_head(&record, ACCOUNT, PROCESS, PROCESS, now());
  send(&record, &guest.account, sizeof guest.account);
  recording = false;
}
