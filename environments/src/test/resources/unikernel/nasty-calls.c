/*
 * Makes every system call, by both ABIs, with arguments that no program in its right mind would give:
 *
 *   nasty-calls SEED          all that return, in any case; exits 42 when it has come through
 *   nasty-calls SEED ending   those by which it may end itself, or wait for ever
 *
 * Nothing of this talks to anybody or harms anything: what is opened is below /tmp, and the kernel is
 * to refuse the rest.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <unistd.h>

enum {
  LAST = 460,
  PRIVATE = 0x0f0000, /* ARM's own: breakpoint, cacheflush, usr26, usr32, set_tls, get_tls */
  LAST_PRIVATE = PRIVATE + 8,
  ROUNDS = 30,
  ARGUMENTS = 7,
  PAGE = 4096,
  FIRST_FILE = 3,
  LAST_FILE = 19,
  PATIENCE_US = 10000,
  THROUGH = 42
};

/* Calls after which a program may rightly be gone, or never be woken. */
static const uint32_t ending[] = {
    SYS_exit,       SYS_exit_group,   SYS_kill,          SYS_tkill,           SYS_tgkill,
    SYS_sigreturn,  SYS_rt_sigreturn, SYS_sigsuspend,    SYS_rt_sigsuspend,   SYS_rt_sigqueueinfo,
    SYS_munmap,     SYS_mremap,       SYS_madvise,       SYS_mprotect,        SYS_rt_tgsigqueueinfo,
    SYS_ppoll,      SYS_pselect6,     SYS_epoll_pwait,   SYS_clone,           SYS_brk,
    113 /* syscall: any of them */,   413 /* pselect6_time64 */,              414 /* ppoll_time64 */,
    424 /* pidfd_send_signal */,      435 /* clone3 */,                       441 /* epoll_pwait2 */};

static uint32_t state;
static uint32_t *code;  /* an instruction that calls the kernel, and the way back */
static char *arena;     /* two pages that may be used, and one that may not */

static uint32_t random32(void) {
  state ^= state << 13;
  state ^= state >> 17;
  return state ^= state << 5;
}

static bool is_ending(uint32_t number) {
  for (size_t i = 0; i < sizeof ending / sizeof *ending; i++)
    if (ending[i] == number) return true;
  return false;
}

static uint32_t nasty(void) {
  const uint32_t small[] = {0, 0, 0, 1, 2, 7, 8, 16, 64, 255, 1024, PAGE - 1, PAGE, PAGE + 1};
  const uint32_t large[] = {-1, -2, AT_FDCWD, 0x7fffffff, 0x80000000, 0xfffff000, 0x12345000, 1 << 20};
  const uint32_t bad[] = {1, 0xc0000000, 0xc0010000, 0xc0010001, 0xefffffff, 0xf8000000, 0xfa000000,
                          0xffff0000, 0xffff0fe0, 0xa0000000, 0xbefffffd};
  const uint32_t in_arena[] = {0, 0, 0, 1, 2, 4, 64, 512, PAGE - 2, PAGE, 2 * PAGE - 1, 2 * PAGE - 4,
                               2 * PAGE - 8, 2 * PAGE - 64, 2 * PAGE};
  const char *const paths[] = {"", "/", "/tmp", "/tmp/nasty", "/tmp/nasty/none", "/proc/self/maps",
                               "/proc/self/fd/3", "/dev/urandom", "/dev/zero", "nasty", "..", "/tmp/link"};
#define ONE_OF(list) list[random32() % (sizeof list / sizeof *list)]
  switch (random32() % 8) {
    case 0: return ONE_OF(small);
    case 1: return ONE_OF(large);
    case 2: return ONE_OF(bad);
    case 3: case 4: return (uint32_t)arena + ONE_OF(in_arena);
    case 5: return FIRST_FILE + random32() % (LAST_FILE - FIRST_FILE + 1);
    case 6: return (uint32_t)ONE_OF(paths);
    default: return random32() >> random32() % 32;
  }
}

