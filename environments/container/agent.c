/*
 * The first process of a guest container. It starts the image's own service, takes commands on its
 * standard input and tells events on its standard output; both are attached through the engine's
 * API, so nothing of the host is mounted and no "docker exec" is needed.
 *
 *   agent PORT COMMAND [ARGUMENT...]
 *   agent SAMPLE
 *   agent --free
 *
 * In the second form it stands in a whole system that starts its own services (the raspbian
 * environment), for as long as an SSH session lasts; the sample is there already. Of the protection
 * below, only the last two points hold there: a guest that loses its agent has been taken down.
 *
 * In the third form it does not stand there: the engine executes it beside an agent that the sample
 * has taken the processor from, to kill who has it, so that the agent comes to its end.
 *
 * With AGENT_WATCHES_DISK it sees to it that the sample does not take more of the disk than it may
 * (disk.h).
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
 * A frame, in both directions: one byte of type, four bytes of length, and as many bytes. Numbers
 * are big-endian. The types are in AgentProtocol.java as well.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifdef AGENT_IN_SERVICE
#include "agent.h"
#endif
#ifdef AGENT_WATCHES_DISK
#include "disk.h"
#endif

enum command {
  CMD_FILE = 'F',
  CMD_MARK = 'T', /* u64 cookie, by which a recorder of system calls knows the sample */
  CMD_RUN = 'R',
  CMD_PROBE = 'P',
  CMD_STOP = 'K',
  CMD_MEASURE = 'M'
};

enum event {
  EV_HELLO = 'S',       /* u8 class, u8 data, u16 machine of the service's ELF header, or zeros;
                           u8 1 where sockets of AF_VSOCK can be opened */
  EV_SERVICE_UP = 'U',  /* u64 nanoseconds since the start */
  EV_SERVICE_END = 'D', /* u8 ENDED_*, u32 status or signal, name of the error */
  EV_SERVICE_LOG = 'L', /* bytes */
  EV_FILE = 'F',        /* nothing: the file is there */
  EV_STDOUT = '1',      /* bytes */
  EV_STDERR = '2',      /* bytes */
  EV_LACKING = 'C',     /* text: the system calls that the guest lacks and the sample asked for */
  EV_FORKS = 'N',       /* u64 how often the limit on processes was met since the sample's start */
  EV_END = 'X',         /* u8 ENDED_*, u32 status, signal or reason, u64 duration ns, u64 cpu ns,
                           u64 stdout bytes, u64 stderr bytes, u32 survivors, u64 killed for want of
                           memory (all ones: unknown), name of the error */
  EV_PROBE_BYTES = 'H', /* bytes of the answer */
  EV_PROBE = 'P',       /* u64 latency ns, name of the error or nothing */
  EV_FAILURE = 'E'      /* text: the agent cannot go on */
};

enum ended { ENDED_EXITED = 0, ENDED_SIGNALED = 1, ENDED_STOPPED = 2, ENDED_REFUSED = 3 };

enum {
  REASON_TIME = 0,
  REASON_DISK = 1,
  EXIT_FAILURE_OF_AGENT = 70,
  NOT_ROOT = 65534, /* a user that is there in every user namespace */
  MAX_FORK_COUNTERS = 8,
  SERVICE_LOG_LIMIT = 64 * 1024,
  ANSWER_LIMIT = 1024 * 1024 + 16 * 1024, /* a page and its headers */
  CHUNK = 16 * 1024,
  OUT_SIZE = 512 * 1024,
  OUT_RESERVE = 8 * 1024, /* kept free of bulk, for the events that must get out */
  DRAIN_LIMIT = 1024 * 1024,
  REAP_AT_ONCE = 64,
  MAX_KNOWN = 4096,
  RUN_LIMITS = 24, /* the numbers of CMD_RUN; arguments follow, each ended by a NUL */
  RUN_SIZE = RUN_LIMITS + 32 * 1024,
  MAX_ARGUMENTS = 1024
};

static const long long NS_PER_MS = 1000000LL, NS_PER_S = 1000000000LL;
static const long long READINESS_PROBE_NS = 2000000000LL, READINESS_PAUSE_NS = 2000000LL;

extern char **environ;

static long long started_at;
static int port;
static enum { IN_CONTAINER, IN_SYSTEM, IN_SERVICE } place;

