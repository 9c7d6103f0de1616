#include "recorded_call.h"

#include <string.h>

#include "abi.h"
#include "file.h"
#include "kinds.h"
#include "memory.h"
#include "page.h"
#include "recording.h"
#include "socket.h"
#include "thread.h"

#include "recorded_calls.h" /* made of calls.tbl */

enum { EXIT_CALL = 1, SOCKETCALL = 102, SYSCALL_CALL = 113, EXIT_GROUP = 248 };
enum { PR_SET_NAME = 15, WORDS = 6, INET6_ADDRESS = 28 };

/* A thread has one, from its first call on. */
struct recorded_call {
  u32 kind;
  u16 number;
  enum { UNTOLD, CALLED, RETURNED } state; /* whether it is told, and how far it is */
  u32 used;                                /* of the data */
  struct record record;
  u8 data[PIECES * PIECE];
};
_Static_assert(sizeof(struct recorded_call) <= KALLOC_MAX, "a piece of memory");

/* The rows of calls.tbl by number; others have no pieces. */
static u32 kind_of(u16 number) {
  static u32 kinds[NUMBERS];
  static bool is_made;
  for (u32 i = 0; !is_made && i < COUNT(arm_calls); i++)
    kinds[known_number(arm_calls[i].number)] = arm_calls[i].kind;
  is_made = true;
  return kinds[number];
}

/* ---- calls within calls, by which old programs ask ---- */

/* socketcall(2): the numbers of what it calls, and how many words these take. */
static const struct {
  u16 number;
  u8 words;
} of_sockets[] = {{0, 0}, {281, 3}, {282, 3}, {283, 3}, {284, 2}, {285, 3}, {286, 3}, {287, 3},
                  {288, 4}, {289, 4}, {291, 4}, {290, 6}, {292, 6}, {293, 2}, {294, 5}, {295, 5},
                  {296, 3}, {297, 3}, {366, 4}, {365, 5}, {374, 4}};

/* Returns the number, and its arguments in words. */
static u32 unwrap(u32 number, const u32 *a, u32 words[WORDS]) {
  if (number == SYSCALL_CALL && current->old_abi) {
    number = a[0];
    a++;
  }
  memcpy(words, a, WORDS * sizeof *words);
  if (number != SOCKETCALL || a[0] >= COUNT(of_sockets) || !of_sockets[a[0]].number) return number;
  u32 inner[WORDS] = {0};
  if (!user_load(inner, a[1], of_sockets[a[0]].words * sizeof *inner)) return number;
  memcpy(words, inner, sizeof inner);
  return of_sockets[a[0]].number;
}

/* ---- what is read of the arguments ---- */

static u16 read_text(u8 *to, u32 address) {
  for (u32 done = 0; done < PIECE;) {
    u32 n = min_u32(PAGE - (address + done) % PAGE, PIECE - done);
    if (!user_readable(address + done, n)) return UNREADABLE;
    const u8 *from = (const u8 *)(address + done), *end = memchr(from, 0, n);
    if (end) n = (u32)(end - from) + 1;
    memcpy(to + done, from, n);
    done += n;
    if (end) return (u16)done;
  }
  to[PIECE - 1] = 0;
  return PIECE;
}

static u16 read_bytes(u8 *to, u32 address, u32 length) {
  if (!address || !length) return 0;
  return user_load(to, address, length) ? (u16)length : UNREADABLE;
}

static u16 read_piece(u8 *to, u32 kind, u32 argument, u32 next) {
  u32 name[2]; /* msg_name and msg_namelen */
  switch (kind) {
    case STRING:
    case PROGRAM:
    case NAME: return read_text(to, argument);
    case SENT: return read_bytes(to, argument, min_u32(next, BYTES));
    case TO: return read_bytes(to, argument, min_u32(next, ADDRESS));
    case MESSAGE:
      if (!user_load(name, argument, sizeof name)) return UNREADABLE;
      return read_bytes(to, name[0], min_u32(name[1], ADDRESS));
    case FROM: return read_bytes(to, argument, INET6_ADDRESS);
    default: return read_bytes(to, argument, 2 * sizeof(u32)); /* PAIR */
  }
}

/* At the call's beginning what the program gave is read, at its return what it got. A call has the
   one or the other. */
