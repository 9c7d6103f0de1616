/* The network stack: lwIP with its raw interface, one card, one static address, and a loopback. */
#ifndef NET_H
#define NET_H

#include "types.h"

void net_init(void);

/* Takes in what has arrived, sends what waits, and lets lwIP's timers run. */
void net_poll(void);

/* When lwIP's next timer is due, in the time of now(). */
u64 net_deadline(void);

#endif
