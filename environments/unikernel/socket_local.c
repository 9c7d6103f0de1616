/* AF_UNIX: pairs, and names in the file system or without one ("abstract"). All ends are the
   sample's own, for there is nobody else. Files cannot be sent along. */
#include <string.h>

#include "page.h"
#include "proc.h"
#include "socket.h"
#include "thread.h"
#include "vfs.h"

enum {
  NAME = sizeof(u16),     /* where it begins in an address */
  OLD_LOCAL_ADDRESS = 112 /* the OABI rounds structures up */
};

static struct socket *bound;

static bool is_stream(const struct socket *socket) { return socket->type == SOCK_STREAM; }

/* A name in the file system ends with a NUL or where the address does. */
static s32 check_name(struct address *address, u32 *length) {
  if (*length == OLD_LOCAL_ADDRESS && current->old_abi) *length = LOCAL_ADDRESS;
  if (*length <= NAME || *length > LOCAL_ADDRESS || address->family != AF_UNIX) return -EINVAL;
  if (address->path[0]) *length = NAME + strnlen(address->path, *length - NAME) + 1;
  return 0;
}

static struct socket *find(const struct address *address, u32 length) {
  struct socket *socket = bound;
  while (socket && (socket->local_length != length || memcmp(&socket->local, address, length) != 0))
    socket = socket->next_bound;
  return socket;
}

static struct node *node_of(const struct address *address) {
  char path[sizeof address->path + 1] = "";
  memcpy(path, address->path, sizeof address->path);
  return vfs_find(path);
}

static s32 local_bind(struct socket *socket, const struct address *given, u32 length) {
  struct address address = *given;
  s32 error = check_name(&address, &length);
  if (error) return error;
  if (socket->local_length) return -EINVAL;
  if (address.path[0]) {
    char path[sizeof address.path + 1] = "";
    memcpy(path, address.path, sizeof address.path);
    if (vfs_find(path)) return -EADDRINUSE;
    if (!vfs_make(path, S_IFSOCK | 0755)) return -ENOENT;
  } else if (find(&address, length)) {
    return -EADDRINUSE;
  }
  socket->local = address;
  socket->local_length = length;
  socket->next_bound = bound;
  bound = socket;
  return 0;
}

/* The socket with that name, or NULL and why there is none. */
static struct socket *find_peer(const struct address *given, u32 length, s32 *error) {
  struct address address = *given;
  *error = check_name(&address, &length);
  if (*error) return NULL;
  *error = -ECONNREFUSED;
  if (address.path[0] && !node_of(&address)) {
    *error = -ENOENT;
    return NULL;
  }
  return find(&address, length);
}

static s32 local_connect(struct socket *socket, const struct address *address, u32 length) {
  s32 error;
  if (socket->phase == CONNECTED && is_stream(socket)) return -EISCONN;
  struct socket *other = find_peer(address, length, &error);
  if (!other) return error;
  if (other->type != socket->type) return -EPROTOTYPE;
  socket->answered = true;
  if (socket->type == SOCK_DGRAM) {
    socket->phase = CONNECTED;
    socket->remote = other->local;
    socket->remote_length = other->local_length;
    return 0;
  }
  if (other->phase != LISTENING) return -ECONNREFUSED;
  if (other->waiting > other->backlog) return -EAGAIN;
  struct socket *peer = socket_new(&local_transport, AF_UNIX, socket->type, 0);
  if (!peer) return -ENOMEM;
  peer->local = other->local;
  peer->local_length = other->local_length;
  peer->peer = socket;
  socket->peer = peer;
  socket->phase = peer->phase = CONNECTED;
  socket_offer(other, peer);
  return 0;
}

static s32 local_listen(struct socket *socket, u32 backlog) {
  if (socket->type == SOCK_DGRAM) return -EOPNOTSUPP;
  if (!socket->local_length || socket->phase == CONNECTED) return -EINVAL;
  socket->phase = LISTENING;
  socket->backlog = backlog;
  return 0;
}

struct bytes {
  const void *from;
  u32 length;
};

static void copy(const void *source, struct queue *to) {
  const struct bytes *bytes = source;
  queue_put(to, bytes->from, bytes->length);
}

static s32 send_datagram(struct socket *socket, struct socket *peer, const void *from, u32 length) {
  struct bytes bytes = {from, length};
  if (length > (u32)socket->options[SEND_BUFFER]) return -EMSGSIZE;
  if (peer->no_reading) return -EPIPE;
  return socket_put_datagram(peer, &socket->local, socket->local_length, length, copy, &bytes)
             ? (s32)length
             : -EAGAIN;
}

