#include "syscall.h"

#include "abi.h"
#include "arch.h"
#include "console.h"
#include "memory.h"
#include "run.h"
#include "thread.h"

/* Numbers of Linux end at TABLE; those of ARM alone (cacheflush, set_tls) are in a row of their own,
   at the table's end. */
enum { TABLE = 512, PRIVATE = 0xf0000, PRIVATE_COUNT = 8, OABI = 0x900000 };
#define SLOT(number) ((number) >= PRIVATE ? TABLE + (number) - PRIVATE : (number))

static const struct {
  s32 (*function)(const u32 *);
  const char *name;
} table[TABLE + PRIVATE_COUNT] = {
#define CALL(number, name, function, text) [SLOT(number)] = {sys_##function, #name},
#define NONE(number, name, text) [SLOT(number)] = {NULL, #name},
#include "syscalls.def"
};

static bool in_table(u32 number) {
  return number < TABLE || (number >= PRIVATE && number < PRIVATE + PRIVATE_COUNT);
}

const char *syscall_name(u32 number, char *buffer, u32 size) {
  if (in_table(number) && table[SLOT(number)].name) return table[SLOT(number)].name;
  format(buffer, size, "syscall_%u", number);
  return buffer;
}

const char *error_name(s32 error) {
  switch (error) {
    case ENOSYS: return "ENOSYS";
    case ELIBACC: return "ELIBACC";
    case ENOEXEC: return "ENOEXEC";
    case ENOMEM: return "ENOMEM";
    case ENOENT: return "ENOENT";
    case E2BIG: return "E2BIG";
    default: return "EUNKNOWN";
  }
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

void syscall_entry(struct frame *frame) {
  u32 number = number_of(frame, &current->old_abi);
  s32 (*function)(const u32 *) = in_table(number) ? table[SLOT(number)].function : NULL;
  s32 result = function ? function(frame->r) : -ENOSYS;
  if (result == -ENOSYS) run_refused(number, ENOSYS);
  frame->r[0] = (u32)result;
}
