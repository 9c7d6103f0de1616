/* Starting a process: the service, or the sample. */
#define _GNU_SOURCE
#include "parts.h"
#ifdef AGENT_READS_LOG
#include "log.h"
#endif

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static const int RECORDER_MARK = 0x4d414c41;
int dev_null;
uint64_t mark; /* of the sample; 0 when it is not recorded */

/* What a shell does with a file that the kernel does not know; NULL: nothing. */
char **shell_command;

/* A login session is typed by a program of ours, which has to say to the login by what mark it is
   known (environments/login). No other sample learns of its own. */
static void tell_typist(void) {
  char text[17];
  snprintf(text, sizeof text, "%llx", (unsigned long long)mark);
  setenv("MALASSAY_MARK", text, 1);
}

#define TYPIST "/usr/local/sbin/malassay-login"

static bool is_session(const char *path) {
  static const char first_line[] = "#!" TYPIST "\n";
  char line[sizeof first_line - 1];
  int file = open(path, O_RDONLY | O_CLOEXEC);
  bool is = file >= 0 && read(file, line, sizeof line) == sizeof line &&
            memcmp(line, first_line, sizeof line) == 0;
  if (file >= 0) close(file);
  return is;
}

/* Whoever reaches a login that waits gets root's shell, with more rights than a sample may have. */
static void shut_logins(void) {
  unlink("/run/malassay-login/telnet");
  unlink("/run/malassay-login/ssh");
}

bool sample_has_capabilities = true;

/* Takes them from this process, and from all that it executes: as root, too. */
static bool drop_capabilities(void) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {{0}};
  for (int capability = 0; prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; capability++)
    if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) < 0) return false;
  return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) == 0 &&
         syscall(SYS_capset, &header, none) == 0;
}

/* As the kernel does it, but for the permissions of the session's file: it is no program that
   anybody brought, so a defence against those, like a folder where nothing is executed, is for
   what is typed. */
static void execute_typist(char *const session[]) {
  size_t words = 0;
  while (session[words]) words++;
  char **command = calloc(words + 2, sizeof *command);
  if (!command) return;
  command[0] = (char[]){TYPIST};
  memcpy(command + 1, session, words * sizeof *command);
  execve(command[0], command, environ);
}

/* Returns if it cannot be. */
static void execute_sample(char *const command[], bool session) {
  /* The kernel knows no such option; who records it does (environments/recorder/record.h). */
  if (mark != 0) {
    if (session) tell_typist();
    prctl(RECORDER_MARK, (unsigned long)(uint32_t)mark, (unsigned long)(mark >> 32), 0, 0);
  }
#ifdef AGENT_READS_LOG
  log_ask_for();
#endif
  if (session) {
    execute_typist(command);
    return;
  }
  execve(command[0], command, environ);
  if (errno == ENOEXEC && shell_command) execve(shell_command[0], shell_command, environ);
}

/* Starts a program in a session of its own, in the given folder; without one, it is looked for in
   PATH. Returns its id, or -1 with the reason in errno. */
pid_t spawn(char *const command[], const char *folder, int stdout_pipe, int stderr_pipe,
                   rlim_t file_size) {
  int told[2];
  if (pipe2(told, O_CLOEXEC) < 0) return -1;
  pid_t pid = fork();
  if (pid == 0) {
    setsid();
    if (place == IN_CONTAINER) (void)!setresuid(0, 0, 0);
    dup2(dev_null, STDIN_FILENO);
    dup2(stdout_pipe, STDOUT_FILENO);
    dup2(stderr_pipe, STDERR_FILENO);
    /* When memory runs out, the kernel should take the agent last. Service and sample alike, so
       that between them it chooses as ever. (Lowering the agent's own takes more rights.) */
    int adjust = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (adjust >= 0) (void)!write(adjust, "500", 3);
    struct rlimit no_core = {0, 0}, files = {file_size, file_size};
    setrlimit(RLIMIT_CORE, &no_core);
    if (file_size != RLIM_INFINITY) setrlimit(RLIMIT_FSIZE, &files);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    /* Not execvp(3) for a sample: that one hands to a shell all that the kernel refuses. */
    if (!folder) {
      execvp(command[0], command);
    } else if (chdir(folder) == 0) {
      bool session = is_session(command[0]);
      if (!session) shut_logins();
      if (sample_has_capabilities || drop_capabilities()) execute_sample(command, session);
    }
    int error = errno;
    (void)!write(told[1], &error, sizeof error);
    _exit(127);
  }
  int error = pid < 0 ? errno : 0;
  close(told[1]);
  if (pid > 0 && read(told[0], &error, sizeof error) == sizeof error) waitpid(pid, NULL, 0);
  close(told[0]);
  errno = error;
  return error ? -1 : pid;
}
