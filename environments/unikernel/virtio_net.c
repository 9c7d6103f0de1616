#include "virtio_net.h"

#include <string.h>

#include "arch.h"
#include "clock.h"
#include "console.h"
#include "interrupt.h"
#include "page.h"

enum {
  SLOTS = 32,
  SLOT_BASE = 0x0a000000,
  SLOT_SIZE = 0x200,
  SLOT_INTERRUPT = 48,

  MAGIC_VALUE = 0x000,
  VERSION = 0x004,
  DEVICE_ID = 0x008,
  DEVICE_FEATURES = 0x010,
  DEVICE_FEATURES_SELECT = 0x014,
  DRIVER_FEATURES = 0x020,
  DRIVER_FEATURES_SELECT = 0x024,
  LEGACY_PAGE_SIZE = 0x028,
  QUEUE_SELECT = 0x030,
  QUEUE_MAX = 0x034,
  QUEUE_SIZE = 0x038,
  LEGACY_QUEUE_ALIGN = 0x03c,
  LEGACY_QUEUE_PAGE = 0x040,
  QUEUE_READY = 0x044,
  QUEUE_NOTIFY = 0x050,
  INTERRUPT_STATUS = 0x060,
  INTERRUPT_ACK = 0x064,
  STATUS = 0x070,
  QUEUE_DESCRIPTORS = 0x080,
  QUEUE_AVAILABLE = 0x090,
  QUEUE_USED = 0x0a0,
  CONFIG = 0x100,

  MAGIC = 0x74726976,
  NETWORK_CARD = 1,
  LEGACY = 1,
  STATUS_ACKNOWLEDGE = 1,
  STATUS_DRIVER = 2,
  STATUS_DRIVER_OK = 4,
  STATUS_FEATURES_OK = 8,
  FEATURE_MAC = 1 << 5,
  FEATURE_VERSION_1 = 1 << 0, /* of the second word */
  DESCRIPTOR_WRITE = 2,       /* by the device */
  NO_INTERRUPT = 1
};

enum { RECEIVE, TRANSMIT, RING = 256, BUFFER = 2048 };

static const u64 NIC_TIMEOUT = 2 * NS_PER_MS;

struct descriptor {
  u64 address;
  u32 length;
  u16 flags, next;
};
struct available {
  u16 flags, index, ring[RING];
};
struct used {
  u16 flags, index;
  struct {
    u32 id, length;
  } ring[RING];
};

/* The legacy interface prescribes these places; the modern one takes any. */
struct rings {
  struct descriptor descriptors[RING];
  struct available available;
  struct used used __attribute__((aligned(PAGE)));
};

static struct {
  struct rings *rings;
  u8 *buffers;
  u16 seen; /* how many the device has given back, modulo 65536 */
} queues[2];

static u32 base, header_size;

static u32 nic_read(u32 at) { return read_device(base + at); }
static void nic_write(u32 at, u32 value) { write_device(base + at, value); }
static u32 physical(const void *at) { return (u32)at - PHYSICAL_TO_KERNEL; }

static void offer(int queue, u16 descriptor) {
  struct available *available = &queues[queue].rings->available;
  available->ring[available->index % RING] = descriptor;
  memory_barrier();
  *(volatile u16 *)&available->index = available->index + 1;
  memory_barrier();
}

static u16 given_back(int queue) {
  u16 index = *(volatile u16 *)&queues[queue].rings->used.index;
  memory_barrier();
  return index;
}

static void queue_init(int queue, bool legacy) {
  u32 pages = ROUND_UP(sizeof(struct rings), PAGE) / PAGE;
  struct rings *rings = pages_alloc(pages);
  u8 *buffers = pages_alloc(RING * BUFFER / PAGE);
  if (!rings || !buffers) panic("no memory for the network card");
  memset(rings, 0, sizeof *rings);
  queues[queue].rings = rings;
  queues[queue].buffers = buffers;
  for (u16 i = 0; i < RING; i++) {
    rings->descriptors[i] = (struct descriptor){
        physical(buffers + i * BUFFER), BUFFER, queue == RECEIVE ? DESCRIPTOR_WRITE : 0, 0};
    if (queue == RECEIVE) offer(queue, i);
  }
  if (queue == TRANSMIT) rings->available.flags = NO_INTERRUPT;

  nic_write(QUEUE_SELECT, queue);
  if (nic_read(QUEUE_MAX) < RING) panic("a network card with rings of %u", nic_read(QUEUE_MAX));
  nic_write(QUEUE_SIZE, RING);
  if (legacy) {
    nic_write(LEGACY_QUEUE_ALIGN, PAGE);
    nic_write(LEGACY_QUEUE_PAGE, physical(rings) / PAGE);
  } else {
    nic_write(QUEUE_DESCRIPTORS, physical(rings->descriptors));
    nic_write(QUEUE_AVAILABLE, physical(&rings->available));
    nic_write(QUEUE_USED, physical(&rings->used));
    nic_write(QUEUE_READY, 1);
  }
}

