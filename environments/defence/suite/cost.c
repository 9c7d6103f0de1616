/*
 * What a defence costs those whom it watches: how long a call takes, many times, by this process's
 * own clock. Prints a line for each kind of call: its name, how often, the median and the mean in
 * nanoseconds.
 *
 *   cost [TIMES]
 *
 * Writes one file, in /tmp, and asks the guest's own web service for its page.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char FILE_NAME[] = "/tmp/malassay-cost";
static const char NOTHING[] = "--nothing";
enum { MOST = 100000 };

static char *self;
static int file = -1;

static long long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void fail(const char *what) {
  fprintf(stderr, "cost: %s: %s\n", what, strerror(errno));
  exit(1);
}

/* A program starts and ends. */
static void execute(void) {
  pid_t child = vfork();
  if (child == 0) {
    execl(self, self, NOTHING, NULL);
    _exit(127);
  }
  int status;
  if (child < 0 || waitpid(child, &status, 0) != child || status != 0) fail("exec");
}

static void open_and_close(void) {
  int opened = open(FILE_NAME, O_RDWR);
  if (opened < 0 || close(opened) != 0) fail("open");
}

static void write_a_byte(void) {
  if (pwrite(file, "x", 1, 0) != 1) fail("write");
}

/* It was so before: nothing is given or taken. */
static void change_mode(void) {
  if (fchmod(file, 0600) != 0) fail("chmod");
}

static void ask_for_page(void) {
  static const char REQUEST[] = "GET / HTTP/1.0\r\n\r\n";
  struct sockaddr_in service = {.sin_family = AF_INET, .sin_port = htons(80)};
  service.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int connection = socket(AF_INET, SOCK_STREAM, 0);
  if (connection < 0 || connect(connection, (struct sockaddr *)&service, sizeof service) != 0 ||
      write(connection, REQUEST, sizeof REQUEST - 1) != sizeof REQUEST - 1)
    fail("page");
  char page[4096];
  ssize_t got, all = 0;
  while ((got = read(connection, page, sizeof page)) > 0) all += got;
  if (got < 0 || all == 0) fail("page");
  close(connection);
}

static int compare(const void *one, const void *other) {
  long long a = *(const long long *)one, b = *(const long long *)other;
  return (a > b) - (a < b);
}

static void measure(const char *name, void (*act)(void), int times) {
  static long long took[MOST];
  long long all = 0;
  for (int i = 0; i < times; i++) {
    long long from = now();
    act();
    took[i] = now() - from;
    all += took[i];
  }
  qsort(took, times, sizeof *took, compare);
  printf("malassay cost %s: %d times, median %lld ns, mean %lld ns\n", name, times,
         took[times / 2], all / times);
  fflush(stdout);
}

int main(int argc, char **argv) {
  if (argc > 1 && strcmp(argv[1], NOTHING) == 0) return 0;
  int times = argc > 1 && atoi(argv[1]) > 0 ? atoi(argv[1]) : 1000;
  if (times > MOST) times = MOST;
  self = "/proc/self/exe";
  file = open(FILE_NAME, O_RDWR | O_CREAT | O_TRUNC, 0600);
  if (file < 0) fail(FILE_NAME);
  measure("exec", execute, times);
  measure("open", open_and_close, times);
  measure("write", write_a_byte, times);
  measure("chmod", change_mode, times);
  measure("page", ask_for_page, times / 10 + 1);
  unlink(FILE_NAME);
  return 0;
}
