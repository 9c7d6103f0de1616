/*
 * The recording of what the sample does: its system calls and processes, as the same records that
 * the recorder of Linux's kernels makes (record.h), in frames of the run. They go out as they come,
 * within the bounds that the host gives; what is beyond is counted. Nothing is done where the host
 * asks for no recording.
 */
#ifndef RECORDING_H
#define RECORDING_H

#include "run.h"
#include "types.h"

/* True from recording_begin() on. */
extern bool recording;

/* What the host asks with: the cookie, and the members of struct bounds. */
enum { RECORDING_WORDS = 6 };
void recording_order(const u64 words[RECORDING_WORDS]);

/* ---- the side of the run ---- */

/* The sample is about to be started. Does nothing unless the host has asked for it. */
void recording_begin(void);

/* The kernel has taken the program, or refused it with that error. */
void recording_program(const char *path, const char *arguments, u32 length, s32 error);

/* The sample has ended: all that is left to tell, for which there is room of its own. */
enum { RECORDING_END = 24 * 1024 };
void recording_end(enum ended how, u32 code);

/* ---- the side of the sample, while there is a recording ---- */

/* A thread of that process begins; a new process has only that one. */
void recording_fork(u32 process, u32 thread, u32 parent, bool is_thread);

/* A process of the sample's ends; the status is as wait4(2) tells it. */
void recording_exit(u32 process, u32 status);

/* ---- its calls (recorded_call.c) ---- */

struct record;

/* Counts a call of that number (known_number), whose row in calls.tbl says that kind, and decides
   whether it is told. */
bool recording_counts(u32 number, u32 kind, u64 time);
void recording_failed(u32 number);

/* There was no room for a call that was to be told. */
void recording_lost(u32 kind);

/* The header of a record. */
void recording_head(struct record *record, u8 type, u32 process, u32 thread, u64 time);

/* Tells the call, for which there is room. */
void recording_call(struct record *record, const void *data, u32 length);

#endif
