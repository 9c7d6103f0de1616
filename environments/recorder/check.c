/*
 * Makes known calls of every kind that the recorder tells, which shows before a sample runs whether
 * the recorder sees them. It does no harm anywhere. KnownCalls.java knows what must be seen of it,
 * in this order.
 *
 *   check known "a word"   that; exit status 7
 *   check child            what it starts of itself: exit status 3
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define ABSENT "/malassay-check-absent"

extern char **environ;

static void *thread(void *nothing) {
  unlink(ABSENT "/by-thread");
  return nothing;
}

static void connect_to_nobody(void) {
  struct sockaddr_in nobody = {.sin_family = AF_INET,
                               .sin_port = htons(9),
                               .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  connect(s, (struct sockaddr *)&nobody, sizeof nobody);
  close(s);
}

int main(int argc, char **argv) {
  if (argc == 2 && strcmp(argv[1], "child") == 0) return 3;
  int file = open("/dev/null", O_WRONLY | O_CLOEXEC);
  (void)!write(file, "known", 5);
  close(file);
  open(ABSENT "/file", O_WRONLY | O_CREAT | O_TRUNC, 0644);
  chmod(ABSENT "/file", 0755);
  rename(ABSENT "/file", ABSENT "/other");
  prctl(PR_SET_NAME, "malassay-known");
  connect_to_nobody();
  pthread_t other;
  if (pthread_create(&other, NULL, thread, NULL) == 0) pthread_join(other, NULL);
  pid_t child = fork();
  if (child == 0) {
    char *arguments[] = {argv[0], "child", NULL};
    /* Not /proc/self/exe: under qemu-user before 8.2 that is qemu-user. */
    execve((const char *)getauxval(AT_EXECFN), arguments, environ);
    _exit(errno);
  }
  waitpid(child, NULL, 0);
  return 7;
}