/* ---- time, bytes, failure ---- */

long long now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * NS_PER_S + t.tv_nsec;
}

static unsigned char *put(unsigned char *at, uint64_t value, int bytes) {
  for (int i = bytes - 1; i >= 0; i--) *at++ = (unsigned char)(value >> (8 * i));
  return at;
}

static uint64_t get(const unsigned char *at, int bytes) {
  uint64_t value = 0;
  for (int i = 0; i < bytes; i++) value = value << 8 | at[i];
  return value;
}

static const char *error_name(int error) {
  const char *name = strerrorname_np(error);
  return name ? name : "EUNKNOWN";
}

/* ---- what goes out ---- */

static unsigned char out[OUT_SIZE];
static size_t out_head, out_length;
static int output = STDOUT_FILENO; /* -1 when there is nobody to tell */

static void out_bytes(const void *bytes, size_t length) {
  for (size_t done = 0; done < length;) {
    size_t at = (out_head + out_length) % OUT_SIZE;
    size_t n = OUT_SIZE - at < length - done ? OUT_SIZE - at : length - done;
    memcpy(out + at, (const char *)bytes + done, n);
    out_length += n;
    done += n;
  }
}

static bool room_for_chunk(void) { return OUT_SIZE - out_length >= CHUNK + 5 + OUT_RESERVE; }

static void emit(enum event type, const void *payload, size_t length) {
  unsigned char header[5];
  if (OUT_SIZE - out_length < length + sizeof header) _exit(EXIT_FAILURE_OF_AGENT);
  header[0] = (unsigned char)type;
  put(header + 1, length, 4);
  out_bytes(header, sizeof header);
  out_bytes(payload, length);
}

static void hang_up(void) {
  close(output);
  output = -1;
}

static void flush_out(void) {
  if (output < 0) out_length = 0;
  while (out_length > 0) {
    size_t n = OUT_SIZE - out_head < out_length ? OUT_SIZE - out_head : out_length;
    ssize_t written = write(output, out + out_head, n);
    if (written < 0) {
      if (errno == EAGAIN || errno == EINTR) return;
      if (place != IN_SERVICE) _exit(0); /* nobody listens any more */
      hang_up();                         /* the service serves on */
      out_length = 0;
      return;
    }
    out_head = (out_head + (size_t)written) % OUT_SIZE;
    out_length -= (size_t)written;
  }
}

__attribute__((format(printf, 1, 2), noreturn)) static void fail(const char *format, ...) {
  char text[512];
  va_list arguments;
  va_start(arguments, format);
  int n = vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  emit(EV_FAILURE, text, (size_t)n < sizeof text ? (size_t)n : sizeof text - 1);
  if (output < 0) dprintf(STDERR_FILENO, "agent: %s\n", text);
  fcntl(output, F_SETFL, 0);
  flush_out();
  _exit(EXIT_FAILURE_OF_AGENT);
}

/* ---- starting a process ---- */

static const int RECORDER_MARK = 0x4d414c41;
static int dev_null;
static uint64_t mark; /* of the sample; 0 when it is not recorded */

/* Starts a program in a session of its own, in the given folder; without one, it is looked for in
   PATH. Returns its id, or -1 with the reason in errno. */
static pid_t spawn(char *const command[], const char *folder, int stdout_pipe, int stderr_pipe,
                   rlim_t file_size) {
  int told[2];
  if (pipe2(told, O_CLOEXEC) < 0) return -1;
  pid_t pid = fork();
  if (pid == 0) {
    setsid();
    if (place == IN_CONTAINER) (void)!setresuid(0, 0, 0);
    dup2(dev_null, STDIN_FILENO);
    dup2(stdout_pipe, STDOUT_FILENO);
    dup2(stderr_pipe, STDERR_FILENO);
    /* When memory runs out, the kernel should take the agent last. Service and sample alike, so
       that between them it chooses as ever. (Lowering the agent's own takes more rights.) */
    int adjust = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (adjust >= 0) (void)!write(adjust, "500", 3);
    struct rlimit no_core = {0, 0}, files = {file_size, file_size};
    setrlimit(RLIMIT_CORE, &no_core);
    if (file_size != RLIM_INFINITY) setrlimit(RLIMIT_FSIZE, &files);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    /* Not execvp(3) for a sample: that one hands to a shell what the kernel refuses. */
    if (!folder) {
      execvp(command[0], command);
    } else if (chdir(folder) == 0) {
      /* The kernel knows no such option; who records it does (environments/recorder/record.h). */
      if (mark != 0)
        prctl(RECORDER_MARK, (unsigned long)(uint32_t)mark, (unsigned long)(mark >> 32), 0, 0);
      execve(command[0], command, environ);
    }
    int error = errno;
    (void)!write(told[1], &error, sizeof error);
    _exit(127);
  }
  int error = pid < 0 ? errno : 0;
  close(told[1]);
  if (pid > 0 && read(told[0], &error, sizeof error) == sizeof error) waitpid(pid, NULL, 0);
  close(told[0]);
  errno = error;
  return error ? -1 : pid;
}

