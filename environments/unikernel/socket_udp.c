/* SOCK_DGRAM and SOCK_RAW of AF_INET. */
#include <lwip/inet_chksum.h>
#include <lwip/ip.h>
#include <lwip/raw.h>
#include <lwip/udp.h>
#include <string.h>

#include "net.h"
#include "proc.h"
#include "socket.h"
#include "virtio_net.h"

enum { LOOPBACK = 0x0100007f, DATAGRAM_MAX = 65507, PACKET_MAX = 65515, MTU = 1500, HEADER = 20,
       RAW_ONLY_SENDS = 255, POLL_WRITE_ALL = POLL_WRITE | POLLWRBAND };

static bool is_raw(const struct socket *socket) { return socket->type == SOCK_RAW; }

static u32 destination(const struct address *address) {
  return address->ip ? address->ip : LOOPBACK;
}

/* ---- callbacks of lwIP ---- */

static void copy(const void *source, struct queue *to) {
  for (const struct pbuf *at = source; at; at = at->next) queue_put(to, at->payload, at->len);
}

static void receive(struct socket *socket, const struct pbuf *bytes, u32 ip, u16 port) {
  struct address from = {.family = AF_INET, .port = lwip_htons(port), .ip = ip};
  if (!socket->no_reading)
    socket_put_datagram(socket, &from, INET_ADDRESS, bytes->tot_len, copy, bytes);
}

static void on_datagram(void *argument, struct udp_pcb *pcb, struct pbuf *bytes,
                        const ip_addr_t *from, u16_t port) {
  (void)pcb;
  receive(argument, bytes, ip4_addr_get_u32(from), port);
  pbuf_free(bytes);
}

/* A copy: others, lwIP among them, get the packet, too. */
static u8_t on_packet(void *argument, struct raw_pcb *pcb, struct pbuf *packet,
                      const ip_addr_t *from) {
  struct socket *socket = argument;
  if (pcb->protocol == IP_PROTO_ICMP) {
    u8_t type = pbuf_get_at(packet, (u16_t)((pbuf_get_at(packet, 0) & 15) * 4));
    if (type < 32 && socket->icmp_filter >> type & 1) return 0;
  }
  receive(socket, packet, ip4_addr_get_u32(from), 0);
  return 0;
}

/* An ICMP error about a datagram that was sent becomes the error of its socket. */
static u8_t on_icmp(void *argument, struct raw_pcb *pcb, struct pbuf *packet,
                    const ip_addr_t *from) {
  enum { UNREACHABLE = 3, CODES = 4, PROTOCOL = 9, DESTINATION = 16 };
  static const u8 errors[CODES] = {ENETUNREACH, EHOSTUNREACH, ENOPROTOOPT, ECONNREFUSED};
  u8 icmp[8], inner[HEADER];
  u16 ports[2];
  u32 remote;
  (void)argument, (void)pcb, (void)from;
  u16_t at = (u16_t)((pbuf_get_at(packet, 0) & 15) * 4);
  if (pbuf_copy_partial(packet, icmp, sizeof icmp, at) != sizeof icmp || icmp[0] != UNREACHABLE ||
      icmp[1] >= CODES)
    return 0;
  at = (u16_t)(at + sizeof icmp);
  if (pbuf_copy_partial(packet, inner, sizeof inner, at) != sizeof inner) return 0;
  at = (u16_t)(at + (inner[0] & 15) * 4);
  if (pbuf_copy_partial(packet, ports, sizeof ports, at) != sizeof ports) return 0;
  memcpy(&remote, inner + DESTINATION, sizeof remote);
  u16 local_port = lwip_ntohs(ports[0]), remote_port = lwip_ntohs(ports[1]);
  if (inner[PROTOCOL] == IP_PROTO_TCP)
    tcp_unreachable(local_port, remote_port, remote, errors[icmp[1]]);
  if (inner[PROTOCOL] != IP_PROTO_UDP) return 0;
  for (struct udp_pcb *one = udp_pcbs; one; one = one->next)
    if (one->recv == on_datagram && one->flags & UDP_FLAGS_CONNECTED &&
        one->local_port == local_port && one->remote_port == remote_port &&
        ip4_addr_get_u32(&one->remote_ip) == remote) {
      struct socket *socket = one->recv_arg;
      socket->error = errors[icmp[1]];
      socket_changed(socket);
    }
  return 0;
}

