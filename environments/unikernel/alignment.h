/* What several words at an odd address cost no program on Linux. */
#ifndef ALIGNMENT_H
#define ALIGNMENT_H

#include "arch.h"

/* Does the work of an instruction that the processor refused for its address, and goes behind it.
   False: it is none that Linux mends. */
enum mended { NOT_MENDED, MENDED, BAD_ADDRESS };
enum mended alignment_mend(struct frame *frame);

#endif
