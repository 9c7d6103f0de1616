/*
 * Two network namespaces, one for the guest and one in which every address is this machine's own:
 *
 *   near: eth0 192.168.1.50, default route by .1 ══ veth ══ net0 :far, every address local ─> PORT
 *   a guest in a machine: its network card ═══════ tap ════ net0
 *
 * On the far side the kernel itself answers ping and ARP for every address, and TPROXY hands every
 * TCP connection and every UDP datagram to the sockets on PORT, which are told where it was meant to
 * go. Nothing is translated and nothing is tracked, so a flood fills no table.
 */
#include "internet.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/if_tun.h>
#include <linux/neighbour.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static const char NEAR[] = "eth0", FAR[] = "net0", LOOPBACK[] = "lo", TABLE[] = "internet", CHAIN[] = "in";
static const uint8_t NEAR_MAC[] = {0xb8, 0x27, 0xeb, 0x12, 0x34, 0x56}; /* Raspberry Pi Foundation */
static const uint8_t FAR_MAC[] = {0x52, 0x55, 0x0a, 0x00, 0x02, 0x02};  /* that of QEMU's gateway */
static const char RIGHTS[] = "it takes CAP_SYS_ADMIN and CAP_NET_ADMIN";

/* Addresses of a guest: in a machine, those that QEMU's own network gives. */
struct plan {
  const char *guest, *gateway;
};
static const struct plan CONTAINER = {"192.168.1.50", "192.168.1.1"}, MACHINE = {"10.0.2.15", "10.0.2.2"};
static const char GUEST6[] = "fd00::50", GATEWAY6[] = "fd00::1", PREFIX6[] = "fd00::", ROUTER6[] = "fe80::1";
enum { NETWORK_BITS = 24, PREFIX6_BITS = 64, NEIGHBOR_MS = 50, NEIGHBOR_TRIES = 200 };

static void try(int error, const char *what, const char *lacking) {
  if (error) fail(what, error, error == EPERM || error == EACCES ? RIGHTS : lacking);
}

static int index_of(const char *name) {
  struct ifreq request = {0};
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  strcpy(request.ifr_name, name);
  try(fd < 0 || ioctl(fd, SIOCGIFINDEX, &request) ? errno : 0, "find a network interface", NULL);
  close(fd);
  return request.ifr_ifindex;
}

static void link_up(int netlink, const char *name) {
  struct message m;
  struct ifinfomsg link = {.ifi_flags = IFF_UP, .ifi_change = IFF_UP};
  message_clear(&m);
  message_begin(&m, RTM_NEWLINK, 0, &link, sizeof link);
  attribute_text(&m, IFLA_IFNAME, name);
  try(netlink_send(netlink, &m), "bring up a network interface", NULL);
}

static size_t binary(int family, const char *text, uint8_t *address) {
  inet_pton(family, text, address);
  return family == AF_INET ? 4 : 16;
}

static int give_address(int netlink, int family, const char *text, int bits, int index) {
  struct message m;
  uint8_t address[16];
  size_t length = binary(family, text, address);
  struct ifaddrmsg header = {.ifa_family = (uint8_t)family, .ifa_prefixlen = (uint8_t)bits, .ifa_index = (uint32_t)index};
  if (family == AF_INET6) header.ifa_flags = IFA_F_NODAD; /* or it would have to wait for neighbors */
  message_clear(&m);
  message_begin(&m, RTM_NEWADDR, NLM_F_CREATE, &header, sizeof header);
  attribute(&m, IFA_LOCAL, address, length);
  attribute(&m, IFA_ADDRESS, address, length);
  return netlink_send(netlink, &m);
}

/* A route to TO (NULL: to everywhere), through VIA or straight, from SOURCE where that is given. */
static int add_route(int netlink, int family, int type, const char *to, int bits, const char *via, const char *source, int index) {
  struct message m;
  uint8_t address[16];
  struct rtmsg header = {
      .rtm_family = (uint8_t)family,
      .rtm_dst_len = (uint8_t)bits,
      .rtm_table = RT_TABLE_MAIN, /* a local route in the table "local" would hide the way back */
      .rtm_type = (uint8_t)type,
      .rtm_protocol = RTPROT_BOOT,
      .rtm_scope = type == RTN_LOCAL ? RT_SCOPE_HOST : via ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK};
  message_clear(&m);
  message_begin(&m, RTM_NEWROUTE, NLM_F_CREATE, &header, sizeof header);
  if (to) attribute(&m, RTA_DST, address, binary(family, to, address));
  if (via) attribute(&m, RTA_GATEWAY, address, binary(family, via, address));
  if (source) attribute(&m, RTA_PREFSRC, address, binary(family, source, address));
  attribute(&m, RTA_OIF, &index, sizeof index);
  return netlink_send(netlink, &m);
}

