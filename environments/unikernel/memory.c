#include "memory.h"

#include <string.h>

#include "abi.h"
#include "arch.h"
#include "page.h"
#include "run.h"
#include "syscall.h"

/* Areas do not overlap and are in order. */
struct area {
  struct area *next;
  u32 start, end, protection;
  struct node *node; /* or NULL */
  u32 offset;        /* in the node, of start */
};

enum { STACK_GAP = 1024 * 1024, LOWEST_MAPPING = 0x100000 };
static const u32 MAPPINGS_END = USER_END - STACK_SIZE - STACK_GAP;

static struct area *areas;
static u32 heap_start, heap_end;
static bool read_implies_execute;

/* What ARM's tables can say: who may write or execute may read. */
static u32 effective(u32 protection) {
  if (protection & (PROT_WRITE | PROT_EXEC)) protection |= PROT_READ;
  if (read_implies_execute && protection & PROT_READ) protection |= PROT_EXEC;
  return protection & (PROT_READ | PROT_WRITE | PROT_EXEC);
}

void memory_read_implies_execute(void) { read_implies_execute = true; }

static struct area *area_at(u32 address) {
  for (struct area *area = areas; area && area->start <= address; area = area->next)
    if (address < area->end) return area;
  return NULL;
}

static bool is_range(u32 address, u32 length) {
  return address % PAGE == 0 && address >= USER_START && length && length <= USER_END - USER_START &&
         address <= USER_END - length;
}

static bool is_free(u32 start, u32 end) {
  for (struct area *area = areas; area; area = area->next)
    if (area->start < end && start < area->end) return false;
  return true;
}

/* The highest place for it, as on Linux, or 0. */
static u32 find_place(u32 length) {
  u32 best = 0, from = LOWEST_MAPPING;
  for (struct area *area = areas;; area = area->next) {
    u32 to = area ? area->start : MAPPINGS_END;
    if (to > MAPPINGS_END) to = MAPPINGS_END;
    if (to > from && to - from >= length) best = to - length;
    if (!area) return best;
    if (area->end > from) from = area->end;
  }
}

/* No area begins before the address and ends behind it. False without memory. */
static bool split(u32 address) {
  struct area *area = area_at(address);
  if (!area || area->start == address) return true;
  struct area *upper = kalloc(sizeof *upper);
  if (!upper) return false;
  *upper = *area;
  upper->start = area->end = address;
  upper->offset += address - area->start;
  if (upper->node) node_get(upper->node);
  area->next = upper;
  return true;
}

static void drop_pages(u32 start, u32 end) {
  for (u32 at = start; at < end; at += PAGE) {
    void *page = mmu_unmap(at);
    if (page) pages_free(page, 1);
  }
}

s32 memory_unmap(u32 address, u32 length) {
  length = ROUND_UP(length, PAGE);
  if (!is_range(address, length)) return -EINVAL;
  u32 end = address + length;
  if (!split(address) || !split(end)) return -ENOMEM;
  for (struct area **at = &areas; *at;) {
    struct area *area = *at;
    if (area->start >= address && area->end <= end) {
      drop_pages(area->start, area->end);
      *at = area->next;
      if (area->node) node_put(area->node);
      kfree(area);
    } else {
      at = &area->next;
    }
  }
  return 0;
}

s32 memory_map(u32 hint, u32 length, u32 protection, u32 flags, struct node *node, u32 offset) {
  if (length > USER_END) return -ENOMEM;
  length = ROUND_UP(length, PAGE);
  if (!length || offset % PAGE) return -EINVAL;
  if (flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)) {
    if (hint % PAGE) return -EINVAL;
    if (!is_range(hint, length)) return -ENOMEM;
    if (!is_free(hint, hint + length)) {
      if (flags & MAP_FIXED_NOREPLACE) return -EEXIST;
      s32 error = memory_unmap(hint, length);
      if (error) return error;
    }
  } else {
    hint = ROUND_DOWN(hint, PAGE);
    if (!is_range(hint, length) || hint < LOWEST_MAPPING || !is_free(hint, hint + length))
      hint = find_place(length);
    if (!hint) return -ENOMEM;
  }
  struct area *area = kalloc(sizeof *area);
  if (!area) return -ENOMEM;
  *area = (struct area){.start = hint,
                        .end = hint + length,
                        .protection = effective(protection),
                        .node = node ? node_get(node) : NULL,
                        .offset = offset};
  struct area **at = &areas;
  while (*at && (*at)->start < hint) at = &(*at)->next;
  area->next = *at;
  *at = area;
  return (s32)hint;
}

