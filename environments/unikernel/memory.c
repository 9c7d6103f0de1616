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
  bool shared;       /* its pages are the node's */
  bool never_write;
};

enum { STACK_GAP = 1024 * 1024, LOWEST_MAPPING = 0x100000 };
static const u32 MAPPINGS_END = USER_END - STACK_SIZE - STACK_GAP;

static struct area *areas;
static u32 heap_start, heap_end;
static bool read_implies_execute;

/* ARM's tables cannot express less: what can be written or executed can be read. */
static u32 effective(u32 protection) {
  if (read_implies_execute && protection & PROT_READ) protection |= PROT_EXEC;
  if (protection & (PROT_WRITE | PROT_EXEC)) protection |= PROT_READ;
  return protection & (PROT_READ | PROT_WRITE | PROT_EXEC);
}

void memory_read_implies_execute(void) { read_implies_execute = true; }
bool memory_is_all_executable(void) { return read_implies_execute; }

static struct area *area_at(u32 address) {
  for (struct area *area = areas; area && area->start <= address; area = area->next)
    if (address < area->end) return area;
  return NULL;
}

static bool is_range(u32 address, u32 length) {
  return address % PAGE == 0 && address >= USER_START && length &&
         length <= USER_END - USER_START && address <= USER_END - length;
}

static bool is_free(u32 start, u32 end) {
  for (struct area *area = areas; area; area = area->next)
    if (area->start < end && start < area->end) return false;
  return true;
}

/* The highest free place, as on Linux; 0 if there is none. */
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

/* Every page of it belongs to an area. */
static bool is_covered(u32 start, u32 end) {
  for (struct area *area = areas; area && start < end; area = area->next)
    if (area->start <= start && start < area->end) start = area->end;
  return start >= end;
}

/* Splits the area that the address is within, if there is one. False without memory. */
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

/* Merges neighboring areas with equal properties, as Linux does: mremap(2) takes them as one. */
static void join(void) {
  for (struct area *area = areas; area; area = area->next) {
    for (struct area *next = area->next;
         next && next->start == area->end && next->protection == area->protection &&
         next->node == area->node && next->shared == area->shared &&
         next->never_write == area->never_write &&
         (!area->node || next->offset == area->offset + (area->end - area->start));
         next = area->next) {
      area->end = next->end;
      area->next = next->next;
      if (next->node) node_put(next->node);
      kfree(next);
    }
  }
}

static void drop_pages(const struct area *area, u32 start, u32 end) {
  for (u32 at = start; at < end; at += PAGE) {
    void *page = mmu_unmap(at);
    if (page && !area->shared) pages_free(page, 1);
  }
}

void memory_forget(const struct node *node, u32 size) {
  size = ROUND_UP(size, PAGE);
  for (struct area *area = areas; area; area = area->next) {
    if (area->node != node) continue;
    u32 kept = size > area->offset ? size - area->offset : 0;
    if (kept < area->end - area->start) drop_pages(area, area->start + kept, area->end);
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
      drop_pages(area, area->start, area->end);
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
  bool shared = node && flags & MAP_SHARED;
  /* A request for more than all pages together is refused at once (overcommit_memory 0). */
  if (!shared && protection & PROT_WRITE && !(flags & MAP_NORESERVE) &&
      length / PAGE > pages_total())
    return -ENOMEM;
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
                        .offset = offset,
                        .shared = shared,
                        .never_write = flags & MAP_NEVER_WRITE};
  struct area **at = &areas;
  while (*at && (*at)->start < hint) at = &(*at)->next;
  area->next = *at;
  *at = area;
  join();
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
    if (area->never_write && protection & PROT_WRITE) return -EACCES;
    covered = area->end;
    area->protection = protection;
    for (u32 at = area->start; at < area->end; at += PAGE) {
      void *page = mmu_page(at);
      if (page) mmu_map(at, page, protection);
    }
  }
  join();
  return covered == end ? 0 : -ENOMEM;
}

/* ---- faults ---- */

bool memory_is_there(u32 address) { return area_at(address); }

u32 memory_fault(u32 address, u32 access) {
  struct area *area = area_at(address);
  if (!area || !(area->protection & access)) return SIGSEGV;
  u32 at = ROUND_DOWN(address, PAGE);
  if (mmu_page(at)) return SIGBUS; /* it is there and allowed: something else was wrong */
  u32 offset = area->offset + (at - area->start);
  if (area->node && offset >= area->node->blob.size) return SIGBUS;
  void *page = area->shared ? blob_page(&area->node->blob, offset) : page_for_sample();
  if (!page && area->shared && blob_pages_used() >= blob_pages_limit()) return SIGBUS;
  if (!page || !mmu_map(at, page, area->protection)) {
    if (page && !area->shared) pages_free(page, 1);
    run_out_of_memory();
    run_end(ENDED_SIGNALED, SIGKILL, ""); /* also when the kernel filled the page in */
    return SIGKILL;
  }
  if (area->node) {
    if (!area->shared) blob_read(&area->node->blob, offset, page, PAGE);
    forget_code();
  }
  return 0;
}

bool memory_area_from(u32 address, struct area_info *info) {
  const struct area *area = areas;
  while (area && area->end <= address) area = area->next;
  if (!area) return false;
  *info = (struct area_info){area->start, area->end, area->protection, area->offset, area->node,
                             area->shared, ""};
  if (area->end == USER_END) info->name = "[stack]";
  if (area->node) return true;
  /* Variables and the heap behind them may be one area. */
  if (address < heap_start && area->start < heap_start && heap_start < area->end) {
    info->end = heap_start;
  } else if (area->end > heap_start && area->start < heap_end) {
    info->name = "[heap]";
    if (info->start < heap_start) info->start = heap_start;
  }
  return true;
}

