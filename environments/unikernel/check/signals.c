/* Signals: handlers and what they are told, masks, waiting, alternative stacks, restarting. */
#include "check.h"

#include <fcntl.h>
#include <fenv.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/time.h>
#include <time.h>
#include <ucontext.h>

static volatile int count, nested, deepest;
static volatile siginfo_t last;
static sigjmp_buf out;

static void counts(int number) {
  (void)number;
  count++;
}

static void tells(int number, siginfo_t *info, void *context) {
  ucontext_t *u = context;
  char on_stack;
  printf("handler %d: signo %d errno %d code %d", number, info->si_signo, info->si_errno,
         info->si_code);
  if (info->si_code == SI_QUEUE || info->si_code == SI_TIMER) printf(" value %d", info->si_value.sival_int);
  if (info->si_code <= 0 && info->si_code != SI_TIMER) printf(" from me %d", info->si_pid == getpid());
  printf(" mode %lx stack near %d\n", u->uc_mcontext.arm_cpsr & 0x1f,
         (uintptr_t)&on_stack > u->uc_mcontext.arm_sp - 4096);
}

/* An illegal instruction lies where the compiler has put it. */
static void faults(int number, siginfo_t *info, void *context) {
  ucontext_t *u = context;
  unsigned long address = (unsigned long)info->si_addr, from = number == SIGILL ? u->uc_mcontext.arm_pc : 0;
  printf("fault %d code %d address %lx, context %lx trap %ld error %lx\n", number, info->si_code,
         info->si_code > 0 ? (address - from) & 0xfff : 0, u->uc_mcontext.fault_address & 0xfff,
         u->uc_mcontext.trap_no, u->uc_mcontext.error_code & 0x800);
  siglongjmp(out, 1);
}

static void skips(int number, siginfo_t *info, void *context) {
  ucontext_t *u = context;
  (void)number;
  (void)info;
  u->uc_mcontext.arm_pc += 4;
  u->uc_mcontext.arm_r0 = 77;
}

static void nests(int number) {
  nested++;
  if (nested > deepest) deepest = nested;
  if (++count < 3) raise(number);
  nested--;
}

static void computes(int number) {
  volatile double x = 1;
  for (int i = 0; i < 100; i++) x = x * 1.5 + number;
  count++;
}

static void set(int number, void *handler, int flags) {
  struct sigaction action = {.sa_flags = flags};
  action.sa_sigaction = (void (*)(int, siginfo_t *, void *))handler;
  sigemptyset(&action.sa_mask);
  CHECK(sigaction(number, &action, NULL));
}

static char other_stack[16384];
static volatile int on_other;
static void where(int number) {
  char here;
  (void)number;
  on_other = &here >= other_stack && &here < other_stack + sizeof other_stack;
  stack_t state;
  sigaltstack(NULL, &state);
  printf("on the other stack %d, flags %d\n", on_other, state.ss_flags);
}

static pthread_t main_thread;
static void *pokes(void *pipe_end) {
  struct timespec a_while = {0, 50000000};
  for (int i = 0; i < 2; i++) {
    nanosleep(&a_while, NULL);
    pthread_kill(main_thread, SIGUSR1);
  }
  nanosleep(&a_while, NULL);
  if (pipe_end) return write((int)(intptr_t)pipe_end, "x", 1) == 1 ? NULL : pipe_end;
  return NULL;
}

static void tell_read(int file, size_t size) {
  struct signalfd_siginfo told[3] = {0};
  long n = tell(read(file, told, size), "read");
  for (long i = 0; i < n / (long)sizeof told[0]; i++) {
    const struct signalfd_siginfo *it = &told[i];
    printf("signal %u error %d code %d from me %d user %u value %d %lld overrun %u\n",
           it->ssi_signo, it->ssi_errno, it->ssi_code, it->ssi_pid == (uint32_t)getpid(),
           it->ssi_uid, it->ssi_int, (long long)it->ssi_ptr, it->ssi_overrun);
  }
}

