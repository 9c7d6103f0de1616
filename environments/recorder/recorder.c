/*
 * The recorder's program. It loads the kernel's part (recorder.bpf.c), passes its records on to
 * standard output, and obeys requests on standard input, with which it ends.
 *
 *   recorder --run HEX --ring KIB --bounds SHARE,RATE,BURST,CALLS,PROCESSES [--port DEVICE]
 *
 *   --run     the high half of the cookies that are its own (record.h), eight hexadecimal digits
 *   --ring    the size of the kernel's buffer of records, a power of two
 *   --bounds  how much is told of a guest: calls of one number, bytes a second, bytes at once, calls
 *             in all, records of processes in all
 *   --port    a virtio serial port, for both directions: then it does not end by itself
 *
 * It needs CAP_SYS_ADMIN in the first user namespace and nothing else: no file, no network. A fault
 * is told as a record FAILURE, and its exit status is 1.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "kinds.h"
/* Made by build.sh. */
#include "calls.h"
#include "recorder.skel.h"

#ifdef __aarch64__
static const enum abi native = ABI_ARM64, compat = ABI_ARM;
#else
static const enum abi native = ABI_X86_64, compat = ABI_I386;
#endif

enum {
  PAUSE_MS = 50,      /* how long a record waits while others come */
  SLEEP_MS = 1000,    /* and at most, should it have come just when the reader went to sleep */
  BATCH = 128 * 1024, /* of records, in one write */
  COMMAND = 17,       /* the longest */
  SLOT_KIB = 32,      /* of the ring, for each guest that there is room for */
  MOST_SLOTS = 256,
  KIB = 1024
};

static int in = STDIN_FILENO, out = STDOUT_FILENO;
static bool is_port;
static struct recorder *kernel;
static const char *check_program;
static pid_t check = -1;
static __u64 check_cookie;
static long guests;

/* ---- what goes out ---- */

static unsigned char batch[BATCH];
static size_t batched;

static void flush(void) {
  for (size_t done = 0; done < batched;) {
    ssize_t n = write(out, batch + done, batched - done);
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) {
      poll(&(struct pollfd){.fd = out, .events = POLLOUT}, 1, PAUSE_MS);
      continue;
    }
    if (n <= 0) _exit(1); /* nobody listens */
    done += (size_t)n;
  }
  batched = 0;
}

static void hand_on(const void *bytes, size_t size) {
  if (batched + size > sizeof batch) flush();
  memcpy(batch + batched, bytes, size);
  batched += size;
}

static __u64 now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (__u64)t.tv_sec * 1000000000 + (__u64)t.tv_nsec;
}

static void tell(enum type type, __u64 guest, __s64 result, const void *data, size_t length) {
  struct record record = {.size = (__u16)(sizeof record + length),
                          .type = (__u8)type,
                          .abi = native,
                          .guest = guest,
                          .result = result};
  record.from = record.to = now();
  hand_on(&record, sizeof record);
  hand_on(data, length);
}

__attribute__((format(printf, 1, 2), noreturn)) static void fail(const char *format, ...) {
  char text[512];
  va_list arguments;
  va_start(arguments, format);
  int n = vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  fprintf(stderr, "recorder: %s\n", text);
  tell(FAILURE, 0, 0, text, (size_t)n < sizeof text ? (size_t)n : sizeof text - 1);
  flush();
  exit(1);
}

/* ---- the maps ---- */

static int bpf(int command, union bpf_attr *attributes) {
  return (int)syscall(SYS_bpf, command, attributes, sizeof *attributes);
}

static int map_call(int command, int map, const void *key, const void *value) {
  union bpf_attr attributes;
  memset(&attributes, 0, sizeof attributes);
  attributes.map_fd = (__u32)map;
  attributes.key = (unsigned long)key;
  attributes.value = (unsigned long)value;
  return bpf(command, &attributes);
}

static void put(int map, const void *key, const void *value) {
  if (map_call(BPF_MAP_UPDATE_ELEM, map, key, value)) fail("a map cannot be filled: %m");
}

static void put_kinds(const struct row *rows, size_t n, unsigned base) {
  for (size_t i = 0; i < n; i++) {
    __u32 at = base + known_number(rows[i].number);
    __u32 kind = with_sums(rows[i].kind);
    put(kernel->maps.kinds.map_fd, &at, &kind);
  }
}

