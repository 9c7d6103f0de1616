/*
 * The files with the system calls of sockets share this: socket.c (a socket as a file),
 * socket_address.c, socket_data.c and socket_option.c. A transport needs none of it.
 */
#ifndef SOCKET_CALL_H
#define SOCKET_CALL_H

#include "clock.h"
#include "socket.h"

/* Sending is tried again after so many ns: the card does not tell when it has sent. */
enum { SEND_RETRY = 2 * 1000 * 1000 };

/* The open file with that number, if it is a socket; else NULL and why. */
struct file *socket_file(u32 number, s32 *error);

/* A new open file, which takes the socket over. Returns its number or an error. */
s32 socket_open(struct socket *socket, u32 flags);

void socket_options_init(struct socket *socket);

/* ---- addresses ---- */

s32 address_load(struct address *address, u32 from, u32 length);

/* Stores as much as there is room for, and the length that the address has. */
s32 address_store(const struct address *address, u32 length, u32 to, u32 length_at);

/* ---- waiting ---- */

/* The deadline of a time-out that begins now; 0 means none. */
u64 deadline_after(u64 timeout);

bool socket_blocks(const struct file *file, u32 flags);

/* A timeout of SO_RCVTIMEO or SO_SNDTIMEO ends as if the socket did not block. */
s32 socket_wait_to_receive(struct socket *socket, u64 deadline);

/* ---- data: how much was sent or received, or an error ---- */

/* The bytes are the sample's, or the kernel's own (gathered from pieces). */
s32 socket_send(struct file *file, u32 from, u32 length, bool gathered, const struct address *to,
                u32 to_length, u32 flags);
s32 socket_receive(struct file *file, u32 to, u32 length, bool gathered, struct address *from,
                   u32 *from_length, u32 flags, u32 *whole);

/* readv(2) and writev(2): the pieces are one message. */
s32 socket_transfer_pieces(struct file *file, u32 pieces, u32 count, bool receive);

#endif
