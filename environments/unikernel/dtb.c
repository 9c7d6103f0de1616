#include "dtb.h"

#include <string.h>

#include "console.h"
#include "layout.h"

enum { MAGIC = 0xd00dfeed, BEGIN_NODE = 1, END_NODE = 2, PROPERTY = 3, NOP = 4 };

static u32 be32(const void *at) {
  const u8 *b = at;
  return (u32)b[0] << 24 | b[1] << 16 | b[2] << 8 | b[3];
}

struct machine dtb_read(const void *dtb) {
  struct machine machine = {0};
  const u8 *at = (const u8 *)dtb + be32((const u8 *)dtb + 8);
  const char *strings = (const char *)dtb + be32((const u8 *)dtb + 12), *node = "";
  if (be32(dtb) != MAGIC) panic("no device tree");
  for (;;) {
    u32 token = be32(at);
    at += 4;
    if (token == BEGIN_NODE) {
      node = (const char *)at;
      at += ROUND_UP(strlen(node) + 1, 4);
    } else if (token == PROPERTY) {
      u32 length = be32(at);
      const char *name = strings + be32(at + 4);
      at += 8;
      /* The root has #address-cells and #size-cells 2. */
      if (strncmp(node, "memory", 6) == 0 && strcmp(name, "reg") == 0 && length >= 16 &&
          be32(at + 4) == RAM_BASE)
        machine.memory = be32(at + 8) ? RAM_MAX : be32(at + 12);
      if (strcmp(node, "chosen") == 0 && strcmp(name, "rng-seed") == 0)
        memcpy(machine.seed, at, min_u32(length, sizeof machine.seed));
      at += ROUND_UP(length, 4);
    } else if (token != END_NODE && token != NOP) {
      break;
    }
  }
  if (!machine.memory) panic("the device tree names no memory at %x", RAM_BASE);
  machine.memory = min_u32(machine.memory, RAM_MAX);
  return machine;
}
