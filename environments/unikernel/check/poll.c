/* Waiting: poll, select, epoll, and what is waited for: pipes, eventfd, timerfd. */
#include "check.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>

static void tell_poll(int file, short events, int ms, const char *what) {
  struct pollfd poll_ = {file, events, 0};
  int n = poll(&poll_, 1, ms);
  printf("%s: poll %d, events %x\n", what, n, poll_.revents);
}

static int64_t ms(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000LL + time.tv_nsec / 1000000;
}

static void tell_time(int64_t since, int least, const char *what) {
  int64_t took = ms() - since;
  printf("%s: %s\n", what, took < least ? "too early" : took > least + 2000 ? "late" : "in time");
}

static void check_pipe(void) {
  int ends[2];
  static char bytes[200000];

  topic("pipe");
  tell(pipe(ends), "pipe");
  tell_poll(ends[0], POLLIN | POLLOUT, 0, "empty, reading end");
  tell_poll(ends[1], POLLIN | POLLOUT, 0, "empty, writing end");
  tell(write(ends[1], "hello", 5), "write");
  tell_poll(ends[0], POLLIN, 0, "with bytes");
  int waiting = -1;
  tell(ioctl(ends[0], FIONREAD, &waiting), "FIONREAD");
  printf("%d\n", waiting);
  tell(read(ends[0], bytes, 2), "read");
  tell(read(ends[0], bytes, sizeof bytes), "read");
  tell(read(ends[1], bytes, 1), "read of the writing end");
  tell(write(ends[0], bytes, 1), "write to the reading end");
  tell(read(ends[0], NOWHERE, 0), "read of nothing");
  tell(lseek(ends[0], 0, SEEK_CUR), "lseek");
  close(ends[1]);
  tell_poll(ends[0], POLLIN, 0, "closed");
  tell(read(ends[0], bytes, 1), "read");
  close(ends[0]);
  tell(pipe2(ends, O_NONBLOCK), "pipe2");
  tell(write(ends[1], NOWHERE, 5), "write from nowhere");
  tell(read(ends[0], bytes, 1), "read of nothing");
  tell(write(ends[1], bytes, sizeof bytes), "write of much");
  tell_poll(ends[1], POLLOUT, 0, "full");
  tell(write(ends[1], bytes, 1), "write to a full one");
  tell(read(ends[0], bytes, 4096), "read of a page");
  tell_poll(ends[1], POLLOUT, 0, "with room");
  tell(write(ends[1], bytes, 4097), "write of a page and a byte");
  tell(write(ends[1], bytes, 1), "write to a full one");
  close(ends[0]);
  tell_poll(ends[1], POLLOUT, 0, "nobody reads");
  close(ends[1]);
  tell(pipe2(ends, 0x1234567), "pipe2 with flags");
  tell(pipe(NOWHERE), "pipe to nowhere");
}

static void check_eventfd(void) {
  uint64_t value = 0;
  topic("eventfd");
  int it = made(eventfd(3, EFD_NONBLOCK), "eventfd");
  tell_poll(it, POLLIN | POLLOUT, 0, "3");
  tell(read(it, &value, 8), "read");
  printf("%llu\n", (unsigned long long)value);
  tell(read(it, &value, 8), "read again");
  tell(read(it, &value, 4), "read of 4");
  value = 0xfffffffffffffffe;
  tell(write(it, &value, 8), "write of all");
  tell_poll(it, POLLIN | POLLOUT, 0, "full");
  value = 1;
  tell(write(it, &value, 8), "write of one more");
  value = -1ULL;
  tell(write(it, &value, 8), "write of too much");
  close(it);
  it = made(eventfd(2, EFD_NONBLOCK | EFD_SEMAPHORE), "a semaphore");
  for (int i = 0; i < 3; i++) {
    value = 0;
    tell(read(it, &value, 8), "read");
    printf("%llu\n", (unsigned long long)value);
  }
  close(it);
  made(eventfd(0, 0x123456), "unknown flags");
}

