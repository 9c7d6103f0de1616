/* SOCK_STREAM of AF_INET. lwIP frees a connection itself when it fails, or when both sides have
   ended it. From then on the socket alone answers for it. */
#include <lwip/etharp.h>
#include <lwip/ip.h>
#include <lwip/priv/tcp_priv.h>
#include <lwip/tcp.h>
#include <string.h>

#include "net.h"
#include "proc.h"
#include "socket.h"

enum { LOOPBACK = 0x0100007f, SYN_RETRIES = 6, ARP_RETRIES = 2, ARP_TIMEOUT = 6 /* half seconds */,
       BACKLOG_BYTE = 254 };

static struct tcp_pcb *pcb_of(const struct socket *socket) { return socket->pcb; }

static s32 error_of(err_t error) {
  switch (error) {
    case ERR_OK: return 0;
    case ERR_MEM:
    case ERR_BUF: return -ENOBUFS;
    case ERR_RTE: return -ENETUNREACH;
    case ERR_USE: return -EADDRINUSE;
    case ERR_ISCONN: return -EISCONN;
    default: return -EINVAL;
  }
}

/* The addresses, for when lwIP's connection is gone. */
static void remember(struct socket *socket) {
  const struct tcp_pcb *pcb = pcb_of(socket);
  if (!pcb) return;
  socket->local = (struct address){.family = AF_INET, .port = lwip_htons(pcb->local_port)};
  socket->local.ip = ip4_addr_get_u32(&pcb->local_ip);
  if (pcb->state == LISTEN) return;
  socket->remote = (struct address){.family = AF_INET, .port = lwip_htons(pcb->remote_port)};
  socket->remote.ip = ip4_addr_get_u32(&pcb->remote_ip);
}

/* lwIP goes on with the connection alone. */
static struct tcp_pcb *let_go(struct socket *socket) {
  struct tcp_pcb *pcb = pcb_of(socket);
  socket->pcb = NULL;
  if (!pcb) return NULL;
  tcp_arg(pcb, NULL);
  if (pcb->state == LISTEN) return pcb;
  tcp_recv(pcb, NULL);
  tcp_sent(pcb, NULL);
  tcp_err(pcb, NULL);
  tcp_poll(pcb, NULL, 0);
  return pcb;
}

/* ---- callbacks of lwIP ---- */

static void on_error(void *argument, err_t error) {
  struct socket *socket = argument;
  if (!socket) return;
  socket->pcb = NULL; /* it is freed already */
  if (socket->error == 0 && error != ERR_CLSD)
    socket->error = error != ERR_RST                  ? ETIMEDOUT
                    : socket->phase == CONNECTING     ? ECONNREFUSED
                    : socket->ended                   ? EPIPE
                                                      : ECONNRESET;
  socket->answered = socket->ended = socket->no_writing = true;
  socket_changed(socket);
}

static err_t give_up(struct socket *socket, struct tcp_pcb *pcb, s32 error) {
  socket->error = error;
  tcp_abandon(pcb, 0);
  return ERR_ABRT;
}

static err_t on_received(void *argument, struct tcp_pcb *pcb, struct pbuf *bytes, err_t error) {
  struct socket *socket = argument;
  (void)error;
  if (bytes) {
    if (!queue_reserve(&socket->received, bytes->tot_len)) {
      /* lwIP offers the bytes again later, but not in TIME-WAIT, which it ends without telling. */
      if (!socket->no_writing) return ERR_MEM;
      pbuf_free(bytes);
      return give_up(socket, pcb, ENOBUFS);
    }
    for (const struct pbuf *at = bytes; at; at = at->next)
      queue_put(&socket->received, at->payload, at->len);
    /* Without a window, lwIP finds no acknowledgement acceptable and answers each one: two such
       ends would never stop. */
    if (pcb->rcv_wnd == 0) pcb->rcv_wnd = 1;
    /* A peer that sends little may wait for this before it sends more (Nagle). */
    if (bytes->tot_len < TCP_MSS) tcp_ack_now(pcb);
    pbuf_free(bytes);
  } else {
    socket->ended = true;
    if (socket->no_writing) let_go(socket); /* lwIP frees it without telling */
  }
  socket_changed(socket);
  return ERR_OK;
}

