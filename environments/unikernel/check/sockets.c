/* Sockets: streams, datagrams, raw packets, options, and what is refused. */
#include "check.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>

enum { PORT = 4000, NOBODY = 4001 };

static struct sockaddr_in at(uint32_t ip, int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  address.sin_addr.s_addr = htonl(ip);
  return address;
}

static struct sockaddr *any(void *address) { return address; }

static void tell_poll(int socket, const char *what) {
  struct pollfd poll_ = {socket, POLLIN | POLLOUT | POLLRDHUP, 0};
  int n = poll(&poll_, 1, 100);
  printf("%s: poll %d, events %x\n", what, n, poll_.revents);
}

static void tell_error(int socket, const char *what) {
  int error = -1;
  socklen_t length = sizeof error;
  getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &length);
  printf("%s: SO_ERROR %s\n", what, error ? strerrorname_np(error) : "0");
}

static void check_making(void) {
  static const int kinds[][3] = {
      {AF_INET, SOCK_STREAM, 0},
      {AF_INET, SOCK_STREAM, IPPROTO_TCP},
      {AF_INET, SOCK_STREAM, IPPROTO_UDP},
      {AF_INET, SOCK_DGRAM, 0},
      {AF_INET, SOCK_DGRAM, IPPROTO_UDP},
      {AF_INET, SOCK_DGRAM, IPPROTO_ICMP},
      {AF_INET, SOCK_DGRAM, IPPROTO_TCP},
      {AF_INET, SOCK_RAW, 0},
      {AF_INET, SOCK_RAW, IPPROTO_TCP},
      {AF_INET, SOCK_RAW, IPPROTO_RAW},
      {AF_INET, SOCK_RAW, 256},
      {AF_INET, SOCK_SEQPACKET, 0},
      {AF_INET, 0, 0},
      {AF_INET, 15, 0},
      {AF_INET6, SOCK_STREAM, 0},
      {AF_UNIX, SOCK_STREAM, 0},
      {AF_UNIX, SOCK_DGRAM, 0},
      {AF_UNIX, SOCK_STREAM, 6},
      {AF_UNSPEC, SOCK_STREAM, 0},
      {45, SOCK_STREAM, 0},
      {1000, SOCK_STREAM, 0},
  };
  topic("making");
  for (unsigned i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    char what[64];
    sprintf(what, "socket %d %d %d", kinds[i][0], kinds[i][1], kinds[i][2]);
    close(made(socket(kinds[i][0], kinds[i][1], kinds[i][2]), what));
  }
  made(socket(AF_INET, SOCK_STREAM | 0x100000, 0), "unknown flag");
}

