/*
 * The sample's memory: areas of its address space, filled a page at a time as they are touched, and
 * what a system call may do with addresses that it was given.
 */
#ifndef MEMORY_H
#define MEMORY_H

#include "layout.h"
#include "mmu.h"
#include "types.h"
#include "vfs.h"

/* The stack grows downwards from USER_END, the mappings below it. */
enum { STACK_SIZE = 8 * 1024 * 1024 };

/* Makes an area. Without MAP_FIXED a place is found, the hint's if it is free. A node is read from
   the offset on; with MAP_SHARED its very pages are what is mapped. Returns the address or an
   error. */
s32 memory_map(u32 hint, u32 length, u32 protection, u32 flags, struct node *node, u32 offset);
s32 memory_unmap(u32 address, u32 length);
s32 memory_protect(u32 address, u32 length, u32 protection);

/* The node is about to be cut to that length: the mapped pages beyond it fault from now on. */
void memory_forget(const struct node *node, u32 size);

/* From now on, what can be read can be executed, as programs expect that are older than
   PT_GNU_STACK. */
void memory_read_implies_execute(void);
bool memory_is_all_executable(void);

/* Sets the beginning of the heap, whose end brk(2) moves. */
void memory_set_heap(u32 start);

/* Handles a fault: the sample accessed the address in that way (one of PROT_*). Returns 0 when it
   can go on, or the signal. */
u32 memory_fault(u32 address, u32 access);

/* Is there an area at the address? */
bool memory_is_there(u32 address);

/* The first area that ends behind the address; false: there is none. */
struct area_info {
  u32 start, end, protection, offset;
  const struct node *node; /* or NULL */
  bool shared;
  const char *name; /* as /proc tells of it */
};
bool memory_area_from(u32 address, struct area_info *info);

/* ---- addresses given to system calls ---- */

/* May the sample read there, or write? Then so may the kernel, until the thread waits. */
bool user_readable(u32 address, u32 length);
bool user_writable(u32 address, u32 length);

/* The same for the bytes that a file operation was given, which may be the kernel's own. An
   operation asks again after it has waited. */
bool still_readable(const void *from, u32 length);

/* Copies; false means -EFAULT. */
bool user_load(void *to, u32 from, u32 length);
bool user_store(u32 to, const void *from, u32 length);

/* A text in the sample's memory of at most that length, or NULL, with the reason in *error: EFAULT
   or ENAMETOOLONG. */
const char *user_text(u32 address, u32 limit, s32 *error);

#endif
