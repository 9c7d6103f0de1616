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
   the offset on, privately. Returns the address or an error. */
s32 memory_map(u32 hint, u32 length, u32 protection, u32 flags, struct node *node, u32 offset);
s32 memory_unmap(u32 address, u32 length);
s32 memory_protect(u32 address, u32 length, u32 protection);

/* For programs of the time before pages could forbid execution. */
void memory_read_implies_execute(void);

/* Where the heap begins that brk(2) moves. */
void memory_set_heap(u32 start);

/* The sample touched the address in that way (one of PROT_*), and the processor said no. Returns 0
   when it can go on, or the signal. */
u32 memory_fault(u32 address, u32 access);

/* ---- what a system call was given ---- */

/* May the sample read there, or write? Then so may the kernel, until the thread waits. */
bool user_readable(u32 address, u32 length);
bool user_writable(u32 address, u32 length);

/* Copies; false means -EFAULT. */
bool user_load(void *to, u32 from, u32 length);
bool user_store(u32 to, const void *from, u32 length);

/* A text in the sample's memory of at most that length, or NULL, with the reason in *error: EFAULT or
   ENAMETOOLONG. */
const char *user_text(u32 address, u32 limit, s32 *error);

#endif