static void check_stream(void) {
  struct sockaddr_in address = at(INADDR_LOOPBACK, PORT), name;
  socklen_t length = sizeof name;
  char bytes[64] = "";
  int on = 1;

  topic("a stream");
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  tell_poll(listener, "unbound");
  tell(shutdown(listener, SHUT_WR), "shutdown of nothing");
  close(listener);
  listener = socket(AF_INET, SOCK_STREAM, 0);
  tell(setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), "reuse");
  tell(bind(listener, any(&address), sizeof address), "bind");
  tell(bind(listener, any(&address), sizeof address), "bind again");
  tell(listen(listener, 5), "listen");
  tell_poll(listener, "listening");
  tell(getsockname(listener, any(&name), &length), "getsockname");
  printf("%s %d %u\n", inet_ntoa(name.sin_addr), ntohs(name.sin_port), length);
  tell(getpeername(listener, any(&name), &length), "getpeername");
  tell(recv(listener, bytes, 1, 0), "recv of a listener");
  tell(send(listener, bytes, 1, MSG_NOSIGNAL), "send of a listener");
  tell(connect(listener, any(&address), sizeof address), "connect of a listener");

  int client = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  tell(recv(client, bytes, 1, 0), "recv before connect");
  tell(send(client, bytes, 1, MSG_NOSIGNAL), "send before connect");
  tell(getpeername(client, any(&name), &length), "getpeername before");
  tell(connect(client, any(&address), sizeof address), "connect");
  tell_poll(client, "client");
  tell_error(client, "client");
  tell(connect(client, any(&address), sizeof address), "connect 2");
  tell(connect(client, any(&address), sizeof address), "connect 3");
  tell_poll(listener, "listener");
  length = sizeof name;
  int server = made(accept4(listener, any(&name), &length, SOCK_NONBLOCK), "accept");
  printf("%s %d %u\n", inet_ntoa(name.sin_addr), name.sin_family, length);
  tell(getpeername(client, any(&name), &length), "getpeername");
  printf("%s %d\n", inet_ntoa(name.sin_addr), ntohs(name.sin_port));
  tell_poll(server, "server");
  tell(recv(server, bytes, sizeof bytes, 0), "recv of nothing");
  tell(send(client, "hello, world", 12, 0), "send");
  tell_poll(server, "server");
  int waiting = -1;
  tell(ioctl(server, FIONREAD, &waiting), "FIONREAD");
  printf("%d\n", waiting);
  tell(recv(server, bytes, 5, MSG_ERRQUEUE), "queue of errors");
  tell(recv(server, bytes, 5, MSG_PEEK), "peek");
  printf("%.5s\n", bytes);
  tell(recv(server, bytes, 5, 0), "recv");
  printf("%.5s\n", bytes);
  tell(read(server, bytes, sizeof bytes), "read");
  printf("%.7s\n", bytes);
  tell(recv(server, bytes, sizeof bytes, MSG_DONTWAIT), "recv");
  tell(recv(server, NOWHERE, 5, 0), "recv to nowhere");
  tell(send(server, NOWHERE, 5, 0), "send from nowhere");
  tell(send(server, bytes, 0, 0), "send nothing");
  tell(recv(server, bytes, 1, MSG_OOB), "out of band");

  struct iovec pieces[] = {{"one ", 4}, {"", 0}, {"two", 3}};
  struct iovec places[] = {{bytes, 2}, {bytes + 10, 20}};
  tell(writev(server, pieces, 3), "writev");
  tell(readv(client, places, 2), "readv");
  printf("%.2s|%.5s\n", bytes, bytes + 10);
  struct msghdr message = {.msg_name = &name, .msg_namelen = sizeof name, .msg_iov = pieces,
                           .msg_iovlen = 3};
  message.msg_name = NULL;
  tell(sendmsg(server, &message, 0), "sendmsg");
  message = (struct msghdr){.msg_name = &name, .msg_namelen = sizeof name, .msg_iov = places,
                            .msg_iovlen = 2};
  tell(recvmsg(client, &message, 0), "recvmsg");
  printf("%.2s|%.5s %x %u\n", bytes, bytes + 10, (unsigned)message.msg_flags, message.msg_namelen);

  tell(shutdown(client, SHUT_WR), "shutdown");
  tell_poll(server, "half closed");
  tell_poll(client, "half closed, the other side");
  tell(recv(server, bytes, 1, 0), "the end");
  tell(send(client, bytes, 1, MSG_NOSIGNAL), "send after the end");
  tell(send(server, "still", 5, 0), "send the other way");
  tell(recv(client, bytes, sizeof bytes, 0), "recv the other way");
  tell(shutdown(server, SHUT_WR), "shutdown");
  tell_poll(client, "closed");
  tell_poll(server, "closed, the other side");
  tell(recv(client, bytes, 1, 0), "the end");
  tell(shutdown(server, 7), "shutdown 7");
  close(client);
  close(server);
  close(listener);
}

static void handler(int signal) {
  static const char text[] = "signal\n";
  (void)signal;
  if (write(1, text, sizeof text - 1) < 0) _exit(1);
}

static void pair(int both[2]) {
  struct sockaddr_in address = at(INADDR_LOOPBACK, PORT);
  int on = 1, listener = socket(AF_INET, SOCK_STREAM, 0);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(listener, any(&address), sizeof address) || listen(listener, 1)) perror("pair");
  both[0] = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(both[0], any(&address), sizeof address)) perror("pair");
  both[1] = accept(listener, NULL, NULL);
  close(listener);
}

