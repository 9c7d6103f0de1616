/* Restartable sequences, rseq(2): on one processor, what is interrupted in the middle begins
   anew. */
#ifndef RSEQ_H
#define RSEQ_H

#include "arch.h"

/* Something else has run, or will, between two instructions of the current thread. */
void rseq_abort(struct frame *frame);

#endif
