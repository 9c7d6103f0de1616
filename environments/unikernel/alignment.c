/*
 * This follows Linux (arch/arm/mm/alignment.c), with its limit: such a load of pc does not change
 * between ARM and Thumb.
 */
#include "alignment.h"

#include <string.h>

#include "memory.h"
#include "multiple.h"

enum { SP = 13, LR, PC };
/* The state of an IT block is in bits 26:25 and 15:10; its last five bits are shifted up at each
   step. */
enum { IT_LOW = 25, IT_HIGH = 10 };

static bool fetch(const struct frame *frame, enum code *kind, u32 *code) {
  u16 half[2];
  *kind = CODE_ARM;
  if (!(frame->psr & PSR_THUMB)) return user_load(code, frame->pc, 4);
  if (!user_load(&half[0], frame->pc, 2)) return false;
  *kind = begins_wide(half[0]) ? CODE_THUMB_WIDE : CODE_THUMB;
  *code = half[0];
  if (*kind == CODE_THUMB) return true;
  if (!user_load(&half[1], frame->pc + 2, 2)) return false;
  *code = (u32)half[0] << 16 | half[1];
  return true;
}

static u32 next_in_block(u32 psr) {
  u32 it = (psr >> IT_LOW & 3) | (psr >> IT_HIGH & 0x3f) << 2;
  it = it & 7 ? (it & 0xe0) | (it << 1 & 0x1f) : 0;
  return (psr & ~(3u << IT_LOW | 0x3fu << IT_HIGH)) | (it & 3) << IT_LOW | it >> 2 << IT_HIGH;
}

enum mended alignment_mend(struct frame *frame) {
  enum code kind;
  u32 code, r[16];
  struct multiple words;
  memcpy(r, frame->r, sizeof frame->r);
  r[SP] = frame->sp;
  r[LR] = frame->lr;
  r[PC] = frame->pc;
  if (!fetch(frame, &kind, &code)) return BAD_ADDRESS;
  if (!is_multiple(kind, code, r, &words)) return NOT_MENDED;
  r[PC] = frame->pc + (kind == CODE_THUMB ? 2 : 4);
  for (int i = 0; i < words.count; i++) {
    u32 at = words.address + 4 * (u32)i, *with = &r[words.registers[i]];
    u32 stored = words.registers[i] == PC ? *with + 4 : *with;
    if (!(words.load ? user_load(with, at, 4) : user_store(at, &stored, 4))) return BAD_ADDRESS;
  }
  if (words.writes_back) r[words.base] = words.base_after;
  memcpy(frame->r, r, sizeof frame->r);
  frame->sp = r[SP];
  frame->lr = r[LR];
  frame->pc = r[PC];
  if (frame->psr & PSR_THUMB) frame->psr = next_in_block(frame->psr);
  return MENDED;
}
