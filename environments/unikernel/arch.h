/* The processor: the layout of saved registers, and the instructions that C cannot express. */
#ifndef ARCH_H
#define ARCH_H

#include "layout.h"
#include "types.h"

/* The registers that an exception saves on the kernel stack of the sample's thread. entry.S relies
   on the order. */
struct frame {
  u32 first_r0; /* r0 before the system call put its result there: for restarting the call */
  u32 r[13];
  u32 sp, lr, pc, psr;
};
_Static_assert(sizeof(struct frame) == FRAME_SIZE, "entry.S");

/* The kernel is built without floating point: these registers change with threads only. */
struct vfp {
  u64 d[32];
  u32 fpscr;
};

void context_switch(u32 **save_sp, u32 *sp, struct vfp *save, struct vfp *load);
void return_to_sample(void);
void vfp_save(struct vfp *to);
void vfp_load(const struct vfp *from);
extern u8 vectors_page[];
extern const u32 sigreturn_codes[]; /* in it: the return of a handler without restorer */

#define READ_CP15(op1, crn, crm, op2)                                                     \
  ({                                                                                      \
    u32 value_;                                                                           \
    __asm__ volatile("mrc p15, " #op1 ", %0, " #crn ", " #crm ", " #op2 : "=r"(value_));  \
    value_;                                                                               \
  })
#define WRITE_CP15(op1, crn, crm, op2, value) \
  __asm__ volatile("mcr p15, " #op1 ", %0, " #crn ", " #crm ", " #op2 : : "r"(value) : "memory")

static inline void barrier(void) { __asm__ volatile("dsb\n isb" ::: "memory"); }
static inline void memory_barrier(void) { __asm__ volatile("dmb" ::: "memory"); }
static inline void wait_for_interrupt(void) { __asm__ volatile("dsb\n wfi" ::: "memory"); }

/* The thread pointer, which programs read with mrc or by the helper at 0xffff0fe0. */
static inline u32 read_tls(void) { return READ_CP15(0, c13, c0, 3); }
static inline void write_tls(u32 value) { WRITE_CP15(0, c13, c0, 3, value); }

/* Makes the processor fetch code anew after it was written. */
static inline void forget_code(void) {
  barrier();
  WRITE_CP15(0, c7, c5, 0, 0);
  WRITE_CP15(0, c7, c5, 6, 0);
  barrier();
}

static inline u32 read_device(u32 address) { return *(volatile u32 *)address; }
static inline void write_device(u32 address, u32 value) { *(volatile u32 *)address = value; }

/* PSCI 0.2 (ARM DEN 0022) switches the machine off. QEMU takes its calls by HVC here. */
enum psci { PSCI_SYSTEM_OFF = 0x84000008, PSCI_SYSTEM_RESET = 0x84000009 };
_Noreturn void psci(enum psci function);

#endif
