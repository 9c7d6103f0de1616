/*
 * Listens on the far side of the pair and tells in frames what the guest says there; says what the
 * other side of the frames has it say. One thread, two sets of descriptors: the guest's, which are
 * heard only while there is room for frames and the guest's allowance lasts, and all others.
 */
#include "internet.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/icmp6.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#ifndef IP_TRANSPARENT
#define IP_TRANSPARENT 19
#endif
#ifndef IPV6_TRANSPARENT
#define IPV6_TRANSPARENT 75
#endif


struct connection {
  struct watched watched; /* the first member: epoll tells of it */
  uint32_t id;
  bool said_all, heard_all; /* each end of it may be closed before the other */
  bool gone;
  uint8_t *queue;
  size_t queue_at, queue_end;
  struct connection *next_gone;
};

static int everything = -1, guests = -1; /* sets of descriptors; the second is in the first */
static struct watched guest_set = {GUEST, -1, -1, 0, NULL}, in_watch, out_watch;
static struct watched listeners[2], datagrams[2], capture, solicitations;

static struct pair pair;
static bool has_pair;
static struct connection *connections[CONNECTIONS];
static int free_slots[CONNECTIONS], free_count;
static uint32_t generation;
static struct connection *gone; /* freed when nothing refers to them any more */
static size_t queued;

static long long allowance, allowance_at, tick_at;
static uint64_t captured_packets, captured_bytes, datagrams_heard, datagrams_lost[2], connections_refused;
static uint64_t from_guest_before, to_guest_before; /* the capture */

enum { SLOT_BITS = 12, GENERATIONS = 1 << 19 };
_Static_assert(1 << SLOT_BITS == CONNECTIONS, "a slot for each connection");

long long clock_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
}

static uint64_t nanoseconds(const struct timespec *t) { return (uint64_t)t->tv_sec * 1000000000u + (uint64_t)t->tv_nsec; }

static uint64_t time_of_day(void) {
  struct timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  return nanoseconds(&t);
}

static void spend(long long cost) { allowance -= cost; }

static bool may_hear(void) { return allowance > 0 && frames_pending() < FRAMES_MARK; }

/* --- descriptors --- */

static void watch(struct watched *w, uint32_t events) {
  struct epoll_event event = {.events = events, .data.ptr = w};
  if (w->events == events && w->set >= 0) return;
  int how = w->set < 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
  w->set = w->kind < GUEST ? guests : everything;
  w->events = events;
  if (epoll_ctl(w->set, how, w->fd, &event)) fail("wait for what happens", errno, NULL);
}

static void open_watch(struct watched *w, enum kind kind, int fd) {
  *w = (struct watched){kind, fd, -1, 0, NULL};
  watch(w, EPOLLIN);
}

static void close_watch(struct watched *w) {
  if (w->fd >= 0) close(w->fd);
  w->fd = w->set = -1;
}

static void set_option(int fd, int level, int name, int value, const char *what) {
  if (setsockopt(fd, level, name, &value, sizeof value))
    fail(what, errno, errno == EPERM ? "it takes CAP_NET_ADMIN" : "the kernel lacks it (CONFIG_NETFILTER_XT_TARGET_TPROXY)");
}

/* --- ends --- */

static void put_end(const struct sockaddr_storage *end) {
  uint8_t address[16] = {0};
  uint16_t port;
  if (end->ss_family == AF_INET) {
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)end;
    memcpy(address, &v4->sin_addr, 4);
    port = ntohs(v4->sin_port);
  } else {
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)end;
    memcpy(address, &v6->sin6_addr, 16);
    port = ntohs(v6->sin6_port);
  }
  frame_bytes(address, sizeof address);
  frame_number(port, 2);
}

static void put_ends(const struct sockaddr_storage *guest, const struct sockaddr_storage *peer) {
  frame_number(guest->ss_family == AF_INET ? 4 : 6, 1);
  put_end(guest);
  put_end(peer);
}

