/* Memory by the page, and smaller pieces for the kernel's own tables. */
#ifndef PAGE_H
#define PAGE_H

#include "layout.h"
#include "types.h"

/* All memory from the end of the kernel on is free now. */
void pages_init(u32 ram_size, const void *kernel_end);

/* So many pages in a row, of any content; NULL when there are none. */
void *pages_alloc(u32 count);
void pages_free(void *pages, u32 count);

/* A page of zeros for the sample, which leaves the kernel's reserve alone; NULL when memory is
   used up for it. */
void *page_for_sample(void);

u32 pages_total(void);
u32 pages_left(void);

/* Zeros. At most KALLOC_MAX bytes; NULL when there is no memory. */
enum { KALLOC_MAX = 2040 };
void *kalloc(u32 size);
void kfree(void *piece);

#endif
