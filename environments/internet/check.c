/* What is said on the guest's side before a guest is there, to see that it is heard: one connection, one question. */
#include "internet.h"

#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <unistd.h>

static const char SOMEBODY[] = "203.0.113.1"; /* RFC 5737: nobody's */
static const char PAGE[] = "GET / HTTP/1.0\r\n\r\n";
static const char QUESTION[] = "\0\1\1\0\0\1\0\0\0\0\0\0\10malassay\7invalid\0\0\1\0\1"; /* RFC 1035: A malassay.invalid */
static const char CHECKED[] = "checked\n";
enum { WEB = 80, NAMES = 53, ANSWER_S = 2 };

static void talk(int type, int port, const char *words, size_t length) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  struct timeval most = {.tv_sec = ANSWER_S};
  char answer[512];
  inet_pton(AF_INET, SOMEBODY, &to.sin_addr);
  int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &most, sizeof most);
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &most, sizeof most);
  if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) || send(fd, words, length, MSG_NOSIGNAL) != (ssize_t)length)
    fail("reach anybody from the guest's side", errno, NULL);
  /* The user may have them answer nothing: who waited so long was heard as well. */
  while (recv(fd, answer, sizeof answer, 0) > 0 && type == SOCK_STREAM) continue;
  close(fd);
}

void check(void) {
  dup2(STDOUT_FILENO, STDERR_FILENO); /* an engine hands on the former: why it fails belongs there */
  talk(SOCK_STREAM, WEB, PAGE, sizeof PAGE - 1);
  talk(SOCK_DGRAM, NAMES, QUESTION, sizeof QUESTION - 1);
  (void)!write(STDOUT_FILENO, CHECKED, sizeof CHECKED - 1);
}

static void carry(int from, int to) {
  static char packet[128 * 1024];
  ssize_t n = read(from, packet, sizeof packet);
  if (n > 0) (void)!write(to, packet, (size_t)n); /* a full queue loses packets, as anywhere */
}

/* The cable between two taps. */
static _Noreturn void carry_all(int near, int far, pid_t parent) {
  struct pollfd ends[] = {{.fd = near, .events = POLLIN}, {.fd = far, .events = POLLIN}};
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  while (getppid() == parent && poll(ends, 2, -1) > 0) {
    if (ends[0].revents) carry(near, far);
    if (ends[1].revents) carry(far, near);
  }
  exit(1);
}

_Noreturn void check_tap(int far) {
  char byte;
  int near = pair_near();
  pid_t self = getpid(), cable = fork();
  if (cable < 0) fail("start", errno, NULL);
  if (!cable) carry_all(near, far, self);
  if (read(STDIN_FILENO, &byte, 1) == 1) check();
  while (read(STDIN_FILENO, &byte, 1) > 0) continue; /* the network stays until it was counted */
  exit(0);
}