static socklen_t get_end(int family, const uint8_t *at, struct sockaddr_storage *end) {
  memset(end, 0, sizeof *end);
  end->ss_family = (sa_family_t)family;
  in_port_t port = htons((uint16_t)number(at + 16, 2));
  if (family == AF_INET) {
    struct sockaddr_in *v4 = (struct sockaddr_in *)end;
    memcpy(&v4->sin_addr, at, 4);
    v4->sin_port = port;
    return sizeof *v4;
  }
  struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)end;
  memcpy(&v6->sin6_addr, at, 16);
  v6->sin6_port = port;
  return sizeof *v6;
}

/* --- connections --- */

static size_t waiting(const struct connection *c) { return c->queue_end - c->queue_at; }

static void forget_queue(struct connection *c) {
  queued -= waiting(c);
  free(c->queue);
  c->queue = NULL;
  c->queue_at = c->queue_end = 0;
}

static struct connection *find(uint32_t id) {
  struct connection *c = connections[id & (CONNECTIONS - 1)];
  return c && c->id == id ? c : NULL;
}

static void release(struct connection *c) {
  int slot = (int)(c->id & (CONNECTIONS - 1));
  connections[slot] = NULL;
  free_slots[free_count++] = slot;
  forget_queue(c);
  close_watch(&c->watched);
  c->gone = true;
  c->next_gone = gone;
  gone = c;
}

static void bury(void) {
  while (gone) {
    struct connection *c = gone;
    gone = c->next_gone;
    free(c);
  }
}