static err_t on_sent(void *argument, struct tcp_pcb *pcb, u16_t length) {
  (void)pcb, (void)length;
  socket_changed(argument);
  return ERR_OK;
}

static err_t on_connected(void *argument, struct tcp_pcb *pcb, err_t error) {
  struct socket *socket = argument;
  (void)pcb, (void)error;
  socket->answered = true;
  socket_changed(socket);
  return ERR_OK;
}

/* Twice a second. lwIP asks a silent host again at the same pace; Linux waits twice as long each
   time, gives up after 127 s, and after 3 s when nobody has the address in the network at hand. */
static err_t on_poll(void *argument, struct tcp_pcb *pcb) {
  if (pcb->state != SYN_SENT) return ERR_OK;
  struct eth_addr *hardware;
  const ip4_addr_t *address;
  const struct netif *netif = netif_default;
  pcb->rto = (s16_t)(2 << pcb->nrtx);
  /* While ARP holds the SYN, there are no retransmissions to count. */
  if ((pcb->nrtx >= ARP_RETRIES || pcb->rtime >= ARP_TIMEOUT) &&
      ip4_addr_netcmp(&pcb->remote_ip, netif_ip4_addr(netif), netif_ip4_netmask(netif)) &&
      !ip4_addr_cmp(&pcb->remote_ip, netif_ip4_addr(netif)) &&
      etharp_find_addr(netif_default, &pcb->remote_ip, &hardware, &address) < 0)
    return give_up(argument, pcb, EHOSTUNREACH);
  if (pcb->nrtx >= SYN_RETRIES && pcb->rtime + 1 >= pcb->rto)
    return give_up(argument, pcb, ETIMEDOUT);
  return ERR_OK;
}

static void attach(struct socket *socket, struct tcp_pcb *pcb) {
  socket->pcb = pcb;
  tcp_arg(pcb, socket);
  tcp_recv(pcb, on_received);
  tcp_sent(pcb, on_sent);
  tcp_err(pcb, on_error);
  tcp_poll(pcb, on_poll, 1);
}

static err_t on_accept(void *argument, struct tcp_pcb *pcb, err_t error) {
  struct socket *listener = argument;
  if (error != ERR_OK || !pcb) return ERR_VAL;
  struct socket *socket =
      listener ? socket_new(&tcp_transport, AF_INET, SOCK_STREAM, listener->protocol) : NULL;
  if (!socket) {
    tcp_abort(pcb);
    return ERR_ABRT;
  }
  memcpy(socket->options, listener->options, sizeof socket->options);
  socket->phase = CONNECTED;
  socket->answered = true;
  attach(socket, pcb);
  remember(socket);
  tcp_backlog_delayed(pcb); /* until it is accepted, it counts */
  socket_offer(listener, socket);
  return ERR_OK;
}

/* ---- the transport ---- */

static void tcp_option(struct socket *socket, enum option option) {
  struct tcp_pcb *pcb = pcb_of(socket);
  if (!pcb) return;
  s32 value = socket->options[option];
  switch (option) {
    case REUSE_ADDRESS:
      if (value) ip_set_option(pcb, SOF_REUSEADDR);
      else ip_reset_option(pcb, SOF_REUSEADDR);
      break;
    case KEEP_ALIVE:
      if (value) ip_set_option(pcb, SOF_KEEPALIVE);
      else ip_reset_option(pcb, SOF_KEEPALIVE);
      break;
    case TTL: pcb->ttl = (u8_t)value; break;
    case TOS: pcb->tos = (u8_t)value; break;
    default:
      if (pcb->state == LISTEN) return; /* a smaller structure */
      if (option == NO_DELAY) {
        if (value) tcp_nagle_disable(pcb);
        else tcp_nagle_enable(pcb);
      }
      if (option == KEEP_IDLE) pcb->keep_idle = (u32_t)value * 1000;
      if (option == KEEP_INTERVAL) pcb->keep_intvl = (u32_t)value * 1000;
      if (option == KEEP_COUNT) pcb->keep_cnt = (u32_t)value;
  }
}