static s32 local_send(struct socket *socket, const void *from, u32 length, const struct address *to,
                      u32 to_length, u32 flags) {
  s32 error = -ENOTCONN;
  if (flags & MSG_OOB) return -EOPNOTSUPP;
  if (socket->no_writing) return -EPIPE;
  struct socket *peer = socket->peer;
  if (socket->type == SOCK_DGRAM && !peer) {
    if (!to && socket->phase == CONNECTED) {
      peer = find(&socket->remote, socket->remote_length);
      error = -ECONNREFUSED;
    } else if (to) {
      peer = find_peer(to, to_length, &error);
    }
    if (peer && peer->type != SOCK_DGRAM) return -EPROTOTYPE;
    return peer ? send_datagram(socket, peer, from, length) : error;
  }
  if (to) return socket->phase == CONNECTED ? -EISCONN : -EOPNOTSUPP;
  if (!peer) return socket->phase == CONNECTED ? -EPIPE : -ENOTCONN;
  if (!is_stream(socket)) return send_datagram(socket, peer, from, length);
  if (peer->no_reading) return -EPIPE;
  u32 limit = (u32)peer->options[RECEIVE_BUFFER], used = peer->received.length;
  if (!length) return 0;
  u32 n = used < limit ? min_u32(length, limit - used) : 0;
  if (!n || !queue_reserve(&peer->received, n)) return -EAGAIN;
  queue_put(&peer->received, from, n);
  socket_changed(peer);
  return (s32)n;
}

static bool is_over(const struct socket *socket) {
  return socket->no_reading || socket->ended || (socket->peer && socket->peer->no_writing);
}

static s32 local_receive(struct socket *socket, void *to, u32 length, struct address *from,
                         u32 *from_length, u32 flags, u32 *whole) {
  *from_length = *whole = 0;
  if (flags & MSG_OOB) return -EOPNOTSUPP;
  if (socket->received.length) {
    s32 n = is_stream(socket)
                ? socket_take_stream(socket, to, length, flags)
                : socket_take_datagram(socket, to, length, from, from_length, flags, whole);
    if (socket->peer) socket_changed(socket->peer);
    return n;
  }
  if (socket->error) return socket_error(socket);
  if (socket->phase != CONNECTED && socket->type != SOCK_DGRAM)
    return socket->type == SOCK_STREAM ? -EINVAL : -ENOTCONN;
  return is_over(socket) ? 0 : -EAGAIN;
}

static u32 local_ready(struct socket *socket) {
  u32 events = socket->error ? POLLERR : 0;
  if (socket->phase == LISTENING) return events | (socket->accepted ? POLL_READ : 0);
  if (socket->received.length) events |= POLL_READ;
  if (socket->phase == IDLE && socket->type != SOCK_DGRAM) return events | POLLHUP | POLL_WRITE;
  bool over = is_over(socket), deaf = socket->no_writing || socket->ended;
  if (over) events |= POLL_READ | POLLRDHUP;
  if (socket->ended || (over && deaf)) events |= POLLHUP;
  u32 limit = (u32)socket->options[RECEIVE_BUFFER];
  if (deaf || !socket->peer || socket->peer->received.length < limit / 2)
    events |= POLL_WRITE | POLLWRBAND;
  return events;
}

static s32 local_shut(struct socket *socket, u32 how) {
  if (socket->phase != CONNECTED) return -ENOTCONN;
  if (how != SHUT_WR) socket->no_reading = true;
  if (how != SHUT_RD) socket->no_writing = true;
  socket_changed(socket);
  if (socket->peer) socket_changed(socket->peer);
  return 0;
}

static s32 local_name(struct socket *socket, bool peer, struct address *address) {
  if (peer && socket->phase != CONNECTED) return -ENOTCONN;
  const struct socket *of = peer ? socket->peer : socket;
  *address = of ? of->local : (struct address){.family = AF_UNIX};
  address->family = AF_UNIX;
  return of && of->local_length ? (s32)of->local_length : NAME;
}

static void local_done(struct socket *socket) {
  for (struct socket **at = &bound; *at; at = &(*at)->next_bound)
    if (*at == socket) {
      *at = socket->next_bound;
      break;
    }
  struct socket *peer = socket->peer;
  if (!peer) return;
  if (socket->received.length) peer->error = ECONNRESET;
  peer->peer = NULL;
  peer->ended = true;
  socket_changed(peer);
}

const struct transport local_transport = {.bind = local_bind,
                                          .connect = local_connect,
                                          .listen = local_listen,
                                          .send = local_send,
                                          .receive = local_receive,
                                          .ready = local_ready,
                                          .shutdown = local_shut,
                                          .name = local_name,
                                          .close = local_done};

/* /proc/net/unix: those that have a name. */
void tell_local(struct queue *to) {
  queue_say(to, "Num       RefCount Protocol Flags    Type St Inode Path\n");
  for (const struct socket *socket = bound; socket; socket = socket->next_bound) {
    char path[sizeof socket->local.path + 1] = "";
    memcpy(path, socket->local.path, sizeof socket->local.path);
    if (!path[0]) path[0] = '@';
    queue_say(to, "00000000: 00000002 00000000 %08x %04x %02x %u %s\n",
              socket->phase == LISTENING ? 0x10000 : 0, socket->type,
              socket->phase == CONNECTED ? 3 : 1, socket_number(socket), path);
  }
}