static void reset(int fd) {
  struct linger now = {1, 0};
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

static void watch_connection(struct connection *c) {
  watch(&c->watched, (c->heard_all ? 0u : EPOLLIN) | (waiting(c) ? EPOLLOUT : 0u));
}

static void tell_closed(struct connection *c, int error) {
  frame_begin(F_CLOSED, c->id);
  frame_number(time_of_day(), 8);
  frame_number((uint64_t)error, 4);
  frame_end();
}

static void broke(struct connection *c, int error) {
  tell_closed(c, error);
  release(c);
}

static struct connection *new_connection(int fd, uint32_t id, struct connection **place) {
  struct connection *c = calloc(1, sizeof *c);
  if (!c) fail("keep a connection", ENOMEM, NULL);
  c->watched = (struct watched){CONNECTION, fd, -1, 0, NULL};
  c->id = id;
  *place = c;
  int one = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  return c;
}

static void accept_one(int fd, const struct sockaddr_storage *guest) {
  struct sockaddr_storage peer;
  socklen_t length = sizeof peer;
  spend(COST_CONNECTION);
  if (free_count == 0 || getsockname(fd, (struct sockaddr *)&peer, &length)) {
    connections_refused++;
    reset(fd);
    close(fd);
    return;
  }
  int slot = free_slots[--free_count];
  generation = (generation + 1) % GENERATIONS;
  struct connection *c = new_connection(fd, generation << SLOT_BITS | (uint32_t)slot, &connections[slot]);
  frame_begin(F_OPENED, c->id);
  frame_number(time_of_day(), 8);
  put_ends(guest, &peer);
  frame_end();
  watch_connection(c);
}

static void accept_some(const struct watched *listener) {
  for (int i = 0; i < 64 && may_hear(); i++) {
    struct sockaddr_storage guest;
    socklen_t length = sizeof guest;
    int fd = accept4(listener->fd, (struct sockaddr *)&guest, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) {
      if (errno == EAGAIN || errno == EINTR) return;
      spend(COST_CONNECTION); /* the host has no file for it, and it is told of again and again */
      if (connections_refused == 0) connections_refused = 1; /* how many, nobody knows */
      return;
    }
    accept_one(fd, &guest);
  }
}

static void hear(struct connection *c) {
  static uint8_t piece[PIECE];
  if (c->heard_all) return;
  ssize_t n = read(c->watched.fd, piece, sizeof piece);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (n < 0) {
    broke(c, errno);
    return;
  }
  if (n == 0) {
    c->heard_all = true;
    tell_closed(c, 0);
    if (c->said_all && waiting(c) == 0) release(c);
    else watch_connection(c);
    return;
  }
  spend(COST_PIECE + COST_KIB * (n / 1024));
  frame_begin(F_DATA, c->id);
  frame_number(time_of_day(), 8);
  frame_bytes(piece, (size_t)n);
  frame_end();
  watch_connection(c);
}

static void end_saying(struct connection *c) {
  if (!c->said_all || waiting(c)) return;
  shutdown(c->watched.fd, SHUT_WR);
  if (c->heard_all) release(c);
}

/* Writes what it can; returns how much, -1 when the connection broke and is gone. */
static ssize_t say_now(struct connection *c, const uint8_t *bytes, size_t length) {
  ssize_t n = send(c->watched.fd, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return 0;
  if (n < 0) {
    broke(c, errno);
    return -1;
  }
  frame_begin(F_TAKEN, c->id);
  frame_number((uint64_t)n, 4);
  frame_end();
  return n;
}

static void say_queued(struct connection *c) {
  if (waiting(c)) {
    ssize_t n = say_now(c, c->queue + c->queue_at, waiting(c));
    if (n < 0) return;
    c->queue_at += (size_t)n;
    queued -= (size_t)n;
    if (waiting(c) == 0) forget_queue(c);
  }
  end_saying(c);
  if (!c->gone) watch_connection(c);
}

static void say(struct connection *c, const uint8_t *bytes, size_t length) {
  if (c->said_all) return;
  if (waiting(c) == 0) {
    ssize_t n = say_now(c, bytes, length);
    if (n < 0) return;
    bytes += n;
    length -= (size_t)n;
  }
  if (length == 0) return;
  if (waiting(c) + length > WINDOW || queued + length > QUEUED) {
    reset(c->watched.fd);
    broke(c, ENOBUFS);
    return;
  }
  memmove(c->queue, c->queue + c->queue_at, waiting(c));
  c->queue_end = waiting(c);
  c->queue_at = 0;
  uint8_t *longer = realloc(c->queue, c->queue_end + length);
  if (!longer) fail("keep what waits for the guest", ENOMEM, NULL);
  c->queue = longer;
  memcpy(c->queue + c->queue_end, bytes, length);
  c->queue_end += length;
  queued += length;
  watch_connection(c);
}

static void on_connection(struct connection *c, uint32_t events) {
  if (c->gone) return;
  if (events & EPOLLOUT) say_queued(c);
  if (c->gone) return;
  if (events & EPOLLIN) {
    hear(c);
  } else if (events & (EPOLLERR | EPOLLHUP)) {
    int error = 0;
    socklen_t length = sizeof error;
    getsockopt(c->watched.fd, SOL_SOCKET, SO_ERROR, &error, &length);
    if (error || c->heard_all) broke(c, error ? error : ECONNRESET);
    else hear(c);
  }
}

/* --- datagrams --- */

static void hear_datagrams(const struct watched *w, uint64_t *lost) {
  static uint8_t bytes[65536];
  for (int i = 0; i < 64 && may_hear(); i++) {
    struct sockaddr_storage guest, peer = {0};
    _Alignas(struct cmsghdr) char control[256];
    struct iovec room = {bytes, sizeof bytes};
    struct msghdr m = {&guest, sizeof guest, &room, 1, control, sizeof control, 0};
    ssize_t n = recvmsg(w->fd, &m, 0);
    if (n < 0) return;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(&m); c; c = CMSG_NXTHDR(&m, c)) {
      if (c->cmsg_level == SOL_IP && c->cmsg_type == IP_ORIGDSTADDR)
        memcpy(&peer, CMSG_DATA(c), sizeof(struct sockaddr_in));
      if (c->cmsg_level == SOL_IPV6 && c->cmsg_type == IPV6_ORIGDSTADDR)
        memcpy(&peer, CMSG_DATA(c), sizeof(struct sockaddr_in6));
      if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_RXQ_OVFL) {
        uint32_t so_far;
        memcpy(&so_far, CMSG_DATA(c), sizeof so_far);
        *lost = so_far;
      }
    }
    spend(COST_DATAGRAM + COST_KIB * (n / 1024));
    datagrams_heard++;
    if (!peer.ss_family) continue;
    frame_begin(F_DATAGRAM, 0);
    frame_number(time_of_day(), 8);
    put_ends(&guest, &peer);
    frame_bytes(bytes, (size_t)n);
    frame_end();
  }
}

