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
  bool for_shell; /* a shell would run a file that is no program */
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

/* How many bytes of a stream (1 or 2) the reader still wants, and how many there were. */
u64 run_wants(int stream);
void run_count(int stream, u32 length);

/* Tells a frame of so many bytes, for which there is room; nothing when nobody reads any more. */
bool run_has_room(u32 length);
void run_tell(u8 type, const void *bytes, u32 length);

/* Tells a frame of two pieces, for which there is room, within a moment: the reader is not told of
   each, for there are many. */
void run_tell_soon(u8 type, const void *head, u32 head_length, const void *rest, u32 length);

/* Has room for many frames from now on, and of that so many bytes for what is told at the end. */
void run_make_room(u32 for_the_end);

/* Nothing waits to be read. */
bool run_all_is_read(void);

/* It ended for want of memory. */
void run_out_of_memory(void);

/* Ends the run. Only the first call counts. */
void run_end(enum ended how, u32 code, const char *error);

/* ENOSYS and so on, as frames have it; EUNKNOWN is none that a frame needs. */
const char *error_name(s32 error);

#endif
