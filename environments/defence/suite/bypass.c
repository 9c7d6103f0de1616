/*
 * Tries one of the ways around a login guard (bypass.h), and says what became of it:
 *
 *   bypass NAME    malassay bypass NAME: open | closed (REASON) | not applicable (REASON) |
 *                  not told (REASON)
 *   bypass --list  a line each: its name, a tabulator, what it is
 *
 * The exit status is 0 when it says so, whatever it says. Nothing is tried outside of a guest.
 */
#define _GNU_SOURCE
#include "bypass.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct bypass *const ALL[] = {PERMISSIONS, CONTENTS, SHELLS, MEMBERSHIPS, GUARDS};
enum { KINDS = sizeof ALL / sizeof *ALL };

struct timespec began;

static const struct bypass *find(const char *name) {
  for (int kind = 0; kind < KINDS; kind++)
    for (const struct bypass *at = ALL[kind]; at->name; at++)
      if (strcmp(at->name, name) == 0) return at;
  return NULL;
}

static int list(void) {
  for (int kind = 0; kind < KINDS; kind++)
    for (const struct bypass *at = ALL[kind]; at->name; at++) printf("%s\t%s\n", at->name, at->what);
  return 0;
}

static int removes(const char *path, const struct stat *is, int type, struct FTW *where) {
  (void)is, (void)where;
  if (type == FTW_DP) rmdir(path);
  else unlink(path);
  return 0;
}

static void begin_anew(void) {
  nftw(OWN, removes, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
  mkdir(OWN, 0700);
}

static int try(const struct bypass *bypass) {
  static const char *const words[] = {[OPEN] = "open", [CLOSED] = "closed",
                                      [NOT_APPLICABLE] = "not applicable",
                                      [NOT_TOLD] = "not told"};
  if (access("/etc/malassay-guest", F_OK)) {
    fprintf(stderr, "bypasses are tried in Malassay's guests only\n");
    return 77;
  }
  begin_anew();
  fflush(stdout);
  umask(022);
  clock_gettime(CLOCK_REALTIME, &began);
  enum outcome outcome = bypass->attempt();
  if (outcome == OPEN) printf("malassay bypass %s: open\n", bypass->name);
  else printf("malassay bypass %s: %s (%s)\n", bypass->name, words[outcome], reason());
  return 0;
}

int main(int argc, char **argv) {
  const struct bypass *bypass;
  if (argc < 2) return 2;
  /* The kernel gives its helpers words of its own (membership.c). */
  if (strcmp(argv[1], "--prove") == 0 || strcmp(argv[1], "-q") == 0 || argv[1][0] == '/')
    return prove();
  if (strcmp(argv[1], "--stand-by") == 0) return stand_by();
  if (strcmp(argv[1], "--list") == 0) return list();
  bypass = find(argv[1]);
  if (bypass) return try(bypass);
  fprintf(stderr, "there is no bypass of this name; --list tells all\n");
  return 2;
}
