/* futex(2): waiting for a word in the sample's memory. */
#ifndef FUTEX_H
#define FUTEX_H

#include "types.h"

/* Wakes those who wait longest; how many there were. */
s32 futex_wake(u32 address, u32 most);

/* A thread ends: the locks on its list (set_robust_list(2)) are marked as those of a dead owner. */
void futex_give_up(u32 list, u32 thread);

#endif