/* From the address that the guest meant, as if whoever lives there had answered. */
static void say_datagram(const uint8_t *payload, size_t length) {
  if (length < ENDS || !has_pair) return;
  int family = payload[0] == 4 ? AF_INET : AF_INET6;
  struct sockaddr_storage guest, peer;
  socklen_t size = get_end(family, payload + 1, &guest);
  get_end(family, payload + 19, &peer);
  int fd = socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), one = 1;
  if (fd < 0) return;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (family == AF_INET) setsockopt(fd, SOL_IP, IP_TRANSPARENT, &one, sizeof one);
  else setsockopt(fd, SOL_IPV6, IPV6_TRANSPARENT, &one, sizeof one);
  /* What cannot be said, to a broadcast address say, is lost as any datagram may be. */
  if (bind(fd, (struct sockaddr *)&peer, size) == 0)
    (void)!sendto(fd, payload + ENDS, length - ENDS, 0, (struct sockaddr *)&guest, size);
  close(fd);
}

/* --- packets --- */

/* False when there are no more, now or ever. */
static bool hear_packets(void) {
  static uint8_t bytes[SNAP];
  for (int i = 0; i < 128 && may_hear(); i++) {
    struct sockaddr_ll from;
    _Alignas(struct cmsghdr) char control[128];
    struct iovec room = {bytes, sizeof bytes};
    struct msghdr m = {&from, sizeof from, &room, 1, control, sizeof control, 0};
    ssize_t n = recvmsg(capture.fd, &m, MSG_TRUNC);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return false;
    size_t kept = n < SNAP ? (size_t)n : SNAP;
    if (n < 0 || captured_bytes + kept > CAPTURED) { /* the interface is gone, or the guest has filled it */
      close_watch(&capture);
      return false;
    }
    struct timespec when = {0};
    for (struct cmsghdr *c = CMSG_FIRSTHDR(&m); c; c = CMSG_NXTHDR(&m, c))
      if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_TIMESTAMPNS) memcpy(&when, CMSG_DATA(c), sizeof when);
    spend(COST_PACKET);
    captured_packets++;
    captured_bytes += kept;
    frame_begin(F_PACKET, 0);
    frame_number(nanoseconds(&when), 8);
    frame_number((uint64_t)n, 4);
    frame_number(from.sll_pkttype == PACKET_OUTGOING, 1);
    frame_bytes(bytes, kept);
    frame_end();
  }
  return may_hear();
}

/* --- IPv6 for machines, which ask who is there --- */

static void advertise(void) {
  uint8_t asked[256];
  if (recv(solicitations.fd, asked, sizeof asked, 0) < 0) return;
  spend(COST_DATAGRAM);
  struct {
    struct nd_router_advert head;
    struct nd_opt_prefix_info prefix;
  } said = {.head = {.nd_ra_hdr = {.icmp6_type = ND_ROUTER_ADVERT}},
            /* Not on-link: every other address is asked of the gateway, who answers for all. */
            .prefix = {.nd_opt_pi_type = ND_OPT_PREFIX_INFORMATION,
                       .nd_opt_pi_len = 4,
                       .nd_opt_pi_prefix_len = 64,
                       .nd_opt_pi_flags_reserved = ND_OPT_PI_FLAG_AUTO,
                       .nd_opt_pi_valid_time = 0xffffffff,
                       .nd_opt_pi_preferred_time = 0xffffffff}};
  said.head.nd_ra_curhoplimit = 64;
  said.head.nd_ra_router_lifetime = htons(9000);
  inet_pton(AF_INET6, "fd00::", &said.prefix.nd_opt_pi_prefix);
  struct sockaddr_in6 all = {.sin6_family = AF_INET6, .sin6_scope_id = (uint32_t)pair.index};
  inet_pton(AF_INET6, "ff02::1", &all.sin6_addr);
  (void)!sendto(solicitations.fd, &said, sizeof said, 0, (struct sockaddr *)&all, sizeof all);
}

