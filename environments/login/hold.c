/*
 * The holder: logs in, by a real client to a real server on the loopback, and keeps the client's
 * terminal until a typist asks for it. To log in takes seconds under emulation, and so it is done
 * when the template of all guests is made. It is done as far as the account's shell, which waits
 * (gate.c).
 *
 * For a server that does not stand there by itself (telnetd), the holder is its inetd, for this one
 * login: nothing listens afterwards.
 */
#define _GNU_SOURCE
#include "hold.h"

#include "login.h"
#include "screen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

enum { LONGEST_MS = 10 * 60 * 1000 }; /* a slow host's; who asked for it may give up before */

static const struct login {
  const char *protocol;
  const char *server; /* to be started for a connection to the port; NULL: it is there */
  int port;
  char *client[16];
} LOGINS[] = {
    {"telnet", "/usr/sbin/telnetd", 23, {"inetutils-telnet", "-E", "127.0.0.1", NULL}},
    {"ssh", NULL, 0,
     {"ssh", "-tt", "-e", "none", "-o", "StrictHostKeyChecking=no", "-o",
      "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR", "-o", "PubkeyAuthentication=no",
      ACCOUNT "@127.0.0.1", NULL}},
};

__attribute__((format(printf, 1, 2), noreturn)) static void die(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fputs("malassay-terminal: ", stderr);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  exit(EXIT_OF_LOGIN);
}

static const struct login *find_login(const char *protocol) {
  for (size_t i = 0; i < sizeof LOGINS / sizeof *LOGINS; i++)
    if (strcmp(LOGINS[i].protocol, protocol) == 0) return LOGINS + i;
  die("there is no login by %s", protocol);
}

static void read_password(char *password, size_t room) {
  int file = open(PASSWORD_FILE, O_RDONLY | O_CLOEXEC);
  ssize_t n = file < 0 ? -1 : read(file, password, room - 1);
  if (n <= 0) die("%s: %s", PASSWORD_FILE, n < 0 ? strerror(errno) : "empty");
  close(file);
  password[n] = 0;
  password[strcspn(password, "\n")] = 0;
}

/* ---- the server ---- */

static int listen_on_loopback(int port) {
  struct sockaddr_in here = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) < 0 ||
      bind(fd, (struct sockaddr *)&here, sizeof here) < 0 || listen(fd, 1) < 0)
    die("port %d: %s", port, strerror(errno));
  return fd;
}

/* As inetd: the connection is all that a server has of this process. */
static void start_server(const char *program, int listener) {
  int connection = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
  close(listener);
  if (connection < 0) die("accept: %s", strerror(errno));
  pid_t pid = fork();
  if (pid == 0) {
    for (int fd = 0; fd <= 2; fd++) dup2(connection, fd);
    setsid();
    signal(SIGCHLD, SIG_DFL);
    execl(program, program, (char *)NULL);
    _exit(127);
  }
  if (pid < 0) die("fork: %s", strerror(errno));
  close(connection);
}

/* ---- the client ---- */

/* Starts it on a terminal of its own; returns the end at which one sits. */
static int start_client(char *const command[]) {
  struct winsize size = {.ws_row = ROWS, .ws_col = COLUMNS};
  int end = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  const char *name = end < 0 || grantpt(end) < 0 || unlockpt(end) < 0 ? NULL : ptsname(end);
  if (!name || ioctl(end, TIOCSWINSZ, &size) < 0) die("no terminal: %s", strerror(errno));
  pid_t pid = fork();
  if (pid == 0) {
    setsid();
    int other = open(name, O_RDWR); /* and so it is the controlling one */
    for (int fd = 0; fd <= 2; fd++) dup2(other, fd);
    if (other > 2) close(other);
    signal(SIGCHLD, SIG_DFL);
    setenv("TERM", "vt100", 1);
    execvp(command[0], command);
    fprintf(stderr, "%s: %s", command[0], strerror(errno));
    _exit(127);
  }
  if (pid < 0) die("fork: %s", strerror(errno));
  return end;
}

