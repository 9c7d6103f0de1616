#include "socket.h"

#include <string.h>

#include "clock.h"
#include "memory.h"
#include "net.h"
#include "page.h"
#include "run.h"
#include "signal.h"
#include "syscall.h"
#include "thread.h"

enum { TYPE_MASK = 0xf, GATHERED = 1024 * 1024, PIECES = 1024, DATAGRAM_COST = 256,
       BACKLOG_MAX = 4096 };

static const u64 SEND_RETRY = 2 * NS_PER_MS;

struct record {
  u32 length, from_length;
  struct address from;
};

/* ---- sockets ---- */

static void options_init(struct socket *socket);

struct socket *socket_new(const struct transport *transport, u32 family, u32 type, u32 protocol) {
  struct socket *socket = kalloc(sizeof *socket);
  if (!socket) return NULL;
  socket->transport = transport;
  socket->family = (u16)family;
  socket->type = (u16)type;
  socket->protocol = (u16)protocol;
  options_init(socket);
  return socket;
}

void socket_free(struct socket *socket) {
  socket->transport->close(socket);
  while (socket->accepted) {
    struct socket *connection = socket->accepted;
    socket->accepted = connection->next_accepted;
    socket_free(connection);
  }
  queue_free(&socket->received);
  kfree(socket);
}

void socket_changed(struct socket *socket) {
  if (socket->file) socket->file->changes++;
}

u32 socket_number(const struct socket *socket) {
  return socket->file ? (u32)socket / 16 % 1000000 : 0;
}

s32 socket_error(struct socket *socket) {
  s32 error = socket->error;
  socket->error = 0;
  return -error;
}

void socket_offer(struct socket *listener, struct socket *connection) {
  struct socket **at = &listener->accepted;
  while (*at) at = &(*at)->next_accepted;
  *at = connection;
  listener->waiting++;
  socket_changed(listener);
}

bool socket_put_datagram(struct socket *socket, const struct address *from, u32 from_length,
                         u32 length, void (*copy)(const void *source, struct queue *to),
                         const void *source) {
  struct record record = {length, from_length, *from};
  struct queue *queue = &socket->received;
  if (queue->length + length + DATAGRAM_COST > (u32)socket->options[RECEIVE_BUFFER] ||
      !queue_reserve(queue, sizeof record + length))
    return false;
  queue_put(queue, &record, sizeof record);
  copy(source, queue);
  socket_changed(socket);
  return true;
}

s32 socket_take_datagram(struct socket *socket, void *to, u32 length, struct address *from,
                         u32 *from_length, u32 flags, u32 *whole) {
  struct record record;
  if (queue_peek(&socket->received, 0, &record, sizeof record) < sizeof record) return -EAGAIN;
  u32 n = min_u32(length, record.length);
  queue_peek(&socket->received, sizeof record, to, n);
  if (!(flags & MSG_PEEK)) queue_drop(&socket->received, sizeof record + record.length);
  *from = record.from;
  *from_length = record.from_length;
  *whole = record.length;
  return (s32)n;
}

s32 socket_take_stream(struct socket *socket, void *to, u32 length, u32 flags) {
  u32 n = queue_peek(&socket->received, 0, to, length);
  if (!(flags & MSG_PEEK)) queue_drop(&socket->received, n);
  return (s32)n;
}

/* ---- waiting ---- */

struct wish {
  struct socket *socket;
  u32 events;
};

static bool is_ready(void *argument) {
  const struct wish *wish = argument;
  return wish->socket->transport->ready(wish->socket) & (wish->events | POLLERR | POLLHUP);
}

static bool never(void *argument) {
  (void)argument;
  return false;
}

static u64 deadline_of(u64 timeout) { return timeout ? now() + timeout : NEVER; }

/* A timeout of SO_RCVTIMEO or SO_SNDTIMEO ends as if the socket did not block. */
static s32 wait_to_receive(struct socket *socket, u64 deadline) {
  struct wish wish = {socket, POLLIN};
  s32 error = wait_for(is_ready, &wish, deadline);
  return error == -ETIMEDOUT ? -EAGAIN : error;
}

/* The card does not tell when it has sent; and what was ready and could not all the same (memory in
   pieces) is not asked again at once. */
static s32 wait_to_send(struct socket *socket, u64 deadline) {
  struct wish wish = {socket, POLLOUT};
  s32 error = wait_for(is_ready(&wish) ? never : is_ready, &wish,
                       min_u64(deadline, now() + SEND_RETRY));
  return error != -ETIMEDOUT ? error : now() < deadline ? 0 : -EAGAIN;
}

static bool is_answered(void *argument) { return ((struct socket *)argument)->answered; }

/* ---- sending and receiving ---- */

static bool blocks(const struct file *file, u32 flags) {
  return !(file->flags & O_NONBLOCK) && !(flags & MSG_DONTWAIT);
}

/* The bytes are the sample's, or the kernel's own (gathered from pieces). */
static bool there(u32 address, u32 length, bool gathered, bool write) {
  return gathered || (write ? user_writable(address, length) : user_readable(address, length));
}

