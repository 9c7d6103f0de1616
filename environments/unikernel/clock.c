#include "clock.h"

#include <string.h>

#include "arch.h"
#include "console.h"

enum { RTC = 0x09010000 };

static u32 ns_a_tick;
static u64 offset;

static u64 ticks(void) {
  u32 low, high;
  __asm__ volatile("isb\n mrrc p15, 1, %0, %1, c14" : "=r"(low), "=r"(high)); /* CNTVCT */
  return (u64)high << 32 | low;
}

void clock_init(void) {
  u32 frequency = READ_CP15(0, c14, c0, 0);
  if (!frequency || NS_PER_S % frequency) panic("a timer of %u Hz", frequency);
  ns_a_tick = (u32)NS_PER_S / frequency;
  offset = read_device(DEVICE(RTC)) * NS_PER_S - now();
}

u64 now(void) { return ticks() * ns_a_tick; }
u64 time_of_day_offset(void) { return offset; }
void set_time_of_day_offset(u64 value) { offset = value; }

void timer_set(u64 at) {
  u64 tick = at / ns_a_tick + 1;
  __asm__ volatile("mcrr p15, 3, %0, %1, c14" ::"r"((u32)tick), "r"((u32)(tick >> 32)));
  WRITE_CP15(0, c14, c3, 1, 1); /* CNTV_CTL: enabled, not masked */
  barrier();
}

/* ---- random: xoshiro128** of Blackman and Vigna ---- */

static u32 state[4] = {1, 2, 3, 4};

static u32 rotate(u32 value, int by) { return value << by | value >> (32 - by); }

static u32 next(void) {
  u32 result = rotate(state[1] * 5, 7) * 9, t = state[1] << 9;
  state[2] ^= state[0];
  state[3] ^= state[1];
  state[1] ^= state[2];
  state[0] ^= state[3];
  state[2] ^= t;
  state[3] = rotate(state[3], 11);
  return result;
}

void random_init(const u8 seed[32]) {
  u32 words[8];
  memcpy(words, seed, sizeof words);
  for (u32 i = 0; i < COUNT(words); i++) {
    state[i % 4] ^= words[i] ^ (u32)ticks();
    next();
  }
}

void random_bytes(void *to, u32 length) {
  for (u8 *at = to; length;) {
    u32 word = next(), n = min_u32(length, sizeof word);
    memcpy(at, &word, n);
    at += n;
    length -= n;
  }
}