/* How often the kernel skipped one of the programs, because it was running already. */
static __u64 missed(void) {
  const int programs[] = {kernel->progs.on_entry.prog_fd, kernel->progs.on_return.prog_fd,
                          kernel->progs.on_fork.prog_fd, kernel->progs.on_exec.prog_fd,
                          kernel->progs.on_exit.prog_fd};
  __u64 sum = 0;
  for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
    struct bpf_prog_info info = {0};
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.info.bpf_fd = (__u32)programs[i];
    attributes.info.info_len = sizeof info;
    attributes.info.info = (unsigned long)&info;
    if (bpf(BPF_OBJ_GET_INFO_BY_FD, &attributes) == 0) sum += info.recursion_misses;
  }
  return sum;
}

/* ---- loading ---- */

static const char *why_not_loaded(int error) {
  static char text[256];
  struct utsname kernel_name;
  int major = 0, minor = 0;
  uname(&kernel_name);
  sscanf(kernel_name.release, "%d.%d", &major, &minor);
  if (major < 5 || (major == 5 && minor < 17))
    snprintf(text, sizeof text, "the kernel %s is too old, it takes 5.17 or a later one",
             kernel_name.release);
  else if (error == EPERM || error == EACCES)
    snprintf(text, sizeof text,
             "no permission for eBPF: it takes CAP_SYS_ADMIN in the machine's first user namespace, "
             "which a rootless engine does not have");
  else if (access("/sys/kernel/btf/vmlinux", F_OK))
    snprintf(text, sizeof text,
             "the kernel %s has no type information (CONFIG_DEBUG_INFO_BTF)", kernel_name.release);
  else if (error == ENOSYS)
    snprintf(text, sizeof text, "the kernel %s has no eBPF", kernel_name.release);
  else
    snprintf(text, sizeof text, "the kernel %s does not take the eBPF programs: %s",
             kernel_name.release, strerror(error));
  return text;
}

/* What the kernel's part keeps of guests, in shared memory. */
static __u32 slots;
static struct guest *all_guests;
static struct count *all_counts;

static void *map_array(int map, size_t bytes) {
  void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, map, 0);
  if (at == MAP_FAILED) fail("a map cannot be mapped: %m");
  return at;
}

static void load(__u32 run, __u32 ring_bytes, const struct bounds *bounds) {
  kernel = recorder__open();
  if (!kernel) fail("out of memory");
  kernel->rodata->run = run;
  kernel->rodata->bounds = *bounds;
  kernel->rodata->much = ring_bytes / 4;
  kernel->rodata->slots = slots;
  kernel->maps.ring.max_entries = ring_bytes;
  kernel->maps.guests.max_entries = slots;
  kernel->maps.counts.max_entries = slots * COUNTS_OF_SLOT;
  int error = recorder__load(kernel);
  if (error) fail("%s", why_not_loaded(-error));
  all_guests = map_array(kernel->maps.guests.map_fd, slots * sizeof *all_guests);
  all_counts = map_array(kernel->maps.counts.map_fd, slots * COUNTS_OF_SLOT * sizeof *all_counts);
  put_kinds(native_calls, sizeof native_calls / sizeof *native_calls, 0);
  if (compat == ABI_ARM) put_kinds(arm_calls, sizeof arm_calls / sizeof *arm_calls, NUMBERS);
  error = recorder__attach(kernel);
  if (error) fail("%s", why_not_loaded(-error));
}

/* ---- the ring ---- */

static struct {
  __u64 *consumer;
  const __u64 *producer;
  const unsigned char *data;
  __u32 bytes;
} ring;