static void check_timerfd(void) {
  struct itimerspec time = {{0, 20000000}, {0, 30000000}}, old, before = {{9, 9}, {9, 9}};
  uint64_t count = 0;
  topic("timerfd");
  int it = made(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK), "timerfd");
  tell_poll(it, POLLIN | POLLOUT, 0, "not set");
  tell(read(it, &count, 8), "read");
  int64_t since = ms();
  tell(timerfd_settime(it, 0, &time, &before), "set");
  printf("%ld %ld %ld %ld\n", (long)before.it_interval.tv_sec, before.it_interval.tv_nsec,
         (long)before.it_value.tv_sec, before.it_value.tv_nsec);
  tell_poll(it, POLLIN, 10000, "due");
  tell_time(since, 30, "due");
  tell(read(it, &count, 8), "read");
  printf("%s\n", count ? "counted" : "not counted");
  tell(read(it, &count, 4), "read of 4");
  tell(timerfd_gettime(it, &old), "get");
  printf("%ld %ld, %s\n", (long)old.it_interval.tv_sec, old.it_interval.tv_nsec,
         old.it_value.tv_nsec <= 20000000 ? "soon" : "late");
  time = (struct itimerspec){{0, 0}, {0, 0}};
  tell(timerfd_settime(it, 0, &time, NULL), "stop");
  tell_poll(it, POLLIN, 0, "stopped");
  time.it_value.tv_nsec = 1000000000;
  tell(timerfd_settime(it, 0, &time, NULL), "set to nonsense");
  tell(timerfd_settime(0, 0, &time, NULL), "set of another file");
  close(it);
  it = made(timerfd_create(CLOCK_REALTIME, 0), "timerfd");
  time = (struct itimerspec){{0, 0}, {1, 0}};
  tell(timerfd_settime(it, TFD_TIMER_ABSTIME, &time, NULL), "set to 1970");
  tell(read(it, &count, 8), "read");
  printf("%llu\n", (unsigned long long)count);
  close(it);
  made(timerfd_create(99, 0), "clock 99");
}

static void check_poll(void) {
  int ends[2];
  struct pollfd polls[4] = {{-1, POLLIN, 7}, {999, POLLIN, 0}, {0, POLLIN | POLLOUT, 0}};
  topic("poll");
  if (pipe(ends)) return;
  tell(poll(polls, 3, 1000), "poll");
  printf("%x %x %x\n", polls[0].revents, polls[1].revents, polls[2].revents & POLLIN);
  tell(poll(NULL, 0, 0), "poll of nothing");
  int64_t since = ms();
  tell(poll(NULL, 0, 50), "poll for a while");
  tell_time(since, 50, "a while");
  since = ms();
  tell_poll(ends[0], POLLIN, 50, "of an empty pipe");
  tell_time(since, 50, "a while");
  tell(poll(NOWHERE, 1, 0), "poll of nowhere");
  volatile nfds_t million = 1000000;
  tell(poll(polls, million, 0), "poll of a million");
  struct timespec time = {0, -1};
  tell(ppoll(polls, 0, &time, NULL), "ppoll for nonsense");
  time.tv_nsec = 1000000;
  tell(ppoll(polls, 0, &time, NULL), "ppoll");
  close(ends[0]);
  close(ends[1]);
}

static void check_select(void) {
  int ends[2];
  fd_set reads, writes;
  struct timeval time = {0, 0};
  topic("select");
  if (pipe(ends)) return;
  FD_ZERO(&reads);
  FD_ZERO(&writes);
  FD_SET(ends[0], &reads);
  FD_SET(ends[1], &writes);
  tell(select(ends[1] + 1, &reads, &writes, NULL, NULL), "select");
  printf("%d %d\n", !!FD_ISSET(ends[0], &reads), !!FD_ISSET(ends[1], &writes));
  if (write(ends[1], "x", 1) != 1) return;
  FD_SET(ends[0], &reads);
  tell(select(ends[1] + 1, &reads, &writes, NULL, &time), "select");
  printf("%d %d\n", !!FD_ISSET(ends[0], &reads), !!FD_ISSET(ends[1], &writes));
  FD_ZERO(&reads);
  int64_t since = ms();
  time.tv_usec = 50000;
  tell(select(0, NULL, NULL, NULL, &time), "select for a while");
  tell_time(since, 50, "a while");
  printf("left: %ld %ld\n", (long)time.tv_sec, (long)time.tv_usec);
  FD_SET(30, &reads);
  tell(select(31, &reads, NULL, NULL, &time), "select of no file");
  tell(select(-1, NULL, NULL, NULL, &time), "select of -1");
  tell(select(10, NOWHERE, NULL, NULL, &time), "select of nowhere");
  time.tv_sec = -1;
  tell(select(0, NULL, NULL, NULL, &time), "select for less than nothing");
  struct timespec fine = {0, 1000};
  tell(pselect(0, NULL, NULL, NULL, &fine, NULL), "pselect");
  close(ends[0]);
  close(ends[1]);
}

