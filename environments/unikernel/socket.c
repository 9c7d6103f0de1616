#include "socket.h"

#include "clock.h"
#include "memory.h"
#include "page.h"
#include "socket_call.h"
#include "syscall.h"

enum { TYPE_MASK = 0xf, DATAGRAM_COST = 256 };

struct record {
  u32 length, from_length;
  struct address from;
};

/* ---- sockets ---- */

struct socket *socket_new(const struct transport *transport, u32 family, u32 type, u32 protocol) {
  struct socket *socket = kalloc(sizeof *socket);
  if (!socket) return NULL;
  socket->transport = transport;
  socket->family = (u16)family;
  socket->type = (u16)type;
  socket->protocol = (u16)protocol;
  socket_options_init(socket);
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

/* ---- the socket as a file ---- */

static s32 socket_read(struct file *file, void *to, u32 length) {
  struct address from;
  u32 from_length, whole;
  if (length == 0) return 0;
  return socket_receive(file, (u32)to, length, false, &from, &from_length, 0, &whole);
}

static s32 socket_write(struct file *file, const void *from, u32 length) {
  return socket_send(file, (u32)from, length, false, NULL, 0, 0);
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
                                                         .pieces = socket_transfer_pieces,
                                                         .ioctl = socket_ioctl,
                                                         .ready = socket_ready,
                                                         .ready_at = socket_ready_at,
                                                         .status = socket_status,
                                                         .close = socket_close};

bool file_is_socket(const struct file *file) { return file->operations == &socket_operations; }

struct file *socket_file(u32 number, s32 *error) {
  struct file *file = file_at(number);
  *error = !file ? -EBADF : file_is_socket(file) ? 0 : -ENOTSOCK;
  return *error ? NULL : file;
}

s32 socket_open(struct socket *socket, u32 flags) {
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
  return socket_open(socket, flags);
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
  numbers[0] = socket_open(one, flags);
  if (numbers[0] < 0) {
    socket_free(other);
    return numbers[0];
  }
  numbers[1] = socket_open(other, flags);
  if (numbers[1] < 0) {
    file_close((u32)numbers[0]);
    return numbers[1];
  }
  return user_store(a[3], numbers, sizeof numbers) ? 0 : -EFAULT;
}

/* ---- the one system call of before the EABI ---- */

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
