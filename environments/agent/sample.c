/* The sample: started, listened to, stopped, and its end told. */
#define _GNU_SOURCE
#include "agent.h"
#include "parts.h"
#ifdef AGENT_WATCHES_DISK
#include "disk.h"
#endif

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { DRAIN_LIMIT = 1024 * 1024, MAX_ARGUMENTS = 1024 };

static uint64_t forks_refused_before;

char sample_path[4096], sample_folder[4096];
static struct {
  pid_t pid;
  bool ran, running, ended, told;
  int stop_reason; /* -1 while it need not stop */
  bool killed;
  int status;
  struct rusage usage;
  long long since, deadline, until;
  struct {
    int pipe;
    uint64_t total;
    bool dry;
  } streams[2];
  uint64_t output_limit, drained;
} sample = {.pid = -1, .stop_reason = -1, .streams = {{.pipe = -1}, {.pipe = -1}}};

void take_path(const void *path, size_t length) {
  if (length >= sizeof sample_path) fail("name too long");
  memcpy(sample_path, path, length);
  sample_path[length] = 0;
  char *slash = strrchr(sample_path, '/');
  if (sample_path[0] != '/' || !slash) fail("not an absolute path: %s", sample_path);
  size_t folder = slash == sample_path ? 1 : (size_t)(slash - sample_path);
  memcpy(sample_folder, sample_path, folder);
  sample_folder[folder] = 0;
}

static void tell_sample_end(enum ended ended, int code, const char *name) {
  unsigned char payload[128], *at = payload;
  pid_t killed_group = ended == ENDED_STOPPED ? sample.pid : -1;
  uint64_t cpu = (uint64_t)((sample.usage.ru_utime.tv_sec + sample.usage.ru_stime.tv_sec) *
                                NS_PER_S +
                            (sample.usage.ru_utime.tv_usec + sample.usage.ru_stime.tv_usec) * 1000);
  at = put(at, ended, 1);
  at = put(at, (uint64_t)code, 4);
  at = put(at, (uint64_t)(sample.until - sample.since), 8);
  at = put(at, cpu, 8);
  at = put(at, sample.streams[0].total, 8);
  at = put(at, sample.streams[1].total, 8);
  at = put(at, ended == ENDED_REFUSED ? 0 : (uint64_t)walk_processes(false, killed_group), 4);
  at = put(at, killed_for_memory(), 8);
  memcpy(at, name, strlen(name));
  /* A Linux that refuses a call tells nobody but the caller. */
  if (place == IN_SERVICE) emit(EV_UNSUPPORTED, "", 0);
  uint64_t refused = forks_refused() - forks_refused_before;
  unsigned char forks[8];
  put(forks, refused, sizeof forks);
  if (refused > 0) emit(EV_FORKS, forks, sizeof forks);
  emit(EV_END, payload, (size_t)(at - payload) + strlen(name));
  sample.told = true;
}

/* Is this the payload of CMD_RUN: milliseconds, bytes of output to be kept of each stream, bytes of
   the largest file, 1 if a shell runs what the kernel does not know, arguments? */
bool agent_understands(const unsigned char *payload, size_t length) {
  if (length < RUN_LIMITS || length > RUN_SIZE) return false;
  int arguments = 0;
  for (size_t i = RUN_LIMITS; i < length; i++) arguments += payload[i] == 0;
  return arguments <= MAX_ARGUMENTS && (length == RUN_LIMITS || payload[length - 1] == 0);
}

#ifdef AGENT_WATCHES_DISK
static bool is_samples(int pid) { return may_be_samples(pid, -1); }
#endif

void run_sample(unsigned char *payload, size_t length) {
  static char *command[2 + MAX_ARGUMENTS + 1] = {"/bin/sh", sample_path};
  if (sample.ran) fail("a guest runs one sample");
  if (!agent_understands(payload, length)) fail("malformed command to run the sample");
  sample.ran = true;
  uint64_t limit_ms = get(payload, 8), file_size = get(payload + 16, 8);
  sample.output_limit = get(payload + 8, 8);
  size_t at = RUN_LIMITS;
  for (int i = 2; at < length; i++) {
    command[i] = (char *)payload + at;
    at += strlen(command[i]) + 1;
  }
  int pipes[2][2];
  for (int i = 0; i < 2; i++) {
    if (pipe2(pipes[i], O_CLOEXEC) < 0) fail("pipe: %s", error_name(errno));
    fcntl(pipes[i][0], F_SETFL, O_NONBLOCK);
    sample.streams[i].pipe = pipes[i][0];
  }
  walk_processes(true, -1);
  sample_begins();
  forks_refused_before = forks_refused();
#ifdef AGENT_WATCHES_DISK
  disk_begin(sample_path, file_size, is_samples);
#endif
  sample.since = sample.until = now();
  sample.deadline = sample.since + (long long)limit_ms * NS_PER_MS;
  shell_command = get(payload + 24, 8) ? command : NULL;
  sample.pid = spawn(command + 1, sample_folder, pipes[0][1], pipes[1][1], file_size);
  int error = errno;
  close(pipes[0][1]);
  close(pipes[1][1]);
  if (sample.pid < 0) {
    tell_sample_end(ENDED_REFUSED, 0, error_name(error));
  } else {
    sample.running = true;
  }
}