static s32 send_bytes(struct file *file, u32 from, u32 length, bool gathered,
                      const struct address *to, u32 to_length, u32 flags) {
  struct socket *socket = file->state;
  u64 deadline = deadline_of(socket->send_timeout);
  u32 done = 0;
  s32 error = 0;
  file->references++; /* another thread may close it meanwhile */
  for (;;) {
    s32 n = there(from + done, length - done, gathered, false)
                ? socket->transport->send(socket, (const void *)(from + done), length - done, to,
                                          to_length, flags)
                : -EFAULT;
    if (n >= 0) done += (u32)n;
    if (n >= 0 && (socket->type != SOCK_STREAM || done == length)) break;
    if (n >= 0) continue;
    error = n == -EAGAIN && blocks(file, flags) ? wait_to_send(socket, deadline) : n;
    if (error) break;
  }
  if (error == -EPIPE && !done && !(flags & MSG_NOSIGNAL)) signal_send(current, SIGPIPE);
  file_put(file);
  return done || !error ? (s32)done : error;
}

static s32 receive_bytes(struct file *file, u32 to, u32 length, bool gathered, struct address *from,
                         u32 *from_length, u32 flags, u32 *whole) {
  struct socket *socket = file->state;
  u64 deadline = deadline_of(socket->receive_timeout);
  u32 done = 0;
  s32 error = 0;
  /* The queue of errors is empty, and nobody waits for it. */
  if (flags & MSG_ERRQUEUE && socket->family == AF_INET) return -EAGAIN;
  file->references++;
  for (;;) {
    /* Only so much must be there, whatever the program says. */
    u32 most = min_u32(length - done, socket->received.length);
    s32 n = there(to + done, most, gathered, true)
                ? socket->transport->receive(socket, (void *)(to + done), length - done, from,
                                             from_length, flags, whole)
                : -EFAULT;
    if (n >= 0) done += (u32)n;
    if (n >= 0 && (n == 0 || done == length || !(flags & MSG_WAITALL) || flags & MSG_PEEK ||
                   socket->type != SOCK_STREAM))
      break;
    if (n >= 0) continue;
    error = n == -EAGAIN && blocks(file, flags) ? wait_to_receive(socket, deadline) : n;
    if (error) break;
  }
  file_put(file);
  return done || !error ? (s32)done : error;
}

/* ---- the socket as a file ---- */

static s32 socket_read(struct file *file, void *to, u32 length) {
  struct address from;
  u32 from_length, whole;
  if (length == 0) return 0;
  return receive_bytes(file, (u32)to, length, false, &from, &from_length, 0, &whole);
}

static s32 socket_write(struct file *file, const void *from, u32 length) {
  return send_bytes(file, (u32)from, length, false, NULL, 0, 0);
}

static u32 socket_ready(struct file *file) {
  struct socket *socket = file->state;
  return socket->transport->ready(socket);
}

static u64 socket_ready_at(struct file *file) {
  return socket_ready(file) & POLLOUT ? NEVER : now() + SEND_RETRY;
}

static void socket_status(struct file *file, struct stat64 *status) {
  status->mode = S_IFSOCK | 0777;
  status->inode = status->old_inode = socket_number(file->state);
  status->device = 8; /* Linux has its sockets in a file system of their own */
}

static void socket_close(struct file *file) {
  struct socket *socket = file->state;
  socket->file = NULL;
  socket_free(socket);
}

static s32 socket_ioctl(struct file *file, u32 request, u32 argument) {
  enum { FIONREAD = 0x541b, SIOCOUTQ = 0x5411, SIOCATMARK = 0x8905 };
  struct socket *socket = file->state;
  u32 value = 0;
  switch (request) {
    case FIONREAD:
      if (socket->phase == LISTENING) return -EINVAL;
      if (socket->type == SOCK_STREAM) {
        value = socket->received.length;
      } else {
        struct record record = {0};
        queue_peek(&socket->received, 0, &record, sizeof record);
        value = record.length;
      }
      break;
    case SIOCOUTQ:
    case SIOCATMARK: break;
    default: return socket->family == AF_INET ? interface_ioctl(request, argument) : -ENOTTY;
  }
  return user_store(argument, &value, sizeof value) ? 0 : -EFAULT;
}

static const struct file_operations socket_operations = {.read = socket_read,
                                                         .write = socket_write,
                                                         .ioctl = socket_ioctl,
                                                         .ready = socket_ready,
                                                         .ready_at = socket_ready_at,
                                                         .status = socket_status,
                                                         .close = socket_close};

bool file_is_socket(const struct file *file) { return file->operations == &socket_operations; }

/* The file with that number that is a socket, or NULL and why. */
static struct file *file_of(u32 number, s32 *error) {
  struct file *file = file_at(number);
  *error = !file ? -EBADF : file_is_socket(file) ? 0 : -ENOTSOCK;
  return *error ? NULL : file;
}

/* Takes the socket over. */
static s32 open_socket(struct socket *socket, u32 flags) {
  struct file *file = file_new(&socket_operations, O_RDWR | (flags & (O_NONBLOCK | O_CLOEXEC)));
  if (!file) {
    socket_free(socket);
    return -ENFILE;
  }
  file->state = socket;
  socket->file = file;
  s32 number = file_number(file, 0);
  if (number < 0) file_put(file);
  return number;
}