static void icmp_listen(void) {
  static struct raw_pcb *listener;
  if (!listener && (listener = raw_new(IP_PROTO_ICMP))) raw_recv(listener, on_icmp, NULL);
}

/* ---- the transports ---- */

static s32 udp_open(struct socket *socket) {
  icmp_listen();
  if (is_raw(socket)) {
    struct raw_pcb *pcb = raw_new((u8_t)socket->protocol);
    if (pcb && socket->protocol != RAW_ONLY_SENDS) raw_recv(pcb, on_packet, socket);
    socket->pcb = pcb;
  } else {
    struct udp_pcb *pcb = udp_new();
    if (pcb) udp_recv(pcb, on_datagram, socket);
    socket->pcb = pcb;
  }
  return socket->pcb ? 0 : -ENOBUFS;
}

static s32 udp_bind_to(struct socket *socket, const struct address *address, u32 length) {
  if (length < INET_ADDRESS) return -EINVAL;
  if (address->family != AF_INET && !(address->family == AF_UNSPEC && address->ip == 0))
    return -EAFNOSUPPORT;
  ip_addr_t ip = IPADDR4_INIT(address->ip);
  if (!inet_is_local(address->ip) && !ip4_addr_ismulticast(&ip) &&
      !ip4_addr_isbroadcast(&ip, netif_default))
    return -EADDRNOTAVAIL;
  void *pcb = socket->pcb;
  if (is_raw(socket)) {
    raw_bind(pcb, &ip);
    return 0;
  }
  struct udp_pcb *udp = pcb;
  if (udp->local_port) return -EINVAL;
  if (socket->options[REUSE_ADDRESS]) ip_set_option(udp, SOF_REUSEADDR);
  return udp_bind(udp, &ip, lwip_ntohs(address->port)) == ERR_OK ? 0 : -EADDRINUSE;
}

static s32 udp_connect_to(struct socket *socket, const struct address *address, u32 length) {
  if (length < sizeof(u16)) return -EINVAL;
  void *pcb = socket->pcb;
  socket->error = 0;
  if (address->family == AF_UNSPEC) {
    if (is_raw(socket)) raw_disconnect(pcb);
    else udp_disconnect(pcb);
    socket->phase = IDLE;
    return 0;
  }
  if (length < INET_ADDRESS) return -EINVAL;
  if (address->family != AF_INET) return -EAFNOSUPPORT;
  ip_addr_t ip = IPADDR4_INIT(destination(address));
  if (ip4_addr_isbroadcast(&ip, netif_default) && !socket->options[BROADCAST]) return -EACCES;
  if (is_raw(socket)) {
    raw_connect(pcb, &ip);
  } else if (udp_connect(pcb, &ip, lwip_ntohs(address->port)) != ERR_OK) {
    return -EAGAIN;
  }
  socket->remote = *address;
  socket->remote.ip = destination(address);
  socket->phase = CONNECTED;
  return 0;
}

/* Fills in what Linux does: the fields that the sample left out, and always length and checksum. */
static struct pbuf *complete(const void *from, u32 length, u32 to) {
  struct pbuf *packet = pbuf_alloc(PBUF_LINK, (u16_t)length, PBUF_RAM);
  if (!packet) return NULL;
  struct ip_hdr *header = packet->payload;
  memcpy(header, from, length);
  IPH_LEN_SET(header, lwip_htons((u16_t)length));
  if (header->src.addr == 0) {
    ip4_addr_t ip = {to};
    const struct netif *netif = ip4_route(&ip);
    if (netif) header->src.addr = ip4_addr_get_u32(netif_ip4_addr(netif));
  }
  if (IPH_ID(header) == 0) IPH_ID_SET(header, (u16_t)LWIP_RAND());
  IPH_CHKSUM_SET(header, 0);
  IPH_CHKSUM_SET(header, inet_chksum(header, (u16_t)(IPH_HL(header) * 4)));
  return packet;
}

