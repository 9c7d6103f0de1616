/*
 * The first process of a guest container. It starts the image's own service, takes commands on its
 * standard input and tells events on its standard output; both are attached through the engine's
 * API, so nothing of the host is mounted and no "docker exec" is needed.
 *
 *   agent [--login PROTOCOL] PORT COMMAND [ARGUMENT...]
 *   agent SAMPLE
 *   agent --wait
 *   agent --free
 *
 * With --login, a remote login by this protocol is held before the service is started, for a sample
 * that is a session of one (environments/login).
 *
 * In the second and the third form it stands in a whole system that starts its own services (the
 * raspbian environment). With SAMPLE, which is there already, it lasts as long as an SSH session.
 * With --wait it says hello and waits for the sample, on the ports of a machine that is saved and
 * cloned meanwhile. Of the protection below, only the last two points hold there: a guest that
 * loses its agent has been taken down.
 *
 * In the fourth form it does not stand there: the engine executes it beside an agent that the
 * sample has taken the processor from, to kill who has it, so that the agent comes to its end.
 *
 * With AGENT_WATCHES_DISK it sees to it that the sample does not take more of the disk than it may
 * (disk.h).
 *
 * With AGENT_READS_LOG it can have qemu-user's log of the sample's system calls told (log.h).
 *
 * With AGENT_IN_SERVICE it is a part of another program instead (agent.h): of a service that is the
 * first process, and the only one, of its guest (the unikernel-linux environment).
 *
 * It stands beside a hostile sample that is root in the same container. What protects it:
 * - it is process 1 of its namespace: no signal from inside can kill or stop it, and it heeds none
 *   from outside either, whose sender a sample could feign; the engine's log tells who stopped it;
 * - its three user ids are not the same: without CAP_SYS_RESOURCE, which Docker does not give,
 *   nobody inside can lower its limits, by prlimit(2), whatever user he becomes;
 * - it is not dumpable: without CAP_SYS_PTRACE, which Docker does not give, nobody inside can trace
 *   it or open its memory or its descriptors, and so nobody can speak in its place;
 * - it neither allocates memory nor forks nor needs a new descriptor to tell a verdict while the
 *   sample runs, so a fork bomb or a memory hog takes nothing from it;
 * - it is linked statically and for the engine's own architecture: no emulator, no library of the
 *   image, is part of it.
 * When its standard input ends, because the experiment is gone, it ends, and with it everything in
 * the container.
 *
 * How it speaks is in frames.h.
 */
#define _GNU_SOURCE
#include "agent.h"
#include "parts.h"
#ifdef AGENT_WATCHES_DISK
#include "disk.h"
#endif
#ifdef AGENT_READS_LOG
#include "log.h"
#endif

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
  NOT_ROOT = 65534, /* a user that is there in every user namespace */
  REAP_AT_ONCE = 64
};

static int signals = -1;
static bool more_to_reap;

static void read_signal(void) {
  struct signalfd_siginfo signal;
  (void)!read(signals, &signal, sizeof signal); /* that there is one is all it says */
}

static void note_end(pid_t pid, int status, const struct rusage *usage) {
  if (WIFSTOPPED(status)) return; /* it has asked to be traced, and stops for a signal */
  if (pid == sample_running()) {
    sample_ended(status, usage);
  } else if (pid == service) {
    service_ended(status);
  }
}

/* Orphans come to process 1. A fork bomb makes them without end: only so many at a time. */
static bool reap(void) {
  struct rusage usage;
  int status;
  pid_t sample = sample_running();
  if (sample > 0 && wait4(sample, &status, WNOHANG, &usage) == sample)
    note_end(sample, status, &usage);
  for (int i = 0; i < REAP_AT_ONCE; i++) {
    pid_t pid = wait4(-1, &status, WNOHANG, &usage);
    if (pid <= 0) return false;
    note_end(pid, status, &usage);
  }
  return true;
}

void watch(int fd, fd_set *set, int *highest) {
  if (fd < 0) return;
  FD_SET(fd, set);
  if (fd > *highest) *highest = fd;
}

bool is_ready(int fd, fd_set *set) { return fd >= 0 && FD_ISSET(fd, set); }

long long earliest(long long a, long long b) { return a < b ? a : b; }

