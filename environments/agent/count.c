/* What the kernel counts of the guest, and who in it may be the sample's. */
#define _GNU_SOURCE
#include "parts.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MAX_FORK_COUNTERS = 8, MAX_KNOWN = 4096 };

/* The parent of the kernel's own threads, which come and go. */
enum { KTHREADD = 2 };

static int proc = -1, oom_counter = -1;
static pid_t known[MAX_KNOWN];
static int known_count;

/* Is it neither the agent's, nor the service's, nor one that was there before the sample, nor of
   the group? A sample can deceive this: it is evidence, not proof. */
bool may_be_samples(int pid, pid_t except_group) {
  for (int i = 0; i < known_count; i++)
    if (known[i] == pid) return false;
  char path[32], text[1024];
  snprintf(path, sizeof path, "%d/stat", pid);
  int file = openat(proc, path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  ssize_t length = read(file, text, sizeof text - 1);
  close(file);
  text[length > 0 ? length : 0] = 0;
  char *rest = strrchr(text, ')'); /* the name of a process may hold anything */
  char state;
  int parent, group, session;
  return rest && sscanf(rest + 1, " %c %d %d %d", &state, &parent, &group, &session) == 4 &&
         state != 'Z' && state != 'X' && session != service && group != except_group &&
         !(place != IN_CONTAINER && parent == KTHREADD);
}

/* Counts the processes that may be the sample's; or remembers all that are there. */
int walk_processes(bool remember, pid_t except_group) {
  static char entries[32 * 1024];
  int found = 0;
  lseek(proc, 0, SEEK_SET);
  for (long n; (n = syscall(SYS_getdents64, proc, entries, sizeof entries)) > 0;) {
    for (long at = 0; at < n;) {
      struct {
        uint64_t inode, offset;
        uint16_t length;
        uint8_t type;
      } entry;
      memcpy(&entry, entries + at, 19);
      int pid = atoi(entries + at + 19);
      at += entry.length;
      if (pid <= 1) continue;
      if (remember) {
        if (known_count < MAX_KNOWN) known[known_count++] = pid;
      } else if (may_be_samples(pid, except_group)) {
        found++;
      }
    }
  }
  return found;
}

/* How many processes of the guest were killed for want of memory; all ones: unknown. */
uint64_t killed_for_memory(void) {
  static char text[16 * 1024];
  ssize_t n = oom_counter < 0 ? -1 : pread(oom_counter, text, sizeof text - 1, 0);
  if (n < 0) return UINT64_MAX;
  text[n] = 0;
  char *at = strstr(text, "oom_kill ");
  return at ? strtoull(at + 9, NULL, 10) : UINT64_MAX;
}

static void open_oom_counter(void) {
  if (place != IN_CONTAINER) {
    oom_counter = open("/proc/vmstat", O_RDONLY | O_CLOEXEC);
    return;
  }
  oom_counter = open("/sys/fs/cgroup/memory.events", O_RDONLY | O_CLOEXEC);
  if (oom_counter < 0)
    oom_counter = open("/sys/fs/cgroup/memory/memory.oom_control", O_RDONLY | O_CLOEXEC);
}

/* Of the guest's control group and those above it, each of which can have a limit. */
static int fork_counters[MAX_FORK_COUNTERS], fork_counter_count;

static void open_fork_counter(const char *folder) {
  char path[4096];
  snprintf(path, sizeof path, "%s/pids.events", folder);
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file >= 0 && fork_counter_count == MAX_FORK_COUNTERS) close(file);
  if (file >= 0 && fork_counter_count < MAX_FORK_COUNTERS)
    fork_counters[fork_counter_count++] = file;
}

static void open_fork_counters(void) {
  if (place == IN_CONTAINER) {
    open_fork_counter("/sys/fs/cgroup");
    open_fork_counter("/sys/fs/cgroup/pids");
    return;
  }
  char line[2048] = "", folder[4096];
  FILE *groups = fopen("/proc/self/cgroup", "re");
  while (groups && fgets(line, sizeof line, groups) && strncmp(line, "0::/", 4) != 0) line[0] = 0;
  if (groups) fclose(groups);
  line[strcspn(line, "\n")] = 0;
  for (char *slash; line[0] && (slash = strrchr(line + 3, '/')); *slash = 0) {
    snprintf(folder, sizeof folder, "/sys/fs/cgroup%s", line + 3);
    open_fork_counter(folder);
  }
}

