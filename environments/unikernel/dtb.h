/* The device tree that QEMU hands over (Devicetree Specification 0.4, chapter 5). */
#ifndef DTB_H
#define DTB_H

#include "types.h"

struct machine {
  u32 memory; /* bytes from RAM_BASE on */
  u8 seed[32];
};

/* Panics when this is no device tree, or one without memory at RAM_BASE. */
struct machine dtb_read(const void *dtb);

#endif
