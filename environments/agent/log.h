/*
 * Where qemu-user runs the sample, and its own log is to tell the sample's system calls: a pipe with
 * a name that qemu-user opens in each program, as the sample's environment says. It is in the
 * sample's sight and reach.
 */
#ifndef MALASSAY_LOG_H
#define MALASSAY_LOG_H

#include "agent.h"
#include "parts.h"

/* Makes the pipe. */
void log_open(void);

/* In the sample's process: has qemu-user write its log, where the pipe is there. */
void log_ask_for(void);

void log_watch(fd_set *readable, int *highest);
void log_go_on(fd_set *readable);

#endif
