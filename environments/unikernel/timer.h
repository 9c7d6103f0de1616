/* The sample's timers: alarm(2), setitimer(2), timer_create(2). */
#ifndef TIMER_H
#define TIMER_H

#include "types.h"

/* Sends the signals of those that are due; called after every interrupt. */
void timers_poll(void);

/* When the next one is due, or NEVER. Timers of processor time are not among them: while it passes,
   the interrupt at the end of each slice comes in time. */
u64 timers_deadline(void);

#endif
