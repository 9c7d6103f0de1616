/* The network card: virtio-net on virtio-mmio (VIRTIO 1.1, 4.2 and 5.1; the legacy interface, too,
   which QEMU has unless told otherwise). */
#ifndef VIRTIO_NET_H
#define VIRTIO_NET_H

#include "types.h"

enum { NIC_FRAME = 1514 };

/* Panics when there is no card: nobody would ever learn of this guest. */
void nic_init(u8 mac[6]);

void nic_acknowledge(void);

/* Passes the next frame that came in to the function, which must copy it. False if there was none.
   */
bool nic_receive(void (*take)(const void *frame, u32 length));

/* The buffer for the next frame to go out, at least NIC_FRAME bytes; when all are under way, it
   waits for the card for NIC_TIMEOUT and then gives up with NULL. */
void *nic_transmit_buffer(void);
void nic_transmit(u32 length);

/* Is there room for the largest datagram of the sample, and some more that is kept for the
   server? */
bool nic_has_room(void);

#endif
