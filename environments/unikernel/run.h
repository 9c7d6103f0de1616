/*
 * The run of the sample: one a guest. What it says and how it ends goes out as the agent's frames
 * (frames.h), through the answer to POST /debug/run.
 */
#ifndef RUN_H
#define RUN_H

#include "frames.h"
#include "types.h"

struct limits {
  u64 time;      /* ns */
  u64 output;    /* bytes of each stream that are kept */
  u64 file_size; /* bytes of one file */
  bool for_shell; /* there should be one that runs what no program is */
};

/* ---- the side of the server ---- */

/* Starts the sample at that path; the arguments are texts, each ended by a NUL. */
void run_start(const char *path, struct limits limits, const char *arguments, u32 length);

/* Stops the sample when its time is over. Called after every interrupt. */
void run_poll(void);
u64 run_deadline(void);

/* The next bytes of the answer: how many there were, 0 when there are none yet, -1 at its end. */
int run_read(void *to, u32 length);
/* Calls once when there are bytes again, or with NULL never. */
void run_when_readable(void (*call)(void *), void *argument);
/* Nobody reads any more: the sample goes on, and what it says is only counted. */
void run_unread(void);

/* ---- the side of the sample ---- */

bool run_going(void);
const struct limits *run_limits(void);

/* Takes all that the sample writes to a stream (1 or 2). Waits while the reader is slow. Returns
   how much was taken, or -EINTR. */
s32 run_output(int stream, const void *bytes, u32 length);

/* A system call that is not there, or a kind of socket, for the list of those. */
void run_refused(u32 call, int error);

/* The program that should have loaded it, by its path, which is printable: told among those. */
enum { LONGEST_INTERPRETER = 100 };
void run_refused_interpreter(const char *path);

/* It ended for want of memory. */
void run_out_of_memory(void);

/* The end; what comes after the first one does not count. */
void run_end(enum ended how, u32 code, const char *error);

#endif
