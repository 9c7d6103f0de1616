/* System calls that bind, connect, accept and shut down sockets, and that tell their addresses. */
#include <string.h>

#include "memory.h"
#include "socket_call.h"
#include "syscall.h"
#include "thread.h"

enum { BACKLOG_MAX = 4096 };

s32 address_load(struct address *address, u32 from, u32 length) {
  if (length > 128) return -EINVAL;
  memset(address, 0, sizeof *address);
  if (!user_readable(from, length)) return -EFAULT;
  memcpy(address, (const void *)from, min_u32(length, sizeof *address));
  return 0;
}

s32 address_store(const struct address *address, u32 length, u32 to, u32 length_at) {
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
  struct file *file = socket_file(a[0], error);
  if (!file) return NULL;
  *error = address_load(address, a[1], a[2]);
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

static bool is_answered(void *argument) { return ((struct socket *)argument)->answered; }

SYSCALL(connect) {
  struct address address;
  s32 error;
  struct file *file = file_and_address(a, &address, &error);
  if (!file) return error;
  struct socket *socket = file->state;
  error = socket->transport->connect(socket, &address, a[2]);
  if ((error != -EINPROGRESS && error != -EALREADY) || file->flags & O_NONBLOCK) return error;
  file->references++;
  s32 waited = wait_for(is_answered, socket, deadline_after(socket->send_timeout));
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
  struct file *file = socket_file(a[0], &error);
  if (!file) return error;
  struct socket *socket = file->state;
  if (!socket->transport->listen) return -EOPNOTSUPP;
  return socket->transport->listen(socket, min_u32(a[1], BACKLOG_MAX));
}

static s32 accept(u32 number, u32 to, u32 length_at, u32 flags) {
  s32 error;
  struct file *file = socket_file(number, &error);
  if (!file) return error;
  struct socket *socket = file->state;
  if (flags & ~(O_NONBLOCK | O_CLOEXEC)) return -EINVAL;
  if (!socket->transport->listen) return -EOPNOTSUPP;
  if (socket->phase != LISTENING) return -EINVAL;
  u64 deadline = deadline_after(socket->receive_timeout);
  file->references++;
  while (!socket->accepted && !error)
    error = socket->phase != LISTENING ? -EINVAL
            : socket_blocks(file, 0)          ? socket_wait_to_receive(socket, deadline)
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
  s32 result = socket_open(connection, flags);
  if (result < 0) return result;
  error = address_store(&address, (u32)length, to, length_at);
  if (!error) return result;
  file_close((u32)result);
  return error;
}

SYSCALL(accept) { return accept(a[0], a[1], a[2], 0); }
SYSCALL(accept4) { return accept(a[0], a[1], a[2], a[3]); }

static s32 name(const u32 *a, bool peer) {
  struct address address = {0};
  s32 error;
  struct file *file = socket_file(a[0], &error);
  if (!file) return error;
  struct socket *socket = file->state;
  s32 length = socket->transport->name(socket, peer, &address);
  if (length < 0) return length;
  if (!a[1]) return -EFAULT;
  return address_store(&address, (u32)length, a[1], a[2]);
}

SYSCALL(getsockname) { return name(a, false); }
SYSCALL(getpeername) { return name(a, true); }

SYSCALL(shutdown) {
  s32 error;
  struct file *file = socket_file(a[0], &error);
  if (!file) return error;
  if (a[1] > SHUT_RDWR) return -EINVAL;
  struct socket *socket = file->state;
  return socket->transport->shutdown(socket, a[1]);
}
