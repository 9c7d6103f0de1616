/*
 *   internet helper                          the first process of a container: frames on standard
 *                                            input and output, a new pair for each guest
 *   internet guest SOCKET [PORT...] -- COMMAND...
 *                                            one pair; COMMAND runs on the near side
 *   internet machine SOCKET FD [PORT...] -- COMMAND...
 *                                            one pair with a tap, which COMMAND (QEMU) finds as FD
 *   internet check                           in a guest's network: says what must be heard there
 *   internet check SOCKET                    the same in one pair with a tap
 *
 * The frames of the last ones go through the Unix socket SOCKET, to which this program connects. Each
 * PORT of the guest is reached by one of the host's loopback.
 * It ends with the other end of the frames, and COMMAND with it; or with COMMAND, and its status.
 */
#include "internet.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static bool framed; /* somebody can be told by a frame */
static pid_t command;
static struct watched signals_watch;
static int keeper = -1;

_Noreturn void fail(const char *what, int error, const char *remedy) {
  char text[512];
  snprintf(text, sizeof text, "cannot %s%s%s%s%s%s", what, error ? ": " : "", error ? strerror(error) : "",
           remedy ? " (" : "", remedy ? remedy : "", remedy ? ")" : "");
  fprintf(stderr, "internet: %s\n", text);
  if (framed) {
    framed = false;
    frame_begin(F_ERROR, 0);
    frame_bytes(text, strlen(text));
    frame_end();
    frames_write();
  }
  exit(1);
}

static _Noreturn void usage(void) {
  fprintf(stderr, "usage: internet helper | guest SOCKET [PORT...] -- COMMAND... |"
                  " machine SOCKET FD [PORT...] -- COMMAND... | check [SOCKET]\n");
  exit(2);
}

static void make_pair(struct pair *pair, bool with_tap) {
  long long start = clock_us();
  pair_make(pair, with_tap);
  pair->took_us = clock_us() - start;
}

/* --- helper --- */

static void hand_over(int socket, int fd) {
  char byte = 0;
  _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof fd)] = {0};
  struct iovec data = {&byte, 1};
  struct msghdr m = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  struct cmsghdr *c = CMSG_FIRSTHDR(&m);
  c->cmsg_level = SOL_SOCKET;
  c->cmsg_type = SCM_RIGHTS;
  c->cmsg_len = CMSG_LEN(sizeof fd);
  memcpy(CMSG_DATA(c), &fd, sizeof fd);
  if (sendmsg(socket, &m, MSG_NOSIGNAL) < 0 || read(socket, &byte, 1) != 1)
    fail("move the first process to the guest's side", errno, NULL);
}

/* The first process: stands on the near side, where an engine looks that joins a guest to it. */
static _Noreturn void keep(int socket) {
  for (;;) {
    char byte;
    int fd;
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof fd)];
    struct iovec data = {&byte, 1};
    struct msghdr m = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    ssize_t n = recvmsg(socket, &m, MSG_CMSG_CLOEXEC);
    if (n < 0 && errno == EINTR) continue;
    struct cmsghdr *c = n == 1 ? CMSG_FIRSTHDR(&m) : NULL;
    if (!c) exit(1); /* the relay is gone, and has said why */
    memcpy(&fd, CMSG_DATA(c), sizeof fd);
    if (setns(fd, CLONE_NEWNET) || write(socket, &byte, 1) != 1) exit(1);
    close(fd);
  }
}

static void next_pair(void) {
  struct pair pair;
  make_pair(&pair, false);
  hand_over(keeper, pair.near_namespace);
  relay_begin(&pair);
  close(pair.near_namespace);
}

static _Noreturn void helper(void) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends)) fail("start", errno, NULL);
  pid_t relay = fork();
  if (relay < 0) fail("start", errno, NULL);
  if (relay) {
    close(ends[1]);
    close(STDIN_FILENO); /* or their end would not be seen */
    close(STDOUT_FILENO);
    keep(ends[0]);
  }
  close(ends[0]);
  keeper = ends[1];
  relay_open(STDIN_FILENO, STDOUT_FILENO);
  framed = true;
  relay_run(next_pair);
}

/* --- one guest --- */