static void tell_epoll(int it, int ms_, const char *what) {
  struct epoll_event events[4];
  int n = epoll_wait(it, events, 4, ms_);
  printf("%s: epoll %d", what, n);
  for (int i = 0; i < n; i++)
    printf(" (%x %llu)", events[i].events, (unsigned long long)events[i].data.u64);
  printf("\n");
}

static void check_epoll(void) {
  int both[2], ends[2];
  char byte;
  struct epoll_event event = {.events = EPOLLIN, .data.u64 = 0x100000002};
  topic("epoll");
  if (pipe(ends) || socketpair(AF_UNIX, SOCK_STREAM, 0, both)) return;
  int it = made(epoll_create1(0), "epoll_create1");
  tell(epoll_create(0), "epoll_create of 0");
  tell(epoll_create1(1), "epoll_create1 of 1");
  tell(epoll_ctl(it, EPOLL_CTL_ADD, ends[0], &event), "add");
  tell(epoll_ctl(it, EPOLL_CTL_ADD, ends[0], &event), "add again");
  tell(epoll_ctl(it, EPOLL_CTL_ADD, it, &event), "add itself");
  tell(epoll_ctl(it, EPOLL_CTL_ADD, 999, &event), "add no file");
  tell(epoll_ctl(0, EPOLL_CTL_ADD, ends[0], &event), "add to no epoll");
  tell(epoll_ctl(it, EPOLL_CTL_DEL, ends[1], NULL), "delete what is not there");
  tell(epoll_ctl(it, EPOLL_CTL_MOD, ends[1], &event), "change what is not there");
  tell(epoll_ctl(it, 77, ends[1], &event), "do 77");
  tell(epoll_ctl(it, EPOLL_CTL_ADD, ends[1], NOWHERE), "add from nowhere");
  int page = open("/etc/hostname", O_RDONLY);
  tell(epoll_ctl(it, EPOLL_CTL_ADD, page, &event), "add a regular file");
  tell_epoll(it, 10, "nothing");
  if (write(ends[1], "xy", 2) != 2) return;
  tell_epoll(it, 0, "bytes");
  tell_epoll(it, 0, "bytes still");
  event.events = EPOLLIN | EPOLLET;
  tell(epoll_ctl(it, EPOLL_CTL_MOD, ends[0], &event), "edges");
  tell_epoll(it, 0, "the first time");
  tell_epoll(it, 0, "the second time");
  if (write(ends[1], "z", 1) != 1) return;
  tell_epoll(it, 0, "one more byte");
  tell_epoll(it, 0, "no more");
  event.events = EPOLLIN | EPOLLONESHOT;
  tell(epoll_ctl(it, EPOLL_CTL_MOD, ends[0], &event), "one shot");
  tell_epoll(it, 0, "the first time");
  tell_epoll(it, 0, "the second time");
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP;
  event.data.u64 = 3;
  tell(epoll_ctl(it, EPOLL_CTL_ADD, both[0], &event), "add a socket");
  tell_epoll(it, 0, "a socket");
  close(both[1]);
  tell_epoll(it, 0, "closed on the other side");
  close(both[0]);
  tell_epoll(it, 0, "closed");
  tell_poll(it, POLLIN, 0, "the epoll itself");
  event.events = EPOLLIN;
  tell(epoll_ctl(it, EPOLL_CTL_MOD, ends[0], &event), "bytes again");
  tell_poll(it, POLLIN, 0, "the epoll itself");
  struct epoll_event got;
  tell(epoll_wait(it, &got, 0, 0), "wait for none");
  tell(epoll_wait(it, NOWHERE, 1, 0), "wait to nowhere");
  tell(epoll_wait(ends[0], &got, 1, 0), "wait of no epoll");
  tell(epoll_pwait(it, &got, 1, 0, NULL), "epoll_pwait");
  while (read(ends[0], &byte, 1) == 1 && byte != 'z') continue;
  tell_epoll(it, 0, "read");
  close(page);
  close(it);
  close(ends[0]);
  close(ends[1]);
}

int main(void) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  signal(SIGPIPE, SIG_IGN);
  check_pipe();
  check_eventfd();
  check_timerfd();
  check_poll();
  check_select();
  check_epoll();
  return 0;
}
