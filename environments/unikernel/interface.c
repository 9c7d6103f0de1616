/* The network's two interfaces as programs see them, by ioctl(2). */
#include <lwip/etharp.h>
#include <lwip/netif.h>
#include <string.h>

#include "console.h"
#include "memory.h"
#include "net.h"
#include "proc.h"
#include "socket.h"

enum { NAME = 16, REQUEST = 32, IFF_UP = 0x1, IFF_BROADCAST = 0x2, IFF_LOOPBACK = 0x8,
       IFF_RUNNING = 0x40, IFF_MULTICAST = 0x1000, ARPHRD_ETHER = 1, ARPHRD_LOOPBACK = 772,
       LOOPBACK_MTU = 65536, INTERFACES = 2 };

/* struct ifreq */
struct request {
  char name[NAME];
  union {
    struct address address;
    struct {
      u16 family;
      u8 bytes[14];
    } hardware;
    u16 flags;
    s32 number;
    u32 map[4];
  };
};

/* In the order of Linux's indices. */
static const char *const names[INTERFACES] = {"lo", "eth0"};

static const struct netif *interface(u32 i) {
  for (const struct netif *netif = netif_list; netif; netif = netif->next)
    if ((netif == netif_default) == (i == 1)) return netif;
  return NULL;
}

static void set_address(struct request *request, u32 ip) {
  memset(request->map, 0, sizeof request->map);
  memcpy(&request->address, &(struct address){.family = AF_INET, .ip = ip}, sizeof request->map);
}

/* struct ifconf: how much there is or was filled in, and where. */
static s32 list(u32 argument) {
  s32 conf[2];
  if (!user_load(conf, argument, sizeof conf)) return -EFAULT;
  s32 done = 0;
  if (!conf[1]) done = INTERFACES * REQUEST;
  for (u32 i = 0; conf[1] && i < INTERFACES && done + REQUEST <= conf[0]; i++, done += REQUEST) {
    struct request request = {0};
    strcpy(request.name, names[i]);
    set_address(&request, ip4_addr_get_u32(netif_ip4_addr(interface(i))));
    if (!user_store((u32)conf[1] + (u32)done, &request, REQUEST)) return -EFAULT;
  }
  conf[0] = done;
  return user_store(argument, conf, sizeof conf) ? 0 : -EFAULT;
}

s32 interface_ioctl(u32 request, u32 argument) {
  enum { SIOCGIFNAME = 0x8910, SIOCGIFCONF = 0x8912, SIOCGIFFLAGS = 0x8913, SIOCGIFADDR = 0x8915,
         SIOCGIFDSTADDR = 0x8917, SIOCGIFBRDADDR = 0x8919, SIOCGIFNETMASK = 0x891b,
         SIOCGIFMETRIC = 0x891d, SIOCGIFMTU = 0x8921, SIOCGIFHWADDR = 0x8927,
         SIOCGIFINDEX = 0x8933, SIOCGIFTXQLEN = 0x8942, SIOCGIFMAP = 0x8970,
         SIOC_FIRST = 0x8900, SIOC_LAST = 0x89ff };
  struct request ifreq;
  if (request == SIOCGIFCONF) return list(argument);
  if (request < SIOC_FIRST || request > SIOC_LAST) return -ENOTTY;
  if (!user_load(&ifreq, argument, REQUEST)) return -EFAULT;
  u32 i = 0;
  if (request == SIOCGIFNAME) {
    i = (u32)ifreq.number - 1;
  } else {
    ifreq.name[NAME - 1] = 0;
    while (i < INTERFACES && strcmp(ifreq.name, names[i]) != 0) i++;
  }
  if (i >= INTERFACES) return -ENODEV;
  const struct netif *netif = interface(i);
  bool loopback = i == 0;
  u32 ip = ip4_addr_get_u32(netif_ip4_addr(netif));
  u32 mask = ip4_addr_get_u32(netif_ip4_netmask(netif));
  switch (request) {
    case SIOCGIFNAME: strcpy(ifreq.name, names[i]); break;
    case SIOCGIFFLAGS:
      ifreq.flags = IFF_UP | IFF_RUNNING;
      ifreq.flags |= loopback ? IFF_LOOPBACK : IFF_BROADCAST | IFF_MULTICAST;
      break;
    case SIOCGIFADDR:
    case SIOCGIFDSTADDR: set_address(&ifreq, ip); break;
    case SIOCGIFBRDADDR: set_address(&ifreq, loopback ? 0 : ip | ~mask); break;
    case SIOCGIFNETMASK: set_address(&ifreq, mask); break;
    case SIOCGIFMETRIC: ifreq.number = 0; break;
    case SIOCGIFMTU: ifreq.number = loopback ? LOOPBACK_MTU : netif->mtu; break;
    case SIOCGIFTXQLEN: ifreq.number = 1000; break;
    case SIOCGIFINDEX: ifreq.number = (s32)i + 1; break;
    case SIOCGIFMAP: memset(ifreq.map, 0, sizeof ifreq.map); break;
    case SIOCGIFHWADDR:
      memset(&ifreq.hardware, 0, sizeof ifreq.hardware);
      ifreq.hardware.family = loopback ? ARPHRD_LOOPBACK : ARPHRD_ETHER;
      if (!loopback) memcpy(ifreq.hardware.bytes, netif->hwaddr, sizeof netif->hwaddr);
      break;
    default: return -EOPNOTSUPP; /* the server's network is not the sample's to change */
  }
  return user_store(argument, &ifreq, REQUEST) ? 0 : -EFAULT;
}