static void write_file(const char *path, const char *text) {
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0 || write(fd, text, strlen(text)) < 0) fail("become the owner of a network", errno, path);
  close(fd);
}

/* Whoever is not root becomes the master of a network of its own, as itself and without rights elsewhere. */
static void become_master(void) {
  char map[64];
  uid_t uid = geteuid();
  gid_t gid = getegid();
  if (uid == 0) return;
  if (unshare(CLONE_NEWUSER))
    fail("become the owner of a network", errno,
         "run as root, or allow user namespaces: sysctl kernel.unprivileged_userns_clone=1 user.max_user_namespaces=10000"
         " kernel.apparmor_restrict_unprivileged_userns=0, as far as this kernel knows them");
  write_file("/proc/self/setgroups", "deny");
  snprintf(map, sizeof map, "%u %u 1", uid, uid);
  write_file("/proc/self/uid_map", map);
  snprintf(map, sizeof map, "%u %u 1", gid, gid);
  write_file("/proc/self/gid_map", map);
}

static int connect_to(const char *path) {
  struct sockaddr_un to = {.sun_family = AF_UNIX};
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (strlen(path) >= sizeof to.sun_path) fail("tell the frames", ENAMETOOLONG, path);
  strcpy(to.sun_path, path);
  if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to)) fail("tell the frames", errno, path);
  return fd;
}

static void command_ended(struct watched *signals, uint32_t events) {
  struct signalfd_siginfo told;
  int status;
  (void)events;
  (void)!read(signals->fd, &told, sizeof told);
  if (waitpid(command, &status, WNOHANG) != command) return;
  relay_end();
  exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

static void start(const struct pair *pair, int as, char **words, const sigset_t *signals) {
  pid_t self = getpid();
  command = fork();
  if (command < 0) fail("start the command", errno, NULL);
  if (command) return;
  framed = false;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != self) _exit(1); /* too late */
  /* QEMU needs no network but the tap: it gets none. */
  if (pair->tap < 0 ? setns(pair->near_namespace, CLONE_NEWNET) : unshare(CLONE_NEWNET))
    fail("enter the guest's network", errno, NULL);
  sigprocmask(SIG_SETMASK, signals, NULL);
  if (!words) check_tap(pair->tap);
  if (pair->tap >= 0 && dup2(pair->tap, as) < 0) fail("hand over the tap", errno, NULL);
  execvp(words[0], words);
  fail("start the command", errno, words[0]);
}

/* COMMAND_WORDS are NULL to check a tap; FD is -1 without one. */
static _Noreturn void one_guest(const char *path, int fd, char **ports, int count, char **command_words) {
  sigset_t child, before;
  struct pair pair;
  ways_open(ports, count); /* in the host's network */
  become_master();
  int frames = connect_to(path);
  relay_open(frames, frames);
  framed = true;
  make_pair(&pair, fd >= 0 || !command_words);
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  sigprocmask(SIG_BLOCK, &child, &before);
  relay_watch(&signals_watch, signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK), command_ended);
  relay_begin(&pair);
  start(&pair, fd, command_words, &before);
  /* The tap stays, and with it all that was heard there, until that is told and counted. */
  if (pair.tap < 0) close(pair.near_namespace);
  relay_run(NULL);
}

/* WORDS: ports, "--" and a command. */
static _Noreturn void run(const char *path, int fd, char **words) {
  int ports = 0;
  while (words[ports] && strcmp(words[ports], "--")) ports++;
  if (!words[ports] || !words[ports + 1]) usage();
  one_guest(path, fd, words, ports, words + ports + 1);
}

int main(int argc, char **argv) {
  signal(SIGPIPE, SIG_IGN);
  if (argc == 2 && strcmp(argv[1], "helper") == 0) helper();
  if (argc >= 4 && strcmp(argv[1], "guest") == 0) run(argv[2], -1, argv + 3);
  if (argc >= 5 && strcmp(argv[1], "machine") == 0) run(argv[2], atoi(argv[3]), argv + 4);
  if (argc == 3 && strcmp(argv[1], "check") == 0) one_guest(argv[2], -1, NULL, 0, NULL);
  if (argc == 2 && strcmp(argv[1], "check") == 0) {
    check();
    return 0;
  }
  usage();
}