static void open_solicitations(void) {
  int fd = socket(AF_INET6, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_ICMPV6), hops = 255;
  if (fd < 0) fail("tell a machine of IPv6", errno, "it takes CAP_NET_RAW");
  struct icmp6_filter filter;
  ICMP6_FILTER_SETBLOCKALL(&filter);
  ICMP6_FILTER_SETPASS(ND_ROUTER_SOLICIT, &filter);
  setsockopt(fd, IPPROTO_ICMPV6, ICMP6_FILTER, &filter, sizeof filter);
  setsockopt(fd, SOL_IPV6, IPV6_MULTICAST_HOPS, &hops, sizeof hops);
  setsockopt(fd, SOL_IPV6, IPV6_MULTICAST_IF, &pair.index, sizeof pair.index);
  struct ipv6_mreq routers = {.ipv6mr_interface = (uint32_t)pair.index};
  inet_pton(AF_INET6, "ff02::2", &routers.ipv6mr_multiaddr);
  setsockopt(fd, SOL_IPV6, IPV6_JOIN_GROUP, &routers, sizeof routers);
  struct sockaddr_in6 self = {.sin6_family = AF_INET6, .sin6_scope_id = (uint32_t)pair.index};
  inet_pton(AF_INET6, "fe80::1", &self.sin6_addr);
  if (bind(fd, (struct sockaddr *)&self, sizeof self)) fail("speak as the gateway by IPv6", errno, NULL);
  open_watch(&solicitations, SOLICITATIONS, fd);
}

/* --- a pair --- */

static int open_socket(int family, int type) {
  int fd = socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) fail("open a socket", errno, NULL);
  if (family == AF_INET6) set_option(fd, SOL_IPV6, IPV6_V6ONLY, 1, "take IPv6 alone");
  if (family == AF_INET6) set_option(fd, SOL_IPV6, IPV6_TRANSPARENT, 1, "stand for every address of IPv6");
  else set_option(fd, SOL_IP, IP_TRANSPARENT, 1, "stand for every address");
  struct sockaddr_in6 any6 = {.sin6_family = AF_INET6, .sin6_port = htons(PORT)};
  struct sockaddr_in any = {.sin_family = AF_INET, .sin_port = htons(PORT)};
  const struct sockaddr *at = family == AF_INET6 ? (struct sockaddr *)&any6 : (struct sockaddr *)&any;
  if (bind(fd, at, family == AF_INET6 ? sizeof any6 : sizeof any)) fail("listen on the far side", errno, NULL);
  return fd;
}

static void open_family(int family, struct watched *listener, struct watched *datagram) {
  int fd = open_socket(family, SOCK_STREAM);
  set_option(fd, SOL_SOCKET, SO_RCVBUF, SOCKET_BUFFER, "bound a buffer"); /* every connection inherits it */
  if (listen(fd, BACKLOG)) fail("listen on the far side", errno, NULL);
  open_watch(listener, LISTENER, fd);

  fd = open_socket(family, SOCK_DGRAM);
  if (family == AF_INET6) set_option(fd, SOL_IPV6, IPV6_RECVORIGDSTADDR, 1, "see where datagrams were meant to go");
  else set_option(fd, SOL_IP, IP_RECVORIGDSTADDR, 1, "see where datagrams were meant to go");
  set_option(fd, SOL_SOCKET, SO_RXQ_OVFL, 1, "count lost datagrams");
  set_option(fd, SOL_SOCKET, SO_RCVBUF, 1 << 20, "bound a buffer");
  open_watch(datagram, DATAGRAMS, fd);
}