static void check_ends(void) {
  int both[2];
  char bytes[16];
  struct linger hard = {1, 0};

  topic("ends");
  pair(both);
  setsockopt(both[0], SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
  close(both[0]);
  tell_poll(both[1], "reset");
  tell(recv(both[1], bytes, 1, 0), "recv");
  tell(recv(both[1], bytes, 1, 0), "recv again");
  tell(send(both[1], bytes, 1, MSG_NOSIGNAL), "send");
  close(both[1]);

  pair(both);
  tell(send(both[1], "unread", 6, 0), "send");
  close(both[0]);
  tell_poll(both[1], "closed with unread bytes");
  tell(recv(both[1], bytes, 1, 0), "recv");
  close(both[1]);

  pair(both);
  tell(send(both[0], "last words", 10, 0), "send");
  close(both[0]);
  tell(recv(both[1], bytes, sizeof bytes, 0), "recv");
  tell(recv(both[1], bytes, sizeof bytes, 0), "recv");
  tell(send(both[1], "x", 1, MSG_NOSIGNAL), "send to nobody");
  usleep(50000);
  tell(send(both[1], "x", 1, MSG_NOSIGNAL), "send to nobody");
  signal(SIGPIPE, handler);
  fflush(stdout);
  tell(send(both[1], "x", 1, 0), "send to nobody");
  fflush(stdout);
  tell(write(both[1], "x", 1), "write to nobody");
  signal(SIGPIPE, SIG_DFL);
  close(both[1]);
}

static void check_refusals(void) {
  struct sockaddr_in nobody = at(INADDR_LOOPBACK, NOBODY), server = at(INADDR_ANY, 80),
                     elsewhere = at(0x01020304, 1), broadcast = at(0x0a0002ff, 9),
                     other = at(INADDR_LOOPBACK, 1);
  int value = 0;
  socklen_t length = sizeof value;

  topic("refusals");
  int stream = socket(AF_INET, SOCK_STREAM, 0);
  tell(connect(stream, any(&nobody), sizeof nobody), "connect");
  tell_error(stream, "afterwards");
  tell(connect(stream, any(&nobody), sizeof nobody), "connect again");
  close(stream);
  stream = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  tell(connect(stream, any(&nobody), sizeof nobody), "connect without waiting");
  tell_poll(stream, "refused");
  tell_error(stream, "refused");
  tell_error(stream, "refused");
  tell_poll(stream, "told");
  tell(connect(stream, any(&nobody), sizeof nobody), "connect again");
  tell(connect(stream, any(&nobody), sizeof nobody), "connect again");
  close(stream);
  stream = socket(AF_INET, SOCK_STREAM, 0);
  tell(bind(stream, any(&server), sizeof server), "bind to the server's port");
  tell(bind(stream, any(&elsewhere), sizeof elsewhere), "bind to a strange address");
  tell(bind(stream, any(&nobody), 8), "bind to half an address");
  other.sin_family = 77;
  tell(bind(stream, any(&other), sizeof other), "bind to a strange family");
  tell(connect(stream, any(&other), sizeof other), "connect to a strange family");
  tell(connect(stream, any(&nobody), 8), "connect to half an address");
  tell(bind(stream, NOWHERE, sizeof nobody), "bind to nowhere");
  tell(connect(stream, NOWHERE, sizeof nobody), "connect to nowhere");
  tell(connect(stream, any(&broadcast), sizeof broadcast), "connect to all");
  tell(getsockname(stream, NOWHERE, &length), "getsockname to nowhere");
  tell(getsockopt(stream, SOL_SOCKET, SO_ERROR, NOWHERE, &length), "getsockopt to nowhere");
  tell(getsockopt(stream, SOL_SOCKET, 999, &value, &length), "getsockopt 999");
  tell(setsockopt(stream, SOL_SOCKET, 999, &value, sizeof value), "setsockopt 999");
  tell(setsockopt(stream, IPPROTO_IP, IP_HDRINCL, &value, sizeof value), "setsockopt header");
  tell(setsockopt(stream, SOL_SOCKET, SO_REUSEADDR, &value, 1), "setsockopt of a byte");
  tell(setsockopt(stream, SOL_SOCKET, SO_REUSEADDR, NOWHERE, 4), "setsockopt from nowhere");
  close(stream);
  tell(listen(0, 1), "listen on no socket");
  tell(bind(0, any(&nobody), sizeof nobody), "bind of no socket");
  tell(send(1, "", 0, 0), "send on no socket");
  tell(recv(999, &value, 1, 0), "recv of no file");
  tell(socket(-1, -1, -1), "socket -1");
  int datagrams = socket(AF_INET, SOCK_DGRAM, 0);
  tell(listen(datagrams, 1), "listen on datagrams");
  tell(accept(datagrams, NULL, NULL), "accept of datagrams");
  tell(sendto(datagrams, "x", 1, 0, any(&broadcast), sizeof broadcast), "to all");
  tell(send(datagrams, "x", 1, 0), "to nobody");
  tell(sendto(datagrams, "x", 1, 0, any(&nobody), 4), "to half an address");
  nobody.sin_port = 0;
  tell(sendto(datagrams, "x", 1, 0, any(&nobody), sizeof nobody), "to port 0");
  close(datagrams);
}

static void check_datagrams(void) {
  struct sockaddr_in address = at(INADDR_LOOPBACK, PORT), nobody = at(INADDR_LOOPBACK, NOBODY), from;
  socklen_t length = sizeof from;
  static char bytes[70000];
  int on = 1;

  topic("datagrams");
  int one = socket(AF_INET, SOCK_DGRAM, 0), other = socket(AF_INET, SOCK_DGRAM, 0);
  tell_poll(one, "new");
  tell(bind(one, any(&address), sizeof address), "bind");
  tell(bind(other, any(&address), sizeof address), "bind, too");
  tell(recv(one, bytes, 10, MSG_DONTWAIT), "recv of nothing");
  tell(recv(one, bytes, 10, MSG_ERRQUEUE), "queue of errors");
  tell(sendto(other, "a datagram", 10, 0, any(&address), sizeof address), "sendto");
  tell(sendto(other, "", 0, 0, any(&address), sizeof address), "sendto of nothing");
  tell(sendto(other, "the third", 9, 0, any(&address), sizeof address), "sendto");
  tell_poll(one, "with datagrams");
  int waiting = -1;
  ioctl(one, FIONREAD, &waiting);
  printf("FIONREAD %d\n", waiting);
  tell(recvfrom(one, bytes, 4, MSG_PEEK | MSG_TRUNC, any(&from), &length), "peek");
  tell(recvfrom(one, bytes, 4, 0, any(&from), &length), "recvfrom");
  printf("%.4s %s %d %u\n", bytes, inet_ntoa(from.sin_addr), from.sin_family, length);
  tell(recvfrom(one, bytes, 4, 0, any(&from), &length), "recvfrom");
  struct iovec place = {bytes, 4};
  struct msghdr message = {.msg_name = &from, .msg_namelen = sizeof from, .msg_iov = &place,
                           .msg_iovlen = 1};
  tell(recvmsg(one, &message, 0), "recvmsg");
  printf("%x %u\n", (unsigned)message.msg_flags, message.msg_namelen);

  tell(connect(other, any(&nobody), sizeof nobody), "connect");
  tell(send(other, "x", 1, 0), "send to nobody");
  tell_poll(other, "unreachable");
  tell(recv(other, bytes, 1, MSG_DONTWAIT), "recv");
  tell(recv(other, bytes, 1, MSG_DONTWAIT), "recv");
  tell(send(other, "x", 1, 0), "send to nobody");
  tell(send(other, "x", 1, 0), "send to nobody");
  tell(connect(other, any(&address), sizeof address), "connect elsewhere");
  tell(getpeername(other, any(&from), &length), "getpeername");
  tell(getsockname(other, any(&from), &length), "getsockname");
  printf("%s\n", inet_ntoa(from.sin_addr));
  memset(bytes, 'x', sizeof bytes);
  tell(setsockopt(one, SOL_SOCKET, SO_RCVBUF, &(int){200000}, sizeof on), "room");
  tell(send(other, bytes, 65507, 0), "a large one");
  tell(recv(one, bytes, sizeof bytes, MSG_DONTWAIT), "recv");
  tell(send(other, bytes, 65508, 0), "too large");
  struct mmsghdr many[2] = {{.msg_hdr = {.msg_iov = &place, .msg_iovlen = 1}},
                            {.msg_hdr = {.msg_iov = &place, .msg_iovlen = 1}}};
  tell(sendmmsg(other, many, 2, 0), "sendmmsg");
  tell(recvmmsg(one, many, 2, MSG_DONTWAIT, NULL), "recvmmsg");
  printf("%u %u\n", many[0].msg_len, many[1].msg_len);
  tell(recvmmsg(one, many, 2, MSG_DONTWAIT, NULL), "recvmmsg of nothing");
  tell(shutdown(one, SHUT_RDWR), "shutdown, not connected");
  tell(shutdown(other, SHUT_WR), "shutdown");
  tell(send(other, "x", 1, MSG_NOSIGNAL), "send");
  struct timeval time = {0, 20000};
  int patient = socket(AF_INET, SOCK_DGRAM, 0);
  tell(setsockopt(patient, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time), "a time");
  tell(recv(patient, bytes, 1, 0), "recv for a while");
  struct sockaddr_in unspecified = {.sin_family = AF_UNSPEC};
  tell(connect(patient, any(&unspecified), sizeof unspecified), "disconnect");
  close(one);
  close(other);
  close(patient);
  /* A full queue loses datagrams without an error. */
  one = socket(AF_INET, SOCK_DGRAM, 0);
  other = socket(AF_INET, SOCK_DGRAM, 0);
  tell(bind(one, any(&address), sizeof address), "bind again");
  int sent = 0;
  for (int i = 0; i < 2000; i++)
    sent += sendto(other, bytes, 1000, 0, any(&address), sizeof address) == 1000;
  int received = 0;
  while (recv(one, bytes, 1000, MSG_DONTWAIT) == 1000) received++;
  printf("2000 to a full queue: %d sent, %s received\n", sent,
         received > 50 && received < 1000 ? "some" : "a strange number");
  close(one);
  close(other);
}

static uint16_t sum(const void *bytes, int length) {
  uint32_t sum = 0;
  for (int i = 0; i < length; i += 2) sum += *(const uint16_t *)((const char *)bytes + i);
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return (uint16_t)~sum;
}

static void check_raw(void) {
  struct sockaddr_in address = at(INADDR_LOOPBACK, 0), from;
  socklen_t length = sizeof from;
  unsigned char bytes[256];
  struct icmphdr ping = {.type = ICMP_ECHO, .un.echo = {htons(77), htons(1)}};
  int on = 1;

  topic("raw packets");
  ping.checksum = sum(&ping, sizeof ping);
  int raw = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
  tell(send(raw, &ping, sizeof ping, 0), "to nobody");
  tell(sendto(raw, &ping, sizeof ping, 0, any(&address), sizeof address), "ping");
  for (int i = 0; i < 2; i++) {
    memset(bytes, 0, sizeof bytes);
    tell(recvfrom(raw, bytes, sizeof bytes, MSG_DONTWAIT, any(&from), &length), "recvfrom");
    printf("%s, protocol %d, length %d, type %d\n", inet_ntoa(from.sin_addr), bytes[9],
           bytes[2] << 8 | bytes[3], bytes[20]);
  }
  tell(recv(raw, bytes, sizeof bytes, MSG_DONTWAIT), "no more");
  tell(getsockname(raw, any(&from), &length), "getsockname");
  printf("%s %d\n", inet_ntoa(from.sin_addr), ntohs(from.sin_port));
  tell(connect(raw, any(&address), sizeof address), "connect");
  tell(send(raw, &ping, sizeof ping, 0), "send");
  close(raw);

  struct {
    struct iphdr ip;
    struct icmphdr icmp;
  } packet = {.ip = {.ihl = 5, .version = 4, .ttl = 9, .protocol = IPPROTO_ICMP}, .icmp = ping};
  packet.ip.daddr = htonl(INADDR_LOOPBACK);
  int listener = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
  raw = socket(AF_INET, SOCK_RAW, IPPROTO_TCP);
  tell(setsockopt(raw, IPPROTO_IP, IP_HDRINCL, &on, sizeof on), "header");
  tell(sendto(raw, &packet, sizeof packet, 0, any(&address), sizeof address), "with a header");
  tell(recv(listener, bytes, sizeof bytes, MSG_DONTWAIT), "recv");
  struct iphdr *ip = (struct iphdr *)bytes;
  printf("%s, ttl %d, length %d, id %s, sum %d\n", inet_ntoa((struct in_addr){ip->saddr}), ip->ttl,
         ntohs(ip->tot_len), ip->id ? "given" : "0", sum(ip, 20));
  tell(sendto(raw, &packet, 10, 0, any(&address), sizeof address), "half a header");
  close(raw);
  raw = socket(AF_INET, SOCK_RAW, IPPROTO_RAW);
  tell(sendto(raw, &packet, sizeof packet, 0, any(&address), sizeof address), "IPPROTO_RAW");
  tell(recv(raw, bytes, sizeof bytes, MSG_DONTWAIT), "recv");
  tell_poll(raw, "raw");
  close(raw);
  close(listener);
}

static void tell_option(int socket, int level, int name, const char *what) {
  int value = -1;
  socklen_t length = sizeof value;
  long result = getsockopt(socket, level, name, &value, &length);
  if (result) tell(result, "%s", what);
  else printf("%s: %d (%u)\n", what, value, length);
}

static void check_options(void) {
  static const struct {
    int level, name;
    const char *what;
  } options[] = {
      {SOL_SOCKET, SO_TYPE, "SO_TYPE"},
      {SOL_SOCKET, SO_DOMAIN, "SO_DOMAIN"},
      {SOL_SOCKET, SO_PROTOCOL, "SO_PROTOCOL"},
      {SOL_SOCKET, SO_REUSEADDR, "SO_REUSEADDR"},
      {SOL_SOCKET, SO_KEEPALIVE, "SO_KEEPALIVE"},
      {SOL_SOCKET, SO_BROADCAST, "SO_BROADCAST"},
      {SOL_SOCKET, SO_ACCEPTCONN, "SO_ACCEPTCONN"},
      {SOL_SOCKET, SO_RCVLOWAT, "SO_RCVLOWAT"},
      {SOL_SOCKET, SO_PRIORITY, "SO_PRIORITY"},
      {SOL_SOCKET, SO_OOBINLINE, "SO_OOBINLINE"},
      {IPPROTO_IP, IP_TTL, "IP_TTL"},
      {IPPROTO_IP, IP_TOS, "IP_TOS"},
      {IPPROTO_IP, IP_HDRINCL, "IP_HDRINCL"},
      {IPPROTO_IP, IP_MULTICAST_TTL, "IP_MULTICAST_TTL"},
      {IPPROTO_IP, IP_MULTICAST_LOOP, "IP_MULTICAST_LOOP"},
      {IPPROTO_TCP, TCP_NODELAY, "TCP_NODELAY"},
      {IPPROTO_TCP, TCP_KEEPIDLE, "TCP_KEEPIDLE"},
      {IPPROTO_TCP, TCP_KEEPINTVL, "TCP_KEEPINTVL"},
      {IPPROTO_TCP, TCP_KEEPCNT, "TCP_KEEPCNT"},
      {IPPROTO_TCP, TCP_SYNCNT, "TCP_SYNCNT"},
      {IPPROTO_TCP, TCP_CORK, "TCP_CORK"},
  };
  static const int types[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_RAW};

  topic("options");
  for (unsigned t = 0; t < 3; t++) {
    int it = socket(AF_INET, types[t], types[t] == SOCK_RAW ? IPPROTO_UDP : 0);
    for (unsigned i = 0; i < sizeof options / sizeof *options; i++)
      tell_option(it, options[i].level, options[i].name, options[i].what);
    tell(setsockopt(it, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int)), "set TCP_NODELAY");
    tell(setsockopt(it, IPPROTO_IP, IP_HDRINCL, &(int){1}, sizeof(int)), "set IP_HDRINCL");
    close(it);
  }
  int it = socket(AF_INET, SOCK_STREAM, 0);
  int value = 5;
  tell(setsockopt(it, SOL_SOCKET, SO_REUSEADDR, &value, sizeof value), "set");
  tell_option(it, SOL_SOCKET, SO_REUSEADDR, "SO_REUSEADDR of 5");
  value = 4096;
  tell(setsockopt(it, SOL_SOCKET, SO_RCVBUF, &value, sizeof value), "set");
  tell_option(it, SOL_SOCKET, SO_RCVBUF, "SO_RCVBUF of 4096");
  value = 1;
  tell(setsockopt(it, SOL_SOCKET, SO_SNDBUF, &value, sizeof value), "set");
  tell_option(it, SOL_SOCKET, SO_SNDBUF, "SO_SNDBUF of 1");
  tell(setsockopt(it, SOL_SOCKET, SO_TYPE, &value, sizeof value), "set SO_TYPE");
  value = 0;
  tell(setsockopt(it, IPPROTO_IP, IP_TTL, &value, sizeof value), "set IP_TTL 0");
  tell(setsockopt(it, IPPROTO_TCP, TCP_KEEPIDLE, &value, sizeof value), "set TCP_KEEPIDLE 0");
  tell(setsockopt(it, SOL_SOCKET, SO_BINDTODEVICE, "nosuch", 7), "bind to nosuch");
  tell(setsockopt(it, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3), "bind to lo");
  struct timeval time = {1, 500000}, back = {-1, -1};
  socklen_t length = sizeof back;
  tell(setsockopt(it, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time), "set SO_SNDTIMEO");
  tell(getsockopt(it, SOL_SOCKET, SO_SNDTIMEO, &back, &length), "get SO_SNDTIMEO");
  printf("%ld %ld %u\n", (long)back.tv_sec, (long)back.tv_usec, length);
  close(it);
}

