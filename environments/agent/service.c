/*
 * The service that the image starts by itself: what it is, what it says, how it ends. And what is to
 * stand there before: a remote login, where samples are sessions of one.
 */
#define _GNU_SOURCE
#include "agent.h"
#include "parts.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SERVICE_LOG_LIMIT = 64 * 1024 };

pid_t service = -1;
static int service_log = -1, service_log_left = SERVICE_LOG_LIMIT;

static bool has_vsock(void) {
  int fd = socket(AF_VSOCK, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd >= 0) close(fd);
  return fd >= 0;
}

void tell_machine_of(const char *program) {
  unsigned char header[20] = {0}, payload[4] = {0, 0, 0, has_vsock()};
  char path[4096];
  const char *folders = strchr(program, '/') ? "" : getenv("PATH");
  for (const char *at = folders ? folders : "/bin:/usr/bin:/sbin:/usr/sbin"; at;) {
    int n = (int)strcspn(at, ":");
    snprintf(path, sizeof path, "%.*s%s%s", n, at, n ? "/" : "", program);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file >= 0) {
      ssize_t got = read(file, header, sizeof header);
      close(file);
      if (got == sizeof header && memcmp(header, ELFMAG, SELFMAG) == 0) {
        payload[0] = header[EI_DATA];
        bool little = header[EI_DATA] == ELFDATA2LSB;
        payload[1] = header[little ? 19 : 18];
        payload[2] = header[little ? 18 : 19];
      }
      break;
    }
    at = at[n] ? at + n + 1 : NULL;
  }
  emit(EV_HELLO, payload, sizeof payload);
}

static void tell_service_end(enum ended ended, int code, const char *name) {
  unsigned char payload[64];
  unsigned char *end = put(put(payload, ended, 1), (uint64_t)code, 4);
  size_t n = strlen(name);
  memcpy(end, name, n);
  emit(EV_SERVICE_END, payload, (size_t)(end - payload) + n);
}

/* Returns when the login stands before its shell; who holds it then is nobody's. */
void hold_login(char *protocol) {
  char *command[] = {"/usr/local/sbin/malassay-terminal", "--hold", protocol, NULL};
  char said[256];
  int pipes[2], status = 0;
  size_t length = 0;
  if (pipe2(pipes, O_CLOEXEC) < 0) fail("pipe: %s", error_name(errno));
  pid_t pid = spawn(command, NULL, pipes[1], pipes[1], RLIM_INFINITY);
  if (pid < 0) fail("%s: %s", command[0], error_name(errno));
  close(pipes[1]);
  for (ssize_t n; length < sizeof said - 1; length += (size_t)n)
    if ((n = read(pipes[0], said + length, sizeof said - 1 - length)) <= 0) break;
  close(pipes[0]);
  said[length] = 0;
  said[strcspn(said, "\n")] = 0;
  if (waitpid(pid, &status, 0) != pid || status != 0)
    fail("nobody can log in to the guest by %s: %s", protocol, said);
}

void start_service(char *const command[]) {
  tell_machine_of(command[0]);
  int pipes[2];
  if (pipe2(pipes, O_CLOEXEC) < 0) fail("pipe: %s", error_name(errno));
  service = spawn(command, NULL, pipes[1], pipes[1], RLIM_INFINITY);
  if (service < 0) tell_service_end(ENDED_REFUSED, 0, error_name(errno));
  close(pipes[1]);
  fcntl(pipes[0], F_SETFL, O_NONBLOCK);
  service_log = pipes[0];
}

/* False when there is nothing to read just now. */
static bool read_service_log(void) {
  static char chunk[CHUNK];
  ssize_t n = read(service_log, chunk, sizeof chunk);
  if (n == 0) {
    close(service_log);
    service_log = -1;
  } else if (n > 0) {
    int kept = n < service_log_left ? (int)n : service_log_left;
    if (kept > 0) emit(EV_SERVICE_LOG, chunk, (size_t)kept);
    service_log_left -= kept;
  }
  return n > 0;
}

void service_ended(int status) {
  /* Its last words come before its end. */
  while (service_log >= 0 && service_log_left > 0 && room_for_chunk() && read_service_log()) {
  }
  if (WIFSIGNALED(status)) {
    tell_service_end(ENDED_SIGNALED, WTERMSIG(status), "");
  } else {
    tell_service_end(ENDED_EXITED, WEXITSTATUS(status), "");
  }
}

void service_watch(fd_set *readable, int *highest) {
  if (room_for_chunk()) watch(service_log, readable, highest);
}

void service_go_on(fd_set *readable) {
  if (is_ready(service_log, readable) && room_for_chunk()) read_service_log();
}