static s32 send_result(err_t error, u32 length) {
  switch (error) {
    case ERR_OK: return (s32)length;
    case ERR_MEM:
    case ERR_BUF: return -EAGAIN;
    case ERR_RTE: return -ENETUNREACH;
    default: return -EINVAL;
  }
}

static s32 udp_send_to(struct socket *socket, const void *from, u32 length,
                       const struct address *to, u32 to_length, u32 flags) {
  bool raw = is_raw(socket), whole = raw && (socket->options[HEADER_INCLUDED] ||
                                             socket->protocol == RAW_ONLY_SENDS);
  if (flags & MSG_OOB) return -EOPNOTSUPP;
  if (length > (raw ? PACKET_MAX : DATAGRAM_MAX)) return -EMSGSIZE;
  if (to) {
    if (to_length < INET_ADDRESS) return -EINVAL;
    if (to->family != AF_INET && to->family != AF_UNSPEC) return -EAFNOSUPPORT;
    if (!raw && to->port == 0) return -EINVAL;
  } else if (socket->phase != CONNECTED) {
    return -EDESTADDRREQ;
  }
  if (socket->no_writing) return -EPIPE;
  if (socket->error) return socket_error(socket);
  u32 target = destination(to ? to : &socket->remote);
  ip_addr_t ip = IPADDR4_INIT(target);
  if (ip4_addr_isbroadcast(&ip, netif_default) && !socket->options[BROADCAST]) return -EACCES;
  if (whole) {
    const struct ip_hdr *header = from;
    if (length < HEADER || (u32)IPH_HL(header) * 4 > length || IPH_HL(header) < 5) return -EINVAL;
    if (length > MTU) return -EMSGSIZE;
  }
  void *pcb = socket->pcb;
  if (!net_has_room() || !nic_has_room()) return -EAGAIN;

  /* Until the packet is on its way, the bytes stay where they are. */
  struct pbuf *bytes = whole ? complete(from, length, target)
                             : pbuf_alloc_reference((void *)from, (u16_t)length, PBUF_REF);
  if (!bytes) return -EAGAIN;
  err_t error;
  if (raw) {
    struct raw_pcb *sender = pcb;
    sender->ttl = (u8_t)socket->options[TTL];
    sender->tos = (u8_t)socket->options[TOS];
    u8_t others = raw_flags(sender) & ~RAW_FLAGS_HDRINCL;
    raw_setflags(sender, others | (whole ? RAW_FLAGS_HDRINCL : 0));
    error = raw_sendto(sender, bytes, &ip);
  } else {
    struct udp_pcb *sender = pcb;
    sender->ttl = (u8_t)socket->options[TTL];
    sender->tos = (u8_t)socket->options[TOS];
    error = udp_sendto(sender, bytes, &ip, lwip_ntohs(to ? to->port : socket->remote.port));
  }
  pbuf_free(bytes);
  net_loop();
  return send_result(error, length);
}

static s32 udp_receive(struct socket *socket, void *to, u32 length, struct address *from,
                       u32 *from_length, u32 flags, u32 *whole) {
  *from_length = 0;
  *whole = 0;
  if (flags & MSG_OOB) return -EOPNOTSUPP;
  if (socket->error) return socket_error(socket);
  s32 n = socket_take_datagram(socket, to, length, from, from_length, flags, whole);
  return n == -EAGAIN && socket->no_reading ? 0 : n;
}

