#include "syscall.h"

#include <string.h>

#include "abi.h"
#include "arch.h"
#include "console.h"
#include "memory.h"
#include "recorded_call.h"
#include "recording.h"
#include "thread.h"
#include "unsupported.h"

/* Linux's numbers are below TABLE. ARM's private ones (cacheflush, set_tls) are put at the table's
   end. */
enum { TABLE = 512, PRIVATE = 0xf0000, PRIVATE_COUNT = 8, OABI = 0x900000 };
#define SLOT(number) ((number) >= PRIVATE ? TABLE + (number) - PRIVATE : (number))

static const struct {
  s32 (*function)(const u32 *);
  const char *name;
  bool oabi_only;
} table[TABLE + PRIVATE_COUNT] = {
#define CALL(number, name, function, text) [SLOT(number)] = {sys_##function, #name, false},
#define OLD(number, name, function, text) [SLOT(number)] = {sys_##function, #name, true},
#define NONE(number, name, text) [SLOT(number)] = {NULL, #name, false},
#include "syscalls.def"
#undef CALL
#undef OLD
#undef NONE
};

enum call {
#define CALL(number, name, function, text) CALL_##name = number,
#define OLD(number, name, function, text) CALL_##name = number,
#define NONE(number, name, text) CALL_##name = number,
#include "syscalls.def"
};

/* The calls that SA_RESTART restarts (signal(7)). futex(2) decides by itself. */
static bool restarts(enum call call) {
  switch (call) {
    case CALL_read: case CALL_readv: case CALL_preadv: case CALL_preadv2: case CALL_pread64:
    case CALL_write: case CALL_writev: case CALL_pwritev: case CALL_pwritev2: case CALL_pwrite64:
    case CALL_sendfile: case CALL_sendfile64: case CALL_ioctl: case CALL_open: case CALL_openat:
    case CALL_accept: case CALL_accept4: case CALL_connect: case CALL_socketcall:
    case CALL_send: case CALL_sendto: case CALL_sendmsg: case CALL_sendmmsg:
    case CALL_recv: case CALL_recvfrom: case CALL_recvmsg: case CALL_recvmmsg:
    case CALL_recvmmsg_time64: case CALL_wait4: return true;
    default: return false;
  }
}

static bool in_table(u32 number) {
  return number < TABLE || (number >= PRIVATE && number < PRIVATE + PRIVATE_COUNT);
}

const char *syscall_name(u32 number, char *buffer, u32 size) {
  if (in_table(number) && table[SLOT(number)].name) return table[SLOT(number)].name;
  format(buffer, size, "syscall_%u", number);
  return buffer;
}

/* EABI: svc 0, the number in r7. OABI, of programs until about 2006: svc 0x900000 + number. */
static u32 number_of(const struct frame *frame, bool *old_abi) {
  u32 instruction;
  *old_abi = false;
  if (frame->psr & PSR_THUMB || !user_load(&instruction, frame->pc - 4, 4)) return frame->r[7];
  u32 immediate = instruction & 0xffffff;
  *old_abi = immediate != 0;
  return immediate ? immediate ^ OABI : frame->r[7];
}

static bool is_unsupported(enum call call, s32 result) {
  return result == -ENOSYS || (result == -EAFNOSUPPORT && call == CALL_socket);
}

/* In a packed program, the interpreter's name is packed, too. The program's stub opens the
   interpreter and, when there is none, exits with status 127, as a loader does. A program that
   opens a file with such a name, and then exits so, is taken for one. */
enum { NOT_FOUND = 127 };
static char not_found[LONGEST_DETAIL + 1]; /* the file that the call before did not find */

static void note_not_found(u32 number, const u32 *a, s32 result) {
  s32 error;
  const char *path = NULL;
  if (result == -ENOENT && (number == CALL_open || number == CALL_openat))
    path = user_text(a[number == CALL_openat], sizeof not_found, &error);
  *not_found = 0;
  if (path && *path == '/') strcpy(not_found, path);
}

static bool is_loader(const char *path) {
  for (const char *at = path; *at; at++)
    if (*at <= ' ' || *at > '~') return false;
  const char *name = strrchr(path, '/');
  return name && strncmp(name, "/ld", 3) == 0 && strstr(name, ".so");
}

static s32 call(u32 number, const u32 *a) {
  bool is_exit = number == CALL_exit || number == CALL_exit_group;
  if (is_exit && a[0] == NOT_FOUND && is_loader(not_found))
    unsupported_add(CALL_open, not_found, ENOENT);
  bool there = in_table(number) && table[SLOT(number)].function &&
               (current->old_abi || !table[SLOT(number)].oabi_only);
  s32 result = there ? table[SLOT(number)].function(a) : -ENOSYS;
  note_not_found(number, a, result);
  if (number == CALL_sigreturn || number == CALL_rt_sigreturn) return result; /* is any r0 */
  if (is_unsupported(number, result)) unsupported_add(number, "", -result);
  if (result == -EINTR && restarts(number)) result = -ERESTART;
  current->signals.restart = result == -ERESTART;
  return result;
}

/* The OABI's call by a number in r0. */
SYSCALL(syscall) { return a[0] == CALL_syscall ? -ENOSYS : call(a[0], a + 1); }

void syscall_entry(struct frame *frame) {
  u32 number = number_of(frame, &current->old_abi);
  if (recording) recorded_begin(number, frame->r);
  s32 result = call(number, frame->r);
  if (recording) recorded_return(result);
  frame->r[0] = (u32)result;
}
