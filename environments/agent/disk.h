/*
 * How much of the disk a sample takes, watched from inside of its container.
 *
 * What the file system has free is asked for every 100 ms, in bytes and in inodes: nothing that is
 * written, allocated or made hides from that. But the file system is the engine's, and other guests
 * and the host write to it and delete from it, too. So the sample's share is measured: when more is
 * gone than it may take; and each second, with a twentieth of a processor, as what others delete
 * hides what it takes. Its share is the blocks and inodes of all files that have changed since it
 * was started, wherever they are, and of those that its processes have open and nobody can find any
 * more. A share that cannot be measured counts as too much where that much is gone: only a sample
 * that makes folders too deep to walk, or hides what its processes have open, has such a one.
 *
 * With AGENT_DISK_IS_ITS_OWN nobody else writes to the file system or deletes from it, as in a
 * machine with one container. Then the share is measured only when so much is gone.
 */
#ifndef MALASSAY_DISK_H
#define MALASSAY_DISK_H

#include <stdbool.h>
#include <stdint.h>

/* Keeps what it needs later, when there may be no descriptors any more. False with an errno. */
bool disk_open(void);

/* From here on the sample, whose file is there already, may take so many bytes. The processes that
   may be the sample's are told by the function. */
void disk_begin(const char *sample, uint64_t bytes, bool (*is_samples)(int pid));

/* One turn; true when the sample has taken more than it may. */
bool disk_is_over(void);

/* When the next turn is due, in nanoseconds of the monotonic clock. */
long long disk_deadline(void);

#endif