/* Makes lwIP's connection if there is none yet. */
static struct tcp_pcb *ensure(struct socket *socket) {
  if (socket->pcb) return socket->pcb;
  struct tcp_pcb *pcb = tcp_new();
  if (!pcb) return NULL;
  tcp_setprio(pcb, TCP_PRIO_MIN); /* the server's are worth more */
  pcb->rto = pcb->sv = 2;         /* half seconds */
  attach(socket, pcb);
  for (enum option option = 0; option < EFFECTIVE_OPTIONS; option++) tcp_option(socket, option);
  return pcb;
}

bool inet_is_local(u32 ip) {
  return ip == 0 || (ip & 0xff) == 127 || ip == ip4_addr_get_u32(netif_ip4_addr(netif_default));
}

static s32 tcp_bind_to(struct socket *socket, const struct address *address, u32 length) {
  if (length < INET_ADDRESS) return -EINVAL;
  if (address->family != AF_INET && !(address->family == AF_UNSPEC && address->ip == 0))
    return -EAFNOSUPPORT;
  if (!inet_is_local(address->ip)) return -EADDRNOTAVAIL;
  struct tcp_pcb *pcb = ensure(socket);
  if (!pcb) return -ENOBUFS;
  if (socket->phase != IDLE || pcb->local_port) return -EINVAL;
  ip_addr_t ip = IPADDR4_INIT(address->ip);
  err_t error = tcp_bind(pcb, &ip, lwip_ntohs(address->port));
  remember(socket);
  return error == ERR_BUF ? -EADDRINUSE : error_of(error);
}

static s32 tcp_connect_to(struct socket *socket, const struct address *address, u32 length) {
  if (length < sizeof(u16)) return -EINVAL;
  if (socket->phase == LISTENING || socket->phase == CONNECTED) return -EISCONN;
  if (socket->phase == CONNECTING) {
    if (!socket->answered) return -EALREADY;
    bool failed = !socket->pcb;
    s32 error = socket_error(socket);
    socket->phase = failed ? IDLE : CONNECTED;
    return failed && !error ? -ECONNABORTED : error;
  }
  if (address->family == AF_UNSPEC) return 0;
  if (length < INET_ADDRESS) return -EINVAL;
  if (address->family != AF_INET) return -EAFNOSUPPORT;
  ip_addr_t ip = IPADDR4_INIT(address->ip ? address->ip : LOOPBACK);
  if (ip4_addr_ismulticast(&ip) || ip4_addr_isbroadcast(&ip, netif_default)) return -ENETUNREACH;
  struct tcp_pcb *pcb = ensure(socket);
  if (!pcb) return -ENOBUFS;
  socket->answered = socket->ended = socket->no_writing = socket->no_reading = false;
  socket->error = 0;
  err_t error = tcp_connect(pcb, &ip, lwip_ntohs(address->port), on_connected);
  if (error == ERR_USE) return -EADDRNOTAVAIL;
  if (error == ERR_BUF) return -EADDRNOTAVAIL;
  if (error != ERR_OK) return error_of(error);
  socket->phase = CONNECTING;
  remember(socket);
  net_loop();
  return -EINPROGRESS;
}

static s32 tcp_listen_on(struct socket *socket, u32 backlog) {
  err_t error;
  u8_t limit = (u8_t)min_u32(backlog + 1, BACKLOG_BYTE);
  if (socket->phase == LISTENING) {
    struct tcp_pcb_listen *listening = socket->pcb;
    listening->backlog = limit;
    return 0;
  }
  if (socket->phase != IDLE) return -EINVAL;
  struct tcp_pcb *pcb = ensure(socket);
  if (!pcb) return -ENOBUFS;
  if (!pcb->local_port && (error = tcp_bind(pcb, IP4_ADDR_ANY, 0)) != ERR_OK)
    return error_of(error);
  struct tcp_pcb *listening = tcp_listen_with_backlog_and_err(pcb, limit, &error);
  if (!listening) return error == ERR_MEM ? -ENOBUFS : -EADDRINUSE;
  socket->pcb = listening;
  socket->phase = LISTENING;
  remember(socket);
  tcp_accept(listening, on_accept);
  return 0;
}

