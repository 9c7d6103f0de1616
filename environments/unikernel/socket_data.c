/* Sending and receiving, and the waiting for it. */
#include "memory.h"
#include "page.h"
#include "signal.h"
#include "socket_call.h"
#include "syscall.h"
#include "thread.h"

enum { GATHERED = 1024 * 1024, PIECES = 1024 };

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

u64 deadline_after(u64 timeout) { return timeout ? now() + timeout : NEVER; }

s32 socket_wait_to_receive(struct socket *socket, u64 deadline) {
  struct wish wish = {socket, POLLIN};
  s32 error = wait_for(is_ready, &wish, deadline);
  return error == -ETIMEDOUT ? -EAGAIN : error;
}

/* The card does not tell when it has sent, so this waits only for a while. A socket that was ready
   and still could not send (its memory is in pieces) is not asked again at once. */
static s32 wait_to_send(struct socket *socket, u64 deadline) {
  struct wish wish = {socket, POLLOUT};
  s32 error = wait_for(is_ready(&wish) ? never : is_ready, &wish,
                       min_u64(deadline, now() + SEND_RETRY));
  return error != -ETIMEDOUT ? error : now() < deadline ? 0 : -EAGAIN;
}

/* ---- sending and receiving ---- */

bool socket_blocks(const struct file *file, u32 flags) {
  return !(file->flags & O_NONBLOCK) && !(flags & MSG_DONTWAIT);
}

/* The bytes are the sample's, or the kernel's own (gathered from pieces). */
static bool there(u32 address, u32 length, bool gathered, bool write) {
  return gathered || (write ? user_writable(address, length) : user_readable(address, length));
}

s32 socket_send(struct file *file, u32 from, u32 length, bool gathered,
                      const struct address *to, u32 to_length, u32 flags) {
  struct socket *socket = file->state;
  u64 deadline = deadline_after(socket->send_timeout);
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
    error = n == -EAGAIN && socket_blocks(file, flags) ? wait_to_send(socket, deadline) : n;
    if (error) break;
  }
  if (error == -EPIPE && !done && !(flags & MSG_NOSIGNAL)) signal_send(current, SIGPIPE);
  file_put(file);
  return done || !error ? (s32)done : error;
}

s32 socket_receive(struct file *file, u32 to, u32 length, bool gathered, struct address *from,
                         u32 *from_length, u32 flags, u32 *whole) {
  struct socket *socket = file->state;
  u64 deadline = deadline_after(socket->receive_timeout);
  u32 done = 0;
  s32 error = 0;
  /* The queue of errors is empty, and nobody waits for it. */
  if (flags & MSG_ERRQUEUE && socket->family == AF_INET) return -EAGAIN;
  file->references++;
  for (;;) {
    /* Only so many bytes must be writable, whatever length the program says. */
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
    bool waits = n == -EAGAIN && socket_blocks(file, flags);
    error = waits ? socket_wait_to_receive(socket, deadline) : n;
    if (error) break;
  }
  file_put(file);
  return done || !error ? (s32)done : error;
}

/* ---- data ---- */

static s32 send_to(u32 number, u32 from, u32 length, u32 flags, u32 to, u32 to_length) {
  struct address address;
  s32 error;
  struct file *file = socket_file(number, &error);
  if (!file) return error;
  if ((s32)length < 0) length = 0x7fffffff;
  if (!user_readable(from, length)) return -EFAULT;
  error = to ? address_load(&address, to, to_length) : 0;
  if (error) return error;
  return socket_send(file, from, length, false, to ? &address : NULL, to ? to_length : 0, flags);
}

static s32 receive_from(u32 number, u32 to, u32 length, u32 flags, u32 from, u32 from_length_at) {
  struct address address = {0};
  s32 error;
  u32 address_length = 0, whole = 0;
  struct file *file = socket_file(number, &error);
  if (!file) return error;
  if ((s32)length < 0) length = 0x7fffffff;
  s32 n = socket_receive(file, to, length, false, &address, &address_length, flags, &whole);
  if (n < 0) return n;
  error = address_store(&address, address_length, from, from_length_at);
  if (error) return error;
  return flags & MSG_TRUNC && whole > (u32)n ? (s32)whole : n;
}

SYSCALL(send) { return send_to(a[0], a[1], a[2], a[3], 0, 0); }
SYSCALL(sendto) { return send_to(a[0], a[1], a[2], a[3], a[4], a[5]); }
SYSCALL(recv) { return receive_from(a[0], a[1], a[2], a[3], 0, 0); }
SYSCALL(recvfrom) { return receive_from(a[0], a[1], a[2], a[3], a[4], a[5]); }

/* ---- messages of several pieces ---- */

struct message {
  u32 name, name_length, pieces, count, control, control_length;
  u32 flags;
};

/* Checks the pieces and returns the sum of their lengths; *first is the first one's address. */
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

/* Copies between the pieces and one buffer. False if the sample has unmapped them meanwhile. */
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

/* A message of one piece is transferred directly, any other one through a buffer of the kernel's.
   */
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
    n = socket_receive(file, at, length, gathered, address, address_length, flags, whole);
    if (gathered && n > 0 && !copy_pieces(pieces, place, (u32)n, true)) n = -EFAULT;
  } else {
    n = gathered && !copy_pieces(pieces, place, length, false)
            ? -EFAULT
            : socket_send(file, at, length, gathered, address, *address_length, flags);
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
  struct file *file = socket_file(number, &error);
  if (!file) return error;
  if (!user_load(&message, at, sizeof message)) return -EFAULT;
  if (message.name && (s32)message.name_length < 0) return -EINVAL;
  bool named = message.name && message.name_length;
  if (named) {
    message.name_length = min_u32(message.name_length, 128);
    error = address_load(&address, message.name, message.name_length);
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
  struct file *file = socket_file(number, &error);
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
