/*
 * The shell of a remote login where shells are forbidden: limited, as vendors' are. It starts programs
 * by their names and words, and knows cd, exit and quit. "shell", "sh" and "enable" start /bin/sh, by
 * which a bot gets out of such a shell, where it may. Words are parted by blanks, with single or double
 * quotes around what belongs together; a line with a character that means more to a shell (;, |, &,
 * <, >, a backquote, $, a parenthesis, a backslash) is refused whole: half of it would do something else than it says.
 *
 *   malassay-limited-shell           reads lines from standard input
 *   malassay-limited-shell -c LINE   one line, as sshd has it executed; its exit status
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LINE = 4096, WORDS = 256, REFUSED = 2, NOT_EXECUTABLE = 126, NOT_FOUND = 127, SIGNALLED = 128 };

/* Parts a line into words, in place; how many, or -1 with the reason in *why. */
static int part(char *line, char **words, const char **why) {
  int count = 0;
  char *to = line;
  for (char *at = line; *at;) {
    while (*at == ' ' || *at == '\t') at++;
    if (!*at) break;
    if (count == WORDS - 1) {
      *why = "too many words";
      return -1;
    }
    words[count++] = to;
    char quote = 0;
    for (; *at && (quote || (*at != ' ' && *at != '\t')); at++) {
      if (quote ? *at == quote : *at == '\'' || *at == '"') {
        quote = quote ? 0 : *at;
      } else if (!quote && strchr(";|&<>`$()\\", *at)) {
        *why = "no such syntax";
        return -1;
      } else {
        *to++ = *at;
      }
    }
    if (quote) {
      *why = "unmatched quote";
      return -1;
    }
    if (*at) at++;
    *to++ = 0; /* at is ahead of it, or at the end of all */
  }
  words[count] = NULL;
  return count;
}

static int run(char **words) {
  fflush(stdout);
  pid_t child = fork();
  if (child < 0) {
    perror("fork");
    return 1;
  }
  if (child == 0) {
    signal(SIGINT, SIG_DFL);
    signal(SIGQUIT, SIG_DFL);
    execvp(words[0], words);
    fprintf(stderr, "%s: %s\n", words[0], strerror(errno));
    _exit(errno == ENOENT ? NOT_FOUND : NOT_EXECUTABLE);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  return WIFEXITED(status) ? WEXITSTATUS(status) : SIGNALLED + WTERMSIG(status);
}

/* Obeys one line, which is changed; its exit status. */
static int obey(char *line, int last) {
  char *words[WORDS];
  const char *why = "";
  line[strcspn(line, "\r\n")] = 0;
  int count = part(line, words, &why);
  if (count < 0) {
    fprintf(stderr, "%s\n", why);
    return REFUSED;
  }
  if (count == 0) return last;
  if (strcmp(words[0], "exit") == 0 || strcmp(words[0], "quit") == 0)
    exit(count > 1 ? atoi(words[1]) : last);
  if (strcmp(words[0], "cd") == 0) {
    const char *to = count > 1 ? words[1] : getenv("HOME");
    if (to && chdir(to) == 0) return 0;
    perror("cd");
    return 1;
  }
  if (strcmp(words[0], "shell") == 0 || strcmp(words[0], "enable") == 0) words[0] = "/bin/sh";
  return run(words);
}

int main(int argc, char **argv) {
  static char line[LINE];
  if (argc == 3 && strcmp(argv[1], "-c") == 0) {
    if (strlen(argv[2]) >= sizeof line) return REFUSED;
    strcpy(line, argv[2]);
    return obey(line, 0);
  }
  signal(SIGINT, SIG_IGN);
  signal(SIGQUIT, SIG_IGN);
  int status = 0;
  for (;;) {
    printf("%c ", geteuid() == 0 ? '#' : '$');
    fflush(stdout);
    if (!fgets(line, sizeof line, stdin)) return status;
    status = obey(line, status);
  }
}