static void open_capture(void) {
  int fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), large = 4 << 20, on = 1;
  if (fd < 0) fail("capture packets", errno, errno == EPERM ? "it takes CAP_NET_RAW" : "modprobe af_packet");
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &large, sizeof large))
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &large, sizeof large);
  struct sock_filter code[] = {BPF_STMT(BPF_RET | BPF_K, SNAP)};
  struct sock_fprog snap = {1, code};
  setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &snap, sizeof snap);
  setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
  struct sockaddr_ll at = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL), .sll_ifindex = pair.index};
  if (bind(fd, (struct sockaddr *)&at, sizeof at)) fail("capture packets", errno, NULL);
  open_watch(&capture, PACKETS, fd);
}

static void forget_guest(void) {
  for (int i = 0; i < CONNECTIONS; i++)
    if (connections[i]) release(connections[i]);
  for (int i = 0; i < 2; i++) {
    close_watch(&listeners[i]);
    close_watch(&datagrams[i]);
    datagrams_lost[i] = 0;
  }
  close_watch(&capture);
  close_watch(&solicitations);
  captured_packets = captured_bytes = datagrams_heard = connections_refused = 0;
  allowance = ALLOWANCE_MOST;
  has_pair = false;
}

/* What the far side's kernel said, and nobody read: a tap counts it when it is read. */
static void forget_queued(int tap) {
  uint8_t bytes[2048];
  fcntl(tap, F_SETFL, fcntl(tap, F_GETFL) | O_NONBLOCK);
  while (read(tap, bytes, sizeof bytes) > 0) continue;
}

void relay_begin(const struct pair *made) {
  long long start = clock_us();
  forget_guest();
  pair = *made;
  has_pair = true;
  open_family(AF_INET, &listeners[0], &datagrams[0]);
  if (pair.ipv6) open_family(AF_INET6, &listeners[1], &datagrams[1]);
  if (pair.ipv6 && pair.tap >= 0) open_solicitations();
  open_capture();
  if (pair.tap >= 0) forget_queued(pair.tap); /* it was not captured */
  packets_of(&pair, &from_guest_before, &to_guest_before); /* a kernel looks for its neighbors at once */
  frame_begin(F_READY, 0);
  frame_number(time_of_day(), 8);
  frame_number(namespace_number(pair.near_namespace), 8);
  frame_number(pair.ipv6, 1);
  frame_number((uint64_t)(pair.took_us + clock_us() - start), 4);
  ways_begin(&pair);
  frame_end();
}

static void tell_counts(void) {
  uint64_t from_guest = 0, to_guest = 0;
  if (has_pair) packets_of(&pair, &from_guest, &to_guest);
  while (capture.fd >= 0 && hear_packets()) continue; /* so that those counted are told, too */
  frame_begin(F_COUNTS, 0);
  frame_number(from_guest > from_guest_before ? from_guest - from_guest_before : 0, 8);
  frame_number(to_guest > to_guest_before ? to_guest - to_guest_before : 0, 8);
  frame_number(captured_packets, 8);
  frame_number(datagrams_heard, 8);
  frame_number(datagrams_lost[0] + datagrams_lost[1], 8);
  frame_number(connections_refused, 8);
  frame_end();
}

/* --- commands --- */

static void (*make_pair)(void);

static void obey(uint8_t type, uint32_t id, uint8_t *payload, size_t length) {
  struct connection *c = find(id);
  switch (type) {
    case F_READY:
      if (make_pair) make_pair();
      break;
    case F_DATA:
      if (c) say(c, payload, length);
      break;
    case F_CLOSED:
      if (c && !c->said_all) {
        c->said_all = true;
        end_saying(c);
      }
      break;
    case F_KILL:
      if (c) {
        reset(c->watched.fd);
        release(c);
      }
      break;
    case F_DATAGRAM:
      say_datagram(payload, length);
      break;
    case F_COUNTS:
      tell_counts();
      break;
    default:
      fail("go on: a command is unknown", 0, NULL);
  }
}

/* --- the loop --- */