static void read_pieces(struct recorded_call *call, bool returned) {
  struct record *record = &call->record;
  u32 piece = 0;
  call->used = 0;
  for (u32 i = 0; i < WORDS && piece < PIECES; i++) {
    u32 kind = call->kind >> (4 * i) & 15;
    if (kind == NOTHING || kind == BUFFER) continue;
    bool is_got = kind == FROM || kind == PAIR;
    bool is_other = kind == NAME && record->args[0] != PR_SET_NAME;
    u16 length = 0;
    if ((returned || !is_got) && !is_other)
      length = read_piece(call->data + call->used, kind, (u32)record->args[i],
                          i + 1 < WORDS ? (u32)record->args[i + 1] : 0);
    record->piece[piece++] = length;
    if (length != UNREADABLE) call->used += length;
  }
}

static bool is_got_back(u32 kind) {
  for (u32 i = 0; i < WORDS; i++) {
    u32 piece = kind >> (4 * i) & 15;
    if (piece == FROM || piece == PAIR) return true;
  }
  return false;
}

static u16 port_of(u32 number) {
  struct file *file = file_at(number);
  struct address address = {0};
  if (!file || !file_is_socket(file)) return 0;
  struct socket *socket = file->state;
  if (socket->family != AF_INET || socket->transport->name(socket, false, &address) < 0) return 0;
  return (u16)(address.port >> 8 | address.port << 8);
}

/* ---- a call ---- */

static bool has_room(void *length) { return run_has_room(*(u32 *)length); }

/* A flood of calls waits while the reader is slow, as one of output does. */
static void tell(struct recorded_call *call) {
  u32 length = sizeof call->record + call->used;
  call->state = RETURNED;
  if (!run_has_room(length) && wait_for(has_room, &length, NEVER) == -EINTR)
    recording_lost(call->kind);
  else
    recording_call(&call->record, call->data, call->used);
  call->state = UNTOLD;
}

void recorded_begin(u32 number, const u32 *a) {
  u32 words[WORDS];
  struct recorded_call *call = current->recorded;
  if (!call) call = current->recorded = kalloc(sizeof *call);
  number = known_number(unwrap(number, a, words));
  u32 kind = kind_of((u16)number);
  u64 time = now();
  bool told = recording_counts(number, kind, time);
  if (!call) {
    if (told) recording_lost(kind);
    return;
  }
  call->number = (u16)number;
  call->kind = kind;
  call->state = told ? CALLED : UNTOLD;
  if (!told) return;
  recording_head(&call->record, CALL, current->process, current->id, time);
  call->record.number = (u16)number;
  for (u32 i = 0; i < WORDS; i++) call->record.args[i] = words[i];
  read_pieces(call, false);
  if (number == EXIT_CALL || number == EXIT_GROUP) tell(call); /* they do not return */
}

void recorded_return(s32 result) {
  struct recorded_call *call = current->recorded;
  if (!call) return;
  bool failed = is_error(result);
  if (failed) recording_failed(call->number);
  if (call->state != CALLED) return;
  call->record.to = now();
  call->record.result = failed ? result : (s64)(u32)result;
  if (!failed && is_got_back(call->kind)) read_pieces(call, true);
  if (call->kind & OF_SOCKET) call->record.port = port_of((u32)call->record.args[0]);
  tell(call);
}

void recorded_interrupt(void) {
  for (struct thread *thread = threads(); thread; thread = thread->next) {
    struct recorded_call *call = thread->recorded;
    if (thread->dead) continue;
    if (call && call->state != UNTOLD) {
      if (call->state == CALLED) {
        call->record.to = now();
        call->record.result = -ERESTART;
      }
      call->state = UNTOLD;
      if (run_has_room(sizeof call->record + call->used))
        recording_call(&call->record, call->data, call->used);
      else
        recording_lost(call->kind);
    }
    if (thread->process != PROCESS && thread->process == thread->id)
      recording_exit(thread->process, SIGKILL);
  }
}

static bool never(void *argument) {
  (void)argument;
  return false;
}

static bool all_is_read(void *argument) {
  (void)argument;
  return run_all_is_read();
}

void recorded_farewell(void) {
  static const u64 patience = 500 * NS_PER_MS, on_its_way = 20 * NS_PER_MS;
  recorded_return(0);
  wait_for(all_is_read, NULL, now() + patience);
  wait_for(never, NULL, now() + on_its_way);
}
