/* What the processor refused the sample, and the signal that Linux ends it with. */
#include "abi.h"
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

static u32 signal_for(u32 status, u32 address, u32 access) {
  switch (kind(status)) {
    case TRANSLATION_SECTION:
    case TRANSLATION_PAGE: return memory_fault(address, access);
    case PERMISSION_SECTION:
    case PERMISSION_PAGE: return SIGSEGV;
    case DEBUG: return SIGTRAP;
    default: return SIGBUS;
  }
}

void data_abort_entry(struct frame *frame) {
  u32 status = READ_CP15(0, c5, c0, 0), address = READ_CP15(0, c6, c0, 0);
  u32 signal = signal_for(status, address, status & WRITE ? PROT_WRITE : PROT_READ);
  if (signal) signal_force(signal, address);
}

void prefetch_abort_entry(struct frame *frame) {
  u32 address = READ_CP15(0, c6, c0, 2);
  u32 signal = signal_for(READ_CP15(0, c5, c0, 1), address, PROT_EXEC);
  if (signal) signal_force(signal, address);
}

void undefined_entry(struct frame *frame) {
  frame->pc -= frame->psr & PSR_THUMB ? 2 : 4;
  signal_force(SIGILL, frame->pc);
}