/* ---- addresses given to system calls ---- */

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

bool still_readable(const void *from, u32 length) {
  return (u32)from >= KERNEL_BASE || user_readable((u32)from, length);
}

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

/* The checks that all calls about a range of memory make: 0 when areas cover it. */
static s32 check_piece(u32 address, u32 length, u32 *end) {
  *end = address + ROUND_UP(length, PAGE);
  if (address % PAGE || *end < address) return -EINVAL;
  return *end > USER_END || !is_covered(address, *end) ? -ENOMEM : 0;
}

SYSCALL(madvise) {
  enum { DONTNEED = 4, FREE = 8, REMOVE = 9, DONTFORK = 10, COLD = 20, POPULATE_WRITE = 23 };
  u32 end;
  if (a[2] > POPULATE_WRITE || (a[2] > DONTNEED && a[2] < FREE) || a[2] == REMOVE) return -EINVAL;
  s32 error = check_piece(a[0], a[1], &end);
  if (error || (a[2] != DONTNEED && a[2] != FREE)) return error; /* advice need not be taken */
  for (struct area *area = areas; area; area = area->next) {
    u32 from = area->start > a[0] ? area->start : a[0];
    if (from < end && from < area->end) drop_pages(area, from, min_u32(area->end, end));
  }
  return 0;
}

SYSCALL(msync) {
  enum { ASYNC = 1, SYNC = 4, KNOWN = 7 };
  u32 end;
  if (a[2] & ~KNOWN || (a[2] & (ASYNC | SYNC)) == (ASYNC | SYNC)) return -EINVAL;
  return check_piece(a[0], a[1], &end);
}

SYSCALL(mincore) {
  u32 end;
  s32 error = check_piece(a[0], a[1], &end);
  if (error) return error;
  for (u32 at = a[0], i = 0; at < end; at += PAGE, i++) {
    const struct area *area = area_at(at);
    u8 there = mmu_page(at) || (area->node && blob_page_there(&area->node->blob,
                                                              area->offset + at - area->start));
    if (!user_store(a[2] + i, &there, 1)) return -EFAULT;
  }
  return 0;
}

/* Pages are never swapped out; but locking a range fills its pages in. */
SYSCALL(mlock) {
  u32 start = ROUND_DOWN(a[0], PAGE), end;
  s32 error = check_piece(start, a[1] + a[0] % PAGE, &end);
  for (u32 at = start; !error && at < end; at += PAGE)
    if (area_at(at)->protection && !user_readable(at, 1)) return -ENOMEM;
  return error;
}

SYSCALL(munlock) {
  u32 start = ROUND_DOWN(a[0], PAGE), end;
  return check_piece(start, a[1] + a[0] % PAGE, &end);
}

SYSCALL(mlockall) { return a[0] == 0 || a[0] > 7 ? -EINVAL : 0; }
SYSCALL(munlockall) { return 0; }

/* Moves the pages of one whole area to a free place. */
static s32 move(struct area *from, u32 to, u32 length) {
  u32 kept = min_u32(from->end - from->start, length);
  u32 flags = MAP_FIXED | MAP_NORESERVE | (from->shared ? MAP_SHARED : MAP_PRIVATE) |
              (from->never_write ? MAP_NEVER_WRITE : 0);
  s32 result = memory_map(to, length, from->protection, flags, from->node, from->offset);
  if (is_error(result)) return result;
  for (u32 done = 0; done < kept; done += PAGE) {
    void *page = mmu_page(from->start + done);
    if (!page) continue;
    if (!mmu_map(to + done, page, from->protection)) continue; /* filled in again when touched */
    mmu_unmap(from->start + done);
  }
  memory_unmap(from->start, from->end - from->start);
  return result;
}

SYSCALL(mremap) {
  enum { MAY_MOVE = 1, FIXED = 2 };
  u32 old = a[0], old_end = old + ROUND_UP(a[1], PAGE), flags = a[3];
  u32 new_length = ROUND_UP(a[2], PAGE), to = a[4];
  if (old % PAGE || flags & ~(MAY_MOVE | FIXED) || !new_length || new_length > USER_END)
    return -EINVAL;
  if (flags & FIXED && (!(flags & MAY_MOVE) || to % PAGE || !is_range(to, new_length) ||
                        (to < old_end && old < to + new_length)))
    return -EINVAL;
  struct area *area = area_at(old);
  if (!area || old_end <= old || old_end > area->end) return -EFAULT;
  if (!(flags & FIXED) && new_length <= old_end - old) {
    u32 rest = old_end - old - new_length;
    s32 error = rest ? memory_unmap(old + new_length, rest) : 0;
    return error ? error : (s32)old;
  }
  if (!split(old) || !split(old_end)) return -ENOMEM;
  area = area_at(old);
  if (!(flags & FIXED)) {
    if (old + new_length > old && old + new_length <= USER_END &&
        is_free(old_end, old + new_length)) {
      area->end = old + new_length;
      return (s32)old;
    }
    if (!(flags & MAY_MOVE)) return -ENOMEM;
    to = find_place(new_length);
    if (!to) return -ENOMEM;
  }
  if (flags & FIXED && !is_free(to, to + new_length)) {
    s32 error = memory_unmap(to, new_length);
    if (error) return error;
    area = area_at(old);
  }
  return move(area, to, new_length);
}