static void open_ring(__u32 bytes) {
  long page = sysconf(_SC_PAGESIZE);
  int fd = kernel->maps.ring.map_fd;
  void *consumer = mmap(NULL, (size_t)page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  /* The ring's data is mapped twice in a row, so that no record is in two parts. */
  void *producer = mmap(NULL, (size_t)page + 2 * (size_t)bytes, PROT_READ, MAP_SHARED, fd, page);
  if (consumer == MAP_FAILED || producer == MAP_FAILED) fail("the ring cannot be mapped: %m");
  ring.consumer = consumer;
  ring.producer = producer;
  ring.data = (const unsigned char *)producer + page;
  ring.bytes = bytes;
}

static void tell_account(__u64 guest, bool ended);

/* True when there was a record. */
static bool read_ring(void) {
  __u64 at = __atomic_load_n(ring.consumer, __ATOMIC_ACQUIRE), from = at;
  while (at < __atomic_load_n(ring.producer, __ATOMIC_ACQUIRE)) {
    const unsigned char *entry = ring.data + (at & (ring.bytes - 1));
    __u32 length = __atomic_load_n((const __u32 *)entry, __ATOMIC_ACQUIRE);
    if (length & BPF_RINGBUF_BUSY_BIT) break;
    bool kept = !(length & BPF_RINGBUF_DISCARD_BIT);
    length &= ~(BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT);
    const struct record *record = (const struct record *)(entry + BPF_RINGBUF_HDR_SZ);
    __u8 type = record->type;
    __u64 guest = record->guest; /* both before the kernel may write there again */
    if (kept) hand_on(record, length);
    at += (length + BPF_RINGBUF_HDR_SZ + 7) & ~7ull;
    __atomic_store_n(ring.consumer, at, __ATOMIC_RELEASE);
    if (type == BEGIN) guests++;
    if (type == END) tell_account(guest, true);
  }
  return at != from;
}

/* The guest with this cookie; NULL if there is none. */
static struct guest *guest_with(__u64 id) {
  for (__u32 slot = 0; id && slot < slots; slot++)
    if (__atomic_load_n(&all_guests[slot].id, __ATOMIC_ACQUIRE) == id) return all_guests + slot;
  return NULL;
}

static void tell_account(__u64 id, bool ended) {
  struct guest *guest = guest_with(id);
  if (!guest) return; /* it was told once already */
  if (__atomic_load_n(&guest->tasks, __ATOMIC_ACQUIRE) <= 0 && !ended) {
    read_ring(); /* its END found no room, or comes just now: with it this may be told already */
    tell_account(id, true);
    return;
  }
  struct count *counts = all_counts + (guest - all_guests) * COUNTS_OF_SLOT;
  static struct counted all[COUNTS_OF_SLOT];
  size_t n = 0;
  for (unsigned i = 0; i < COUNTS_OF_SLOT; i++)
    if (counts[i].calls)
      all[n++] = (struct counted){.number = (__u16)(i % NUMBERS),
                                  .abi = (__u16)(i < NUMBERS ? native : compat),
                                  .calls = counts[i].calls,
                                  .failed = counts[i].failed};
  struct account account = guest->account;
  account.missed = missed();
  if (ended) { /* its slot is free once all in it is zero, its id last */
    memset(counts, 0, COUNTS_OF_SLOT * sizeof *counts);
    memset((char *)guest + sizeof guest->id, 0, sizeof *guest - sizeof guest->id);
    __atomic_store_n(&guest->id, 0, __ATOMIC_RELEASE);
    guests--;
  }
  tell(COUNTS, id, 0, all, n * sizeof *all);
  tell(ACCOUNT, id, 0, &account, sizeof account);
}

/* ---- what it is asked ---- */

/* Runs the program that makes known calls. When it cannot be executed, its exit status is the error. */
static void start_check(__u64 cookie) {
  if (check > 0) return; /* one at a time */
  check_cookie = cookie;
  check = fork();
  if (check != 0) return;
  int nothing = open("/dev/null", O_RDWR);
  for (int fd = 0; fd < 3; fd++) dup2(nothing, fd);
  char *arguments[] = {"malassay-check", "known", "a word", NULL}, *environment[] = {NULL};
  prctl(MARK, (unsigned long)(__u32)cookie, (unsigned long)(cookie >> 32), 0, 0);
  execve(check_program, arguments, environment);
  _exit(errno);
}

static void await_check(void) {
  int status;
  if (check <= 0 || waitpid(check, &status, WNOHANG) != check) return;
  check = -1;
  tell(CHECKED, check_cookie, status, NULL, 0);
}

static __u64 number_at(const unsigned char *bytes) {
  __u64 number;
  memcpy(&number, bytes, sizeof number);
  return number;
}

/* Takes what has come; false at the end of the input. */
static bool read_commands(void) {
  static unsigned char command[COMMAND];
  static size_t length;
  for (;;) {
    size_t whole = length > 0 && command[0] == CMD_EMULATOR ? COMMAND : 1 + sizeof(__u64);
    ssize_t n = read(in, command + length, whole - length);
    if (n == 0) return is_port; /* of a port: nobody is there now */
    if (n < 0) return errno == EAGAIN || errno == EINTR || is_port;
    length += (size_t)n;
    if (length < whole || (length == 1 + sizeof(__u64) && command[0] == CMD_EMULATOR)) continue;
    length = 0;
    if (command[0] == CMD_ACCOUNT) {
      read_ring();
      tell_account(number_at(command + 1), false);
    } else if (command[0] == CMD_CHECK) {
      start_check(number_at(command + 1));
    } else if (command[0] == CMD_EMULATOR) {
      struct file_key key = {number_at(command + 1), number_at(command + 9)};
      __u32 yes = 1;
      put(kernel->maps.emulators.map_fd, &key, &yes);
    } else {
      fail("no command is called %d", command[0]);
    }
  }
}

/* ---- */

static bool are_numbers(const char *text, __u64 *to, int n) {
  char *end;
  for (int i = 0; i < n; i++) {
    to[i] = strtoull(text, &end, 10);
    if (end == text || *end != (i < n - 1 ? ',' : 0)) return false;
    text = end + 1;
  }
  return true;
}

int main(int argc, char **argv) {
  const char *run = NULL, *port = NULL;
  static char path[4096];
  struct bounds bounds = {0};
  __u64 ring_kib = 0;
  for (int i = 1; i < argc; i += 2) {
    const char *value = i + 1 < argc ? argv[i + 1] : "";
    bool right = *value != 0;
    if (strcmp(argv[i], "--run") == 0)
      run = value;
    else if (strcmp(argv[i], "--port") == 0)
      port = value;
    else if (strcmp(argv[i], "--ring") == 0)
      right = are_numbers(value, &ring_kib, 1) && ring_kib >= 64 && ring_kib <= 1 << 20 &&
              (ring_kib & (ring_kib - 1)) == 0;
    else if (strcmp(argv[i], "--bounds") == 0)
      right = are_numbers(value, &bounds.share, 5);
    else
      right = false;
    if (!right) fail("wrong: %s %s", argv[i], value);
  }
  char *end = NULL;
  unsigned long half = run ? strtoul(run, &end, 16) : 0;
  if (!run || *end || strlen(run) != 8) fail("--run takes eight hexadecimal digits");
  if (ring_kib == 0 || bounds.share == 0) fail("--ring and --bounds are missing");
  if (port) {
    in = out = open(port, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (in < 0) fail("%s cannot be opened: %m", port);
    is_port = true;
  }
  ssize_t length = readlink("/proc/self/exe", path, sizeof path - 8);
  if (length > 0) {
    path[length] = 0;
    strcpy(strrchr(path, '/') + 1, "check");
    check_program = path;
  } else {
    check_program = "/check";
  }
  signal(SIGPIPE, SIG_IGN);
  fcntl(in, F_SETFL, O_NONBLOCK);

  slots = ring_kib / SLOT_KIB < MOST_SLOTS ? (__u32)ring_kib / SLOT_KIB : MOST_SLOTS;
  load((__u32)half, (__u32)ring_kib * KIB, &bounds);
  open_ring((__u32)ring_kib * KIB);
  struct utsname name;
  uname(&name);
  tell(HELLO, (__u64)half << 32, 0, name.release, strlen(name.release));
  flush();

  bool wanted = true, reads = false;
  while (wanted) {
    struct pollfd waiting[] = {{.fd = kernel->maps.ring.map_fd, .events = POLLIN},
                               {.fd = in, .events = POLLIN}};
    if (!reads) { /* the next record wakes it; unless it came before this was said */
      __atomic_store_n(&kernel->bss->asleep, 1, __ATOMIC_SEQ_CST);
      reads = read_ring();
    }
    int pause = reads || check > 0 ? PAUSE_MS : guests > 0 || is_port ? SLEEP_MS : -1;
    int n = poll(waiting, 2, pause);
    /* A port whose other end is away returns from each read at once, and with nothing. */
    if (n > 0 && is_port && waiting[1].revents & POLLHUP) poll(waiting, 1, PAUSE_MS);
    wanted = read_commands();
    reads = read_ring();
    await_check();
    reads |= read_ring();
    flush();
  }
  return 0;
}
