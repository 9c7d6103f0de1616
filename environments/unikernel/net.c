#include "net.h"

#include <lwip/etharp.h>
#include <lwip/init.h>
#include <lwip/ip.h>
#include <lwip/netif.h>
#include <lwip/pbuf.h>
#include <lwip/priv/tcp_priv.h>
#include <lwip/stats.h>
#include <lwip/timeouts.h>
#include <string.h>

#include "clock.h"
#include "console.h"
#include "page.h"
#include "virtio_net.h"

/* lwIP's heap (its mem.c), with an entry at the end and the loss by alignment. */
enum { LWIP_HEAP = ROUND_UP(MEM_SIZE + 64, PAGE), LOOPBACK_MTU = 32768, LOOP_BATCH = 1024 };

static struct netif card;
static struct traffic traffic;
u8 *lwip_heap;

u32_t sys_now(void) { return (u32_t)(now() / NS_PER_MS); }

u32 net_random(void) {
  u32 value;
  random_bytes(&value, sizeof value);
  return value;
}

static err_t transmit(struct netif *netif, struct pbuf *frame) {
  (void)netif;
  void *buffer = frame->tot_len <= NIC_FRAME ? nic_transmit_buffer() : NULL;
  if (!buffer) return ERR_MEM;
  pbuf_copy_partial(frame, buffer, frame->tot_len, 0);
  nic_transmit(frame->tot_len);
  traffic.sent++;
  traffic.sent_bytes += frame->tot_len;
  return ERR_OK;
}

static err_t card_init(struct netif *netif) {
  netif->name[0] = 'e';
  netif->name[1] = 't';
  netif->output = etharp_output;
  netif->linkoutput = transmit;
  netif->mtu = 1500;
  netif->hwaddr_len = ETH_HWADDR_LEN;
  netif->flags =
      NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET | NETIF_FLAG_LINK_UP;
  nic_init(netif->hwaddr);
  return ERR_OK;
}

/* When lwIP has no memory left, a frame is lost, as on any network. */
static void take(const void *bytes, u32 length) {
  struct pbuf *frame = pbuf_alloc(PBUF_RAW, (u16_t)length, PBUF_POOL);
  if (!frame) return;
  pbuf_take(frame, bytes, (u16_t)length);
  traffic.received++;
  traffic.received_bytes += length;
  if (card.input(frame, &card) != ERR_OK) pbuf_free(frame);
}

void net_init(void) {
  ip4_addr_t address, mask, gateway;
  IP4_ADDR(&address, 10, 0, 2, 15); /* those of QEMU's user network */
  IP4_ADDR(&mask, 255, 255, 255, 0);
  IP4_ADDR(&gateway, 10, 0, 2, 2);
  lwip_heap = pages_alloc(LWIP_HEAP / PAGE);
  if (!lwip_heap) panic("no memory for the network");
  lwip_init();
  netif_list->mtu = LOOPBACK_MTU; /* the loopback, which lwIP makes */
  netif_add(&card, &address, &mask, &gateway, NULL, card_init, netif_input);
  netif_set_default(&card);
  netif_set_up(&card);
  /* A sample that looks for many neighbors must not make the server forget its gateway, through
     which it answers. The address is the one that QEMU makes for it (libslirp, special_ethaddr). */
  struct eth_addr hardware = {{0x52, 0x55, ip4_addr1(&gateway), ip4_addr2(&gateway),
                               ip4_addr3(&gateway), ip4_addr4(&gateway)}};
  etharp_add_static_entry(&gateway, &hardware);
}

/* Stands in for lwIP's netif_poll(), which would never end while each packet is answered by another
   one. A packet is one pbuf. */
static void deliver(struct netif *netif) {
  for (u32 i = 0; i < LOOP_BATCH && netif->loop_first; i++) {
    struct pbuf *packet = netif->loop_first;
    netif->loop_first = packet->next;
    if (!packet->next) netif->loop_last = NULL;
    netif->loop_cnt_current--;
    packet->next = NULL;
    packet->if_idx = netif_get_index(netif);
    if (ip_input(packet, netif) != ERR_OK) pbuf_free(packet);
  }
}

void net_loop(void) {
  for (struct netif *netif = netif_list; netif; netif = netif->next) deliver(netif);
}

static bool is_looping(void) {
  for (const struct netif *netif = netif_list; netif; netif = netif->next)
    if (netif->loop_first) return true;
  return false;
}

void net_reopen(const struct pbuf *packet) {
  struct ip_hdr ip;
  struct tcp_hdr tcp;
  if (pbuf_copy_partial(packet, &ip, sizeof ip, 0) < sizeof ip || IPH_PROTO(&ip) != IP_PROTO_TCP ||
      pbuf_copy_partial(packet, &tcp, sizeof tcp, IPH_HL_BYTES(&ip)) < sizeof tcp ||
      IPH_OFFSET(&ip) & PP_HTONS(IP_OFFMASK) ||
      (TCPH_FLAGS(&tcp) & (TCP_SYN | TCP_ACK | TCP_RST | TCP_FIN)) != TCP_SYN)
    return;
  u16 from = lwip_ntohs(tcp.src), to = lwip_ntohs(tcp.dest);
  for (struct tcp_pcb *pcb = tcp_tw_pcbs; pcb; pcb = pcb->next) {
    if (pcb->remote_port != from || pcb->local_port != to ||
        ip4_addr_get_u32(&pcb->remote_ip) != ip.src.addr ||
        ip4_addr_get_u32(&pcb->local_ip) != ip.dest.addr)
      continue;
    if (TCP_SEQ_GT(lwip_ntohl(tcp.seqno), pcb->rcv_nxt)) tcp_abort(pcb); /* without a word */
    return;
  }
}

/* A clock of 64 ns behind a secret, as on Linux (net/core/secure_seq.c). */
unsigned long net_first_number(void) {
  static u32 secret;
  if (!secret) secret = net_random();
  return secret + (u32)(now() >> 6);
}

bool net_has_room(void) { return lwip_stats.mem.used < SOCKETS_HEAP; }

const struct traffic *net_traffic(void) { return &traffic; }

void net_poll(void) {
  /* Bounded: under a flood the sample and the timers get their turn, too. */
  for (int i = 0; i < 256 && nic_receive(take); i++) continue;
  net_loop();
  sys_check_timeouts();
}

u64 net_deadline(void) {
  if (is_looping()) return now();
  u32 milliseconds = sys_timeouts_sleeptime();
  return milliseconds == SYS_TIMEOUTS_SLEEPTIME_INFINITE ? NEVER
                                                         : now() + milliseconds * NS_PER_MS;
}

void lwip_failed(const char *what) { panic("lwIP: %s", what); }
