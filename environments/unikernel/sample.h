/* The sample as a program: what is known of it since sample_start (kernel.h). */
#ifndef SAMPLE_H
#define SAMPLE_H

#include "types.h"
#include "vfs.h"

/* The file that runs. */
const char *sample_path(void);
struct node *sample_node(void);

/* The initial stack pointer, at which the number of its arguments is, and all that follows. */
u32 sample_stack(void);
u64 sample_started(void);

#endif
