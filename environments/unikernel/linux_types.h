/* linux/types.h, for the headers that the recorder of Linux's kernels has in common with us. */
#ifndef LINUX_TYPES_H
#define LINUX_TYPES_H

#include "types.h"

typedef u8 __u8;
typedef u16 __u16;
typedef u32 __u32;
typedef u64 __u64;
typedef s64 __s64;

#endif