static u32 udp_ready(struct socket *socket) {
  u32 events = socket->error ? POLLERR : 0;
  if (socket->no_reading && socket->no_writing) events |= POLLHUP;
  if (socket->no_reading) events |= POLLRDHUP | POLL_READ;
  if (socket->received.length) events |= POLL_READ;
  if (net_has_room() && nic_has_room()) events |= POLL_WRITE_ALL;
  return events;
}

static s32 udp_shut(struct socket *socket, u32 how) {
  if (how != SHUT_WR) socket->no_reading = true;
  if (how != SHUT_RD) socket->no_writing = true;
  socket_changed(socket);
  return socket->phase == CONNECTED ? 0 : -ENOTCONN;
}

static s32 udp_name(struct socket *socket, bool peer, struct address *address) {
  if (peer && socket->phase != CONNECTED) return -ENOTCONN;
  if (peer) {
    *address = socket->remote;
    return INET_ADDRESS;
  }
  *address = (struct address){.family = AF_INET};
  if (is_raw(socket)) {
    const struct raw_pcb *pcb = socket->pcb;
    address->port = lwip_htons(socket->protocol);
    if (pcb) address->ip = ip4_addr_get_u32(&pcb->local_ip);
  } else if (socket->pcb) {
    const struct udp_pcb *pcb = socket->pcb;
    address->port = lwip_htons(pcb->local_port);
    address->ip = ip4_addr_get_u32(&pcb->local_ip);
  }
  if (address->ip == 0 && socket->phase == CONNECTED) {
    ip4_addr_t remote = {socket->remote.ip};
    const struct netif *netif = ip4_route(&remote);
    if (netif) address->ip = ip4_addr_get_u32(netif_ip4_addr(netif));
  }
  return INET_ADDRESS;
}

static void udp_done(struct socket *socket) {
  if (!socket->pcb) return;
  if (is_raw(socket)) raw_remove(socket->pcb);
  else udp_remove(socket->pcb);
  socket->pcb = NULL;
}

#define DATAGRAMS                                                                           \
  {                                                                                         \
    .open = udp_open, .bind = udp_bind_to, .connect = udp_connect_to, .send = udp_send_to,  \
    .receive = udp_receive, .ready = udp_ready, .shutdown = udp_shut, .name = udp_name,     \
    .close = udp_done                                                                       \
  }
const struct transport udp_transport = DATAGRAMS, raw_transport = DATAGRAMS;

/* ---- /proc/net/udp and raw ---- */

static void tell_row(struct queue *to, u32 row, u32 local, u16 local_port, u32 remote,
                     u16 remote_port, const struct socket *socket) {
  queue_say(to, "%5u: %08X:%04X %08X:%04X %02X 00000000:%08X 00:00000000 00000000     0 "
                "       0 %u 2 00000000 0\n",
            row, local, local_port, remote, remote_port, socket->phase == CONNECTED ? 1 : 7,
            socket->received.length, socket_number(socket));
}

static void tell_header(struct queue *to, const char *indent) {
  queue_say(to, "%s  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt "
                "  uid  timeout inode ref pointer drops\n",
            indent);
}

void tell_udp(struct queue *to) {
  tell_header(to, " ");
  for (const struct udp_pcb *pcb = udp_pcbs; pcb; pcb = pcb->next)
    if (pcb->recv == on_datagram && pcb->local_port)
      tell_row(to, pcb->local_port, ip4_addr_get_u32(&pcb->local_ip), pcb->local_port,
               ip4_addr_get_u32(&pcb->remote_ip), pcb->remote_port, pcb->recv_arg);
}

void tell_raw(struct queue *to) {
  tell_header(to, "");
  for (u32 i = 0; i < FILES; i++) {
    const struct file *file = file_at(i);
    const struct socket *socket = file && file_is_socket(file) ? file->state : NULL;
    if (!socket || socket->transport != &raw_transport) continue;
    const struct raw_pcb *pcb = socket->pcb;
    tell_row(to, pcb->protocol, ip4_addr_get_u32(&pcb->local_ip), pcb->protocol,
             ip4_addr_get_u32(&pcb->remote_ip), 0, socket);
  }
}
