/* Threads: waiting, and registers of their own. */
#include "check.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <linux/membarrier.h>
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>

static long futex(void *word, int operation, int value, void *time, void *second, int other) {
  return syscall(SYS_futex, word, operation, value, time, second, other);
}

static void *computes(void *argument) {
  /* Long enough to be interrupted; a register that another thread changed shows. */
  double seed = (double)(intptr_t)argument, x = seed, y = 0;
  for (int i = 0; i < 3000000; i++) {
    x = x * 0.999 + seed;
    y += x;
  }
  double *result = malloc(sizeof *result);
  *result = y;
  return result;
}

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int turn, words[4];
static __thread int own = 5;

static void *takes_turns(void *argument) {
  int me = (int)(intptr_t)argument;
  for (int i = 0; i < 20; i++) {
    pthread_mutex_lock(&lock);
    while (turn % 3 != me) pthread_cond_wait(&changed, &lock);
    turn++;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
  }
  own += me;
  return (void *)(intptr_t)own;
}

static void *waits(void *argument) { return (void *)futex(argument, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0); }

static pthread_mutex_t robust;
static void *dies_with_lock(void *unused) {
  pthread_mutex_lock(&robust);
  return unused;
}

static void *names(void *unused) {
  char name[17] = "";
  prctl(PR_GET_NAME, name);
  printf("a thread begins as %s\n", name);
  prctl(PR_SET_NAME, "a name that is too long");
  prctl(PR_GET_NAME, name);
  printf("%s\n", name);
  return unused;
}

static volatile int handled;
static void handles(int number) { handled = number; }
static void *is_pinged(void *unused) {
  while (!handled) sched_yield();
  return unused;
}

static int child(void *unused) {
  (void)unused;
  return 0;
}

static volatile int got;
static int told[5]; /* up, its id, its parent, the id by which it took the signal, at its end */

static void handles_any(int number) {
  (void)number;
  got = (int)syscall(SYS_getpid);
}

/* A thread as they were before CLONE_THREAD: it waits for a signal of its own. */
static int has_an_id(void *argument) {
  (void)argument;
  got = 0;
  told[1] = (int)syscall(SYS_getpid);
  told[2] = (int)syscall(SYS_getppid);
  told[0] = 1;
  futex(told, FUTEX_WAKE, 9, NULL, NULL, 0);
  while (!got) usleep(1000);
  told[3] = got;
  told[4] = 33;
  syscall(SYS_exit, 7);
  return 0;
}

static int leaves_its_group(void *argument) {
  (void)argument;
  syscall(SYS_exit_group, 9);
  return 0;
}

