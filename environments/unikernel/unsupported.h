/* The system calls that this system does not support and the sample asked for. */
#ifndef UNSUPPORTED_H
#define UNSUPPORTED_H

#include "types.h"

enum { LONGEST_DETAIL = 100 };

/* Counts a call that failed with that error. The detail is printable text that is listed after the
   call's name, such as the path that was to be opened; or "". */
void unsupported_add(u32 call, const char *detail, s32 error);

#endif
