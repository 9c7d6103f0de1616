/*
 * The instructions that move several words: LDM, STM, PUSH, POP, LDRD, STRD. At an address that is
 * not a multiple of 4 ARM's processors refuse them, and Linux does their work in their place
 * (arch/arm/mm/alignment.c, and for programs of 32 bits arch/arm64/kernel/compat_alignment.c).
 * It does so for no others: not for floating point, SWP, LDREX and their like.
 *
 * For the unikernel, which does as Linux does, and for the witness of the container, which tells
 * whether qemu-user, which does not, ended a program there.
 */
#ifndef MULTIPLE_H
#define MULTIPLE_H

#include <stdbool.h>
#include <stdint.h>

enum code { CODE_ARM, CODE_THUMB, CODE_THUMB_WIDE }; /* wide: the first half is the upper one */

struct multiple {
  unsigned address; /* of the first word */
  int count;
  uint8_t registers[16]; /* one a word, in the order of memory */
  bool load, writes_back;
  uint8_t base; /* the register with the address, and what it has afterwards */
  unsigned base_after;
};

static inline bool begins_wide(uint16_t half) { return half >> 11 >= 0x1d; }

/* LDM or STM as ARM code has it; Thumb's wide ones have the same bits. */
static inline bool is_ldm_stm(unsigned code, const unsigned *r, struct multiple *to) {
  bool before = code >> 24 & 1, up = code >> 23 & 1, user = code >> 22 & 1;
  if (user) return false;
  to->load = code >> 20 & 1;
  to->writes_back = code >> 21 & 1;
  to->base = code >> 16 & 15;
  to->count = 0;
  for (uint8_t i = 0; i < 16; i++)
    if (code >> i & 1) to->registers[to->count++] = i;
  unsigned at = r[to->base], size = 4u * (unsigned)to->count;
  to->base_after = up ? at + size : at - size;
  to->address = (up ? at : at - size) + (before == up ? 4 : 0);
  return true;
}

static inline bool is_ldrd_strd(bool before, bool up, bool write, bool load, uint8_t first,
                                uint8_t second, uint8_t base, unsigned offset, const unsigned *r,
                                struct multiple *to) {
  unsigned after = up ? r[base] + offset : r[base] - offset;
  *to = (struct multiple){.address = before ? after : r[base], .count = 2,
                          .registers = {first, second}, .load = load,
                          .writes_back = !before || write, .base = base, .base_after = after};
  return true;
}

/* What an instruction moves, by the registers r0 to r15 before it, the last of them its own address.
   False: it is none of those. */
static inline bool is_multiple(enum code kind, unsigned code, const unsigned *r,
                               struct multiple *to) {
  uint8_t base = code >> 16 & 15, first = code >> 12 & 15;
  bool before = code >> 24 & 1, up = code >> 23 & 1, write = code >> 21 & 1, load = code >> 20 & 1;
  switch (kind) {
    case CODE_ARM:
      if (code >> 28 == 15) return false;
      if ((code & 0x0e000000) == 0x08000000) return is_ldm_stm(code, r, to);
      if ((code & 0x0e1000d0) != 0x000000d0 || first % 2 || first == 14) return false;
      return is_ldrd_strd(before, up, write, !(code & 0x20), first, first + 1, base,
                          code >> 22 & 1 ? (code >> 4 & 0xf0) | (code & 15) : r[code & 15], r, to);
    case CODE_THUMB:
      if (code >> 12 == 0xc) { /* LDMIA, which writes back unless it loads its base; STMIA */
        unsigned rn = code >> 8 & 7, is_load = code >> 11 & 1, list = code & 0xff;
        bool keeps = is_load && list >> rn & 1;
        return is_ldm_stm(0x08800000 | !keeps << 21 | is_load << 20 | rn << 16 | list, r, to);
      }
      if ((code & 0xfe00) == 0xb400) /* PUSH */
        return is_ldm_stm(0x092d0000 | (code & 0x100) << 6 | (code & 0xff), r, to);
      if ((code & 0xfe00) == 0xbc00) /* POP */
        return is_ldm_stm(0x08bd0000 | (code & 0x100) << 7 | (code & 0xff), r, to);
      return false;
    case CODE_THUMB_WIDE:
      if (code >> 25 != 0x74) return false;
      if (!(code >> 22 & 1)) return before != up && is_ldm_stm(code, r, to);
      if (!before && !write) return false; /* exclusive ones, tables of branches */
      return is_ldrd_strd(before, up, write, load, first, code >> 8 & 15, base, (code & 0xff) << 2,
                          r, to);
  }
  return false;
}

#endif