int main(void) {
  pthread_t threads[8];
  void *result;
  setvbuf(stdout, NULL, _IONBF, 0);

  topic("computing");
  for (int i = 0; i < 4; i++) CHECK(pthread_create(&threads[i], NULL, computes, (void *)(intptr_t)(i + 1)));
  for (int i = 0; i < 4; i++) {
    CHECK(pthread_join(threads[i], &result));
    printf("%.6f\n", *(double *)result);
  }

  topic("taking turns");
  for (int i = 0; i < 3; i++) pthread_create(&threads[i], NULL, takes_turns, (void *)(intptr_t)i);
  for (int i = 0; i < 3; i++) {
    pthread_join(threads[i], &result);
    printf("%ld\n", (long)result);
  }
  CHECK(turn);
  CHECK(own);

  topic("futex");
  struct timespec brief = {0, 10000000}, wrong = {0, 2000000000};
  CHECK(futex(words, FUTEX_WAIT, 1, NULL, NULL, 0));
  CHECK(futex(words, FUTEX_WAIT, 0, &brief, NULL, 0));
  CHECK(futex(words, FUTEX_WAIT, 0, &wrong, NULL, 0));
  CHECK(futex((char *)words + 1, FUTEX_WAIT, 0, &brief, NULL, 0));
  CHECK(futex(NOWHERE, FUTEX_WAIT, 0, &brief, NULL, 0));
  CHECK(futex(words, FUTEX_WAKE, 1, NULL, NULL, 0));
  CHECK(futex(words, FUTEX_WAIT_BITSET, 0, &brief, NULL, 0));
  CHECK(futex(words, FUTEX_WAIT_BITSET, 0, &brief, NULL, 1));
  CHECK(futex(words, FUTEX_WAKE_BITSET, 1, NULL, NULL, 0));
  for (int i = 0; i < 6; i++) pthread_create(&threads[i], NULL, waits, words);
  struct timespec a_while = {0, 100000000};
  nanosleep(&a_while, NULL);
  CHECK(futex(words, FUTEX_CMP_REQUEUE_PRIVATE, 1, (void *)2, words + 1, 9));
  CHECK(futex(words, FUTEX_CMP_REQUEUE_PRIVATE, 1, (void *)2, words + 1, 0));
  CHECK(futex(words + 1, FUTEX_WAKE_PRIVATE, 9, NULL, NULL, 0));
  words[2] = 5;
  CHECK(futex(words, FUTEX_WAKE_OP_PRIVATE, 1, (void *)9, words + 2,
              FUTEX_OP(FUTEX_OP_ADD, 3, FUTEX_OP_CMP_EQ, 5)));
  CHECK(words[2]);
  CHECK(futex(words, FUTEX_WAKE_PRIVATE, 9, NULL, NULL, 0));
  for (int i = 0; i < 6; i++) {
    pthread_join(threads[i], &result);
    printf("%ld\n", (long)result);
  }
  sem_t semaphore;
  sem_init(&semaphore, 0, 1);
  CHECK(sem_wait(&semaphore));
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  CHECK(sem_timedwait(&semaphore, &now));

  topic("robust locks");
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
  pthread_mutex_init(&robust, &attributes);
  pthread_create(&threads[0], NULL, dies_with_lock, NULL);
  pthread_join(threads[0], NULL);
  CHECK(pthread_mutex_lock(&robust));
  CHECK(pthread_mutex_consistent(&robust));
  CHECK(pthread_mutex_unlock(&robust));

  topic("names and signals");
  CHECK(prctl(PR_SET_NAME, "main"));
  pthread_create(&threads[0], NULL, names, NULL);
  pthread_join(threads[0], NULL);
  signal(SIGUSR1, handles);
  pthread_create(&threads[0], NULL, is_pinged, NULL);
  CHECK(pthread_kill(threads[0], SIGUSR1));
  pthread_join(threads[0], NULL);
  CHECK(handled);
  CHECK(syscall(SYS_tgkill, getpid(), 99999, 0));
  CHECK(syscall(SYS_tkill, -1, 0));
  IS(gettid() == getpid());

  topic("scheduling");
  cpu_set_t set;
  CHECK(sched_getaffinity(0, sizeof set, &set));
  CHECK(CPU_COUNT(&set));
  CHECK(sched_setaffinity(0, sizeof set, &set));
  CPU_ZERO(&set);
  CHECK(sched_setaffinity(0, sizeof set, &set));
  CHECK(sched_getscheduler(0));
  CHECK(sched_get_priority_max(SCHED_FIFO));
  CHECK(sched_get_priority_min(SCHED_RR));
  CHECK(sched_get_priority_max(SCHED_OTHER));
  CHECK(sched_get_priority_max(77));
  struct sched_param parameter = {0};
  CHECK(sched_getparam(0, &parameter));
  CHECK(sched_setscheduler(0, SCHED_BATCH, &parameter));
  CHECK(sched_getscheduler(0));
  CHECK(sched_setscheduler(0, SCHED_FIFO, &parameter));
  CHECK(sched_setscheduler(0, 77, &parameter));
  CHECK(sched_setscheduler(99999, 0, &parameter));
  CHECK(sched_yield());
  unsigned cpu = 9, node = 9;
  CHECK(syscall(SYS_getcpu, &cpu, &node, NULL));
  printf("%u %u\n", cpu, node);
  CHECK(syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0));
  CHECK(syscall(SYS_membarrier, 12345, 0, 0));

  topic("threads with ids of their own");
  static char stack[65536] __attribute__((aligned(16)));
  enum { SHARED = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND };
  int status = 0;
  signal(SIGUSR2, handles_any);
  int other = made(clone(has_an_id, stack + sizeof stack, SHARED | SIGCHLD, NULL), "clone");
  IS(other != getpid());
  CHECK(waitpid(other, NULL, __WCLONE));
  CHECK(waitpid(-1, NULL, WNOHANG));
  futex(told, FUTEX_WAIT, 0, NULL, NULL, 0);
  IS(told[1] == other);
  IS(told[2] == getpid());
  CHECK(kill(other, 0));
  CHECK(kill(other, SIGUSR2));
  IS(waitpid(other, &status, 0) == other);
  printf("status %x\n", status);
  IS(told[3] == other);
  IS(told[4] == 33);
  CHECK(kill(other, 0));
  CHECK(waitpid(-1, &status, 0));
  handled = 0;
  signal(SIGUSR1, handles);
  other = made(clone(has_an_id, stack + sizeof stack, SHARED | SIGUSR1, NULL), "clone");
  CHECK(waitpid(-1, NULL, 0));
  CHECK(kill(other, SIGTERM));
  while (!handled) usleep(1000);
  IS(waitpid(-1, &status, __WCLONE) == other);
  printf("status %x\n", status);
  other = made(clone(leaves_its_group, stack + sizeof stack, SHARED, NULL), "clone");
  IS(waitpid(-1, &status, __WALL) == other);
  printf("status %x\n", status);
  CHECK(waitpid(-1, &status, __WALL));

  topic("what makes no thread");
  CHECK(clone(child, stack + sizeof stack, CLONE_SIGHAND, NULL));
  CHECK(clone(child, words, CLONE_THREAD, NULL));
  CHECK(syscall(SYS_clone3, NULL, 5));
  CHECK(waitpid(-1, NULL, 0));
  CHECK(waitpid(-1, NULL, WNOHANG));
  pthread_exit(NULL);
}