long long agent_watch(fd_set *readable, fd_set *writable, int *highest) {
  watch(signals, readable, highest);
  if (!is_all_out()) watch(output, writable, highest);
  service_watch(readable, highest);
#ifdef AGENT_READS_LOG
  log_watch(readable, highest);
#endif
  long long deadline = earliest(now() + NS_PER_S, sample_watch(readable, highest));
  deadline = earliest(deadline, probe_watch(readable, writable, highest));
  return more_to_reap || file_is_due() ? 0 : deadline;
}

void wait_until(long long deadline, fd_set *readable, fd_set *writable, int highest) {
  long long wait = deadline - now();
  if (wait < 0) wait = 0;
  struct timeval timeout = {wait / NS_PER_S, wait % NS_PER_S / 1000 + (wait > 0)};
  /* Not poll(2): that one fails when a root sample lowers our limit on descriptors. */
  if (select(highest + 1, readable, writable, NULL, &timeout) < 0) {
    FD_ZERO(readable);
    FD_ZERO(writable);
  }
}

void agent_go_on(fd_set *readable, fd_set *writable) {
  if (is_ready(signals, readable)) read_signal();
  more_to_reap = reap();
#ifdef AGENT_READS_LOG
  log_go_on(readable);
#endif
  sample_go_on(readable);
  service_go_on(readable);
  probe_go_on(readable, writable);
  file_go_on();
  flush_out();
  if (place == IN_SERVICE && is_sample_told() && output >= 0 && is_all_out()) hang_up();
}

static void set_up(void) {
  prctl(PR_SET_DUMPABLE, 0);
  sigset_t all, wanted;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, NULL);
  umask(022);
  prepare_out();
  dev_null = open("/dev/null", O_RDWR | O_CLOEXEC);
  bool can_count = open_counters();
  sigemptyset(&wanted);
  sigaddset(&wanted, SIGCHLD);
  signals = signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
  if (dev_null < 0 || !can_count || signals < 0) fail("cannot set up: %s", error_name(errno));
#ifdef AGENT_WATCHES_DISK
  if (!disk_open()) fail("cannot watch the disk: %s", error_name(errno));
#endif
  /* The kernel compares all three with the user who wants to lower a limit. */
  if (place == IN_CONTAINER && setresuid(NOT_ROOT, 0, 0) < 0)
    fail("cannot be out of reach: %s", error_name(errno));
}

#ifdef AGENT_IN_SERVICE

void agent_open(void) {
  place = IN_SERVICE;
  output = -1;
  set_up();
}

void agent_run(const char *path, unsigned char *payload, size_t length, int connection) {
  output = connection;
  take_path(path, strlen(path));
  run_sample(payload, length);
}

#else

/* A sample may set process 1 back behind all others: it would not even get to its own end. Those
   are killed, as often as they make new ones. */
static int free_first_process(void) {
  enum { MANY = 10000 };
  int i = 0;
  while (i++ < MANY && kill(-1, SIGKILL) == 0) sched_yield();
  return i > MANY;
}

int main(int argc, char *argv[]) {
  if (argc < 2) fail("usage: agent [--login PROTOCOL] PORT COMMAND [ARGUMENT...] | agent SAMPLE | agent --wait | agent --free");
  if (strcmp(argv[1], "--free") == 0) return free_first_process();
  place = argc == 2 ? IN_SYSTEM : IN_CONTAINER;
  set_up();
  fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
  fcntl(STDOUT_FILENO, F_SETFL, O_NONBLOCK);
  if (place == IN_SYSTEM && strcmp(argv[1], "--wait") == 0) {
    tell_machine_of("/proc/self/exe");
  } else if (place == IN_SYSTEM) {
    take_path(argv[1], strlen(argv[1]));
  } else {
    if (argc > 4 && strcmp(argv[1], "--login") == 0) {
      hold_login(argv[2]);
      argv += 2;
    }
    port = atoi(argv[1]);
    start_service(argv + 2);
  }
  for (;;) {
    fd_set readable, writable;
    FD_ZERO(&readable);
    FD_ZERO(&writable);
    int highest = -1;
    watch(STDIN_FILENO, &readable, &highest);
    long long deadline = agent_watch(&readable, &writable, &highest);
    wait_until(deadline, &readable, &writable, highest);
    if (is_ready(STDIN_FILENO, &readable)) read_commands();
    agent_go_on(&readable, &writable);
  }
}

#endif