static bool has_room(const struct tcp_pcb *pcb) {
  return tcp_sndbuf(pcb) >= TCP_SND_BUF / 3 && tcp_sndqueuelen(pcb) < TCP_SND_QUEUELEN / 2 &&
         net_has_room();
}

static u32 tcp_ready(struct socket *socket) {
  u32 events = socket->error ? POLLERR : 0;
  if (socket->phase == LISTENING) return events | (socket->accepted ? POLL_READ : 0);
  if (socket->phase == CONNECTING && !socket->answered) return events;
  if (socket->phase == IDLE) return events | POLLHUP | POLL_WRITE;
  bool no_reading = socket->ended || socket->no_reading;
  if (no_reading) events |= POLL_READ | POLLRDHUP;
  if (no_reading && socket->no_writing) events |= POLLHUP;
  if (socket->received.length) events |= POLL_READ;
  if (socket->no_writing || (socket->pcb && has_room(socket->pcb))) events |= POLL_WRITE;
  return events;
}

static s32 tcp_send(struct socket *socket, const void *from, u32 length, const struct address *to,
                    u32 to_length, u32 flags) {
  struct tcp_pcb *pcb = socket->pcb;
  (void)to, (void)to_length; /* it is connected already */
  if (socket->phase == CONNECTING && !socket->answered) return -EAGAIN;
  if (socket->error) return socket_error(socket);
  if (!pcb || socket->no_writing || socket->phase == IDLE || socket->phase == LISTENING)
    return -EPIPE;
  if (!length) return 0;
  u32 n = min_u32(length, tcp_sndbuf(pcb));
  if (!n || !net_has_room() || tcp_sndqueuelen(pcb) >= TCP_SND_QUEUELEN - 2) return -EAGAIN;
  u8_t how = TCP_WRITE_FLAG_COPY | (flags & MSG_MORE || n < length ? TCP_WRITE_FLAG_MORE : 0);
  err_t error = tcp_write(pcb, from, (u16_t)n, how);
  if (error == ERR_OK) tcp_output(pcb);
  net_loop();
  return error == ERR_OK ? (s32)n : error == ERR_MEM ? -EAGAIN : -EPIPE;
}

static s32 tcp_receive(struct socket *socket, void *to, u32 length, struct address *from,
                       u32 *from_length, u32 flags, u32 *whole) {
  (void)from;
  *from_length = 0;
  *whole = 0;
  if (flags & MSG_OOB) return -EINVAL;
  if (socket->phase == LISTENING) return -ENOTCONN;
  if (socket->received.length) {
    u32 n = (u32)socket_take_stream(socket, to, length, flags);
    if (socket->pcb && !(flags & MSG_PEEK))
      for (u32 left = n; left; left -= min_u32(left, 0xffff))
        tcp_recved(socket->pcb, (u16_t)min_u32(left, 0xffff));
    net_loop();
    return (s32)n;
  }
  if (socket->error) return socket_error(socket);
  if (socket->phase == IDLE) return socket->ended ? 0 : -ENOTCONN;
  if (socket->ended || socket->no_reading) return 0;
  return -EAGAIN;
}

/* A listener stops listening, and the connections that wait are reset. */
static void stop_listening(struct socket *socket) {
  struct tcp_pcb *pcb = let_go(socket);
  while (socket->accepted) {
    struct socket *connection = socket->accepted;
    socket->accepted = connection->next_accepted;
    connection->lingers = true;
    connection->linger = 0;
    socket_free(connection);
  }
  if (pcb) tcp_close(pcb);
  socket->phase = IDLE;
}

static s32 tcp_shut(struct socket *socket, u32 how) {
  if (socket->phase == LISTENING) {
    if (how != SHUT_WR) stop_listening(socket);
    return 0;
  }
  if (socket->phase != CONNECTED && !(socket->phase == CONNECTING && socket->pcb)) return -ENOTCONN;
  if (!socket->pcb) return socket->error || socket->no_writing ? -ENOTCONN : 0;
  if (how != SHUT_WR) socket->no_reading = true;
  if (how != SHUT_RD && !socket->no_writing) {
    socket->no_writing = true;
    tcp_shutdown(socket->pcb, 0, 1);
    if (socket->ended) let_go(socket);
    net_loop();
  }
  socket_changed(socket);
  return 0;
}