static void tell_ready(int file) {
  struct pollfd ready = {file, POLLIN | POLLOUT, 0};
  tell(poll(&ready, 1, 0), "poll");
  printf("%x\n", ready.revents);
}

static void *kills_later(void *unused) {
  usleep(30000);
  kill(getpid(), SIGUSR2);
  return unused;
}

static void check_signalfd(void) {
  sigset_t some, before;
  sigemptyset(&some);
  sigaddset(&some, SIGUSR2);
  sigaddset(&some, SIGRTMIN);
  sigaddset(&some, SIGKILL);
  sigprocmask(SIG_BLOCK, &some, &before);
  int file = made(signalfd(-1, &some, SFD_NONBLOCK), "signalfd");
  tell_read(file, sizeof(struct signalfd_siginfo));
  tell_ready(file);
  raise(SIGUSR2);
  kill(getpid(), SIGUSR2);
  sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = -7});
  sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = 8});
  tell_ready(file);
  tell_read(file, 127);
  tell_read(file, 129);
  tell_read(file, 3 * sizeof(struct signalfd_siginfo));
  tell_read(file, 3 * sizeof(struct signalfd_siginfo));
  tell_ready(file);
  raise(SIGUSR2);
  tell(read(file, NOWHERE, sizeof(struct signalfd_siginfo)), "read to nowhere");
  tell(write(file, &some, sizeof some), "write");

  sigdelset(&some, SIGUSR2);
  raise(SIGUSR2);
  CHECK(signalfd(file, &some, 0) == file);
  tell_read(file, sizeof(struct signalfd_siginfo));
  sigaddset(&some, SIGUSR2);
  CHECK(signalfd(file, &some, 0) == file);
  int all = made(epoll_create1(0), "epoll"), flags = fcntl(file, F_GETFL);
  struct epoll_event event = {.events = EPOLLIN};
  CHECK(epoll_ctl(all, EPOLL_CTL_ADD, file, &event));
  CHECK(epoll_wait(all, &event, 1, 0));
  tell_read(file, sizeof(struct signalfd_siginfo));
  CHECK(epoll_wait(all, &event, 1, 0));

  pthread_t killer;
  CHECK(fcntl(file, F_SETFL, flags & ~O_NONBLOCK));
  pthread_create(&killer, NULL, kills_later, NULL);
  tell_read(file, sizeof(struct signalfd_siginfo));
  pthread_join(killer, NULL);

  CHECK(signalfd(-1, &some, ~(SFD_NONBLOCK | SFD_CLOEXEC)));
  CHECK(signalfd(99, &some, 0));
  CHECK(signalfd(0, &some, 0));
  CHECK(syscall(SYS_signalfd4, -1, NOWHERE, 8, 0));
  CHECK(syscall(SYS_signalfd4, -1, &some, 4, 0));
  CHECK(syscall(SYS_signalfd, -1, &some, 8) >= 0);
  close(file);
  close(all);
  sigprocmask(SIG_SETMASK, &before, NULL);
}

