/*
 * Types into a terminal that is none: whoever sits at its other end echoes letter by letter, as a
 * shell that edits its line, and stalls where it looks like a prompt. Says what came of it.
 *
 *   typist-check LINE   shows what the terminal had shown when the typist went on, and on its standard
 *                       error which keys were taken
 *   typist-check LINE silent   the same of a shell that echoes nothing
 *   typist-check LINE asked    which keys are pressed when there is a question before each of them
 *   typist-check deaf   nobody at the other end reads: says whether that was seen
 */
#include "type.c"

#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

static void say_all(int to, const char *words) {
  if (write(to, words, strlen(words)) < 0) _exit(1);
}

static void stall(void) {
  struct timespec long_time = {.tv_sec = 1, .tv_nsec = 500 * 1000 * 1000L};
  nanosleep(&long_time, NULL);
}

static void be_silent_shell(int at) {
  char key;
  say_all(at, "# ");
  while (read(at, &key, 1) == 1) {
    fputc(key == '\r' ? '\n' : key, stderr);
    if (key == '\r') say_all(at, "\r\nsorry\r\n# ");
  }
  _exit(0);
}

static void press_while_asked(const char *line, int at) {
  enum { MOST_TURNS = 100 };
  char keys[64 * MOST_TURNS];
  size_t length = strlen(line), typed = 0;
  for (int turn = 0; turn < MOST_TURNS && typed < length + 1; turn++) {
    answer(1);
    typed += press_next(line, length, length + 1, typed);
  }
  ssize_t n = read(at, keys, sizeof keys);
  if (n > 0) fwrite(keys, 1, (size_t)n, stderr);
}

/* Wraps its line after each third letter, so that more is shown than was typed long before its end. */
static void be_shell(int at) {
  char key, before = 0;
  say_all(at, "# ");
  for (int column = 1; read(at, &key, 1) == 1; column++) {
    fputc(key == '\r' ? '\n' : key, stderr);
    if (key == '\r') {
      say_all(at, "\r\nout\r\n# ");
      continue;
    }
    if (write(at, &key, 1) < 0) _exit(1);
    if (column % 3 == 0) say_all(at, "\r\n");
    if (before == '>' && key == ' ') stall();
    before = key;
  }
  _exit(0);
}

int main(int argc, char **argv) {
  static char line[4 << 20];
  int ends[2];
  size_t typed = 0;
  if (argc < 2 || socketpair(AF_UNIX, SOCK_STREAM, 0, ends) < 0) return 1;
  terminal = ends[0];
  fcntl(terminal, F_SETFL, O_NONBLOCK);
  if (strcmp(argv[1], "deaf") == 0) {
    memset(line, 'x', sizeof line);
    enum outcome outcome = type(line, sizeof line, sizeof line + 1, &typed);
    puts(outcome == STUCK && typed > 0 && typed < sizeof line ? "stuck" : "typed");
    return 0;
  }
  const char *how = argc > 2 ? argv[2] : "";
  if (strcmp(how, "asked") == 0) {
    press_while_asked(argv[1], ends[1]);
    return 0;
  }
  if (fork() == 0) {
    close(ends[0]);
    if (strcmp(how, "silent") == 0) be_silent_shell(ends[1]);
    be_shell(ends[1]);
  }
  close(ends[1]);
  if (type("", 0, 0, &typed) != TYPED) return 1;
  if (type(argv[1], strlen(argv[1]), strlen(argv[1]) + 1, &typed) != TYPED) return 1;
  close(terminal);
  wait(NULL);
  return 0;
}
