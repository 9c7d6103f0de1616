/*
 * System calls. syscalls.def has a row for each number that Linux knows on ARM; the table, the
 * names and SYSCALLS.md are made from it. A call gets the registers r0 to r6 as they are and
 * returns a result or an error. A call that this system does not support returns -ENOSYS, and is
 * counted.
 */
#ifndef SYSCALL_H
#define SYSCALL_H

#include "types.h"

#define SYSCALL(name) s32 sys_##name(const u32 *a)

#define CALL(number, name, function, text) SYSCALL(function);
#define OLD(number, name, function, text) SYSCALL(function);
#define NONE(number, name, text)
#include "syscalls.def"
#undef CALL
#undef OLD
#undef NONE

/* The name, or syscall_N, for which there is the buffer. */
const char *syscall_name(u32 number, char *buffer, u32 size);

#endif