/* Passes on the beginning of a stream; what is beyond it is counted and dropped unread. */
static void pump(int i) {
  static char chunk[CHUNK];
  int from = sample.streams[i].pipe;
  uint64_t left = sample.output_limit > sample.streams[i].total
                      ? sample.output_limit - sample.streams[i].total
                      : 0;
  ssize_t n;
  if (left > 0) {
    n = read(from, chunk, left < CHUNK ? left : CHUNK);
    if (n > 0) emit(i == 0 ? EV_STDOUT : EV_STDERR, chunk, (size_t)n);
  } else {
    n = splice(from, NULL, dev_null, NULL, 1024 * 1024, SPLICE_F_NONBLOCK);
  }
  if (n > 0) {
    if (!sample.told) sample.streams[i].total += (uint64_t)n;
    if (sample.ended) sample.drained += (uint64_t)n;
  } else if (n == 0) {
    close(from);
    sample.streams[i].pipe = -1;
    sample.streams[i].dry = true;
  } else {
    sample.streams[i].dry = sample.ended; /* nothing there, and the sample's own is all in */
  }
}

static void stop_if_due(void) {
  if (sample.running && sample.stop_reason < 0 && now() >= sample.deadline)
    sample.stop_reason = REASON_TIME;
#ifdef AGENT_WATCHES_DISK
  if (sample.running && sample.stop_reason < 0 && disk_is_over()) sample.stop_reason = REASON_DISK;
#endif
  if (sample.running && sample.stop_reason >= 0 && !sample.killed) {
    kill(-sample.pid, SIGKILL);
    kill(sample.pid, SIGKILL);
    sample.killed = true;
  }
}

static void tell_end_when_drained(void) {
  if (!sample.ended || sample.told) return;
  for (int i = 0; i < 2; i++)
    if (sample.streams[i].pipe >= 0 && !sample.streams[i].dry && sample.drained < DRAIN_LIMIT)
      return;
  if (sample.killed && WIFSIGNALED(sample.status) && WTERMSIG(sample.status) == SIGKILL) {
    tell_sample_end(ENDED_STOPPED, sample.stop_reason, "");
  } else if (WIFSIGNALED(sample.status) && WTERMSIG(sample.status) == SIGXFSZ) {
    tell_sample_end(ENDED_STOPPED, REASON_DISK, "");
  } else if (WIFSIGNALED(sample.status)) {
    tell_sample_end(ENDED_SIGNALED, WTERMSIG(sample.status), "");
  } else {
    tell_sample_end(ENDED_EXITED, WEXITSTATUS(sample.status), "");
  }
}

pid_t sample_running(void) { return sample.running ? sample.pid : -1; }

bool is_sample_told(void) { return sample.told; }

void sample_ended(int status, const struct rusage *usage) {
  sample.running = false;
  sample.ended = true;
  sample.until = now();
  sample.status = status;
  sample.usage = *usage;
}

void stop_sample(int reason) {
  if (sample.running && sample.stop_reason < 0) sample.stop_reason = reason;
}

long long sample_watch(fd_set *readable, int *highest) {
  long long deadline = LLONG_MAX;
  if (room_for_chunk())
    for (int i = 0; i < 2; i++) watch(sample.streams[i].pipe, readable, highest);
  if (sample.running && !sample.killed) deadline = sample.deadline;
#ifdef AGENT_WATCHES_DISK
  if (sample.running && !sample.killed) deadline = earliest(deadline, disk_deadline());
#endif
  return sample.ended && !sample.told && room_for_chunk() ? 0 : deadline;
}

void sample_go_on(fd_set *readable) {
  stop_if_due();
  for (int i = 0; i < 2; i++)
    if (sample.streams[i].pipe >= 0 && room_for_chunk() &&
        (is_ready(sample.streams[i].pipe, readable) || (sample.ended && !sample.told)))
      pump(i);
  tell_end_when_drained();
}