/* ---- making ---- */

static s32 transport_for(u32 family, u32 type, u32 *protocol, const struct transport **transport) {
  enum { ICMP = 1, TCP = 6, UDP = 17, TYPES = 11, PROTOCOLS = 263 };
  if (type >= TYPES) return -EINVAL;
  if (family == AF_UNIX) {
    *transport = &local_transport;
    if (*protocol > 1) return -EPROTONOSUPPORT;
    return type == SOCK_STREAM || type == SOCK_DGRAM || type == SOCK_SEQPACKET ? 0
                                                                              : -ESOCKTNOSUPPORT;
  }
  if (family != AF_INET) return -EAFNOSUPPORT;
  if (*protocol >= PROTOCOLS) return -EINVAL;
  switch (type) {
    case SOCK_STREAM:
      *transport = &tcp_transport;
      if (*protocol && *protocol != TCP) return -EPROTONOSUPPORT;
      *protocol = TCP;
      return 0;
    case SOCK_DGRAM:
      *transport = &udp_transport;
      if (*protocol == ICMP) return -EACCES; /* net.ipv4.ping_group_range names nobody */
      if (*protocol && *protocol != UDP) return -EPROTONOSUPPORT;
      *protocol = UDP;
      return 0;
    case SOCK_RAW:
      *transport = &raw_transport;
      return *protocol ? 0 : -EPROTONOSUPPORT;
    default: return -ESOCKTNOSUPPORT;
  }
}

SYSCALL(socket) {
  u32 family = a[0], type = a[1] & TYPE_MASK, flags = a[1] & ~TYPE_MASK, protocol = a[2];
  const struct transport *transport;
  if (flags & ~(O_NONBLOCK | O_CLOEXEC)) return -EINVAL;
  s32 error = transport_for(family, type, &protocol, &transport);
  if (error) return error;
  struct socket *socket = socket_new(transport, family, type, protocol);
  if (!socket) return -ENOBUFS;
  if (transport->open && transport->open(socket)) {
    socket_free(socket);
    return -ENOBUFS;
  }
  return open_socket(socket, flags);
}

SYSCALL(socketpair) {
  u32 family = a[0], type = a[1] & TYPE_MASK, flags = a[1] & ~TYPE_MASK, protocol = a[2];
  const struct transport *transport;
  if (flags & ~(O_NONBLOCK | O_CLOEXEC)) return -EINVAL;
  s32 error = transport_for(family, type, &protocol, &transport), numbers[2];
  if (error) return error;
  if (family != AF_UNIX) return -EOPNOTSUPP;
  if (!user_writable(a[3], sizeof numbers)) return -EFAULT;
  struct socket *one = socket_new(transport, family, type, protocol);
  struct socket *other = one ? socket_new(transport, family, type, protocol) : NULL;
  if (!other) {
    if (one) socket_free(one);
    return -ENOBUFS;
  }
  one->peer = other;
  other->peer = one;
  one->phase = other->phase = CONNECTED;
  numbers[0] = open_socket(one, flags);
  if (numbers[0] < 0) {
    socket_free(other);
    return numbers[0];
  }
  numbers[1] = open_socket(other, flags);
  if (numbers[1] < 0) {
    file_close((u32)numbers[0]);
    return numbers[1];
  }
  return user_store(a[3], numbers, sizeof numbers) ? 0 : -EFAULT;
}

/* ---- addresses ---- */

static s32 load_address(struct address *address, u32 from, u32 length) {
  if (length > 128) return -EINVAL;
  memset(address, 0, sizeof *address);
  if (!user_readable(from, length)) return -EFAULT;
  memcpy(address, (const void *)from, min_u32(length, sizeof *address));
  return 0;
}

/* As much as there is room for; the length that it has is told. */
static s32 store_address(const struct address *address, u32 length, u32 to, u32 length_at) {
  s32 room;
  if (!to) return 0;
  if (!user_load(&room, length_at, sizeof room)) return -EFAULT;
  if (room < 0) return -EINVAL;
  return user_store(to, address, min_u32((u32)room, length)) &&
                 user_store(length_at, &length, sizeof length)
             ? 0
             : -EFAULT;
}

/* The socket of a[0], and the address of the length a[2] at a[1]. */
static struct file *file_and_address(const u32 *a, struct address *address, s32 *error) {
  struct file *file = file_of(a[0], error);
  if (!file) return NULL;
  *error = load_address(address, a[1], a[2]);
  return *error ? NULL : file;
}

SYSCALL(bind) {
  struct address address;
  s32 error;
  struct file *file = file_and_address(a, &address, &error);
  if (!file) return error;
  struct socket *socket = file->state;
  return socket->transport->bind(socket, &address, a[2]);
}

