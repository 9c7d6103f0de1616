/* The network stack: lwIP with its raw interface, one card, one static address, and a loopback. */
#ifndef NET_H
#define NET_H

#include "types.h"

void net_init(void);

/* Receives what has arrived, sends what waits, and runs lwIP's timers. */
void net_poll(void);

/* Delivers what was sent over the loopback; not to be called by what lwIP calls. */
void net_loop(void);

/* May the sample's sockets take more of lwIP's heap? */
bool net_has_room(void);

/* Counters of the card's traffic. */
struct traffic {
  u32 received, received_bytes, sent, sent_bytes;
};
const struct traffic *net_traffic(void);

/* When lwIP's next timer is due, in the time of now(). */
u64 net_deadline(void);

#endif
