/*
 * The typist: goes on with a login that is held, types a session's commands as a terminal would, and
 * shows on its standard output what the terminal shows.
 *
 * A command is typed when the shell stands at its prompt again: when the terminal has shown all that
 * was typed, letter by letter with Enter, and after that what may be a prompt, and then stays quiet. A
 * line with more than letters in it is echoed otherwise, and only its length is looked at. What is not
 * echoed takes a second; a command that says nothing, or goes on and on, is not waited for: a loader
 * types on then, too.
 */
#define _GNU_SOURCE
#include "type.h"

#include "login.h"
#include "screen.h"
#include "script.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

static const long long MS = 1000000LL;

enum {
  QUIET_MS = 20,           /* at a prompt, when all that was typed has been echoed */
  LONG_QUIET_MS = 1000,    /* at what looks like one */
  SILENCE_MS = 10 * 1000,  /* of a command */
  LONGEST_MS = 60 * 1000   /* that a command is waited for, once it is typed */
};

/* By which a terminal shows nothing any more, and goes on. */
enum { STOP = 'S' & 31, GO_ON = 'Q' & 31 };

/* More letters than a shell like busybox's takes into one line: what is beyond is not echoed. */
enum { MOST_ECHOED = 1000 };

static int terminal = -1;

/* What a terminal answers by itself, which goes before what is typed. */
static char answers[256]; /* the last byte is kept for GO_ON */
static size_t answers_length;

/* While answers wait to be pressed, no more are given: what asks on and on may ask faster. */
static void answer(int questions) {
  if (answers_length > 0) return;
  for (; questions > 0; questions--)
    answers_length +=
        screen_cursor(answers + answers_length, sizeof answers - answers_length);
}