SYSCALL(connect) {
  struct address address;
  s32 error;
  struct file *file = file_and_address(a, &address, &error);
  if (!file) return error;
  struct socket *socket = file->state;
  error = socket->transport->connect(socket, &address, a[2]);
  if ((error != -EINPROGRESS && error != -EALREADY) || file->flags & O_NONBLOCK) return error;
  file->references++;
  s32 waited = wait_for(is_answered, socket, deadline_of(socket->send_timeout));
  if (waited) {
    error = waited == -ETIMEDOUT ? error : waited;
  } else {
    error = socket_error(socket);
    socket->phase = error ? IDLE : CONNECTED;
  }
  file_put(file);
  return error;
}

SYSCALL(listen) {
  s32 error;
  struct file *file = file_of(a[0], &error);
  if (!file) return error;
  struct socket *socket = file->state;
  if (!socket->transport->listen) return -EOPNOTSUPP;
  return socket->transport->listen(socket, min_u32(a[1], BACKLOG_MAX));
}

static s32 accept(u32 number, u32 to, u32 length_at, u32 flags) {
  s32 error;
  struct file *file = file_of(number, &error);
  if (!file) return error;
  struct socket *socket = file->state;
  if (flags & ~(O_NONBLOCK | O_CLOEXEC)) return -EINVAL;
  if (!socket->transport->listen) return -EOPNOTSUPP;
  if (socket->phase != LISTENING) return -EINVAL;
  u64 deadline = deadline_of(socket->receive_timeout);
  file->references++;
  while (!socket->accepted && !error)
    error = socket->phase != LISTENING ? -EINVAL
            : blocks(file, 0)          ? wait_to_receive(socket, deadline)
                                       : -EAGAIN;
  struct socket *connection = error ? NULL : socket->accepted;
  if (connection) {
    socket->accepted = connection->next_accepted;
    connection->next_accepted = NULL;
    socket->waiting--;
  }
  file_put(file);
  if (!connection) return error;
  if (connection->transport->accepted) connection->transport->accepted(connection);
  struct address address = {0};
  s32 length = connection->transport->name(connection, true, &address);
  if (length < 0) length = connection->family == AF_INET ? INET_ADDRESS : 2;
  s32 result = open_socket(connection, flags);
  if (result < 0) return result;
  error = store_address(&address, (u32)length, to, length_at);
  if (!error) return result;
  file_close((u32)result);
  return error;
}

SYSCALL(accept) { return accept(a[0], a[1], a[2], 0); }
SYSCALL(accept4) { return accept(a[0], a[1], a[2], a[3]); }

static s32 name(const u32 *a, bool peer) {
  struct address address = {0};
  s32 error;
  struct file *file = file_of(a[0], &error);
  if (!file) return error;
  struct socket *socket = file->state;
  s32 length = socket->transport->name(socket, peer, &address);
  if (length < 0) return length;
  if (!a[1]) return -EFAULT;
  return store_address(&address, (u32)length, a[1], a[2]);
}

SYSCALL(getsockname) { return name(a, false); }
SYSCALL(getpeername) { return name(a, true); }

SYSCALL(shutdown) {
  s32 error;
  struct file *file = file_of(a[0], &error);
  if (!file) return error;
  if (a[1] > SHUT_RDWR) return -EINVAL;
  struct socket *socket = file->state;
  return socket->transport->shutdown(socket, a[1]);
}

/* ---- data ---- */

static s32 send_to(u32 number, u32 from, u32 length, u32 flags, u32 to, u32 to_length) {
  struct address address;
  s32 error;
  struct file *file = file_of(number, &error);
  if (!file) return error;
  if ((s32)length < 0) length = 0x7fffffff;
  if (!user_readable(from, length)) return -EFAULT;
  error = to ? load_address(&address, to, to_length) : 0;
  if (error) return error;
  return send_bytes(file, from, length, false, to ? &address : NULL, to ? to_length : 0, flags);
}

static s32 receive_from(u32 number, u32 to, u32 length, u32 flags, u32 from, u32 from_length_at) {
  struct address address = {0};
  s32 error;
  u32 address_length = 0, whole = 0;
  struct file *file = file_of(number, &error);
  if (!file) return error;
  if ((s32)length < 0) length = 0x7fffffff;
  s32 n = receive_bytes(file, to, length, false, &address, &address_length, flags, &whole);
  if (n < 0) return n;
  error = store_address(&address, address_length, from, from_length_at);
  if (error) return error;
  return flags & MSG_TRUNC && whole > (u32)n ? (s32)whole : n;
}

SYSCALL(send) { return send_to(a[0], a[1], a[2], a[3], 0, 0); }
SYSCALL(sendto) { return send_to(a[0], a[1], a[2], a[3], a[4], a[5]); }
SYSCALL(recv) { return receive_from(a[0], a[1], a[2], a[3], 0, 0); }
SYSCALL(recvfrom) { return receive_from(a[0], a[1], a[2], a[3], a[4], a[5]); }

/* ---- pieces ---- */

struct message {
  u32 name, name_length, pieces, count, control, control_length;
  u32 flags;
};

