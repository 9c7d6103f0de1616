/*
 * The agent as a part of a service that is the first process of its guest, and whose loop is the
 * agent's too. Both wait with select(2), for the reason that agent.c gives.
 */
#ifndef MALASSAY_AGENT_H
#define MALASSAY_AGENT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/select.h>

/* Gets ready; needs /proc and /dev. Ends, with a word on the standard error, when it cannot. */
void agent_open(void);

/* Is this the payload of the command that runs the sample? */
bool agent_understands(const unsigned char *payload, size_t length);

/* Runs the sample at the path, once, as a payload that was understood says; the payload must stay.
   Tells the events on the connection, which does not block, and closes it after the last one. */
void agent_run(const char *path, unsigned char *payload, size_t length, int connection);

/* One turn of the loop: adds what the agent waits for, and says until when; then goes on. */
long long agent_watch(fd_set *readable, fd_set *writable, int *highest);
void agent_go_on(fd_set *readable, fd_set *writable);

/* Nanoseconds of the monotonic clock. */
long long now(void);

long long earliest(long long a, long long b);

/* Adds a descriptor to a set; -1 is none. */
void watch(int fd, fd_set *set, int *highest);

bool is_ready(int fd, fd_set *set);

void wait_until(long long deadline, fd_set *readable, fd_set *writable, int highest);

#endif
