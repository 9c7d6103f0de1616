/*
 * The functions in which the two kernels differ. The kernel with a loader has them in the files
 * that are named here, the sealed one has all of them in sealed.c; build-image.sh takes one or the
 * other.
 */
#ifndef KERNEL_H
#define KERNEL_H

#include "types.h"

/* Loads the file and makes its first thread (sample.c). Returns 0; an error, which is why it was
   refused; or the signal by which Linux ends it before its first instruction. */
s32 sample_start(const char *path, const char *arguments, u32 length);

/* The sample does not go on. Returns the ns of processor time that it had (sample.c). */
u64 sample_end(void);

/* Writes a line for each system call that the sample asked for and that is not there, such as
   "fork ENOSYS 3". Returns the length (unsupported.c). */
u32 unsupported_list(char *text, u32 size);

/* Serves the page, and runs the sample when there is one (thread.c). */
_Noreturn void serve(void);

#endif
