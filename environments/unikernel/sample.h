/* The sample as a program: how it is loaded and begins. */
#ifndef SAMPLE_H
#define SAMPLE_H

#include "types.h"
#include "vfs.h"

/* Loads the file and makes its first thread. Returns 0; an error, which is why it was refused; or
   the signal by which Linux ends it before its first instruction. */
s32 sample_start(const char *path, const char *arguments, u32 length);

/* The file that runs. */
const char *sample_path(void);
struct node *sample_node(void);

/* Where its stack began: the number of its arguments, and all that follows. */
u32 sample_stack(void);
u64 sample_started(void);

#endif
