/* lwIP's configuration: no threads, only its raw interface, which is never entered twice
   (interrupt.h). */
#ifndef LWIPOPTS_H
#define LWIPOPTS_H

#define NO_SYS 1
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_NETCONN 0
#define LWIP_SOCKET 0
#define LWIP_NO_CTYPE_H 1

#define MEM_ALIGNMENT 8
/* Pages of the guest's memory (net.c): most of it is never touched. Of the heap, the sample's
   sockets may fill up to SOCKETS_HEAP; the rest is the server's. */
#define MEM_SIZE (4 * 1024 * 1024)
#define SOCKETS_HEAP (3 * 1024 * 1024)
extern unsigned char *lwip_heap;
#define LWIP_RAM_HEAP_POINTER lwip_heap
/* A sample has at most FILES sockets (file.h): there are always some left for the server, for which
   lwIP also gives up connections of the sample, because theirs count less. */
#define MEMP_NUM_TCP_PCB 1536
#define MEMP_NUM_TCP_PCB_LISTEN 1040
#define MEMP_NUM_TCP_SEG 4096
#define MEMP_NUM_UDP_PCB 1040
#define MEMP_NUM_RAW_PCB 1040
#define MEMP_NUM_PBUF 512
#define MEMP_NUM_REASSDATA 16
#define PBUF_POOL_SIZE 512

#define LWIP_IPV4 1
#define LWIP_IPV6 0
#define LWIP_ARP 1
#define ARP_QUEUEING 1
/* How many packets may wait for one neighbor's address (as on Linux), and for all addresses. */
#define ARP_QUEUE_LEN 100
#define MEMP_NUM_ARP_QUEUE 512
#define ETHARP_SUPPORT_STATIC_ENTRIES 1
#define ARP_TABLE_SIZE 32
#define LWIP_ICMP 1
#define LWIP_RAW 1
#define LWIP_UDP 1
#define LWIP_TCP 1
#define LWIP_DHCP 0
#define LWIP_DNS 0
#define IP_REASSEMBLY 1
#define IP_REASS_MAX_PBUFS 64
#define IP_FRAG 1

#define LWIP_HAVE_LOOPIF 1
#define LWIP_NETIF_LOOPBACK 1
#define LWIP_LOOPBACK_MAX_PBUFS 128

#define TCP_MSS 1460
#define TCP_WND (40 * TCP_MSS)
#define TCP_SND_BUF (24 * TCP_MSS)
#define TCP_SND_QUEUELEN (4 * TCP_SND_BUF / TCP_MSS)
#define TCP_LISTEN_BACKLOG 1
#define TCP_SYNMAXRTX 12 /* socket_tcp.c gives up earlier */
#define TCP_QUEUE_OOSEQ 1
#define SO_REUSE 1
#define LWIP_TCP_KEEPALIVE 1
#define LWIP_NETIF_TX_SINGLE_PBUF 0
#define CHECKSUM_CHECK_IP 1

/* A connection in TIME-WAIT gives way to a new one from the same port whose numbers lie beyond the
   old one's, as on Linux (tcp_timewait_state_process). lwIP alone would answer for the old one; the
   client would reset that, and wait some seconds before it tries again. A host that makes many
   connections soon uses a port again. Our numbers must then lie beyond the old ones, too (RFC 1122,
   4.2.2.13). */
struct pbuf;
void net_reopen(const struct pbuf *packet);
#define LWIP_HOOK_IP4_INPUT(packet, netif) (net_reopen(packet), 0)
unsigned long net_first_number(void);
#define LWIP_HOOK_TCP_ISN(to, to_port, from, from_port) net_first_number()

/* How much of the heap is taken. */
#define LWIP_STATS 1
#define MEM_STATS 1
#define LINK_STATS 0
#define ETHARP_STATS 0
#define IP_STATS 0
#define IPFRAG_STATS 0
#define ICMP_STATS 0
#define UDP_STATS 0
#define TCP_STATS 0
#define MEMP_STATS 0
#define SYS_STATS 0
#define LWIP_DEBUG 0

/* The server: its files are those of the guest (http.c has what is lwIP's fs.c elsewhere). */
#define LWIP_HTTPD_CUSTOM_FILES 1
#define LWIP_HTTPD_DYNAMIC_FILE_READ 1
#define LWIP_HTTPD_FS_ASYNC_READ 1
#define LWIP_HTTPD_DYNAMIC_HEADERS 1
#define LWIP_HTTPD_SUPPORT_POST 1
#define LWIP_HTTPD_SSI 0
#define LWIP_HTTPD_CGI 0
#define LWIP_HTTPD_SUPPORT_V09 0
#define LWIP_HTTPD_MAX_REQ_LENGTH 4096
#define LWIP_HTTPD_REQ_BUFSIZE LWIP_HTTPD_MAX_REQ_LENGTH
#define LWIP_HTTPD_REQ_QUEUELEN 16
#define LWIP_HTTPD_KILL_OLD_ON_CONNECTIONS_EXCEEDED 1
#define HTTPD_USE_MEM_POOL 0
#define HTTPD_TCP_PRIO TCP_PRIO_MAX
#define HTTPD_MAX_WRITE_LEN(pcb) (8 * TCP_MSS)
/* The server closes a connection on which nothing was sent for some seconds. But a sample may run
   long without output, and its end must still be told. retries is a byte, so it never gets to 256.
   */
#define HTTPD_MAX_RETRIES (hs->handle && http_is_run(hs->handle) ? 256 : 4)
struct fs_file;
_Bool http_is_run(const struct fs_file *file);

#endif