/* A system call without a C library: it may have lost its thread's memory, or its stack guard. */
static uint32_t call(uint32_t number, const uint32_t *arguments) {
  register uint32_t r0 __asm__("r0") = arguments[0];
  register uint32_t r1 __asm__("r1") = arguments[1];
  register uint32_t r2 __asm__("r2") = arguments[2];
  register uint32_t r3 __asm__("r3") = arguments[3];
  register uint32_t r4 __asm__("r4") = arguments[4];
  register uint32_t r5 __asm__("r5") = arguments[5];
  register uint32_t r6 __asm__("r6") = arguments[6];
  register uint32_t r8 __asm__("r8") = number;
  register uint32_t *to __asm__("r9") = code;
  __asm__ volatile("push {r7}\n mov r7, r8\n blx r9\n pop {r7}\n"
                   : "+r"(r0)
                   : "r"(r1), "r"(r2), "r"(r3), "r"(r4), "r"(r5), "r"(r6), "r"(r8), "r"(to)
                   : "lr", "memory", "cc");
  return r0;
}

static void call_by(bool old_abi, uint32_t number, const uint32_t *arguments) {
  code[0] = 0xef000000 | (old_abi ? 0x900000 + number : 0);
  code[1] = 0xe12fff1e; /* bx lr */
  __builtin___clear_cache((char *)code, (char *)(code + 2));
  call(number, arguments);
}

static void ignore(int signal) { (void)signal; }

/* Everything that a call before may have changed is as it was. */
static void mend(void) {
  struct sigaction action = {.sa_handler = ignore};
  struct itimerval soon = {.it_value.tv_usec = PATIENCE_US, .it_interval.tv_usec = PATIENCE_US};
  sigset_t none;
  mmap(arena, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  for (uint32_t *at = (uint32_t *)arena; at < (uint32_t *)(arena + 2 * PAGE); at += 1 + random32() % 64)
    *at = nasty();
  sigaction(SIGALRM, &action, NULL);
  setitimer(ITIMER_REAL, &soon, NULL); /* wakes whatever waits */
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Files of every kind, at numbers that arguments name; and no signal but a fault ends it. */
static void open_files(void) {
  struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  struct sigaction action = {.sa_handler = ignore};
  int ends[2];
  for (int signal = 1; signal <= SIGRTMAX; signal++)
    if (signal != SIGSEGV && signal != SIGBUS && signal != SIGILL && signal != SIGFPE)
      sigaction(signal, &action, NULL);
  for (int file = FIRST_FILE; file <= LAST_FILE; file++) close(file);
  open("/tmp/nasty", O_RDWR | O_CREAT, 0600);
  open("/tmp", O_RDONLY | O_DIRECTORY);
  open("/proc/self/stat", O_RDONLY);
  open("/dev/zero", O_RDWR);
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  bind(listener, (struct sockaddr *)&here, sizeof here);
  listen(listener, 1);
  socket(AF_INET, SOCK_STREAM, 0);
  socket(AF_INET, SOCK_DGRAM, 0);
  socket(AF_INET, SOCK_RAW, IPPROTO_UDP);
  socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
  pipe(ends);
  epoll_create1(0);
  eventfd(1, 0);
  timerfd_create(CLOCK_MONOTONIC, 0);
  signalfd(-1, &action.sa_mask, 0);
  inotify_add_watch(inotify_init1(0), "/tmp", IN_ALL_EVENTS);
}

static void try(uint32_t number) {
  uint32_t tls, arguments[ARGUMENTS];
  __asm__("mrc p15, 0, %0, c13, c0, 3" : "=r"(tls));
  for (int round = 0; round < 2 * ROUNDS; round++) {
    mend();
    for (int i = 0; i < ARGUMENTS; i++) arguments[i] = nasty();
    call_by(round % 2, number, arguments);
    arguments[0] = tls;
    call_by(false, PRIVATE + 5 /* set_tls */, arguments);
  }
}

int main(int argc, char **argv) {
  state = strtoul(argv[1], NULL, 10) * 2654435761u | 1;
  arena = mmap(NULL, 3 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  code = mmap(NULL, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (argc > 2)
    for (int i = 0; i < 1000; i++) {
      open_files();
      try(ending[random32() % (sizeof ending / sizeof *ending)]);
    }
  else
    for (uint32_t number = 0; number <= LAST_PRIVATE; number++) {
      if (number == LAST) number = PRIVATE;
      if (is_ending(number)) continue;
      open_files();
      try(number);
    }
  const uint32_t through[ARGUMENTS] = {THROUGH};
  call_by(false, SYS_exit_group, through);
}