/* Checks the pieces and sums them up; the first one's place is told. */
static s32 measure(u32 pieces, u32 count, bool write, u32 *first) {
  u32 total = 0;
  if (count > PIECES) return -EMSGSIZE;
  *first = 0;
  for (u32 i = 0; i < count; i++) {
    struct iovec piece;
    if (!user_load(&piece, pieces + i * sizeof piece, sizeof piece)) return -EFAULT;
    if ((s32)piece.length < 0) return -EINVAL;
    piece.length = min_u32(piece.length, 0x7ffff000 - total);
    if (write ? !user_writable(piece.base, piece.length) : !user_readable(piece.base, piece.length))
      return -EFAULT;
    if (i == 0) *first = piece.base;
    total += piece.length;
  }
  return (s32)total;
}

/* Between the pieces and one place; false: the sample took them away meanwhile. */
static bool copy_pieces(u32 pieces, u8 *at, u32 length, bool write) {
  for (u32 i = 0; length; i++) {
    struct iovec piece;
    if (!user_load(&piece, pieces + i * sizeof piece, sizeof piece)) return false;
    u32 n = min_u32(piece.length, length);
    if (write ? !user_store(piece.base, at, n) : !user_load(at, piece.base, n)) return false;
    at += n;
    length -= n;
  }
  return true;
}

/* A message of one piece goes as it is; another one by a place of the kernel's. */
static s32 transfer_pieces(struct file *file, u32 pieces, u32 count, bool receive,
                           struct address *address, u32 *address_length, u32 flags, u32 *whole) {
  u32 first;
  s32 total = measure(pieces, count, receive, &first);
  if (total < 0) return total;
  bool gathered = count > 1;
  u32 length = gathered ? min_u32((u32)total, GATHERED) : (u32)total;
  u32 pages = gathered ? ROUND_UP(length, PAGE) / PAGE : 0;
  u8 *place = pages && pages < pages_left() ? pages_alloc(pages) : NULL;
  if (pages && !place) return -ENOBUFS;
  u32 at = gathered ? (u32)place : first;
  s32 n;
  if (receive) {
    n = receive_bytes(file, at, length, gathered, address, address_length, flags, whole);
    if (gathered && n > 0 && !copy_pieces(pieces, place, (u32)n, true)) n = -EFAULT;
  } else {
    n = gathered && !copy_pieces(pieces, place, length, false)
            ? -EFAULT
            : send_bytes(file, at, length, gathered, address, *address_length, flags);
  }
  if (place) pages_free(place, pages);
  return n;
}

s32 socket_transfer_pieces(struct file *file, u32 pieces, u32 count, bool receive) {
  struct address address;
  u32 length = 0, whole;
  return transfer_pieces(file, pieces, count, receive, receive ? &address : NULL, &length, 0,
                         &whole);
}

static s32 send_message(u32 number, u32 at, u32 flags) {
  struct message message;
  struct address address;
  s32 error;
  struct file *file = file_of(number, &error);
  if (!file) return error;
  if (!user_load(&message, at, sizeof message)) return -EFAULT;
  if (message.name && (s32)message.name_length < 0) return -EINVAL;
  bool named = message.name && message.name_length;
  if (named) {
    message.name_length = min_u32(message.name_length, 128);
    error = load_address(&address, message.name, message.name_length);
    if (error) return error;
  }
  return transfer_pieces(file, message.pieces, message.count, false, named ? &address : NULL,
                         &message.name_length, flags, NULL);
}

static s32 receive_message(u32 number, u32 at, u32 flags) {
  struct message message;
  struct address address = {0};
  s32 error;
  u32 address_length = 0, whole = 0;
  struct file *file = file_of(number, &error);
  if (!file) return error;
  if (!user_load(&message, at, sizeof message)) return -EFAULT;
  s32 n = transfer_pieces(file, message.pieces, message.count, true, &address, &address_length,
                          flags, &whole);
  if (n < 0) return n;
  if (message.name &&
      !user_store(message.name, &address, min_u32(address_length, message.name_length)))
    return -EFAULT;
  if (message.name) message.name_length = address_length;
  message.control_length = 0;
  message.flags = whole > (u32)n ? MSG_TRUNC : 0;
  if (!user_store(at, &message, sizeof message)) return -EFAULT;
  return flags & MSG_TRUNC && whole > (u32)n ? (s32)whole : n;
}

SYSCALL(sendmsg) { return send_message(a[0], a[1], a[2]); }
SYSCALL(recvmsg) { return receive_message(a[0], a[1], a[2]); }

/* struct mmsghdr is a message and the length that was sent or received. */
enum { MANY = sizeof(struct message) + sizeof(u32) };

SYSCALL(sendmmsg) {
  u32 i, count = min_u32(a[2], PIECES);
  for (i = 0; i < count; i++) {
    s32 n = send_message(a[0], a[1] + i * MANY, a[3]);
    if (n >= 0 && !user_store(a[1] + i * MANY + sizeof(struct message), &n, sizeof n)) n = -EFAULT;
    if (n < 0) return i ? (s32)i : n;
  }
  return (s32)i;
}

