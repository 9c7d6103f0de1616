#include "interrupt.h"

#include "arch.h"
#include "net.h"
#include "virtio_net.h"

/* A GICv2 (ARM IHI 0048). */
enum {
  DISTRIBUTOR = 0x08000000,
  DISTRIBUTOR_ENABLE = 0x000,
  DISTRIBUTOR_SET = 0x100,
  DISTRIBUTOR_TARGETS = 0x800,
  CPU = 0x08010000,
  CPU_ENABLE = 0x00,
  CPU_PRIORITY_MASK = 0x04,
  CPU_ACKNOWLEDGE = 0x0c,
  CPU_END = 0x10,
  SHARED = 32,
  SPURIOUS = 1020,
  TIMER = 27
};

void interrupts_init(void) {
  write_device(DEVICE(DISTRIBUTOR) + DISTRIBUTOR_ENABLE, 1);
  write_device(DEVICE(CPU) + CPU_PRIORITY_MASK, 0xff);
  write_device(DEVICE(CPU) + CPU_ENABLE, 1);
  interrupt_enable(TIMER);
}

void interrupt_enable(u32 number) {
  if (number >= SHARED)
    *(volatile u8 *)(DEVICE(DISTRIBUTOR) + DISTRIBUTOR_TARGETS + number) = 1;
  write_device(DEVICE(DISTRIBUTOR) + DISTRIBUTOR_SET + number / 32 * 4, 1u << number % 32);
}

void interrupts_handle(void) {
  for (;;) {
    u32 acknowledged = read_device(DEVICE(CPU) + CPU_ACKNOWLEDGE), number = acknowledged & 0x3ff;
    if (number >= SPURIOUS) break;
    if (number == TIMER) {
      WRITE_CP15(0, c14, c3, 1, 0); /* silent until it is set anew */
    } else {
      nic_acknowledge();
    }
    write_device(DEVICE(CPU) + CPU_END, acknowledged);
  }
  net_poll();
}