/* The number is of all that the kernel refused to the guest. Kernels differ in which of the groups
   it appears in, so the largest counts. */
uint64_t forks_refused(void) {
  uint64_t most = 0;
  for (int i = 0; i < fork_counter_count; i++) {
    char text[256];
    ssize_t n = pread(fork_counters[i], text, sizeof text - 1, 0);
    text[n > 0 ? n : 0] = 0;
    char *at = strstr(text, "max ");
    uint64_t count = at ? strtoull(at + 4, NULL, 10) : 0;
    if (count > most) most = count;
  }
  return most;
}

/* What a container has used stands in files of its control group, of version 1 or 2. */
static struct {
  int cpu, memory, peak, processes, packets;
  bool cpu_is_in_microseconds;
} used = {.cpu = -1, .memory = -1, .peak = -1, .processes = -1, .packets = -1};

static int open_one_of(const char *first, const char *second) {
  int file = open(first, O_RDONLY | O_CLOEXEC);
  return file < 0 && second ? open(second, O_RDONLY | O_CLOEXEC) : file;
}

static void open_usage(void) {
  if (place != IN_CONTAINER) return;
  used.cpu = open("/sys/fs/cgroup/cpu.stat", O_RDONLY | O_CLOEXEC);
  used.cpu_is_in_microseconds = used.cpu >= 0;
  if (used.cpu < 0)
    used.cpu = open_one_of("/sys/fs/cgroup/cpuacct/cpuacct.usage",
                           "/sys/fs/cgroup/cpu,cpuacct/cpuacct.usage");
  used.memory = open_one_of("/sys/fs/cgroup/memory.current",
                            "/sys/fs/cgroup/memory/memory.usage_in_bytes");
  used.peak = open_one_of("/sys/fs/cgroup/memory.peak",
                          "/sys/fs/cgroup/memory/memory.max_usage_in_bytes");
  used.processes =
      open_one_of("/sys/fs/cgroup/pids.current", "/sys/fs/cgroup/pids/pids.current");
  used.packets = open("/proc/self/net/dev", O_RDONLY | O_CLOEXEC);
}

static bool read_text(int file, char *text, size_t size) {
  ssize_t n = file < 0 ? -1 : pread(file, text, size - 1, 0);
  text[n > 0 ? n : 0] = 0;
  return n > 0;
}

/* The number behind a word, or the first one; all ones: unknown. */
static uint64_t number_in(int file, const char *word) {
  char text[4096];
  if (!read_text(file, text, sizeof text)) return UINT64_MAX;
  char *at = word ? strstr(text, word) : text;
  return at ? strtoull(at + (word ? strlen(word) : 0), NULL, 10) : UINT64_MAX;
}

/* Of all interfaces but the loopback. */
static void count_packets(uint64_t *sent, uint64_t *received) {
  char text[8192];
  *sent = *received = UINT64_MAX;
  if (!read_text(used.packets, text, sizeof text)) return;
  for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
    unsigned long long in, out;
    char *numbers = strchr(line, ':');
    line += strspn(line, " ");
    if (!numbers || strncmp(line, "lo:", 3) == 0 ||
        sscanf(numbers + 1, " %*u %llu %*u %*u %*u %*u %*u %*u %*u %llu", &in, &out) != 2)
      continue;
    *received = in + (*received == UINT64_MAX ? 0 : *received);
    *sent = out + (*sent == UINT64_MAX ? 0 : *sent);
  }
}

void tell_usage(void) {
  unsigned char payload[6 * 8], *at = payload;
  uint64_t cpu = number_in(used.cpu, used.cpu_is_in_microseconds ? "usage_usec " : NULL);
  uint64_t sent, received;
  if (used.cpu_is_in_microseconds && cpu != UINT64_MAX) cpu *= 1000;
  count_packets(&sent, &received);
  at = put(at, cpu, 8);
  at = put(at, number_in(used.memory, NULL), 8);
  at = put(at, number_in(used.peak, NULL), 8);
  at = put(at, number_in(used.processes, NULL), 8);
  at = put(at, sent, 8);
  at = put(at, received, 8);
  emit(EV_USAGE, payload, sizeof payload);
}

bool open_counters(void) {
  proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (proc < 0) return false;
  open_oom_counter();
  open_fork_counters();
  open_usage();
  return true;
}
