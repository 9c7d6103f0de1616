/* Unaligned loads and stores of several words, which Linux carries out for a program. */
#ifndef ALIGNMENT_H
#define ALIGNMENT_H

#include "arch.h"

/* Carries out an instruction that faulted on an unaligned address, and skips it. False: Linux does
   not carry it out either. */
enum mended { NOT_MENDED, MENDED, BAD_ADDRESS };
enum mended alignment_mend(struct frame *frame);

#endif
