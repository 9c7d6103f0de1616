/* Clocks, sleeping, timers. */
#include "check.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/times.h>
#include <time.h>

static double seconds(clockid_t clock) {
  struct timespec time;
  if (clock_gettime(clock, &time)) return -1;
  return time.tv_sec + time.tv_nsec / 1e9;
}

static volatile int count, overrun;
static timer_t timer;
static void counts(int number, siginfo_t *info, void *context) {
  (void)context;
  if (!count)
    printf("handler %d code %d value %d\n", number, info->si_code, info->si_value.sival_int);
  count++;
  overrun += timer_getoverrun(timer);
}

int main(void) {
  static const clockid_t clocks[] = {CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_PROCESS_CPUTIME_ID,
                                     CLOCK_THREAD_CPUTIME_ID, CLOCK_MONOTONIC_RAW,
                                     CLOCK_REALTIME_COARSE, CLOCK_MONOTONIC_COARSE, CLOCK_BOOTTIME,
                                     CLOCK_TAI, 10, 12, 99};
  struct timespec time, left;
  setvbuf(stdout, NULL, _IONBF, 0);
  topic("clocks");
  for (unsigned i = 0; i < sizeof clocks / sizeof *clocks; i++) {
    tell(clock_gettime(clocks[i], &time), "clock %d", clocks[i]);
    int error = clock_getres(clocks[i], &time);
    tell(error, "resolution of %d", clocks[i]);
    if (!error) printf("%ld\n", time.tv_nsec);
  }
  IS(seconds(CLOCK_REALTIME) > 1.7e9);
  IS(seconds(CLOCK_MONOTONIC) < 1000);
  clockid_t of_process;
  CHECK(clock_getcpuclockid(0, &of_process));
  IS(seconds(of_process) >= 0);
  struct timeval now;
  CHECK(gettimeofday(&now, NULL));
  IS(now.tv_sec - (long)seconds(CLOCK_REALTIME) <= 0 && now.tv_usec < 1000000);
  CHECK(syscall(SYS_clock_gettime, CLOCK_REALTIME, NOWHERE));
  CHECK(syscall(SYS_gettimeofday, NOWHERE, NULL));
  struct timespec old = {1000000000, 0};
  CHECK(clock_settime(CLOCK_MONOTONIC, &old));
  CHECK(clock_settime(CLOCK_REALTIME, &old));
  IS(seconds(CLOCK_REALTIME) < 1.0001e9);
  now.tv_sec = 1500000000;
  CHECK(settimeofday(&now, NULL));
  IS(seconds(CLOCK_REALTIME) < 1.5001e9);

  topic("sleeping");
  double begin = seconds(CLOCK_MONOTONIC);
  time = (struct timespec){0, 50000000};
  CHECK(nanosleep(&time, NULL));
  IS(seconds(CLOCK_MONOTONIC) - begin >= 0.05);
  time.tv_nsec = 1000000000;
  CHECK(nanosleep(&time, NULL));
  time = (struct timespec){-1, 0};
  CHECK(nanosleep(&time, NULL));
  time = (struct timespec){0, 0};
  CHECK(nanosleep(&time, NULL));
  CHECK(syscall(SYS_nanosleep, NOWHERE, NULL));
  clock_gettime(CLOCK_MONOTONIC, &time);
  CHECK(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL));
  clock_gettime(CLOCK_REALTIME, &time);
  time.tv_nsec += 30000000;
  if (time.tv_nsec >= 1000000000) time.tv_sec++, time.tv_nsec -= 1000000000;
  CHECK(clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &time, &left));
  CHECK(clock_nanosleep(99, 0, &time, NULL));
  CHECK(clock_nanosleep(CLOCK_MONOTONIC_RAW, 0, &time, NULL));

  topic("timers");
  struct sigaction action = {.sa_flags = SA_SIGINFO, .sa_sigaction = counts};
  sigaction(SIGUSR1, &action, NULL);
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
  event.sigev_value.sival_int = 42;
  CHECK(timer_create(CLOCK_MONOTONIC, &event, &timer));
  struct itimerspec every = {{0, 10000000}, {0, 10000000}}, state;
  CHECK(timer_gettime(timer, &state));
  printf("%ld %ld\n", (long)state.it_value.tv_sec, state.it_value.tv_nsec);
  CHECK(timer_settime(timer, 0, &every, NULL));
  while (count < 3) pause();
  CHECK(timer_gettime(timer, &state));
  printf("%ld\n", state.it_interval.tv_nsec);
  sigset_t some;
  sigemptyset(&some);
  sigaddset(&some, SIGUSR1);
  sigprocmask(SIG_BLOCK, &some, NULL);
  count = overrun = 0;
  time = (struct timespec){0, 105000000};
  nanosleep(&time, NULL);
  sigprocmask(SIG_UNBLOCK, &some, NULL);
  every = (struct itimerspec){{0, 0}, {0, 0}};
  CHECK(timer_settime(timer, 0, &every, &state));
  IS(count >= 1 && count <= 3);
  IS(overrun >= 5);
  CHECK(timer_delete(timer));
  CHECK(timer_delete(timer));
  CHECK(timer_create(77, &event, &timer));
  event.sigev_signo = 99;
  CHECK(timer_create(CLOCK_MONOTONIC, &event, &timer));
  event.sigev_notify = SIGEV_NONE;
  CHECK(timer_create(CLOCK_REALTIME, &event, &timer));
  every.it_value.tv_sec = 100;
  CHECK(timer_settime(timer, 0, &every, NULL));
  CHECK(timer_gettime(timer, &state));
  IS(state.it_value.tv_sec == 99);
  struct itimerval virtual_ = {{0, 0}, {0, 20000}};
  count = 1;
  sigaction(SIGVTALRM, &action, NULL);
  CHECK(setitimer(ITIMER_VIRTUAL, &virtual_, NULL));
  while (count == 1) continue;
  CHECK(count);
  CHECK(getitimer(ITIMER_VIRTUAL, &virtual_));
  printf("%ld\n", (long)virtual_.it_value.tv_usec);

  topic("used");
  struct rusage used;
  CHECK(getrusage(RUSAGE_SELF, &used));
  IS(used.ru_utime.tv_sec * 1000000 + used.ru_utime.tv_usec + used.ru_stime.tv_usec > 10000);
  CHECK(getrusage(RUSAGE_CHILDREN, &used));
  printf("%ld\n", (long)used.ru_utime.tv_usec);
  CHECK(getrusage(RUSAGE_THREAD, &used));
  CHECK(getrusage(55, &used));
  struct tms ticks;
  IS(times(&ticks) != -1);
  return 0;
}