static s32 tcp_name(struct socket *socket, bool peer, struct address *address) {
  bool connected = socket->phase == CONNECTED || (socket->phase == CONNECTING && socket->answered);
  if (peer && (!connected || (!socket->pcb && socket->error))) return -ENOTCONN;
  *address = peer ? socket->remote : socket->local;
  address->family = AF_INET;
  return INET_ADDRESS;
}

static void tcp_done(struct socket *socket) {
  if (socket->phase == LISTENING) {
    stop_listening(socket);
    return;
  }
  struct tcp_pcb *pcb = let_go(socket);
  if (!pcb) return;
  if (socket->lingers && socket->linger == 0 && socket->phase != IDLE) {
    tcp_abort(pcb);
  } else {
    tcp_backlog_accepted(pcb);
    tcp_close(pcb);
  }
  net_loop();
}

static void tcp_was_accepted(struct socket *socket) {
  if (socket->pcb) tcp_backlog_accepted(socket->pcb);
}

void tcp_unreachable(u16 local_port, u16 remote_port, u32 remote, s32 error) {
  for (struct tcp_pcb *pcb = tcp_active_pcbs; pcb; pcb = pcb->next)
    if (pcb->state == SYN_SENT && pcb->local_port == local_port &&
        pcb->remote_port == remote_port && ip4_addr_get_u32(&pcb->remote_ip) == remote &&
        pcb->errf == on_error) {
      give_up(pcb->callback_arg, pcb, error);
      return;
    }
}

const struct transport tcp_transport = {.bind = tcp_bind_to,
                                        .connect = tcp_connect_to,
                                        .listen = tcp_listen_on,
                                        .send = tcp_send,
                                        .receive = tcp_receive,
                                        .ready = tcp_ready,
                                        .shutdown = tcp_shut,
                                        .name = tcp_name,
                                        .option = tcp_option,
                                        .accepted = tcp_was_accepted,
                                        .close = tcp_done};

/* ---- /proc/net/tcp: the server's connections, too ---- */

static void tell_row(struct queue *to, u32 row, const struct tcp_pcb *pcb,
                     const struct socket *socket) {
  static const u8 states[] = {[CLOSED] = 7,      [LISTEN] = 10,    [SYN_SENT] = 2,
                              [SYN_RCVD] = 3,    [ESTABLISHED] = 1, [FIN_WAIT_1] = 4,
                              [FIN_WAIT_2] = 5,  [CLOSE_WAIT] = 8, [CLOSING] = 11,
                              [LAST_ACK] = 9,    [TIME_WAIT] = 6};
  bool listens = pcb->state == LISTEN;
  u32 local = ip4_addr_get_u32(&pcb->local_ip);
  u32 remote = listens ? 0 : ip4_addr_get_u32(&pcb->remote_ip);
  u32 sending = listens ? 0 : TCP_SND_BUF - pcb->snd_buf;
  u32 receiving = !socket ? 0 : listens ? socket->waiting : socket->received.length;
  queue_say(to, "%4u: %08X:%04X %08X:%04X %02X %08X:%08X 00:00000000 00000000     0        0 %u 1 "
                "00000000 100 0 0 10 0\n",
            row, local, pcb->local_port, remote, listens ? 0 : pcb->remote_port, states[pcb->state],
            sending, receiving, socket ? socket_number(socket) : 0);
}

void tell_tcp(struct queue *to) {
  u32 row = 0;
  queue_say(to, "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt "
                "  uid  timeout inode\n");
  for (const struct tcp_pcb_listen *pcb = tcp_listen_pcbs.listen_pcbs; pcb; pcb = pcb->next)
    tell_row(to, row++, (const struct tcp_pcb *)pcb,
             pcb->accept == on_accept ? pcb->callback_arg : NULL);
  for (const struct tcp_pcb *pcb = tcp_active_pcbs; pcb; pcb = pcb->next)
    tell_row(to, row++, pcb, pcb->errf == on_error ? pcb->callback_arg : NULL);
  for (const struct tcp_pcb *pcb = tcp_tw_pcbs; pcb; pcb = pcb->next)
    tell_row(to, row++, pcb, NULL);
}
