#include "page.h"

#include <string.h>

#include "console.h"

/* The kernel's reserve: network and answers go on when the sample has used up all other memory. */
enum { RESERVE = 2 * 1024 * 1024 / PAGE };

static u32 used[RAM_MAX / PAGE / 32]; /* a bit a page, from KERNEL_BASE on */
static u32 first, end, next, left;

static bool is_used(u32 page) { return used[page / 32] >> page % 32 & 1; }

static void mark(u32 page, u32 count, bool in_use) {
  for (u32 i = page; i < page + count; i++) {
    if (is_used(i) == in_use) panic("page %x is %s already", i, in_use ? "used" : "free");
    used[i / 32] ^= 1u << i % 32;
  }
  left += in_use ? -count : count;
}

void pages_init(u32 ram_size, const void *kernel_end) {
  first = next = ((u32)kernel_end - KERNEL_BASE) / PAGE;
  end = ram_size / PAGE;
  left = end - first;
}

static u32 find(u32 from, u32 to, u32 count) {
  u32 run = 0;
  for (u32 page = from; page < to; page++) {
    if (page % 32 == 0 && used[page / 32] == 0xffffffff) {
      run = 0;
      page += 31;
    } else {
      run = is_used(page) ? 0 : run + 1;
      if (run == count) return page + 1 - count;
    }
  }
  return 0;
}

void *pages_alloc(u32 count) {
  if (count > left) return NULL;
  u32 page = find(next, end, count);
  if (!page) page = find(first, end, count);
  if (!page) return NULL;
  mark(page, count, true);
  next = page + count;
  return (void *)(KERNEL_BASE + page * PAGE);
}

void pages_free(void *pages, u32 count) {
  mark(((u32)pages - KERNEL_BASE) / PAGE, count, false);
}

void *page_for_sample(void) {
  void *page = left > RESERVE ? pages_alloc(1) : NULL;
  return page ? memset(page, 0, PAGE) : NULL;
}

u32 pages_total(void) { return end; }
u32 pages_left(void) { return left > RESERVE ? left - RESERVE : 0; }

/* ---- pieces: a page holds pieces of one size, a power of two, and begins with that size ---- */

enum { SMALLEST = 16, HEADER = 8, SIZES = 8 };

static void *free_pieces[SIZES]; /* each points to the next one */

void *kalloc(u32 size) {
  if (size > KALLOC_MAX) panic("kalloc(%u)", size);
  u32 class = 0;
  while (class < SIZES - 1 && (u32)SMALLEST << class < size) class++;
  u32 step = class == SIZES - 1 ? KALLOC_MAX : (u32)SMALLEST << class;
  if (!free_pieces[class]) {
    u8 *page = pages_alloc(1);
    if (!page) return NULL;
    *(u32 *)page = class;
    for (u32 at = HEADER; at + step <= PAGE; at += step) {
      *(void **)(page + at) = free_pieces[class];
      free_pieces[class] = page + at;
    }
  }
  void **piece = free_pieces[class];
  free_pieces[class] = *piece;
  return memset(piece, 0, step);
}

void kfree(void *piece) {
  if (!piece) return;
  u32 class = *(u32 *)ROUND_DOWN((u32)piece, PAGE);
  *(void **)piece = free_pieces[class];
  free_pieces[class] = piece;
}