static void show(const char *bytes, size_t length) {
  for (size_t done = 0; done < length;) {
    ssize_t n = write(STDOUT_FILENO, bytes + done, length - done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return; /* nobody reads the transcript: it is cut there */
    done += (size_t)n;
  }
}

/* How much of it was typed; nothing when there is no room just now. */
static size_t press(const char *keys, size_t length) {
  ssize_t n = write(terminal, keys, length);
  return n > 0 ? (size_t)n : 0;
}

/* The next keys of the line and Enter. A terminal that the line stops goes on at once: nobody would see
   its prompt. */
static size_t press_of_line(const char *line, size_t length, size_t typed) {
  if (typed >= length) return press("\r", 1);
  const char *stop = memchr(line + typed, STOP, length - typed);
  size_t n = press(line + typed, stop ? (size_t)(stop + 1 - line) - typed : length - typed);
  if (n > 0 && line[typed + n - 1] == STOP) answers[answers_length++] = GO_ON;
  return n;
}

/* The next keys: answers, once, and then some of the line, so that endless questions do not keep it
   away. Returns how many were of the line. */
static size_t press_next(const char *line, size_t length, size_t keys, size_t typed) {
  static bool have_answered; /* since the last key of a line */
  if (answers_length > 0 && (!have_answered || typed >= keys)) {
    size_t n = press(answers, answers_length);
    memmove(answers, answers + n, answers_length -= n);
    have_answered = answers_length == 0;
    return 0;
  }
  size_t n = press_of_line(line, length, typed);
  if (n > 0) have_answered = false;
  return n;
}

static long long earlier(long long a, long long b) { return a < b ? a : b; }

/* Whether a terminal echoes it as it stands. */
static bool is_of_letters(const char *line, size_t length) {
  if (length > MOST_ECHOED) return false;
  for (size_t i = 0; i < length; i++)
    if (line[i] < ' ' || line[i] > '~') return false;
  return true;
}

/* How much of a line and its Enter has been echoed. */
struct echo {
  size_t keys;
  bool is_absent; /* a line was ended before its first letter: what follows is no echo */
};

/* The same after these bytes, among which are a shell's own where the line wraps. */
static void take_echo(struct echo *echo, const char *bytes, size_t count, const char *line,
                      size_t length) {
  for (size_t i = 0; i < count && echo->keys <= length && !echo->is_absent; i++) {
    if (bytes[i] == (echo->keys < length ? line[echo->keys] : '\n'))
      echo->keys++;
    else if (echo->keys == 0 && bytes[i] == '\n')
      echo->is_absent = true;
  }
}

/* How long what looks like a prompt has to stay. For ever, within a line that is being echoed. */
static long long quiet_ms(bool is_of_letters, size_t shown, struct echo echo, size_t keys) {
  if (!is_of_letters) return shown >= keys ? QUIET_MS : LONG_QUIET_MS;
  return echo.keys >= keys ? QUIET_MS : echo.keys == 0 ? LONG_QUIET_MS : LONGEST_MS;
}

enum outcome { TYPED, CLOSED, STUCK };

/* Types so many keys, of the line and then Enter, and waits for the prompt. Stuck is a terminal that
   takes no more of them. */
static enum outcome type(const char *line, size_t length, size_t keys, size_t *typed) {
  static char bytes[16 * 1024];
  size_t shown = 0;
  struct echo echo = {0};
  bool by_letters = is_of_letters(line, length);
  long long moved = now(), heard = moved; /* moved: when a key was taken */
  for (*typed = 0;;) {
    bool is_typing = *typed < keys || answers_length > 0;
    long long last = moved + (*typed < keys ? SILENCE_MS : LONGEST_MS) * MS, deadline = last;
    if (!is_typing) deadline = earlier(deadline, heard + SILENCE_MS * MS);
    if (!is_typing && (shown > 0 || keys == 0) && screen_is_at_prompt())
      deadline = earlier(deadline, heard + quiet_ms(by_letters, shown, echo, keys) * MS);
    struct pollfd ready = {.fd = terminal, .events = POLLIN | (is_typing ? POLLOUT : 0)};
    int count = poll(&ready, 1, until(deadline));
    if (count > 0 && ready.revents & POLLOUT) {
      size_t n = press_next(line, length, keys, *typed);
      *typed += n;
      if (n > 0) last = (moved = heard = now()) + SILENCE_MS * MS;
    }
    /* (There is always something ready where a command shows lines and lines.) */
    if (now() >= (count > 0 ? last : deadline)) return *typed < keys ? STUCK : TYPED;
    if (count <= 0) continue;
    if (ready.revents & (POLLIN | POLLHUP | POLLERR)) {
      ssize_t n = read(terminal, bytes, sizeof bytes);
      if (n <= 0 && !(n < 0 && (errno == EAGAIN || errno == EINTR))) return CLOSED;
      if (n <= 0) continue;
      show(bytes, (size_t)n);
      answer(screen_take(bytes, (size_t)n));
      shown += (size_t)n;
      if (*typed > 0) take_echo(&echo, bytes, (size_t)n, line, length);
      heard = now();
    }
  }
}

/* The call, which the recorder sees, after which all calls are those of the command. */
static void mark(long command) {
  char path[64];
  snprintf(path, sizeof path, "/malassay/command/%ld", command);
  syscall(SYS_faccessat, AT_FDCWD, path, F_OK);
}

/* What the agent has said, which is wiped out. */
static struct pass take_pass(void) {
  struct pass pass = {.file_size = UINT64_MAX};
  struct rlimit limit;
  if (getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
    pass.file_size = limit.rlim_cur;
  for (int i = 0; i < 64; i++)
    if (prctl(PR_CAPBSET_READ, i, 0, 0, 0) == 1) pass.capabilities |= UINT64_C(1) << i;
  char *told = getenv(MARK_VARIABLE);
  if (told) {
    pass.mark = strtoull(told, NULL, 16);
    memset(told, 0, strlen(told));
    unsetenv(MARK_VARIABLE);
  }
  return pass;
}

/* Takes the terminal of a login that is held. False when there is none. */
static bool take_terminal(const char *protocol) {
  struct pass pass = take_pass();
  int holder = connect_to(protocol, "");
  if (holder < 0) return false;
  if (say(holder, &pass, sizeof pass)) terminal = take_over(holder);
  memset(&pass, 0, sizeof pass);
  close(holder);
  return terminal >= 0 && fcntl(terminal, F_SETFL, O_NONBLOCK) == 0;
}

int type_session(const char *path) {
  /* The session is root, too, and must not read here by which cookie it is recorded. */
  prctl(PR_SET_DUMPABLE, 0);
  struct script script;
  const char *wrong = script_read(path, &script);
  if (wrong) {
    fprintf(stderr, "malassay-login: malformed session: %s\n", wrong);
    return EXIT_MALFORMED;
  }
  if (!take_terminal(script.protocol)) {
    fprintf(stderr,
            "malassay-login: no login by %s is held in this guest: the environment raspbian holds one"
            " by telnet and one by ssh, container one by telnet\n",
            script.protocol);
    return EXIT_NOT_HELD;
  }
  size_t length = 0, typed = 0;
  if (type("", 0, 0, &typed) == CLOSED) {
    fprintf(stderr, "malassay-login: the login closed before the first of %ld commands\n",
            script.count);
    return EXIT_OF_LOGIN;
  }
  const char *at = script.commands;
  for (long command = 1; command <= script.count; command++) {
    const char *next = script_next(&script, at, &length);
    mark(command);
    enum outcome outcome = type(at, length, length + 1, &typed);
    if (outcome == CLOSED && command < script.count) {
      fprintf(stderr, "malassay-login: the login closed at command %ld of %ld\n", command,
              script.count);
      return EXIT_OF_LOGIN;
    }
    if (outcome == STUCK) {
      fprintf(stderr,
              "malassay-login: the terminal took %zu of the %zu keys of command %ld of %ld, and no"
              " more for %d s: what runs in it does not read\n",
              typed, length + 1, command, script.count, SILENCE_MS / 1000);
      return EXIT_OF_LOGIN;
    }
    at = next;
  }
  return 0;
}