static void check_bulk(void) {
  static unsigned char bytes[100000];
  int both[2];
  long sent = 0, received = 0, n;
  unsigned wrong = 0;

  topic("bulk");
  pair(both);
  while (sent < 10000000) {
    for (unsigned i = 0; i < sizeof bytes; i++) bytes[i] = (unsigned char)((sent + (long)i) % 251);
    n = send(both[0], bytes, sizeof bytes, MSG_DONTWAIT);
    if (n > 0) sent += n;
    else if (errno != EAGAIN) break;
    struct pollfd poll_ = {both[1], POLLIN, 0};
    poll(&poll_, 1, 1000);
    while ((n = recv(both[1], bytes, sizeof bytes, MSG_DONTWAIT)) > 0) {
      for (long i = 0; i < n; i++) wrong += bytes[i] != (received + i) % 251;
      received += n;
    }
  }
  close(both[0]);
  for (;;) {
    struct pollfd poll_ = {both[1], POLLIN, 0};
    if (poll(&poll_, 1, 5000) != 1) break;
    n = recv(both[1], bytes, sizeof bytes, 0);
    if (n <= 0) break;
    for (long i = 0; i < n; i++) wrong += bytes[i] != (received + i) % 251;
    received += n;
  }
  printf("the end: %ld; %s received, %u wrong\n", n, received == sent ? "all" : "not all", wrong);
  close(both[1]);

  /* The peer does not read: at some time the socket takes no more. */
  pair(both);
  for (sent = 0; (n = send(both[0], bytes, 1000, MSG_DONTWAIT)) > 0 && sent < 50000000;) sent += n;
  tell(n, "send to one who does not read");
  struct pollfd poll_ = {both[0], POLLOUT, 0};
  tell(poll(&poll_, 1, 0), "poll");
  close(both[0]);
  close(both[1]);
}

