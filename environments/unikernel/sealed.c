/* The kernel without a loader: the server and nothing else. */
#include "abi.h"
#include "arch.h"
#include "clock.h"
#include "interrupt.h"
#include "kernel.h"
#include "net.h"

s32 sample_start(const char *path, const char *arguments, u32 length) { return -ENOSYS; }

u64 sample_end(void) { return 0; }

u32 unsupported_list(char *text, u32 size) { return 0; }

_Noreturn void serve(void) {
  for (;;) {
    interrupts_handle();
    timer_set(net_deadline());
    wait_for_interrupt();
  }
}