static void make_veth(int netlink, int near_namespace) {
  struct message m;
  struct ifinfomsg link = {0};
  message_clear(&m);
  message_begin(&m, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &link, sizeof link);
  attribute_text(&m, IFLA_IFNAME, FAR);
  attribute(&m, IFLA_ADDRESS, FAR_MAC, sizeof FAR_MAC);
  size_t info = nest_begin(&m, IFLA_LINKINFO);
  attribute_text(&m, IFLA_INFO_KIND, "veth");
  size_t data = nest_begin(&m, IFLA_INFO_DATA), peer = nest_begin(&m, VETH_INFO_PEER);
  memset(m.bytes + m.length, 0, sizeof link); /* the peer's, before its attributes */
  m.length += sizeof link;
  m.last->nlmsg_len += sizeof link;
  attribute_text(&m, IFLA_IFNAME, NEAR);
  attribute(&m, IFLA_ADDRESS, NEAR_MAC, sizeof NEAR_MAC);
  attribute(&m, IFLA_NET_NS_FD, &near_namespace, sizeof near_namespace);
  nest_end(&m, peer);
  nest_end(&m, data);
  nest_end(&m, info);
  try(netlink_send(netlink, &m), "make a pair of network interfaces", "the kernel lacks veth: modprobe veth");
}

/* Who may make device files needs none: there is none in many a chroot and container. */
static int open_tun(void) {
  char own[32];
  int fd = open("/dev/net/tun", O_RDWR), error = errno;
  if (fd >= 0 || error != ENOENT) return fd;
  snprintf(own, sizeof own, "tun-%d", getpid());
  if (mknod(own, S_IFCHR | 0600, makedev(10, 200)) == 0) {
    fd = open(own, O_RDWR);
    unlink(own);
  }
  errno = error;
  return fd;
}

static int make_tap(const char *name, const uint8_t *address) {
  int fd = open_tun();
  if (fd < 0)
    fail("open /dev/net/tun", errno, errno == EACCES ? "chmod 0666 /dev/net/tun, or run as root" : "modprobe tun");
  struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR};
  strcpy(request.ifr_name, name);
  try(ioctl(fd, TUNSETIFF, &request) ? errno : 0, "make a tap", "modprobe tun");
  int any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  memset(&request, 0, sizeof request);
  strcpy(request.ifr_name, name);
  request.ifr_hwaddr.sa_family = 1; /* ARPHRD_ETHER */
  memcpy(request.ifr_hwaddr.sa_data, address, sizeof FAR_MAC);
  try(any < 0 || ioctl(any, SIOCSIFHWADDR, &request) ? errno : 0, "give the tap its address", NULL);
  close(any);
  return fd;
}

/*
 * A machine that is asked for before it is up is asked again and again, not each second: it finds
 * the last question waiting in the tap, and whoever asks it waits no longer than it takes to boot.
 */
static void ask_often(int netlink, int index) {
  struct message m;
  struct ndtmsg header = {.ndtm_family = AF_INET};
  uint32_t interface = (uint32_t)index, times = NEIGHBOR_TRIES;
  uint64_t between_ms = NEIGHBOR_MS;
  message_clear(&m);
  message_begin(&m, RTM_SETNEIGHTBL, 0, &header, sizeof header);
  attribute_text(&m, NDTA_NAME, "arp_cache");
  size_t parameters = nest_begin(&m, NDTA_PARMS);
  attribute(&m, NDTPA_IFINDEX, &interface, sizeof interface);
  attribute(&m, NDTPA_RETRANS_TIME, &between_ms, sizeof between_ms);
  attribute(&m, NDTPA_MCAST_PROBES, &times, sizeof times);
  nest_end(&m, parameters);
  netlink_send(netlink, &m); /* where that is not allowed, it takes longer */
}

/* --- nf_tables --- */

static void nft_begin(struct message *m, int type, int flags, uint16_t resource) {
  struct nfgenmsg header = {.nfgen_family = NFPROTO_INET, .version = NFNETLINK_V0, .res_id = htons(resource)};
  message_begin(m, type, flags, &header, sizeof header);
}

static void nft_number(struct message *m, int type, uint32_t value) {
  value = htonl(value);
  attribute(m, type, &value, sizeof value);
}

static size_t nft_nest(struct message *m, int type) { return nest_begin(m, type | NLA_F_NESTED); }

enum { NFT = NFNL_SUBSYS_NFTABLES << 8 };

