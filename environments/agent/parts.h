/*
 * What the parts of the agent know of each other. None allocates memory, and none waits: the loop
 * in agent.c asks each what it waits for (..._watch, with a deadline), and then has it go on.
 */
#ifndef MALASSAY_PARTS_H
#define MALASSAY_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/types.h>

#include "frames.h"

static const long long NS_PER_MS = 1000000LL, NS_PER_S = 1000000000LL;

enum {
  CHUNK = 16 * 1024, /* of bulk, in one frame */
  RUN_LIMITS = 32,   /* the numbers of CMD_RUN; arguments follow, each ended by a NUL */
  RUN_SIZE = RUN_LIMITS + 32 * 1024
};

extern enum place { IN_CONTAINER, IN_SYSTEM, IN_SERVICE } place;

/* ---- tell.c ---- */

extern int output; /* -1 when there is nobody to tell */

unsigned char *put(unsigned char *at, uint64_t value, int bytes);
uint64_t get(const unsigned char *at, int bytes);
const char *error_name(int error);

/* Has the memory for what goes out there before memory runs out. */
void prepare_out(void);

bool room_for_chunk(void);
bool is_all_out(void);
void emit(enum event type, const void *payload, size_t length);
void flush_out(void);
void hang_up(void);
__attribute__((format(printf, 1, 2), noreturn)) void fail(const char *format, ...);

/* ---- spawn.c ---- */

extern int dev_null;
extern uint64_t mark;        /* of the sample; 0 when it is not recorded */
extern char **shell_command; /* what a shell does with a file that the kernel does not know */
extern bool sample_has_capabilities; /* as whoever starts it has */

pid_t spawn(char *const command[], const char *folder, int stdout_pipe, int stderr_pipe,
            rlim_t file_size);

/* ---- service.c ---- */

extern pid_t service; /* -1: none */

void tell_machine_of(const char *program);
void hold_login(char *protocol); /* environments/login */
void start_service(char *const command[]);
void service_ended(int status);
void service_watch(fd_set *readable, int *highest);
void service_go_on(fd_set *readable);

/* ---- probe.c ---- */

extern int port; /* that the service listens on */

void ask(long long timeout);
long long probe_watch(fd_set *readable, fd_set *writable, int *highest);
void probe_go_on(fd_set *readable, fd_set *writable);

/* ---- count.c ---- */

/* Opens what is read later, when there may be no descriptors any more. False with an errno. */
bool open_counters(void);

bool may_be_samples(int pid, pid_t except_group);
int walk_processes(bool remember, pid_t except_group);
uint64_t killed_for_memory(void);
uint64_t forks_refused(void);
void tell_usage(void);

/* ---- file.c ---- */

/* From here on, files change because of the sample. */
void sample_begins(void);

void read_file(const char *path, uint64_t most);
bool file_is_due(void);
void file_go_on(void);

/* ---- sample.c ---- */

extern char sample_path[4096], sample_folder[4096];

void take_path(const void *path, size_t length);
void run_sample(unsigned char *payload, size_t length);
void stop_sample(int reason);
pid_t sample_running(void); /* -1 when it does not */
void sample_ended(int status, const struct rusage *usage);
bool is_sample_told(void);
long long sample_watch(fd_set *readable, int *highest);
void sample_go_on(fd_set *readable);

/* ---- commands.c ---- */

void read_commands(void);

#endif
