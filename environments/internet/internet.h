/*
 * A network that stands for the Internet, for one guest at a time.
 *
 *   main.c     the ways to be started
 *   pair.c     the two network namespaces, made by netlink.c
 *   relay.c    what the guest says there, as frames, and what is said to it
 *   ways.c     ports of the host that lead into a machine
 *   frames.c   the frames
 *   check.c    a try of it all, without a guest
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

/* Every bound there is. Frame.java knows WINDOW. */
enum {
  PORT = 9999,              /* of the sockets that take whatever the guest sends */
  CONNECTIONS = 4096,       /* that a guest may have open at once, as far as the host has files; more are reset */
  BACKLOG = 1024,           /* that may wait to be taken */
  WAYS = 4,                 /* ports of the host that lead into a machine */
  INBOUND = 64,             /* connections through them at once; beyond, the oldest is reset */
  OTHER_FILES = 64 + 2 * INBOUND, /* that are open beside a guest's connections */
  WINDOW = 64 * 1024,       /* bytes of a connection under way and not acknowledged */
  QUEUED = 16 << 20,        /* bytes that wait for a guest that does not read */
  PIECE = 16 * 1024,        /* of a connection, in one frame */
  SNAP = 512,               /* of a packet, in the capture */
  CAPTURED = 16 << 20,      /* bytes of packets, a guest */
  SOCKET_BUFFER = 16 * 1024,/* of a connection that a guest made */
  TICK_MS = 100,
  NOBODY_LISTENS = 75,      /* the exit status when the other end of the frames is gone; Vm.java knows it */
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

/*
 * Types of frames. A time is nanoseconds of the epoch, 8 bytes; ends are ENDS bytes: 4 or 6, and the
 * guest's and the peer's address (16 bytes) and port (2). "Told" comes from this program, "said" goes
 * to it.
 */
enum frame {
  F_READY = 'N',    /* said: a new pair! told: time, 8 number of the guest's namespace, 1 has IPv6, 4 microseconds,
                       2 port of the guest and 2 of the host's that leads to it, for each */
  F_OPENED = 'O',   /* told: time, ends */
  F_DATA = 'D',     /* told: time, bytes; said: bytes, no more than WINDOW that were not taken */
  F_CLOSED = 'C',   /* told: time, 4 error or 0 for the end of what the guest says; said: nothing more is said */
  F_KILL = 'K',     /* said: reset it */
  F_TAKEN = 'A',    /* told: 4 bytes that the guest's side has taken */
  F_DATAGRAM = 'U', /* told: time, ends, bytes; said: ends, bytes */
  F_PACKET = 'P',   /* told: time, 4 length, 1 to the guest, its first bytes */
  F_COUNTS = 'S',   /* said: count! told: 8 each: packets from and to the guest, captured, datagrams heard, lost,
                       connections refused */
  F_TICK = 'T',     /* told: time */
  F_ERROR = 'E'     /* told: text: what cannot be done, and what mends it */
};

enum { FRAME_HEADER = 9, ENDS = 37 };

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
/* In an empty network namespace: what a machine makes of its end of a tap. Returns a tap like the machine's. */
int pair_near(void);
uint64_t namespace_number(int fd);
void packets_of(const struct pair *pair, uint64_t *from_guest, uint64_t *to_guest);

/* --- relay.c --- */

long long clock_us(void); /* monotonic */
void relay_open(int in, int out);
void relay_begin(const struct pair *pair); /* forgets the guest before */
void relay_end(void);
_Noreturn void relay_run(void (*new_pair)(void));

/* The first ones are the guest's word, which is heard as far as its allowance goes. */
enum kind { CONNECTION, LISTENER, DATAGRAMS, PACKETS, SOLICITATIONS, GUEST, INPUT, OUTPUT, OTHER };

/* Something that epoll tells of. */
struct watched;
typedef void watcher(struct watched *what, uint32_t events);
struct watched {
  enum kind kind;
  int fd;
  int set;
  uint32_t events;
  watcher *call;
};

void relay_watch(struct watched *w, int fd, watcher *call); /* until it can be read */
void relay_rewatch(struct watched *w, uint32_t events);
void relay_unwatch(struct watched *w); /* closes it, too */

/* --- ways.c --- */

void ways_open(char **ports, int count); /* while the program is in the host's network */
void ways_begin(const struct pair *pair); /* tells them, in a frame that has begun */
void ways_tick(void);
void ways_end(void); /* hands on what the guest has said last */

/* --- check.c --- */

/* In the guest's network: says something that must be heard, and on standard output that it did. */
void check(void);

/* The same in place of a machine, once there is something on standard input; until that has its end. */
_Noreturn void check_tap(int far);

#endif