/* meta l4proto { tcp, udp } tproxy FAMILY to :PORT. What is neither passes the expression by. */
static void nft_rule(struct message *m, int family, int flags) {
  uint16_t port = htons(PORT);
  nft_begin(m, NFT | NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND | flags, 0);
  attribute_text(m, NFTA_RULE_TABLE, TABLE);
  attribute_text(m, NFTA_RULE_CHAIN, CHAIN);
  size_t expressions = nft_nest(m, NFTA_RULE_EXPRESSIONS);

  size_t expression = nft_nest(m, NFTA_LIST_ELEM);
  attribute_text(m, NFTA_EXPR_NAME, "immediate");
  size_t data = nft_nest(m, NFTA_EXPR_DATA);
  nft_number(m, NFTA_IMMEDIATE_DREG, NFT_REG32_00);
  size_t value = nft_nest(m, NFTA_IMMEDIATE_DATA);
  attribute(m, NFTA_DATA_VALUE, &port, sizeof port);
  nest_end(m, value);
  nest_end(m, data);
  nest_end(m, expression);

  expression = nft_nest(m, NFTA_LIST_ELEM);
  attribute_text(m, NFTA_EXPR_NAME, "tproxy");
  data = nft_nest(m, NFTA_EXPR_DATA);
  nft_number(m, NFTA_TPROXY_FAMILY, (uint32_t)family);
  nft_number(m, NFTA_TPROXY_REG_PORT, NFT_REG32_00);
  nest_end(m, data);
  nest_end(m, expression);

  nest_end(m, expressions);
}

static void catch_everything(bool ipv6) {
  struct message m;
  message_clear(&m);
  nft_begin(&m, NFNL_MSG_BATCH_BEGIN, 0, NFNL_SUBSYS_NFTABLES);
  nft_begin(&m, NFT | NFT_MSG_NEWTABLE, NLM_F_CREATE, 0);
  attribute_text(&m, NFTA_TABLE_NAME, TABLE);
  nft_begin(&m, NFT | NFT_MSG_NEWCHAIN, NLM_F_CREATE, 0);
  attribute_text(&m, NFTA_CHAIN_TABLE, TABLE);
  attribute_text(&m, NFTA_CHAIN_NAME, CHAIN);
  attribute_text(&m, NFTA_CHAIN_TYPE, "filter");
  size_t hook = nft_nest(&m, NFTA_CHAIN_HOOK);
  nft_number(&m, NFTA_HOOK_HOOKNUM, NF_INET_PRE_ROUTING);
  nft_number(&m, NFTA_HOOK_PRIORITY, (uint32_t)-150); /* mangle */
  nest_end(&m, hook);
  if (ipv6) nft_rule(&m, NFPROTO_IPV6, 0);
  nft_rule(&m, NFPROTO_IPV4, NLM_F_ACK); /* kernels before 6.10 acknowledge no end of a batch */
  nft_begin(&m, NFNL_MSG_BATCH_END, 0, NFNL_SUBSYS_NFTABLES);
  int netlink = netlink_open(NETLINK_NETFILTER);
  try(netlink_send(netlink, &m), "have every connection handed over", "the kernel lacks it: modprobe nf_tables nft_tproxy");
  close(netlink);
}

/* --- the two sides --- */

/*
 * A neighbor that says it is no router any more is taken from the list of them, with the route by it.
 * Where /proc/sys may not be written, a guest's IPv6 ends with that; all else goes on.
 */
static void become_router(void) {
  char path[64];
  snprintf(path, sizeof path, "/proc/sys/net/ipv6/conf/%s/forwarding", FAR);
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  (void)!write(fd, "1", 1);
  close(fd);
}

static void open_far(int netlink, const struct plan *plan, struct pair *pair) {
  int index = pair->index, loopback = 1;
  link_up(netlink, FAR);
  link_up(netlink, LOOPBACK);
  try(give_address(netlink, AF_INET, plan->gateway, 32, index), "give an address", NULL);
  try(add_route(netlink, AF_INET, RTN_UNICAST, plan->guest, 32, NULL, plan->gateway, index), "add a route", NULL);
  try(add_route(netlink, AF_INET, RTN_LOCAL, NULL, 0, NULL, NULL, loopback), "make every address local", NULL);
  pair->ipv6 = give_address(netlink, AF_INET6, GATEWAY6, 128, index) == 0; /* not every kernel has it */
  if (pair->ipv6) {
    /* A machine chooses its address in the network that it is told of. */
    int error = pair->tap < 0 ? add_route(netlink, AF_INET6, RTN_UNICAST, GUEST6, 128, NULL, NULL, index)
                              : add_route(netlink, AF_INET6, RTN_UNICAST, PREFIX6, PREFIX6_BITS, NULL, NULL, index);
    if (!error) error = add_route(netlink, AF_INET6, RTN_LOCAL, NULL, 0, NULL, NULL, loopback);
    if (!error && pair->tap >= 0) error = give_address(netlink, AF_INET6, ROUTER6, PREFIX6_BITS, index);
    try(error, "add a route for IPv6", NULL);
    if (pair->tap >= 0) become_router();
  }
  catch_everything(pair->ipv6);
}

