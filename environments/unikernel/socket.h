/*
 * Sockets. The system calls, the options and the waiting (socket_call.h) are the same for all of
 * them; a transport does the rest:
 *
 *   socket_tcp.c    SOCK_STREAM of AF_INET, over lwIP's raw interface
 *   socket_udp.c    SOCK_DGRAM and SOCK_RAW of AF_INET
 *   socket_local.c  AF_UNIX
 *
 * Bytes that arrive are copied to a queue in the sample's memory at once, so that a sample which
 * does not read takes no buffers of the network's from the server.
 */
#ifndef SOCKET_H
#define SOCKET_H

#include "abi.h"
#include "file.h"
#include "queue.h"
#include "types.h"

enum { AF_UNSPEC = 0, AF_UNIX = 1, AF_INET = 2 };
enum { SOCK_STREAM = 1, SOCK_DGRAM = 2, SOCK_RAW = 3, SOCK_SEQPACKET = 5 };
enum { MSG_OOB = 0x1, MSG_PEEK = 0x2, MSG_TRUNC = 0x20, MSG_DONTWAIT = 0x40, MSG_WAITALL = 0x100,
       MSG_ERRQUEUE = 0x2000, MSG_NOSIGNAL = 0x4000, MSG_MORE = 0x8000, MSG_WAITFORONE = 0x10000 };
enum { SHUT_RD, SHUT_WR, SHUT_RDWR };

/* An address as programs give it: sockaddr_in or sockaddr_un. */
struct address {
  u16 family;
  union {
    struct {
      u16 port; /* of the network, as is ip */
      u32 ip;
      u8 zero[8];
    } __attribute__((packed));
    char path[108];
  };
} __attribute__((aligned(4)));
_Static_assert(offsetof(struct address, port) == 2 && offsetof(struct address, ip) == 4, "");
enum { INET_ADDRESS = 16, LOCAL_ADDRESS = 110 };

/* Options that have an effect; the others are only kept. */
enum option {
  REUSE_ADDRESS, BROADCAST, SEND_BUFFER, RECEIVE_BUFFER, KEEP_ALIVE, TTL, TOS, HEADER_INCLUDED,
  NO_DELAY, KEEP_IDLE, KEEP_INTERVAL, KEEP_COUNT, EFFECTIVE_OPTIONS, OPTIONS = 40
};

struct socket;

/* The operations of a transport. -EAGAIN stands for "not now": the system call waits for the
   readiness that belongs to the operation and asks again, unless the socket does not block. */
struct transport {
  s32 (*open)(struct socket *socket); /* it was made */
  s32 (*bind)(struct socket *socket, const struct address *address, u32 length);
  s32 (*connect)(struct socket *socket, const struct address *address, u32 length);
  s32 (*listen)(struct socket *socket, u32 backlog);
  /* Returns how much was sent. The bytes have been checked; to is NULL without an address. */
  s32 (*send)(struct socket *socket, const void *from, u32 length, const struct address *to,
              u32 to_length, u32 flags);
  /* Returns how much was received, at most length; *whole is the length of the datagram. */
  s32 (*receive)(struct socket *socket, void *to, u32 length, struct address *from,
                 u32 *from_length, u32 flags, u32 *whole);
  u32 (*ready)(struct socket *socket);
  s32 (*shutdown)(struct socket *socket, u32 how);
  /* Fills the address in; returns its length or an error. */
  s32 (*name)(struct socket *socket, bool peer, struct address *address);
  void (*accepted)(struct socket *socket);                   /* it has a file now */
  void (*option)(struct socket *socket, enum option option); /* it was set */
  void (*close)(struct socket *socket); /* also of one that was never accepted */
};

struct socket {
  const struct transport *transport;
  struct file *file; /* NULL: waits to be accepted */
  u16 family, type, protocol;
  enum { IDLE, CONNECTING, CONNECTED, LISTENING } phase;
  bool answered;   /* while CONNECTING: yes or no, as error tells */
  bool ended;      /* no more will arrive */
  bool no_reading, no_writing; /* shut down */
  s32 error; /* that the next call tells */
  struct queue received;
  struct socket *accepted, *next_accepted; /* a listener's queue */
  u32 backlog, waiting;                    /* of that queue */
  u64 receive_timeout, send_timeout;       /* ns; 0: none */
  bool lingers;
  u32 linger; /* s */
  u32 icmp_filter;
  s32 options[OPTIONS];
  struct address local, remote; /* of the family; a transport may have better ones */
  u32 local_length, remote_length;
  void *pcb;           /* of the transport */
  struct socket *peer, *next_bound; /* socket_local.c */
};

extern const struct transport tcp_transport, udp_transport, raw_transport, local_transport;

/* NULL without memory. */
struct socket *socket_new(const struct transport *transport, u32 family, u32 type, u32 protocol);
void socket_free(struct socket *socket);

/* Notes that its readiness may have changed. */
void socket_changed(struct socket *socket);

/* Its number, as /proc tells it; 0 without a file. */
u32 socket_number(const struct socket *socket);

/* The pending error as a negative result, and it is no longer pending; 0: none. */
s32 socket_error(struct socket *socket);

/* Puts a connection at the end of the listener's queue. */
void socket_offer(struct socket *listener, struct socket *connection);

/* Puts a datagram and its sender into the queue; the function copies its pieces there. False when
   it is lost, because the queue is full. */
bool socket_put_datagram(struct socket *socket, const struct address *from, u32 from_length,
                         u32 length, void (*copy)(const void *source, struct queue *to),
                         const void *source);
s32 socket_take_datagram(struct socket *socket, void *to, u32 length, struct address *from,
                         u32 *from_length, u32 flags, u32 *whole);

/* Takes bytes from a stream's queue; 0 is its end. */
s32 socket_take_stream(struct socket *socket, void *to, u32 length, u32 flags);

/* May a socket be bound to the address? All addresses are in network byte order. */
bool inet_is_local(u32 ip);

/* A router or the peer says that a connection cannot be made. */
void tcp_unreachable(u16 local_port, u16 remote_port, u32 remote, s32 error);

bool file_is_socket(const struct file *file);

/* Requests of SIOC*, about interfaces (interface.c). */
s32 interface_ioctl(u32 request, u32 argument);

#endif
