/*
 * A shared object that proves (bypass.h) in a process of its own when it is loaded, whoever loads it;
 * without a C library, as its host may have another. What proves loads it no more.
 */
#define SELF "/usr/local/lib/malassay/bypass"

enum { EXIT = 1, FORK = 2, EXECVE = 11 };

static long call(long number, long a, long b, long c) {
  register long r7 __asm__("r7") = number;
  register long r0 __asm__("r0") = a;
  register long r1 __asm__("r1") = b;
  register long r2 __asm__("r2") = c;
  __asm__ volatile("svc #0" : "+r"(r0) : "r"(r7), "r"(r1), "r"(r2) : "memory");
  return r0;
}

static int begins(const char *text, const char *with) {
  while (*with && *text == *with) text++, with++;
  return *with == 0;
}

__attribute__((constructor)) static void loaded(int argc, char **argv, char **environment) {
  (void)argc, (void)argv;
  char self[] = SELF, proves[] = "--prove";
  char *words[] = {self, proves, 0};
  for (char **at = environment; at && *at; at++)
    if (begins(*at, "MALASSAY_PROVES=")) return;
  if (call(FORK, 0, 0, 0) != 0) return;
  call(EXECVE, (long)self, (long)words, (long)environment);
  call(EXIT, 1, 0, 0);
}
