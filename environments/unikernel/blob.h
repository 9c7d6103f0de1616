/* The bytes of a file: pages, where something was written; the rest reads as zeros. */
#ifndef BLOB_H
#define BLOB_H

#include "types.h"

struct blob {
  u32 size;  /* bytes */
  u32 pages; /* that are there */
  void ***tables;
};

/* How many bytes were read; 0 at the end. */
u32 blob_read(const struct blob *blob, u32 offset, void *to, u32 length);

/* How many bytes were written, or -ENOSPC, -EFBIG. */
s32 blob_write(struct blob *blob, u32 offset, const void *from, u32 length);

/* Cuts it, or makes it longer with zeros. */
void blob_resize(struct blob *blob, u32 size);

/* Pages of all blobs together, and how many there may be: half of the memory, as on Linux's
   tmpfs. */
u32 blob_pages_used(void);
u32 blob_pages_limit(void);

/* The page with that offset, if it is there. */
void *blob_page_there(const struct blob *blob, u32 offset);

/* The page with that offset, of zeros if it was not there; NULL when memory is used up. */
void *blob_page(struct blob *blob, u32 offset);

#endif