void nic_init(u8 mac[6]) {
  u32 slot = 0;
  for (;; slot++) {
    if (slot == SLOTS) panic("no virtio-net card");
    base = DEVICE(SLOT_BASE + slot * SLOT_SIZE);
    if (nic_read(MAGIC_VALUE) == MAGIC && nic_read(DEVICE_ID) == NETWORK_CARD) break;
  }
  bool legacy = nic_read(VERSION) == LEGACY;
  header_size = legacy ? 10 : 12;

  nic_write(STATUS, 0);
  nic_write(STATUS, STATUS_ACKNOWLEDGE | STATUS_DRIVER);
  nic_write(DEVICE_FEATURES_SELECT, 0);
  if (!(nic_read(DEVICE_FEATURES) & FEATURE_MAC)) panic("a network card without an address");
  nic_write(DRIVER_FEATURES_SELECT, 0);
  nic_write(DRIVER_FEATURES, FEATURE_MAC);
  if (legacy) {
    nic_write(LEGACY_PAGE_SIZE, PAGE);
  } else {
    nic_write(DRIVER_FEATURES_SELECT, 1);
    nic_write(DRIVER_FEATURES, FEATURE_VERSION_1);
    nic_write(STATUS, STATUS_ACKNOWLEDGE | STATUS_DRIVER | STATUS_FEATURES_OK);
    if (!(nic_read(STATUS) & STATUS_FEATURES_OK)) panic("the network card refused its features");
  }
  queue_init(RECEIVE, legacy);
  queue_init(TRANSMIT, legacy);
  nic_write(STATUS, nic_read(STATUS) | STATUS_DRIVER_OK);
  nic_write(QUEUE_NOTIFY, RECEIVE);
  for (int i = 0; i < 6; i++) mac[i] = *(volatile u8 *)(base + CONFIG + i);
  interrupt_enable(SLOT_INTERRUPT + slot);
}

void nic_acknowledge(void) { nic_write(INTERRUPT_ACK, nic_read(INTERRUPT_STATUS)); }

bool nic_receive(void (*take)(const void *frame, u32 length)) {
  u16 *seen = &queues[RECEIVE].seen;
  if (given_back(RECEIVE) == *seen) return false;
  struct used *used = &queues[RECEIVE].rings->used;
  u32 id = used->ring[*seen % RING].id % RING, length = used->ring[*seen % RING].length;
  ++*seen;
  if (length > header_size && length <= BUFFER)
    take(queues[RECEIVE].buffers + id * BUFFER + header_size, length - header_size);
  offer(RECEIVE, (u16)id);
  /* Notifies in batches: each notification leaves the emulated machine. */
  if (*seen % 16 == 0 || given_back(RECEIVE) == *seen) nic_write(QUEUE_NOTIFY, RECEIVE);
  return true;
}

/* Frames go out in order through descriptors in order, so counting them is enough. */
static u16 under_way(void) {
  return queues[TRANSMIT].rings->available.index - given_back(TRANSMIT);
}

bool nic_has_room(void) { return under_way() < RING / 2; }

void *nic_transmit_buffer(void) {
  if (under_way() >= RING) {
    u64 deadline = now() + NIC_TIMEOUT;
    while (under_way() >= RING)
      if (now() > deadline) return NULL;
  }
  u32 id = queues[TRANSMIT].rings->available.index % RING;
  return queues[TRANSMIT].buffers + id * BUFFER + header_size;
}

void nic_transmit(u32 length) {
  u16 id = queues[TRANSMIT].rings->available.index % RING;
  memset(queues[TRANSMIT].buffers + id * BUFFER, 0, header_size);
  queues[TRANSMIT].rings->descriptors[id].length = header_size + length;
  offer(TRANSMIT, id);
  nic_write(QUEUE_NOTIFY, TRANSMIT);
}
