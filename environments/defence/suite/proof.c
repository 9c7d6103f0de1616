/*
 * Proving that one is no member: doing all three of what a login guard forbids its members. Who gets
 * somebody else to do so has got out of membership; a guard that has fewer rules refuses a member one
 * of the three still.
 */
#define _GNU_SOURCE
#include "bypass.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define ALL "may do all\n"
#define MEMBER "it ran, and is a member: "

static enum outcome gives_permission(void) {
  char path[64];
  snprintf(path, sizeof path, OWN "given-%d", (int)getpid());
  if (write_payload(path, 0644)) return failed("write");
  if (chmod(path, 0755)) return failed("chmod");
  return runs(path);
}

static enum outcome writes_executable(void) {
  if (write_file(TARGETS "proof", payload, payload_size, O_TRUNC, 0))
    return failed("write to an executable");
  return runs(TARGETS "proof");
}

static enum outcome starts_shell(void) {
  static const char *const words[] = {"/bin/sh", "-c", SAY_SEVEN, NULL};
  return says_seven(words);
}

enum outcome proven_here(void) {
  mkdir(OWN, 0700);
  setenv("MALASSAY_PROVES", "1", 1);
  enum outcome outcome = gives_permission();
  if (outcome == OPEN) outcome = writes_executable();
  return outcome == OPEN ? starts_shell() : outcome;
}

/* A helper of the kernel has none: what is opened for it (run) would be taken for one of them. */
static void have_standard_descriptors(void) {
  int fd;
  do fd = open("/dev/null", O_RDWR);
  while (fd >= 0 && fd <= STDERR_FILENO);
  if (fd >= 0) close(fd);
}

int prove(void) {
  char line[200];
  have_standard_descriptors();
  enum outcome outcome = proven_here();
  if (outcome == OPEN) snprintf(line, sizeof line, ALL);
  else snprintf(line, sizeof line, "%s%s\n", outcome == CLOSED ? MEMBER : "", reason());
  return write_file(PROOF, line, strlen(line), O_CREAT | O_APPEND, 0600) ? 1 : 0;
}

static time_t uptime(void) {
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  return at.tv_sec;
}

int has_proof(int seconds) {
  time_t end = uptime() + seconds;
  while (access(PROOF, F_OK) < 0) {
    if (uptime() > end) return 0;
    wait_a_moment();
  }
  return 1;
}

enum { OTHERS = 3 /* seconds, for who else may have been made to */ };

enum outcome proven(int seconds) {
  static char text[4096];
  time_t end = uptime() + seconds;
  int has_told = 0;
  do {
    if (read_text(PROOF, text, sizeof text) > 0) {
      if (strstr(text, ALL)) return OPEN;
      if (!has_told && uptime() + OTHERS < end) end = uptime() + OTHERS;
      has_told = 1;
    }
    wait_a_moment();
  } while (uptime() <= end);
  text[strcspn(text, "\n")] = 0;
  if (text[0] == 0) return not_told("nobody was made to run anything");
  return strncmp(text, MEMBER, strlen(MEMBER)) == 0 ? closed(text) : not_told(text);
}

/* At the same place in every process, as this program is linked to fixed addresses. */
volatile long ordered;

int stand_by(void) {
  char id[16];
  snprintf(id, sizeof id, "%d\n", (int)getpid());
  int held = open(TARGETS "pidfd-getfd", O_WRONLY); /* for who takes descriptors of others */
  if (write_text(BYSTANDER_ID, id)) return 1;
  while (!ordered) usleep(50000);
  if (held >= 0) close(held);
  return prove();
}
