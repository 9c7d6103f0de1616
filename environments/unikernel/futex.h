/* futex(2): waiting for a word in the sample's memory. */
#ifndef FUTEX_H
#define FUTEX_H

#include "types.h"

/* Wakes the threads that have waited longest. Returns how many there were. */
s32 futex_wake(u32 address, u32 most);

/* Marks the locks on the list of a thread that ends (set_robust_list(2)) as those of a dead owner.
   */
void futex_give_up(u32 list, u32 thread);

#endif