static void press(int terminal, const char *keys) {
  size_t length = strlen(keys);
  if (write(terminal, keys, length) != (ssize_t)length || write(terminal, "\r", 1) != 1)
    die("the client takes no keys: %s", strerror(errno));
}

/* Says who one is when that is asked, once each. */
static void identify(int terminal, const char *password) {
  static bool is_named, is_proven;
  if (!is_named && screen_ends_in("login:")) {
    press(terminal, ACCOUNT);
    is_named = true;
  } else if (!is_proven && screen_ends_in("assword:")) {
    press(terminal, password);
    is_proven = true;
  }
}

static void read_screen(int terminal, const char *protocol, const char *password) {
  char bytes[4096];
  ssize_t n = read(terminal, bytes, sizeof bytes);
  if (n <= 0) die("the login by %s ended: %s", protocol, screen_last_line());
  screen_take(bytes, (size_t)n);
  identify(terminal, password);
}

/* ---- the login ---- */

/* Goes on until the account's shell has come to its gate; returns the connection with that. */
static int log_in(const struct login *login, int terminal, int server) {
  char password[128];
  read_password(password, sizeof password);
  int gate = listen_at(login->protocol, GATE);
  if (gate < 0) die("%s: %s", FOLDER, strerror(errno));
  long long deadline = now() + LONGEST_MS * 1000000LL;
  for (;;) {
    struct pollfd ready[] = {{.fd = terminal, .events = POLLIN},
                             {.fd = gate, .events = POLLIN},
                             {.fd = server, .events = POLLIN}};
    if (poll(ready, 3, until(deadline)) == 0)
      die("no prompt by %s in %d s: %s", login->protocol, LONGEST_MS / 1000, screen_last_line());
    if (ready[1].revents) break;
    if (ready[2].revents) {
      start_server(login->server, server);
      server = -1;
    }
    if (ready[0].revents) read_screen(terminal, login->protocol, password);
  }
  int waiting = accept4(gate, NULL, NULL, SOCK_CLOEXEC);
  if (waiting < 0) die("accept: %s", strerror(errno));
  memset(password, 0, sizeof password);
  close(gate);
  return waiting;
}

/* Until a typist comes: it gets the terminal, and the shell what it has said. Who says nothing gets
   nothing. */
static void await_typist(int listener, int terminal, int gate) {
  struct pass pass;
  for (;;) {
    int typist = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (typist < 0) continue;
    if (hear(typist, &pass, sizeof pass) && hand_over(typist, terminal)) {
      say(gate, &pass, sizeof pass);
      memset(&pass, 0, sizeof pass);
      close(typist);
      return;
    }
    close(typist);
  }
}

int hold_login(const char *protocol) {
  const struct login *login = find_login(protocol);
  signal(SIGCHLD, SIG_IGN); /* nobody asks how they ended */
  signal(SIGHUP, SIG_IGN);
  int server = login->server ? listen_on_loopback(login->port) : -1;
  int terminal = start_client(login->client);
  int gate = log_in(login, terminal, server);
  int listener = listen_at(protocol, "");
  if (listener < 0) die("%s: %s", FOLDER, strerror(errno));
  if (symlink("malassay-terminal", TYPIST) < 0 && errno != EEXIST)
    die("%s: %s", TYPIST, strerror(errno));
  pid_t holder = fork();
  if (holder < 0) die("fork: %s", strerror(errno));
  if (holder > 0) return 0;
  setsid();
  for (int fd = 0; fd <= 2; fd++) close(fd);
  await_typist(listener, terminal, gate);
  /* The typist's is the only one from here on, so that with it the login hangs up. To end now would
     give the guest's init something to do while the session is typed. */
  close(terminal);
  close(gate);
  close(listener);
  for (;;) pause();
}
