/* The calls of the sample while they are recorded. */
#ifndef RECORDED_CALL_H
#define RECORDED_CALL_H

#include "types.h"

struct recorded_call;

/* The current thread makes the call; and it returns. */
void recorded_begin(u32 number, const u32 *a);
void recorded_return(s32 result);

/* The sample ends, and with it the calls that its threads are in. */
void recorded_interrupt(void);

/* The machine is about to be switched off by the current thread's call: that and all before it is
   told first. */
void recorded_farewell(void);

#endif
