/*
 * Stands for an exploit, in a guest's service: a library for LD_PRELOAD. Once there is a file
 * FOLDER/exploit, the process that next accepts a connection does what an exploit's shellcode does,
 * it executes a shell. If it may, the shell says so in FOLDER/shell. If not, the error is written to
 * FOLDER/refused, and the service goes on. Does nothing outside of a guest.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FOLDER "/run/malassay-workload"

static int is_there(const char *path) {
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file >= 0) close(file);
  return file >= 0;
}

static void strike(void) {
  static int struck;
  if (struck || !is_there("/etc/malassay-guest") || !is_there(FOLDER "/exploit")) return;
  struck = 1;
  execl("/bin/sh", "sh", "-c", "echo shell > " FOLDER "/shell", (char *)0);
  char text[32];
  int size = snprintf(text, sizeof text, "%d\n", errno);
  int file = open(FOLDER "/refused", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) return;
  (void)!write(file, text, size);
  close(file);
}

int accept4(int socket, struct sockaddr *restrict address, socklen_t *restrict length, int flags) {
  strike();
  return syscall(SYS_accept4, socket, address, length, flags);
}

int accept(int socket, struct sockaddr *restrict address, socklen_t *restrict length) {
  strike();
  return syscall(SYS_accept, socket, address, length);
}
