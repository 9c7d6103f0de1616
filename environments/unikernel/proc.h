/* /proc, which programs read to learn about the system that they run on. */
#ifndef PROC_H
#define PROC_H

#include "types.h"

/* Makes the folder when the sample begins. False without memory. */
bool proc_init(void);

struct queue;

/* The rows of /proc/net that the transports have: tcp, and those of datagrams, udp or raw. */
void tell_tcp(struct queue *to);
void tell_udp(struct queue *to);
void tell_raw(struct queue *to);
void tell_local(struct queue *to);

/* /proc/net/dev, route and arp (interface.c). */
void tell_interfaces(struct queue *to);
void tell_routes(struct queue *to);
void tell_neighbors(struct queue *to);

#endif