static s32 receive_messages(const u32 *a, u64 timeout) {
  u64 deadline = timeout == NEVER ? NEVER : now() + timeout;
  u32 i, count = min_u32(a[2], PIECES), flags = a[3];
  for (i = 0; i < count; i++) {
    s32 n = receive_message(a[0], a[1] + i * MANY, flags & ~MSG_WAITFORONE);
    if (n >= 0 && !user_store(a[1] + i * MANY + sizeof(struct message), &n, sizeof n)) n = -EFAULT;
    if (n < 0) return i ? (s32)i : n;
    if (flags & MSG_WAITFORONE) flags |= MSG_DONTWAIT;
    if (now() >= deadline) return (s32)i + 1;
  }
  return (s32)i;
}

SYSCALL(recvmmsg) {
  u32 time[2];
  if (a[4] && !user_load(time, a[4], sizeof time)) return -EFAULT;
  return receive_messages(a, a[4] ? time[0] * NS_PER_S + time[1] : NEVER);
}

SYSCALL(recvmmsg_time64) {
  u64 time[2];
  if (a[4] && !user_load(time, a[4], sizeof time)) return -EFAULT;
  return receive_messages(a, a[4] ? time[0] * NS_PER_S + time[1] : NEVER);
}

/* ---- options ---- */

enum { SOL_IP = 0, SOL_SOCKET = 1, SOL_TCP = 6, SOL_RAW = 255 };
enum { SO_TYPE = 3, SO_ERROR = 4, SO_SNDBUF = 7, SO_RCVBUF = 8, SO_LINGER = 13, SO_RCVTIMEO = 20,
       SO_SNDTIMEO = 21, SO_BINDTODEVICE = 25, SO_ACCEPTCONN = 30, SO_SNDBUFFORCE = 32,
       SO_RCVBUFFORCE = 33, SO_PROTOCOL = 38, SO_DOMAIN = 39, SO_RCVTIMEO_NEW = 66,
       SO_SNDTIMEO_NEW = 67, IP_ADD_MEMBERSHIP = 35, IP_DROP_MEMBERSHIP = 36, TCP_INFO = 11,
       ICMP_FILTER = 1, BUFFER_MAX = 212992, SEND_BUFFER_MIN = 4480, RECEIVE_BUFFER_MIN = 2240 };

/* Options that are a number. The first ones are those of enum option, in its order. */
static const struct {
  u8 level, name;
  enum { FLAG, NUMBER, BYTE } kind;
  s32 initial;
} numbers[] = {
    [REUSE_ADDRESS] = {SOL_SOCKET, 2, FLAG, 0},
    [BROADCAST] = {SOL_SOCKET, 6, FLAG, 0},
    [SEND_BUFFER] = {SOL_SOCKET, SO_SNDBUF, NUMBER, BUFFER_MAX},
    [RECEIVE_BUFFER] = {SOL_SOCKET, SO_RCVBUF, NUMBER, BUFFER_MAX},
    [KEEP_ALIVE] = {SOL_SOCKET, 9, FLAG, 0},
    [TTL] = {SOL_IP, 2, BYTE, 64},
    [TOS] = {SOL_IP, 1, BYTE, 0},
    [HEADER_INCLUDED] = {SOL_IP, 3, FLAG, 0},
    [NO_DELAY] = {SOL_TCP, 1, FLAG, 0},
    [KEEP_IDLE] = {SOL_TCP, 4, NUMBER, 7200},
    [KEEP_INTERVAL] = {SOL_TCP, 5, NUMBER, 75},
    [KEEP_COUNT] = {SOL_TCP, 6, NUMBER, 9},
    {SOL_SOCKET, 1, FLAG, 0},    /* SO_DEBUG */
    {SOL_SOCKET, 5, FLAG, 0},    /* SO_DONTROUTE */
    {SOL_SOCKET, 10, FLAG, 0},   /* SO_OOBINLINE */
    {SOL_SOCKET, 11, FLAG, 0},   /* SO_NO_CHECK */
    {SOL_SOCKET, 12, NUMBER, 0}, /* SO_PRIORITY */
    {SOL_SOCKET, 15, FLAG, 0},   /* SO_REUSEPORT */
    {SOL_SOCKET, 16, FLAG, 0},   /* SO_PASSCRED */
    {SOL_SOCKET, 18, NUMBER, 1}, /* SO_RCVLOWAT */
    {SOL_SOCKET, 29, FLAG, 0},   /* SO_TIMESTAMP */
    {SOL_SOCKET, 36, NUMBER, 0}, /* SO_MARK */
    {SOL_IP, 8, FLAG, 0},        /* IP_PKTINFO */
    {SOL_IP, 10, NUMBER, 1},     /* IP_MTU_DISCOVER */
    {SOL_IP, 11, FLAG, 0},       /* IP_RECVERR */
    {SOL_IP, 12, FLAG, 0},       /* IP_RECVTTL */
    {SOL_IP, 13, FLAG, 0},       /* IP_RECVTOS */
    {SOL_IP, 32, NUMBER, 0},     /* IP_MULTICAST_IF */
    {SOL_IP, 33, BYTE, 1},       /* IP_MULTICAST_TTL */
    {SOL_IP, 34, FLAG, 1},       /* IP_MULTICAST_LOOP */
    {SOL_TCP, 2, NUMBER, 536},   /* TCP_MAXSEG */
    {SOL_TCP, 3, FLAG, 0},       /* TCP_CORK */
    {SOL_TCP, 7, NUMBER, 6},     /* TCP_SYNCNT */
    {SOL_TCP, 8, NUMBER, 60},    /* TCP_LINGER2 */
    {SOL_TCP, 9, NUMBER, 0},     /* TCP_DEFER_ACCEPT */
    {SOL_TCP, 10, NUMBER, 0},    /* TCP_WINDOW_CLAMP */
    {SOL_TCP, 12, FLAG, 1},      /* TCP_QUICKACK */
    {SOL_TCP, 18, NUMBER, 0},    /* TCP_USER_TIMEOUT */
    {SOL_TCP, 23, NUMBER, 0},    /* TCP_FASTOPEN */
};
_Static_assert(COUNT(numbers) <= OPTIONS, "socket.h");