void relay_open(int in, int out) {
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  everything = epoll_create1(EPOLL_CLOEXEC);
  guests = epoll_create1(EPOLL_CLOEXEC);
  if (everything < 0 || guests < 0) fail("wait for what happens", errno, NULL);
  rlim_t most = files.rlim_cur > OTHER_FILES ? files.rlim_cur - OTHER_FILES : 0;
  for (int i = 0; i < CONNECTIONS && (rlim_t)i < most; i++) free_slots[free_count++] = i;
  for (int i = 0; i < 2; i++) listeners[i].fd = datagrams[i].fd = -1;
  capture.fd = solicitations.fd = -1;
  frames_open(in, out);
  open_watch(&in_watch, INPUT, in);
  int again = dup(out); /* the same socket may serve both ways, and is watched once each */
  open_watch(&out_watch, OUTPUT, again);
  open_watch(&guest_set, GUEST, guests);
}

void relay_watch(struct watched *w, int fd, watcher *call) {
  *w = (struct watched){OTHER, fd, -1, 0, call};
  watch(w, EPOLLIN);
}

void relay_rewatch(struct watched *w, uint32_t events) {
  if (events) {
    watch(w, events);
  } else if (w->set >= 0) { /* or it would be told of an end over and over */
    epoll_ctl(w->set, EPOLL_CTL_DEL, w->fd, NULL);
    w->set = -1;
  }
}

void relay_unwatch(struct watched *w) { close_watch(w); }

static void hear_guest(const struct epoll_event *events, int n) {
  for (int i = 0; i < n && may_hear(); i++) {
    struct watched *w = events[i].data.ptr;
    switch (w->kind) {
      case CONNECTION: on_connection((struct connection *)w, events[i].events); break;
      case LISTENER: accept_some(w); break;
      case DATAGRAMS: hear_datagrams(w, &datagrams_lost[w - datagrams]); break;
      case PACKETS: hear_packets(); break;
      case SOLICITATIONS: advertise(); break;
      default: break;
    }
  }
}

static void on_other(struct watched *w, uint32_t events) {
  switch (w->kind) {
    case GUEST: {
      struct epoll_event some[32];
      hear_guest(some, epoll_wait(guests, some, 32, 0));
      break;
    }
    case INPUT:
      if (!frames_read(obey)) exit(NOBODY_LISTENS);
      break;
    case OTHER: w->call(w, events); break;
    default: break; /* output: written below */
  }
}

static void keep_time(void) {
  long long now = clock_us();
  allowance += (now - allowance_at) * ALLOWANCE_A_SECOND / 1000000;
  if (allowance > ALLOWANCE_MOST) allowance = ALLOWANCE_MOST;
  allowance_at = now;
  if (has_pair && now >= tick_at) {
    tick_at = now + TICK_MS * 1000;
    ways_tick();
    frame_begin(F_TICK, 0);
    frame_number(time_of_day(), 8);
    frame_end();
  }
}

/* The guest is gone: tells what it had said, and how much there was of all. */
void relay_end(void) {
  struct epoll_event events[32];
  ways_end();
  long long until = clock_us() + END_MS * 1000;
  while (clock_us() < until) {
    allowance = ALLOWANCE_MOST;
    if (frames_pending() < FRAMES_MARK) {
      int n = epoll_wait(guests, events, 32, 0);
      if (n <= 0) break;
      hear_guest(events, n);
      bury();
    }
    frames_wait(END_MS);
  }
  if (has_pair && pair.tap >= 0) forget_queued(pair.tap); /* it was captured */
  tell_counts();
  frames_wait(END_MS);
}

_Noreturn void relay_run(void (*new_pair)(void)) {
  make_pair = new_pair;
  allowance_at = clock_us();
  for (;;) {
    struct epoll_event events[32];
    keep_time();
    frames_write();
    watch(&guest_set, may_hear() ? EPOLLIN : 0);
    watch(&out_watch, frames_pending() ? EPOLLOUT : 0);
    int timeout = !has_pair ? -1 : allowance > 0 ? TICK_MS : TICK_MS / 10;
    int n = epoll_wait(everything, events, 32, timeout);
    for (int i = 0; i < n; i++) on_other(events[i].data.ptr, events[i].events);
    bury();
  }
}
