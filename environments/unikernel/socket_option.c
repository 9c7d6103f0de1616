/* The options of a socket. */
#include <string.h>

#include "clock.h"
#include "memory.h"
#include "socket_call.h"
#include "syscall.h"

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

void socket_options_init(struct socket *socket) {
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
  struct file *file = socket_file(a[0], &error);
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
  struct file *file = socket_file(a[0], &error);
  if (!file) return error;
  if (!user_load(&room, a[4], sizeof room)) return -EFAULT;
  if ((s32)room < 0) return -EINVAL;
  s32 length = get_option(file->state, a[1], a[2], value);
  if (length < 0) return length;
  room = min_u32(room, (u32)length);
  return user_store(a[3], value, room) && user_store(a[4], &room, sizeof room) ? 0 : -EFAULT;
}
