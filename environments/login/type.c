/*
 * The typist: goes on with a login that is held, types a session's commands as a terminal would, and
 * shows on its standard output what the terminal shows.
 *
 * A command is typed when the shell stands at its prompt again: when the terminal shows what may be
 * one, has shown as many bytes as were typed (they are echoed), and then stays quiet. What is not
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
  LONGEST_MS = 60 * 1000   /* that a command is waited for */
};

static int terminal = -1;

/* What a terminal answers by itself, which goes before what is typed. */
static char answers[256];
static size_t answers_length;

static void answer(int questions) {
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

/* The next keys: answers, the line, Enter. */
static size_t press_next(const char *line, size_t length, size_t typed) {
  if (answers_length > 0) {
    size_t n = press(answers, answers_length);
    memmove(answers, answers + n, answers_length -= n);
    return 0;
  }
  return typed < length ? press(line + typed, length - typed) : press("\r", 1);
}

static long long earlier(long long a, long long b) { return a < b ? a : b; }

/* Types so many keys, of the line and then Enter, and waits for the prompt. False when the login has
   closed. */
static bool type(const char *line, size_t length, size_t keys) {
  static char bytes[16 * 1024];
  size_t typed = 0, shown = 0;
  long long begun = now(), heard = begun;
  for (;;) {
    bool is_typing = typed < keys || answers_length > 0;
    long long deadline = earlier(heard + SILENCE_MS * MS, begun + LONGEST_MS * MS);
    if (!is_typing && (shown > 0 || keys == 0) && screen_is_at_prompt())
      deadline =
          earlier(deadline, heard + (shown >= keys ? QUIET_MS : LONG_QUIET_MS) * MS);
    struct pollfd ready = {.fd = terminal, .events = POLLIN | (is_typing ? POLLOUT : 0)};
    if (poll(&ready, 1, until(deadline)) <= 0) {
      if (now() >= deadline) return true;
      continue;
    }
    if (ready.revents & (POLLIN | POLLHUP | POLLERR)) {
      ssize_t n = read(terminal, bytes, sizeof bytes);
      if (n <= 0 && !(n < 0 && (errno == EAGAIN || errno == EINTR))) return false;
      if (n <= 0) continue;
      show(bytes, (size_t)n);
      answer(screen_take(bytes, (size_t)n));
      shown += (size_t)n;
      heard = now();
    } else if (ready.revents & POLLOUT) {
      typed += press_next(line, length, typed);
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
    fprintf(stderr, "malassay-login: no login by %s is held in this guest\n", script.protocol);
    return EXIT_NOT_HELD;
  }
  if (!type(NULL, 0, 0)) {
    fprintf(stderr, "malassay-login: the login closed before the first of %ld commands\n",
            script.count);
    return EXIT_OF_LOGIN;
  }
  const char *at = script.commands;
  for (long command = 1; command <= script.count; command++) {
    size_t length;
    const char *next = script_next(&script, at, &length);
    mark(command);
    if (!type(at, length, length + 1) && command < script.count) {
      fprintf(stderr, "malassay-login: the login closed at command %ld of %ld\n", command,
              script.count);
      return EXIT_OF_LOGIN;
    }
    at = next;
  }
  return 0;
}
