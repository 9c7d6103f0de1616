#include "blob.h"

#include <string.h>

#include "abi.h"
#include "page.h"

/* Two levels of tables, each one page of pointers: 4 GB. */
enum { POINTERS = PAGE / sizeof(void *) };

static void **slot(const struct blob *blob, u32 offset) {
  void **table = blob->tables ? blob->tables[offset / PAGE / POINTERS] : NULL;
  return table ? &table[offset / PAGE % POINTERS] : NULL;
}

static u32 pages_used;

u32 blob_pages_used(void) { return pages_used; }
u32 blob_pages_limit(void) { return pages_total() / 2; }

void *blob_page_there(const struct blob *blob, u32 offset) {
  void **page = slot(blob, offset);
  return page ? *page : NULL;
}

void *blob_page(struct blob *blob, u32 offset) {
  void *there = blob_page_there(blob, offset);
  if (there) return there;
  if (pages_used >= blob_pages_limit()) return NULL;
  if (!blob->tables) blob->tables = page_for_sample();
  if (!blob->tables) return NULL;
  void ***table = &blob->tables[offset / PAGE / POINTERS];
  if (!*table) *table = page_for_sample();
  if (!*table) return NULL;
  void **page = &(*table)[offset / PAGE % POINTERS];
  *page = page_for_sample();
  if (*page) {
    blob->pages++;
    pages_used++;
  }
  return *page;
}

u32 blob_read(const struct blob *blob, u32 offset, void *to, u32 length) {
  if (offset >= blob->size) return 0;
  length = min_u32(length, blob->size - offset);
  for (u32 done = 0; done < length;) {
    u32 at = offset + done, n = min_u32(PAGE - at % PAGE, length - done);
    void **page = slot(blob, at);
    if (page && *page) {
      memcpy((u8 *)to + done, (u8 *)*page + at % PAGE, n);
    } else {
      memset((u8 *)to + done, 0, n);
    }
    done += n;
  }
  return length;
}

s32 blob_write(struct blob *blob, u32 offset, const void *from, u32 length) {
  if (length > 0x7fffffff || offset > 0x7fffffff - length) return -EFBIG;
  u32 done = 0;
  while (done < length) {
    u32 at = offset + done, n = min_u32(PAGE - at % PAGE, length - done);
    u8 *page = blob_page(blob, at);
    if (!page) break;
    memcpy(page + at % PAGE, (const u8 *)from + done, n);
    done += n;
    if (blob->size < at + n) blob->size = at + n;
  }
  return done || !length ? (s32)done : -ENOSPC;
}

void blob_resize(struct blob *blob, u32 size) {
  if (size < blob->size && blob->tables) {
    u32 kept = size / PAGE + (size % PAGE != 0);
    for (u32 i = kept / POINTERS; i <= (blob->size - 1) / PAGE / POINTERS; i++) {
      void **table = blob->tables[i];
      if (!table) continue;
      for (u32 j = i == kept / POINTERS ? kept % POINTERS : 0; j < POINTERS; j++)
        if (table[j]) {
          pages_free(table[j], 1);
          table[j] = NULL;
          blob->pages--;
          pages_used--;
        }
      if (i > kept / POINTERS || kept % POINTERS == 0) {
        pages_free(table, 1);
        blob->tables[i] = NULL;
      }
    }
    /* If the file grows again, the bytes beyond the new end must read as zeros. */
    void **last = size % PAGE ? slot(blob, size) : NULL;
    if (last && *last) memset((u8 *)*last + size % PAGE, 0, PAGE - size % PAGE);
    if (size == 0) {
      pages_free(blob->tables, 1);
      blob->tables = NULL;
    }
  }
  blob->size = size;
}