/* ---- the service ---- */

static pid_t service = -1;
static int service_log = -1, service_log_left = SERVICE_LOG_LIMIT;
static bool service_up;

static bool has_vsock(void) {
  int fd = socket(AF_VSOCK, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd >= 0) close(fd);
  return fd >= 0;
}

static void tell_machine_of(const char *program) {
  unsigned char header[20] = {0}, payload[5] = {0, 0, 0, 0, has_vsock()};
  char path[4096];
  const char *folders = strchr(program, '/') ? "" : getenv("PATH");
  for (const char *at = folders ? folders : "/bin:/usr/bin:/sbin:/usr/sbin"; at;) {
    int n = (int)strcspn(at, ":");
    snprintf(path, sizeof path, "%.*s%s%s", n, at, n ? "/" : "", program);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file >= 0) {
      ssize_t got = read(file, header, sizeof header);
      close(file);
      if (got == sizeof header && memcmp(header, ELFMAG, SELFMAG) == 0) {
        payload[0] = header[EI_CLASS];
        payload[1] = header[EI_DATA];
        bool little = header[EI_DATA] == ELFDATA2LSB;
        payload[2] = header[little ? 19 : 18];
        payload[3] = header[little ? 18 : 19];
      }
      break;
    }
    at = at[n] ? at + n + 1 : NULL;
  }
  emit(EV_HELLO, payload, sizeof payload);
}

static void tell_service_end(enum ended ended, int code, const char *name) {
  unsigned char payload[64];
  unsigned char *end = put(put(payload, ended, 1), (uint64_t)code, 4);
  size_t n = strlen(name);
  memcpy(end, name, n);
  emit(EV_SERVICE_END, payload, (size_t)(end - payload) + n);
}

static void start_service(char *const command[]) {
  tell_machine_of(command[0]);
  int pipes[2];
  if (pipe2(pipes, O_CLOEXEC) < 0) fail("pipe: %s", error_name(errno));
  service = spawn(command, NULL, pipes[1], pipes[1], RLIM_INFINITY);
  if (service < 0) tell_service_end(ENDED_REFUSED, 0, error_name(errno));
  close(pipes[1]);
  fcntl(pipes[0], F_SETFL, O_NONBLOCK);
  service_log = pipes[0];
}

/* False when there is nothing to read just now. */
static bool read_service_log(void) {
  static char chunk[CHUNK];
  ssize_t n = read(service_log, chunk, sizeof chunk);
  if (n == 0) {
    close(service_log);
    service_log = -1;
  } else if (n > 0) {
    int kept = n < service_log_left ? (int)n : service_log_left;
    if (kept > 0) emit(EV_SERVICE_LOG, chunk, (size_t)kept);
    service_log_left -= kept;
  }
  return n > 0;
}

/* ---- asking the service ---- */

static struct {
  int socket;
  bool sent, readiness;
  long long since, deadline;
  size_t received;
} probe = {.socket = -1};
static long long next_readiness;

static void end_probe(int error) {
  close(probe.socket);
  probe.socket = -1;
  if (probe.readiness) {
    if (error == 0 && probe.received > 0) {
      unsigned char payload[8];
      put(payload, (uint64_t)(now() - started_at), 8);
      emit(EV_SERVICE_UP, payload, sizeof payload);
      service_up = true;
    }
    next_readiness = now() + READINESS_PAUSE_NS;
    return;
  }
  unsigned char payload[64];
  unsigned char *end = put(payload, (uint64_t)(now() - probe.since), 8);
  const char *name = error ? error_name(error) : "";
  memcpy(end, name, strlen(name));
  emit(EV_PROBE, payload, 8 + strlen(name));
}

