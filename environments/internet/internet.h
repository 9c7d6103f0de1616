/*
 * A network that stands for the Internet, for one guest at a time: see README.md.
 *
 *   main.c     the three ways to be started
 *   pair.c     the two network namespaces, made by netlink.c
 *   relay.c    what the guest says there, as frames, and what is said to it
 *   frames.c   the frames
 */
#ifndef MALASSAY_INTERNET_H
#define MALASSAY_INTERNET_H

#define _GNU_SOURCE
#include <errno.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

/* Every bound there is. RelayChannel.java knows WINDOW, Connections.java what an id is made of. */
enum {
  PORT = 9999,              /* of the sockets that take whatever the guest sends */
  CONNECTIONS = 4096,       /* that a guest may have open at once; more are reset */
  BACKLOG = 1024,           /* that may wait to be taken */
  INBOUND = 64,             /* that lead into the guest at once */
  WINDOW = 64 * 1024,       /* bytes of a connection under way and not acknowledged */
  QUEUED = 16 << 20,        /* bytes that wait for a guest that does not read */
  PIECE = 16 * 1024,        /* of a connection, in one frame */
  SNAP = 512,               /* of a packet, in the capture */
  CAPTURED = 16 << 20,      /* bytes of packets, a guest */
  SOCKET_BUFFER = 16 * 1024,/* of a connection that a guest made */
  TICK_MS = 100,
  END_MS = 2000,            /* that the last frames may take */
  FRAMES_MARK = 256 * 1024, /* bytes of frames not taken yet, at which the guest is not heard any more */
  FRAMES_MOST = 16 << 20    /* at which nobody seems to be there */
};

/*
 * What a guest may cost: about so many microseconds of processor on both sides of the frames, of
 * each second. A guest that floods is heard in part, as the kernel's queues overflow; so a guest
 * beside it is heard as before.
 */
enum {
  ALLOWANCE_A_SECOND = 200 * 1000,
  ALLOWANCE_MOST = 400 * 1000,
  COST_CONNECTION = 20,
  COST_DATAGRAM = 50,
  COST_PIECE = 5,
  COST_KIB = 5,
  COST_PACKET = 10
};

/* Types of frames; README.md says what is in each. */
enum frame {
  F_READY = 'N',
  F_OPENED = 'O',
  F_DATA = 'D',
  F_CLOSED = 'C',
  F_KILL = 'K',
  F_TAKEN = 'A',
  F_DATAGRAM = 'U',
  F_PACKET = 'P',
  F_INBOUND = 'I',
  F_COUNTS = 'S',
  F_TICK = 'T',
  F_ERROR = 'E'
};

enum { FRAME_HEADER = 9, ENDS = 37, INBOUND_ID = (int)0x80000000 };

/* --- main.c --- */

/* Says in one line what cannot be done, why, and what mends it; ends the program. */
_Noreturn void fail(const char *what, int error, const char *remedy);

/* --- frames.c --- */

typedef void command_taker(uint8_t type, uint32_t id, uint8_t *payload, size_t length);

void frames_open(int in, int out);
void frame_begin(uint8_t type, uint32_t id);
void frame_number(uint64_t value, int bytes);
void frame_bytes(const void *bytes, size_t length);
void frame_end(void);
size_t frames_pending(void);
void frames_write(void);
void frames_wait(int ms); /* until all were taken, or that long */
bool frames_read(command_taker *take); /* false when the other side is gone */
uint64_t number(const uint8_t *at, int bytes);

/* --- netlink.c --- */

struct message {
  size_t length;
  struct nlmsghdr *last;
  _Alignas(8) char bytes[8192];
};

void message_clear(struct message *m);
void message_begin(struct message *m, int type, int flags, const void *header, size_t length);
void attribute(struct message *m, int type, const void *value, size_t length);
void attribute_text(struct message *m, int type, const char *text);
size_t nest_begin(struct message *m, int type);
void nest_end(struct message *m, size_t nest);
int netlink_open(int protocol);
int netlink_send(int fd, struct message *m); /* 0, or the error that the kernel tells */
ssize_t netlink_ask(int fd, struct message *m, void *answer, size_t room);

/* --- pair.c --- */

/* The far side of a guest's network. The near side is the guest's. */
struct pair {
  int near_namespace; /* of the guest's side; -1 with a tap */
  int index;          /* of the interface on the far side that leads to the guest */
  int tap;            /* -1 without one */
  long long took_us;  /* to make */
  bool ipv6;
  struct sockaddr_in guest;
};

/* Leaves the calling process on the far side of a new pair. */
void pair_make(struct pair *pair, bool with_tap);
uint64_t namespace_number(int fd);
void packets_of(const struct pair *pair, uint64_t *from_guest, uint64_t *to_guest);

/* --- relay.c --- */

void relay_open(int in, int out);
void relay_begin(const struct pair *pair); /* forgets the guest before */
void relay_watch(int fd, void (*call)(void));
void relay_end(void);
_Noreturn void relay_run(void (*new_pair)(void));

#endif