static void options_init(struct socket *socket) {
  for (u32 i = 0; i < COUNT(numbers); i++) socket->options[i] = numbers[i].initial;
  if (socket->family == AF_INET && socket->type == SOCK_STREAM) {
    socket->options[SEND_BUFFER] = 16384;
    socket->options[RECEIVE_BUFFER] = 131072;
  }
  socket->options[REUSE_ADDRESS] = socket->type == SOCK_RAW;
}

/* The place of a number among the options, or a negative error. */
static s32 find_option(const struct socket *socket, u32 level, u32 name, bool set) {
  if (level != SOL_SOCKET && socket->family != AF_INET) return -EOPNOTSUPP;
  if (level == SOL_TCP && socket->type != SOCK_STREAM) return set ? -ENOPROTOOPT : -EOPNOTSUPP;
  for (u32 i = 0; i < COUNT(numbers); i++)
    if (numbers[i].level == level && numbers[i].name == name)
      return i == HEADER_INCLUDED && set && socket->type != SOCK_RAW ? -ENOPROTOOPT : (s32)i;
  return -ENOPROTOOPT;
}

static s32 set_timeout(u64 *timeout, u32 from, u32 length, bool wide) {
  s64 both[2];
  s32 narrow[2];
  if (length < (wide ? sizeof both : sizeof narrow)) return -EINVAL;
  if (wide ? !user_load(both, from, sizeof both) : !user_load(narrow, from, sizeof narrow))
    return -EFAULT;
  s64 seconds = wide ? both[0] : narrow[0], us = wide ? both[1] : narrow[1];
  if (us < 0 || us >= 1000000) return -EDOM;
  *timeout = seconds < 0 ? 1 : seconds > 1000000000 ? 0 : (u64)seconds * NS_PER_S + (u64)us * 1000;
  return 0;
}

static s32 set_linger(struct socket *socket, u32 from, u32 length) {
  u32 both[2];
  if (length < sizeof both) return -EINVAL;
  if (!user_load(both, from, sizeof both)) return -EFAULT;
  socket->lingers = both[0];
  socket->linger = both[1];
  return 0;
}

static s32 set_number(struct socket *socket, u32 option, u32 from, u32 length) {
  s32 value = 0;
  u8 byte;
  if (length >= sizeof value) {
    if (!user_load(&value, from, sizeof value)) return -EFAULT;
  } else if (numbers[option].level != SOL_IP || length == 0) {
    return -EINVAL;
  } else {
    if (!user_load(&byte, from, 1)) return -EFAULT;
    value = byte;
  }
  switch (option) {
    case SEND_BUFFER:
    case RECEIVE_BUFFER: {
      s32 least = option == SEND_BUFFER ? SEND_BUFFER_MIN : RECEIVE_BUFFER_MIN;
      value = 2 * (s32)min_u32((u32)value, BUFFER_MAX);
      if (value < least) value = least;
      break;
    }
    case TTL:
      if (value == -1) value = 64;
      if (value < 1) return -EINVAL;
      break;
    case KEEP_IDLE:
    case KEEP_INTERVAL:
      if (value < 1 || value > 32767) return -EINVAL;
      break;
    case KEEP_COUNT:
      if (value < 1 || value > 127) return -EINVAL;
      break;
    default:;
  }
  if (numbers[option].kind == FLAG) value = value != 0;
  if (numbers[option].kind == BYTE && (value < 0 || value > 255)) return -EINVAL;
  socket->options[option] = value;
  if (option < EFFECTIVE_OPTIONS && socket->transport->option)
    socket->transport->option(socket, option);
  return 0;
}

