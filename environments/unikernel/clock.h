/* Clocks, and the interrupt that ends a wait. */
#ifndef CLOCK_H
#define CLOCK_H

#include "types.h"

#define NS_PER_S 1000000000ull
#define NS_PER_MS 1000000ull
#define NEVER UINT64_MAX

void clock_init(void);

/* Nanoseconds since the machine was switched on. */
u64 now(void);

/* The difference between now() and the time since 1970. The sample may set the clock. */
u64 time_of_day_offset(void);
void set_time_of_day_offset(u64 offset);

/* Sets the time of the timer's next interrupt, in place of the one that was set before. */
void timer_set(u64 at);

/* Random numbers from the seed that QEMU gives each guest. Good enough for a guest that keeps no
   secrets. */
void random_init(const u8 seed[32]);
void random_bytes(void *to, u32 length);

#endif
