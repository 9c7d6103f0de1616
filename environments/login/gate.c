/*
 * The shell of the account that sessions log in to. While a login is held (hold.c), it waits until a
 * typist goes on with it; the recorder follows it then, as a part of the sample. After that, and at
 * once in every other login, it becomes the account's real shell, by the name of "sh": the program
 * whose path is the first line of SHELL_FILE, or busybox, as on devices.
 *
 * The login that a session has is not a child of the sample that types it, and so it has to say by
 * itself whose it is.
 */
#define _GNU_SOURCE
#include "login.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

enum { RECORDER_MARK = 0x4d414c41, MOST_ARGUMENTS = 64 };

/* sshd says so to every program that it starts for a login. */
static const char *protocol(void) { return getenv("SSH_CONNECTION") ? "ssh" : "telnet"; }

/* The kernel knows no such option; who records it does (environments/recorder/record.h). The folder
   is told once more, as a recorder knows only what it has seen. */
static void be_recorded(uint64_t mark) {
  char folder[4096];
  if (mark == 0) return;
  const char *here = getcwd(folder, sizeof folder);
  prctl(RECORDER_MARK, (unsigned long)(uint32_t)mark, (unsigned long)(mark >> 32), 0, 0);
  if (here) (void)!chdir(here);
}

/* As the agent has it for a sample (environments/agent/spawn.c). What the bounding set lacks, no
   program that root executes has. */
static bool be_limited(uint64_t file_size, uint64_t capabilities) {
  for (int i = 0; i < 64; i++)
    if (!(capabilities >> i & 1) && prctl(PR_CAPBSET_READ, i, 0, 0, 0) == 1 &&
        prctl(PR_CAPBSET_DROP, i, 0, 0, 0) < 0)
      return false;
  struct rlimit no_core = {0, 0}, files = {file_size, file_size};
  setrlimit(RLIMIT_CORE, &no_core);
  if (file_size != UINT64_MAX) setrlimit(RLIMIT_FSIZE, &files);
  int adjust = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (adjust >= 0) (void)!write(adjust, "500", 3);
  if (adjust >= 0) close(adjust);
  return true;
}

static void await_typist(void) {
  struct pass pass;
  int holder = connect_to(protocol(), GATE);
  if (holder < 0) return; /* nobody holds this login */
  if (!hear(holder, &pass, sizeof pass) || !be_limited(pass.file_size, pass.capabilities))
    exit(EXIT_OF_LOGIN);
  close(holder);
  be_recorded(pass.mark);
}

static const char *find_shell(void) {
  static char path[1024];
  int file = open(SHELL_FILE, O_RDONLY | O_CLOEXEC);
  ssize_t n = file < 0 ? 0 : read(file, path, sizeof path - 1);
  if (file >= 0) close(file);
  path[n > 0 ? n : 0] = 0;
  path[strcspn(path, "\n")] = 0;
  return path[0] ? path : "/bin/busybox";
}

int main(int argc, char **argv) {
  static char *command[1 + MOST_ARGUMENTS + 1] = {"sh"};
  const char *shell = find_shell();
  await_typist();
  if (argc > 0 && argv[0][0] == '-') command[0] = "-sh"; /* of a login, as login(1) says it */
  for (int i = 1; i < argc && i <= MOST_ARGUMENTS; i++) command[i] = argv[i];
  setenv("SHELL", shell, 1); /* and not this program */
  execv(shell, command);
  fprintf(stderr, "%s: %s\n", shell, strerror(errno));
  return 127;
}