/* ---- /proc/net ---- */

void tell_interfaces(struct queue *to) {
  const struct traffic *traffic = net_traffic();
  queue_say(to, "Inter-|   Receive                                                |  Transmit\n");
  queue_say(to, " face |bytes    packets errs drop fifo frame compressed multicast"
                "|bytes    packets errs drop fifo colls carrier compressed\n");
  queue_say(to, "    lo:       0       0    0    0    0     0          0         0 "
                "       0       0    0    0    0     0       0          0\n");
  queue_say(to, "  eth0:%8u %7u    0    0    0     0          0         0 "
                "%8u %7u    0    0    0     0       0          0\n",
            traffic->received_bytes, traffic->received, traffic->sent_bytes, traffic->sent);
}

void tell_routes(struct queue *to) {
  u32 ip = ip4_addr_get_u32(netif_ip4_addr(netif_default)),
      mask = ip4_addr_get_u32(netif_ip4_netmask(netif_default)),
      gateway = ip4_addr_get_u32(netif_ip4_gw(netif_default));
  queue_say(to, "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\t"
                "MTU\tWindow\tIRTT\n");
  queue_say(to, "eth0\t00000000\t%08X\t0003\t0\t0\t0\t00000000\t0\t0\t0\n", gateway);
  queue_say(to, "eth0\t%08X\t00000000\t0001\t0\t0\t0\t%08X\t0\t0\t0\n", ip & mask, mask);
}

void tell_neighbors(struct queue *to) {
  queue_say(to, "IP address       HW type     Flags       HW address            Mask     Device\n");
  for (size_t i = 0; i < ARP_TABLE_SIZE; i++) {
    ip4_addr_t *ip;
    struct netif *netif;
    struct eth_addr *hardware;
    if (!etharp_get_entry(i, &ip, &netif, &hardware)) continue;
    char text[18];
    int length = format(text, sizeof text, "%u.%u.%u.%u", ip4_addr1(ip), ip4_addr2(ip),
                        ip4_addr3(ip), ip4_addr4(ip));
    queue_say(to, "%s", text);
    for (; length < 17; length++) queue_say(to, " ");
    const u8 *bytes = hardware->addr;
    queue_say(to, "0x1         0x2         %02x:%02x:%02x:%02x:%02x:%02x     *        eth0\n",
              bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5]);
  }
}