static void start_probe(bool readiness, long long timeout) {
  probe.sent = false;
  probe.readiness = readiness;
  probe.received = 0;
  probe.since = now();
  probe.deadline = probe.since + timeout;
  probe.socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (probe.socket < 0 || probe.socket >= FD_SETSIZE) {
    end_probe(probe.socket < 0 ? errno : EMFILE);
    return;
  }
  struct sockaddr_in address = {.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (connect(probe.socket, (struct sockaddr *)&address, sizeof address) < 0 &&
      errno != EINPROGRESS)
    end_probe(errno);
}

static void go_on_with_probe(bool writable, bool readable) {
  if (writable && !probe.sent) {
    static const char request[] =
        "GET / HTTP/1.0\r\nHost: localhost\r\nUser-Agent: malassay\r\n\r\n";
    int error = 0;
    socklen_t length = sizeof error;
    getsockopt(probe.socket, SOL_SOCKET, SO_ERROR, &error, &length);
    if (!error &&
        send(probe.socket, request, sizeof request - 1, MSG_NOSIGNAL) != sizeof request - 1)
      error = errno;
    if (error) end_probe(error);
    probe.sent = true;
  } else if (readable && probe.sent) {
    static char chunk[CHUNK];
    ssize_t n = read(probe.socket, chunk, sizeof chunk);
    if (n > 0) {
      probe.received += (size_t)n;
      if (!probe.readiness) emit(EV_PROBE_BYTES, chunk, (size_t)n);
      if (probe.received >= ANSWER_LIMIT) end_probe(0);
    } else if (n == 0) {
      end_probe(0);
    } else if (errno != EAGAIN && errno != EINTR) {
      end_probe(errno);
    }
  }
}

/* ---- the sample ---- */

static char sample_path[4096], sample_folder[4096];
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

/* The parent of the kernel's own threads, which come and go. */
enum { KTHREADD = 2 };

static int proc = -1, oom_counter = -1;
static pid_t known[MAX_KNOWN];
static int known_count;

/* Is it neither the agent's, nor the service's, nor one that was there before the sample, nor of
   the group? A sample can deceive this: it is evidence, not proof. */
static bool may_be_samples(int pid, pid_t except_group) {
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
static int walk_processes(bool remember, pid_t except_group) {
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
static uint64_t killed_for_memory(void) {
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
static uint64_t forks_refused_before;

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
static uint64_t forks_refused(void) {
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
  if (place == IN_SERVICE) emit(EV_LACKING, "", 0);
  uint64_t refused = forks_refused() - forks_refused_before;
  unsigned char forks[8];
  put(forks, refused, sizeof forks);
  if (refused > 0) emit(EV_FORKS, forks, sizeof forks);
  emit(EV_END, payload, (size_t)(at - payload) + strlen(name));
  sample.told = true;
}

/* Is this the payload of CMD_RUN: milliseconds, bytes of output to be kept of each stream, bytes of
   the largest file, arguments? */
bool agent_understands(const unsigned char *payload, size_t length) {
  if (length < RUN_LIMITS || length > RUN_SIZE) return false;
  int arguments = 0;
  for (size_t i = RUN_LIMITS; i < length; i++) arguments += payload[i] == 0;
  return arguments <= MAX_ARGUMENTS && (length == RUN_LIMITS || payload[length - 1] == 0);
}

#ifdef AGENT_WATCHES_DISK
static bool is_samples(int pid) { return may_be_samples(pid, -1); }
#endif

static void run_sample(unsigned char *payload, size_t length) {
  static char *command[1 + MAX_ARGUMENTS + 1] = {sample_path};
  if (sample.ran) fail("a guest runs one sample");
  if (!agent_understands(payload, length)) fail("malformed command to run the sample");
  sample.ran = true;
  uint64_t limit_ms = get(payload, 8), file_size = get(payload + 16, 8);
  sample.output_limit = get(payload + 8, 8);
  size_t at = RUN_LIMITS;
  for (int i = 1; at < length; i++) {
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
  forks_refused_before = forks_refused();
#ifdef AGENT_WATCHES_DISK
  disk_begin(sample_path, file_size, is_samples);
#endif
  sample.since = sample.until = now();
  sample.deadline = sample.since + (long long)limit_ms * NS_PER_MS;
  sample.pid = spawn(command, sample_folder, pipes[0][1], pipes[1][1], file_size);
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

static void note_end(pid_t pid, int status, const struct rusage *usage) {
  if (WIFSTOPPED(status)) return; /* it has asked to be traced, and stops for a signal */
  if (pid == sample.pid) {
    sample.running = false;
    sample.ended = true;
    sample.until = now();
    sample.status = status;
    sample.usage = *usage;
    sample.pid = pid;
  } else if (pid == service) {
    /* Its last words come before its end. */
    while (service_log >= 0 && service_log_left > 0 && room_for_chunk() && read_service_log()) {
    }
    if (WIFSIGNALED(status)) {
      tell_service_end(ENDED_SIGNALED, WTERMSIG(status), "");
    } else {
      tell_service_end(ENDED_EXITED, WEXITSTATUS(status), "");
    }
  }
}

/* Orphans come to process 1. A fork bomb makes them without end: only so many at a time. */
static bool reap(void) {
  struct rusage usage;
  int status;
  if (sample.running && wait4(sample.pid, &status, WNOHANG, &usage) == sample.pid)
    note_end(sample.pid, status, &usage);
  for (int i = 0; i < REAP_AT_ONCE; i++) {
    pid_t pid = wait4(-1, &status, WNOHANG, &usage);
    if (pid <= 0) return false;
    note_end(pid, status, &usage);
  }
  return true;
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

/* ---- what comes in ---- */

static struct {
  unsigned char header[5];
  size_t header_length;
  uint64_t left; /* of the payload */
  unsigned char payload[RUN_SIZE];
  size_t payload_length;
  int file;
} in = {.file = -1};

static void make_folders(char *path) {
  for (char *at = strchr(path + 1, '/'); at; at = strchr(at + 1, '/')) {
    *at = 0;
    if (mkdir(path, 0755) < 0 && errno != EEXIST) fail("mkdir %s: %s", path, error_name(errno));
    *at = '/';
  }
}

static void take_path(const void *path, size_t length) {
  if (length >= sizeof sample_path) fail("name too long");
  memcpy(sample_path, path, length);
  sample_path[length] = 0;
  char *slash = strrchr(sample_path, '/');
  if (sample_path[0] != '/' || !slash) fail("not an absolute path: %s", sample_path);
  memcpy(sample_folder, sample_path, (size_t)(slash - sample_path));
  if (slash == sample_path) sample_folder[0] = '/';
}

static void open_sample(void) {
  take_path(in.payload + 2, get(in.payload, 2));
  make_folders(sample_path);
  in.file = open(sample_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0755);
  if (in.file < 0) fail("open %s: %s", sample_path, error_name(errno));
}

static void write_sample(const unsigned char *bytes, size_t length) {
  while (length > 0) {
    ssize_t n = write(in.file, bytes, length);
    if (n < 0) fail("write %s: %s", sample_path, error_name(errno));
    bytes += n;
    length -= (size_t)n;
  }
}

static void obey(void) {
  switch ((enum command)in.header[0]) {
    case CMD_FILE:
      if (in.file < 0) fail("no file name");
      close(in.file);
      in.file = -1;
      emit(EV_FILE, "", 0);
      return;
    case CMD_MARK:
      mark = get(in.payload, 8);
      return;
    case CMD_RUN:
      run_sample(in.payload, in.payload_length);
      return;
    case CMD_PROBE:
      if (probe.socket >= 0) fail("one probe at a time");
      start_probe(false, (long long)get(in.payload, 4) * NS_PER_MS);
      return;
    case CMD_STOP:
      if (sample.running && sample.stop_reason < 0) sample.stop_reason = in.payload[0];
      return;
    case CMD_MEASURE:
#ifdef AGENT_WATCHES_DISK
      disk_measure();
#endif
      return;
  }
  fail("unknown command %d", in.header[0]);
}

/* One piece of a payload; a file's bytes go straight to the disk. */
static void take_payload(const unsigned char *bytes, size_t length) {
  in.left -= length;
  while (length > 0 && in.file < 0) {
    if (in.payload_length == sizeof in.payload) fail("command too long");
    in.payload[in.payload_length++] = *bytes++;
    length--;
    if (in.header[0] == CMD_FILE && in.payload_length >= 2 &&
        in.payload_length == 2 + get(in.payload, 2)) {
      if (in.payload_length > sizeof sample_path) fail("name too long");
      open_sample();
    }
  }
  if (in.file >= 0) write_sample(bytes, length);
}

static void read_commands(void) {
  static unsigned char bytes[64 * 1024];
  ssize_t n = read(STDIN_FILENO, bytes, sizeof bytes);
  if (n == 0) _exit(0);
  if (n < 0) return;
  for (size_t at = 0; at < (size_t)n || (in.header_length == 5 && in.left == 0);) {
    if (in.header_length < 5) {
      in.header[in.header_length++] = bytes[at++];
      if (in.header_length == 5) in.left = get(in.header + 1, 4);
    } else if (in.left > 0) {
      size_t length = (size_t)n - at < in.left ? (size_t)n - at : in.left;
      take_payload(bytes + at, length);
      at += length;
    }
    if (in.header_length == 5 && in.left == 0) {
      obey();
      in.header_length = in.payload_length = 0;
    }
  }
}

/* ---- signals, and the loop ---- */

static int signals = -1;
static bool more_to_reap;

static void read_signal(void) {
  struct signalfd_siginfo signal;
  (void)!read(signals, &signal, sizeof signal); /* that there is one is all it says */
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
  if (out_length > 0) watch(output, writable, highest);
  if (room_for_chunk()) {
    watch(service_log, readable, highest);
    watch(sample.streams[0].pipe, readable, highest);
    watch(sample.streams[1].pipe, readable, highest);
  }
  if (!probe.sent) {
    watch(probe.socket, writable, highest);
  } else if (room_for_chunk()) {
    watch(probe.socket, readable, highest);
  }

  long long deadline = now() + NS_PER_S;
  if (sample.running && !sample.killed) deadline = earliest(deadline, sample.deadline);
#ifdef AGENT_WATCHES_DISK
  if (sample.running && !sample.killed) deadline = earliest(deadline, disk_deadline());
#endif
  if (probe.socket >= 0) deadline = earliest(deadline, probe.deadline);
  if (!service_up && service > 0 && probe.socket < 0) deadline = earliest(deadline, next_readiness);
  if (more_to_reap || (sample.ended && !sample.told && room_for_chunk())) deadline = 0;
  return deadline;
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
  stop_if_due();
  for (int i = 0; i < 2; i++)
    if (sample.streams[i].pipe >= 0 && room_for_chunk() &&
        (is_ready(sample.streams[i].pipe, readable) || (sample.ended && !sample.told)))
      pump(i);
  tell_end_when_drained();
  if (is_ready(service_log, readable) && room_for_chunk()) read_service_log();
  if (probe.socket >= 0 && room_for_chunk())
    go_on_with_probe(is_ready(probe.socket, writable), is_ready(probe.socket, readable));
  if (probe.socket >= 0 && now() >= probe.deadline) end_probe(ETIMEDOUT);
  if (!service_up && service > 0 && probe.socket < 0 && now() >= next_readiness)
    start_probe(true, READINESS_PROBE_NS);
  flush_out();
  if (place == IN_SERVICE && sample.told && output >= 0 && out_length == 0) hang_up();
}

static void set_up(void) {
  started_at = now();
  prctl(PR_SET_DUMPABLE, 0);
  sigset_t all, wanted;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, NULL);
  umask(022);
  memset(out, 1, sizeof out); /* its pages must be there before memory runs out */
  dev_null = open("/dev/null", O_RDWR | O_CLOEXEC);
  proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  open_oom_counter();
  open_fork_counters();
  sigemptyset(&wanted);
  sigaddset(&wanted, SIGCHLD);
  signals = signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
  if (dev_null < 0 || proc < 0 || signals < 0) fail("cannot set up: %s", error_name(errno));
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
  if (argc < 2) fail("usage: agent PORT COMMAND [ARGUMENT...] | agent SAMPLE | agent --free");
  if (strcmp(argv[1], "--free") == 0) return free_first_process();
  place = argc == 2 ? IN_SYSTEM : IN_CONTAINER;
  set_up();
  fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
  fcntl(STDOUT_FILENO, F_SETFL, O_NONBLOCK);
  if (place == IN_SYSTEM) {
    take_path(argv[1], strlen(argv[1]));
  } else {
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
