/* Faults of the sample, and the signals by which Linux ends it. */
#include "abi.h"
#include "alignment.h"
#include "arch.h"
#include "memory.h"
#include "run.h"
#include "signal.h"
#include "thread.h"

/* Fault status, ARM ARM B3.13.3. */
enum {
  ALIGNMENT = 0x01,
  DEBUG = 0x02,
  TRANSLATION_SECTION = 0x05,
  TRANSLATION_PAGE = 0x07,
  PERMISSION_SECTION = 0x0d,
  PERMISSION_PAGE = 0x0f,
  WRITE = 1 << 11
};

static u32 kind(u32 status) { return (status & 0xf) | (status >> 6 & 0x10); }

/* Linux's numbers for handlers: what kind of exception it was, and why exactly. */
enum { TRAP_UNDEFINED = 6, TRAP_PAGE = 14 };
enum { SEGV_MAPERR = 1, SEGV_ACCERR = 2, BUS_ADRALN = 1, BUS_ADRERR = 2, ILL_ILLOPC = 1,
       TRAP_BRKPT = 1 };

static void note(u32 trap, u32 status) {
  current->signals.trap = trap;
  current->signals.fault_status = status;
}

static void fail(u32 signal, s32 code, u32 status, u32 address) {
  note(TRAP_PAGE, status);
  current->signals.fault_address = address;
  signal_force(signal, code, address);
}

static void fault(u32 status, u32 address, u32 access) {
  u32 signal;
  switch (kind(status)) {
    case TRANSLATION_SECTION:
    case TRANSLATION_PAGE:
      signal = memory_fault(address, access);
      if (signal)
        fail(signal,
             signal == SIGBUS           ? BUS_ADRERR
             : memory_is_there(address) ? SEGV_ACCERR
                                        : SEGV_MAPERR,
             status, address);
      break;
    case PERMISSION_SECTION:
    case PERMISSION_PAGE: fail(SIGSEGV, SEGV_ACCERR, status, address); break;
    case DEBUG: fail(SIGTRAP, TRAP_BRKPT, status, address); break;
    default: fail(SIGBUS, BUS_ADRALN, status, address);
  }
}

void data_abort_entry(struct frame *frame) {
  u32 status = READ_CP15(0, c5, c0, 0), address = READ_CP15(0, c6, c0, 0);
  enum mended mended = kind(status) == ALIGNMENT ? alignment_mend(frame) : NOT_MENDED;
  if (mended == BAD_ADDRESS) fail(SIGSEGV, SEGV_MAPERR, status, address);
  if (mended == NOT_MENDED) fault(status, address, status & WRITE ? PROT_WRITE : PROT_READ);
}

void prefetch_abort_entry(struct frame *frame) {
  fault(READ_CP15(0, c5, c0, 1), READ_CP15(0, c6, c0, 2), PROT_EXEC);
}

/* The undefined instructions that Linux takes for breakpoints of debuggers
   (arch/arm/kernel/ptrace.c). */
static bool is_breakpoint(const struct frame *frame) {
  u32 instruction = 0;
  bool thumb = frame->psr & PSR_THUMB;
  if (!user_load(&instruction, frame->pc, thumb ? 2 : 4)) return false;
  return thumb ? instruction == 0xde01 : (instruction & 0x0fffffff) == 0x07f001f0;
}

void undefined_entry(struct frame *frame) {
  frame->pc -= frame->psr & PSR_THUMB ? 2 : 4;
  note(TRAP_UNDEFINED, 0);
  if (is_breakpoint(frame)) {
    signal_force(SIGTRAP, TRAP_BRKPT, frame->pc);
  } else {
    signal_force(SIGILL, ILL_ILLOPC, frame->pc);
  }
}