int main(void) {
  struct sigaction action;
  sigset_t some, before;
  main_thread = pthread_self();
  setvbuf(stdout, NULL, _IONBF, 0);

  topic("handlers");
  set(SIGUSR1, counts, 0);
  CHECK(raise(SIGUSR1));
  CHECK(kill(getpid(), SIGUSR1));
  CHECK(kill(0, 0));
  CHECK(kill(getpid(), 65));
  CHECK(kill(99999, 0));
  CHECK(count);
  set(SIGUSR1, tells, SA_SIGINFO);
  CHECK(raise(SIGUSR1));
  CHECK(kill(getpid(), SIGUSR1));
  union sigval value = {.sival_int = 4711};
  CHECK(sigqueue(getpid(), SIGUSR1, value));
  CHECK(sigaction(SIGUSR1, NULL, &action));
  printf("flags %x\n", action.sa_flags & ~0x04000000);
  CHECK(sigaction(SIGKILL, &action, NULL));
  CHECK(sigaction(SIGSTOP, &action, NULL));
  CHECK(sigaction(0, NULL, &action));
  CHECK(sigaction(65, &action, NULL));
  set(SIGUSR1, counts, SA_RESETHAND);
  CHECK(raise(SIGUSR1));
  CHECK(sigaction(SIGUSR1, NULL, &action));
  IS(action.sa_handler == SIG_DFL);
  count = 0;
  set(SIGUSR1, nests, SA_NODEFER);
  CHECK(raise(SIGUSR1));
  CHECK(deepest);
  count = deepest = 0;
  set(SIGUSR1, nests, 0);
  CHECK(raise(SIGUSR1));
  CHECK(deepest);
  signal(SIGUSR1, SIG_IGN);
  CHECK(raise(SIGUSR1));
  CHECK(raise(SIGCHLD));
  CHECK(raise(SIGWINCH));
  CHECK(raise(SIGCONT));

  topic("masks");
  count = 0;
  set(SIGUSR1, counts, 0);
  set(SIGUSR2, counts, 0);
  set(SIGRTMIN, counts, 0);
  sigemptyset(&some);
  sigaddset(&some, SIGUSR1);
  sigaddset(&some, SIGUSR2);
  sigaddset(&some, SIGRTMIN);
  sigaddset(&some, SIGKILL);
  CHECK(sigprocmask(SIG_BLOCK, &some, &before));
  CHECK(sigprocmask(99, &some, NULL));
  for (int i = 0; i < 3; i++) {
    raise(SIGUSR1);
    raise(SIGRTMIN);
  }
  CHECK(count);
  sigset_t pending;
  CHECK(sigpending(&pending));
  printf("%d %d %d\n", sigismember(&pending, SIGUSR1), sigismember(&pending, SIGUSR2),
         sigismember(&pending, SIGRTMIN));
  CHECK(sigprocmask(SIG_SETMASK, NULL, &pending));
  printf("%d %d\n", sigismember(&pending, SIGUSR1), sigismember(&pending, SIGKILL));
  CHECK(sigprocmask(SIG_SETMASK, &before, NULL));
  CHECK(count);

  topic("waiting");
  sigprocmask(SIG_BLOCK, &some, NULL);
  raise(SIGUSR2);
  sigset_t wanted;
  sigemptyset(&wanted);
  sigaddset(&wanted, SIGUSR2);
  siginfo_t info;
  struct timespec brief = {0, 10000000};
  CHECK(sigtimedwait(&wanted, &info, &brief));
  printf("%d %d\n", info.si_signo, info.si_code);
  CHECK(sigtimedwait(&wanted, &info, &brief));
  value.sival_int = 12;
  sigqueue(getpid(), SIGRTMIN, value);
  value.sival_int = 13;
  sigqueue(getpid(), SIGRTMIN, value);
  sigaddset(&wanted, SIGRTMIN);
  for (int i = 0; i < 2; i++) {
    CHECK(sigwaitinfo(&wanted, &info) - SIGRTMIN);
    printf("%d %d\n", info.si_code, info.si_value.sival_int);
  }
  raise(SIGUSR1);
  count = 0;
  CHECK(sigsuspend(&before));
  CHECK(count);
  CHECK(sigprocmask(SIG_SETMASK, NULL, &pending));
  CHECK(sigismember(&pending, SIGUSR1));
  sigprocmask(SIG_SETMASK, &before, NULL);
  set(SIGALRM, counts, 0);
  struct itimerval soon = {{0, 0}, {0, 20000}};
  CHECK(setitimer(ITIMER_REAL, &soon, NULL));
  CHECK(pause());
  CHECK(alarm(100));
  CHECK(alarm(0));
  soon.it_interval.tv_usec = 10000;
  count = 0;
  CHECK(setitimer(ITIMER_REAL, &soon, NULL));
  for (int i = 0; i < 3; i++) pause();
  memset(&soon, 0, sizeof soon);
  CHECK(setitimer(ITIMER_REAL, &soon, NULL));
  IS(count >= 3);
  CHECK(setitimer(9, &soon, NULL));

  topic("faults");
  set(SIGSEGV, faults, SA_SIGINFO);
  set(SIGBUS, faults, SA_SIGINFO);
  set(SIGILL, faults, SA_SIGINFO);
  set(SIGFPE, faults, SA_SIGINFO);
  char *page = mmap(NULL, 8192, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (!sigsetjmp(out, 1)) *(volatile char *)NOWHERE = 1;
  if (!sigsetjmp(out, 1)) printf("%d\n", *(volatile char *)NOWHERE);
  if (!sigsetjmp(out, 1)) *(volatile char *)(page + 5) = 1;
  if (!sigsetjmp(out, 1)) printf("%d\n", page[0]);
  if (!sigsetjmp(out, 1)) *(volatile char *)(page + 6) = 1;
  if (!sigsetjmp(out, 1)) ((void (*)(void))page)();
  if (!sigsetjmp(out, 1)) __asm__ volatile("udf #0");
  if (!sigsetjmp(out, 1)) raise(SIGFPE);
  CHECK(mprotect(page, 4096, PROT_NONE));
  if (!sigsetjmp(out, 1)) printf("%d\n", *(volatile char *)page);
  CHECK(mprotect(page, 4096, PROT_READ | PROT_WRITE));
  *(volatile char *)page = 9;
  CHECK(page[0]);
  CHECK(munmap(page, 8192));
  if (!sigsetjmp(out, 1)) printf("%d\n", *(volatile char *)page);
  set(SIGSEGV, skips, SA_SIGINFO);
  register long r0 __asm__("r0") = 0x10;
  __asm__ volatile("ldr.w %0, [%0]" : "+r"(r0));
  long skipped = r0;
  CHECK(skipped);

  topic("floating point");
  set(SIGUSR1, computes, 0);
  double sum = 0;
  for (int i = 0; i < 50; i++) {
    double x = i * 1.25;
    raise(SIGUSR1);
    sum += x;
  }
  printf("%f\n", sum);
  CHECK(fesetround(FE_UPWARD));
  raise(SIGUSR1);
  CHECK(fegetround() == FE_UPWARD);
  fesetround(FE_TONEAREST);

  topic("another stack");
  stack_t stack = {.ss_sp = other_stack, .ss_size = sizeof other_stack}, old;
  CHECK(sigaltstack(&stack, &old));
  printf("%d %d\n", old.ss_flags, (int)old.ss_size);
  stack.ss_size = 100;
  CHECK(sigaltstack(&stack, NULL));
  stack.ss_flags = 99;
  CHECK(sigaltstack(&stack, NULL));
  set(SIGUSR1, where, SA_ONSTACK);
  CHECK(raise(SIGUSR1));
  set(SIGUSR1, where, 0);
  CHECK(raise(SIGUSR1));
  stack.ss_flags = SS_DISABLE;
  CHECK(sigaltstack(&stack, NULL));
  set(SIGUSR1, where, SA_ONSTACK);
  CHECK(raise(SIGUSR1));

  topic("interrupted");
  int ends[2];
  char byte;
  pthread_t poker;
  CHECK(pipe(ends));
  set(SIGUSR1, counts, SA_RESTART);
  count = 0;
  pthread_create(&poker, NULL, pokes, (void *)(intptr_t)ends[1]);
  CHECK(read(ends[0], &byte, 1));
  pthread_join(poker, NULL);
  CHECK(count);
  set(SIGUSR1, counts, 0);
  pthread_create(&poker, NULL, pokes, NULL);
  CHECK(read(ends[0], &byte, 1));
  struct timespec longer = {5, 0}, left;
  CHECK(nanosleep(&longer, &left));
  IS(left.tv_sec == 4);
  pthread_join(poker, NULL);

  topic("read from a file");
  check_signalfd();

  topic("the end");
  sigemptyset(&some);
  sigaddset(&some, SIGSEGV);
  sigprocmask(SIG_BLOCK, &some, NULL);
  *(volatile char *)NOWHERE = 1;
  return 0;
}