SYSCALL(setsockopt) {
  s32 error;
  struct file *file = file_of(a[0], &error);
  if (!file) return error;
  struct socket *socket = file->state;
  u32 level = a[1], name = a[2], from = a[3], length = a[4];
  if ((s32)length < 0) return -EINVAL;
  if (level == SOL_SOCKET) switch (name) {
      case SO_RCVTIMEO: return set_timeout(&socket->receive_timeout, from, length, false);
      case SO_RCVTIMEO_NEW: return set_timeout(&socket->receive_timeout, from, length, true);
      case SO_SNDTIMEO: return set_timeout(&socket->send_timeout, from, length, false);
      case SO_SNDTIMEO_NEW: return set_timeout(&socket->send_timeout, from, length, true);
      case SO_LINGER: return set_linger(socket, from, length);
      case SO_SNDBUFFORCE: name = SO_SNDBUF; break;
      case SO_RCVBUFFORCE: name = SO_RCVBUF; break;
      case SO_BINDTODEVICE: {
        /* There is one way to each address, and the routes know it. */
        char device[16] = "";
        if (!user_load(device, from, min_u32(length, sizeof device - 1))) return -EFAULT;
        return !*device || strcmp(device, "eth0") == 0 || strcmp(device, "lo") == 0 ? 0 : -ENODEV;
      }
      case SO_TYPE:
      case SO_ERROR:
      case SO_ACCEPTCONN:
      case SO_PROTOCOL:
      case SO_DOMAIN: return -ENOPROTOOPT;
      default:;
    }
  /* Nobody in this network sends to a group. */
  if (level == SOL_IP && socket->family == AF_INET &&
      (name == IP_ADD_MEMBERSHIP || name == IP_DROP_MEMBERSHIP)) {
    if (length < 8) return -EINVAL;
    return user_readable(from, length) ? 0 : -EFAULT;
  }
  if (level == SOL_RAW && name == ICMP_FILTER && socket->transport == &raw_transport)
    return user_load(&socket->icmp_filter, from, min_u32(length, 4)) ? 0 : -EFAULT;
  s32 option = find_option(socket, level, name, true);
  return option < 0 ? option : set_number(socket, (u32)option, from, length);
}

/* Fills the value in; returns its length or an error. */
static s32 get_option(struct socket *socket, u32 level, u32 name, u32 value[4]) {
  if (level == SOL_SOCKET) switch (name) {
      case SO_TYPE: value[0] = socket->type; return 4;
      case SO_ERROR: value[0] = (u32)-socket_error(socket); return 4;
      case SO_ACCEPTCONN: value[0] = socket->phase == LISTENING; return 4;
      case SO_PROTOCOL: value[0] = socket->protocol; return 4;
      case SO_DOMAIN: value[0] = socket->family; return 4;
      case SO_BINDTODEVICE: return 0;
      case SO_LINGER:
        value[0] = socket->lingers;
        value[1] = socket->linger;
        return 8;
      case SO_RCVTIMEO:
      case SO_SNDTIMEO: {
        u64 timeout = name == SO_RCVTIMEO ? socket->receive_timeout : socket->send_timeout;
        value[0] = (u32)(timeout / NS_PER_S);
        value[1] = (u32)(timeout % NS_PER_S / 1000);
        return 8;
      }
      case SO_RCVTIMEO_NEW:
      case SO_SNDTIMEO_NEW: {
        u64 timeout = name == SO_RCVTIMEO_NEW ? socket->receive_timeout : socket->send_timeout;
        value[0] = (u32)(timeout / NS_PER_S);
        value[2] = (u32)(timeout % NS_PER_S / 1000);
        value[1] = value[3] = 0;
        return 16;
      }
      default:;
    }
  if (level == SOL_RAW && name == ICMP_FILTER && socket->transport == &raw_transport) {
    value[0] = socket->icmp_filter;
    return 4;
  }
  s32 option = find_option(socket, level, name, false);
  if (option < 0) return option;
  value[0] = (u32)socket->options[option];
  return 4;
}

SYSCALL(getsockopt) {
  u32 value[4], room;
  s32 error;
  struct file *file = file_of(a[0], &error);
  if (!file) return error;
  if (!user_load(&room, a[4], sizeof room)) return -EFAULT;
  if ((s32)room < 0) return -EINVAL;
  s32 length = get_option(file->state, a[1], a[2], value);
  if (length < 0) return length;
  room = min_u32(room, (u32)length);
  return user_store(a[3], value, room) && user_store(a[4], &room, sizeof room) ? 0 : -EFAULT;
}

/* ---- one number for all, of the time before EABI ---- */

SYSCALL(socketcall) {
  static const struct {
    s32 (*function)(const u32 *);
    u8 arguments;
  } calls[] = {{NULL, 0}, {sys_socket, 3}, {sys_bind, 3}, {sys_connect, 3}, {sys_listen, 2},
               {sys_accept, 3}, {sys_getsockname, 3}, {sys_getpeername, 3}, {sys_socketpair, 4},
               {sys_send, 4}, {sys_recv, 4}, {sys_sendto, 6}, {sys_recvfrom, 6}, {sys_shutdown, 2},
               {sys_setsockopt, 5}, {sys_getsockopt, 5}, {sys_sendmsg, 3}, {sys_recvmsg, 3},
               {sys_accept4, 4}, {sys_recvmmsg, 5}, {sys_sendmmsg, 4}};
  u32 arguments[6] = {0};
  if (a[0] < 1 || a[0] >= COUNT(calls)) return -EINVAL;
  if (!user_load(arguments, a[1], calls[a[0]].arguments * sizeof(u32))) return -EFAULT;
  return calls[a[0]].function(arguments);
}
