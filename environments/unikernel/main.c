/* What the kernel does from its first C instruction on. */
#include "abi.h"
#include "arch.h"
#include "clock.h"
#include "console.h"
#include "dtb.h"
#include "http.h"
#include "interrupt.h"
#include "kernel.h"
#include "mmu.h"
#include "net.h"
#include "page.h"
#include "vfs.h"

extern u8 kernel_end[];

_Noreturn void kernel_main(const void *dtb) {
  struct machine machine = dtb_read(dtb);
  pages_init(machine.memory, kernel_end);
  mmu_init();
  clock_init();
  random_init(machine.seed);
  vfs_init();
  interrupts_init();
  net_init();
  http_init();
  serve();
}

/* An exception in kernel code: a bug of ours, or the sample wrote into the kernel. */
_Noreturn void kernel_exception_entry(u32 psr, u32 pc) {
  panic("exception in the kernel at %08x, psr %08x, data %08x at %08x, code %08x at %08x", pc, psr,
        READ_CP15(0, c5, c0, 0), READ_CP15(0, c6, c0, 0), READ_CP15(0, c5, c0, 1),
        READ_CP15(0, c6, c0, 2));
}
