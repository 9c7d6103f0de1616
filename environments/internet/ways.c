/*
 * The ways into a machine: ports of the host's loopback, each of which leads to a port of the guest.
 * What goes through them is no frame, and is not taken from what the guest may cost: so a guest that
 * floods is asked as fast as any other. The sockets are made in the host's network, before the
 * program leaves it, and go on to the far side with it.
 */
#include "internet.h"

#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

/* One end of a connection into the guest, with what was heard there and not yet said at the other. */
struct end {
  struct watched watched; /* the first member: epoll tells of it */
  struct passage *passage;
  uint8_t bytes[PIECE];
  size_t from, to;
  bool heard_all, said_all;
};

struct passage {
  struct end host, guest;
  bool open, connecting;
  uint64_t number;
};

struct way {
  struct watched watched; /* the first member */
  uint16_t guest_port, host_port;
};

enum { MOST_PIECES = 16 }; /* in a turn */

static struct way ways[WAYS];
static int ways_count;
static struct passage passages[INBOUND];
static uint64_t passages_so_far;
static struct sockaddr_in guest;

void ways_open(char **ports, int count) {
  if (count > WAYS) fail("lead into the guest by so many ports", 0, NULL);
  for (; ways_count < count; ways_count++) {
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof at) || listen(fd, INBOUND) ||
        getsockname(fd, (struct sockaddr *)&at, &length))
      fail("listen on the loopback", errno, NULL);
    ways[ways_count] = (struct way){.watched.fd = fd,
                                    .guest_port = (uint16_t)atoi(ports[ways_count]),
                                    .host_port = ntohs(at.sin_port)};
  }
}

static void finish(struct passage *p, bool at_once) {
  struct linger now = {1, 0};
  if (at_once) setsockopt(p->host.watched.fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  if (at_once) setsockopt(p->guest.watched.fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  relay_unwatch(&p->host.watched);
  relay_unwatch(&p->guest.watched);
  p->open = false;
}

static bool waits(void) { return errno == EAGAIN || errno == EINTR; }

/* Says at one end what is heard at the other, as far as that goes now; false when either is broken. */
static bool pass(struct end *from, struct end *to) {
  for (int i = 0; i < MOST_PIECES; i++) {
    if (from->from == from->to && !from->heard_all) {
      ssize_t n = read(from->watched.fd, from->bytes, sizeof from->bytes);
      if (n < 0) return waits();
      from->from = 0;
      from->to = (size_t)n;
      from->heard_all = n == 0;
    }
    if (from->from < from->to) {
      ssize_t n = send(to->watched.fd, from->bytes + from->from, from->to - from->from, MSG_NOSIGNAL);
      if (n < 0) return waits();
      from->from += (size_t)n;
    } else {
      if (!to->said_all) shutdown(to->watched.fd, SHUT_WR);
      to->said_all = true;
      return true;
    }
  }
  return true;
}

static uint32_t wanted(const struct end *here, const struct end *there) {
  bool hears = here->from == here->to && !here->heard_all, says = there->from < there->to;
  return (hears ? EPOLLIN : 0u) | (says ? EPOLLOUT : 0u);
}

static void carry(struct watched *w, uint32_t events) {
  struct passage *p = ((struct end *)w)->passage;
  int error = 0;
  socklen_t length = sizeof error;
  if (!p->open) return; /* ended by what was told right before */
  if (p->connecting) getsockopt(p->guest.watched.fd, SOL_SOCKET, SO_ERROR, &error, &length);
  p->connecting = false;
  bool broken = error || (events & EPOLLERR) || !pass(&p->host, &p->guest) || !pass(&p->guest, &p->host);
  if (broken || (p->host.said_all && p->guest.said_all)) {
    finish(p, broken);
    return;
  }
  relay_rewatch(&p->host.watched, wanted(&p->host, &p->guest));
  relay_rewatch(&p->guest.watched, wanted(&p->guest, &p->host));
}

/* A free one, or that which is there for longest: a guest that is down answers nobody. */
static struct passage *new_passage(void) {
  struct passage *oldest = &passages[0];
  for (int i = 0; i < INBOUND; i++) {
    if (!passages[i].open) return &passages[i];
    if (passages[i].number < oldest->number) oldest = &passages[i];
  }
  finish(oldest, true);
  return oldest;
}

static void open_end(struct passage *p, struct end *end, int fd) {
  int one = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  end->passage = p;
  end->from = end->to = 0;
  end->heard_all = end->said_all = false;
  relay_watch(&end->watched, fd, carry);
}

static void enter(struct watched *w, uint32_t events) {
  (void)events;
  struct sockaddr_in to = guest;
  to.sin_port = htons(((struct way *)w)->guest_port);
  int here = accept4(w->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (here < 0) {
    if (!waits()) relay_rewatch(w, 0); /* there is no file for it: until the next tick */
    return;
  }
  int there = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (there < 0 || (connect(there, (struct sockaddr *)&to, sizeof to) && errno != EINPROGRESS)) {
    if (there >= 0) close(there);
    close(here);
    return;
  }
  struct passage *p = new_passage();
  p->number = ++passages_so_far;
  p->open = p->connecting = true;
  open_end(p, &p->host, here);
  open_end(p, &p->guest, there);
  relay_rewatch(&p->host.watched, 0); /* until the guest has taken it */
  relay_rewatch(&p->guest.watched, EPOLLOUT);
}

void ways_begin(const struct pair *pair) {
  guest = pair->guest;
  for (int i = 0; i < ways_count; i++) {
    relay_watch(&ways[i].watched, ways[i].watched.fd, enter);
    frame_number(ways[i].guest_port, 2);
    frame_number(ways[i].host_port, 2);
  }
}

/* Listens again where that was stopped. */
void ways_tick(void) {
  for (int i = 0; i < ways_count; i++) relay_rewatch(&ways[i].watched, EPOLLIN);
}

/* True while there is more to hand on. */
static bool goes_on(struct passage *p) {
  struct pollfd there = {.fd = p->guest.watched.fd, .events = POLLIN};
  return pass(&p->guest, &p->host) && !p->host.said_all && (p->guest.from < p->guest.to || poll(&there, 1, 0) > 0);
}

void ways_end(void) {
  long long until = clock_us() + END_MS * 1000, left = END_MS * 1000;
  struct pollfd hosts[INBOUND];
  for (nfds_t waiting = 1; waiting && left > 0; left = until - clock_us()) {
    waiting = 0;
    for (int i = 0; i < INBOUND; i++)
      if (passages[i].open && !passages[i].connecting && goes_on(&passages[i]))
        hosts[waiting++] = (struct pollfd){.fd = passages[i].host.watched.fd, .events = POLLOUT};
    if (waiting) poll(hosts, waiting, (int)(left / 1000));
  }
  for (int i = 0; i < INBOUND; i++)
    if (passages[i].open && !passages[i].connecting) shutdown(passages[i].host.watched.fd, SHUT_WR);
}