s32 memory_protect(u32 address, u32 length, u32 protection) {
  if (address % PAGE) return -EINVAL;
  if (length > USER_END) return -ENOMEM;
  length = ROUND_UP(length, PAGE);
  if (!length) return 0;
  if (!is_range(address, length)) return -ENOMEM;
  u32 end = address + length;
  if (!split(address) || !split(end)) return -ENOMEM;
  u32 covered = address;
  protection = effective(protection);
  for (struct area *area = areas; area; area = area->next) {
    if (area->end <= address || area->start >= end) continue;
    if (area->start != covered) return -ENOMEM;
    covered = area->end;
    area->protection = protection;
    for (u32 at = area->start; at < area->end; at += PAGE) {
      void *page = mmu_page(at);
      if (page) mmu_map(at, page, protection);
    }
  }
  return covered == end ? 0 : -ENOMEM;
}

/* ---- faults ---- */

u32 memory_fault(u32 address, u32 access) {
  struct area *area = area_at(address);
  if (!area || !(area->protection & access)) return SIGSEGV;
  u32 at = ROUND_DOWN(address, PAGE);
  if (mmu_page(at)) return SIGBUS; /* it is there and allowed: something else was wrong */
  u32 offset = area->offset + (at - area->start);
  if (area->node && offset >= area->node->blob.size) return SIGBUS;
  void *page = page_for_sample();
  if (!page || !mmu_map(at, page, area->protection)) {
    if (page) pages_free(page, 1);
    run_out_of_memory();
    run_end(ENDED_SIGNALED, SIGKILL, ""); /* also when the kernel filled the page in */
    return SIGKILL;
  }
  if (area->node) {
    blob_read(&area->node->blob, offset, page, PAGE);
    forget_code();
  }
  return 0;
}

/* ---- what a system call was given ---- */

/* Fills the pages in, so that the kernel itself never faults. */
static bool user_range(u32 address, u32 length, u32 access) {
  if (length == 0) return true;
  if (address > USER_END || length > USER_END - address) return false;
  for (u32 at = ROUND_DOWN(address, PAGE); at < address + length; at += PAGE) {
    struct area *area = area_at(at);
    if (!area || !(area->protection & access)) return false;
    if (!mmu_page(at) && memory_fault(at, access)) return false;
  }
  return true;
}

bool user_readable(u32 address, u32 length) { return user_range(address, length, PROT_READ); }
bool user_writable(u32 address, u32 length) { return user_range(address, length, PROT_WRITE); }

bool user_load(void *to, u32 from, u32 length) {
  if (!user_readable(from, length)) return false;
  memcpy(to, (void *)from, length);
  return true;
}

bool user_store(u32 to, const void *from, u32 length) {
  if (!user_writable(to, length)) return false;
  memcpy((void *)to, from, length);
  return true;
}

const char *user_text(u32 address, u32 limit, s32 *error) {
  for (u32 done = 0; done < limit;) {
    u32 n = min_u32(PAGE - (address + done) % PAGE, limit - done);
    if (!user_readable(address + done, n)) {
      *error = -EFAULT;
      return NULL;
    }
    if (memchr((void *)(address + done), 0, n)) return (const char *)address;
    done += n;
  }
  *error = -ENAMETOOLONG;
  return NULL;
}

/* ---- system calls ---- */

void memory_set_heap(u32 start) { heap_start = heap_end = ROUND_UP(start, PAGE); }

SYSCALL(brk) {
  u32 wanted = a[0];
  if (wanted < heap_start || wanted >= MAPPINGS_END) return (s32)heap_end;
  u32 old = ROUND_UP(heap_end, PAGE), new = ROUND_UP(wanted, PAGE);
  if (new > old) {
    if (!is_free(old, new) || (new - old) / PAGE > pages_total()) return (s32)heap_end;
    if (memory_map(old, new - old, PROT_READ | PROT_WRITE, MAP_FIXED, NULL, 0) != (s32)old)
      return (s32)heap_end;
  } else if (new < old) {
    memory_unmap(new, old - new);
  }
  heap_end = wanted;
  return (s32)heap_end;
}

SYSCALL(munmap) { return memory_unmap(a[0], a[1]); }
SYSCALL(mprotect) { return memory_protect(a[0], a[1], a[2]); }
SYSCALL(madvise) { return a[0] % PAGE ? -EINVAL : 0; }