static void open_near(int netlink, const struct plan *plan, bool ipv6) {
  int index = index_of(NEAR);
  link_up(netlink, LOOPBACK);
  link_up(netlink, NEAR);
  try(give_address(netlink, AF_INET, plan->guest, NETWORK_BITS, index), "give the guest an address", NULL);
  try(add_route(netlink, AF_INET, RTN_UNICAST, NULL, 0, plan->gateway, NULL, index), "give the guest a route", NULL);
  if (!ipv6) return;
  /* Alone in its network, so that it asks the gateway for every other address: no neighbor would answer. */
  int error = give_address(netlink, AF_INET6, GUEST6, 128, index);
  if (!error) error = add_route(netlink, AF_INET6, RTN_UNICAST, GATEWAY6, 128, NULL, NULL, index);
  if (!error) error = add_route(netlink, AF_INET6, RTN_UNICAST, NULL, 0, GATEWAY6, NULL, index);
  try(error, "give the guest IPv6", NULL);
}

static int this_namespace(void) {
  int fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  try(fd < 0 ? errno : 0, "open the network namespace", "/proc must be mounted");
  return fd;
}

static int new_namespace(void) {
  try(unshare(CLONE_NEWNET) ? errno : 0, "make a network namespace", "the kernel lacks them (CONFIG_NET_NS)");
  return this_namespace();
}

static void enter(int namespace) {
  try(setns(namespace, CLONE_NEWNET) ? errno : 0, "enter a network namespace", NULL);
}

void pair_make(struct pair *pair, bool with_tap) {
  const struct plan *plan = with_tap ? &MACHINE : &CONTAINER;
  *pair = (struct pair){.near_namespace = -1, .tap = -1, .guest = {.sin_family = AF_INET}};
  inet_pton(AF_INET, plan->guest, &pair->guest.sin_addr);
  int far = new_namespace(), far_netlink = netlink_open(NETLINK_ROUTE);
  if (with_tap) {
    pair->tap = make_tap(FAR, FAR_MAC);
    pair->index = index_of(FAR);
    open_far(far_netlink, plan, pair);
    ask_often(far_netlink, pair->index);
  } else {
    pair->near_namespace = new_namespace();
    int near_netlink = netlink_open(NETLINK_ROUTE);
    enter(far);
    make_veth(far_netlink, pair->near_namespace);
    pair->index = index_of(FAR);
    open_far(far_netlink, plan, pair);
    enter(pair->near_namespace);
    open_near(near_netlink, plan, pair->ipv6);
    enter(far);
    close(near_netlink);
  }
  close(far_netlink);
  close(far);
}

int pair_near(void) {
  int tap = make_tap(NEAR, NEAR_MAC), netlink = netlink_open(NETLINK_ROUTE);
  open_near(netlink, &MACHINE, false);
  close(netlink);
  return tap;
}

uint64_t namespace_number(int fd) {
  struct stat status;
  return fd >= 0 && fstat(fd, &status) == 0 ? status.st_ino : 0;
}

/* All that passed, what was not captured included. */
void packets_of(const struct pair *pair, uint64_t *from_guest, uint64_t *to_guest) {
  static _Alignas(8) char answer[16384];
  struct message m;
  struct ifinfomsg link = {.ifi_index = pair->index};
  *from_guest = *to_guest = 0;
  message_clear(&m);
  message_begin(&m, RTM_GETLINK, 0, &link, sizeof link);
  int netlink = netlink_open(NETLINK_ROUTE);
  ssize_t n = netlink_ask(netlink, &m, answer, sizeof answer);
  close(netlink);
  struct nlmsghdr *h = (struct nlmsghdr *)answer;
  if (n < 0 || !NLMSG_OK(h, (size_t)n) || h->nlmsg_type != RTM_NEWLINK) return; /* gone with the guest */
  int length = (int)(h->nlmsg_len - NLMSG_LENGTH(sizeof link));
  for (struct rtattr *a = IFLA_RTA(NLMSG_DATA(h)); RTA_OK(a, length); a = RTA_NEXT(a, length))
    if (a->rta_type == IFLA_STATS64) {
      struct rtnl_link_stats64 counts;
      memcpy(&counts, RTA_DATA(a), sizeof counts < RTA_PAYLOAD(a) ? sizeof counts : RTA_PAYLOAD(a));
      /* What a tap drops is of a protocol that nobody here knows, and counted before. */
      *from_guest = counts.rx_packets + (pair->tap < 0 ? counts.rx_dropped : 0);
      *to_guest = counts.tx_packets;
    }
}