static void check_backlog(void) {
  struct sockaddr_in address = at(INADDR_LOOPBACK, PORT);
  int clients[8], on = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  char byte;

  topic("a listener that goes");
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  tell(bind(listener, any(&address), sizeof address), "bind");
  tell(listen(listener, 16), "listen");
  tell(accept(listener, NULL, NULL), "accept of nobody");
  for (int i = 0; i < 8; i++) {
    clients[i] = socket(AF_INET, SOCK_STREAM, 0);
    tell(connect(clients[i], any(&address), sizeof address), "connect");
  }
  close(made(accept(listener, NULL, NULL), "accept"));
  close(listener);
  tell(recv(clients[0], &byte, 1, 0), "the accepted one");
  tell(recv(clients[7], &byte, 1, 0), "one that was not");
  for (int i = 0; i < 8; i++) close(clients[i]);
}

/* The listener's side ends each connection first, so TIME-WAIT holds the port on that side. */
static void check_again(void) {
  struct sockaddr_in address = at(INADDR_LOOPBACK, PORT), from = at(INADDR_LOOPBACK, 4002);
  int on = 1, listener = socket(AF_INET, SOCK_STREAM, 0);
  char bytes[8] = "";

  topic("the same port again");
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  tell(bind(listener, any(&address), sizeof address), "bind");
  tell(listen(listener, 4), "listen");
  for (int i = 0; i < 4; i++) {
    int client = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    setsockopt(client, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    tell(bind(client, any(&from), sizeof from), "bind the client");
    tell(connect(client, any(&address), sizeof address), "connect");
    struct pollfd poll_ = {listener, POLLIN, 0};
    tell(poll(&poll_, 1, 500), "a client within half a second");
    int server = made(accept(listener, NULL, NULL), "accept");
    tell(write(server, "again", 5), "write");
    close(server);
    poll_ = (struct pollfd){client, POLLIN, 0};
    tell(poll(&poll_, 1, 500), "an answer");
    tell(read(client, bytes, sizeof bytes), "read");
    tell(read(client, bytes, sizeof bytes), "the end");
    close(client);
  }
  close(listener);
}

static void check_server(void) {
  static const char request[] = "GET /nothing HTTP/1.0\r\n\r\n";
  static const uint32_t ways[] = {INADDR_LOOPBACK, 0x0a00020f, INADDR_ANY};
  topic("the server");
  for (int i = 0; i < 3; i++) {
    struct sockaddr_in address = at(ways[i], 80);
    char line[13] = "";
    int it = socket(AF_INET, SOCK_STREAM, 0);
    tell(connect(it, any(&address), sizeof address), "connect");
    tell(send(it, request, sizeof request - 1, 0), "send");
    tell(recv(it, line, sizeof line - 1, MSG_WAITALL), "recv");
    printf("%s\n", line + 9);
    close(it);
  }
}

static void check_local(void) {
  int both[2];
  char bytes[16] = "";
  struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = "/tmp/a-socket"}, got;
  socklen_t length = sizeof got;

  topic("local sockets");
  tell(socketpair(AF_UNIX, SOCK_STREAM, 0, both), "a pair");
  tell_poll(both[0], "pair");
  tell(send(both[0], "hello", 5, 0), "send");
  tell_poll(both[1], "pair");
  tell(recv(both[1], bytes, 3, 0), "recv");
  tell(getsockname(both[1], any(&got), &length), "getsockname");
  printf("%u %d\n", length, got.sun_family);
  close(both[0]);
  tell_poll(both[1], "closed");
  tell(recv(both[1], bytes, 9, 0), "recv");
  tell(recv(both[1], bytes, 9, 0), "recv");
  tell(send(both[1], "x", 1, MSG_NOSIGNAL), "send");
  close(both[1]);
  tell(socketpair(AF_INET, SOCK_STREAM, 0, both), "a pair of AF_INET");
  tell(socketpair(AF_UNIX, SOCK_STREAM, 0, NOWHERE), "a pair to nowhere");
  tell(socketpair(AF_UNIX, SOCK_DGRAM, 0, both), "datagrams");
  tell(send(both[0], "one", 3, 0), "send");
  tell(send(both[0], "", 0, 0), "send");
  tell(recv(both[1], bytes, 2, 0), "recv");
  tell(recv(both[1], bytes, 2, 0), "recv");
  tell(recv(both[1], bytes, 2, MSG_DONTWAIT), "recv");
  close(both[0]);
  close(both[1]);

  int client = socket(AF_UNIX, SOCK_STREAM, 0), listener = socket(AF_UNIX, SOCK_STREAM, 0);
  tell_poll(client, "new");
  tell(recv(client, bytes, 1, 0), "recv");
  tell(send(client, bytes, 1, MSG_NOSIGNAL), "send");
  tell(connect(client, any(&name), sizeof name), "connect");
  tell(bind(listener, any(&name), sizeof name), "bind");
  tell(connect(client, any(&name), sizeof name), "connect");
  tell(listen(listener, 1), "listen");
  tell(connect(client, any(&name), sizeof name), "connect");
  tell(send(client, "early", 5, 0), "send");
  tell_poll(listener, "listener");
  length = sizeof got;
  int server = made(accept(listener, any(&got), &length), "accept");
  printf("%u\n", length);
  tell(recv(server, bytes, sizeof bytes, 0), "recv");
  length = sizeof got;
  tell(getpeername(client, any(&got), &length), "getpeername");
  printf("%s %u\n", got.sun_path, length);
  int other = socket(AF_UNIX, SOCK_STREAM, 0);
  tell(bind(other, any(&name), sizeof name), "bind to the same");
  close(other);
  close(server);
  close(client);
  close(listener);
  client = socket(AF_UNIX, SOCK_STREAM, 0);
  tell(connect(client, any(&name), sizeof name), "connect to what was left");
  close(client);
}

int main(void) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  check_making();
  check_stream();
  check_ends();
  check_refusals();
  check_datagrams();
  check_raw();
  check_options();
  check_bulk();
  check_backlog();
  check_again();
  check_server();
  check_local();
  return 0;
}
